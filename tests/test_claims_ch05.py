"""The claims of chapter 5, each by the package's own kernels. A claim without its test fails the build of the book."""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE
from scipy.integrate import solve_ivp

import rosetta_core as rc
from rosetta_core.models.biexponential import group_delay, impulse_response, peak

TURN = 2 * np.pi
EXCITATORY, INHIBITORY = {"gain": 0.0325, "tau": 0.01}, {"gain": 0.44, "tau": 0.02}


def after_a_spike(gain, tau, t1, dt):
    """The kernel's own answer to one spike, which makes the slope jump by gain/tau^2."""
    return rc.simulate(rc.alpha, t1, dt, p={"gain": gain, "tau": tau}, x0={"s": 0.0, "z": gain / tau**2})


@pytest.mark.claim("c-5.1")
@pytest.mark.parametrize(("kind", "p"), [("exc", EXCITATORY), ("inh", INHIBITORY)])
def test_peaks_of_jansen_and_rit(kind, p):
    traj = after_a_spike(**p, t1=0.2, dt=1e-4)
    # RK4 is off by (dt/tau)^5/20 of gain/tau in each of 2000 steps, 1e-8 of it at most; a peak between samples is
    # missed by (dt/2)^2/(2 tau^2) of it, 1.3e-5.
    top = REFERENCE[f"r7.alpha.{kind}.a"]["value"][3:5]
    assert traj["s"].max() == pytest.approx(top[1], rel=2e-5)
    assert traj.t[traj["s"].argmax()] == pytest.approx(top[0], abs=1e-4)
    assert top == pytest.approx({"exc": (0.010, 1.196), "inh": (0.020, 8.093)}[kind], abs=5e-4)


@pytest.mark.claim("c-5.2")
def test_heights_differ_by_7_and_areas_by_13():
    found = []
    for p in (EXCITATORY, INHIBITORY):
        traj = after_a_spike(**p, t1=40 * p["tau"], dt=p["tau"] / 200)
        # The trapezoidal rule is off by dt^2/12 times the slope at the start, 2e-6 of the area; exp(-40) is left.
        found.append((np.trapezoid(traj["s"], traj.t), traj["s"].max()))
    (light, low), (heavy, high) = found
    assert [light, heavy] == pytest.approx([0.0325, 0.44], rel=1e-5)
    assert high / low == pytest.approx(6.8, abs=0.05)
    assert heavy / light == pytest.approx(13.5, abs=0.05)


def mean_potential(rates, p, tau):
    """Mean and range over the last second of 3 s of an alpha synapse under a train of pulses of 1 ms."""
    # Edges a quarter into a step: RK4 then counts 5/6 of the first step and 1/6 of the last, so each pulse in full.
    train = rc.pulse_train(1000.0, 0.000525, 0.001, rates)
    traj = rc.simulate(rc.alpha, 3.0, 1e-4, p={"gain": p, "tau": tau}, u={"rate": train})
    return np.mean(traj["s"][20_000:30_000]), np.ptp(traj["s"][20_000:30_000])


@pytest.mark.claim("c-5.3")
def test_a_train_makes_the_mean_gain_times_rate():
    quick, slow = mean_potential(20.0, 0.1, 0.005), mean_potential(20.0, 0.1, 0.05)
    # A mean over 20 whole periods; of the start exp(-2/0.05) is left, a step of 1e-4 s in 5 ms is off by 1e-8.
    assert [quick[0], slow[0]] == pytest.approx([2.0, 2.0], rel=1e-6)
    assert quick[1] > 7.0 > 1.0 > slow[1]


def counts(kind, spikes=200, seconds=10.0, grid=1e-3):
    """Spikes in each of the grid's cells (s): as many in each kind of train, then 2 s of silence."""
    at = {
        "regular": (np.arange(spikes) + 0.5) * seconds / spikes,
        # Given their number, the spikes of a Poisson train are independent and uniform.
        "poisson": np.random.default_rng(5).uniform(0.0, seconds, spikes),
        "at once": np.full(spikes, 0.3),
    }[kind]
    return np.bincount((at / grid).astype(int), minlength=round((seconds + 2.0) / grid)).astype(float)


@pytest.mark.claim("c-5.3")
@pytest.mark.parametrize("tau", [0.005, 0.05])
@pytest.mark.parametrize("kind", ["regular", "poisson", "at once"])
def test_the_mean_of_a_train_does_not_ask_when_its_spikes_come(kind, tau):
    number = counts(kind)
    # Straight lines between the points of the grid: a spike is a triangle of area 1, which RK4 adds up exactly.
    rate = rc.sampled(number / 1e-3, 1e-3)
    traj = rc.simulate(rc.alpha, 12.0, 2.5e-4, p={"gain": 0.1, "tau": tau}, u={"rate": rate})
    # exp(-2/0.05) is left at the end; RK4 is off by (dt/tau)^4/120 of the mean at most, the trapezoidal rule by nothing
    # where s and its slope are zero at both ends.
    assert np.trapezoid(traj["s"], traj.t) / 10.0 == pytest.approx(0.1 * 20.0, rel=1e-6)


@pytest.mark.claim("c-5.4")
def test_ten_excitatory_spikes_and_one_inhibitory_end_below_rest():
    up = mean_potential(10.0, 0.0325, 0.01)[0]
    down = mean_potential(1.0, 0.44, 0.02)[0]
    # One inhibitory pulse in the last second; what the one before left is exp(-50).
    assert up - down == pytest.approx(-0.115, abs=1e-6)
    balance = 0.44 / 0.0325
    assert balance == pytest.approx(13.5, abs=0.05)
    assert balance * up / 10 == pytest.approx(down, abs=1e-6)


def lag_and_share(p, f):
    """Lag (degrees) and share passed of a swing at f (Hz), from the kernel's Jacobian."""
    H = rc.transfer(rc.alpha, "rate", "s", np.array([0.0, f]), p=p)
    return -np.degrees(np.angle(H[1])), abs(H[1]) / abs(H[0])


@pytest.mark.claim("c-5.5")
def test_lags_at_10_hertz():
    lags, shares = zip(*(lag_and_share(p, 10.0) for p in (EXCITATORY, INHIBITORY)), strict=True)
    # Closed forms against the digits of the reference, and half of the digits that the text prints.
    assert lags == pytest.approx([64.28381527068412, 102.97622549206685], abs=1e-9)
    assert -sum(lags) == pytest.approx(REFERENCE["r7.JRlag.a"]["value"], abs=1e-9)
    assert shares == pytest.approx([0.72, 0.39], abs=5e-3)
    assert shares == pytest.approx(np.cos(np.radians(lags) / 2) ** 2, rel=1e-12)


@pytest.mark.claim("c-5.6")
@pytest.mark.parametrize(("f", "delay"), [(0.1, 0.0400), (1 / (TURN * 0.02), 0.0200), (40.0, 0.0015)])
def test_group_delay_is_the_slope_of_the_lag(f, delay):
    around = f + np.array([-1e-4, 1e-4])
    H = rc.transfer(rc.alpha, "rate", "s", around, p=INHIBITORY)
    # A central difference over 1e-4 Hz: curvature of third order gives 1e-9 of it, rounding 1e-16/1e-3 per rad/s.
    slope = -np.diff(np.unwrap(np.angle(H)))[0] / (TURN * 2e-4)
    assert slope == pytest.approx(float(group_delay(f, 0.02, 0.02)), rel=1e-6)
    assert slope == pytest.approx(delay, abs=5e-5)
    corner = 1 / (TURN * 0.02)
    assert corner == pytest.approx(8.0, abs=0.05)


def settled(g_E, g_I, V_E=70.0, V_I=0.0):
    """Potential (mV) of a passive cell after 1 s of steady conductances, by an adaptive integrator."""

    def rate(t, V):
        return (-V + g_E * (V_E - V) + g_I * (V_I - V)) / 0.02

    return solve_ivp(rate, (0.0, 1.0), [0.0], rtol=1e-10, atol=1e-12).y[0, -1]


@pytest.mark.claim("c-5.7")
def test_an_inhibition_at_rest_halves_what_it_does_not_move():
    assert settled(0.0, 1.0) == 0.0
    lifted = [settled(0.1, 0.0), settled(0.1, 1.0)]
    assert lifted == pytest.approx([7 / 1.1, 7 / 2.1], rel=1e-8)
    assert lifted == pytest.approx([6.36, 3.33], abs=5e-3)


@pytest.mark.claim("c-5.17")
def test_fixed_currents_promise_the_threshold_where_conductances_stay_below():
    # -65 mV at rest; reversal at 0 and -75 mV, threshold at -55 mV.
    excited, both = settled(0.2, 0.0, 65.0, -10.0), settled(0.2, 0.3, 65.0, -10.0)
    assert [excited, both] == pytest.approx([10.8, 6.7], abs=0.05)
    # At rest the slope of the potential is the current of the fixed model: a step of 1e-7 s in 20 ms is off by 1e-5.
    at_rest = solve_ivp(lambda t, V: (-V + 0.2 * (65 - V) + 0.3 * (-10 - V)) / 0.02, (0, 1e-7), [0.0], rtol=1e-12)
    assert at_rest.y[0, -1] * 0.02 / 1e-7 == pytest.approx(10.0, rel=1e-5)
    assert both < 10.0 < excited


@pytest.mark.claim("c-5.12")
@pytest.mark.parametrize(("f", "late"), [(0.05, 0.040), (8.0, 0.0314), (40.0, 0.0109)])
def test_a_synapse_is_no_delay(f, late):
    # The lag is linear in f up to (2 pi f tau)^2/3 of it, 1.3e-5 at 0.05 Hz.
    lag, share = lag_and_share(INHIBITORY, f)
    assert lag / 360 / f == pytest.approx(late, abs=6e-5)
    if f == 40.0:
        assert share == pytest.approx(0.04, abs=5e-3)
        t = np.linspace(0, 0.02, 2001)
        passed = np.trapezoid(impulse_response(t, 1.0, 0.02, 0.02), t)
        assert passed == pytest.approx(1 - 2 / np.e, abs=1e-5)  # a quarter by t = tau


@pytest.mark.claim("c-5.13")
def test_the_alpha_synapse_is_the_critically_damped_oscillator():
    gain, tau = 0.44, 0.02
    drive = rc.modulated(30.0, 9.0, 1.3, offset=50.0)
    push = rc.modulated(-30.0 * gain / tau, 9.0, 1.3, offset=-50.0 * gain / tau)
    p = {"a": 0.0, "b": 1 / tau, "c": 1 / tau, "d": -2 / tau}
    synapse = rc.simulate(rc.alpha, 1.0, 1e-3, p={"gain": gain, "tau": tau}, u={"rate": drive}, x0={"s": 3.0})
    pair = rc.simulate(rc.linear, 1.0, 1e-3, p=p, u={"F_y": push}, x0={"x": 3.0, "y": 0.0})
    # The same RK4 in other coordinates: rounding, forgotten within tau, of numbers of size 30.
    assert np.abs(synapse["s"] - pair["x"]).max() < 1e-11
    assert np.abs(synapse["z"] + pair["y"] / tau).max() < 1e-9
    # A double root moves by the square root of what rounding does to the matrix.
    poles = rc.eigenvalues(rc.alpha, [0.0, 0.0], {"gain": gain, "tau": tau})
    assert np.abs(poles * tau + 1).max() < 1e-6
    # Damping ratio and natural frequency from trace and determinant of the synapse's own matrix.
    J = rc.jacobian(rc.alpha, np.zeros(2), [gain, tau], [0.0])
    frequency = np.sqrt(np.linalg.det(J))
    assert frequency == pytest.approx(1 / tau, rel=1e-12)
    assert -np.trace(J) / (2 * frequency) == pytest.approx(1.0, rel=1e-12)


def below_for_good(zeta, level):
    """Time in 1/omega_0 after which the answer to one spike stays below `level` of gain omega_0."""
    # Equal products of times: tau_rise tau_decay = 1/omega_0^2, and zeta is half of their sum times omega_0.
    tau_decay = 0.01 * (zeta + np.sqrt(zeta**2 - 1))
    p = {"gain": 0.01, "tau_rise": 1e-4 / tau_decay, "tau_decay": tau_decay}
    traj = rc.simulate(rc.biexponential, 0.15, 1e-5, p=p, x0={"s": 0.0, "z": 0.01 / 1e-4})
    return traj.t[traj["s"] >= level][-1] / 0.01


@pytest.mark.claim("c-5.15")
@pytest.mark.parametrize(("level", "times"), [(0.05, (4.50, 4.78, 5.30)), (0.20, (2.54, 2.47, 2.30))])
def test_the_alpha_synapse_is_back_soonest_in_the_end(level, times):
    found = [below_for_good(zeta, level) for zeta in (1.0, 1.1, 1.3)]
    # Half of the digits that the text prints, and a sample of 0.001.
    assert found == pytest.approx(times, abs=6e-3)
    assert sorted(found) == (found if level < 0.1 else found[::-1])


@pytest.mark.claim("c-5.14")
def test_leaving_out_the_rise_is_an_error_of_first_order():
    band, share = np.linspace(0, 1 / (TURN * 0.01), 201), np.array([0.0025, 0.005, 0.01, 0.02, 0.1])
    one = rc.transfer(rc.exponential, "rate", "s", band, p={"gain": 1.0, "tau": 0.01})
    error = []
    for e in share:
        p = {"gain": 1.0, "tau_rise": 0.01 * e, "tau_decay": 0.01}
        error.append(np.abs(rc.transfer(rc.biexponential, "rate", "s", band, p=p) - one).max())
    assert [error[2], error[4]] == pytest.approx([0.0071, 0.070], abs=5e-4)
    # The error is e/sqrt(2)/sqrt(1 + e^2): the local order is below 1 by e^2.
    assert np.polyfit(np.log(share[:4]), np.log(error[:4]), 1)[0] == pytest.approx(1.0, abs=1e-3)
    assert 1 - peak(1.0, 1e-4, 0.01).value / peak(1.0, 0.0, 0.01).value == pytest.approx(0.045, abs=1e-3)


def test_a_synapse_four_times_slower_is_not_four_times_later():
    quick, slow = (lag_and_share({"gain": 0.1, "tau": tau}, 8.0) for tau in (0.005, 0.02))
    assert [quick[0], slow[0]] == pytest.approx([28.2, 90.0], abs=0.5)
    # A delay of 10 ms is 360 * 8 * 0.010 degrees late, and the guess of the exploration four times the lag.
    assert 28.8 - 1.0 < quick[0] < 28.8 and 4 * quick[0] == pytest.approx(113, abs=0.5)
    assert slow[1] == pytest.approx(0.5, abs=5e-3)
