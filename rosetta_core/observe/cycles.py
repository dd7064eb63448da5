"""Cycles of a rhythm, and its frequency: by two levels, where noise or a second bump would count twice, or by one."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from rosetta_core.observe.series import Run, Signal, is_number, series


class Cycles(NamedTuple):
    """Cycles of a signal: where they start and how far they swing.

    starts: (n + 1,) times in s of the rise through `high`, each after the signal was below `low`; the first sample is
    at 0 s. periods: (n,) in s. maxima, minima: (n,) largest and smallest sample of each cycle, within
    |x''| dt^2/8 of the extremum. low, high: the two levels. Without two starts n is 0.
    """

    starts: np.ndarray
    periods: np.ndarray
    maxima: np.ndarray
    minima: np.ndarray
    low: float
    high: float

    @property
    def frequency(self) -> float:
        """Cycles per second over all whole cycles; nan without one."""
        return 1 / self.period

    @property
    def period(self) -> float:
        """Mean period in s; nan without a whole cycle."""
        return float((self.starts[-1] - self.starts[0]) / self.periods.size) if self.periods.size else float("nan")

    @property
    def frequency_error(self) -> float:
        """Standard error of `frequency` in Hz: f sd(period)/(mean period sqrt(n)); nan with fewer than two periods.

        It takes periods as independent, which they are when the phase diffuses. Where a late cycle is followed by an
        early one, as with noise in the reading alone, the true error is smaller; where the rate wanders slowly, larger.
        """
        n = self.periods.size
        if n < 2:
            return float("nan")
        return float(self.periods.std(ddof=1) / np.sqrt(n) / self.period**2)


def cycles(
    x: Run | Signal | ArrayLike,
    dt: float | ArrayLike | None = None,
    *,
    low: float | None = None,
    high: float | None = None,
    least: float | None = None,
) -> Cycles:
    """Cycles of one signal x (n_samples,), each from one rise to the next.

    A rise is counted when the signal passes `high` after having been below `low` (hysteresis, as in a Schmitt
    trigger). The default levels stand a quarter and three quarters of the way from the smallest to the largest
    sample: the slow rhythm of Jansen and Rit, which crosses its mean twice a cycle, is counted once. Cut the
    transient off first, or give the levels. `least`: a signal whose whole swing is smaller has no cycles; default
    1e-6 of its largest size, so that rounding about a steady state is no rhythm.

    The time of a rise is interpolated by a straight line; its error is at most dt^2 |x''|/(8 |x'|).
    """
    samples, step = series(x, dt, ndim=(1,))
    bottom, top = float(samples.min()), float(samples.max())
    low = bottom + 0.25 * (top - bottom) if low is None else float(low)
    high = bottom + 0.75 * (top - bottom) if high is None else float(high)
    least = 1e-6 * max(abs(bottom), abs(top)) if least is None else float(least)
    if not (np.isfinite(low) and np.isfinite(high) and (low < high or bottom == top)):
        raise ValueError(f"the levels must be finite with low < high, got low = {low:g} and high = {high:g}")
    first = _rises(samples, low, high) if top - bottom > least else np.zeros(0, dtype=int)
    starts = step * (first + (high - samples[first]) / (samples[first + 1] - samples[first]))
    if first.size < 2:
        return Cycles(starts, np.zeros(0), np.zeros(0), np.zeros(0), low, high)
    inside, begins = samples[first[0] + 1 : first[-1] + 1], first[:-1] - first[0]
    return Cycles(
        starts,
        np.diff(starts),
        np.maximum.reduceat(inside, begins),
        np.minimum.reduceat(inside, begins),
        low,
        high,
    )


class Crossings(NamedTuple):
    """Frequency (Hz) from upward crossings of one level, with its error.

    error: in Hz, a standard error from the spread of the periods plus a bound on the interpolation. level: what was
    crossed. times: (n + 1,) of the crossings in s from the first sample; the frequency is n over what they span.
    """

    frequency: float
    error: float
    level: float
    times: np.ndarray


def crossing_frequency(
    x: Run | Signal | ArrayLike, dt: float | ArrayLike | None = None, level: float | None = None
) -> Crossings:
    """Frequency of one signal x (n_samples,) from its upward crossings of `level`, interpolated by straight lines.

    level: default half way from the smallest to the largest sample, not the mean. The spike-like rhythm of Jansen and
    Rit at p = 120 1/s crosses its mean twice a cycle, which makes 4.8 Hz of 2.4 Hz. Half way is no remedy for every
    shape, nor for noise, which crosses a level many times at each passage: `cycles` needs two levels to be passed.
    Cut the transient off first.

    A crossing is wrong by at most dt^2 |x''|/(8 |x'|); with x'' from second differences, twice the largest of these
    bounds over the time spanned is the second part of the error. At least three crossings (two periods) are wanted.
    """
    samples, step = series(x, dt, ndim=(1,))
    level = (samples.min() + samples.max()) / 2 if level is None else level
    if not is_number(level):
        raise ValueError(f"level must be a finite number, got {level!r}")
    k = np.flatnonzero((samples[:-1] < level) & (samples[1:] >= level))
    if k.size < 3:
        raise ValueError(
            f"a frequency wants at least three upward crossings of {level:g}, got {k.size} "
            f"in {samples.size * step:g} s of a signal from {samples.min():g} to {samples.max():g}: "
            "record longer or change the level"
        )
    rise = samples[k + 1] - samples[k]
    times = step * (k + (level - samples[k]) / rise)
    bend = np.pad(np.abs(np.diff(samples, 2)), 1, mode="edge")
    interpolation = step * np.max(np.maximum(bend[k], bend[k + 1]) / (8 * rise))
    span, periods = times[-1] - times[0], np.diff(times)
    frequency = periods.size / span
    spread = periods.std(ddof=1) * np.sqrt(periods.size) / span
    return Crossings(float(frequency), float(frequency * (spread + 2 * interpolation / span)), float(level), times)


def _rises(samples: np.ndarray, low: float, high: float) -> np.ndarray:
    """Indices k with samples[k] < high <= samples[k + 1], the first such k after each visit below `low`."""
    state = np.where(samples >= high, 1, np.where(samples < low, -1, 0))
    told = np.flatnonzero(state)
    rises = np.flatnonzero((state[told][:-1] == -1) & (state[told][1:] == 1))
    return told[rises + 1] - 1
