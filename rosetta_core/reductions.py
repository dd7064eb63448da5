"""Statistics of a run without its trajectory: mean, variance, extrema, frequency and spectrum, sample by sample."""

from functools import cache
from typing import Any

import numpy as np

from rosetta_core._jit import inner, kernel
from rosetta_core._tuples import load_many, store_many
from rosetta_core.elementary import larger, sine_cosine, smaller
from rosetta_core.lanes import WIDTH
from rosetta_core.runge_kutta import Layout, Tableau, integrator

# Rows of the running statistics. SHIFT is a value near the mean: sums are of differences from it, so nothing cancels.
SHIFT, COUNT, SUM, SQUARES, LEAST, MOST, ARMED, FORMER, CROSSINGS, FIRST, LAST, LEVEL, LOW = range(13)
ROWS = 13


@inner
def begin(stats, level, given):
    """From what happened while the run settled take a value near the mean and the level of the crossings; then count.

    The level is the middle of the range so far, or a given one.
    """
    for node in range(stats.shape[1]):
        stats[SHIFT, node] += stats[SUM, node] / max(stats[COUNT, node], 1.0)
        middle, width = 0.5 * (stats[LEAST, node] + stats[MOST, node]), stats[MOST, node] - stats[LEAST, node]
        stats[LEVEL, node] = level if given else middle
        # Noise about the level is not a rhythm: a crossing counts only after a twentieth of the range below it.
        stats[LOW, node] = level if given else middle - 0.05 * width
        for row in (COUNT, SUM, SQUARES, ARMED, CROSSINGS):
            stats[row, node] = 0.0
        stats[LEAST, node], stats[MOST, node] = np.inf, -np.inf
        stats[FORMER, node] = np.nan


@cache
def _moments(squared: bool, ranged: bool) -> Any:
    """Kernel that adds up samples and, where that is asked, their squares and extrema."""

    @inner
    def moments(Y, samples, stats):
        for node in range(0, Y.shape[1], WIDTH):
            (shift,), (total,), (squares,) = (
                load_many(stats, SHIFT, node, 1), load_many(stats, SUM, node, 1), load_many(stats, SQUARES, node, 1)
            )  # fmt: skip
            (least,), (most,) = load_many(stats, LEAST, node, 1), load_many(stats, MOST, node, 1)
            for k in range(samples):
                (y,) = load_many(Y, k, node, 1)
                d = y - shift
                total = total + d
                if squared:
                    squares = squares + d * d
                if ranged:
                    least, most = smaller(least, y), larger(most, y)
            store_many(stats, SUM, node, (total, squares, least, most))
        for node in range(Y.shape[1]):
            stats[COUNT, node] += samples

    return moments


@inner
def crossings(Y, samples, first, stats):
    """Upward crossings of the level, with their times by the straight line between two samples, in samples."""
    for k in range(samples):
        for node in range(Y.shape[1]):
            y, former, level = Y[k, node], stats[FORMER, node], stats[LEVEL, node]
            if y < stats[LOW, node]:
                stats[ARMED, node] = 1.0
            if stats[ARMED, node] > 0.0 and former < level <= y:
                at = first + k - (y - level) / (y - former)
                if stats[CROSSINGS, node] == 0.0:
                    stats[FIRST, node] = at
                stats[LAST, node] = at
                stats[CROSSINGS, node] += 1.0
                stats[ARMED, node] = 0.0
            stats[FORMER, node] = y


@inner
def fourier(Y, samples, first, total, turns, stats, waves):
    """Hann-windowed Fourier sums at the given frequencies (turns per sample), real and imaginary parts in waves."""
    for k in range(samples):
        window = 0.5 - 0.5 * sine_cosine((first + k + 0.5) / total + 0.25)[0]
        for f in range(turns.size):
            phase = (first + k) * turns[f]
            s, c = sine_cosine(phase - np.floor(phase))
            for node in range(Y.shape[1]):
                y = window * (Y[k, node] - stats[SHIFT, node])
                waves[2 * f, node] += c * y
                waves[2 * f + 1, node] -= s * y


@cache
def reducer(
    rhs: Any, tableau: Tableau, layout: Layout, observe: Any, squared: bool, ranged: bool, counted: bool
) -> Any:  # fmt: skip
    """Kernel that runs uncoupled nodes, group by group, and keeps statistics of observe(x, p), a tuple of one number.

    Beside the sum those of the squares, of the range and of the crossings (which need the range), where that is asked.

    Arguments as those of `rosetta_core.runge_kutta.integrator`, those that differ from node to node with the group as
    their first axis (X is (groups, n_state, WIDTH)), then: samples to leave out, samples in all, the level and whether
    it is given, turns per sample of the frequencies, stats (groups, ROWS, WIDTH), waves (groups, 2 frequencies, WIDTH)
    room Y (samples, WIDTH), and stop, whose element another thread may set to end the run early. Returns (steps done,
    group).
    """
    integrate = integrator(rhs, tableau, layout, observe, 1)
    moments = _moments(squared, ranged)
    drives_differ = layout.driven == "each"

    @inner
    def one_group(X, P, U, drives, samples, noise, keys, eta, seeds, streams, dt, steps, every, D, F, line,
                  skip, total, level, given, turns, stats, waves, Y, stop):  # fmt: skip
        stats[LEAST, :], stats[MOST, :] = np.inf, -np.inf
        if skip == 0:
            begin(stats, level, given)
        sample, done = 0, 0
        while done + every <= steps and stop[0] == 0:
            # Never beyond the settling time, or its half, in one go.
            wanted = min(Y.shape[0], (steps - done) // every)
            if sample < skip // 2:
                wanted = min(wanted, skip // 2 - sample)
            elif sample < skip:
                wanted = min(wanted, skip - sample)
            taken, _ = integrate(
                X, P, U, drives, samples, noise, keys, eta, seeds, streams, 0.0, dt, done, wanted * every, every, D, F,
                line, Y,
            )  # fmt: skip
            if taken < wanted * every:
                return done + taken
            # The first half of the settling time may hold the leap from the initial state.
            if sample == skip // 2:
                stats[SHIFT, :] = Y[0]
            if sample >= skip // 2:
                moments(Y, wanted, stats)
            if sample >= skip:
                if counted:
                    crossings(Y, wanted, sample - skip, stats)
                if turns.size > 0:
                    fourier(Y, wanted, sample - skip, total, turns, stats, waves)
            sample, done = sample + wanted, done + wanted * every
            if sample == skip:
                begin(stats, level, given)
        return steps

    @kernel
    def reduce(X, P, U, drives, samples, noise, keys, eta, seeds, streams, dt, steps, every, D, F, line,
               skip, total, level, given, turns, stats, waves, Y, stop):  # fmt: skip
        for group in range(X.shape[0]):
            own = group if drives_differ else 0
            done = one_group(
                X[group], P[group], U[group], drives[own], samples, noise[group if noise.shape[0] > 1 else 0], keys,
                eta[group], seeds[group], streams[group], dt, steps, every, D, F, line, skip, total, level, given,
                turns, stats[group], waves[group], Y, stop,
            )  # fmt: skip
            if done < steps // every * every:
                return done, group
        return steps, 0

    return reduce


def results(
    names: tuple[str, ...], stats: np.ndarray, waves: np.ndarray, spacing: float, total: int
) -> dict[str, np.ndarray]:
    """The named statistics, one row each; `spacing` is the time between samples (s)."""
    mean = stats[SUM] / stats[COUNT]
    out: dict[str, np.ndarray] = {}
    for name in names:
        if name == "mean":
            out[name] = stats[SHIFT] + mean
        elif name == "variance":
            out[name] = np.maximum(stats[SQUARES] / stats[COUNT] - mean**2, 0.0)
        elif name == "minimum":
            out[name] = stats[LEAST]
        elif name == "maximum":
            out[name] = stats[MOST]
        elif name == "frequency":
            with np.errstate(divide="ignore", invalid="ignore"):
                found = (stats[CROSSINGS] - 1) / ((stats[LAST] - stats[FIRST]) * spacing)
            out[name] = np.where(stats[CROSSINGS] > 1, found, np.nan)
        else:
            # One-sided; the squares of a Hann window add up to 3/8 of its length.
            out[name] = 2 * (waves[0::2] ** 2 + waves[1::2] ** 2) * spacing / (0.375 * total)
    return out
