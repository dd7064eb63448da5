"""The mean field of QIF neurons to rate equations and back, with the errors measured."""

import numpy as np
import pytest

import rosetta_core as rc
from rosetta_core.models.mpr import equilibrium_excitability, fixed_points, folds, rate_response, resting_potential
from rosetta_core.models.nmm1_loop import equilibrium
from rosetta_core.models.qif_rate import effective_membrane_time
from rosetta_core.transfer_functions import qif_cauchy, qif_cauchy_gain
from rosetta_core.translate.mean_field import matched_population, to_ping, to_qif_nmm1, to_qif_rate

FIVE = 0.1 / 2.0 ** np.arange(4, -1, -1)
# tau_m r = 0.2 and J tau_m Phi' = -1.945: a slow synapse of a population that inhibits itself.
SLOW = {"tau_m": 0.01, "tau_s": 0.1, "Delta": 1.0, "J": -20.0}
SLOW |= {"eta_bar": float(equilibrium_excitability(20.0, 0.01, 1.0, -20.0))}


def orders(found, values=FIVE):
    """Within 0.1 of what theory says, errors at the limit within the tolerance: the next order adds a share of 0.1."""
    scan = found.scan(values)
    for name, order in found.valid.order.items():
        assert abs(scan.order[name] - order) < 0.1
        assert scan.errors[name][-1] < found.valid.tolerance
    return scan


def test_the_kernel_is_the_qif_transfer_function_and_its_membrane_time():
    currents = np.array([-3000.0, -20.0, -1.0, 0.0, 0.3, 5.0, 800.0])
    p = (0.01, 0.1, 0.7, 0.0, 0.0)
    for current in currents:
        # s'' of the synapse at s = z = 0 is Phi/tau_s^2 in these units.
        _, dz = rc.qif_nmm1.rhs(0.0, (0.0, 0.0), p, (current,))
        phi = float(qif_cauchy(current, delta=0.7, tau=0.01))
        assert dz * 0.1 == pytest.approx(phi, rel=1e-13)
        (dr,) = rc.qif_rate.rhs(0.0, (0.0,), (0.01, 0.7, 0.0, 0.0), (current,))
        assert phi / dr == pytest.approx(effective_membrane_time(phi, 0.01, 0.7), rel=1e-12)


def test_the_effective_membrane_time_is_the_first_order_of_the_response():
    r, tau, Delta = 20.0, 0.01, 1.0
    v = float(resting_potential(r, tau, Delta))
    s = 1e-4j
    slope = (rate_response(s, r, v, tau) / rate_response(0.0, r, v, tau) - 1) / s
    # The next order of H is (tau s)^2.
    assert -slope.real == pytest.approx(effective_membrane_time(r, tau, Delta), rel=1e-6)


def test_a_slow_synapse_makes_the_error_linear_with_the_published_numbers():
    found = to_qif_nmm1(rc.qif_second_order, p=SLOW)
    slope = qif_cauchy_gain(-20 * 0.2 + SLOW["eta_bar"], delta=1.0, tau=0.01)
    assert 0.01 * -20 * slope == pytest.approx(-1.945, abs=1e-3)
    for ratio, expected in ((0.1, 0.0947), (0.03, 0.0280), (0.01, 0.0093)):
        there = found.again(ratio)
        rest = rc.fixed_points(there.source, there.source_p, there.source_u)[0]
        # |error| tau_s, given to three digits.
        size = np.abs(rest.eigenvalues[0]) * there.source_p["tau_s"]
        assert there.error.eigenvalue * size == pytest.approx(expected, abs=1e-4)
    orders(found)
    outside = found.again(2.0)
    assert not outside.valid and outside.error.eigenvalue > found.valid.tolerance


def test_the_membrane_makes_it_quadratic():
    found = to_qif_nmm1(rc.qif_second_order, membrane=True, p=SLOW)
    scan = orders(found)
    bare = to_qif_nmm1(rc.qif_second_order, p=SLOW).scan(FIVE)
    # The error of the first order is eps, that of the second eps^2 times a factor of order one, with eps up to 0.1.
    assert (scan.errors["eigenvalue"] < 0.1 * bare.errors["eigenvalue"]).all()


def test_states_go_there_and_back_and_runs_agree():
    for membrane in (False, True):
        errors = []
        for ratio in (0.01, 0.005):
            found = to_qif_nmm1(rc.qif_second_order, membrane=membrane, p=SLOW).again(ratio)
            start = np.array([12.0, 30.0]) if not membrane else np.array([20.0, 12.0, 30.0])
            np.testing.assert_allclose(found.x_map.forward(found.x_map.backward(start)), start, rtol=1e-13)
            t1 = 3 * found.source_p["tau_s"]
            one = rc.simulate(found.source, t1, 2e-4, p=found.source_p, x0=found.x_map.backward(start))
            other = rc.simulate(found.target, t1, 2e-4, p=found.p, x0=start)
            errors.append(np.abs(one["s"] - other["s"]).max() / np.ptp(one["s"]))
        # Nonlinear runs: of order 1 from r = Phi, and at least that with the membrane.
        assert errors[0] < 0.02
        assert errors[0] / errors[1] > 1.9


def test_interneuron_gamma_is_lost_when_its_synapse_is_taken_as_slow():
    found = to_qif_nmm1(rc.ing)
    assert found.source_p["tau_m"] / found.source_p["tau_s"] == 3.75
    assert not found.valid and found.error.eigenvalue > found.valid.tolerance
    # The mean field has a rhythm; two stages with r = Phi never: their trace is -2/tau_s.
    assert rc.fixed_points(rc.ing)[0].kind == "unstable focus"
    target = rc.fixed_points(found.target, found.p, found.u)[0]
    assert target.kind == "stable focus"
    assert target.eigenvalues.sum().real == pytest.approx(-2 / 0.002, rel=1e-9)
    orders(found)


def test_the_rate_equation_answers_slow_inputs_with_an_error_of_order_two():
    for rest in rc.fixed_points(rc.mpr):
        found = to_qif_rate(rc.mpr, x=rest.x)
        orders(found, found.valid.limit / 2.0 ** np.arange(4, -1, -1))
        # There and back through a square root: rounding, amplified where the rate is small.
        np.testing.assert_allclose(found.x_map.backward(found.x_map.forward(rest.x)), rest.x, rtol=1e-9)
        outside = found.again(2 * np.pi)
        assert not outside.valid and outside.error.transfer > found.valid.tolerance


def test_the_rate_equation_has_the_fixed_points_and_the_folds_of_the_mean_field():
    (low, high) = folds(0.01, 1.0, 15.0)
    # Near a fold the slow eigenvalue goes to 0, and its relative error with it: halved for a quarter of the distance.
    errors = []
    for distance in (0.04, 0.01, 0.0025):
        eta = low.eta_bar + distance if low.eta_bar < high.eta_bar else low.eta_bar - distance
        point = fixed_points(0.01, 1.0, eta, 15.0)[0]
        found = to_qif_rate(rc.mpr, x=np.array([point.r, point.v]), p={"eta_bar": eta})
        simple = rc.fixed_points(rc.qif_rate, found.p, found.u)
        assert min(abs(each.x[0] - point.r) for each in simple) < 1e-8 * point.r
        errors.append(found.error.eigenvalue)
    assert errors[0] > 1.8 * errors[1] > 3.2 * errors[2]


@pytest.mark.parametrize(("rate", "slope", "tau"), [(2.5, 0.7, 0.01), (40.0, 3.0, 0.01), (5.0, 0.2, 0.02)])
def test_a_matched_population_has_the_rate_and_the_slope(rate, slope, tau):
    for found in (matched_population(rate, slope, tau_m=tau), matched_population(rate, slope, Delta=0.1)):
        # A closed form against a closed form: rounding, times the condition of the square roots.
        assert qif_cauchy(found.eta, delta=found.Delta, tau=found.tau_m) == pytest.approx(rate, rel=1e-11)
        assert qif_cauchy_gain(found.eta, delta=found.Delta, tau=found.tau_m) == pytest.approx(slope, rel=1e-11)


def test_a_pair_of_sigmoids_becomes_two_populations_of_neurons():
    found = to_ping(rc.nmm1_loop)
    orders(found)
    rest = equilibrium()
    state = np.array([rest.E, 0.0, rest.I, 0.0])
    there = found.x_map.forward(state)
    # Rates and slopes are matched, so the fixed point is one of both, to the rounding of eta.
    slopes = rc.ping.rhs(0.0, tuple(there), tuple(found.p.values()), tuple(found.u.values()))
    np.testing.assert_allclose(slopes, 0, atol=1e-6)
    np.testing.assert_allclose(found.x_map.backward(there), state, rtol=1e-12)
    outside = found.again(0.5)
    assert not outside.valid and outside.error.worst > found.valid.tolerance


def test_what_has_no_such_form_is_refused():
    for wanted, call in (
        ("qif_second_order or ing", lambda: to_qif_nmm1(rc.mpr)),
        ("mpr", lambda: to_qif_rate(rc.ing)),
        ("say which one", lambda: to_qif_rate(rc.mpr)),
        ("above 0", lambda: to_qif_rate(rc.mpr, highest=-1.0)),
        ("nmm1_loop", lambda: to_ping(rc.jansen_rit)),
        ("alpha synapses", lambda: to_ping(rc.nmm1_loop, p={"rise_E": 200.0})),
        ("either tau_m or Delta", lambda: matched_population(2.0, 1.0)),
        ("so steep", lambda: matched_population(100.0, 5.0, tau_m=0.05)),
        ("Delta from 0", lambda: matched_population(2.0, 1.0, Delta=3.0)),
    ):
        with pytest.raises(ValueError, match=wanted):
            call()
