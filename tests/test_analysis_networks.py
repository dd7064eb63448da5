"""A network of unequal nodes keeps its differences in every question, whichever quantity is said to vary."""

import numpy as np
import pytest

import rosetta_core as rc
from rosetta_core.analysis.problem import problem

PAIR = np.array([[0.0, 1.0], [1.0, 0.0]])


def test_eigenvalues_of_unequal_resonators():
    rng = np.random.default_rng(1)
    C, alpha, omega = rng.uniform(size=(3, 3)), np.array([-2.0, -1.5, -3.0]), np.array([5.0, 7.0, 6.0])
    np.fill_diagonal(C, 0.0)
    J = np.diag(alpha + 1j * omega) + 0.8 * (C - np.diag(C.sum(axis=1)))
    found = rc.eigenvalues(rc.network(rc.damped, C, gain=0.8), np.zeros((2, 3)), p={"alpha": alpha, "omega": omega})
    # Both solvers are backward stable, and the condition of these simple eigenvalues is below 100.
    assert np.allclose(np.sort_complex(found[found.imag > 0]), np.sort_complex(np.linalg.eigvals(J)), atol=1e-12)


@pytest.mark.parametrize("name", ["alpha", "omega", "u_re"])
def test_the_value_is_that_of_the_first_node(name):
    given = {"alpha": [0.5, 0.8], "omega": [6.0, 6.5]}
    asked = problem(rc.network(rc.stuart_landau, PAIR), name, given, {"u_re": [0.0, 0.1]})
    p, u = asked.at(asked.value)
    assert np.array_equal(p, asked.p) and np.array_equal(u, asked.u)
    row = {"alpha": 0, "omega": 1, "u_re": 0}[name]
    p, u = asked.at(asked.value + 2.0)
    moved, before = (u[row], asked.u[row]) if name == "u_re" else (p[row], asked.p[row])
    assert np.allclose(moved - before, 2.0, atol=1e-14)  # one rounding of numbers below 10
    x = np.array([0.3, -0.2, 0.1, 0.4])
    rates = asked.fields(x[:, None], asked.value)[0][:, 0]
    assert np.allclose(rates, asked.f(x, asked.value), atol=1e-13)  # the same sums in another order


def test_a_locked_pair_of_unequal_amplitudes():
    """Two Stuart-Landau nodes without shear, in step: each radius solves a cubic of its own."""
    alpha, gain = np.array([0.5, 0.9]), 0.3
    net = rc.network(rc.stuart_landau, PAIR, gain=gain)
    found = rc.limit_cycle(net, p={"alpha": alpha, "omega": 6.0}, x0=np.array([[0.7, 0.9], [0.0, 0.0]]))
    a, b = np.hypot(found.of("re"), found.of("im")).mean(axis=0)
    # (alpha - r^2) r + gain (s - r) = 0 for both; the cycle is closed to 1e-7 of its size.
    assert abs((alpha[0] - a**2) * a + gain * (b - a)) < 1e-6
    assert abs((alpha[1] - b**2) * b + gain * (a - b)) < 1e-6
    assert b - a > 0.1
