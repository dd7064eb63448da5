"""Transfer functions against other formulas for the same rate, limits, and simulated neurons."""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE, check
from scipy.integrate import quad, solve_ivp
from scipy.special import erfcx, erfinv, gamma, pbdv

from rosetta_core import transfer_functions as tf
from rosetta_core.models.theta import solution

LIF = {"sigma": 5.0, "tau": 0.02, "v_threshold": 20.0, "v_reset": 10.0, "refractory": 0.002}
EIF = {"sigma": 5.0, "tau": 0.01, "v_T": 6.0, "delta_T": 3.0, "v_reset": -3.0, "refractory": 0.0015}


def central(function, I, h, **options):
    return (function(I + h, **options) - function(I - h, **options)) / (2 * h)


def test_sigmoid_is_the_one_of_the_kernels():
    from rosetta_core.operators import sigmoid

    I = np.array([-20.0, 0.0, 6.0, 9.0, 80.0])
    # The clipped exponential of the kernel and scipy's expit differ by rounding.
    expected = [sigmoid(v, 2.5, 6.0, 0.56) for v in I]
    np.testing.assert_allclose(tf.sigmoid(I, e0=2.5, v0=6.0, r=0.56), expected, rtol=1e-14)
    far = tf.sigmoid([-1e5, 1e5], e0=2.5, v0=6.0, r=0.56)
    assert far.tolist() == [0.0, 5.0]
    slope = tf.sigmoid_gain(I, e0=2.5, v0=6.0, r=0.56)
    # Central difference: h^2 |S'''|/6 < 0.56^3 2.5/24 1e-6, rounding 5e-16/h.
    np.testing.assert_allclose(slope, central(tf.sigmoid, I, 1e-3, e0=2.5, v0=6.0, r=0.56), atol=2e-8)
    assert slope[2] == pytest.approx(0.56 * 2.5 / 2, rel=1e-15)


@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_wilson_cowan_is_the_plain_and_the_shifted_logistic(shift):
    I, options = np.array([-300.0, -1.0, 0.0, 2.5, 4.0, 300.0]), {"a": 1.3, "theta": 4.0}
    plain = (1 + np.tanh(0.65 * (I - 4.0))) / 2
    np.testing.assert_allclose(tf.wilson_cowan(I, shift=shift, **options), plain - shift * plain[2], atol=4e-16)
    assert tf.wilson_cowan(0.0, shift=1.0, **options) == 0
    # Central difference: h^2 a^3/48 < 5e-8 with |S'''| <= a^3/8, rounding 1e-16/h.
    difference = central(tf.wilson_cowan, I, 1e-3, shift=shift, **options)
    np.testing.assert_allclose(tf.wilson_cowan_gain(I, **options), difference, atol=5e-8)
    assert tf.wilson_cowan_gain(4.0, **options) == pytest.approx(1.3 / 4, rel=1e-15)


@pytest.mark.parametrize("key", ["r5.phi.D1tau0.01", "r5.phi.D0.1tau0.01"])
def test_qif_cauchy_is_the_reference_and_its_limits(key):
    row = REFERENCE[key]
    q = row["parameters"]
    check(row, tf.qif_cauchy(q["I"], delta=q["Delta"], tau=q["tau_s"]))
    options = {"delta": q["Delta"], "tau": q["tau_s"]}
    # Next orders: relative (delta/I)^2/8 on both sides. Far below threshold the plain formula gives zero.
    assert tf.qif_cauchy(1e4, **options) == pytest.approx(100 / (np.pi * 0.01), rel=1e-8)
    tail = q["Delta"] / (2 * np.pi * 0.01 * np.array([1e2, 1e5]))
    assert tf.qif_cauchy([-1e4, -1e10], **options) == pytest.approx(tail, rel=1e-8)
    I = np.array(q["I"])
    # Central difference: h^2/6 |phi'''|, whose scale is phi/(I^2 + delta^2)^(3/2).
    difference = central(tf.qif_cauchy, I, 1e-5, **options)
    np.testing.assert_allclose(tf.qif_cauchy_gain(I, **options), difference, rtol=1e-7)


def test_qif_cauchy_is_the_mean_over_a_lorentzian_and_of_no_spread_the_square_root():
    # Substituting the quantile, the mean of sqrt(eta)/(pi tau) over a Lorentzian; eta = y^2 tames the root.
    for I in (-2.0, 0.3, 3.0):

        def density(y, I=I):
            return 2 * y * y / (np.pi * 0.01) * 0.7 / np.pi / ((y * y - I) ** 2 + 0.49)

        total = quad(density, 0, 50, points=[np.sqrt(abs(I))], limit=400)[0] + quad(density, 50, np.inf)[0]
        # quad stops at 1.5e-8 of the sum.
        assert tf.qif_cauchy(I, delta=0.7, tau=0.01) == pytest.approx(total, rel=1e-7)
    assert tf.qif_cauchy([-1.0, 0.0, 4.0], delta=0.0, tau=0.01).tolist() == pytest.approx([0, 0, 200 / np.pi])
    assert tf.qif_cauchy(np.zeros((2, 1)), delta=np.ones(3), tau=0.01).shape == (2, 3)


@pytest.mark.parametrize("sigma", [0.2, 3.0])
def test_qif_gaussian_is_a_parabolic_cylinder_function_and_its_gain_too(sigma):
    # The mean of x^(nu) over a normal variable, where positive: Gamma(nu + 1) exp(-m^2/4) D_(-nu-1)(-m)/sqrt(2 pi).
    for m in (-12.0, -3.0, -0.4, 0.0, 0.7, 4.0, 9.0):
        weight = np.exp(-m * m / 4) / np.sqrt(2 * np.pi)
        rate = gamma(1.5) * weight * pbdv(-1.5, -m)[0] * np.sqrt(sigma) / (np.pi * 0.01)
        gain = gamma(0.5) * weight * pbdv(-0.5, -m)[0] / np.sqrt(sigma) / (2 * np.pi * 0.01)
        # scipy states no bound for pbdv; held against quadrature it is off by up to 6e-13 in this range.
        assert tf.qif_gaussian(m * sigma, sigma=sigma, tau=0.01) == pytest.approx(rate, rel=2e-12)
        assert tf.qif_gaussian_gain(m * sigma, sigma=sigma, tau=0.01) == pytest.approx(gain, rel=2e-12)


def test_qif_gaussian_limits_and_the_mean_over_neurons():
    assert tf.qif_gaussian([-1.0, 0.0, 4.0], sigma=0.0, tau=0.01).tolist() == pytest.approx([0, 0, 200 / np.pi])
    for I in (30.0, 1e4, 1e6):
        # Moments of the root: the next term is -(15/128) (sigma/I)^4; rounding is 1e-13 (1 + I/1000).
        wanted = np.sqrt(I) / (np.pi * 0.01) * (1 - 1 / (8 * I**2))
        assert tf.qif_gaussian(I, sigma=1.0, tau=0.01) == pytest.approx(
            wanted, rel=0.12 / I**4 + 1e-13 * (1 + I / 1000)
        )
    deep = tf.qif_gaussian([-100.0, -30.0, -29.0], sigma=1.0, tau=0.01)
    assert deep[0] == 0 and 0 < deep[1] < deep[2] < 1e-150
    I, quantile = 0.3, (np.arange(200000) + 0.5) / 200000
    drive = I + 0.8 * np.sqrt(2) * erfinv(2 * quantile - 1)
    # Midpoint rule in the quantile: of order n^(-3/2) at the threshold, where the root starts, and smaller in the tail.
    mean = np.sqrt(np.maximum(drive, 0)).mean() / (np.pi * 0.01)
    assert tf.qif_gaussian(I, sigma=0.8, tau=0.01) == pytest.approx(mean, rel=1e-5)


@pytest.mark.parametrize("sigma", [0.3, 1.0, 3.0])
def test_qif_noise_integral_is_that_of_adaptive_quadrature(sigma):
    for I in (-3.0, -0.5, -1e-7, 0.0, 0.4, 20.0):
        peak = 8 / 3 * max(-I, 0) ** 1.5 / sigma**2
        top = 2 * max(-I, 0) ** 0.25 / sigma

        def density(x, I=I, peak=peak):
            return np.exp(-I * x * x - sigma**4 * x**6 / 48 - peak)

        edges = [(0, top)] * (top > 0) + [(top, top + 4 / sigma), (top + 4 / sigma, top + 12 / sigma)]
        parts = [quad(density, a, b, epsabs=0, epsrel=1e-12, limit=400)[0] for a, b in edges]
        expected = np.exp(-peak) / (0.01 * np.sqrt(np.pi) * 2 * sum(parts))
        # Both are good to 1e-12; the peak is taken out of both.
        assert tf.qif_noise(I, sigma=sigma, tau=0.01) == pytest.approx(expected, rel=3e-12)
        difference = central(tf.qif_noise, I, 1e-4, sigma=sigma, tau=0.01)
        # h^2/6 of the third derivative, which is at most (4 sqrt(|I|)/sigma^2 + ...)^2 of the gain below threshold.
        bound = 1e-8 / 6 * (4 * np.sqrt(abs(I)) / sigma**2 + 8 / sigma ** (4 / 3)) ** 2 + 1e-10
        assert tf.qif_noise_gain(I, sigma=sigma, tau=0.01) == pytest.approx(difference, rel=bound)


def test_qif_noise_limits():
    exact = np.sqrt(np.pi) * 0.01 * gamma(1 / 6) / 3 * (1.3**4 / 48) ** (-1 / 6)
    assert tf.qif_noise(0.0, sigma=1.3, tau=0.01) == pytest.approx(1 / exact, rel=1e-13)
    bare = tf.qif_noise([-1.0, 0.0, 4.0], sigma=0.0, tau=0.01)
    assert bare.tolist() == pytest.approx([0, 0, 200 / np.pi], rel=1e-15)
    # The first correction is relative (5/128) sigma^4/I^3.
    assert tf.qif_noise(4.0, sigma=0.1, tau=0.01) == pytest.approx(bare[2] * (1 + 5 / 128 * 1e-4 / 64), rel=1e-12)
    deep = tf.qif_noise([-50.0, -1e3, -1e6], sigma=1.0, tau=0.01)
    assert np.isfinite(deep).all() and deep[1:].tolist() == [0.0, 0.0]


def test_qif_noise_is_the_rate_of_simulated_neurons():
    n, dt, steps, tau, sigma, I = 2000, 2e-4, 4000, 0.01, 1.0, -0.3
    rng = np.random.default_rng(1)
    phase, spikes = np.zeros(n), 0
    for step in range(steps + 1000):
        # Half a kick, the exact flow through infinity, half a kick: weak order 2.
        for part in range(2):
            V = np.tan(phase / 2) + sigma * np.sqrt(dt / 2 / tau) * rng.normal(size=n)
            phase = 2 * np.arctan(V)
            if part == 0:
                moved = np.array(flow(phase, I, dt / tau))
                spikes += np.count_nonzero((phase > 1) & (moved < -1)) if step >= 1000 else 0
                phase = moved
    rate, found = tf.qif_noise(I, sigma=sigma, tau=tau), spikes / (n * steps * dt)
    # Four standard errors of a count that is not more variable than Poisson's, and 0.5 % for the step.
    assert found == pytest.approx(float(rate), rel=4 / np.sqrt(spikes) + 0.005)
    assert spikes > 10000


def flow(theta, I, s):
    """Vectorised exact flow of the theta neuron, checked against `solution`."""
    k = np.sqrt(abs(I))
    d = np.tanh(k * s) / k if I < 0 else np.tan(k * s) / k
    n0, m0 = np.sin(theta / 2), np.cos(theta / 2)
    moved = 2 * np.arctan2(n0 + I * d * m0, m0 - d * n0)
    assert np.isclose(np.exp(1j * moved[0]), np.exp(1j * solution(s, theta[0], I, 1.0)), atol=1e-12)
    return np.pi - np.mod(np.pi - moved, 2 * np.pi)


@pytest.mark.parametrize("sigma", [0.5, 1.0, 5.0, 20.0])
def test_lif_integral_is_that_of_adaptive_quadrature(sigma):
    for I in (10.0, 14.0, 19.9, 20.0, 24.0, 200.0):
        a, b = (10.0 - I) / sigma, (20.0 - I) / sigma
        marks = [x for x in (0.0, b - 1 / (1 + abs(b)), b - 0.1 / (1 + abs(b))) if a < x < b]
        total = quad(lambda x: erfcx(-x), a, b, points=marks, epsabs=0, epsrel=1e-12, limit=400)[0]
        options = LIF | {"sigma": sigma}
        expected = 1 / (0.002 + 0.02 * np.sqrt(np.pi) * total)
        rate = tf.lif_siegert(I, **options)
        # Both are good to 1e-12, and exp(b^2) with b up to 20 costs 400 roundings.
        assert rate == pytest.approx(expected, rel=1e-12)
        h = 1e-3 * min(sigma, 1.0)
        difference = central(tf.lif_siegert, I, h, **options)
        # h^2/6 of a third derivative of the rate that is at most of the size (2 |b| + 4)^2/sigma^2 of the gain.
        bound = h**2 / 6 * ((2 * abs(b) + 4) / sigma) ** 2 + 1e-8
        assert tf.lif_siegert_gain(I, **options) == pytest.approx(difference, rel=bound)


def test_lif_limits():
    certain = tf.lif_siegert([15.0, 20.0, 25.0], **(LIF | {"sigma": 0.0}))
    assert certain.tolist() == pytest.approx([0, 0, 1 / (0.002 + 0.02 * np.log(3))], rel=1e-15)
    off = [tf.lif_siegert(25.0, **(LIF | {"sigma": s})) / certain[2] - 1 for s in (0.4, 0.2, 0.1)]
    # The correction is of second order in sigma; the next, of order four, is a tenth of it at 0.4.
    assert off[0] / off[1] == pytest.approx(4, rel=0.1) and off[1] / off[2] == pytest.approx(4, rel=0.03)
    deep = tf.lif_siegert([-1e4, -100.0, 0.0], **(LIF | {"sigma": 1.0}))
    assert deep[0] == 0 and np.isfinite(deep).all() and 0 < deep[2] < 1e-150
    # Saturation at the refractory period; far above threshold 1/rate = refractory + tau 10 mV/I (1 + 15 mV/I).
    high = 1 / (0.002 + 0.02 * np.log((1e5 - 10) / (1e5 - 20)))
    assert tf.lif_siegert(1e5, **LIF) == pytest.approx(high, rel=1e-8)
    grid = tf.lif_siegert(np.linspace(0, 30, 7)[:, None], **(LIF | {"sigma": np.array([2.0, 5.0])}))
    assert grid.shape == (7, 2) and (np.diff(grid, axis=0) > 0).all()
    assert np.isfinite(tf.lif_siegert_gain([10.0, 20.0], **LIF)).all()  # the limits of the integral at 0


def test_lif_is_the_rate_of_simulated_neurons():
    n, dt, steps, I = 2000, 1e-4, 4000, 17.0
    rng = np.random.default_rng(2)
    sigma, tau, top, reset = LIF["sigma"], LIF["tau"], LIF["v_threshold"], LIF["v_reset"]
    v, wait, spikes = np.full(n, reset), np.zeros(n), 0
    decay = np.exp(-dt / tau)
    spread = sigma * np.sqrt((1 - decay**2) / 2)
    for step in range(steps + 1000):
        before, v = v, I + (v - I) * decay + spread * rng.normal(size=n)
        # Between two samples the path is a Brownian bridge: it touches the threshold with this probability.
        touch = np.exp(-2 * np.maximum(top - before, 0) * np.maximum(top - v, 0) / spread**2)
        free = wait < dt / 2
        fired = free & (rng.random(n) < np.where(v >= top, 1.0, touch))
        v = np.where(fired | ~free, reset, v)
        wait = np.where(fired, LIF["refractory"], np.maximum(wait - dt, 0.0))
        spikes += np.count_nonzero(fired) if step >= 1000 else 0
    found = spikes / (n * steps * dt)
    # Four standard errors of a Poisson count; the threshold is hit half a step early or late, 0.5 % at this rate.
    assert found == pytest.approx(float(tf.lif_siegert(I, **LIF)), rel=4 / np.sqrt(spikes) + 0.005)
    assert spikes > 10000


def eif_by_the_double_integral(I, sigma, tau, v_T, delta_T, v_reset, refractory, v_cut):
    """The formula of the paper's table: 2 tau/sigma^2 times the integral of exp(2 (F(v) - F(u))/sigma^2), u > v."""

    def slope(v, y):
        # y = inner(v) exp(2 F(v)/sigma^2) obeys y' = 2 F' y/sigma^2 - [v > reset], F' = I - v + delta_T exp(...).
        force = I - v + delta_T * np.exp((v - v_T) / delta_T)
        return [2 / sigma**2 * force * y[0] - float(source), y[0]]

    state, source = [0.0, 0.0], 1
    for edge in ((v_cut, v_reset), (v_reset, min(I, v_reset) - 8 * sigma)):
        run = solve_ivp(slope, edge, state, method="LSODA", rtol=1e-10, atol=1e-14)
        assert run.success
        state, source = run.y[:, -1], 0
    return 1 / (refractory - 2 * tau / sigma**2 * state[1])


@pytest.mark.parametrize("I", [-5.0, 0.0, 5.0, 20.0])
def test_eif_is_the_double_integral_of_the_table(I):
    cut = EIF["v_T"] + 6 * EIF["delta_T"]
    expected = eif_by_the_double_integral(I, v_cut=cut, **EIF)
    # Threshold integration is good to 1e-5 with its default cells.
    assert tf.eif(I, v_cut=cut, **EIF) == pytest.approx(expected, rel=1e-5)


def test_eif_error_falls_with_the_square_of_the_cells():
    best = tf.eif(0.0, **EIF, cells=320000)
    errors = [abs(tf.eif(0.0, **EIF, cells=cells) / best - 1) for cells in (1000, 2000, 4000)]
    assert np.polyfit(np.log([1, 2, 4]), np.log(errors), 1)[0] == pytest.approx(-2, abs=0.05)
    assert abs(tf.eif(0.0, **(EIF | {"sigma": 1.0, "delta_T": 0.5}))
               / tf.eif(0.0, **(EIF | {"sigma": 1.0, "delta_T": 0.5}), cells=160000) - 1) < 1e-5  # fmt: skip


def test_eif_with_a_sharp_spike_cut_at_its_start_is_the_lif():
    shared = {"sigma": 5.0, "tau": 0.02, "v_reset": 10.0}
    for I in (12.0, 22.0):
        lif = tf.lif_siegert(I, v_threshold=20.0, **shared)
        widths = (0.4, 0.2, 0.1)
        off = [tf.eif(I, v_T=20.0, v_cut=20.0, delta_T=d, **shared, cells=100000) / lif - 1 for d in widths]
        # Cut at v_T, the exponential current adds an area of delta_T^2 below it, where the density is small and falls
        # to 0: order 2 at first, then 3.
        assert -np.polyfit(np.log(1 / np.array(widths)), np.log(np.abs(off)), 1)[0] >= 1.9
        assert abs(off[-1]) < 1e-3


def test_eif_keeps_its_scale_far_below_threshold_and_broadcasts():
    deep = tf.eif([-40.0, -30.0], sigma=1.5, tau=0.01, v_T=6.0, delta_T=3.0, v_reset=-3.0)
    assert np.isfinite(deep).all() and deep[0] < deep[1] < 1e-100
    grid = tf.eif(np.zeros((2, 1)), **(EIF | {"sigma": np.array([3.0, 5.0, 8.0])}))
    assert grid.shape == (2, 3) and (np.diff(grid, axis=1) > 0).all()

    # Strong input: the rate is that of the neuron without noise.
    def speed(v):
        return EIF["tau"] / (200 - v + 3 * np.exp((v - 6) / 3))

    sure = 1 / (EIF["refractory"] + quad(speed, -3, 96, limit=400)[0])
    # Noise changes the passage by about (sigma/200)^2; cutting at 96 mV leaves exp(-30) of tau.
    assert tf.eif(200.0, **EIF) == pytest.approx(sure, rel=1e-3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tf.qif_cauchy(1.0, delta=-1.0, tau=0.01), "delta >= 0"),
        (lambda: tf.qif_cauchy_gain(1.0, delta=0.0, tau=0.01), "delta > 0"),
        (lambda: tf.qif_gaussian(1.0, sigma=-1.0, tau=0.01), "sigma >= 0"),
        (lambda: tf.qif_gaussian_gain(1.0, sigma=0.0, tau=0.01), "sigma > 0"),
        (lambda: tf.qif_noise(1.0, sigma=-1.0, tau=0.01), "sigma >= 0"),
        (lambda: tf.qif_noise_gain(1.0, sigma=0.0, tau=0.01), "sigma > 0"),
        (lambda: tf.lif_siegert(1.0, **(LIF | {"v_reset": 30.0})), "v_threshold > v_reset"),
        (lambda: tf.lif_siegert_gain(1.0, **(LIF | {"sigma": 0.0})), "sigma > 0"),
        (lambda: tf.eif(1.0, **(EIF | {"delta_T": 0.0})), "delta_T > 0"),
        (lambda: tf.eif(1.0, **EIF, v_cut=-10.0), "v_cut > v_reset"),
        (lambda: tf.eif(np.nan, **EIF), "finite"),
        (lambda: tf.eif(1.0, **EIF, cells=3), "at least 100"),
    ],
)
def test_bad_arguments_say_what_was_wanted(call, message):
    with pytest.raises(ValueError, match=message):
        call()
