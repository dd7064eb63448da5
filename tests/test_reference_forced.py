"""Driven and coupled Stuart-Landau oscillators against values computed by independent code, and the phase reduction."""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE, check, printed, rhythm

import rosetta_core as rc
from rosetta_core.models.kuramoto import adler
from rosetta_core.models.stuart_landau import asymptotic_phase, limit_cycle, stuart_landau
from rosetta_core.models.stuart_landau_forced import (
    bogdanov_takens,
    cusps,
    death_interval,
    hopf_points,
    locked_intervals,
    locked_states,
    saddle_nodes,
    tongue_edges,
    weakly_locked_interval,
)

SHAPES = ("a1b1c0", "a1b1c1")
DRIVES = ("0.1", "0.3", "0.5", "0.8", "1.2")
every_shape = pytest.mark.parametrize("shape", SHAPES)
every_drive = pytest.mark.parametrize("drive", DRIVES)


def numbers(row):
    """alpha, gamma and beta, which the reference calls a, b and c."""
    return tuple(row["parameters"][key] for key in "abc")


def zero_safe(row, found, wanted):
    """As `check`, but a value that is 0 up to the rounding of the reference is held to 1e-12."""
    found, wanted = np.array(found, dtype=float), np.array(wanted, dtype=float)
    assert found.shape == wanted.shape
    tiny = np.abs(wanted) < 1e-12
    assert np.abs(found[tiny]).max(initial=0.0) < 1e-12
    check(row, np.where(tiny, 0.0, found) + tiny, np.where(tiny, 0.0, wanted) + tiny)


@every_shape
@every_drive
def test_edges_of_locking(shape, drive):
    row = REFERENCE[f"r2.force.{shape}.F{drive}.lock"]
    F, (alpha, gamma, beta) = float(drive), numbers(row)
    ((low, high),) = locked_intervals(F, alpha, gamma, beta)
    zero_safe(row, [low, high], row["value"])
    check(REFERENCE[f"r2.force.{shape}.F{drive}.phase"], weakly_locked_interval(F, alpha, gamma, beta))
    row = REFERENCE[f"r2.force.{shape}.F{drive}.sn"]
    folds = saddle_nodes(F, alpha, gamma, beta)
    folds = [[p.radius**2, p.detuning, 2 * (alpha - 2 * gamma * p.radius**2)] for p in folds]
    assert len(folds) == len(row["value"])
    if folds:
        zero_safe(row, folds, row["value"])
    row = REFERENCE[f"r2.force.{shape}.F{drive}.hopf"]
    found = hopf_points(F, alpha, gamma, beta)
    assert len(found) == len(row["value"])
    if found:
        zero_safe(row, found, row["value"])


@every_shape
def test_points_where_edges_meet(shape):
    row = REFERENCE[f"r2.force.{shape}.cusp"]
    check(row, [point[:2] for point in cusps(*numbers(row))])
    row = REFERENCE[f"r2.force.{shape}.BT"]
    check(row, [point[:2] for point in bogdanov_takens(*numbers(row))])


def test_classic_tongue_and_wedge():
    for point in cusps(1.0, 1.0, 0.0):
        printed("r9.2", abs(point.detuning), point.F)
    for point in bogdanov_takens(1.0, 1.0, 0.0):
        printed("r9.2", abs(point.detuning), point.F)
    # The edge of a small drive is detuning = F up to F^3; the torus line is F^2 = (detuning^2 + 1/4)/2.
    assert saddle_nodes(1e-4, 1.0, 1.0, 0.0)[-1].detuning == pytest.approx(1e-4, rel=1e-7)
    for F in (0.6, 1.5):
        for point in hopf_points(F, 1.0, 1.0, 0.0):
            assert point.detuning**2 == pytest.approx(2 * F**2 - 0.25, rel=1e-14)
    printed("r9.4", *death_interval(1.0, 3.0))
    # The tip of the wedge: both ends meet at K = 1 as the detuning falls to 2.
    assert death_interval(1.0, 2.0 + 1e-9) == pytest.approx((1.0, 1.0), abs=2e-9)


def draws(count):
    rng = np.random.default_rng(8)
    for k in range(count):
        gamma = rng.uniform(0.2, 2)
        beta = 0.0 if k % 5 == 0 else gamma * rng.uniform(-5, 5)
        yield 10 ** rng.uniform(-1.5, 0.7), rng.uniform(-2, 2), gamma, beta


def test_locked_states_are_at_rest_and_have_the_jacobian_of_the_model():
    for F, alpha, gamma, beta in draws(40):
        for detuning in np.linspace(-6, 6, 13):
            p = {"alpha": alpha, "omega": detuning, "gamma": gamma, "beta": beta}
            states = locked_states(F, detuning, alpha, gamma, beta)
            cubic = [gamma**2 + beta**2, -2 * (alpha * gamma + detuning * beta), alpha**2 + detuning**2, -(F**2)]
            roots = np.roots(cubic)
            assert len(states) == np.count_nonzero(np.abs(roots.imag) < 1e-9 * np.abs(roots))
            for z, trace, determinant in states:
                x = [z.real, z.imag]
                slope = np.array(stuart_landau.rhs(0.0, tuple(x), tuple(p.values()), (F, 0.0)))
                # Rounding of the terms of the right-hand side, each below this size.
                size = F + (abs(alpha) + abs(detuning)) * abs(z) + np.hypot(gamma, beta) * abs(z) ** 3
                assert np.abs(slope).max() < 1e-13 * size
                J = rc.jacobian(stuart_landau, x, p, {"u_re": F})
                scale = np.abs(J).max()
                assert np.trace(J) == pytest.approx(trace, abs=1e-13 * scale)
                assert np.linalg.det(J) == pytest.approx(determinant, abs=1e-12 * scale**2)


def test_no_edge_is_missed():
    grid = np.linspace(-30, 30, 20_001)
    for F, alpha, gamma, beta in draws(60):
        # Where the discriminant of the cubic changes its sign, two states meet.
        A, B, C, D = gamma**2 + beta**2, -2 * (alpha * gamma + grid * beta), alpha**2 + grid**2, -(F**2)
        sign = np.sign(18 * A * B * C * D - 4 * B**3 * D + (B * C) ** 2 - 4 * A * C**3 - 27 * (A * D) ** 2)
        changes = grid[:-1][sign[:-1] != sign[1:]] + 1.5e-3
        found = [point.detuning for point in saddle_nodes(F, alpha, gamma, beta) if abs(point.detuning) < 30]
        np.testing.assert_allclose(found, changes, atol=1.5e-3 + 1e-9, rtol=0)
        expected = 2 if alpha > 0 else 0
        expected += np.sign(-alpha) * (abs(beta) > np.sqrt(3) * gamma)  # one of them through infinity
        assert len(cusps(alpha, gamma, beta)) == expected
        for point in saddle_nodes(F, alpha, gamma, beta):
            detunings, drives = tongue_edges(point.radius, alpha, gamma, beta)
            side = np.abs(detunings - point.detuning).argmin()
            assert (detunings[side], drives[side]) == pytest.approx((point.detuning, F), rel=1e-9)
        for detuning in (-4.0, -0.7, 0.2, 3.0):
            inside = any(low < detuning < high for low, high in locked_intervals(F, alpha, gamma, beta))
            assert inside == any(state.stable for state in locked_states(F, detuning, alpha, gamma, beta))


def test_a_run_locks_inside_the_interval_and_beats_outside():
    F, alpha, gamma, beta = 0.5, 1.0, 1.0, 1.0
    ((low, high),) = locked_intervals(F, alpha, gamma, beta)
    detunings = np.array([low - 0.05, low + 0.05, high - 0.05, high + 0.05])
    p = {"alpha": alpha, "omega": detunings, "gamma": gamma, "beta": beta}
    run = rc.simulate(stuart_landau, 400.0, 0.01, p=p, u={"u_re": F})
    late = (run["re"] + 1j * run["im"])[-2000:]
    for node, detuning in enumerate(detunings):
        states = locked_states(F, detuning, alpha, gamma, beta)
        rests = [abs(late[:, node] - state.z).max() < 1e-6 for state in states if state.stable]
        # Next to either edge the slowest rate is above 0.04/s: 380 s leave exp(-15) of 1.
        assert any(rests) is bool(low < detuning < high)


@pytest.mark.parametrize("nu", ["0.11", "0.15"])
def test_beat_of_an_unlocked_oscillator(nu):
    row = REFERENCE[f"r2.beat.a1b1c0F0.1nu{nu}"]
    q = row["parameters"]
    p = {"alpha": q["a"], "omega": q["nu"], "gamma": q["b"], "beta": q["c"]}
    # 2 s bring the amplitude home by exp(-2 t) to 2 %, 60 s to rounding; RK4 at 20 ms is exact to 1e-10.
    end = rc.simulate(stuart_landau, 60.0, 0.02, p=p, u={"u_re": q["F"]}, every=3000).x[-1]
    run = rc.simulate(stuart_landau, 600.0, 0.02, p=p, u={"u_re": q["F"]}, x0=end)
    beat = 2 * np.pi * rhythm(run, lambda x: x[0], tuple(p.values()), (q["F"], 0.0)).frequency
    check(row, beat)
    # Adler's equation is the limit of a weak drive; here F/(2 alpha r) is 5 %, and its square what is left.
    assert beat == pytest.approx(adler(q["nu"], q["F"]).beat, rel=0.01)


def test_bias_that_stops_an_oscillator():
    # A constant push is a drive that does not turn: the detuning is omega.
    stop = np.sqrt(2.125)
    (point,) = (p for p in hopf_points(stop, 1.0, 1.0, 0.0) if p.detuning > 0)
    assert point.detuning == pytest.approx(2.0, rel=1e-15) and point.determinant > 0
    pushes = stop + np.array([-0.05, 0.05])
    run = rc.simulate(stuart_landau, 300.0, 0.01, p={"alpha": 1.0, "omega": 2.0}, u={"u_re": pushes})
    swing = np.ptp(run["re"][-2000:], axis=0)
    # Growth and decay at more than 0.1/s: 280 s leave exp(-28).
    assert swing[0] > 0.1 and swing[1] < 1e-9


def test_published_bias_lets_the_oscillator_turn_or_stops_it():
    late = {}
    for name in ("cycle", "rest"):
        model = stuart_landau.with_preset(f"rosetta_2026_bias_{name}")
        alpha, omega, gamma, beta = (row.default for row in model.params)
        stop = next(p for p in hopf_points(np.sqrt(2.125), alpha, gamma, beta) if p.detuning > 0)
        assert stop.detuning == pytest.approx(omega, rel=1e-15)
        late[name] = rc.simulate(model, 300.0, 0.01).x[-1000:]
    # Ten seconds hold three turns. A bias of 2 holds 4 = R [(1 - R)^2 + 4] at R = |z|^2 = 1, where motion dies as
    # exp(-t).
    assert np.ptp(late["cycle"][:, 0]) > 1.0
    np.testing.assert_allclose((late["rest"] ** 2).sum(axis=1), 1.0, rtol=1e-12)


@pytest.mark.parametrize("delta", ["3", "6"])
def test_amplitude_death_of_two_oscillators(delta):
    row = REFERENCE[f"r2.death.a1d{delta}"]
    alpha, detuning = row["parameters"]["a"], row["parameters"]["delta"]
    check(row, death_interval(alpha, detuning))

    def growth(K):
        pair = rc.network(stuart_landau, [[0.0, K], [K, 0.0]])
        J = pair.jacobian(np.zeros((2, 2)), {"alpha": alpha, "omega": [10.0, 10.0 + detuning]})
        return np.linalg.eigvals(J).real.max()

    for K in ("1.2", "2"):
        check(REFERENCE[f"r2.death.a1d{delta}.K{K}"], growth(float(K)))
    low, high = death_interval(alpha, detuning)
    assert growth(low - 1e-6) > 0 > growth(low + 1e-6) and growth(high - 1e-6) < 0 < growth(high + 1e-6)
    with pytest.raises(ValueError, match="2 alpha"):
        death_interval(1.0, 1.9)


def test_closed_forms_say_where_they_hold():
    for bad, message in (
        (lambda: locked_states(0.0, 1.0, 1.0, 1.0, 0.0), "F > 0"),
        (lambda: saddle_nodes(0.1, 1.0, -1.0, 0.0), "gamma > 0"),
        (lambda: bogdanov_takens(-1.0, 1.0, 0.0), "alpha > 0"),
        (lambda: weakly_locked_interval(0.1, -1.0, 1.0, 0.0), "alpha > 0"),
    ):
        with pytest.raises(ValueError, match=message):
            bad()
    assert locked_intervals(0.3, -1.0, 1.0, 4.0) == [(-np.inf, np.inf)] and hopf_points(0.3, -1.0, 1.0, 4.0) == []


def test_two_coupled_oscillators_are_two_phases_with_a_lag():
    # In the reduction of Castaldo et al. 2026 the coupling shifts the frequency by eps K beta/gamma as printed. But it
    # must vanish where both oscillators agree, which asks for eps beta/gamma.
    alpha, gamma, beta, eps, t1 = 1.0, 1.5, 0.8, 0.02, 150.0
    omega, angles = np.array([1.0, 1.01]), np.array([0.0, 1.0])
    p = {"alpha": alpha, "omega": omega, "gamma": gamma, "beta": beta}
    r, half = limit_cycle(alpha, 1.0, gamma, beta).radius, np.full((2, 2), eps / 2)
    pair, start = rc.network(stuart_landau, half), [r * np.cos(angles), r * np.sin(angles)]
    run = rc.simulate(pair, t1, 0.01, p=p, x0=start, every=15_000)
    ends = asymptotic_phase(run["re"][-1] + 1j * run["im"][-1], gamma, beta, alpha)
    K, lag, errors = np.hypot(1, beta / gamma), np.arctan(beta / gamma), []
    phases = rc.network(rc.kuramoto, half, gain=K, coupling="sine")
    for shift in (eps * beta / gamma, eps * K * beta / gamma):
        q = {"omega": omega - alpha * beta / gamma + shift, "lag": lag}
        run = rc.simulate(phases, t1, 0.01, p=q, x0=[angles], every=15_000)
        errors.append(np.abs(np.angle(np.exp(1j * (run["theta"][-1] - ends)))).max())
    # From equal amplitudes, which two such oscillators keep, the reduction is exact; RK4 errs by (omega dt)^4/120 of
    # 150 rad, 1e-8.
    assert errors[0] < 1e-7
    assert errors[1] == pytest.approx(0.213, abs=5e-4)
