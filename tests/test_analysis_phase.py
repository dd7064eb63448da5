"""Phase response by the adjoint, asymptotic phases, interaction functions: against closed forms and direct pulses."""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE, check
from hypothesis import given, settings
from hypothesis import strategies as st

import rosetta_core as rc
from rosetta_core.analysis.orbits import limit_cycle
from rosetta_core.analysis.phase import interaction_function, isochrons, phase_response
from rosetta_core.models.stuart_landau import asymptotic_phase
from rosetta_core.models.stuart_landau import phase_response as exact_response
from rosetta_core.models.theta import phase_response as exact_theta

SL = {"alpha": 5.0, "gamma": 2.0, "beta": 3.0, "omega": 20 * np.pi}


def apart(one, other):
    """Distance of two angles."""
    return np.abs(np.angle(np.exp(1j * (np.asarray(one) - np.asarray(other)))))


def test_the_adjoint_gives_the_closed_form_of_stuart_landau():
    found = phase_response(rc.stuart_landau, p=SL)
    # The cycle is good to its error, 1e-9; the response needs its slope once more: a factor of a few.
    bound = 10 * found.cycle.error
    expected = exact_response(found.phase, SL["alpha"], SL["gamma"], SL["beta"])
    np.testing.assert_allclose(found.response.T, expected, atol=bound, rtol=0)
    assert apart(np.angle(found.x @ [1, 1j]), found.phase).max() < bound
    assert found.omega == pytest.approx(SL["omega"] - SL["beta"] * SL["alpha"] / SL["gamma"], rel=1e-10)
    assert found.error < 1e-9
    np.testing.assert_array_equal(found.of("re"), found.response[:, 0])
    np.testing.assert_allclose(found.of("u_im"), found.response[:, 1], rtol=1e-14)
    for key, angle in (("r2.sl.a.prc0.0000", 0.0), ("r2.sl.a.prc1.0472", np.pi / 3)):
        check(REFERENCE[key], found.at(angle)[1], tolerance=1e-8)
    # d f / d alpha = z, and the response along z is -beta/gamma at every phase.
    np.testing.assert_allclose(found.of("alpha"), -SL["beta"] / SL["gamma"], rtol=1e-8)


def test_the_adjoint_gives_the_closed_form_of_the_theta_neuron():
    eta, tau = 0.3, 0.02
    found = phase_response(rc.theta, p={"eta": eta, "tau": tau})
    # Input I moves V' by I/tau: (1 - cos phi)/sqrt(eta) a kick of V, and a kick is I times its duration over tau.
    np.testing.assert_allclose(found.of("I") * tau, exact_theta(found.phase, eta), atol=1e-6)


@pytest.mark.parametrize(
    ("model", "u", "state"),
    [
        (rc.jansen_rit, {"p": 220.0}, "y4"),
        (rc.jansen_rit, {"p": 120.0}, "y1"),
        (rc.wilson_cowan, {}, "I"),
        (rc.ping, {}, "v_E"),
    ],
)
def test_the_adjoint_gives_what_a_small_pulse_does(model, u, state):
    found = phase_response(model, u=u)
    row = [each.name for each in model.state].index(state)
    at = np.arange(0, 256, 32)
    size = 1e-4 * np.ptp(found.x[:, row])
    points = np.repeat(found.x[at], 2, axis=0)
    points[::2, row] += size
    points[1::2, row] -= size
    named = {each.name: points[:, k] for k, each in enumerate(model.state)}
    phase = isochrons(model, named, response=found).phase
    slope = np.angle(np.exp(1j * (phase[::2] - phase[1::2]))) / (2 * size)
    # Central difference over 2e-4 of the swing: truncation about 1e-7 of the largest slope, phases to 1e-8 rad.
    largest = np.abs(found.of(state)).max()
    np.testing.assert_allclose(slope, found.of(state)[at], atol=1e-3 * largest, rtol=0)


def test_isochrons_of_stuart_landau_are_logarithmic_spirals():
    response = phase_response(rc.stuart_landau, p=SL)
    re, im = np.meshgrid(np.linspace(-2, 2, 9) + 0.03, np.linspace(-2, 2, 7))
    found = isochrons(rc.stuart_landau, {"re": re, "im": im}, response=response)
    assert found.phase.shape == re.shape and found.distance.max() < 1e-5
    expected = asymptotic_phase(re + 1j * im, SL["gamma"], SL["beta"], SL["alpha"])
    # RK4 with at least 400 steps a period: 2 pi (2 pi/400)^4/120 = 3e-9 rad a period, more where z is large.
    assert apart(found.phase, expected).max() < 1e-6


def test_a_state_that_never_comes_to_the_cycle_has_no_phase():
    p = {"alpha": -0.1, "gamma": -1.0, "delta": 1.0}
    cycle = limit_cycle(rc.bautin, p=p, x0=[1.2, 0.0])
    found = isochrons(rc.bautin, {"re": [0.1, 1.0], "im": 0.0}, response=phase_response(rc.bautin, cycle=cycle))
    assert np.isnan(found.phase[0]) and found.distance[0] > 0.1
    assert np.isfinite(found.phase[1])


def test_the_interaction_of_stuart_landau_is_that_of_kuramoto_and_sakaguchi():
    p = {"alpha": 1.0, "gamma": 1.5, "beta": 0.8, "omega": 6.0}
    found = interaction_function(rc.stuart_landau, p=p)
    c = p["beta"] / p["gamma"]
    # Ladder, T3: sin psi - (beta/gamma)(cos psi - 1), exactly.
    np.testing.assert_allclose(found.H, np.sin(found.psi) - c * np.cos(found.psi) + c, atol=1e-8)
    assert [round(psi, 8) % round(2 * np.pi, 8) for psi, _ in found.locked] == pytest.approx([0.0, np.pi], abs=1e-7)
    assert [stable for _, stable in found.locked] == [True, False]
    assert found.at(0.3) == pytest.approx(np.sin(0.3) - c * np.cos(0.3) + c, abs=1e-8)
    sine = interaction_function(rc.kuramoto, coupling="sine")
    np.testing.assert_allclose(sine.H, np.sin(sine.psi), atol=1e-9)


def test_the_interaction_gives_the_frequency_and_the_return_of_two_coupled_nodes():
    found = interaction_function(rc.wilson_cowan, "P_E", coupling="additive")
    gain, cycle = 1e-3, limit_cycle(rc.wilson_cowan)
    net = rc.network(rc.wilson_cowan, [[0, 1.0], [1, 0]], gain=gain, coupling="additive", into="P_E")
    ((psi, _),) = [each for each in found.locked if each[1]]
    start = np.column_stack([phase_response(rc.wilson_cowan, cycle=cycle).at(phase)[0] for phase in (0.0, psi)])
    both = limit_cycle(net, x0=start, n_intervals=20, tolerance=1e-5)
    # First order in the gain; the next order is smaller by the gain over the multiplier's rate, 1e-3 of about 30/s, and
    # by the curvature of the field, at most 0.1.
    shift = 2 * np.pi * (both.frequency - cycle.frequency)
    assert shift == pytest.approx(gain * float(found.at(psi)), rel=0.05)
    slope = float(found.at(psi + 1e-4) - found.at(psi - 1e-4) + found.at(-psi + 1e-4) - found.at(-psi - 1e-4)) / 2e-4
    slowest = float(np.abs(both.multipliers).max())
    assert np.log(slowest) / both.period == pytest.approx(-gain * slope, rel=0.05)


def test_errors_say_what_to_try():
    response = phase_response(rc.stuart_landau)
    with pytest.raises(ValueError, match="did you mean 'alpha'"):
        response.of("alhpa")
    unstable = rc.bautin
    p = {"alpha": -0.1, "gamma": -1.0, "delta": 1.0}
    cycle = limit_cycle(unstable, p=p, x0=[1.2, 0.0])
    flipped = response._replace(cycle=cycle._replace(stable=False, multipliers=np.array([2.0])))
    with pytest.raises(ValueError, match="want a stable cycle"):
        isochrons(unstable, {"re": 1.0}, response=flipped)
    with pytest.raises(ValueError, match="no state 'x'"):
        isochrons(rc.stuart_landau, {"x": 1.0}, response=response)
    with pytest.raises(ArithmeticError, match="fixed point"):
        phase_response(rc.stuart_landau, p={"alpha": -0.1})


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.floats(0.05, 1.0), st.floats(0.3, 3.0), st.floats(-2.0, 2.0), st.floats(2.0, 20.0))
def test_any_circle_has_its_closed_form(alpha, gamma, beta, turning):
    p = {"alpha": alpha, "gamma": gamma, "beta": beta, "omega": turning + beta * alpha / gamma}
    found = phase_response(rc.stuart_landau, p=p, x0=[np.sqrt(alpha / gamma), 0.0])
    expected = exact_response(found.phase, alpha, gamma, beta)
    np.testing.assert_allclose(found.response.T, expected, atol=1e-6 * np.abs(expected).max(), rtol=0)
