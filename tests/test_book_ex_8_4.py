"""Exercise 8.4: typical wrong answers each get their own diagnosis, and fair other answers pass."""

import numpy as np
import pytest

from rosetta_core.book.exercises.ex_8_4 import OMEGA, SLOPE, fit_stuart_landau, grade, pairs
from rosetta_core.check import check


def pace(late, fs):
    """Angular frequency of each row, from its upward crossings."""
    found = []
    for row in late - late.mean(axis=1, keepdims=True):
        up = np.flatnonzero((row[:-1] < 0) & (row[1:] >= 0))
        found.append(2 * np.pi * fs * (up.size - 1) / (up[-1] - up[0]))
    return np.array(found)


def by_lines(P, E, fs, size=lambda late: (np.ptp(late, axis=1) / 2) ** 2, start=0.5):
    """Straight lines through a measure of size, and through the frequencies."""
    late = E[:, int(start * E.shape[1]) :]
    slope, height = np.polyfit(P, size(late), 1)
    birth = -height / slope
    return birth, np.polyfit(P - birth, pace(late, fs), 1)[1], slope


def changed(change):
    """A wrong answer made from the right one: change((birth, omega, slope), P, E, fs)."""
    return lambda P, E, fs: change(fit_stuart_landau(P, E, fs), P, E, fs)


MUTANTS = {
    "Your slope is that of the amplitude": lambda P, E, fs: by_lines(P, E, fs, lambda late: np.ptp(late, axis=1) / 2),
    "four times too large": lambda P, E, fs: by_lines(P, E, fs, lambda late: np.ptp(late, axis=1) ** 2),
    "half the true one": lambda P, E, fs: by_lines(P, E, fs, lambda late: late.var(axis=1)),
    "the wrong sign": changed(lambda right, *_: (right[0], right[1], -right[2])),
    "the start of each recording": lambda P, E, fs: by_lines(P, E, fs, start=0.0),
    "turns per second": changed(lambda right, *_: (right[0], right[1] / (2 * np.pi), right[2])),
    "the mean over the recordings": changed(
        lambda right, P, E, fs: (right[0], pace(E[:, E.shape[1] // 2 :], fs).mean(), right[2])
    ),
    "changed places": changed(lambda right, *_: (right[0], right[2], right[1])),
    "your birth is off by ": changed(lambda right, P, *_: (right[0] + P[1] - P[0], right[1], right[2])),
    "your omega is ": changed(lambda right, *_: (right[0], right[1] * 1.02, right[2])),
    "your slope is ": changed(lambda right, *_: (right[0], right[1], right[2] * 1.1)),
}


def unfinished(P, E, fs):
    raise NotImplementedError


SLIPS = {
    "Your function returned nothing": lambda P, E, fs: None,
    "I wanted three numbers": lambda P, E, fs: (1.0, 2.0),
    "your function returned 'none'": lambda P, E, fs: "none",
    "All three numbers are finite": lambda P, E, fs: (1.0, 2.0, float("nan")),
    "Not implemented yet": unfinished,
    "with IndexError": lambda P, E, fs: E[:, 10**9],
}


@pytest.mark.parametrize(("message", "mutant"), (MUTANTS | SLIPS).items())
def test_a_wrong_answer_hears_what_it_did(message, mutant):
    result = check("ex-8.4", mutant)
    assert not result.passed
    assert message in result.message


def test_each_diagnosis_is_its_own():
    heard = [check("ex-8.4", mutant).message for mutant in MUTANTS.values()]
    for message in MUTANTS:
        assert sum(message in words for words in heard) == 1, message


@pytest.mark.parametrize("sign", [1, -1])
def test_a_slope_per_unit_of_distance_has_one_sign_for_all_pairs(sign):
    by_distance = changed(lambda right, *_: (right[0], right[1], sign * abs(right[2])))
    assert "not of the distance from the birth" in check("ex-8.4", by_distance).message


def by_harmonics(P, E, fs):
    """Another fair way: the first harmonic by least squares, and a parabola through everything."""
    late = E[:, E.shape[1] // 2 :]
    t, squares, turns = np.arange(late.shape[1]) / fs, [], pace(late, fs)
    for row, w in zip(late, turns, strict=True):
        waves = [f(k * w * t) for k in (1, 2, 3) for f in (np.cos, np.sin)]
        found = np.linalg.lstsq(np.stack([*waves, np.ones_like(t)], axis=1), row, rcond=None)[0]
        squares.append(found[0] ** 2 + found[1] ** 2)
    d = P - P[0]
    fit = np.polynomial.Polynomial.fit(d, squares, 2)
    (away,) = (root.real for root in fit.roots() if abs(root.real) < 0.5 * abs(d[-1]))
    return P[0] + away, np.polynomial.Polynomial.fit(d, turns, 1)(away), fit.deriv()(away)


@pytest.mark.parametrize("answer", [fit_stuart_landau, by_lines, by_harmonics])
def test_a_fair_answer_passes(answer):
    assert grade(answer) is None


def test_the_pairs_tell_the_mutants_apart():
    # Forgetting the transient, or taking the mean pace, must cost more than is allowed.
    assert all(abs(pair.mean / pair.omega - 1) > 1.2 * OMEGA for pair in pairs())
    assert all(abs(pair.whole / pair.slope - 1) > 4 * SLOPE for pair in pairs())
    assert {np.sign(pair.slope) for pair in pairs()} == {-1.0, 1.0}
