"""To phases and back: Stuart-Landau and Kuramoto, and any cycle by its phase response, with the errors measured."""

import numpy as np
import pytest
from scipy.optimize import brentq

import rosetta_core as rc
from rosetta_core.models.stuart_landau import asymptotic_phase
from rosetta_core.translate.kuramoto import to_kuramoto, with_amplitude
from rosetta_core.translate.phase import return_rate, to_phase, to_phases

PAIR = np.array([[0.0, 1.0], [1.0, 0.0]])
TWO = {"alpha": 1.0, "gamma": 1.5, "beta": 0.8, "omega": 1.0}
FIVE = np.random.default_rng(5).random((5, 5)) * (1 - np.eye(5))


def two(eps):
    return rc.network(rc.stuart_landau, PAIR * eps / 2)


def test_two_nodes_follow_the_corrected_coefficients_and_not_the_printed_ones():
    eps, t1 = 0.02, 150.0
    found = to_kuramoto(two(eps), p=TWO)
    c = TWO["beta"] / TWO["gamma"]
    np.testing.assert_allclose(found.p["omega"], 1 - c + eps * c / 2, rtol=1e-14)
    np.testing.assert_allclose(found.p["lag"], np.arctan(c), rtol=1e-14)
    np.testing.assert_allclose(found.target.weights.toarray(), PAIR * eps / 2 * np.hypot(1, c), rtol=1e-14)
    # Exact from equal amplitudes at any strength: what is left is RK4's, 150 rad times (1/100)^4/120 at most 2e-8.
    assert found.check(duration=t1, unequal=0.0, spread=1.0).state < 1e-7
    assert to_kuramoto(two(1.0), p=TWO).check(unequal=0.0, duration=20.0).state < 1e-7
    # The printed offset eps K c instead of eps c turns both phases further, by (K - 1) eps c t: 0.213 rad.
    x0 = np.array([np.cos([0.0, 1.0]), np.sin([0.0, 1.0])]) * np.sqrt(1 / 1.5)
    printed = found.p["omega"] + (np.hypot(1, c) - 1) * eps * c
    truth = rc.simulate(two(eps), t1, 0.01, p=TWO, x0=x0)
    other = rc.simulate(found.target, t1, 0.01, p=found.p | {"omega": printed}, x0=found.x_map.forward(x0))
    apart = np.angle(np.exp(1j * (other.x[-1, 0] - found.x_map.forward(truth.x[-1])[0])))
    np.testing.assert_allclose(apart, (np.hypot(1, c) - 1) * eps * c * t1, atol=1e-6)
    assert round(float(apart[0]), 2) == 0.21


@pytest.mark.parametrize("coupling", ["diffusive", "additive"])
@pytest.mark.parametrize("beta", [0.0, 3.0])
def test_the_error_in_phase_follows_the_coupling_over_the_attraction(coupling, beta):
    net = rc.network(rc.stuart_landau, 0.005 * FIVE, coupling=coupling)
    p = {"alpha": 1.0, "gamma": 1.5, "beta": beta, "omega": 6 + np.linspace(0, 0.01, 5)}
    found = to_kuramoto(net, p=p)
    scan = found.scan(found.valid.limit / 2.0 ** np.arange(5, -1, -1))
    # Relative to the leading order the next one is of the size of the value, here at most 0.015.
    assert abs(scan.order["state"] - found.valid.order["state"]) < 0.1
    assert scan.errors["state"][-1] < found.valid.tolerance


def test_outside_its_region_it_says_no_and_is_wrong():
    outside = to_kuramoto(two(0.02), p=TWO | {"beta": 0.0}).again(0.1)
    assert not outside.valid
    assert outside.error.state > outside.valid.tolerance


def test_unequal_nodes_and_a_constant_input_keep_the_order():
    p = {"alpha": [1.0, 2.0, 1.5], "gamma": [1.0, 1.5, 0.7], "beta": [0.3, -0.5, 1.0], "omega": [6.0, 6.2, 6.9]}
    p["omega"] = 6 + np.array(p["alpha"]) * p["beta"] / p["gamma"]
    net = rc.network(rc.stuart_landau, 0.004 * np.array([[0, 1, 2], [0.5, 0, 1], [1, 1, 0]]))
    found = to_kuramoto(net, p=p, u={"u_re": [0.002, 0.0, 0.001]})
    scan = found.scan([0.001, 0.002, 0.004, 0.008, 0.016])
    # A fit over octaves of the small parameter; what the next power of it bends is below a tenth.
    assert abs(scan.order["state"] - 1) < 0.1


def test_one_node_is_its_asymptotic_phase_and_the_way_back_is_the_cycle():
    found = to_kuramoto(rc.stuart_landau, p=TWO)
    # Without a pull the phase is exact; RK4 with steps of 1/100 over ten turns leaves less than 1e-8.
    assert found.error.state < 1e-8
    z = np.array([[0.3, -0.7], [0.2, 0.9]])
    expected = asymptotic_phase(z[0] + 1j * z[1], 1.5, 0.8, 1.0)
    np.testing.assert_allclose(found.x_map.forward(z)[0], expected, rtol=1e-14)
    on = found.x_map.backward(found.x_map.forward(z))
    np.testing.assert_allclose(np.hypot(*on), np.sqrt(1 / 1.5), rtol=1e-14)
    np.testing.assert_allclose(found.x_map.forward(on)[0], expected, rtol=1e-13)
    # Ten turns later the state is on the cycle, at the phase that the isochron promised.
    run = rc.simulate(rc.stuart_landau, 15.0, 1e-3, p=TWO, x0=z[:, 0])
    late = found.x_map.forward(run.x[-1])[0] - expected[0] - found.p["omega"] * run.t[-1]
    assert abs(np.angle(np.exp(1j * late))) < 1e-9
    with pytest.raises(ValueError, match="exact"):
        found.again(0.01)


def test_a_constant_input_pulls_one_node_as_a_field():
    found = to_kuramoto(rc.stuart_landau, p=TWO, u={"u_re": 0.01, "u_im": 0.005})
    K_over_r = np.hypot(1, 0.8 / 1.5) / np.sqrt(1 / 1.5)
    # The same numbers by two routes: rounding.
    np.testing.assert_allclose([found.u["h_cos"], found.u["h_sin"]], np.array([0.01, 0.005]) * K_over_r, rtol=1e-14)
    assert found.drives["u_re"]["h_cos"] == pytest.approx(K_over_r, rel=1e-14)
    scan = found.scan(found.valid.limit / 2.0 ** np.arange(5, -1, -1))
    assert abs(scan.order["state"] - 1) < 0.1


def test_phases_with_amplitudes_added_come_back_as_they_were():
    net = rc.network(rc.kuramoto, 0.02 * FIVE, coupling="sine")
    p = {"omega": 6 + np.linspace(0, 0.04, 5), "lag": 0.4}
    up = with_amplitude(net, p=p)
    assert up.valid
    assert up.error.state < up.valid.tolerance
    down = to_kuramoto(up.target, p=up.p, u=up.u)
    np.testing.assert_allclose(down.p["omega"], p["omega"], rtol=1e-13)
    np.testing.assert_allclose(down.p["lag"], 0.4, rtol=1e-13)
    np.testing.assert_allclose(down.target.weights.toarray(), net.weights.toarray(), rtol=1e-13)
    theta = np.array([[0.1, -2.0, 3.0, 1.0, 0.5]])
    np.testing.assert_allclose(up.x_map.backward(up.x_map.forward(theta)), theta, rtol=1e-12)
    # Order 1 in coupling over attraction.
    scan = up.scan(up.valid.limit / 2.0 ** np.arange(5, -1, -1))
    assert abs(scan.order["state"] - 1) < 0.1


def test_locked_phases_miss_by_the_coupling_over_the_attraction():
    attractions = np.array([1.0, 2.0, 4.0, 8.0, 16.0])
    net = rc.network(rc.kuramoto, 0.02 * FIVE, coupling="sine")
    p, start = {"omega": 6 + 0.02 * np.linspace(-1, 1, 5) ** 3}, np.zeros((1, 5))
    # Within 600 s phases lock to e^-10 and better: the slowest rate is of the size of the weights into a node, 0.02.
    locked = rc.simulate(net, 600.0, 0.02, p=p, x0=start, every=30000).x[-1, 0]
    errors = []
    for attraction in attractions:
        up = with_amplitude(net, attraction=attraction, p=p)
        run = rc.simulate(up.target, 600.0, 0.01, p=up.p, x0=up.x_map.forward(start), every=60000)
        phase = up.x_map.backward(run.x[-1])[0]
        errors.append(np.abs(np.angle(np.exp(1j * (phase - phase[0] - locked + locked[0])))).max())
    assert abs(np.polyfit(np.log(attractions), np.log(errors), 1)[0] + 1) < 0.1


def test_two_equal_nodes_unlock_where_the_phases_do_at_any_strength():
    # By symmetry r_1 = r_2 in the locked state, d omega = 2 w sin(psi): the same threshold 2 w as Adler's.
    w, alpha = 0.2, 1.0
    psi = brentq(lambda x: 2 * w * np.sin(x) - 0.39, 0, np.pi / 2)
    run = rc.simulate(rc.network(rc.stuart_landau, w * PAIR), 200.0, 0.01, x0=[[1.0, 1.0], [0.0, 0.5]],
                      p={"alpha": alpha, "gamma": 1.0, "beta": 0.0, "omega": [6.0, 6.39]})  # fmt: skip
    z = run.x[-1, 0] + 1j * run.x[-1, 1]
    assert np.angle(z[1] / z[0]) == pytest.approx(psi, abs=1e-6)
    assert np.abs(z[0]) ** 2 == pytest.approx(alpha - w * (1 - np.cos(psi)), abs=1e-6)


def test_what_cannot_be_a_phase_is_refused():
    for wanted, call in (
        ("alpha > 0", lambda: to_kuramoto(rc.stuart_landau, p={"alpha": -1.0})),
        ("'stuart_landau'", lambda: to_kuramoto(rc.wilson_cowan)),
        ("'kuramoto'", lambda: with_amplitude(rc.stuart_landau)),
        ("'sine'", lambda: to_kuramoto(rc.network(rc.stuart_landau, PAIR, coupling="sine"))),
        ("both parts", lambda: to_kuramoto(rc.network(rc.stuart_landau, PAIR, into="u_re"))),
        ("delays", lambda: to_kuramoto(rc.network(rc.stuart_landau, PAIR, delays=0.1))),
        ("coupling='sine'", lambda: with_amplitude(rc.network(rc.kuramoto, PAIR, into="u"))),
        ("below pi/2", lambda: with_amplitude(rc.kuramoto, p={"lag": 2.0})),
        ("attraction", lambda: with_amplitude(rc.kuramoto, attraction=-1.0)),
        ("takes networks", lambda: to_phase(rc.network(rc.wilson_cowan, PAIR, into="P_E"), "P_E")),
        ("takes models", lambda: to_phases(rc.wilson_cowan)),
        ("no input", lambda: to_phase(rc.wilson_cowan, "P_X", u={"P_E": 0.0})),
        ("equal parameters", lambda: to_phases(rc.network(rc.stuart_landau, PAIR), p={"omega": [6.0, 6.5]})),
    ):
        with pytest.raises(ValueError, match=wanted):
            call()


def test_any_cycle_by_its_phase_response_has_its_tongue_and_an_error_of_order_one():
    found = to_phase(rc.wilson_cowan, "P_E", u={"P_E": 0.0})
    assert found.p["omega"] == pytest.approx(2 * np.pi * 31.8057, rel=1e-5)
    scan = found.scan(found.valid.limit / 2.0 ** np.arange(4, -1, -1))
    assert abs(scan.order["frequency"] - found.valid.order["frequency"]) < 0.1
    assert scan.errors["frequency"][-1] < found.valid.tolerance
    outside = found.again(0.4)
    assert not outside.valid and outside.error.frequency > found.valid.tolerance
    # What the first harmonic leaves out of Z does not depend on the drive.
    assert np.ptp(scan.errors["phase_response"]) == 0 < scan.errors["phase_response"][0]


@pytest.mark.parametrize(("model", "input", "u"), [(rc.ing, "I", {"I": 10.0}), (rc.stuart_landau, "u_re", {})])
def test_other_rungs_need_no_method_of_their_own(model, input, u):
    found = to_phase(model, input, u=u)
    errors = [found.again(found.valid.limit / part).error for part in (1, 2)]
    assert errors[0].frequency < found.valid.tolerance
    # Order 1; Stuart-Landau's symmetry takes the first correction away.
    expected = 4.0 if model is rc.stuart_landau else 2.0
    assert errors[0].frequency / errors[1].frequency == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("input", ["P_E", "P_I"])
def test_the_target_takes_the_drives_of_the_source(input):
    found = to_phase(rc.wilson_cowan, "P_E", u={"P_E": 0.0})
    f = found.response.cycle.frequency
    size = 0.05 * found.response.omega / np.abs(found.response.of(input)).max()
    # A resonant sine for 20 turns: both phases move alike, but for the square of the push, 20 2 pi 0.05^2 = 0.3.
    start = np.array([[1.0]])
    u = {"P_E": 0.0} | {input: rc.sinusoid(size, f, offset=0.0 if input == "P_E" else -6.0)}
    run = rc.simulate(rc.wilson_cowan, 20 / f, 1e-5, u=u, x0=found.x_map.backward(start)[:, 0])
    given = {name: rc.sinusoid(size * factor, f) for name, factor in found.drives[input].items()}
    simple = rc.simulate(found.target, 20 / f, 1e-5, p=found.p, u=given, x0=start[0])
    shift = simple.x[-1, 0] - 1.0 - found.p["omega"] * simple.t[-1]
    apart = found.x_map.forward(run.x[-1][:, None])[0, 0] - simple.x[-1, 0]
    assert abs(shift) > 0.5
    assert abs(np.angle(np.exp(1j * apart))) < 0.3


def test_networks_of_any_cycle_keep_all_of_their_interaction():
    net = rc.network(rc.wilson_cowan, 0.01 * PAIR, into="P_E")
    found = to_phases(net, u={"P_E": 0.0})
    scan = found.scan(found.valid.limit / 2.0 ** np.arange(4, -1, -1))
    assert abs(scan.order["state"] - found.valid.order["state"]) < 0.1
    assert scan.errors["state"][-1] < found.valid.tolerance
    weak = found.again(found.valid.limit / 16)
    # The first harmonic alone is wrong by an amount that does not vanish with the coupling.
    single = weak.check(harmonics=1)
    assert single.state > 5 * weak.error.state
    assert single.state == pytest.approx(found.again(found.valid.limit / 4).check(harmonics=1).state, rel=0.3)
    # The target is the first harmonic: its coupling at each phase difference is that of H but for the rest.
    left = found.sides()
    rms = np.sqrt(np.mean((left.source - left.target) ** 2)) / np.ptp(left.source)
    assert rms == pytest.approx(found.error.waveform, rel=1e-10)
    outside = found.again(0.2)
    assert not outside.valid and outside.error.state > found.valid.tolerance


def test_stuart_landau_by_the_adjoint_is_stuart_landau_in_closed_form():
    p = {"alpha": 1.0, "gamma": 1.5, "beta": 0.8, "omega": 6.0}
    net = rc.network(rc.stuart_landau, 0.01 * FIVE)
    general, exact = to_phases(net, p=p), to_kuramoto(net, p=p)
    # Collocation closes the cycle to 1e-7; the Fourier part of H is as good.
    np.testing.assert_allclose(general.p["omega"], exact.p["omega"], rtol=1e-6)
    np.testing.assert_allclose(general.p["lag"], exact.p["lag"], rtol=1e-6)
    np.testing.assert_allclose(general.target.weights.toarray(), exact.target.weights.toarray(), rtol=1e-6)
    assert general.error.waveform < 1e-6
    assert return_rate(general.response.cycle) == pytest.approx(2.0, rel=1e-5)
    for name, found in general.drives.items():
        for target, factor in exact.drives[name].items():
            np.testing.assert_allclose(found[target], factor, rtol=1e-5, atol=1e-6)
