"""Phases: band-pass filter, analytic signal, order parameter, metastability, phase-amplitude coupling.

A filter and a Hilbert transform do not know what came before and after the record, so their first and last samples are
wrong; `analytic_signal` and `phase` leave them out.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from rosetta_core.observe.series import Run, Signal, band_edges, checked, many, seconds, series


def bandpass(
    x: Run | Signal | ArrayLike,
    dt: float | ArrayLike | None = None,
    *,
    band: tuple[float, float],
    order: int = 4,
) -> np.ndarray:
    """x (n_samples[, n_nodes]) within a band (low, high) in Hz, without phase shift.

    A Butterworth filter of this order run forward and backward (scipy.signal.sosfiltfilt), so the power gain is the
    filter's squared: a quarter at the edges. The ends are not left out here: within 3/min(low, high - low) s of them
    the result depends on what is not in the record.
    """
    from scipy.signal import butter, sosfiltfilt

    samples, step = series(x, dt)
    edges = band_edges(band, step, samples.shape[0])
    if isinstance(order, bool) or not isinstance(order, (int, np.integer)) or not 1 <= order <= 12:
        raise ValueError(f"order must be a whole number from 1 to 12, got {order!r}")
    return sosfiltfilt(butter(order, edges, "bandpass", fs=1 / step, output="sos"), samples, axis=0)


class Analytic(NamedTuple):
    """Analytic signal z and what follows from it, each (n_samples[, n_nodes]) without the ends of the record.

    t: (n_samples,) in s from the first sample of the record. amplitude in the unit of the signal; phase in rad,
    unwrapped along time, 0 at a maximum; frequency in Hz, the slope of the phase by central differences.
    """

    t: np.ndarray
    z: np.ndarray
    amplitude: np.ndarray
    phase: np.ndarray
    frequency: np.ndarray


def analytic_signal(
    x: Run | Signal | ArrayLike,
    dt: float | ArrayLike | None = None,
    band: tuple[float, float] | None = None,
    *,
    order: int = 4,
    trim: float | None = None,
) -> Analytic:
    """Analytic signal of x (n_samples[, n_nodes]) within `band` (low, high) in Hz, by `bandpass` and scipy's hilbert.

    trim: seconds left out at each end; default 3/min(low, high - low). What is missing beyond the ends then changes
    the first kept sample by about 5 % of the mean amplitude (white noise, order 4; up to 8 % at order 8), and later
    ones less, about as one over the distance. Without a band x is taken less its mean and nothing is left out unless
    trim says so: right for whole periods of one rhythm only, since the transform takes the record as periodic.
    """
    from scipy.signal import hilbert

    samples, step = series(x, dt)
    if band is None:
        narrow, cut = samples - samples.mean(axis=0), 0.0
    else:
        narrow = bandpass(samples, step, band=band, order=order)
        cut = 3 / min(band[0], band[1] - band[0])
    if (np.ptp(samples, axis=0) == 0).any():
        raise ValueError("a constant signal has no phase; leave such nodes out")
    kept = _inside(samples.shape[0], step, cut if trim is None else trim)
    z = np.asarray(hilbert(narrow, axis=0))[kept]
    phase = np.unwrap(np.angle(z), axis=0)
    slope = np.gradient(phase, step, axis=0) / (2 * np.pi)
    return Analytic(np.arange(samples.shape[0])[kept] * step, z, np.abs(z), phase, slope)


def _inside(n: int, step: float, trim: float) -> slice:
    cut = math.ceil(seconds("trim", trim, zero=True) / step - 1e-9)
    if n - 2 * cut < 2:
        raise ValueError(
            f"nothing is left of the record of {n * step:g} s without {trim:g} s at each end: "
            "take a longer record, a wider band or a smaller trim"
        )
    return slice(cut, n - cut)


def phase(
    x: Run | Signal | ArrayLike,
    dt: float | ArrayLike | None = None,
    band: tuple[float, float] | None = None,
    *,
    order: int = 4,
    trim: float | None = None,
) -> np.ndarray:
    """Phase of x in rad within `band`, unwrapped, (n_kept[, n_nodes]): that of `analytic_signal`, ends left out."""
    return analytic_signal(x, dt, band, order=order, trim=trim).phase


def order_parameter(phases: ArrayLike) -> np.ndarray:
    """Kuramoto's order parameter, (n_samples,) complex: mean over the nodes of exp(i phases).

    phases (n_samples, n_nodes) in rad, wrapped or not. The modulus R is 1 where all phases agree; for N
    independent phases R is about sqrt(pi/(4 N)), not 0.
    """
    angle = many(checked(phases, (1, 2), "the phase"), "the order parameter")
    return np.exp(1j * angle).mean(axis=1)


def synchrony(phases: ArrayLike) -> float:
    """Mean over time of R, the modulus of the order parameter (1); phases (n_samples, n_nodes) in rad."""
    return float(np.abs(order_parameter(phases)).mean())


def metastability(phases: ArrayLike) -> float:
    """Standard deviation over time of R, the modulus of the order parameter (1); phases (n_samples, n_nodes) in rad.

    The standard deviation is the convention of whole-brain models (Cabral et al. 2014,
    10.1016/j.neuroimage.2013.11.047).
    Shanahan 2010 (10.1063/1.3305451), who proposed the measure, takes the variance, its square, within each community
    of oscillators, with n - 1 for n, and the mean over communities. N independent phases give about
    sqrt((4 - pi)/(4 N)), not 0: compare with that.
    """
    return float(np.abs(order_parameter(phases)).std())


def modulation_index(phase: ArrayLike, amplitude: ArrayLike, bins: int = 18) -> float:
    """Phase-amplitude coupling of Tort et al. 2010 (10.1152/jn.00106.2010), from 0 (none) to 1 (one bin has it all).

    phase (n_samples,) in rad of the slow rhythm, amplitude (n_samples,) of the fast one. The mean amplitude in each
    of `bins` equal bins of phase is normalised to a distribution; the index is its Kullback-Leibler distance from the
    uniform one over log(bins). Independent signals of finite length give a small positive number: compare with
    shuffled data.
    """
    angle = checked(phase, (1,), "the phase")
    size = checked(amplitude, (1,), "the amplitude")
    if angle.shape != size.shape:
        raise ValueError(f"phase and amplitude must have one length, got {angle.size} and {size.size}")
    if (size < 0).any():
        raise ValueError(f"an amplitude is not negative, got {size.min():g}: take that of the analytic signal")
    if isinstance(bins, bool) or not isinstance(bins, (int, np.integer)) or bins < 2:
        raise ValueError(f"bins must be a whole number from 2, got {bins!r}")
    which = np.floor(np.mod(angle / (2 * np.pi), 1.0) * bins).astype(int) % bins
    visits = np.bincount(which, minlength=bins)
    if (visits == 0).any():
        raise ValueError(f"{int((visits == 0).sum())} of {bins} bins of phase hold no sample: use a longer record")
    mean = np.bincount(which, weights=size, minlength=bins) / visits
    if mean.sum() == 0:
        raise ValueError("the amplitude is zero throughout")
    share = mean / mean.sum()
    terms = share * np.log(np.where(share > 0, share, 1.0))
    return float(1 + terms.sum() / np.log(bins))
