"""Exercise 6.4: typical wrong answers each get their own diagnosis, and fair other answers pass."""

import numpy as np
import pytest

from rosetta_core.book.exercises.ex_6_4 import COUNT, expected, numbers, population_rate, recordings
from rosetta_core.check import check


def boxed(x, k):
    """Mean over k samples centred on each, what lies outside the record counted as zero."""
    return np.convolve(x, np.ones(k) / k, "same")


def inside(size, k):
    return boxed(np.ones(size), k)


def per_millisecond(spikes, fs, win):
    return population_rate(spikes, fs, win) / 1000


def per_sample(spikes, fs, win):
    return population_rate(spikes, fs, win) / fs


def per_window(spikes, fs, win):
    return population_rate(spikes, fs, win) * win


def of_all(spikes, fs, win):
    return population_rate(spikes, fs, win) * len(spikes)


def counted_twice(spikes, fs, win):
    """A causal window, and the same one backwards in time, added up."""
    k, typical = round(win * fs), spikes.mean(axis=0)
    behind = np.convolve(typical, np.ones(k))[: typical.size]
    ahead = np.convolve(typical[::-1], np.ones(k))[: typical.size][::-1]
    return (behind + ahead) / win


def of_those_that_fired(spikes, fs, win):
    return population_rate(spikes[spikes.sum(axis=1) > 0], fs, win)


def yes_or_no(spikes, fs, win):
    return population_rate(spikes > 0, fs, win)


def sinks_at_the_ends(spikes, fs, win):
    return fs * boxed(spikes.mean(axis=0), round(win * fs))


def causal(spikes, fs, win):
    k, typical = round(win * fs), spikes.mean(axis=0)
    seen = np.minimum(np.arange(1, typical.size + 1), k)
    return fs * np.convolve(typical, np.ones(k))[: typical.size] / seen


def anticausal(spikes, fs, win):
    return causal(spikes[:, ::-1], fs, win)[::-1]


def looks_one_way(spikes, fs, win):
    k, typical = round(win * fs), spikes.mean(axis=0)
    return fs * np.convolve(typical, np.ones(k) / k)[: typical.size]


def smoothed_twice(spikes, fs, win):
    k, once = round(win * fs), population_rate(spikes, fs, win)
    return boxed(once, k) / inside(once.size, k)


def short_window(spikes, fs, win):
    return population_rate(spikes, fs, 0.45 * win)


def a_little_high(spikes, fs, win):
    return 1.05 * population_rate(spikes, fs, win)


MUTANTS = {
    "per millisecond": per_millisecond,
    "spikes per sample": per_sample,
    "spikes per window": per_window,
    "of all neurons together": of_all,
    "You count the window twice": counted_twice,
    "leave out neurons that did not fire": of_those_that_fired,
    "you count one": yes_or_no,
    "sinks at both ends": sinks_at_the_ends,
    "late by": causal,
    "early by": anticausal,
    "Only one end is right": looks_one_way,
    "You smooth twice": smoothed_twice,
    "from what a window of 55 ms": short_window,
    "standard errors; 2 are allowed": a_little_high,
}


def unfinished(spikes, fs, win):
    raise NotImplementedError


SLIPS = {
    "Your function returned nothing": lambda spikes, fs, win: None,
    "I wanted an array of 500 rates": lambda spikes, fs, win: "loud",
    "yours has the shape (20, 500)": lambda spikes, fs, win: spikes,
    "not finite": lambda spikes, fs, win: spikes.mean(axis=0) / 0.0,
    "Not implemented yet": unfinished,
}


def plain(message):
    return " ".join(message.split())


@pytest.mark.parametrize(("message", "mutant"), (MUTANTS | SLIPS).items())
def test_a_wrong_answer_hears_what_it_did(message, mutant):
    result = check("ex-6.4", mutant)
    assert not result.passed
    assert message in plain(result.message)


def test_each_diagnosis_is_its_own():
    heard = [plain(check("ex-6.4", mutant).message) for mutant in MUTANTS.values()]
    for message in MUTANTS:
        assert sum(message in words for words in heard) == 1, message


def by_sums(spikes, fs, win):
    """Another fair way: differences of the running sum, window by window."""
    typical, half = spikes.sum(axis=0) / len(spikes), (round(win * fs) - 1) // 2
    total = np.r_[0.0, np.cumsum(typical)]
    at = np.arange(typical.size)
    low, high = np.maximum(at - half, 0), np.minimum(at + half + 1, typical.size)
    return (total[high] - total[low]) / (high - low) * fs


def test_another_fair_answer_passes_and_the_reader_may_spoil_the_spikes():
    def careless(spikes, fs, win):
        answer = by_sums(spikes, fs, win)
        spikes[:] = 0
        return answer

    assert check("ex-6.4", careless).passed, check("ex-6.4", careless).message
    assert check("ex-6.4", by_sums).passed


def test_two_standard_errors_are_fair_and_small():
    for k, case in enumerate(recordings()):
        truth, error = expected(k)
        assert truth[0] == pytest.approx(case.rate.mean(), rel=0.02)
        # Random spikes: the level scatters by the root of the rate over neurons, seconds and recordings; the
        # estimate of that from 100 recordings is good to 1/sqrt(200), four times which is allowed.
        window = 1 - case.win
        wanted = np.sqrt(case.rate.mean() / (case.spikes.shape[1] * window * COUNT))
        assert error[0] == pytest.approx(wanted, rel=0.3)
        found = [numbers(population_rate(each, case.fs, case.win), case) for each in case.spikes]
        off = (np.mean(found, axis=0) - truth) / np.maximum(error, 1e-12)
        # The seed is one of the two in three for which all numbers stay within the bound, with room for rounding.
        assert np.abs(off).max() < 1.9
