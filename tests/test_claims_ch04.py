"""The claims of chapter 4 on one rhythm and on crowds of phases. A claim without its test fails the build."""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE, check
from scipy.optimize import brentq
from scipy.stats import norm

import rosetta_core as rc
from rosetta_core.models.kuramoto import (
    adler,
    critical_coupling,
    finite_synchrony,
    frequencies,
    incoherent_order,
    order_parameter,
    ott_antonsen,
    synchrony,
)
from rosetta_core.models.stuart_landau import phase_response
from rosetta_core.models.stuart_landau_forced import (
    bogdanov_takens,
    hopf_points,
    locked_intervals,
    locked_states,
    saddle_nodes,
    tongue_edges,
    weakly_locked_interval,
)

TURN = 2 * np.pi


def all_to_all(model, n, K, coupling):
    return rc.network(model, np.full((n, n), 1 / n), gain=K, coupling=coupling)


@pytest.mark.claim("c-4.1")
@pytest.mark.parametrize("beta", [0.0, 1.0])
def test_formula_knocks_and_adjoint_give_one_phase_response(beta):
    p = {"alpha": 1.0, "gamma": 1.0, "beta": beta, "omega": TURN + beta}
    found = rc.phase_response(rc.stuart_landau, p=p)
    formula = phase_response(found.phase, 1.0, 1.0, beta)
    # The adjoint states its own error, relative to omega.
    assert np.abs(found.response.T - formula).max() < max(10 * found.error, 1e-9)
    at, knock = np.linspace(0, TURN, 12, endpoint=False), 1e-3
    x0 = {"re": np.cos(at) + knock, "im": np.sin(at)}
    end = rc.simulate(rc.stuart_landau, 15.0, 2e-3, p=p, x0=x0, every=7500).x[-1]
    gained = np.angle((end[0] + 1j * end[1]) * np.exp(-1j * at)) / knock
    # A knock d gains Z d and a curvature of at most (1 + beta) d^2, 0.002 of d here; RK4 loses (omega dt)^5/120 a step.
    lost = 15 / 2e-3 * ((TURN + beta) * 2e-3) ** 5 / 120 / knock
    assert np.abs(gained - phase_response(at, 1.0, 1.0, beta)[0]).max() < 1.5e-3 * (1 + beta) + lost
    fine = np.linspace(0, TURN, 10_001)
    curve = phase_response(fine, 1.0, 1.0, beta)[0]
    assert curve.max() == pytest.approx(np.sqrt(1 + beta**2), rel=1e-6)
    # Shear moves the extreme from 3 pi/2 back by arctan(beta); the grid is 6e-4 rad.
    assert fine[curve.argmax()] == pytest.approx(1.5 * np.pi - np.arctan(beta), abs=7e-4)


@pytest.mark.claim("c-4.2")
def test_a_constant_push_stops_a_slow_rhythm_at_full_size_and_a_fast_one_at_its_frequency():
    last = np.sqrt(2.125)
    assert last == pytest.approx(1.458, abs=5e-4)
    assert hopf_points(last, 1.0, 1.0, 0.0)[0].detuning == pytest.approx(2.0, rel=1e-12)
    edge = brentq(lambda F: saddle_nodes(F, 1.0, 1.0, 0.0)[-1].detuning - 0.4, 0.3, 0.45, xtol=1e-12)
    assert edge == pytest.approx(0.391, abs=5e-4)
    near = [
        rc.limit_cycle(rc.stuart_landau, p={"alpha": 1.0, "omega": omega}, u={"u_re": F * (1 - 1e-3)})
        for omega, F in ((0.4, edge), (2.0, last))
    ]
    # Beyond a saddle-node the period goes as the inverse root of the distance, of the order of sqrt(2e-3) here.
    assert near[0].frequency < 0.1 * 0.4 / TURN and np.ptp(near[0].x[:, 0]) > 1.8
    # At the Hopf point the rhythm turns at the root of the determinant, and its size goes as the root of the distance.
    assert near[1].frequency == pytest.approx(hopf_points(last, 1.0, 1.0, 0.0)[0].omega / TURN, rel=5e-3)
    assert np.ptp(near[1].x[:, 0]) < 0.2


@pytest.mark.claim("c-4.3")
def test_adler_counts_the_slips_of_a_weak_drive():
    beat = adler(0.11, 0.1).beat
    assert TURN / beat == pytest.approx(137.1, abs=0.05)
    row = REFERENCE["r2.beat.a1b1c0F0.1nu0.11"]
    run = rc.simulate(
        rc.stuart_landau, 3000, 0.05, p={"alpha": 1.0, "omega": 0.11}, x0={"re": 1.0}, u={"u_re": 0.1}, every=10
    )
    lead = np.unwrap(np.angle(run["re"] + 1j * run["im"]))
    slips = np.interp(np.arange(3, 20) * TURN, lead, run.t)
    # Straight lines between samples misplace a slip by less than 3 ms; see the test of c-3.8.
    assert np.diff(slips).mean() == pytest.approx(137.8, abs=0.05)
    assert TURN / np.diff(slips).mean() == pytest.approx(abs(np.ravel(row["value"])[0]), rel=1e-4)


@pytest.mark.claim("c-4.4")
def test_adlers_edges_are_good_to_second_order_and_a_strong_drive_swings():
    wider = []
    for F in (0.1, 0.3, 0.8):
        ((_, high),) = locked_intervals(F, 1.0, 1.0, 0.0)
        wider.append(high / weakly_locked_interval(F, 1.0, 1.0, 0.0)[1] - 1)
    assert wider == pytest.approx([0.0013, 0.012, 0.27], rel=0.05)
    small = np.array([0.02, 0.04, 0.08])
    excess = [locked_intervals(F, 1.0, 1.0, 0.0)[0][1] / F - 1 for F in small]
    # The next term is of relative size F^2, below 1 %.
    assert np.polyfit(np.log(small), np.log(excess), 1)[0] == pytest.approx(2.0, abs=0.01)
    # The same edges by the general method, which follows locked orbits of the model under a sinusoid.
    found = rc.locking(rc.stuart_landau, {"u_re": 0.25, "u_im": 0.0}, (0.7, 1.3), [0.1, 0.3, 0.8], p={"alpha": 1.0})
    exact = [locked_intervals(F, 1.0, 1.0, 0.0)[0][1] for F in (0.1, 0.3, 0.8)]
    assert np.allclose(TURN * (1 - found.low), exact, rtol=1e-6)
    assert [lock[0].kinds[0] for lock in found.locks] == ["saddle-node", "saddle-node", "torus"]
    assert [(point.detuning, point.F) for point in bogdanov_takens(1.0, 1.0, 0.0)] == [
        pytest.approx((0.5, 0.5)),
        pytest.approx((-0.5, 0.5)),
    ]
    assert tongue_edges(1.0, 1.0, 1.0, 0.0)[1] == pytest.approx([0.0, 0.0], abs=1e-12)  # the tip
    # Shear makes the worked example lock, and its radius is 1.045.
    (held,) = (state.z for state in locked_states(0.1, 1.12, 1.0, 1.0, 1.0) if state.stable)
    assert abs(held) == pytest.approx(1.045, abs=5e-4)


@pytest.mark.claim("c-4.5")
@pytest.mark.parametrize(("K", "order"), [(2.5, 0.447), (3.0, 0.577), (4.0, 0.707)])
def test_lorentzian_crowd_has_the_order_of_the_root(K, order):
    assert critical_coupling(1.0) == 2.0
    assert synchrony(K, 1.0) == pytest.approx(order, abs=5e-4)
    check(REFERENCE[f"r2.kuramoto.D1K{K:g}"], synchrony(K, 1.0))
    check(REFERENCE[f"r2.kuramoto.D1K{K:g}.N1000"], finite_synchrony(frequencies(1000, 1.0), K))
    n = 300
    start = np.random.default_rng(8).uniform(-np.pi, np.pi, n)
    net = all_to_all(rc.kuramoto, n, K, "sine")
    run = rc.simulate(net, 120, 0.04, p={"omega": frequencies(n, 1.0)}, x0={"theta": start}, every=10)
    late = np.abs(order_parameter(run["theta"]))[100:]
    # Those that slip add some 1/sqrt(n) = 0.06 of noise, which 80 s, as many times the memory of 1 s, bring to 0.01.
    assert late.mean() == pytest.approx(finite_synchrony(frequencies(n, 1.0), K), abs=0.02)


@pytest.mark.claim("c-4.6")
def test_gaussian_crowd_begins_earlier_and_rises_faster():
    assert critical_coupling(1.0, "gaussian") == pytest.approx(np.sqrt(8 / np.pi), rel=1e-12)
    assert critical_coupling(1.0, "gaussian") == pytest.approx(1.596, abs=5e-4)
    assert synchrony(2.0, 1.0, "gaussian") == pytest.approx(0.715, abs=5e-4)
    omega = norm.ppf((np.arange(2000) + 0.5) / 2000)
    # The sum over 2000 quantiles is the integral up to a few times 1/2000.
    assert finite_synchrony(omega, 2.0) == pytest.approx(synchrony(2.0, 1.0, "gaussian"), abs=2e-3)
    net = all_to_all(rc.kuramoto, 300, 1.0, "sine")
    start = np.random.default_rng(8).uniform(-np.pi, np.pi, 300)
    run = rc.simulate(net, 200, 0.05, p={"omega": frequencies(300, 1.0)}, x0={"theta": start}, every=10)
    low = np.abs(order_parameter(run["theta"]))[100:].mean()
    # Below the onset, at half of it, the mean answers to its own noise and is larger by 1/sqrt(1 - K/K_c).
    assert incoherent_order(300) * 0.8 < low < 2 * incoherent_order(300)


@pytest.mark.claim("c-4.7")
def test_a_crowd_grows_like_the_amplitude_of_stuart_landau():
    check(REFERENCE["r2.kuramoto.D1.OA"], float(ott_antonsen(2.0, 0.1, 3.0, 1.0)))
    early = ott_antonsen(np.array([0.0, 1.0]), 1e-5, 3.0, 1.0)
    assert early[1] / early[0] == pytest.approx(np.exp(0.5), rel=1e-6)
    # On the invariant manifold: phases of a wrapped Lorentzian of order 0.3 for every frequency.
    groups, each = 200, 10
    even = np.pi * (2 * np.arange(each) + 1 - each) / each
    wide = 2 * np.arctan(0.7 / 1.3 * np.tan(even / 2))
    omega = np.repeat(frequencies(groups, 1.0), each)
    net = all_to_all(rc.kuramoto, groups * each, 3.0, "sine")
    x0 = {"theta": np.tile(wide, groups)}
    run = rc.simulate(net, 3.0, 0.02, p={"omega": omega}, x0=x0, every=10)
    found = np.abs(order_parameter(run["theta"]))
    # 200 frequencies replace an integral: 1/200, and their tail beyond the 200th, as much again; twice that is allowed.
    assert np.abs(found - ott_antonsen(run.t, found[0], 3.0, 1.0)).max() < 0.02
