"""Functional connectivity: which nodes vary together, in value, in amplitude or in phase."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from rosetta_core.observe.phases import analytic_signal
from rosetta_core.observe.series import Run, Signal, checked, is_number, many, observed, seconds, series
from rosetta_core.observe.spectra import segments

_ROUNDING = 1e-12


def covariance(x: Run | Signal | ArrayLike, dt: float | ArrayLike | None = None, *, lag: float = 0.0) -> np.ndarray:
    """C[i, j] = cov(x_i(t + lag), x_j(t)), (n_nodes, n_nodes), in the unit of x squared; x (n_samples, n_nodes).

    lag in s, negative too, rounded to whole samples; without lag dt is not needed. Means are those of the whole
    record; the sum over n products is divided by n - 1.
    """
    samples, shift = _lagged(x, dt, lag)
    centred = samples - samples.mean(axis=0)
    late, early = (centred, centred) if shift == 0 else (centred[abs(shift) :], centred[: -abs(shift)])
    if shift < 0:
        late, early = early, late
    return late.T @ early / (late.shape[0] - 1)


def functional_connectivity(
    x: Run | Signal | ArrayLike, dt: float | ArrayLike | None = None, *, lag: float = 0.0
) -> np.ndarray:
    """Pearson correlation of all pairs of nodes, (n_nodes, n_nodes), from -1 to 1; x (n_samples, n_nodes).

    With a lag the entry [i, j] correlates x_i(t + lag) with x_j(t): where it is largest at a positive lag, j leads.
    """
    samples, _ = _lagged(x, dt, lag)
    spread = _moving(samples, "correlation").std(axis=0, ddof=1)
    found = covariance(x, dt, lag=lag) / np.outer(spread, spread)
    if lag == 0:
        np.fill_diagonal(found, 1.0)
    return found


def _moving(samples: np.ndarray, what: str) -> np.ndarray:
    """The samples again, once no node is constant but for rounding."""
    still = np.flatnonzero(samples.std(axis=0) <= _ROUNDING * np.abs(samples).max(axis=0))
    if still.size:
        raise ValueError(f"a constant signal has no {what}: leave out node {', '.join(map(str, still[:5]))}")
    return samples


def _lagged(x: Run | Signal | ArrayLike, dt: float | ArrayLike | None, lag: float) -> tuple[np.ndarray, int]:
    if not is_number(lag):
        raise ValueError(f"lag must be a finite number of seconds, got {lag!r}")
    if lag == 0:
        return many(checked(observed(x), (1, 2)), "connectivity"), 0
    samples, step = series(x, dt)
    shift = round(float(lag) / step)
    if abs(shift) > samples.shape[0] - 2:
        raise ValueError(f"the lag of {lag:g} s leaves nothing of the record of {samples.shape[0] * step:g} s")
    return many(samples, "connectivity"), shift


class FcDynamics(NamedTuple):
    """Functional connectivity in sliding windows, and how alike the windows are.

    t: (n_windows,) centre of each window in s from the first sample. windows: (n_windows, n_nodes, n_nodes), the
    functional connectivity of each. similarity: (n_windows, n_windows), the matrix known as FCD: the correlation
    between the entries above the diagonal of two windows.
    """

    t: np.ndarray
    windows: np.ndarray
    similarity: np.ndarray


def fc_dynamics(
    x: Run | Signal | ArrayLike,
    dt: float | ArrayLike | None = None,
    *,
    window: float,
    hop: float,
) -> FcDynamics:
    """Functional connectivity of x (n_samples, n_nodes) in windows of `window` s, one every `hop` s.

    Hansen et al. 2015 (10.1016/j.neuroimage.2014.11.001). Both are rounded to whole samples, and what is left at the
    end after the last whole window is not used. Windows that overlap share samples, so they are alike near the diagonal
    whatever the signals; a window should hold several periods of the slowest rhythm. At least three nodes are wanted,
    since two have a single correlation.
    """
    samples, step = series(x, dt)
    many(samples, "functional connectivity dynamics", least=3)
    length, stride = (_samples(name, value, step) for name, value in (("window", window), ("hop", hop)))
    starts = np.arange(0, samples.shape[0] - length + 1, stride)
    if length < 3 or starts.size < 2:
        raise ValueError(
            f"two windows of at least 3 samples are wanted in the record of {samples.shape[0] * step:g} s, got "
            f"{starts.size} of {length} samples: change window = {window:g} s or hop = {hop:g} s"
        )
    windows = np.stack([_window(samples[k : k + length], k * step) for k in starts])
    pairs = windows[:, *np.triu_indices(samples.shape[1], 1)]
    if (np.ptp(pairs, axis=1) <= _ROUNDING).any():
        raise ValueError("in a window all pairs correlate equally, so it is like no other: take a longer window")
    return FcDynamics(starts * step + (length - 1) * step / 2, windows, np.corrcoef(pairs))


def _window(samples: np.ndarray, start: float) -> np.ndarray:
    try:
        return functional_connectivity(samples)
    except ValueError as error:
        raise ValueError(f"in the window from {start:g} s on: {error}") from error


def _samples(name: str, value: float, step: float) -> int:
    return max(round(seconds(name, value) / step), 1)


class Coherence(NamedTuple):
    """Coherence and cross-spectral density at each frequency.

    frequency: (n_frequencies,) in Hz. squared: (n_frequencies, n_nodes, n_nodes), magnitude-squared coherence, 0 to 1.
    density: the same shape, complex, one-sided, in unit of x squared per Hz: density[:, i, j] is the mean of
    X_i conj(X_j), so its angle is positive where i leads j.
    """

    frequency: np.ndarray
    squared: np.ndarray
    density: np.ndarray


def coherence(
    x: Run | Signal | ArrayLike,
    dt: float | ArrayLike | None = None,
    *,
    segment: float | None = None,
    overlap: float = 0.5,
    window: str = "hann",
) -> Coherence:
    """Magnitude-squared coherence of all pairs of x (n_samples, n_nodes), averaged over segments as in `welch`.

    The segments' transforms come from scipy.signal and are shared by all pairs. Unrelated signals do not give 0 but
    about 2/nu (nu from `degrees_of_freedom`); one segment alone would give 1 everywhere and is refused.
    """
    from scipy.signal import spectrogram

    samples, step = series(x, dt)
    _moving(many(samples, "coherence"), "coherence")
    per_segment, shared = segments(samples.shape[0], step, segment, overlap)
    if (samples.shape[0] - shared) // (per_segment - shared) < 2:
        raise ValueError("coherence wants at least two segments: shorten the segment")
    frequency, _, parts = spectrogram(
        samples, 1 / step, window=window, nperseg=per_segment, noverlap=shared, mode="complex", axis=0
    )
    # parts: (n_frequencies, n_nodes, n_segments), of the two-sided density.
    density = parts @ parts.conj().swapaxes(1, 2) / parts.shape[2]
    density[1 : -1 if per_segment % 2 == 0 else None] *= 2
    power = np.einsum("fii->fi", density).real
    if (power[1:] <= 0).any():
        raise ValueError("a signal without power has no coherence; leave constant nodes out")
    with np.errstate(invalid="ignore", divide="ignore"):
        squared = np.abs(density) ** 2 / (power[:, :, None] * power[:, None, :])
    return Coherence(frequency, squared, density)


def phase_locking(phases: ArrayLike) -> np.ndarray:
    """Phase-locking value of all pairs, (n_nodes, n_nodes), 0 to 1; phases (n_samples, n_nodes) in rad.

    The modulus of the mean over time of exp(i (phases_i - phases_j)); Lachaux et al. 1999, over time instead of trials
    (10.1002/(SICI)1097-0193(1999)8:4<194::AID-HBM4>3.0.CO;2-C). n independent pairs of phases give about
    sqrt(pi/(4 n)).
    """
    z = np.exp(1j * many(checked(phases, (1, 2), "the phase"), "phase locking"))
    return np.abs(z.T @ z.conj()) / z.shape[0]


def envelope_correlation(
    x: Run | Signal | ArrayLike, dt: float | ArrayLike | None = None, *, band: tuple[float, float]
) -> np.ndarray:
    """Correlation of the amplitudes of x (n_samples, n_nodes) within a band (low, high) in Hz, (n_nodes, n_nodes).

    The ends of the record are left out as in `analytic_signal`.
    Not corrected for signals that one source feeds into two sensors (Hipp et al. 2012, 10.1038/nn.3101): the nodes of
    a model do not leak.
    """
    samples, step = series(x, dt)
    many(samples, "connectivity")
    return functional_connectivity(analytic_signal(samples, step, band).amplitude)


def similarity(a: ArrayLike, b: ArrayLike) -> float:
    """Pearson correlation of two symmetric matrices (n_nodes, n_nodes), entry by entry above the diagonal.

    For instance of simulated and measured functional connectivity, or of functional and structural.
    """
    upper = []
    for name, matrix in (("first", a), ("second", b)):
        m = np.asarray(matrix, dtype=float)
        if m.ndim != 2 or m.shape[0] != m.shape[1] or m.shape[0] < 3:
            raise ValueError(f"the {name} matrix must be square with at least 3 nodes, got shape {m.shape}")
        if not np.isfinite(m).all():
            raise ValueError(
                f"the {name} matrix must be finite, got {int((~np.isfinite(m)).sum())} entries that are not"
            )
        if not np.allclose(m, m.T, rtol=1e-8, atol=_ROUNDING * np.abs(m).max()):
            raise ValueError(f"the {name} matrix is not symmetric: compare (m + m.T) / 2, or the entries you mean")
        upper.append(m[np.triu_indices(m.shape[0], 1)])
    if upper[0].shape != upper[1].shape:
        raise ValueError(f"the matrices must be of one size, got {np.shape(a)} and {np.shape(b)}")
    for name, entries in zip(("first", "second"), upper, strict=True):
        if np.ptp(entries) <= _ROUNDING * np.abs(entries).max():
            raise ValueError(f"the entries of the {name} matrix are all equal, so no correlation is defined")
    return float(np.corrcoef(upper[0], upper[1])[0, 1])
