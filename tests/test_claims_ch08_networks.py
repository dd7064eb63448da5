"""The claims of chapter 8 on networks and on seats that move, against closed forms or a second way."""

import numpy as np
import pytest
from scipy.optimize import brentq

import rosetta_core as rc
from rosetta_core import translate
from rosetta_core.analysis.fixed_points import eigenvalues
from rosetta_core.connectome import synthetic_connectome
from rosetta_core.models.wilson_cowan import entries, equilibria, special_points

WC = rc.wilson_cowan
SLICE = {"P_I": -6.0}
PAIR = np.array([[0.0, 1.0], [1.0, 0.0]])
BIRTH = special_points(WC, u=SLICE)[-1].P


def at(P_E):
    return SLICE | {"P_E": P_E}


def turned_in_step(psi, delay, response, pull):
    """Growth rate of a small departure from a phase difference, per unit of coupling."""
    lag, small = response.omega * delay, 1e-4
    speed = [float(pull.at(-x - lag) - pull.at(x - lag)) for x in (psi - small, psi + small)]
    return (speed[1] - speed[0]) / (2 * small)


def apart(G, delay, start, response, t1=30.0):
    """Phase difference in turns, and frequency, after t1."""
    net = rc.network(WC, PAIR, gain=G, coupling="additive", into="P_E", delays=delay or None)
    first, second = response.x[0], response.x[int(len(response.x) * start)]
    x0 = {"E": np.array([first[0], second[0]]), "I": np.array([first[1], second[1]])}
    waves = rc.simulate(net, t1, 5e-4, x0=x0, u=at(0.0))["E"][-4096:]
    waves = waves - waves.mean(axis=0)
    parts = np.fft.rfft(waves * np.hanning(4096)[:, None], axis=0)
    peak = np.abs(parts[:, 0]).argmax()
    up = np.flatnonzero((waves[:-1, 0] < 0) & (waves[1:, 0] >= 0))
    return abs(np.angle(parts[peak, 0] / parts[peak, 1])) / (2 * np.pi), (up.size - 1) / (up[-1] - up[0]) / 5e-4


@pytest.mark.claim("c-8.7")
def test_the_delay_decides_who_is_in_step():
    response = rc.phase_response(WC, u=at(0.0), n_phases=512)
    pull = rc.interaction_function(WC, "P_E", coupling="additive", u=at(0.0), response=response)
    assert 2 * np.pi / response.omega == pytest.approx(0.0314, abs=5e-5)
    edges = [brentq(lambda d: turned_in_step(0.0, d, response, pull), *pair) for pair in ((0.01, 0.02), (0.027, 0.034))]
    assert edges == pytest.approx([0.0155, 0.0308], abs=5e-5)
    gaps = [
        brentq(lambda d: turned_in_step(np.pi, d, response, pull), *pair) for pair in ((0.01, 0.02), (0.027, 0.034))
    ]
    assert gaps == pytest.approx([0.0151, 0.0312], abs=6e-5)
    at_once = [turned_in_step(psi, 0.0, response, pull) for psi in (0.0, np.pi)]
    assert at_once == pytest.approx([7.6, -2.45], abs=0.05)
    turn = 2 * np.pi / response.omega
    # Half a turn of delay is the mirror image of none; three quarters hold best.
    assert turned_in_step(0.0, turn / 2, response, pull) == pytest.approx(at_once[1], abs=0.01)
    best = min(turned_in_step(0.0, d, response, pull) for d in np.linspace(0.015, 0.031, 161))
    assert best == pytest.approx(-59.5, abs=0.1)
    assert turned_in_step(0.0, 0.75 * turn, response, pull) == pytest.approx(best, rel=2e-3)
    # The growth rates are -2 H'.
    slope = float(pull.at(1e-4) - pull.at(-1e-4)) / 2e-4
    assert at_once[0] == pytest.approx(-2 * slope, rel=1e-6)
    old = WC.with_preset("wilson_cowan_1972")
    other = rc.interaction_function(old, "P_E", coupling="additive", u={"P_E": 1.25})
    assert -2 * float(other.at(1e-4) - other.at(-1e-4)) / 2e-4 == pytest.approx(102, abs=1)
    # By runs, 2 ms and more inside the bands: what departs at 2 1/s or faster is gone after 30 s.
    for delay, wanted in ((0.006, 0.5), (0.012, 0.5), (0.018, 0.0), (0.027, 0.0), (0.034, 0.5)):
        for start in (0.02, 0.48):
            assert apart(0.1, delay, start, response)[0] == pytest.approx(wanted, abs=5e-3), (delay, start)


@pytest.mark.claim("c-8.8")
def test_strong_coupling_is_another_matter():
    response = rc.phase_response(WC, u=at(0.0), n_phases=512)
    for start in (0.02, 0.48):
        difference, frequency = apart(1.0, 0.0, start, response)
        assert difference < 1e-3
        # One period of the count over 2 s.
        assert frequency == pytest.approx(26.9, abs=0.1)
    assert apart(0.1, 0.0, 0.48, response)[0] == pytest.approx(0.5, abs=5e-3)


def crowd(G, P_E, wiring, t1=4.0):
    net = rc.network(WC, wiring, gain=G, coupling="additive", into="P_E")
    start = {"E": np.random.default_rng(0).uniform(0.1, 0.8, 12), "I": np.full(12, 0.3)}
    return net, rc.simulate(net, t1, 5e-4, x0=start, u=at(P_E))


@pytest.mark.claim("c-8.9")
def test_hubs_fall_silent_first():
    wiring = synthetic_connectome(12, modules=3, seed=3).weights
    strength = wiring.sum(axis=1)
    hub, leaf = strength.argmax(), strength.argmin()
    assert strength[hub] == pytest.approx(1.5, abs=0.05)
    assert np.ptp(rc.limit_cycle(WC, u=at(1.2)).x[:, 0]) == pytest.approx(0.17, abs=5e-3)
    swings = {}
    for G in (0.5, 2.0):
        late = crowd(G, 1.2, wiring)[1]["E"][-2000:]
        swings[G] = np.ptp(late, axis=0)
        heard = 1.2 + G * wiring @ late.mean(axis=0)
        assert heard[hub] > BIRTH > heard[leaf]
    assert swings[0.5][hub] == pytest.approx(0.02, abs=6e-3) and swings[0.5][leaf] > 0.15
    # At rest but for what those that sing still send.
    assert (swings[2.0] < 0.01).sum() == 9 and swings[2.0].argmax() == leaf and swings[2.0][leaf] > 0.14


@pytest.mark.claim("c-8.10")
def test_the_linear_network_needs_the_seats_of_the_network():
    wiring = synthetic_connectome(12, modules=3, seed=3).weights
    alone = equilibria(WC, u=at(1.8))[0]
    assert np.linalg.eigvals(entries(*alone, WC)).real.max() == pytest.approx(-5.1, abs=0.05)
    net, run = crowd(1.0, 1.8, wiring, t1=6.0)
    noise = {"P_E": rc.ornstein_uhlenbeck(0.02, 0.005)}
    found = translate.functional_connectivity(net, noise, output="E", x=run.x[-1], u=at(1.8))
    assert found.slowest == pytest.approx(5.9, abs=0.05)
    # Inputs lowered by what is heard put all columns on their own seats.
    lowered = {"P_E": 1.8 - wiring.sum(axis=1) * alone[0], "P_I": -6.0}
    naive = eigenvalues(net, np.repeat(alone[:, None], 12, axis=1), None, lowered)
    assert naive[0].real == pytest.approx(4.1, abs=0.05)
    # Written out: the coupling is scaled by the slope of the target.
    E, I = found.x
    J = np.zeros((24, 24))
    blocks = np.array([entries(e, i, WC) for e, i in zip(E, I, strict=True)])
    for a in (0, 1):
        for b in (0, 1):
            J[a * 12 : a * 12 + 12, b * 12 : b * 12 + 12] = np.diag(blocks[:, a, b])
    J[:12, :12] += (E * (1 - E))[:, None] * wiring / 0.01
    assert np.linalg.eigvals(J).real.max() == pytest.approx(-found.slowest, rel=1e-6)
    check = found.check(duration=4000 / found.slowest, seed=1)
    assert check.duration == pytest.approx(675, abs=1)
    assert check.error == pytest.approx(0.019, abs=1e-3) and check.expected == pytest.approx(0.017, abs=5e-4)
    apart = [np.linalg.norm(check.covariance - found.covariance) / np.linalg.norm(found.covariance)]
    louder = translate.functional_connectivity(
        net, {"P_E": rc.ornstein_uhlenbeck(0.05, 0.005)}, output="E", x=run.x[-1], u=at(1.8)
    )
    more = louder.check(duration=4000 / louder.slowest, seed=1)
    apart.append(np.linalg.norm(more.covariance - louder.covariance) / np.linalg.norm(louder.covariance))
    assert apart == pytest.approx([0.03, 0.09], abs=6e-3)


def rest_and_rate(P_E):
    (x,) = equilibria(WC, u=at(P_E))
    J = entries(*x, WC)
    T, D = np.trace(J), np.linalg.det(J)
    return x, J, T / 2 + 1j * np.sqrt(D - T**2 / 4)


@pytest.mark.claim("c-8.11")
def test_the_seat_moves_and_the_growth_rate_with_it():
    (E, _), J, rate = rest_and_rate(2.0)
    assert [rate.real, rate.imag] == pytest.approx([np.trace(J) / 2, np.sqrt(np.linalg.det(J) - rate.real**2)])
    moving = (rest_and_rate(2.0 + 1e-4)[2].real - rest_and_rate(2.0 - 1e-4)[2].real) / 2e-4
    bend = E * (1 - E) * (1 - 2 * E)
    assert [moving, 0.5 * 12 * bend / 0.01] == pytest.approx([-27.5, -57.6], abs=0.05)
    # By hand: how far the total inputs move, and what either slope adds.
    S = equilibria(WC, u=at(2.0))[0]
    dE, dI = np.linalg.solve(J, [-E * (1 - E) / 0.01, 0.0])
    totals = np.array([12 * dE - 12 * dI + 1, 12 * dE - 2 * dI])
    parts = np.array([12.0, -2.0]) * S * (1 - S) * (1 - 2 * S) * totals / 0.02
    assert totals == pytest.approx([0.64, 1.05], abs=5e-3)
    assert parts == pytest.approx([-37.0, 9.6], abs=0.05) and parts.sum() == pytest.approx(moving, abs=1e-4)


@pytest.mark.claim("c-8.22")
def test_two_columns_at_rest_fade_faster_than_their_own_seats_say():
    def modes(G, x, u):
        net = rc.network(WC, PAIR, gain=G, coupling="additive", into="P_E")
        found = eigenvalues(net, np.repeat(np.array(x)[:, None], 2, axis=1), None, u)
        return sorted({round(value.real, 6) for value in found}, reverse=True)

    (alone,) = equilibria(WC, u=at(1.8))
    s_E = alone[0] * (1 - alone[0])
    assert [s_E, 0.1 * s_E / 0.02] == pytest.approx([0.184, 0.92], abs=5e-3)
    lowered = at(1.8 - 0.1 * alone[0])
    assert modes(0.1, alone, lowered) == pytest.approx([-4.2, -6.0], abs=0.05)
    E = brentq(lambda E: equilibria(WC, u=at(1.8 + 0.1 * E))[-1][0] - E, 0.5, 0.95)
    seat = equilibria(WC, u=at(1.8 + 0.1 * E))[-1]
    assert modes(0.1, seat, at(1.8)) == pytest.approx([-5.9, -7.7], abs=0.05)
    assert np.linalg.eigvals(entries(*seat, WC)).real.max() == pytest.approx(-6.8, abs=0.05)


def slopes(x, P_E):
    """Jacobians along a motion that is not at rest: four arrays."""
    E, I = x
    S = [1 / (1 + np.exp(-total)) for total in (12 * E - 12 * I + P_E, 12 * E - 2 * I - 6.0)]
    s_E, s_I = (each * (1 - each) for each in S)
    return (12 * s_E - 1) / 0.01, -12 * s_E / 0.01, 12 * s_I / 0.01, -(2 * s_I + 1) / 0.01


@pytest.mark.claim("c-8.12")
def test_a_resonator_that_rides_on_a_slow_input():
    seats, dt, tap = np.linspace(1.65, 2.35, 141), 1e-4, 1e-5
    rows = [rest_and_rate(P_E) for P_E in seats]
    rate = np.array([row[2] for row in rows])
    push = np.array([2 / (1 + (lam - J[0, 0]) / (lam - J[1, 1])) for _, J, lam in rows])

    def ride(z, lam):
        return (z * np.exp(np.append(0, np.cumsum((lam[1:] + lam[:-1]) / 2) * dt))).real

    def off(f):
        errors = []
        for moment in np.arange(8) / 8:
            slow = at(rc.sinusoid(0.3, f, phase=moment, offset=2.0))
            before = rc.simulate(WC, 2 / f, dt, x0=rows[70][0], u=slow).x[-1]
            still, tapped = (rc.simulate(WC, 0.25, dt, x0=before + np.array([size, 0]), u=slow) for size in (0, tap))
            true = (tapped["E"] - still["E"]) / tap
            P_E = 2.0 + 0.3 * np.sin(2 * np.pi * (f * still.t + moment))
            here = np.interp(P_E, seats, rate.real) + 1j * np.interp(P_E, seats, rate.imag)
            z = np.interp(P_E[0], seats, push.real) + 1j * np.interp(P_E[0], seats, push.imag)
            J = slopes((still["E"], still["I"]), P_E)
            T, D = J[0] + J[3], J[0] * J[3] - J[1] * J[2]
            true_rate = T / 2 + 1j * np.sqrt(D - T**2 / 4)
            start = 2 / (1 + (true_rate[0] - J[0][0]) / (true_rate[0] - J[3][0]))
            rings = ride(z, here), (z * np.exp(rate[70] * still.t)).real, ride(start, true_rate)
            errors.append([np.sqrt(((true - each) ** 2).mean() / (true**2).mean()) for each in rings])
        return np.mean(errors, axis=0)

    speeds = np.array([0.25, 0.5, 1.0, 2.0])
    riding, fixed, lagging = np.array([off(f) for f in speeds]).T
    # Half of the last digit of the text.
    assert riding == pytest.approx([0.018, 0.037, 0.073, 0.135], abs=6e-4)
    # In proportion to the speed; the next order bends the line by a tenth.
    assert np.polyfit(np.log(speeds), np.log(riding), 1)[0] == pytest.approx(1.0, abs=0.1)
    assert fixed.min() > 0.8
    assert lagging[2] == pytest.approx(0.010, abs=6e-4)
