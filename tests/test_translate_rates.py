"""Rate models of a push-pull pair into each other, and the loop gain that tells when they ring."""

import numpy as np
import pytest

import rosetta_core as rc
from rosetta_core.models.master import loop_gains
from rosetta_core.models.nmm1_loop import equilibrium
from rosetta_core.translate.loop import loop_gain
from rosetta_core.translate.rates import to_nmm1, to_voltage_form, to_wilson_cowan

FIVE = 0.05 / 2.0 ** np.arange(4, -1, -1)


def first_order(found):
    """Both errors are of order 1 up to the limit, below the tolerance there; the next order adds a share of 0.05."""
    scan = found.scan(FIVE)
    for name, order in found.valid.order.items():
        assert abs(scan.order[name] - order) < 0.1
        assert scan.errors[name][-1] < found.valid.tolerance
    return scan


@pytest.mark.parametrize(("keep", "stage"), [("membrane", "m"), ("decay", "d")])
def test_the_master_equation_has_two_wilson_cowan_limits(keep, stage):
    found = to_wilson_cowan(rc.master, keep=keep)
    assert found.p["tau_E"] == found.source_p[f"tau_{stage}E"]
    # The same numbers by two routes: rounding.
    assert found.p["w_EI"] == pytest.approx(0.56 * 8.0 * 5.0, rel=1e-14)
    first_order(found)
    outside = found.again(1.0)
    assert not outside.valid and outside.error.eigenvalue > outside.valid.tolerance


def test_the_states_of_the_limit_are_fixed_points_of_both():
    found = to_wilson_cowan(rc.master, keep="membrane")
    (rest,) = rc.fixed_points(rc.master)
    there = found.x_map.forward(rest.x)
    (target,) = rc.fixed_points(rc.wilson_cowan, found.p, found.u)
    # The same numbers by two routes: rounding.
    np.testing.assert_allclose(there, target.x, atol=1e-12)
    np.testing.assert_allclose(found.x_map.backward(there), rest.x, atol=1e-11)


def test_the_limits_of_the_master_equation_run_as_their_targets():
    apart = []
    for time in (1e-5, 5e-6):
        fast = dict.fromkeys(("tau_mE", "tau_mI", "tau_rE", "tau_rI"), time) | {"tau_dE": 0.01, "tau_dI": 0.01}
        found = to_wilson_cowan(rc.master, keep="decay", p=fast)
        x0 = np.array([0.3, 0.2])
        one = rc.simulate(rc.master, 0.05, 1e-6, p=fast, x0=found.x_map.backward(x0), every=100)
        other = rc.simulate(rc.wilson_cowan, 0.05, 1e-6, p=found.p, u=found.u, x0=x0, every=100)
        apart.append(np.abs(found.x_map.forward(one.x.T) - other.x.T).max())
    # The synapses run as Wilson-Cowan activities, but for the share of the fast times, 2e-3 and half of it.
    assert apart[0] < 0.02
    assert apart[0] / apart[1] == pytest.approx(2.0, rel=0.02)


def test_second_order_synapses_are_nmm1_when_membranes_are_instant():
    found = to_nmm1(rc.master, p={"w_EE": 0.0})
    first_order(found)
    # The loop gain of the target is that of the source's weights and slopes.
    (rest,) = rc.fixed_points(rc.master, {"w_EE": 0.0})
    gains = loop_gains(rest.x[0], rest.x[3], {"w_EE": 0.0})
    assert equilibrium(found.p, found.u).gain == pytest.approx(gains[0, 1] * gains[1, 0], rel=1e-9)


def test_nmm1_without_a_rise_is_wilson_cowan_and_has_lost_its_hopf_point():
    found = to_wilson_cowan(rc.nmm1_loop)
    assert found.p["w_EE"] == found.p["w_II"] == 0
    first_order(found)
    (E, _, I, _) = rc.fixed_points(rc.nmm1_loop)[0].x
    (rest,) = rc.fixed_points(rc.wilson_cowan, found.p, found.u)
    np.testing.assert_allclose(found.x_map.forward(np.array([E, 0, I, 0])), rest.x, rtol=1e-9)
    # NMM1 rings here and its limit cannot: the trace of a pair without self-excitation is negative.
    assert rc.fixed_points(rc.nmm1_loop)[0].kind == "unstable focus"
    assert rest.kind == "stable focus"
    # The defaults have rise = decay: the region says no, and the eigenvalue shows it.
    assert not found.valid and found.error.eigenvalue > found.valid.tolerance


@pytest.mark.parametrize("rise", [1.0, 0.3, 0.1, 0.03, 0.01])
def test_the_gain_a_rhythm_needs_diverges_with_the_rise_as_in_closed_form(rise):
    pair = {"w_EE": 0.0, "w_II": 0.0, "tau_E": 0.02, "tau_I": 0.02}
    found = to_nmm1(rc.wilson_cowan, rise=rise, p=pair)
    loop = loop_gain(rc.nmm1_loop, "I", "E_slope", p=found.p, u=found.u)
    # K_c is how many times the present gain at rest exceeds the gain where the phase is turned by half a turn.
    assert -loop.steady / loop.gain[0] == pytest.approx((1 + rise) ** 2 / rise, rel=1e-9)
    assert 2 * np.pi * loop.frequency[0] == pytest.approx(1 / (0.02 * np.sqrt(rise)), rel=1e-9)


def test_wilson_cowan_with_a_rise_put_in_comes_back():
    pair = {"w_EE": 0.0, "w_II": 0.0, "a_E": 1.3, "theta_I": 0.5}
    up = to_nmm1(rc.wilson_cowan, p=pair, u={"P_E": 4.0})
    first_order(up)
    down = to_wilson_cowan(rc.nmm1_loop, p=up.p, u=up.u)
    for name in ("tau_E", "tau_I"):
        assert down.p[name] == pytest.approx(up.source_p[name], rel=1e-12)
    # Slopes and thresholds have moved into weights and inputs; the model is the same.
    x = np.array([0.3, 0.6])
    here = rc.wilson_cowan.rhs(0.0, tuple(x), tuple(up.source_p.values()), tuple(up.source_u.values()))
    there = rc.wilson_cowan.rhs(0.0, tuple(x), tuple(down.p.values()), tuple(down.u.values()))
    np.testing.assert_allclose(there, here, rtol=1e-11)


def test_both_forms_are_one_model_with_one_time_constant():
    found = to_voltage_form(rc.wilson_cowan)
    # RK4 with tau/200 on rates up to some 1/tau over five tau.
    assert found.error.state < 1e-9
    x = np.array([[0.2, 0.7], [0.9, 0.1]])
    v = found.x_map.forward(x)
    np.testing.assert_allclose(found.x_map.backward(v), x, rtol=1e-12)
    # The right-hand sides: dv/dt = W dx/dt.
    W = np.array([[12.0, -12.0], [12.0, -2.0]])
    for k in range(2):
        activity = rc.wilson_cowan.rhs(0.0, tuple(x[:, k]), tuple(found.source_p.values()), tuple(found.u.values()))
        voltage = rc.wilson_cowan_voltage.rhs(0.0, tuple(v[:, k]), tuple(found.p.values()), tuple(found.u.values()))
        np.testing.assert_allclose(voltage, W @ activity, rtol=1e-12)
    cycle, same = rc.limit_cycle(rc.wilson_cowan), rc.limit_cycle(rc.wilson_cowan_voltage)
    assert same.frequency == pytest.approx(cycle.frequency, rel=1e-6)


def test_two_time_constants_keep_fixed_points_and_eigenvalues_but_not_runs():
    found = to_voltage_form(rc.wilson_cowan, u={"P_E": 1.0})
    scan = found.scan(FIVE)
    # A fit over octaves of the small parameter; what the next power of it bends is below a tenth.
    assert abs(scan.order["state"] - found.valid.order["state"]) < 0.1
    assert scan.errors["state"][-1] < found.valid.tolerance
    outside = found.again(0.5)
    assert not outside.valid and outside.error.state > outside.valid.tolerance
    rest = rc.fixed_points(rc.wilson_cowan, outside.source_p, outside.source_u)[0]
    v = outside.x_map.forward(rest.x)
    np.testing.assert_allclose(
        rc.eigenvalues(rc.wilson_cowan_voltage, v, outside.p, outside.u), rest.eigenvalues, rtol=1e-9
    )


@pytest.mark.parametrize(
    ("model", "name", "bracket", "origin", "into"),
    [
        ("nmm1_loop", "P_E", (0.0, 16.0), "E", "I_slope"),
        ("jansen_rit", "p", (50.0, 120.0), "y0", "y5"),
        ("jansen_rit", "p", (280.0, 340.0), "y0", "y5"),
        ("ing", "I", (1.0, 20.0), "s", "v"),
        ("ing", "I", (60.0, 90.0), "s", "v"),
    ],
)
def test_a_hopf_point_is_where_the_gain_round_the_loop_is_one(model, name, bracket, origin, into):
    model = getattr(rc, model)
    hopf = rc.hopf(model, name, bracket)
    loop = loop_gain(model, origin, into, x=hopf.x, u={name: hopf.value})
    k = np.abs(loop.frequency - hopf.frequency).argmin()
    # The Hopf point is located to about 1e-9 of the eigenvalues.
    assert loop.frequency[k] == pytest.approx(hopf.frequency, rel=1e-6)
    assert loop.gain[k] == pytest.approx(1.0, abs=1e-6)
    np.testing.assert_allclose(loop.at(loop.frequency), loop.gain, atol=1e-9)
    # The closed loop's eigenvalues are where the gain is one, at any complex frequency: det(1 - L) det(cut) = det(J).
    J = rc.jacobian(model, hopf.x, u={name: hopf.value})
    s = 2j * np.pi * 7.0
    whole = np.linalg.det(s * np.eye(len(J)) - J) / np.linalg.det(s * np.eye(len(J)) - loop.cut)
    assert 1 - loop.at(7.0) == pytest.approx(whole, rel=1e-8)


def test_a_loop_of_two_stages_never_comes_back_in_phase_but_at_its_hopf_point():
    hopf = rc.hopf(rc.wilson_cowan, "P_E", (1.0, 2.0))
    # With trace 0 the opened loop J_EI J_IE/((s - J_EE)(s + J_EE)) is real at all frequencies; at one of them it is 1.
    at_hopf = loop_gain(rc.wilson_cowan, "E", "I", x=hopf.x, u={"P_E": hopf.value})
    assert at_hopf.at(hopf.frequency) == pytest.approx(1.0, abs=1e-6)
    without = loop_gain(rc.wilson_cowan, "E", "I", p={"w_EE": 0.0})
    assert without.frequency.size == 0 and without.steady < 0


def test_what_has_no_such_form_is_refused():
    for wanted, call in (
        ("master or nmm1_loop", lambda: to_wilson_cowan(rc.jansen_rit)),
        ("membrane", lambda: to_wilson_cowan(rc.nmm1_loop, keep="membrane")),
        ("w_EE = w_II = 0", lambda: to_nmm1(rc.wilson_cowan)),
        ("above 0", lambda: to_nmm1(rc.wilson_cowan, rise=0.0, p={"w_EE": 0.0, "w_II": 0.0})),
        ("plain sigmoids", lambda: to_voltage_form(rc.wilson_cowan, p={"shift": 1.0})),
        ("inverted", lambda: to_voltage_form(rc.wilson_cowan, p={"w_II": 12.0})),
        ("one fixed point", lambda: loop_gain(rc.jansen_rit, "y0", "y5", p={}, u={"p": 100.0})),
        ("does not enter", lambda: loop_gain(rc.nmm1_loop, "E", "E")),
        ("no state", lambda: loop_gain(rc.nmm1_loop, "E", "nothing")),
    ):
        with pytest.raises(ValueError, match=wanted):
            call()
