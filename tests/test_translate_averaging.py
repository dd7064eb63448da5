"""Averaging: van der Pol, Rayleigh and Duffing as Stuart-Landau oscillators; damping taken out and put in."""

import numpy as np
import pytest

import rosetta_core as rc
from rosetta_core.models.nonlinear_damping import averaged, nonlinear_damping
from rosetta_core.translate.averaging import by_averaging
from rosetta_core.translate.harmonic import in_frame, out_of_frame, to_damped, to_harmonic

SETS = ["van_der_pol_1926", "rayleigh_1883", "duffing"]


def held(found, values=None):
    scan = found.scan(values)
    assert scan.value.size >= 5
    for name, order in found.valid.order.items():
        assert scan.order[name] == pytest.approx(order, abs=0.1), (name, scan)


@pytest.mark.parametrize("name", SETS)
def test_published_sets_have_the_closed_coefficients_and_orders(name):
    found = by_averaging(nonlinear_damping.with_preset(name))
    # A mean of 64 points is exact for these cubic terms.
    assert found.p == pytest.approx(averaged(**found.source_p)._asdict(), abs=1e-14)
    assert ("frequency" in found.valid.order) == (name != "duffing")
    held(found)


def test_numbers_of_the_ladder():
    van_der_pol = by_averaging(nonlinear_damping, p={"epsilon": 0.05})
    assert np.sqrt(van_der_pol.p["alpha"] / van_der_pol.p["gamma"]) == pytest.approx(2.0, rel=1e-12)
    # The frequency is 1 - epsilon^2/16 and the next term of the fourth order; so is the amplitude 2 + epsilon^2/96.
    assert van_der_pol.error.frequency == pytest.approx(0.05**2 / 16, rel=0.01)
    assert van_der_pol.error.amplitude == pytest.approx(-(0.05**2) / 192, rel=0.01)
    rayleigh = by_averaging(nonlinear_damping, p={"epsilon": 0.05, "a": 0.0, "b": 1.0})
    assert rayleigh.p["gamma"] == pytest.approx(3 * 0.05 / 8, rel=1e-12)
    assert np.sqrt(rayleigh.p["alpha"] / rayleigh.p["gamma"]) == pytest.approx(2 / np.sqrt(3), rel=1e-12)
    duffing = by_averaging(nonlinear_damping, p={"epsilon": 0.0, "kappa": 0.04, "omega": 2.0})
    assert duffing.p == pytest.approx({"alpha": 0.0, "omega": 2.0, "gamma": 0.0, "beta": -3 * 0.04 / 16}, abs=1e-14)
    held(duffing)


def test_a_stiffening_spring_moves_the_swing_at_first_order():
    found = by_averaging(nonlinear_damping, p={"epsilon": 0.05, "kappa": 0.05})
    assert found.valid.order["amplitude"] == 1.0
    held(found, 0.04 / 2.0 ** np.arange(5))


def test_errors_grow_beyond_the_limit_and_valid_says_no():
    found = by_averaging(nonlinear_damping)
    assert found.valid and found.error.worst < found.valid.tolerance
    beyond = found.again(1.1 * found.valid.limit)
    assert not beyond.valid and beyond.error.worst > beyond.valid.tolerance


def test_frequency_is_that_of_a_long_run():
    found = by_averaging(nonlinear_damping, p={"epsilon": 0.3, "omega": 5.0})
    cycle = rc.limit_cycle(nonlinear_damping, p={"epsilon": 0.3, "omega": 5.0})
    turning = found.p["omega"] - found.p["beta"] * found.p["alpha"] / found.p["gamma"]
    # The mesh of a cycle leaves an error of 1e-7.
    assert turning / (2 * np.pi) / cycle.frequency - 1 == pytest.approx(found.error.frequency, abs=3e-7)
    assert 2 / cycle.amplitude["x"] - 1 == pytest.approx(found.error.amplitude, abs=1e-6)


def test_another_weakly_nonlinear_oscillator_and_one_that_is_none():
    # Stuart-Landau is its own mean: what is weak about it turns along with z.
    weak, p = ("alpha", "gamma", "beta"), {"alpha": 0.2, "gamma": 0.5, "beta": 0.3, "omega": 5.0}
    found = by_averaging(rc.stuart_landau, weak, p=p)
    assert found.p == pytest.approx(p, abs=1e-13) and found.error.worst < 1e-6
    with pytest.raises(ValueError, match="must be a centre"):
        by_averaging(rc.wilson_cowan, "w_II", u={"P_E": 2.0})
    with pytest.raises(ValueError, match="a model of two states"):
        by_averaging(rc.jansen_rit, "A")
    with pytest.raises(ValueError, match="nothing weak is left"):
        by_averaging(nonlinear_damping, p={"epsilon": 0.0})


def test_states_and_pushes():
    found = by_averaging(nonlinear_damping, p={"omega": 4.0})
    x = np.array([[1.0, 0.3], [2.0, -1.0]])
    # z = x - i v/omega.
    np.testing.assert_allclose(found.x_map.forward(x), [x[0], -x[1] / 4.0], atol=1e-13)
    np.testing.assert_allclose(found.x_map.backward(found.x_map.forward(x)), x, atol=1e-13)
    assert found.drives["F"] == pytest.approx({"u_re": 0.0, "u_im": -0.25}, abs=1e-14)
    other = found.check(start=0.5, duration=10.0)
    assert other.state != found.error.state and "runs of 10 s from an amplitude of 0.5" in other.test
    assert found.sides(duration=3.0).across[-1] == pytest.approx(3.0, abs=0.05)


def test_damping_is_exact_in_its_frame_and_first_order_outside():
    found = to_harmonic({"alpha": -0.1, "omega": 6.0})
    held(found)
    turn = 2 * np.pi / 6.0
    # RK4 with 200 steps a turn.
    assert found.error.state == pytest.approx(1 - np.exp(-0.1 * turn), abs=1e-5)
    assert found.check(frame=True).state < 1e-6
    beyond = found.again(1.05 * found.valid.limit)
    assert found.valid and not beyond.valid and beyond.error.state > found.valid.tolerance
    t, x = np.array([0.0, 1.0]), np.array([[1.0, 0.0], [0.5, 0.2]])
    np.testing.assert_allclose(out_of_frame(t, in_frame(t, x, -0.3), -0.3), x, rtol=1e-14)


def test_round_trip_between_damped_and_harmonic():
    down = to_harmonic({"alpha": -0.1, "omega": 6.0})
    up = to_damped(down.p, alpha=-0.1)
    assert up.p == {"alpha": -0.1, "omega": 6.0} and up.target is rc.damped
    held(up)
    growing = to_damped({"omega": 6.0}, alpha=0.1)
    # RK4 at 200 steps a turn: 5e-8 in each turn.
    assert growing.error.state == pytest.approx(np.exp(0.1 * 2 * np.pi / 6) - 1, abs=1e-5)
