"""The claims of chapter 4 on networks with amplitudes and delays, and on the translation to phases."""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE, check

import rosetta_core as rc
from rosetta_core.models.kuramoto import frequencies
from rosetta_core.models.stuart_landau_forced import death_interval
from rosetta_core.translate.kuramoto import to_kuramoto, with_amplitude
from rosetta_core.translate.phase import to_phase

TURN = 2 * np.pi
PAIR = np.array([[0.0, 1.0], [1.0, 0.0]])


def complex_states(traj):
    """z, of the shape (n_samples, n_nodes)."""
    return traj.x[:, 0] + 1j * traj.x[:, 1]


@pytest.mark.claim("c-4.8")
def test_a_wide_crowd_stays_silent_at_any_coupling_and_a_pair_does_not():
    for width, K, silent in [
        (1.5, 0.8, False),
        (1.5, 1.5, True),
        (1.5, 30.0, True),
        (0.5, 1.5, False),
        (0.5, 30.0, False),
    ]:
        net = rc.network(rc.stuart_landau, np.full((100, 100), 0.01), gain=K)
        p = {"alpha": 1.0, "omega": frequencies(100, width)}
        worst = np.linalg.eigvals(net.jacobian(np.zeros((2, 100)), p=p)).real.max()
        assert (worst < 0) == silent
        if width < 1:
            # The mean grows at alpha - width; a hundred quantiles miss the far-off members, 1/100 of the width and K.
            assert worst == pytest.approx(1.0 - width, abs=0.01 * (width + K))
    for name in ("r2.death.a1d3", "r2.death.a1d6"):
        row = REFERENCE[name]
        check(row, death_interval(1.0, row["parameters"]["delta"]))
    for K, silent in [(1.2, True), (1.7, False)]:
        net = rc.network(rc.stuart_landau, PAIR, gain=K)
        rates = np.linalg.eigvals(net.jacobian(np.zeros((2, 2)), p={"alpha": 1.0, "omega": np.array([1.5, -1.5])})).real
        assert (rates.max() < 0) == silent


@pytest.mark.claim("c-4.9")
def test_delay_switches_a_pair_from_step_to_antiphase():
    # cos(Omega tau) = 0 with Omega = omega - K in phase, omega + K in antiphase.
    first, last = 0.5 * np.pi / (TURN + 1), 0.5 * np.pi / (TURN - 1)
    assert (first, last) == pytest.approx((0.216, 0.297), abs=5e-4)

    def ends(delay, apart):
        net = rc.network(rc.kuramoto, PAIR, delays=delay, coupling="sine")
        run = rc.simulate(net, 100, 0.01, p={"omega": TURN}, x0={"theta": np.array([0.0, apart])}, every=100)
        return np.cos(run["theta"][-1, 0] - run["theta"][-1, 1])

    # A hundredth of a second from a switch the rate is about K cos(Omega tau), 0.1 1/s and less by the delay's memory.
    near, opposite = 0.05, np.pi - 0.05
    assert ends(first - 0.02, opposite) > 0.9
    assert ends(first + 0.02, opposite) < -0.9 and ends(first + 0.02, near) > 0.9
    assert ends(last - 0.02, opposite) < -0.9 and ends(last - 0.02, near) > 0.9
    assert ends(last + 0.02, near) < -0.9


@pytest.mark.claim("c-4.10")
def test_ten_units_have_more_order_with_delay_than_without():
    j = np.arange(1, 11)
    apart = np.abs(j[:, None] - j)
    weights = np.where(apart == 0, 0.0, 1 / (1 + apart))
    start = 0.5 * np.exp(0.7j * j)
    order = []
    for delays in (None, 0.002 * apart):
        run = rc.simulate(
            rc.network(rc.stuart_landau, weights, delays=delays, gain=1.5), 1.0, 1e-4,
            p={"alpha": 3.0, "omega": TURN * (9 + 0.2 * j)}, x0=np.array([start.real, start.imag]), every=10_000,
        )  # fmt: skip
        z = complex_states(run)[-1]
        order.append(abs(np.mean(z / np.abs(z))))
    assert order == pytest.approx([0.16, 0.51], abs=0.005)
    # Of the delayed run RK4 with its history by interpolation is good to (omega dt)^4, 2e-9 a radian, 63 rad.
    assert order[1] == pytest.approx(REFERENCE["r8.a0.delay.R"]["value"], abs=1e-6)
    z = np.array(REFERENCE["r8.a0.nodelay"]["value"])
    z = z[0] + 1j * z[1]
    assert order[0] == pytest.approx(abs(np.mean(z / np.abs(z))), abs=1e-6)


@pytest.mark.claim("c-4.11")
def test_correlations_show_the_wiring_best_at_a_middling_coupling_or_below_the_bifurcation():
    brain = rc.synthetic_connectome(40, seed=0)
    pairs = np.triu_indices(40, 1)
    omega = 20 * np.pi + np.random.default_rng(4).normal(0, 1.0, 40)

    def similarity(table):
        return np.corrcoef(table[pairs], brain.weights[pairs])[0, 1]

    below, above, mean = [], [], []
    for G in (0.2, 1.0, 10.0):
        net = rc.network(rc.stuart_landau, brain.weights, gain=G)
        covariance = rc.covariance(net, 0.2, output="re", p={"alpha": -1.0, "omega": omega})
        size = np.sqrt(np.diag(covariance))
        below.append(similarity(covariance / np.outer(size, size)))
        p = {"alpha": 1.0, "omega": omega}
        run = rc.simulate(net, 400, 2e-3, p=p, x0={"re": 0.1}, sigma=0.6, seed=1, every=10)
        table = np.corrcoef(run["re"][1000:].T)
        above.append(similarity(table))
        mean.append(table[pairs].mean())
    assert below[1:] == pytest.approx([0.97, 0.85], abs=0.005)
    # One record of 400 s, from a seed: what a reader sees. The order of the three does not depend on the seed.
    assert above[1:] == pytest.approx([0.70, 0.26], abs=0.01)
    assert above[0] < above[1] - 0.2 and mean[2] == pytest.approx(0.79, abs=0.01)
    run = rc.simulate(net, 400, 2e-3, p=p, x0={"re": 0.1}, sigma=0.6, seed=7, every=10)
    assert similarity(np.corrcoef(run["re"][1000:].T)) < above[1] - 0.2


@pytest.mark.claim("c-4.12")
def test_of_three_crowds_one_swells_one_dies_and_one_takes_turns():
    def coupled(weights, gain, omega, phases, delays=None):
        net = rc.network(rc.stuart_landau, weights, gain=gain, delays=delays)
        x0 = {"re": np.cos(phases), "im": np.sin(phases)}
        z = complex_states(rc.simulate(net, 20.0, 1e-3, p={"alpha": 1.0, "omega": omega}, x0=x0, every=10))
        return np.abs(z[-500:]).mean(), np.abs((z / np.abs(z)).mean(1))[-500:].mean(), np.abs(z.mean(1))[-500:].mean()

    chance = np.random.default_rng(1)
    omega = chance.permutation(frequencies(100, 0.3, 20 * np.pi))
    size, order, total = coupled(np.full((100, 100), 0.01), 1.5, omega, chance.uniform(-np.pi, np.pi, 100))
    assert (size, order) == pytest.approx((0.76, 0.85), abs=0.015) and total > 0.65
    # The slowest rate of death is K - alpha = 0.5, so after 15 s at most exp(-7.5) with a factor for the start.
    size, _, total = coupled(PAIR, 1.5, 20 * np.pi + np.array([2.0, -2.0]), np.array([0.0, 0.5]))
    assert size < 2e-3 and total < 2e-3
    # Antiphase is approached at some 2K of 1 per second; the size returns at 2 alpha.
    size, order, total = coupled(PAIR, 0.5, np.full(2, 20 * np.pi), np.array([0.0, 0.5]), 0.05)
    assert size == pytest.approx(1.0, abs=1e-3) and order < 1e-3 and total < 1e-3


@pytest.mark.claim("c-4.13")
def test_the_exact_phase_equation_and_the_price_of_its_approximation():
    p = {"alpha": np.array([1.0, 1.2, 0.8]), "gamma": 1.5, "beta": 0.9, "omega": np.array([1.0, 1.3, 0.7])}
    weights = np.array([[0.0, 0.3, 0.2], [0.5, 0.0, 0.1], [0.2, 0.4, 0.0]])
    net, c = rc.network(rc.stuart_landau, weights), 0.9 / 1.5
    z = np.array([0.6 + 0.3j, -0.2 + 0.9j, 0.1 - 0.5j])
    rate = net.field(np.array([z.real, z.imag]), p=p)
    rate = (rate[0] + 1j * rate[1]) / z
    pull = (weights * (np.imag((1 - 1j * c) * z[None] / z[:, None]) + c)).sum(1)
    # d phi/dt = Im(z'/z) - c Re(z'/z), by the chain rule, for any amplitudes.
    assert np.allclose(rate.imag - c * rate.real, p["omega"] - c * p["alpha"] + pull, rtol=0, atol=1e-13)

    def error(w):
        two = {"alpha": 1.0, "gamma": 1.0, "beta": 1.0, "omega": TURN + 0.2 * w * np.array([1.0, -1.0])}
        return to_kuramoto(rc.network(rc.stuart_landau, w * PAIR), p=two)

    assert error(0.01).error.state == pytest.approx(0.0069, abs=1e-4)
    assert error(0.1).error.state == pytest.approx(0.085, abs=1e-3)
    found = error(0.01).scan(0.015 / 2.0 ** np.arange(4, -1, -1))
    # The next order is of relative size pull/2 alpha, at most 0.015, and a few times that.
    assert found.order["state"] == pytest.approx(1.0, abs=0.05)


@pytest.mark.claim("c-4.14")
def test_down_and_up_and_down_returns_the_same_crowd():
    weights = np.random.default_rng(2).random((4, 4)) * (1 - np.eye(4)) * 0.01
    p = {"alpha": 1.0, "gamma": 1.0, "beta": 0.7, "omega": 6 + np.linspace(0, 0.01, 4)}
    down = to_kuramoto(rc.network(rc.stuart_landau, weights), p=p)
    up = with_amplitude(down.target, p=down.p, u=down.u)
    again = to_kuramoto(up.target, p=up.p, u=up.u)
    assert np.allclose(again.target.weights.toarray(), down.target.weights.toarray(), rtol=1e-13)
    assert np.allclose(again.p["omega"], down.p["omega"], rtol=1e-12) and np.allclose(again.p["lag"], down.p["lag"])
    firm = [with_amplitude(down.target, p=down.p, u=down.u, attraction=rate).error.state for rate in (2.0, 4.0, 8.0)]
    # The error is of order one in the inverse of the attraction; the next order is some per cent of it.
    assert np.array(firm[:-1]) / firm[1:] == pytest.approx([2.0, 2.0], rel=0.1)


@pytest.mark.claim("c-4.15")
def test_a_wilson_cowan_pair_as_a_phase():
    found = to_phase(rc.wilson_cowan, "P_E")
    # Half of the last digit that the sentence prints.
    assert found.response.omega / TURN == pytest.approx(31.8, abs=0.05)
    assert found.error.frequency < 0.003
    assert found.error.phase_response == pytest.approx(0.08, abs=0.005)
    weaker = found.again(found.valid.value / 4)
    assert weaker.error.frequency < found.error.frequency / 3
    assert weaker.error.phase_response == pytest.approx(found.error.phase_response, rel=1e-9)
