"""Exercise 2.4: typical wrong answers each get their own diagnosis, and fair other answers pass."""

import numpy as np
import pytest
from scipy.signal import detrend, welch

from rosetta_core.book.exercises.ex_2_4 import CLOSE, COUNT, FS, q_factor, recordings
from rosetta_core.check import check


def half_power(level=0.5, seconds=8.0, mean="constant", lowest=5.0):
    """A classical answer: Welch's spectrum, and straight lines to where it passes the level, next to the peak."""

    def answer(x, fs):
        f, S = welch(x, fs, nperseg=int(seconds * fs), detrend=mean)
        k = int(np.argmax(np.where(f >= lowest, S, 0)))
        sides = []
        for way in (-1, 1):
            j = k
            while 0 < j < f.size - 1 and S[j] > level * S[k]:
                j += way
            inner = j - way
            share = 0.0 if S[inner] == S[j] else (S[inner] - level * S[k]) / (S[inner] - S[j])
            sides.append(f[inner] + way * share * f[1])
        return f[k] / max(sides[1] - sides[0], f[1] / 2)

    return answer


def one_periodogram(x, fs):
    return half_power(seconds=x.size / fs)(detrend(x), fs)


def scaled(change):
    def answer(x, fs):
        k = next(k for k, each in enumerate(recordings()) if each.x[0] == x[0])
        return change(q_factor(x, fs), recordings()[k].frequency)

    return answer


MUTANTS = {
    "you took the width where the power is 0.71 of its top": half_power(level=np.sqrt(0.5)),
    "you took the width where the amplitude is half of its top": half_power(level=0.25),
    "the highest point of your spectrum lies at the slow drift": half_power(mean=False, lowest=0.0),
    "one tooth of a spectrum that was not averaged": one_periodogram,
    "Are your segments so short that they blur it": half_power(seconds=1.0),
    "you divided by half the width": scaled(lambda Q, f: 2 * Q),
    "Your Q is half the true one": scaled(lambda Q, f: Q / 2),
    "Your Q is 2 pi times too large": scaled(lambda Q, f: 2 * np.pi * Q),
    "Your Q is 2 pi times too small": scaled(lambda Q, f: Q / (2 * np.pi)),
    "You return the width over the frequency": scaled(lambda Q, f: 1 / Q),
    "You return the width, in Hz": scaled(lambda Q, f: f / Q),
    "You return the frequency of the peak": scaled(lambda Q, f: f),
    "of 20 are within 10 %": half_power(seconds=60.0),
}


def unfinished(x, fs):
    raise NotImplementedError


def in_place(x, fs):
    found = q_factor(x, fs)
    x -= x.mean()
    return found


SLIPS = {
    "Your function returned nothing": lambda x, fs: None,
    "I wanted one real number": lambda x, fs: (6.0, 10.0),
    "Q is a finite number": lambda x, fs: np.inf,
    "Your function changed the x it was given": in_place,
    "Not implemented yet": unfinished,
    "with TypeError": lambda x: 6.0,
}


@pytest.mark.parametrize(("message", "mutant"), [*MUTANTS.items(), *SLIPS.items()])
def test_a_wrong_answer_hears_what_it_did(message, mutant):
    result = check("ex-2.4", mutant)
    assert not result.passed
    assert message in result.message


def test_each_diagnosis_is_its_own():
    heard = [check("ex-2.4", mutant).message for mutant in MUTANTS.values()]
    for message in MUTANTS:
        assert sum(message in words for words in heard) == 1, message


def log_parabola(x, fs):
    """Another fair answer: a straight fit of log S to that of a Lorentzian, by scipy."""
    from scipy.optimize import curve_fit

    f, S = welch(x, fs, nperseg=int(10 * fs), window="hamming")
    near = abs(f - f[np.argmax(np.where(f > 5, S, 0))]) < 1.2

    def curve(f, top, f0, h):
        return top - np.log1p(((f - f0) / h) ** 2)

    (_, f0, h), _ = curve_fit(curve, f[near], np.log(S[near]), p0=(np.log(S.max()), f[near].mean(), 0.7))
    return f0 / (2 * abs(h))


@pytest.mark.parametrize("answer", [log_parabola, half_power()])
def test_another_fair_answer_passes(answer):
    assert check("ex-2.4", answer).passed, check("ex-2.4", answer).message


def test_the_solution_has_room_to_spare():
    ratio = [q_factor(each.x, FS) / each.quality for each in recordings()]
    assert len(ratio) == COUNT
    assert np.abs(np.array(ratio) - 1).max() < 0.8 * CLOSE
