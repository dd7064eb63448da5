"""Fixed points: none is missed and none is made up, against closed forms and scans, over the whole ladder."""

import os

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from models_for_tests import draws, running_sum, sizes, span

import rosetta_core as rc
from rosetta_core.analysis.fixed_points import eigenvalues, fixed_points, kind, rest_near
from rosetta_core.models.jansen_rit import equilibria as jansen_rit_equilibria
from rosetta_core.models.jansen_rit import equilibrium_drive as jansen_rit_drive
from rosetta_core.models.jansen_rit import folds as jansen_rit_folds
from rosetta_core.models.mpr import fixed_points as mpr_points
from rosetta_core.models.mpr import folds as mpr_folds
from rosetta_core.models.nmm1_loop import equilibrium as nmm1_equilibrium
from rosetta_core.models.wendling import equilibrium_drive
from rosetta_core.models.wilson_cowan import equilibria as wilson_cowan_equilibria

COMPARED, DRAWN = 25, int(os.environ.get("DRAWS", "200"))  # sets of each rung: against closed forms; by hypothesis


# ---- every rung's own way to its fixed points: a number for each of them, as of `place` below ----


def of_mpr(p, u):
    return [point.r for point in mpr_points(p[0], p[1], p[2] + u[0], p[3])]


def of_qif(sign):
    def rates(p, u):
        return [point.r for point in mpr_points(p[0], p[2], p[3] + u[0], sign * p[4])]

    return rates


def of_master(p, u):
    scale = 2 * p[10]
    q = {name: scale * w for name, w in zip(("w_EE", "w_EI", "w_IE", "w_II"), p[:4], strict=True)}
    q |= {"theta_E": p[11], "a_E": p[12], "theta_I": p[13], "a_I": p[14]}
    return scale * wilson_cowan_equilibria(rc.wilson_cowan, q, {"P_E": u[0], "P_I": u[1]})[:, 0]


def of_wilson_cowan(p, u):
    return wilson_cowan_equilibria(rc.wilson_cowan, p, u)[:, 0]


def of_stuart_landau(p, u):
    alpha, omega, gamma, beta = p
    growth, turning = np.poly1d([-gamma, alpha]), np.poly1d([-beta, omega])
    rho = (np.poly1d([1, 0]) * (growth * growth + turning * turning) - np.abs(complex(*u)) ** 2).roots
    rho = rho[np.abs(rho.imag) < 1e-9 * np.abs(rho)].real
    rho = rho[rho > 0]
    return (-complex(*u) / (growth(rho) + 1j * turning(rho))).real


def of_wendling(p, u):
    A, B, G, a, b, g, C, e0, *_ = p
    low = A / a * u[0] - 2 * e0 * C * (0.25 * B / b + 0.8 * G / g) - 1
    y = np.linspace(low, A / a * (u[0] + 1.6 * C * e0) + 1, 200001)
    return crossings(y, equilibrium_drive(y, *p) - u[0])


def of_ping(p, u):
    tau_E, tau_I, _, _, Delta_E, Delta_I, eta_E, eta_I, J_EE, J_EI, J_IE, J_II = p

    def rest(R, Delta):
        return (np.pi * R) ** 2 - (Delta / (2 * np.pi * R)) ** 2

    # In R = tau r: every R_E makes one R_I, by bisection, since inhibition only holds itself back.
    R_E = np.concatenate([np.geomspace(1e-5, 0.1, 40001), np.linspace(0.1, 40, 40001)[1:]])
    low, high = np.full_like(R_E, 1e-9), np.full_like(R_E, 100.0)
    for _ in range(60):
        R_I = np.sqrt(low * high)
        below = rest(R_I, Delta_I) + J_II * R_I < eta_I + u[1] + tau_I * J_IE * R_E / tau_E
        low, high = np.where(below, R_I, low), np.where(below, high, R_I)
    excess = rest(R_E, Delta_E) - J_EE * R_E + tau_E * J_EI * R_I / tau_I - eta_E - u[0]
    return crossings(R_E, excess) / tau_E


def of_lanmm(p, u):
    (C, (A, a, A_slow, a_slow, A_fast, a_fast, e0, v0, v0_P2, r)) = np.append(np.nan, p[:14]), p[14:]
    drives = A / a * u

    def rate(v, threshold):
        return e0 * (1 + np.tanh(r * (v - threshold) / 2))

    # Along v_P1 all else follows: P2 is what P1 lacks, and PV, which holds itself back, by bisection.
    v = np.linspace(-150.0, 250.0, 100001)
    P1 = A / a * rate(v, v0)
    loops = C[1] * A / a * rate(C[4] * P1, v0) + C[2] * A_slow / a_slow * rate(C[5] * P1, v0)
    P2 = (v - loops - C[3] * drives[0]) / C[11]
    share = np.clip(P2 / (2 * e0 * A / a), 1e-15, 1 - 1e-15)
    push = C[9] * P2 + C[13] * P1 + C[14] * drives[2]
    low, high = push + C[10] * A_fast / a_fast * 2 * e0 - 1, push + 1
    for _ in range(60):
        middle = (low + high) / 2
        below = middle - C[10] * A_fast / a_fast * rate(middle, v0) < push
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    PV = A_fast / a_fast * rate(low, v0)
    needed = v0_P2 + np.log(share / (1 - share)) / r - C[6] * P2 - C[7] * PV - C[8] * drives[1] - C[12] * P1
    # Beyond a share of 0 or 1 no potential makes it: there `needed` has run off to minus or plus infinity.
    needed = np.where(share <= 1e-15, -np.inf, np.where(share >= 1 - 1e-15, np.inf, needed))
    return crossings(v, np.clip(needed, -1e9, 1e9))


def crossings(x, y):
    """Where y passes 0, by straight lines between samples."""
    k = np.flatnonzero((y[:-1] < 0) != (y[1:] < 0))
    return x[k] - y[k] * (x[k + 1] - x[k]) / (y[k + 1] - y[k])


def of_theta(p, u):
    eta = p[1] + u[0]
    return [] if eta > 0 else [-2 * np.arctan(np.sqrt(-eta)), 2 * np.arctan(np.sqrt(-eta))]


def of_kuramoto(p, u):
    sine = (p[0] + u[0]) / np.hypot(u[1], u[2])
    if abs(sine) > 1:
        return []
    away = np.arctan2(u[1], u[2]) - p[1]
    return [(away - turn + np.pi) % (2 * np.pi) - np.pi for turn in (-np.arcsin(sine), np.pi + np.arcsin(sine))]


def of_linear(model):
    def rest(p, u):
        zero = np.zeros(len(model.state))
        return -np.linalg.solve(rc.jacobian(model, zero, p, u), model.rhs(0.0, tuple(zero), tuple(p), tuple(u)))[:1]

    return rest


OWN = {
    rc.harmonic: of_linear(rc.harmonic), rc.damped: of_linear(rc.damped), rc.exponential: of_linear(rc.exponential),
    rc.alpha: of_linear(rc.alpha), rc.biexponential: of_linear(rc.biexponential), rc.stuart_landau: of_stuart_landau,
    rc.kuramoto: of_kuramoto, rc.theta: of_theta, rc.master: of_master, rc.wilson_cowan: of_wilson_cowan,
    rc.nmm1_loop: lambda p, u: [nmm1_equilibrium(p, u).E], rc.jansen_rit: lambda p, u: jansen_rit_equilibria(u[0], *p),
    rc.wendling: of_wendling, rc.lanmm: of_lanmm, rc.mpr: of_mpr, rc.qif_first_order: of_qif(1),
    rc.qif_second_order: of_qif(1), rc.ing: of_qif(-1), rc.ping: of_ping, rc.ping_first_order: of_ping,
    rc.mpr_pair: lambda p, u: of_ping(np.insert(p, 2, [np.nan, np.nan]), u),  # at rest s = r, with synapses or none
}  # fmt: skip


def place(model, x, p):
    """The number by which `OWN` knows a fixed point: the pyramidal potential of a column, else the first state."""
    if model in (rc.jansen_rit, rc.wendling):
        return model.output(tuple(x), tuple(p))
    if model is rc.lanmm:
        C = p
        return C[0] * x[1] + C[1] * x[2] + C[2] * x[5] + C[10] * x[3]
    return x[0]


def compare(model, p, u):
    wanted = np.sort(OWN[model](p, u))
    points = fixed_points(model, p, u)
    found = np.sort([place(model, each.x, p) for each in points])
    assert len(found) == len(wanted), (model.name, p.tolist(), u.tolist(), found, wanted)
    # Scans know the place to their spacing squared, the laminar one, whose ends run off, to its spacing of 0.004 mV.
    spacing = 4e-3 if model is rc.lanmm else 1e-4 * span(model.state[0])
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=spacing)
    return points


@pytest.mark.parametrize("model", OWN, ids=lambda model: model.name)
def test_no_fixed_point_is_missed_and_none_is_made_up(model):
    for _, p, u in draws(model, COMPARED, seed=21):
        compare(model, p, u)


def test_none_is_missed_between_two_folds():
    rng = np.random.default_rng(2)
    checked = 0
    for _, p, u in draws(rc.mpr, 200, seed=5):
        edges = [fold.eta_bar for fold in mpr_folds(p[0], p[1], p[3])]
        if edges:
            u[0] = min(edges) + rng.choice([1e-4, 0.5, 1 - 1e-4]) * np.ptp(edges) - p[2]
            assert len(compare(rc.mpr, p, u)) == 3
            checked += 1
    for _, p, u in draws(rc.jansen_rit, 60, seed=5):
        turns = jansen_rit_folds(*p)
        if len(turns) == 2:
            edges = jansen_rit_drive(np.array(turns), *p)
            u[0] = edges.min() + rng.choice([1e-4, 0.5, 1 - 1e-4]) * np.ptp(edges)
            assert len(compare(rc.jansen_rit, p, u)) == 3
            checked += 1
    assert checked > 60


def test_nine_fixed_points_of_wilson_cowan():
    # Both populations excite themselves strongly, so each is on or off or between, and they hardly meet.
    p = {"w_EE": 12.0, "w_II": -12.0, "w_EI": 0.1, "w_IE": 0.1}
    points = fixed_points(rc.wilson_cowan, p, {"P_E": -6.0, "P_I": -6.0})
    assert len(points) == 9
    assert sum(point.kind.startswith("stable") for point in points) == 4


@pytest.mark.parametrize("model", rc.MODELS, ids=lambda model: model.name)
def test_what_is_found_is_at_rest_for_any_parameters(model):
    size, unit = len(model.params) + len(model.inputs), st.floats(0.0, 1.0)

    @settings(max_examples=DRAWN, phases=(Phase.generate,))
    @given(st.lists(unit, min_size=size, max_size=size))
    def at_rest(shares):
        rows = (*model.params, *model.inputs)
        numbers = np.array([row.low + share * span(row) for row, share in zip(rows, shares, strict=True)])
        p, u = np.split(numbers, [len(model.params)])
        try:
            points = fixed_points(model, p, u)
        except ValueError as error:
            assert "not isolated" in str(error)
            return
        reach = np.array([span(row) for row in model.state])
        for point in points:
            f, J = model.rhs(0.0, tuple(point.x), tuple(p), tuple(u)), rc.jacobian(model, point.x, p, u)
            assert np.all(np.abs(f) <= 1e-9 * (sizes(model, point.x, p, u) + np.abs(J) @ reach + 1e-3 * reach))
            assert all(row.domain == "real" or value >= 0 for row, value in zip(model.state, point.x, strict=True))
            assert np.all(np.diff(point.eigenvalues.real) <= 1e-9 * np.abs(point.eigenvalues).max())

    at_rest()


def test_kinds():
    for values, word in {
        (-1, -2): "stable node", (-1 + 2j, -1 - 2j, -9): "stable focus", (-1, -3 + 2j, -3 - 2j): "stable node",
        (1, -2): "saddle", (1 + 1j, 1 - 1j): "unstable focus", (1 + 1j, 1 - 1j, -3): "unstable focus",
        (2, 1): "unstable node", (2, 1 + 1j, 1 - 1j): "unstable node", (3j, -3j): "centre", (3j, -3j, -1): "centre",
        (0, -1): "degenerate", (2, 1 + 1j, 1 - 1j, -1): "saddle", (-5 + 1e-8j, -5 - 1e-8j): "stable node",
    }.items():  # fmt: skip
        assert kind(np.array(values)) == word
    for model, words in ((rc.harmonic, ["centre"]), (rc.alpha, ["stable node"]), (rc.kuramoto, [])):
        assert [point.kind for point in fixed_points(model)] == words


def test_published_fixed_points_of_the_mean_field():
    # J = 15, Delta = 1, eta_bar = -5, tau = 1: a node, a saddle and a focus (doi:10.1103/PhysRevX.5.021028, Fig. 2).
    down, between, up = fixed_points(rc.mpr, {"tau": 1.0, "J": 15.0, "eta_bar": -5.0, "Delta": 1.0})
    assert [each.x[0] for each in (down, between, up)] == pytest.approx([0.081134, 0.472980, 1.030597], abs=1e-6)
    assert [each.kind for each in (down, between, up)] == ["stable node", "saddle", "stable focus"]
    assert up.eigenvalues == pytest.approx([-0.3089 + 3.3186j, -0.3089 - 3.3186j], abs=1e-4)
    np.testing.assert_allclose(eigenvalues(rc.mpr, down.x, {"tau": 1.0, "eta_bar": -5.0}), down.eigenvalues)


def test_the_answer_is_the_same_every_time_and_is_sorted():
    first, again = (fixed_points(rc.jansen_rit, u={"p": 50.0}) for _ in range(2))
    assert all(np.array_equal(a.x, b.x) for a, b in zip(first, again, strict=True))
    assert [point.x[0] for point in first] == sorted(point.x[0] for point in first)


# ---- networks ----


def test_uniform_states_of_a_diffusive_network_are_those_of_a_node():
    ring = (np.roll(np.eye(6), 1, axis=0) + np.roll(np.eye(6), -1, axis=0)) * 0.2
    net = rc.network(rc.stuart_landau, ring)
    p = {"alpha": 0.5}
    (node,) = fixed_points(rc.stuart_landau, p)
    found = fixed_points(net, p)
    assert any(np.allclose(point.x, node.x[:, None], atol=1e-10) for point in found)
    for point in found:
        assert point.x.shape == (2, 6) and point.eigenvalues.shape == (12,)
        # |f| below 1e-10 of the rates in the ranges, about 20/s.
        assert np.abs(net.field(point.x, p)).max() < 2e-9
    # At the origin the modes of the ring decay by 0.4 (1 - cos) more than alpha (ladder, coupled oscillators).
    origin = eigenvalues(net, np.zeros((2, 6)), p)
    wanted = np.repeat(0.5 - 0.4 * (1 - np.cos(np.arange(6) * np.pi / 3)), 2)
    np.testing.assert_allclose(origin.real, np.sort(wanted)[::-1], atol=1e-12)


def test_a_network_of_columns_with_different_inputs():
    rng = np.random.default_rng(1)
    W = rng.uniform(0, 1, (20, 20)) * (rng.uniform(size=(20, 20)) < 0.3)
    net = rc.network(rc.jansen_rit, W, gain=10.0, coupling="additive", normalise="rows")
    u = {"p": rng.uniform(150, 300, 20)}
    points = fixed_points(net, u=u, starts=2)
    assert len(points) == 1
    assert np.abs(net.field(points[0].x, u=u)).max() < 1e-6  # of rates up to 1e5 mV/s^2
    assert points[0].eigenvalues.shape == (120,)
    np.testing.assert_allclose(rest_near(net, points[0].x.round(4), u=u), points[0].x.ravel(), atol=1e-9)


def test_errors_say_what_to_do():
    with pytest.raises(ValueError, match="not isolated"):
        fixed_points(rc.stuart_landau, {"alpha": 1.0, "omega": 0.0, "beta": 0.0})
    with pytest.raises(ValueError, match="not isolated"):
        fixed_points(running_sum)
    assert fixed_points(running_sum, u={"slope": 0.5}) == ()
    with pytest.raises(ValueError, match="has no parameter 'gain'"):
        fixed_points(rc.damped, {"gain": 1.0})
    with pytest.raises(ValueError, match="starts must be a whole number"):
        fixed_points(rc.damped, starts=0)
    with pytest.raises(ValueError, match="one value for each parameter"):
        fixed_points(rc.damped, {"alpha": [-1.0, -2.0]})
    with pytest.raises(ValueError, match="has delays"):
        fixed_points(rc.network(rc.damped, np.eye(2), delays=0.01))
    with pytest.raises(ValueError, match="a state at rest is wanted"):
        rest_near(rc.damped, [1.0, 0.0])
