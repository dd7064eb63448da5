"""The claims of chapter 2 on one oscillator, each by the package's own kernels; the others are in the next file."""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE, check
from scipy.integrate import quad

import rosetta_core as rc
from rosetta_core.models.damped import resonance, second_order, susceptibility

TURN = 2 * np.pi
SLOW = {"alpha": -0.5, "omega": TURN}
BENCH = dict(zip(("alpha", "omega"), second_order(10.0, 0.3), strict=True))


def complex_state(traj):
    return traj.x[:, 0] + 1j * traj.x[:, 1]


def peak_of(curve, low, high):
    """Where a smooth curve is largest: a parabola through the highest of 20 001 points and its neighbours."""
    f = np.linspace(low, high, 20001)
    y = curve(f)
    k = int(y.argmax())
    a, b, c = y[k - 1 : k + 2]
    return f[k] + (f[1] - f[0]) * (a - c) / (2 * (a - 2 * b + c))


def answer(p, states="xy"):
    """Gain from F_x to the second of two states, as a function of frequency (Hz)."""
    return lambda f: rc.transfer(rc.damped, f"F_{states[0]}", states[1], f, p=p)


def from_rest(nodes):
    return {"x": np.zeros(nodes), "y": np.zeros(nodes)}


@pytest.mark.claim("c-2.1")
def test_one_oscillator_has_three_frequencies_on_the_bench():
    tap = rc.simulate(rc.damped, 0.4, 1e-5, p=BENCH, x0={"x": 1.0, "y": 0.0})
    y = tap["y"][1:]
    before = np.flatnonzero((y[:-1] > 0) & (y[1:] <= 0))
    crossings = before + y[before] / (y[before] - y[before + 1])
    # A straight line between samples 1e-5 s apart is off by less than 1e-9 s.
    assert 1e5 / np.diff(crossings) == pytest.approx(9.54, abs=0.005)
    gain = answer(BENCH)
    assert peak_of(lambda f: abs(gain(f)), 8, 10) == pytest.approx(9.06, abs=0.005)
    assert np.degrees(np.angle(complex(gain(10.0)))) == pytest.approx(-90, abs=1e-9)


@pytest.mark.claim("c-2.2")
def test_a_turning_drive_is_answered_with_the_memory_and_with_less_off_tune():
    for off, size, lag in [(0.0, 2.0, 0.0), (0.5, 2 / np.sqrt(2), 1 / 8), (-0.5, 2 / np.sqrt(2), -1 / 8)]:
        hertz = 1 + off / TURN
        u = {"F_x": rc.sinusoid(1.0, hertz, 0.25), "F_y": rc.sinusoid(1.0, hertz)}
        run = rc.simulate(rc.damped, 60.0, 1e-3, p=SLOW, x0={"x": 0.0}, u=u)
        # After 30 memories the transient is 1e-13; RK4 errs by (omega dt)^4/120 = 1e-11 of the rates.
        found = complex_state(run)[-1] / np.exp(1j * TURN * hertz * run.t[-1])
        assert abs(found) == pytest.approx(size, rel=1e-9)
        assert -np.angle(found) / TURN == pytest.approx(lag, abs=1e-9)


@pytest.mark.claim("c-2.3")
def test_the_answer_is_there_after_three_memories():
    u = {"F_x": rc.sinusoid(1.0, 1.0, 0.25), "F_y": rc.sinusoid(1.0, 1.0)}
    run = rc.simulate(rc.damped, 20.0, 1e-3, p=SLOW, x0={"x": 0.0}, u=u)
    amplitude = abs(complex_state(run))
    # RK4, 1000 steps a turn: 8e-14 in each, remembered for 2000 steps. Then half of the digit that is printed.
    assert amplitude == pytest.approx(2 * (1 - np.exp(-0.5 * run.t)), abs=1e-9)
    assert amplitude[6000] / 2 == pytest.approx(0.95, abs=0.005)


@pytest.mark.claim("c-2.4")
def test_a_push_to_and_fro_has_a_small_part_that_turns_the_wrong_way():
    u = {"F_x": rc.sinusoid(1.0, 1.0, 0.25)}
    run = rc.simulate(rc.damped, 70.0, 1e-3, p=SLOW, x0={"x": 0.0}, u=u)
    z, t = complex_state(run)[60000:70000], run.t[60000:70000]
    forward, backward = (np.mean(z * np.exp(way * 1j * TURN * t)) for way in (-1, 1))
    for found, nu in ((forward, TURN), (backward, -TURN)):
        assert found == pytest.approx(0.5 * complex(susceptibility(nu, **SLOW)), rel=1e-8)
    assert abs(backward / forward) == pytest.approx(0.040, abs=0.0005)
    # |alpha|/2 omega up to the square of itself.
    assert abs(backward / forward) == pytest.approx(0.5 / (2 * TURN), rel=1e-3)


@pytest.mark.claim("c-2.5")
def test_at_the_undamped_frequency_y_is_a_quarter_turn_late_for_every_damping():
    for zeta in (0.01, 0.1, 0.3, 0.7, 0.95):
        p = dict(zip(("alpha", "omega"), second_order(10.0, zeta), strict=True))
        # The quarter turn is exact; the answer is solved for to rounding.
        assert np.degrees(np.angle(complex(answer(p)(10.0)))) == pytest.approx(-90, abs=1e-9)


@pytest.mark.claim("c-2.6")
def test_place_height_and_width_of_the_peak_at_a_tenth_of_critical_damping():
    found = resonance(10.0, 0.1)
    check(REFERENCE["r1.ho.a.fpeak"], found.frequency)
    check(REFERENCE["r1.ho.a.gain"], found.gain)
    check(REFERENCE["r1.ho.a.Q"], found.bandwidth)
    p = dict(zip(("alpha", "omega"), second_order(10.0, 0.1), strict=True))
    gain = answer(p)
    top = peak_of(lambda f: abs(gain(f)), 9, 11)
    # Half of the last digit that the sentence prints.
    assert top == pytest.approx(9.90, abs=0.005)
    assert top == pytest.approx(found.frequency, rel=1e-8)
    assert abs(gain(top)) / abs(gain(0.0)) == pytest.approx(5.03, abs=0.005)
    assert found.bandwidth == pytest.approx(2.02, abs=0.005)
    assert -p["alpha"] / np.pi == pytest.approx(2.00, abs=0.005)
    flat = dict(zip(("alpha", "omega"), second_order(1.0, 0.71), strict=True))
    assert abs(answer(flat)(np.linspace(0, 2, 400))).argmax() == 0


@pytest.mark.claim("c-2.7")
def test_variance_and_correlation_under_noise():
    run = rc.simulate(rc.damped, 400.0, 0.01, p=SLOW, x0=from_rest(200), sigma=0.5, seed=27, every=5)
    x = run["x"][400:]
    # 200 records of 380 s: the variance of x scatters by 1/sqrt(|alpha| t) = 0.5 %; five of them. From rest, after
    # 20 s, 2e-9 of it is missing; RK4 with its noise held for a step is off by (omega dt)^2/12 = 3e-4.
    assert np.mean(x**2) == pytest.approx(0.25, rel=5 * 0.0051 + 3e-4)
    for k in (5, 10, 20, 40):
        later = 0.05 * k
        found = np.mean(x[:-k] * x[k:]) / np.mean(x**2)
        assert found == pytest.approx(np.exp(-0.5 * later) * np.cos(TURN * later), abs=5 * 0.0051)
    for omega in (1.0, TURN, 60.0):
        assert rc.covariance(rc.damped, 0.5, output="x", p={"alpha": -0.5, "omega": omega}) == pytest.approx(0.25)
    # The same oscillator as a weight in oil, under a random force on its speed alone.
    weight = dict(zip(("alpha", "omega"), second_order(10.0, 0.1), strict=True))
    variance = rc.covariance(rc.damped, {"y": 1 / weight["omega"]}, output="x", p=weight)[0, 0]
    wanted = REFERENCE["r1.ho.a.var"]
    assert variance == pytest.approx(wanted["value"][0], rel=wanted["tolerance"])


@pytest.mark.claim("c-2.8")
def test_the_spectrum_is_the_square_of_the_resonance_curve():
    f = np.linspace(0.01, 3, 500)
    for sigma in (0.2, 0.5):
        closed = sum(sigma**2 / (0.25 + (TURN * f + way * TURN) ** 2) for way in (-1, 1))
        assert rc.noise_spectrum(rc.damped, sigma, "x", f, p=SLOW) == pytest.approx(closed, rel=1e-11)

    def density(f):
        return rc.noise_spectrum(rc.damped, 0.5, "x", f, p=SLOW)

    top = peak_of(density, 0.9, 1.1)
    fine = np.linspace(0.8, 1.2, 40001)
    above = fine[density(fine) > 0.5 * float(density(top))]
    # The part that turns the wrong way moves this by 1/(4 Q)^2, below a hundredth.
    assert above[-1] - above[0] == pytest.approx(0.5 / np.pi, rel=0.01)
    assert above[-1] - above[0] == pytest.approx(0.16, abs=0.005)
    total = quad(density, 0, 1, limit=200)[0] + quad(density, 1, np.inf, limit=200)[0]
    assert total == pytest.approx(0.25, rel=1e-6)


@pytest.mark.claim("c-2.9")
def test_the_interval_of_welch_holds_the_truth_as_often_as_it_says_and_one_periodogram_never_settles():
    run = rc.simulate(rc.damped, 420.0, 0.01, p=SLOW, x0=from_rest(400), sigma=0.5, seed=29, every=10)
    x = run["x"][200:4200]
    found = rc.observe.welch(x, 0.1, segment=40.0)
    band = (found.frequency > 0.4) & (found.frequency < 1.6)
    truth = rc.noise_spectrum(rc.damped, 0.5, "x", found.frequency[band], p=SLOW)[:, None]
    held = np.mean((found.low[band] < truth) & (truth < found.high[band]))
    # 400 records with 48 frequencies, of which neighbours are correlated: as many as 24 independent ones, so 0.95 is
    # known to 0.002. A window of 40 s blurs the peak, 0.16 Hz wide, and takes a few percent off it, which costs less
    # than a hundredth.
    assert held == pytest.approx(0.95, abs=0.01 + 5 * 0.0022)
    # Scatter of a periodogram against its mean, at 0.5 Hz: as large as the mean, whatever the length.
    for samples in (1000, 4000):
        whole = rc.observe.welch(x[:samples], 0.1, segment=samples * 0.1)
        value = whole.psd[np.argmin(abs(whole.frequency - 0.5))]
        # An exponential distribution: the ratio of 400 values scatters by 1/sqrt(400) and half as much again.
        assert value.std() / value.mean() == pytest.approx(1.0, abs=5 * 0.07)
    averaged = found.psd[np.argmin(abs(found.frequency - 0.5))]
    n = found.averages[np.argmin(abs(found.frequency - 0.5))]
    assert averaged.std() / averaged.mean() == pytest.approx(1 / np.sqrt(n), rel=5 * 0.04)


@pytest.mark.claim("c-2.10")
def test_how_wrong_a_variance_of_a_hundred_seconds_is():
    run = rc.simulate(rc.damped, 120.0, 0.01, p=SLOW, x0=from_rest(800), sigma=0.5, seed=30, every=10)
    found = np.mean(run["x"][200:] ** 2, axis=0)
    # 800 records: the scatter itself is known to 1/sqrt(1600) = 2.5 %.
    assert found.std() / 0.25 == pytest.approx(1 / np.sqrt(0.5 * 100), rel=5 * 0.025)
    assert 1 / np.sqrt(0.5 * 100) == pytest.approx(0.14, abs=0.005)


@pytest.mark.claim("c-2.18")
def test_two_more_peaks_of_the_oscillator_on_the_bench():
    noise = peak_of(lambda f: rc.noise_spectrum(rc.damped, 1.0, "x", f, p=BENCH), 8, 11)
    w0 = TURN * 10
    assert noise == pytest.approx(np.sqrt(w0 * (2 * BENCH["omega"] - w0)) / TURN, rel=1e-8)
    assert noise == pytest.approx(9.53, abs=0.005)
    same = peak_of(lambda f: abs(answer(BENCH, "xx")(f)), 9, 11)
    a, w = BENCH["alpha"], BENCH["omega"]
    assert same == pytest.approx(np.sqrt(w * np.sqrt(w**2 + 4 * a**2) - a**2) / TURN, rel=1e-8)
    assert same == pytest.approx(9.92, abs=0.005)
    # Weak damping: the five agree within 0.3 %.
    zeta = 0.05
    turn = np.sqrt(1 - zeta**2)
    five = [1.0, turn, np.sqrt(1 - 2 * zeta**2), np.sqrt(2 * turn - 1)]
    five.append(np.sqrt(turn * np.sqrt(turn**2 + 4 * zeta**2) - zeta**2))
    assert max(five) - min(five) < 0.003


@pytest.mark.claim("c-2.20")
def test_the_half_power_points_of_exercise_two():
    p = dict(zip(("alpha", "omega"), second_order(10.0, 0.1), strict=True))
    gain = answer(p)
    top = abs(gain(peak_of(lambda f: abs(gain(f)), 9, 11)))
    f = np.linspace(8, 12, 400001)
    inside = f[abs(gain(f)) ** 2 > 0.5 * top**2]
    # Half of the last digit that the sentence prints.
    assert [inside[0], inside[-1]] == pytest.approx([8.84, 10.86], abs=0.005)


@pytest.mark.claim("c-2.21")
def test_a_damped_node_makes_the_peak_of_the_abstract():
    p = {"alpha": -10 * TURN / 12, "omega": 10 * TURN}
    # Half of the last digit that the sentence prints.
    assert p["alpha"] == pytest.approx(-5.2, abs=0.05)

    def density(f):
        return rc.noise_spectrum(rc.damped, 1.0, "x", f, p=p)

    top = peak_of(density, 8, 12)
    f = np.linspace(7, 13, 60001)
    inside = f[density(f) > 0.5 * float(density(top))]
    assert top == pytest.approx(10, abs=0.05)
    assert top / (inside[-1] - inside[0]) == pytest.approx(6, rel=0.02)


@pytest.mark.claim("c-2.24")
def test_what_the_eye_reads_in_exploration_b():
    p = {"alpha": -0.6, "omega": 12.6}
    run = rc.simulate(rc.damped, 600.0, 0.02, p=p, x0=from_rest(1), sigma=0.3, seed=11, every=2)
    found = rc.observe.welch(run["x"][:, 0], 0.04, segment=512 * 0.04)
    f, S = found.frequency, found.psd
    k, half = int(S.argmax()), 0.5 * S.max()
    low, high = k - int(np.argmax(S[k::-1] < half)), k + int(np.argmax(S[k:] < half))
    edges = [
        np.interp(half, S[low : low + 2], f[low : low + 2]),
        np.interp(half, S[high : high - 2 : -1], f[[high, high - 1]]),
    ]
    # The record of the exploration is fixed by its seed; a bin is 0.05 Hz, and the line between two bins is straight.
    assert edges[1] - edges[0] == pytest.approx(0.25, abs=0.005)
    assert f[k] / (edges[1] - edges[0]) == pytest.approx(8.2, abs=0.1)
