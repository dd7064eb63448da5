"""The claims of chapter 6 about crowds: steps, swings, numbers, feedback and limits. Without its test a claim fails."""

from functools import cache

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import norm
from spikes_for_tests import spikes

import rosetta_core as rc
from rosetta_core import transfer_functions as tf
from rosetta_core import translate
from rosetta_core.models.mpr import rate_response, resting_potential, uncoupled_flow

TURN = 2 * np.pi
TAU, DELTA, BEFORE, AFTER = 0.01, 0.2, -0.5, 0.5
P = {"tau": TAU, "Delta": DELTA, "eta_bar": AFTER, "J": 0.0}


def step_of_the_crowd(t):
    """Exact rate (Hz) of infinitely many QIF neurons at times t (s) after the step."""
    start = np.sqrt(complex(BEFORE, -DELTA))
    return uncoupled_flow(t, start.real / (np.pi * TAU), start.imag, TAU, DELTA, AFTER).r


@pytest.mark.claim("c-6.11")
def test_a_step_overshoots():
    t = np.linspace(0, 0.2, 20_001)
    rate, static = step_of_the_crowd(t), tf.qif_cauchy([BEFORE, AFTER], delta=DELTA, tau=TAU)
    assert static == pytest.approx([4.4, 22.9], abs=0.05)
    assert rate[0] == pytest.approx(static[0], rel=1e-12)
    top = rate.argmax()
    assert [rate[top], rate[top] / static[1], rate[top:].min() / static[1]] == pytest.approx(
        [41.2, 1.80, 0.72], abs=0.05
    )
    assert rate[top] / static[1] == pytest.approx(1.80, abs=5e-3)
    assert rate[top:].min() / static[1] == pytest.approx(0.72, abs=5e-3)
    assert t[top] == pytest.approx(0.031, abs=5e-4)
    # The kernel of the mean field, by RK4: an error of (dt/tau)^4 of it, 1e-8, and the spikes.
    start = np.sqrt(complex(BEFORE, -DELTA))
    run = rc.simulate(rc.mpr, 0.2, 1e-4, p=P, x0={"r": start.real / (np.pi * TAU), "v": start.imag})
    assert run["r"] == pytest.approx(step_of_the_crowd(run.t), rel=1e-6)
    crowd = rc.QIFNetwork(n=10_000, eta_bar=0.0, delta=DELTA, J=0.0, tau=TAU)
    found = crowd.run(0.25, 1e-4, drive=lambda t: BEFORE if t < 0.05 else AFTER, bin=2e-3)
    exact = np.array([step_of_the_crowd(np.maximum(at - np.linspace(0.05, 0.052, 21), 0)).mean() for at in found.t])
    # Random spikes would scatter by sqrt(41/(10 000 * 0.002)) = 1.43 Hz at the peak. Neurons at quantiles, evenly
    # spread over their turns, are less irregular than that: no bin may be off by more than one such deviation.
    assert np.abs(found.rate[:, 0] - exact).max() < 1.43
    assert found.rate.max() == pytest.approx(41.2, abs=1.0)


@pytest.mark.claim("c-6.12")
def test_it_rings_at_the_rate_of_its_neurons():
    rest = rc.fixed_points(rc.mpr, P)[0].x
    leading = rc.eigenvalues(rc.mpr, rest, P)[0]
    assert abs(leading.imag) / TURN == pytest.approx(rest[0], rel=1e-9) == pytest.approx(22.9, abs=0.05)
    assert -leading.real == pytest.approx(DELTA / (np.pi * TAU**2 * rest[0]), rel=1e-9) == pytest.approx(27.8, abs=0.05)


def gain(f):
    """Gain of the exact mean field over that of the static curve at frequencies f (Hz)."""
    r = float(tf.qif_cauchy(AFTER, delta=DELTA, tau=TAU))
    found = rc.transfer(rc.mpr, "I", "r", np.atleast_1d(f), p=P)
    # The closed form is the kernel's own linearisation.
    formula = rate_response(1j * TURN * np.atleast_1d(f), r, float(resting_potential(r, TAU, DELTA)), TAU)
    assert found == pytest.approx(formula, rel=1e-9)
    return found / float(tf.qif_cauchy_gain(AFTER, delta=DELTA, tau=TAU))


@pytest.mark.claim("c-6.12")
def test_a_slower_crowd_forgets_sooner_and_hears_2_hz_as_its_curve_says():
    eta = brentq(lambda I: float(tf.qif_cauchy(I, delta=DELTA, tau=TAU)) - 8.0, -1.0, 1.0)
    for at, rate, memory in ((AFTER, 22.9, 0.036), (eta, 8.0, 0.0126), (1.5, 39.1, 0.061)):
        rest = rc.fixed_points(rc.mpr, P | {"eta_bar": at})[0].x
        assert rest[0] == pytest.approx(rate, abs=0.05)
        assert -1 / rc.eigenvalues(rc.mpr, rest, P | {"eta_bar": at})[0].real == pytest.approx(memory, rel=0.01)
        slow = rc.transfer(rc.mpr, "I", "r", np.array([2.0]), p=P | {"eta_bar": at})[0]
        assert abs(slow) / float(tf.qif_cauchy_gain(at, delta=DELTA, tau=TAU)) == pytest.approx(1.0, abs=0.01)


@pytest.mark.claim("c-6.13")
def test_the_crowd_is_a_resonator():
    f = np.linspace(0.01, 70, 7000)
    z = gain(f)
    assert abs(gain(1e-6)[0] - 1) < 1e-6
    assert f[np.abs(z).argmax()] == pytest.approx(22.5, abs=0.05) and np.abs(z).max() == pytest.approx(2.69, abs=5e-3)
    assert abs(gain(60.0)[0]) == pytest.approx(0.18, abs=5e-3)
    assert np.angle(gain(60.0)[0]) == pytest.approx(-np.pi, abs=0.2)
    off = brentq(lambda f: abs(gain(f)[0] - 1) - 0.1, 1.0, 10.0)
    assert off == pytest.approx(5.1, abs=0.05)
    assert off < float(tf.qif_cauchy(AFTER, delta=DELTA, tau=TAU)) / 4


@pytest.mark.claim("c-6.13")
@pytest.mark.parametrize("f", [8.0, 22.0, 60.0])
def test_spiking_neurons_resonate_as_the_mean_field_says(f):
    crowd = rc.QIFNetwork(n=10_000, eta_bar=0.0, delta=DELTA, J=0.0, tau=TAU)
    run = crowd.run(2.5, 1e-4, drive=rc.sinusoid(0.1, f, offset=AFTER), bin=5e-4)
    late = run.t > 0.5
    z = 20j * np.mean(run.rate[late, 0] * np.exp(-1j * TURN * f * (run.t[late] - 2.5e-4)))
    z /= float(tf.qif_cauchy_gain(AFTER, delta=DELTA, tau=TAU))
    # A swing of 0.1 about 0.5 is not small: the next order is (0.1/0.54)^2/8 of it, and up to 2.7 times that at the
    # peak. A share 2 % of the neurons is missing as in the scan of n.
    assert abs(z - gain(f)[0]) < 0.03 * abs(gain(f)[0]) + 0.01


@pytest.mark.claim("c-6.14")
def test_one_leaky_stage_does_not_resonate():
    one = translate.to_qif_rate(rc.mpr, p=P)
    slope = float(tf.qif_cauchy_gain(AFTER, delta=DELTA, tau=TAU))
    z = rc.transfer(one.target, "I", "r", np.array([0.0, 22.5]), p=one.p) / slope
    assert abs(z[0]) == pytest.approx(1.0, rel=1e-9)
    assert abs(z[1]) == pytest.approx(0.94, abs=5e-3)
    time = np.sqrt(1 / abs(z[1]) ** 2 - 1) / (TURN * 22.5)
    assert time == pytest.approx(0.0026, abs=5e-5)
    # It is the best time constant: with it the error of the gain is of second order in the frequency.
    f = np.array([0.5, 1.0])
    off = np.abs(gain(f) - rc.transfer(one.target, "I", "r", f, p=one.p) / slope)
    assert off[1] / off[0] == pytest.approx(4.0, rel=0.02)


@pytest.mark.claim("c-6.15")
@pytest.mark.parametrize(("I", "sigma", "q"), [(15.0, 5.0, 0.74), (25.0, 2.0, 0.12)])
def test_irregular_and_regular_neurons(I, sigma, q):
    counts = spikes("lif", I, sigma, n=500, T=5.0, seed=7)
    found = counts.var(axis=0, ddof=1).mean() / counts.mean()
    # 500 neurons and 100 bins: a variance is good to sqrt(2/50 000), 0.6 %; the step moves rates by half
    # a per cent, and the text prints two digits.
    assert found == pytest.approx(q, abs=0.018)


@pytest.mark.claim("c-6.16")
def test_how_many_neurons_a_rate_needs():
    random = np.random.default_rng(616)
    for n, error in ((1000, 0.14), (8000, 0.05)):
        rate = random.poisson(5.0 * 0.010, (4000, n)).mean(axis=1) / 0.010
        # The standard deviation of 4000 windows is good to 1/sqrt(8000), 1.1 %; three times that.
        assert rate.std() / rate.mean() == pytest.approx(1 / np.sqrt(n * 5 * 0.01), rel=0.035)
        assert 1 / np.sqrt(n * 5 * 0.01) == pytest.approx(error, abs=2e-3)


@cache
def crowds():
    """Counts of 1000 LIF neurons over 20 s, without and with a tenth of the noise in common."""
    return tuple(spikes("lif", 15.0, 5.0, n=1000, T=20.0, dt=2.5e-4, common=share, seed=8) for share in (0.0, 0.1))


@pytest.mark.claim("c-6.17")
def test_common_noise_puts_a_floor_under_the_error():
    own, common = crowds()
    # The scatter over 400 bins is good to 1/sqrt(800), 3.5 %; three times that.
    assert own.mean(axis=1).std(ddof=1) / own.mean() == pytest.approx(0.039, rel=0.11)
    assert common.mean(axis=1).std(ddof=1) / common.mean() == pytest.approx(0.29, rel=0.11)
    rows = common - common.mean(axis=0)
    single = rows.var(axis=0, ddof=1)
    # The mean of the correlations of 10 000 pairs that lie apart, which does not use the mean of the crowd.
    pairs = np.random.default_rng(0).permuted(np.tile(np.arange(1000), (20, 1)), axis=1).reshape(-1, 2)
    c = np.mean([rows[:, i] @ rows[:, j] / 399 / np.sqrt(single[i] * single[j]) for i, j in pairs])
    # Chance is as large in one pair, 1/sqrt(400); in the mean of many the scatter of the common part is left, that of
    # a variance over 400 bins, 7 %; twice that.
    assert c == pytest.approx(0.05, abs=0.0075)
    q, spiked = single.mean() / common.mean(), common.mean()
    law = np.sqrt(q * (1 + 999 * c) / (1000 * spiked))
    assert common.mean(axis=1).std(ddof=1) / spiked == pytest.approx(law, rel=0.11)
    # As many independent neurons would have this error, whose square is good to 7 %; three times that.
    assert q / spiked / (common.mean(axis=1).std(ddof=1) / spiked) ** 2 == pytest.approx(20, rel=0.22)


@pytest.mark.claim("c-6.18")
def test_feedback_makes_a_switch():
    top = tf.sigmoid_gain(6.0, e0=2.5, v0=6.0, r=0.56)
    assert top == pytest.approx(0.7) and 1 / float(top) == pytest.approx(1.43, abs=5e-3)

    def rests(strength, I):
        r = np.linspace(1e-5, 5, 200_000)  # never on the crossing at 2.5 itself
        return np.count_nonzero(np.diff(np.sign(tf.sigmoid(strength * r + I, e0=2.5, v0=6.0, r=0.56) - r)))

    inputs = np.linspace(-4, 6, 41)
    assert {rests(1.42, I) for I in inputs} == {1}
    # Just above, the window of inputs is narrow, of order 3/2 in the distance; 1.5 has one around 6 - 1.5*2.5.
    assert rests(1.5, 2.25) == 3
    # Ends of the window to half of the digits that the text prints.
    for low, high in ((0.45, 0.465), (1.535, 1.55)):
        assert {rests(2.0, low), rests(2.0, high)} == {1, 3}
    assert rests(2.0, 1.0) == 3


@pytest.mark.claim("c-6.18")
def test_the_kernel_has_the_same_two_states():
    # The pair with a silent pull: E alone, heard by itself through a synapse, at an input of 1 mV.
    p, u = {"w_EE": 2.0, "w_EI": 0.0, "w_IE": 0.0, "w_II": 0.0}, {"P_E": 1.0, "P_I": -50.0}
    ends = [
        rc.simulate(rc.master, 1.0, 2e-4, p=p, u=u, x0={"r_E": r, "s_E": r, "r_I": 0.0, "s_I": 0.0})["r_E"][-1]
        for r in (2.0, 3.0)
    ]
    assert ends[0] < 1.0 and ends[1] > 4.0
    # 2.5 is the state between, by symmetry: slopes there are 1.4, so it lets go.
    assert float(tf.sigmoid(2 * 2.5 + 1.0, e0=2.5, v0=6.0, r=0.56)) == pytest.approx(2.5)


@pytest.mark.claim("c-6.19")
def test_no_neuron_is_as_gentle_as_its_crowd():
    random = np.random.default_rng(619)
    middles = 6 + 3 * random.standard_normal(200_000)
    h = 0.05

    def slope(share):
        return (share(6 + h) - share(6 - h)) / (2 * h)

    crowd = slope(lambda I: norm.cdf(I, middles, 1.0).mean())
    one = slope(lambda I: norm.cdf(I, 6.0, 1.0))
    # A central difference is off by h^2/6 of the slope, 4e-4. The slopes of the neurons there have the relative
    # variance 10/sqrt(19) - 1 = 1.29, so the mean of 200 000 is good to 0.25 %; three times that.
    assert one / crowd == pytest.approx(np.sqrt(10), rel=0.01) == pytest.approx(3.16, rel=0.01)
    assert np.sqrt(10) == pytest.approx(3.16, abs=5e-3)


@pytest.mark.claim("c-6.20")
def test_a_finite_network_is_a_little_slow():
    down = translate.to_mean_field(rc.QIFNetwork(n=1000, eta_bar=AFTER, delta=DELTA, J=0.0, tau=TAU))
    sizes = np.array([300, 1000, 3000, 10_000, 30_000, 100_000])
    found = down.scan(1 / np.sqrt(sizes))
    error = found.errors["state"]
    assert [error[1], error[3]] == pytest.approx([0.016, 0.005], abs=6e-4)
    # The next order is 1/sqrt(n) of it, relative, and a count of whole spikes: within a tenth from 1000 on.
    rate = float(tf.qif_cauchy(AFTER, delta=DELTA, tau=TAU))
    law = -_zeta_half() * np.sqrt(DELTA / (np.pi * sizes)) / (np.pi * TAU) / rate
    assert error[1:] == pytest.approx(law[1:], rel=0.1)
    assert found.order["state"] == pytest.approx(1.0, abs=0.1)


def _zeta_half():
    """zeta(1/2) from its alternating series: eta(1/2)/(1 - sqrt 2), averaged twice."""
    terms = np.cumsum((-1.0) ** np.arange(4000) / np.sqrt(np.arange(1, 4001)))
    once = (terms[1:] + terms[:-1]) / 2
    return float((once[-1] + once[-2]) / 2 / (1 - np.sqrt(2)))


@pytest.mark.claim("c-6.21")
@pytest.mark.parametrize(
    ("way", "gains", "modes", "own"),
    [
        ("Wilson-Cowan", [0.080, 0.16], [0.20, 0.38], [1.16, 2.22]),
        ("NMM1", [0.025, 0.049], [0.10, 0.20], [0.74, 2.02]),
        ("NMM2", [0.0065, 0.013], None, None),
    ],
)
def test_every_limit_of_the_master_equation_is_of_first_order(way, gains, modes, own):
    slow = {"tau_m": 0.01, "tau_s": 0.1, "Delta": DELTA, "eta_bar": AFTER, "J": 0.0}
    made = {
        "Wilson-Cowan": lambda: translate.to_wilson_cowan(rc.master, keep="membrane"),
        "NMM1": lambda: translate.to_nmm1(rc.master, p={"w_EE": 0.0}),
        "NMM2": lambda: translate.to_qif_nmm1(rc.qif_second_order, p=slow),
    }[way]()
    errors = [made.again(at).error for at in (0.05, 0.1)]
    # To the digits of the text, a percent above a tenth.
    assert [error.transfer for error in errors] == pytest.approx(gains, abs=5e-3 if gains[1] > 0.1 else 5e-4)
    scan = made.scan(0.05 / 2.0 ** np.arange(5, -1, -1))
    assert scan.order["transfer"] == pytest.approx(1.0, abs=0.02)
    if way == "NMM2":  # without coupling its synapse is the slowest mode, before and after
        assert errors[1].eigenvalue < 1e-6
        return
    assert [error.eigenvalue for error in errors] == pytest.approx(modes, abs=5e-3)
    assert scan.order["eigenvalue"] == pytest.approx(1.0, abs=0.03)
    assert [made.error.transfer, made.error.eigenvalue] == pytest.approx(own, abs=5e-3)
    assert not made.valid and made.valid.value > 1  # with its own time constants neither limit may be taken


@pytest.mark.claim("c-6.21")
def test_weights_become_pure_numbers():
    made = translate.to_wilson_cowan(rc.master, keep="membrane", p={"w_EE": 1.0}, u={"P_E": 7.0})
    assert made.p["w_EE"] == pytest.approx(2.8)
    assert made.u["P_E"] == pytest.approx(0.56 * (7.0 - 6.0))


@pytest.mark.claim("c-6.23")
def test_a_pulse_has_an_echo_and_shared_noise_a_hum():
    f = np.linspace(0.01, 70, 7000)
    assert np.abs(gain(f)).max() ** 2 == pytest.approx(7.2, abs=0.05)
    # A small pulse leaves the crowd with a little more potential: the way back, by the closed form.
    rest = rc.fixed_points(rc.mpr, P)[0].x
    t = np.linspace(0, 0.1, 100_001)
    rate = uncoupled_flow(t, rest[0], rest[1] + 1e-5, TAU, DELTA, AFTER).r - rest[0]
    tops = 1 + np.flatnonzero((rate[1:-1] > rate[:-2]) & (rate[1:-1] > rate[2:]))
    # Both tops are good to the second order in the pulse, 1e-5.
    assert rate[tops[1]] / rate[tops[0]] == pytest.approx(0.30, abs=5e-3)
    assert t[tops[1]] - t[tops[0]] == pytest.approx(1 / rest[0], rel=1e-3)
