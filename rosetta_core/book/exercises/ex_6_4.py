"""Exercise 6.4: the rate of a population against time, right on average everywhere, also at the ends.

Two sets of 100 seeded recordings of neurons that fire at random: one at a low constant rate, one at a rate that swings.
The method is linear, so its expected answer is what it makes of the expected counts. An answer is compared with that in
five numbers a set, each to two standard errors of the mean over 100 recordings.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

COUNT = 100
PRAISE = "200 recordings, and no bias but that of the window itself: not in level, not in time, and not at the ends."


def population_rate(spikes, fs, win):
    """Rate (samples,) in Hz: spikes per second of a neuron on average.

    spikes: (neurons, samples), how many spikes each neuron fired in
    each sample. fs: samples per second. win: length of the window in
    s; it is centred on the sample, and win * fs is an odd number of
    samples. Where it reaches beyond the recording, only the part
    inside counts.
    """
    # begin solution
    typical = np.mean(spikes, axis=0)
    window = np.ones(round(win * fs))
    total = np.convolve(typical, window, "same")
    inside = np.convolve(np.ones(typical.size), window, "same")
    return fs * total / inside
    # end solution


solution = population_rate


class Recordings(NamedTuple):
    """Spikes (COUNT, neurons, samples), and what is known of them: rate (samples,) in Hz, and its swing in Hz or 0."""

    spikes: np.ndarray
    fs: float
    win: float
    rate: np.ndarray
    swing: float


@cache
def recordings() -> tuple[Recordings, Recordings]:
    """Constant: 20 neurons at 2 Hz, sampled at 500 Hz. Swinging: 30 neurons at 20 Hz, sampled at 200 Hz."""
    random, made = np.random.default_rng(4), []
    for neurons, fs, win, mean, depth, swing in ((20, 500.0, 0.102, 2.0, 0.0, 0.0), (30, 200.0, 0.055, 20.0, 0.8, 4.0)):
        t = np.arange(round(fs)) / fs
        rate = mean * (1 + depth * np.sin(2 * np.pi * swing * t))
        made.append(Recordings(random.poisson(rate / fs, (COUNT, neurons, t.size)), fs, win, rate, swing))
    return made[0], made[1]


def numbers(x: np.ndarray, case: Recordings) -> np.ndarray:
    """Level, first and last half window, swing in and out of phase: (..., 5) of rates (..., samples)."""
    k = round(case.win * case.fs) // 2
    turn = np.exp(-2j * np.pi * case.swing * np.arange(x.shape[-1]) / case.fs)[k:-k]
    swing = 2 * np.mean(x[..., k:-k] * turn, axis=-1) * 1j * bool(case.swing)
    parts = [x[..., k:-k].mean(-1), x[..., :k].mean(-1), x[..., -k:].mean(-1), swing.real, swing.imag]
    return np.stack(parts, axis=-1)


@cache
def expected(which: int) -> tuple[np.ndarray, np.ndarray]:
    """The true five numbers of a set, and their standard errors over all its recordings."""
    case = recordings()[which]
    found = np.stack([numbers(population_rate(each, case.fs, case.win), case) for each in case.spikes])
    truth = numbers(population_rate(case.rate[None] / case.fs, case.fs, case.win), case)
    return truth, found.std(axis=0, ddof=1) / np.sqrt(COUNT)


def grade(answer: Callable[..., Any]) -> str | None:
    """The first thing that is wrong with a function population_rate(spikes, fs, win), or None."""
    means = []
    for case in recordings():
        replies = []
        for spikes in case.spikes:
            with np.errstate(all="ignore"):
                reply = answer(spikes.copy(), case.fs, case.win)
            complaint = _shape(reply, case.rate.size)
            if complaint:
                return complaint
            replies.append(np.asarray(reply, dtype=float))
        means.append(numbers(np.stack(replies), case).mean(axis=0))
    off = [(mean - expected(k)[0]) / np.maximum(expected(k)[1], 1e-12) for k, mean in enumerate(means)]
    if all(np.abs(each).max() <= 2 for each in off):
        return None
    return _level(means) or _ends(means, off) or _swing(means[1], off[0][0]) or _rest(off)


def _shape(reply: Any, samples: int) -> str | None:
    if reply is None:
        return "Your function returned nothing. Is there a `return` at its end?"
    try:
        found = np.asarray(reply, dtype=float)
    except (TypeError, ValueError):
        return f"I wanted an array of {samples} rates; your function returned {type(reply).__name__}."
    if found.shape != (samples,):
        return f"I wanted one rate for each sample, shape ({samples},); yours has the shape {found.shape}."
    if not np.isfinite(found).all():
        return "Some of your rates are not finite. Is something divided by a number of spikes that may be zero?"
    return None


def _level(means: list[np.ndarray]) -> str | None:
    """A wrong level that names the slip: the same factor in both sets, or one that follows from what was left out."""
    ratio = np.array([mean[0] / expected(k)[0][0] for k, mean in enumerate(means)])
    sets = recordings()
    per = {
        "Your rates are per millisecond. In Hz they are a thousand times as large.": [1e-3, 1e-3],
        "You return spikes per sample. A second has fs samples: multiply by fs.": [1 / case.fs for case in sets],
        "You return spikes per window. Divide by the time over which they were counted.": [case.win for case in sets],
        "You return the spikes of all neurons together. Divide by their number: the rate is that of one on average.": [
            case.spikes.shape[1] for case in sets
        ],
        "You count the window twice: your rates are double. A window that reaches `win` back and `win` ahead is 2 win "
        "long, and must be divided by that.": [2.0, 2.0],
        "You leave out neurons that did not fire. A silent neuron has a rate, zero, and belongs in the mean.": [
            1 / (1 - np.exp(-case.rate.mean())) for case in sets
        ],
        "Where a sample holds two spikes of a neuron you count one. The entries of spikes are numbers.": [
            np.mean(1 - np.exp(-case.rate / case.fs)) * case.fs / case.rate.mean() for case in sets
        ],
    }
    return next((words for words, wrong in per.items() if np.all(np.abs(ratio / wrong - 1) < 0.025)), None)


def _ends(means: list[np.ndarray], off: list[np.ndarray]) -> str | None:
    level, first, last = means[0][:3]
    if np.abs(off[0][0]) > 2 or max(np.abs(off[0][1:3])) <= 2:
        return None
    if first < 0.9 * level and last < 0.9 * level:
        return (
            f"Your rate sinks at both ends, to {100 * first / level:.0f} % and {100 * last / level:.0f} % of its "
            "level, while the neurons fire on. There part of the window is empty because nobody recorded: divide by "
            "the number of samples inside."
        )
    return (
        f"Only one end is right: the first half window has {first:.2f} Hz and the last {last:.2f} Hz where both should "
        f"have {expected(0)[0][1]:g}. Does your window look one way only, into samples that are not there?"
    )


def _swing(mean: np.ndarray, level_off: float) -> str | None:
    case, (truth, error) = recordings()[1], expected(1)
    z, wanted = complex(*mean[3:]), complex(*truth[3:])
    late = -np.angle(z / wanted) / (2 * np.pi * case.swing)
    if abs(level_off) > 2 or abs(z - wanted) <= 2 * max(error[3:]):
        return None
    if abs(late) > 0.25 / case.fs:
        word = "late" if late > 0 else "early"
        return (
            f"Your rate is {word} by {1e3 * abs(late):.0f} ms, where a window is {1e3 * case.win:.0f} ms long. Centre "
            "it: as many samples behind as ahead."
        )
    if abs(abs(z / wanted) - np.sinc(case.swing * case.win)) < 0.025:
        return "You smooth twice: the swing is as small as after two windows in a row. Once is enough."
    return (
        f"The swing of your rate is {100 * (abs(z / wanted) - 1):+.0f} % from what a window of {1e3 * case.win:.0f} ms "
        "leaves of it. Is your window win * fs samples long, all of equal weight?"
    )


def _rest(off: list[np.ndarray]) -> str:
    names = ("level", "first half window", "last half window", "swing", "swing, a quarter out of phase")
    which, k = max(((i, j) for i in (0, 1) for j in range(5)), key=lambda pair: abs(off[pair[0]][pair[1]]))
    return (
        f"In the {('constant', 'swinging')[which]} recordings your {names[k]} is off by {off[which][k]:+.1f} standard "
        "errors; 2 are allowed."
    )
