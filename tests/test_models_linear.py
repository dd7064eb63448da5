"""The linear pair: its exponential in closed form, its poles, its portraits, and the rungs it contains."""

import numpy as np
import pytest
from scipy.linalg import expm

import rosetta_core as rc
from rosetta_core.models.linear import invariants, poles, solution

EPS = np.finfo(float).eps
PORTRAITS = {
    "stable focus": (-1.0, 4.0, 1.0, 0.0),
    "unstable focus": (0.5, 4.0, 1.0, 0.0),
    "centre": (1.0, 4.0, 2.0, -1.0),
    "stable node": (-5.0, 4.0, 1.0, 0.0),
    "unstable node": (5.0, 4.0, 1.0, 0.0),
    "saddle": (0.5, -2.0, 1.0, -1.0),
}
# One pole twice, and the two poles 2e-7 apart: where sin(k t)/k is 0/0.
MEETING = [(-4.0, 4.0, 1.0, 0.0), (-4.0, 4.0 + 1e-14, 1.0, 0.0)]


@pytest.mark.parametrize("entries", [*PORTRAITS.values(), *MEETING])
def test_solution_is_the_matrix_exponential(entries):
    a, b, c, d = entries
    t, start = np.linspace(0.0, 2.0, 9), np.array([0.7, -0.3])
    exact = solution(t, start, *entries)
    matrix = np.array([[a, -b], [c, d]])
    for k, moment in enumerate(t):
        # Each doubling of time in scipy's exponential may double its rounding error: relative to exp(norm t), the size
        # of the terms that it adds, that is norm t roundings, each of a sum of a dozen terms.
        growth = np.linalg.norm(matrix, 2) * moment
        bound = 12 * EPS * (1 + growth) * np.exp(growth)
        np.testing.assert_allclose(exact[:, k], expm(matrix * moment) @ start, atol=bound, rtol=0)


@pytest.mark.parametrize("entries", PORTRAITS.values())
def test_a_run_follows_the_solution(entries):
    p, dt = dict(zip("abcd", entries, strict=True)), 1e-3
    run = rc.simulate(rc.linear, 2.0, dt, p=p, x0={"x": 0.7, "y": -0.3})
    rate = max(np.linalg.norm([[entries[0], -entries[1]], [entries[2], entries[3]]], 2), 1.0)
    # RK4's local error is (rate dt)^5/120 of the state; the later growth of errors is that of the state, exp(2 rate).
    bound = 2000 * (rate * dt) ** 5 / 120 * np.exp(2 * rate) + 1e-12
    np.testing.assert_allclose(run.x.T, solution(run.t, [0.7, -0.3], *entries), atol=bound, rtol=0)


@pytest.mark.parametrize(("kind", "entries"), PORTRAITS.items())
def test_poles_are_eigenvalues_and_name_the_portrait(kind, entries):
    p = dict(zip("abcd", entries, strict=True))
    (point,) = rc.fixed_points(rc.linear, p)
    assert point.kind == kind
    found, expected = poles(*entries), np.linalg.eigvals(rc.jacobian(rc.linear, [0.0, 0.0], p))
    order = np.lexsort((expected.imag, expected.real))[::-1]
    # Two by two, and no two poles here closer than 1: rounding is not amplified beyond the norm.
    np.testing.assert_allclose(found, expected[order], atol=50 * EPS * 6)
    trace, determinant = invariants(*entries)
    assert found.sum() == pytest.approx(trace, abs=1e-14)
    assert found.prod() == pytest.approx(determinant, abs=1e-13)


def test_the_first_two_rungs_are_special_pairs():
    for model, p in ((rc.harmonic, {"omega": 3.0}), (rc.damped, {"alpha": -0.4, "omega": 3.0})):
        alpha, omega = p.get("alpha", 0.0), p["omega"]
        pair = rc.jacobian(rc.linear, [0.0, 0.0], {"a": alpha, "b": omega, "c": omega, "d": alpha})
        assert np.array_equal(pair, rc.jacobian(model, [0.0, 0.0], p))
        assert poles(alpha, omega, omega, alpha) == pytest.approx([alpha + 1j * omega, alpha - 1j * omega])
