"""The claims of chapter 5, each by the package's own kernels. A claim without its test fails the build of the book."""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE
from scipy.integrate import solve_ivp

import rosetta_core as rc
from rosetta_core.models.biexponential import group_delay, impulse_response, peak
from rosetta_core.models.nmm1_loop import equilibrium, oscillation_onset

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


@pytest.mark.claim("c-5.7")
def test_an_inhibition_at_rest_halves_what_it_does_not_move():
    def late(g_E, g_I):
        def rate(t, V):
            return (-V + g_E * (70.0 - V) + g_I * (0.0 - V)) / 0.02

        return solve_ivp(rate, (0.0, 1.0), [0.0], rtol=1e-10, atol=1e-12).y[0, -1]

    assert late(0.0, 1.0) == 0.0
    lifted = [late(0.1, 0.0), late(0.1, 1.0)]
    assert lifted == pytest.approx([7 / 1.1, 7 / 2.1], rel=1e-8)
    assert lifted == pytest.approx([6.36, 3.33], abs=5e-3)


def loop_rates(tau_E, tau_I, share):
    """Rates of `nmm1_loop` with these decays (s) and rise over decay."""
    return {"rise_E": 1 / (share * tau_E), "decay_E": 1 / tau_E, "rise_I": 1 / (share * tau_I), "decay_I": 1 / tau_I}


def leading(p):
    """Leading eigenvalue of the loop's kernel at its one fixed point."""
    return rc.eigenvalues(rc.nmm1_loop, rc.fixed_points(rc.nmm1_loop, p)[0].x, p)[0]


def at_gain(wanted, tau_E, tau_I, share):
    """Leading eigenvalue at a loop gain: the input P_I moves with the weight, so the point of rest stays."""
    base = loop_rates(tau_E, tau_I, share)
    point = equilibrium(base)
    # Weight w of E on I with P_I changed by -(change of w) E keeps the equilibrium and scales the gain.
    w = 100.0 * wanted / point.gain
    return rc.eigenvalues(
        rc.nmm1_loop,
        rc.fixed_points(rc.nmm1_loop, base)[0].x,
        {**base, "w_IE": w},
        {"P_I": -2.0 - (w - 100.0) * point.E},
    )[0]


@pytest.mark.claim("c-5.8")
def test_the_loop_of_jansen_and_rit_synapses_wants_a_gain_of_four_and_a_half():
    for factor, sign in ((1 - 1e-6, -1), (1 + 1e-6, 1)):
        pole = at_gain(4.5 * factor, 0.01, 0.02, 1.0)
        # The eigenvalue moves by some 10 1/s per unit of gain: 5e-5 1/s here, far above rounding.
        assert np.sign(pole.real) == sign
        assert abs(pole.imag) / TURN == pytest.approx(REFERENCE["r7.f180.a"]["value"], rel=1e-5)
    assert sum(lag_and_share(p, REFERENCE["r7.f180.a"]["value"])[0] for p in (EXCITATORY, INHIBITORY)) == pytest.approx(
        180.0, abs=1e-9
    )
    # At equal times the price is lowest, 4.
    ratios = np.geomspace(0.1, 10, 41)
    prices = [oscillation_onset(0.01 * q, 0.01).gain for q in ratios]
    assert min(prices) == pytest.approx(4.0, rel=1e-12) and ratios[np.argmin(prices)] == pytest.approx(1.0)


@pytest.mark.claim("c-5.9")
@pytest.mark.parametrize("share", [1.0, 0.5, 0.1, 0.02])
@pytest.mark.parametrize(("tau_E", "tau_I"), [(0.01, 0.02), (0.01, 0.01), (0.03, 0.008)])
def test_unlike_stages_and_unlike_populations_raise_the_price(share, tau_E, tau_I):
    price = share + 1 / share + tau_E / tau_I + tau_I / tau_E
    turning = 1 / np.sqrt(share * tau_E * tau_I)
    assert oscillation_onset((share * tau_E, tau_E), (share * tau_I, tau_I)) == pytest.approx((price, turning))
    below, above = (at_gain(price * factor, tau_E, tau_I, share) for factor in (1 - 1e-5, 1 + 1e-5))
    assert below.real < 0 < above.real
    # A gain off by 1e-5 moves the turning by as little.
    assert abs(above.imag) == pytest.approx(turning, rel=1e-4)
    if (share, tau_E) == (0.1, 0.01):
        assert price == pytest.approx({0.02: 12.6, 0.01: 12.1}[tau_I])


@pytest.mark.claim("c-5.10")
def test_quicker_rises_silence_the_loop():
    quick = {"rise_E": 1000.0, "rise_I": 500.0}
    assert equilibrium().gain == pytest.approx(7.0, abs=0.01)
    assert equilibrium(quick) == pytest.approx(equilibrium())
    swing, silent = (rc.simulate(rc.nmm1_loop, 3.0, 2e-4, p=p)["I"][-5000:] for p in ({}, quick))
    ups = np.sum((swing[:-1] < swing.mean()) & (swing[1:] >= swing.mean()))
    assert np.ptp(swing) > 0.6 and ups == 11
    # The slowest rate is 24.8 1/s: exp(-49) is left after 2 s.
    assert leading(quick).real == pytest.approx(-24.8, abs=0.05)
    assert np.ptp(silent) < 1e-9


inner = rc.alpha.rhs


@rc.kernel
def alone_rhs(t, x, p, u):
    s, z = x
    strength, tau = p
    return inner(t, (s, z), (1.0, tau), (-strength * s,))


@rc.kernel
def alone_emit(x, p):
    return (x[0],)


@pytest.mark.claim("c-5.11")
@pytest.mark.parametrize("strength", [0.5, 10.0, 1e4])
def test_one_population_with_an_alpha_synapse_never_swings(strength):
    state = rc.alpha.state
    params = (
        rc.Quantity("strength", 1.0, "1/(mV s)", 0.0, 1e5, "inhibition of itself"),
        rc.Quantity("tau", 0.02, "s", 0.001, 0.3, "time constant", "positive"),
    )
    alone = rc.Model("alone", "a population that inhibits itself", alone_rhs, alone_emit, state, params, (), "-")
    poles = np.linalg.eigvals(rc.jacobian(alone, np.zeros(2), [strength, 0.02], []))
    # Rounding of a root is relative to its size, sqrt(strength)/tau.
    assert poles.real * 0.02 == pytest.approx([REFERENCE["r5.nmm1.nohopf"]["value"]] * 2, abs=1e-12 * (1 + strength))


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
    zeta = -p["d"] / (2 * p["b"])
    assert zeta == 1.0


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
