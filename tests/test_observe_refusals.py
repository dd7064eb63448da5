"""What the measures refuse: every message says what was wanted and what came."""

import numpy as np
import pytest

from rosetta_core import observe

X = np.random.default_rng(0).standard_normal((2000, 4))
PHASES = np.linspace(0, 40, 8000).reshape(2000, 4)

SINGLE = {
    "cycles": observe.cycles,
    "crossing_frequency": observe.crossing_frequency,
}
MANY = {
    "covariance": observe.covariance,
    "functional_connectivity": observe.functional_connectivity,
    "fc_dynamics": lambda x, dt: observe.fc_dynamics(x, dt, window=2.0, hop=1.0),
    "coherence": observe.coherence,
    "envelope_correlation": lambda x, dt: observe.envelope_correlation(x, dt, band=(8.0, 12.0)),
}
EITHER = {
    "welch": observe.welch,
    "bandpass": lambda x, dt: observe.bandpass(x, dt, band=(8.0, 12.0)),
    "analytic_signal": lambda x, dt: observe.analytic_signal(x, dt, (8.0, 12.0)),
    "phase": lambda x, dt: observe.phase(x, dt, (8.0, 12.0)),
    "bold": observe.bold,
}
TIMED = {**SINGLE, **MANY, **EITHER}
OF_PHASES = (observe.order_parameter, observe.synchrony, observe.metastability, observe.phase_locking)


def given(name):
    return X[:, 0] if name in SINGLE else X


@pytest.mark.parametrize("name", TIMED)
def test_numbers_that_are_not_finite_are_named(name):
    x = given(name).copy()
    x[17] = np.nan
    with pytest.raises(ValueError, match=r"wants finite numbers, got nan at index \(17"):
        TIMED[name](x, 0.01)
    with pytest.raises(TypeError, match="wants real numbers, got complex128"):
        TIMED[name](given(name) + 1j, 0.01)


@pytest.mark.parametrize("name", TIMED)
def test_shapes_are_named(name):
    wanted = r"\(n_samples,\)" if name not in MANY else r"\(n_samples, n_nodes\)"
    with pytest.raises(ValueError, match=rf"wants shape .*{wanted}.*, got \(2, 3, 4\)"):
        TIMED[name](np.zeros((2, 3, 4)), 0.01)
    if name in MANY:
        with pytest.raises(ValueError, match=r"at least \d nodes, got \(2000,\)"):
            TIMED[name](X[:, 0], 0.01)
    if name in SINGLE:
        with pytest.raises(ValueError, match=r"take one node: x\[:, node\]"):
            TIMED[name](X, 0.01)
    with pytest.raises(ValueError, match="wants at least two samples"):
        TIMED[name](given(name)[:1], 0.01)


@pytest.mark.parametrize("name", [n for n in TIMED if n not in ("covariance", "functional_connectivity")])
def test_sampling_interval_is_positive_even_and_given(name):
    for dt in (0.0, -0.01, np.nan, np.inf):
        with pytest.raises(ValueError, match="dt must be a positive number of seconds or the 2000 sample times"):
            TIMED[name](given(name), dt)
    with pytest.raises(TypeError, match="needs its sampling interval dt in s"):
        TIMED[name](given(name), None)
    t = 0.01 * np.arange(2000)
    t[3] += 0.005
    with pytest.raises(ValueError, match="sample times must be even and rising"):
        TIMED[name](given(name), t)


@pytest.mark.parametrize(
    ("name", "match"),
    [
        ("crossing_frequency", r"at least three upward crossings of .*, got \d in 0\.1 s"),
        ("welch", "10 samples are too few for eight segments"),
        ("coherence", "10 samples are too few for eight segments"),
        ("fc_dynamics", r"two windows of at least 3 samples are wanted in the record of 0\.1 s, got 0 of 200"),
        ("phase", r"record of 0\.1 s is too short for 8 Hz"),
        ("analytic_signal", r"record of 0\.1 s is too short for 8 Hz"),
        ("envelope_correlation", r"record of 0\.1 s is too short for 8 Hz"),
    ],
)
def test_records_that_are_too_short(name, match):
    with pytest.raises(ValueError, match=match):
        TIMED[name](given(name)[:10], 0.01)


@pytest.mark.parametrize("band", [(0.0, 10.0), (12.0, 8.0), (10.0, 50.0), (10.0, 60.0), (-1.0, 10.0), (np.nan, 10.0)])
def test_bands_outside_zero_to_nyquist(band):
    with pytest.raises(ValueError, match="a band wants 0 < low < high < 50 Hz"):
        observe.phase(X, 0.01, band)


def test_a_trim_that_leaves_nothing():
    with pytest.raises(ValueError, match=r"nothing is left of the record of 1 s without 0\.75 s at each end"):
        observe.phase(X[:100], 0.01, (8.0, 12.0))
    with pytest.raises(ValueError, match="trim must be zero or a positive number of seconds, got -1"):
        observe.phase(X, 0.01, (8.0, 12.0), trim=-1.0)


def test_constant_signals():
    still = X.copy()
    still[:, 2] = 3.7
    with pytest.raises(ValueError, match="a constant signal has no correlation: leave out node 2"):
        observe.functional_connectivity(still)
    still = X.copy()
    still[400:700, 1] = 0.0
    with pytest.raises(ValueError, match=r"in the window from 4 s on: a constant signal has no correlation.*node 1"):
        observe.fc_dynamics(still, 0.01, window=2.0, hop=1.0)
    with pytest.raises(ValueError, match="a constant signal has no phase"):
        observe.phase(np.full((2000, 2), 1.1), 0.01, (8.0, 12.0))
    with pytest.raises(ValueError, match="a constant signal has no coherence: leave out node 0, 1"):
        observe.coherence(np.full((2000, 2), 1.1), 0.01)
    with pytest.raises(ValueError, match="at least three upward crossings of 1, got 0"):
        observe.crossing_frequency(np.ones(2000), 0.01)
    assert np.isnan(observe.cycles(np.ones(2000), 0.01).frequency)


@pytest.mark.parametrize("measure", OF_PHASES, ids=lambda m: m.__name__)
def test_phases_are_many_and_real(measure):
    with pytest.raises(ValueError, match=r"at least 2 nodes, got \(2000,\)"):
        measure(PHASES[:, 0])
    with pytest.raises(TypeError, match="the phase wants real numbers, got complex128"):
        measure(np.exp(1j * PHASES))
    with pytest.raises(ValueError, match="the phase wants finite numbers, got nan"):
        measure(np.where(PHASES > 39, np.nan, PHASES))


def test_options_without_meaning():
    with pytest.raises(ValueError, match="overlap must be below 1 and at least 0, got 1"):
        observe.welch(X, 0.01, overlap=1)
    with pytest.raises(ValueError, match=r"confidence must be below 1 and above 0, got 0\.0"):
        observe.welch(X, 0.01, confidence=0.0)
    with pytest.raises(ValueError, match="segment of 30 s is longer than the record of 20 s"):
        observe.welch(X, 0.01, segment=30.0)
    with pytest.raises(ValueError, match="segment must be a positive number of seconds, got 'long'"):
        observe.welch(X, 0.01, segment="long")
    with pytest.raises(ValueError, match="at least two segments"):
        observe.coherence(X, 0.01, segment=20.0)
    with pytest.raises(ValueError, match="hop must be a positive number of seconds, got 0"):
        observe.fc_dynamics(X, 0.01, window=2.0, hop=0.0)
    with pytest.raises(ValueError, match="lag must be a finite number of seconds, got nan"):
        observe.covariance(X, 0.01, lag=np.nan)
    with pytest.raises(ValueError, match="level must be a finite number, got inf"):
        observe.crossing_frequency(X[:, 0], 0.01, level=np.inf)
    with pytest.raises(ValueError, match="levels must be finite with low < high"):
        observe.cycles(X[:, 0], 0.01, low=1.0, high=0.0)
    with pytest.raises(ValueError, match="order must be a whole number from 1 to 12"):
        observe.bandpass(X, 0.01, band=(8.0, 12.0), order=0)
    with pytest.raises(ValueError, match="not symmetric"):
        observe.similarity(np.arange(9.0).reshape(3, 3), np.eye(3))
    with pytest.raises(ValueError, match="bins of phase hold no sample"):
        observe.modulation_index(np.zeros(10), np.ones(10))
