"""Power spectra by Welch's method, with confidence intervals that account for window and overlap."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from rosetta_core.observe.series import Run, Signal, fraction, seconds, series


class Spectrum(NamedTuple):
    """Power spectral density with its confidence interval.

    frequency: (n_frequencies,) in Hz, from 0 to half the sampling rate.
    psd: (n_frequencies[, n_nodes]) in unit of the signal squared per Hz; one-sided, so its integral over these
    frequencies is the variance. A two-sided density is half of it.
    low, high: bounds of the confidence interval, shaped as psd; nan at 0 Hz, since each segment's mean is removed.
    averages: (n_frequencies,) effective number of independent segments, psd^2 over the variance of the estimate; half
    of the degrees of freedom of the chi-square distribution behind the interval.
    """

    frequency: np.ndarray
    psd: np.ndarray
    low: np.ndarray
    high: np.ndarray
    averages: np.ndarray


def welch(
    x: Run | Signal | ArrayLike,
    dt: float | ArrayLike | None = None,
    *,
    segment: float | None = None,
    overlap: float = 0.5,
    window: str = "hann",
    confidence: float = 0.95,
) -> Spectrum:
    """Power spectral density of x (n_samples[, n_nodes]) by Welch's method (10.1109/TAU.1967.1161901), from scipy.

    segment: length of a segment in s; default an eighth of the record. Longer is finer (the resolution of the Hann
    window is 1.5/segment Hz) but noisier. overlap: fraction that neighbours share. window: a name scipy knows.

    The interval is nu S/chi2(nu), exact for a Gaussian signal in the limit in which its spectrum is flat over one
    resolution; where it is not, the estimate is smoothed, by about half its second derivative times the variance of
    the window's kernel, and the interval is about the smoothed spectrum. Removing the mean takes up to a sixth off
    the first frequency above 0 (Hann). A noise-free rhythm is a line, not a density: its height grows with the
    segment, and the interval says nothing about it.
    """
    from scipy import signal
    from scipy.special import gammaincinv

    samples, step = series(x, dt)
    per_segment, shared = segments(samples.shape[0], step, segment, overlap)
    tail = (1 - fraction("confidence", confidence)) / 2
    frequency, psd = signal.welch(samples, 1 / step, window=window, nperseg=per_segment, noverlap=shared, axis=0)
    nu = degrees_of_freedom(samples.shape[0], per_segment, shared, window)
    # A chi-square quantile is twice that of a gamma distribution of half the degrees of freedom.
    below, above = nu / (2 * gammaincinv(nu / 2, 1 - tail)), nu / (2 * gammaincinv(nu / 2, tail))
    below[0] = above[0] = np.nan
    shape = (-1,) + (1,) * (psd.ndim - 1)
    return Spectrum(frequency, psd, psd * below.reshape(shape), psd * above.reshape(shape), nu / 2)


def degrees_of_freedom(n_samples: int, per_segment: int, shared: int = 0, window: str = "hann") -> np.ndarray:
    """Equivalent degrees of freedom of Welch's estimate at each of its frequencies, (per_segment//2 + 1,).

    nu = 2 E[S]^2/var[S] for Gaussian noise with a flat spectrum, exactly: for K segments of window w, `hop` apart,
    nu = 2 K / sum over |m| < K of (1 - |m|/K) (|a_m(0)|^2 + |a_m(2 f)|^2) / a_0(0)^2, where a_m(f) is the Fourier
    sum of w_n w_(n + m hop). Away from 0 and the Nyquist frequency the second term vanishes and the formula of Welch
    1967 (10.1109/TAU.1967.1161901) and of Percival and Walden (10.1017/9781139235723) is left; at these two
    frequencies nu is half of that.
    """
    from scipy.signal import get_window

    w = np.asarray(get_window(window, per_segment))
    hop = per_segment - shared
    count = (n_samples - shared) // hop
    twice = (2 * np.arange(per_segment // 2 + 1)) % per_segment
    total = np.zeros(twice.size)
    for m in range(min(count, -(-per_segment // hop))):
        product = np.fft.fft(w[: per_segment - m * hop] * w[m * hop :], per_segment)
        correlated = np.abs(product[0]) ** 2 + np.abs(product[twice]) ** 2
        total += (1 if m == 0 else 2) * (1 - m / count) * correlated
    return 2 * count * np.sum(w**2) ** 2 / total


def segments(n: int, dt: float, segment: float | None, overlap: float) -> tuple[int, int]:
    """Samples in a segment and samples that neighbours share."""
    fraction("overlap", overlap, zero=True)
    if segment is None:
        per_segment = n // 8
        if per_segment < 8:
            raise ValueError(f"{n} samples are too few for eight segments: give the segment length in s")
    else:
        per_segment = round(seconds("segment", segment) / dt)
        if per_segment < 8:
            raise ValueError(
                f"a segment of {segment:g} s holds {per_segment} samples of {dt:g} s: at least 8 are wanted"
            )
        if per_segment > n:
            raise ValueError(f"the segment of {segment:g} s is longer than the record of {n * dt:g} s: shorten it")
    return per_segment, min(round(overlap * per_segment), per_segment - 1)
