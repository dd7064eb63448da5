"""The two-population loop with second-order synapses: its onset, equilibrium and rhythm."""

import numpy as np
import pytest
from cycles_for_tests import rhythm
from scipy.optimize import brentq

import rosetta_core as rc
from rosetta_core.models.nmm1_loop import equilibrium, nmm1_loop, oscillation_onset


def numbers(model, **changed):
    return tuple(tuple(changed.get(r.name, r.default) for r in rows) for rows in (model.params, model.inputs))


def test_loop_onset_is_the_closed_form():
    onset = oscillation_onset(0.01, 0.02)
    assert onset.gain == pytest.approx(4.5, rel=1e-14)
    assert onset.omega == pytest.approx(70.71067811865476, rel=1e-14)
    for eps in (1.0, 0.1, 1e-3):
        onset = oscillation_onset((0.01, eps * 0.01), (eps * 0.01, 0.01))
        assert onset == pytest.approx(((1 + eps) ** 2 / eps, 1 / (np.sqrt(eps) * 0.01)), rel=1e-12)
    times = (0.002, 0.011), (0.005, 0.03)
    onset = oscillation_onset(*times)
    taus = np.concatenate(times)
    value = np.prod(1 + 1j * onset.omega * taus) + onset.gain
    assert abs(value) < 1e-12 * onset.gain
    with pytest.raises(ValueError, match="positive time constants"):
        oscillation_onset(0.0, 0.01)


@pytest.mark.parametrize("rates", [{}, {"rise_E": 400.0, "decay_E": 90.0, "rise_I": 150.0, "decay_I": 40.0}])
def test_loop_oscillates_where_its_gain_passes_the_onset(rates):
    def at(w):
        changed = rates | {"w_IE": w}
        point = equilibrium(changed, {"P_I": 6 - w * 0.08})
        return changed, point

    q = dict(zip([row.name for row in nmm1_loop.params], numbers(nmm1_loop, **rates)[0], strict=True))
    onset = oscillation_onset((1 / q["rise_E"], 1 / q["decay_E"]), (1 / q["rise_I"], 1 / q["decay_I"]))
    w = brentq(lambda w: at(w)[1].gain - onset.gain, 5.0, 400.0, xtol=1e-12)
    changed, point = at(w)
    p, u = numbers(nmm1_loop, **changed, P_I=6 - w * 0.08)
    x = (point.E, 0.0, point.I, 0.0)
    # Rounding of the rates, 1e-15 of 0.08 mV or 1 mV, times rise x decay.
    assert np.abs(nmm1_loop.rhs(0.0, x, tuple(p), tuple(u))).max() < 1e-9
    leading = np.linalg.eigvals(rc.jacobian(nmm1_loop, x, p, u))
    pair = leading[np.argsort(leading.real)][-2:]
    np.testing.assert_allclose(np.abs(pair.imag), onset.omega, rtol=1e-8)
    assert np.abs(pair.real).max() < 1e-8 * onset.omega


def test_loop_runs_near_its_onset_at_the_frequency_of_the_onset():
    point = equilibrium({"w_IE": 64.5}, {"P_I": 6 - 64.5 * 0.08})
    onset = oscillation_onset(0.01, 0.02)
    excess = point.gain / onset.gain - 1
    assert 0 < excess < 0.02
    options = {"p": {"w_IE": 64.5}, "u": {"P_I": 6 - 64.5 * 0.08}}
    start = rc.simulate(nmm1_loop, 60.0, 5e-4, every=120000, **options).x[-1]
    run = rc.simulate(nmm1_loop, 1.0, 5e-4, x0=start, **options)
    beat = rhythm(run, lambda x: x[0], *numbers(nmm1_loop, w_IE=64.5, P_I=6 - 64.5 * 0.08)).frequency
    # The linear shift is a quarter of the excess gain (omega^4 ~ gain), the nonlinear one of the same order.
    assert 2 * np.pi * beat == pytest.approx(onset.omega, rel=excess)
    assert nmm1_loop.output(tuple(start), tuple(numbers(nmm1_loop)[0])) == pytest.approx(-10 * start[2], rel=1e-15)
    with pytest.raises(ValueError, match="one value per parameter"):
        equilibrium({"w_IE": [1.0, 2.0]})
