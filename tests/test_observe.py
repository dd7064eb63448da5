"""Observation of runs: closed forms, known spectra, coverage of intervals, published rhythms, and refusals."""

from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest
from scipy import signal as dsp
from scipy.integrate import solve_ivp

import rosetta_core as rc
from rosetta_core import observe
from rosetta_core.models.balloon_windkessel import balloon_windkessel
from rosetta_core.models.jansen_rit import SPIKE_START, jansen_rit
from rosetta_core.models.theta import theta

TWO_PI = 2 * np.pi


class Run(NamedTuple):
    t: np.ndarray
    x: np.ndarray
    p: np.ndarray
    model: Any


def run_of(model, n_samples=7, n_nodes=3, seed=0):
    rng = np.random.default_rng(seed)
    x = np.stack([rng.uniform(r.low, r.high, (n_samples, n_nodes)) for r in model.state], axis=1)
    p = np.stack([rng.uniform(r.low, r.high, n_nodes) for r in model.params])
    return Run(0.1 * np.arange(n_samples), x, p, model)


@pytest.mark.parametrize("model", [jansen_rit, theta, balloon_windkessel, rc.stuart_landau], ids=lambda m: m.name)
def test_proxy_is_the_output_kernel_at_every_sample_and_node(model):
    run = run_of(model)
    wanted = [[model.output(tuple(run.x[k, :, n]), tuple(run.p[:, n])) for n in range(3)] for k in range(run.t.size)]
    found = observe.proxy(run)
    np.testing.assert_array_equal(found.x, wanted)
    assert (found.name, found.unit, found.meaning) == (model.signal.name, model.signal.unit, model.signal.meaning)
    for p in (run.p[:, 0], run.p[:, :1]):
        single = observe.proxy(run._replace(x=run.x[:, :, 0], p=p))
        np.testing.assert_array_equal(single.x, found.x[:, 0])


def test_proxy_takes_a_network_by_its_attributes_and_one_parameter_set_for_all_nodes():
    run = run_of(jansen_rit)
    network = SimpleNamespace(output=jansen_rit.output, signal=jansen_rit.signal, state=jansen_rit.state)
    found = observe.proxy(run._replace(model=network, p=run.p[:, :1]))
    np.testing.assert_array_equal(found.x, run.x[:, 1] - run.x[:, 2])


def test_measures_take_a_run_a_signal_or_an_array():
    run = run_of(rc.stuart_landau, n_samples=400)
    signal = observe.proxy(run)
    from_array = observe.welch(signal.x, 0.1).psd
    np.testing.assert_allclose(observe.welch(run).psd, from_array, rtol=1e-9)
    np.testing.assert_allclose(observe.welch(signal).psd, from_array, rtol=1e-9)
    np.testing.assert_array_equal(observe.functional_connectivity(run), observe.functional_connectivity(signal.x))


def test_proxy_refuses_what_is_not_a_run():
    run = run_of(jansen_rit)
    with pytest.raises(TypeError, match=r"a run with t, x, p and model.*ndarray"):
        observe.proxy(run.x)
    with pytest.raises(TypeError, match=r"a run with t, x, p and model.*SimpleNamespace"):
        observe.welch(SimpleNamespace(t=run.t, x=run.x, model=jansen_rit))
    with pytest.raises(ValueError, match=r"7 samples and 6 states wants x of shape \(7, 6\[, n_nodes\]\)"):
        observe.proxy(run._replace(x=run.x[:, :4]))
    with pytest.raises(ValueError, match="one for each of the 3 nodes"):
        observe.proxy(run._replace(p=run.p[:, :2]))


def test_averages_follow_from_segments_window_and_overlap():
    n, k = 256, 9
    apart = observe.degrees_of_freedom(k * n, n) / 2
    np.testing.assert_allclose(apart[2:-2], k, rtol=1e-12)
    assert apart[0] == pytest.approx(k / 2) and apart[-1] == pytest.approx(k / 2)
    # Half-overlapping Hann windows correlate by (1/8)/(3/8)/2 = 1/6, next neighbours by 0: Welch 1967.
    half = observe.degrees_of_freedom((k + 1) * n // 2, n, n // 2) / 2
    np.testing.assert_allclose(half[3:-3], k / (1 + 2 * (1 - 1 / k) / 36), rtol=1e-12)


def test_interval_covers_a_white_spectrum_as_often_as_it_says():
    dt, sigma, n_nodes = 1e-3, 2.0, 400
    x = sigma * np.random.default_rng(3).standard_normal((4096, n_nodes))
    for overlap, confidence in ((0.5, 0.95), (0.75, 0.8), (0.0, 0.95)):
        found = observe.welch(x, dt, segment=0.256, overlap=overlap, confidence=confidence)
        true = np.full(found.frequency.size, 2 * sigma**2 * dt)
        true[-1] /= 2  # the Nyquist frequency has no mirror image
        inside = ((found.low < true[:, None]) & (true[:, None] < found.high))[2:]
        by_node = inside.mean(axis=0)
        # Frequencies share data, nodes do not: four standard errors of the mean over nodes.
        assert inside.mean() == pytest.approx(confidence, abs=4 * by_node.std() / np.sqrt(n_nodes))
        relative = found.psd[2:] / true[2:, None]
        # A variance of a gamma variable of shape m has the relative error sqrt((2 + 6/m)/400); 4.5 of them allowed.
        bound = 4.5 * np.sqrt((2 + 6 / found.averages.min()) / n_nodes)
        np.testing.assert_allclose(relative.var(axis=1) * found.averages[2:], 1, atol=bound)
        assert np.trapezoid(found.psd.mean(axis=1), found.frequency) == pytest.approx(sigma**2, rel=0.02)
        assert np.isnan(found.low[0]).all()


def test_spectrum_of_an_autoregressive_process_is_the_known_one():
    dt, n = 0.01, 2**17
    radius, frequency, noise = 0.95, 12.0, 0.7
    a = np.array([1.0, -2 * radius * np.cos(TWO_PI * frequency * dt), radius**2])
    drive = noise * np.random.default_rng(8).standard_normal(n + 1000)
    x = dsp.lfilter([1.0], a, drive)[1000:]
    found = observe.welch(x, dt, segment=10.24)
    f = found.frequency[2:-2]
    turn = np.exp(-TWO_PI * 1j * f * dt)
    true = 2 * dt * noise**2 / np.abs(a[0] + a[1] * turn + a[2] * turn**2) ** 2
    ratio = found.psd[2:-2] / true
    assert f[np.argmax(found.psd[2:-2])] == pytest.approx(frequency, abs=1.0)
    # 508 frequencies of 240 averages, of which about two thirds count (Hann): relative error 1/sqrt(240 338) = 0.0035.
    assert ratio.mean() == pytest.approx(1, abs=4 * 0.0035)
    inside = (found.low[2:-2] < true) & (true < found.high[2:-2])
    # The line is 1.7 Hz wide, 17 resolutions of 0.1 Hz: smoothing moves the estimate by less than 1 %, a sixth of the
    # interval. 338 independent trials of 0.95: standard error 0.012.
    assert inside.mean() == pytest.approx(0.95, abs=4 * 0.012)


def test_coherence_is_scipys_and_its_angle_says_who_leads():
    rng = np.random.default_rng(5)
    source = rng.standard_normal(40005)
    x = np.stack([source[5:], source[:-5] + 0.5 * rng.standard_normal(40000), rng.standard_normal(40000)], axis=1)
    found = observe.coherence(x, 0.01, segment=2.0)
    frequency, pair = dsp.coherence(x[:, 0], x[:, 1], 100.0, nperseg=200, axis=0)
    np.testing.assert_allclose(found.frequency, frequency)
    np.testing.assert_allclose(found.squared[1:, 0, 1], pair[1:], rtol=1e-9)
    np.testing.assert_allclose(found.density[:, 0, 0].real, dsp.welch(x[:, 0], 100.0, nperseg=200)[1], rtol=1e-9)
    # Signal over noise 4: coherence 1/(1 + 1/4); node 0 leads by 5 samples, a phase of 2 pi f 0.05 s.
    k = np.flatnonzero(found.frequency == 4.0)[0]
    assert found.squared[2:-2, 0, 1].mean() == pytest.approx(0.8, abs=0.01)
    assert np.angle(found.density[k, 0, 1]) == pytest.approx(TWO_PI * 4.0 * 0.05, abs=0.1)
    # The mean over 97 frequencies of 2/nu has a relative error of about 1/sqrt(65) = 0.12.
    chance = 2 / observe.degrees_of_freedom(40000, 200, 100)[50]
    assert found.squared[2:-2, 0, 2].mean() == pytest.approx(chance, rel=4 * 0.12)


def test_functional_connectivity_is_pearsons_correlation_and_sees_a_lag():
    rng = np.random.default_rng(2)
    mixed = rng.standard_normal((500, 4)) @ rng.standard_normal((4, 4)) + 10.0
    found = observe.functional_connectivity(mixed)
    np.testing.assert_allclose(found, np.corrcoef(mixed.T), atol=1e-13)
    np.testing.assert_allclose(observe.functional_connectivity(7 - 3 * mixed), found, atol=1e-13)
    line = np.stack([mixed[:, 0], -2 * mixed[:, 0]], axis=1)
    np.testing.assert_allclose(observe.functional_connectivity(line), [[1, -1], [-1, 1]], atol=1e-14)
    late = np.stack([mixed[7:, 0], mixed[:-7, 0]], axis=1)  # node 1 repeats node 0 after 7 samples
    lagged = observe.functional_connectivity(late, 0.1, lag=0.7)
    assert lagged[1, 0] > 0.98 and abs(lagged[0, 1]) < 0.2
    assert observe.similarity(found, np.corrcoef(mixed.T)) == pytest.approx(1, abs=1e-12)


def test_dynamics_of_functional_connectivity_tell_two_regimes_apart():
    rng = np.random.default_rng(4)
    a, b = rng.standard_normal((2, 4, 4))
    x = np.concatenate([rng.standard_normal((600, 4)) @ a, rng.standard_normal((600, 4)) @ b])
    found = observe.fc_dynamics(x, 0.5, window=100.0, hop=50.0)
    assert found.windows.shape == (11, 4, 4) and found.similarity.shape == (11, 11)
    np.testing.assert_allclose(found.t, 49.75 + 50.0 * np.arange(11))
    np.testing.assert_allclose(found.windows[3], np.corrcoef(x[300:500].T), atol=1e-13)
    upper = np.triu_indices(4, 1)
    wanted = np.corrcoef(found.windows[1][upper], found.windows[9][upper])[0, 1]
    assert found.similarity[1, 9] == pytest.approx(wanted, abs=1e-13)
    first, second = found.similarity[:5, :5], found.similarity[6:, 6:]
    assert min(first.min(), second.min()) > 0.9 > 0.6 > found.similarity[:5, 6:].max()


def test_phase_and_amplitude_of_a_rhythm_beside_another():
    dt, f = 0.004, 10.0
    t = dt * np.arange(5000)
    x = 3.0 * np.cos(TWO_PI * f * t + 0.7) + 5.0 + 2.0 * np.cos(TWO_PI * 40.0 * t)
    found = observe.analytic_signal(x, dt, (8.0, 12.0))
    assert found.t[0] == pytest.approx(0.752) and found.t.size == 5000 - 2 * 188  # 3/(12 - 8) s at each end
    # Worst near the ends, where 5 % are promised; in the middle the transients are gone.
    turned = np.exp(1j * (found.phase - TWO_PI * f * found.t - 0.7))
    assert np.abs(turned - 1).max() < 0.05 and np.abs(turned - 1)[1000:-1000].max() < 2e-3
    b, a = dsp.butter(4, (8.0, 12.0), "bandpass", fs=1 / dt)
    gain = np.abs(dsp.freqz(b, a, [f], fs=1 / dt)[1][0]) ** 2
    np.testing.assert_allclose(found.amplitude[1000:-1000], 3.0 * gain, rtol=2e-3)
    np.testing.assert_allclose(found.frequency[1000:-1000], f, rtol=5e-3)
    np.testing.assert_array_equal(observe.phase(x, dt, (8.0, 12.0)), found.phase)
    assert observe.phase(x, dt, (8.0, 12.0), trim=0.0).size == 5000


@pytest.mark.parametrize("band", [(8.0, 12.0), (4.0, 20.0), (30.0, 80.0)])
def test_what_lies_beyond_the_record_moves_the_trimmed_ends_by_five_percent(band):
    dt, width = 0.002, min(band[0], band[1] - band[0])
    n = round(40 / width / dt)
    x = np.random.default_rng(6).standard_normal((3 * n, 200))
    cut = observe.analytic_signal(x[n : 2 * n], dt, band)
    whole = observe.analytic_signal(x, dt, band, trim=0.0).z[n : 2 * n]
    lost = round(cut.t[0] / dt)
    size = np.sqrt(np.mean(np.abs(whole) ** 2))
    wrong = np.sqrt(np.mean(np.abs(cut.z - whole[lost:-lost]) ** 2, axis=1)) / size
    bare = observe.analytic_signal(x[n : 2 * n], dt, band, trim=0.0).z
    assert wrong.max() < 0.06 and np.sqrt(np.mean(np.abs(bare[0] - whole[0]) ** 2)) > 0.5 * size


def test_order_parameter_locking_and_metastability_in_closed_form():
    ring = np.tile(TWO_PI * np.arange(5) / 5, (40, 1))
    assert np.abs(observe.order_parameter(ring)).max() < 1e-15
    np.testing.assert_allclose(observe.order_parameter(np.full((3, 4), 0.4)), np.exp(0.4j), rtol=1e-15)
    # Together for 30 samples, opposite for 10: R is 1 or 0, of mean 3/4 and standard deviation sqrt(3/16).
    pair = np.zeros((40, 2))
    pair[30:, 1] = np.pi
    assert observe.synchrony(pair) == pytest.approx(0.75, abs=1e-15)
    assert observe.metastability(pair) == pytest.approx(np.sqrt(3) / 4, abs=1e-15)
    time = np.arange(100) / 100
    drift = np.stack([TWO_PI * 3 * time, TWO_PI * 3 * time + 1.0, TWO_PI * 5 * time], axis=1)
    np.testing.assert_allclose(observe.phase_locking(drift), [[1, 1, 0], [1, 1, 0], [0, 0, 1]], atol=1e-14)
    np.testing.assert_allclose(observe.phase_locking(pair), [[1, 0.5], [0.5, 1]], atol=1e-15)
    loose = np.random.default_rng(7).uniform(-np.pi, np.pi, (20000, 50))
    # R of 50 phases is a Rayleigh variable up to terms of order 1/50; 20000 samples leave 0.5 % of noise.
    assert observe.synchrony(loose) == pytest.approx(np.sqrt(np.pi / 200), rel=0.02)
    assert observe.metastability(loose) == pytest.approx(np.sqrt((4 - np.pi) / 200), rel=0.03)


def test_modulation_index_and_envelopes():
    angle = TWO_PI * np.arange(3600) / 3600 * 10
    assert observe.modulation_index(angle, np.full(3600, 2.0)) == pytest.approx(0, abs=1e-15)
    assert observe.modulation_index(angle, (np.mod(angle, TWO_PI) < TWO_PI / 36) * 1.0) == pytest.approx(1, abs=1e-15)
    t = 0.004 * np.arange(25000)
    swell = 1 + 0.5 * np.sin(TWO_PI * 0.3 * t)
    x = np.stack([swell * np.sin(TWO_PI * 10 * t), swell * np.cos(TWO_PI * 11 * t), np.sin(TWO_PI * 9 * t)], axis=1)
    x[:, 2] *= 2 - swell
    found = observe.envelope_correlation(x, 0.004, band=(7.0, 13.0))
    np.testing.assert_allclose(found, [[1, 1, -1], [1, 1, -1], [-1, -1, 1]], atol=0.01)


@pytest.mark.parametrize("f", [1.0, 3.3, 7.77, 31.0])
def test_crossing_frequency_of_a_sinusoid_is_within_its_error(f):
    found = observe.crossing_frequency(1.5 + np.sin(TWO_PI * f * np.arange(0, 10, 0.005) + 0.3), 0.005)
    assert abs(found.frequency - f) <= found.error + 1e-12 and found.error < 1e-2 * f
    np.testing.assert_allclose(np.diff(found.times), 1 / f, rtol=0.01)


def test_error_of_the_crossing_frequency_holds_the_bound_on_interpolation_where_all_periods_agree():
    dt, omega = 1e-3, TWO_PI * 4
    found = observe.crossing_frequency(np.sin(omega * dt * np.arange(4000)), dt, level=0.5)
    # There |x''|/|x'| = omega tan(30 degrees), dt^2/8 times that for each of two crossings; omega dt = 2.5 % apart.
    bound = 2 * dt**2 / 8 * omega * np.tan(np.pi / 6) / np.ptp(found.times)
    assert found.error == pytest.approx(4 * bound, rel=0.05)


def test_error_of_the_crossing_frequency_covers_periods_that_vary():
    rng = np.random.default_rng(9)
    misses = []
    for _ in range(300):
        turns = np.concatenate([[0], np.cumsum(rng.normal(0.1, 0.01, 60))])
        t = np.arange(0, turns[-1], 1e-3)
        found = observe.crossing_frequency(np.sin(TWO_PI * np.interp(t, turns, np.arange(61))), 1e-3)
        misses.append((found.frequency - 10) / found.error)
    # Within one and two standard errors in 68 % and 95 % of runs, +- four standard errors of 300 trials.
    assert np.mean(np.abs(misses) < 1) == pytest.approx(0.68, abs=4 * 0.027)
    assert np.mean(np.abs(misses) < 2) == pytest.approx(0.95, abs=4 * 0.0126)


def test_spike_like_rhythm_of_jansen_and_rit_crosses_its_mean_twice_a_cycle():
    p = tuple(row.default for row in jansen_rit.params)
    t = 1e-3 * np.arange(3000, 8001)
    run = solve_ivp(lambda t, x: jansen_rit.rhs(t, tuple(x), p, (120.0,)), (0, 8), SPIKE_START, t_eval=t, rtol=1e-9,
                    atol=1e-9, method="DOP853")  # fmt: skip
    y = run.y[1] - run.y[2]
    found = observe.crossing_frequency(y, 1e-3)
    # Known to four decimals: 2.3846 Hz.
    assert found.frequency == pytest.approx(2.3846, abs=5e-5 + found.error)
    assert observe.cycles(y, 1e-3).frequency == pytest.approx(2.3846, abs=1e-4)
    assert observe.crossing_frequency(y, 1e-3, level=float(y.mean())).frequency == pytest.approx(4.8, abs=0.1)


def test_two_levels_count_a_noisy_rhythm_right_where_one_does_not():
    t = 1e-3 * np.arange(20000)
    x = np.sin(TWO_PI * 4 * t) + 0.1 * np.random.default_rng(1).standard_normal(t.size)
    found = observe.cycles(x, 1e-3)
    # 80 rises, of which the first does not come from below the low level within the record.
    assert found.periods.size == 78
    assert found.frequency == pytest.approx(4, abs=4 * found.frequency_error)
    assert observe.crossing_frequency(x, 1e-3).frequency > 5
