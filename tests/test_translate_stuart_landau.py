"""Any rung near a Hopf point as a Stuart-Landau oscillator: published numbers, orders of the errors, refusals."""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE, check

import rosetta_core as rc
from rosetta_core.translate.stuart_landau import to_stuart_landau

HOPF = 1.5315010404  # of Figure 5.1a of doi:10.1016/j.physrep.2026.05.004, in P_E
SECONDS = {"tau_E": 1.0, "tau_I": 1.0}  # time there counts in time constants


def wilson_cowan(at, **more):
    return to_stuart_landau(rc.wilson_cowan, "P_E", near=1.5, at=at, p=SECONDS, amplitude_of="E", **more)


def held(scan, orders, within=0.1):
    for name, order in orders.items():
        assert scan.value.size >= 5
        assert scan.order[name] == pytest.approx(order, abs=within), (name, scan)


@pytest.mark.parametrize(
    ("way", "amplitude", "error"),
    # Half of the simulated swing, and the prediction, as printed by the design's independent code.
    [(0.01, 0.015510, 0.0002), (0.02, 0.021885, 0.0003), (0.05, 0.034368, 0.0008), (0.1, 0.048067, 0.0016)],
)
def test_wilson_cowan_amplitude(way, amplitude, error):
    found = wilson_cowan(HOPF - way)
    radius = np.sqrt(found.p["alpha"] / found.p["gamma"])
    # Printed to 1e-6, the first to two of these.
    assert radius / (1 + found.error.amplitude) == pytest.approx(amplitude, abs=1.5e-6)
    assert found.error.amplitude == pytest.approx(error, abs=0.5e-4)


def test_wilson_cowan_coefficients_are_those_of_the_ladder():
    found = wilson_cowan(HOPF - 0.05)
    form = rc.normal_form(rc.wilson_cowan, "P_E", HOPF, p=SECONDS, amplitude_of="E")
    # |q| = 1 has q_E = J_EI/sqrt(|J_EI|^2 + |i omega - J_EE|^2).
    J = rc.jacobian(rc.wilson_cowan, form.x, SECONDS, {"P_E": form.value})
    share = J[0, 1] ** 2 / (J[0, 1] ** 2 + abs(1j * form.omega - J[0, 0]) ** 2)
    c1 = 4 * share * (found.p["gamma"] + 1j * found.p["beta"])
    assert c1 == pytest.approx(14.6251 + 27.0608j, abs=1e-3)
    # alpha is half of the trace at the equilibrium there, to rounding.
    run = rc.fixed_points(rc.wilson_cowan, SECONDS, {"P_E": HOPF - 0.05})
    (rest,) = (each for each in run if each.kind == "unstable focus")
    half = np.trace(rc.jacobian(rc.wilson_cowan, rest.x, SECONDS, {"P_E": HOPF - 0.05})) / 2
    assert found.p["alpha"] == pytest.approx(half, rel=1e-9)


@pytest.mark.parametrize("P_I", [-6.70682, -3.29318])
def test_the_two_hopf_points_of_the_other_slice_are_mirror_images(P_I):
    way = 0.01 if P_I < -5 else -0.01
    found = to_stuart_landau(
        rc.wilson_cowan, "P_I", near=P_I, at=P_I + way, p=SECONDS, u={"P_E": 0.0}, amplitude_of="E"
    )
    J = rc.jacobian(rc.wilson_cowan, found.x_map.backward(np.zeros(2)), SECONDS, {"P_E": 0.0, "P_I": P_I + way})
    share = J[0, 1] ** 2 / (J[0, 1] ** 2 + abs(1j * found.p["omega"] - J[0, 0]) ** 2)
    # The ladder's number belongs to the Hopf point; the share of E in |q| = 1 is taken 0.01 beside it.
    assert 4 * share * (found.p["gamma"] + 1j * found.p["beta"]) == pytest.approx(13.5314 + 31.6085j, rel=0.01)


@pytest.mark.parametrize(
    ("p", "gamma", "beta"), [(-12.14749, -1.9015, None), (89.82911, 0.32138, 1.8337), (315.69643, 0.37573, 0.5288)]
)
def test_jansen_rit_hopf_points(p, gamma, beta):
    way = 0.05 if p < 0 or p < 100 else -0.05
    found = to_stuart_landau(rc.jansen_rit, "p", near=p, at=p + way, unstable=gamma < 0)
    # Half a unit of the last printed digit.
    assert found.p["gamma"] == pytest.approx(gamma, abs=6e-5)
    if beta is not None:
        assert found.p["beta"] == pytest.approx(beta, abs=6e-5)
    assert abs(found.error.frequency) < 1e-6 and abs(found.error.amplitude) < 2e-3


def test_errors_against_the_distance_with_a_cycle_and_without():
    cycle = wilson_cowan(HOPF - 0.02)
    scan = cycle.scan(np.geomspace(5e-4, 0.03, 6))
    held(scan, cycle.valid.order)
    rest = wilson_cowan(HOPF + 0.1)
    held(rest.scan(), rest.valid.order)
    # alpha + i omega is the eigenvalue itself: rounding.
    assert rest.error.eigenvalue < 1e-12 and set(rest.error.measured()) == {"transfer", "eigenvalue"}


@pytest.mark.parametrize(
    ("model", "name", "near", "way", "u", "unstable"),
    [
        (rc.jansen_rit, "p", 89.83, 1.0, {}, False),
        (rc.jansen_rit, "p", -12.15, 1.0, {}, True),
        (rc.wendling, "p", -24.0, 0.5, {}, True),
        (rc.lanmm, "p_P1", 363.31, -4.0, {"p_P2": 0.0}, False),
        (rc.ing, "I", 5.322, 0.02, {}, False),
        (rc.ping, "I_E", 0.8708, 0.02, {"I_I": 0.0}, False),
        (rc.nmm1_loop, "P_E", 9.9, 0.1, {}, False),
    ],
    ids=lambda each: getattr(each, "name", None),
)
def test_orders_of_every_rung(model, name, near, way, u, unstable):
    value = rc.normal_form(model, name, near, u=u).value
    found = to_stuart_landau(model, name, near=near, at=value + way, u=u, unstable=unstable)
    held(found.scan(abs(way) / 2.0 ** np.arange(5)), found.valid.order)
    assert found.valid and found.error.worst < found.valid.tolerance


def test_two_wilson_cowan_nodes_rise_together():
    net = rc.network(rc.wilson_cowan, np.array([[0.0, 1.0], [1.0, 0.0]]), gain=0.1, coupling="additive", into="P_E")
    at = rc.normal_form(net, "P_E", 1.5, p=SECONDS).value - 0.02
    found = to_stuart_landau(net, "P_E", near=1.5, at=at, p=SECONDS)
    # First order: at twice the distance twice the error.
    assert found.again(0.04).error.amplitude / found.error.amplitude == pytest.approx(2.0, abs=0.1)
    # Nodes that rise together are one node that excites itself by the gain besides.
    one = to_stuart_landau(rc.wilson_cowan, "P_E", near=1.5, at=at, p={**SECONDS, "w_EE": 12.1})
    for name in ("alpha", "omega", "gamma", "beta"):
        assert found.p[name] == pytest.approx(one.p[name], rel=1e-7)
    states = np.array([0.01, -0.02])
    np.testing.assert_allclose(
        found.x_map.backward(states)[:2] - found.x_map.backward(np.zeros(2))[:2], 0.01, rtol=1e-7
    )


def test_outside_the_limit_the_error_is_larger_and_valid_says_no():
    found = wilson_cowan(HOPF - 0.02)
    assert found.valid and found.again(0.98 * found.valid.limit).error.worst <= found.valid.tolerance
    beyond = found.again(1.1 * found.valid.limit)
    assert not beyond.valid and beyond.error.worst > beyond.valid.tolerance
    assert beyond.valid.limit == found.valid.limit


def test_states_go_there_and_back():
    found = wilson_cowan(HOPF - 0.02)
    z = np.random.default_rng(1).normal(size=(2, 7)) * 0.02
    np.testing.assert_allclose(found.x_map.forward(found.x_map.backward(z)), z, atol=1e-15)
    # A planar model has no other modes, so that its states come back too.
    x = found.x_map.backward(z)
    np.testing.assert_allclose(found.x_map.backward(found.x_map.forward(x)), x, atol=1e-14)
    # re is the deviation of the variable from rest.
    np.testing.assert_allclose(x[0] - found.x_map.backward(np.zeros(2))[0], z[0], atol=1e-14)


def test_a_small_push_is_told_to_the_target():
    found = wilson_cowan(HOPF + 0.4)
    f, p, u = found.p["omega"] / (2 * np.pi), found.source_p, found.source_u
    x0 = found.x_map.backward(np.zeros(2))
    gains = rc.transfer(rc.wilson_cowan, "P_E", "E", [f], x=x0, p=p, u=u)
    parts = [rc.transfer(rc.stuart_landau, name, "re", [f], x=[0, 0], p=found.p) for name in ("u_re", "u_im")]
    told = sum(found.drives["P_E"][name] * part for name, part in zip(("u_re", "u_im"), parts, strict=True))
    assert abs(told - gains)[0] / abs(gains)[0] < 1.01 * found.error.transfer


def test_nearest_hopf_point_is_found_from_afar():
    found = to_stuart_landau(rc.jansen_rit, "p", near=250.0, at=310.0)
    # The Hopf point is printed to five decimals.
    assert found.valid.value == pytest.approx(315.69643 - 310, abs=1e-4)


def test_where_the_rhythm_ends_there_is_nothing_to_compare():
    # The branch of cycles ends at -3.30048 in a saddle-node on its circle.
    with pytest.raises(ArithmeticError, match=r"ends at -3\.3004\d+ \(snic\)"):
        wilson_cowan(-3.4)
    # Short of that, far from the Hopf point: an error, and a no.
    far = wilson_cowan(-3.0)
    assert not far.valid and far.error.worst > far.valid.tolerance


def test_subcritical_points_are_refused_with_the_reason():
    with pytest.raises(ValueError, match=r"subcritical \(gamma = -1.9015 is negative\): no small cycle to translate"):
        to_stuart_landau(rc.jansen_rit, "p", near=-12.0, at=-12.0)
    with pytest.raises(ValueError, match=r"its unstable cycle is above -12\.147"):
        to_stuart_landau(rc.jansen_rit, "p", near=-12.0, at=-13.0, unstable=True)
    with pytest.raises(ValueError, match="at that very value"):
        value = rc.normal_form(rc.jansen_rit, "p", 89.83).value
        to_stuart_landau(rc.jansen_rit, "p", near=89.8, at=value)
    with pytest.raises(ValueError, match="no Hopf point near"):
        to_stuart_landau(rc.mpr, "I", near=1.0, at=1.0)


def test_the_unstable_cycle_is_that_of_its_branch():
    point = rc.hopf(rc.jansen_rit, "p", (-30.0, 5.0))
    at = point.value + 1.0
    (cycle,) = rc.cycles(rc.jansen_rit, point, "p", (point.value - 5, at + 1)).at(at)
    assert not cycle.stable
    found = to_stuart_landau(rc.jansen_rit, "p", near=-12.0, at=at, unstable=True)
    turning = found.p["omega"] - found.p["beta"] * found.p["alpha"] / found.p["gamma"]
    # The mesh of the cycle leaves an error of 1e-7.
    assert turning / (2 * np.pi) / cycle.frequency - 1 == pytest.approx(found.error.frequency, abs=2e-7)
    radius = np.sqrt(found.p["alpha"] / found.p["gamma"])
    # Half of the swing of 320 samples is short by (pi/320)^2/2 at most.
    assert 2 * radius / np.ptp(cycle.output) - 1 == pytest.approx(found.error.amplitude, abs=6e-5)


def test_the_reader_chooses_the_protocol():
    found = wilson_cowan(HOPF - 0.02)
    other = found.check(input="P_I", n_phases=256)
    # The same two cycles; only the push differs.
    assert "P_I" in other.test and other.frequency == pytest.approx(found.error.frequency, rel=1e-9)
    assert other.phase_response != found.error.phase_response
    sides = found.sides("phase_response")
    apart = np.linalg.norm(sides.source - sides.target) / np.linalg.norm(sides.source)
    assert apart == pytest.approx(found.error.phase_response, rel=1e-9)
    focus = wilson_cowan(HOPF + 0.1)
    assert focus.check(frequencies=[0.3]).transfer != focus.error.transfer
    assert focus.sides().across_unit == "Hz"
    with pytest.raises(ValueError, match="sides are"):
        focus.sides("waveform")
    assert "error in amplitude" in found.report()


@pytest.mark.parametrize("k", [0, 1, 2])
def test_coefficients_of_independent_code(k):
    row = REFERENCE[f"r4.jr.hopf{k}"]
    point = row["value"]
    found = to_stuart_landau(
        rc.jansen_rit, "p", near=point["p"], at=point["p"] + (0.2 if k < 2 else -0.2), unstable=k == 0
    )
    check(row, [found.p["gamma"], found.p["beta"]], [point["SL_b_y"], point["SL_c_y"]])
