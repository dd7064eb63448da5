"""Exercise 4.4: typical wrong answers each get their own diagnosis, and fair other answers pass."""

import numpy as np
import pytest

from rosetta_core.book.exercises.ex_4_4 import CLOSE, RATIOS, crowds, k_critical
from rosetta_core.check import check


def onset_of(order, K):
    """The critical coupling as the solution finds it, so that a mutant is wrong in one thing only."""
    return np.median(K[5:] * (1 - order[5:] ** 2))


def with_order(change):
    """A wrong answer whose order is change(theta), shape (m,), and whose onset is right."""

    def answer(K, theta):
        return change(theta), k_critical(K, theta)[1]

    return answer


def with_onset(change):
    """A wrong answer whose order is right, and whose onset is change(order, K)."""

    def answer(K, theta):
        order, _ = k_critical(K, theta)
        return order, change(order, K)

    return answer


def wrapped(theta):
    return np.angle(np.exp(1j * theta))


MUTANTS = {
    "You return 1 everywhere: the mean of the lengths": with_order(lambda th: np.abs(np.exp(1j * th)).mean((1, 2))),
    "You return the size of the mean angle. Angles": with_order(lambda th: np.abs(wrapped(th).mean(2)).mean(1)),
    "the mean angle, whole turns included": with_order(lambda th: np.abs(th.mean(2)).mean(1)),
    "You averaged over time before taking the length": with_order(lambda th: np.abs(np.exp(1j * th).mean((1, 2)))),
    "You use the cosine alone": with_order(lambda th: np.abs(np.cos(th).mean(2)).mean(1)),
    "You return the square of the order": with_order(lambda th: (np.abs(np.exp(1j * th).mean(2)) ** 2).mean(1)),
    "divided the sum over time by the number of oscillators": with_order(
        lambda th: np.abs(np.exp(1j * th).mean(2)).sum(1) / th.shape[2]
    ),
    "that of the infinite crowd is": with_order(lambda th: 1.1 * np.abs(np.exp(1j * th).mean(2)).mean(1)),
    "too large below it": with_order(lambda th: np.maximum(np.abs(np.exp(1j * th).mean(2)).mean(1), 0.3)),
    "that is the half width. K_c is twice it": with_onset(lambda R, K: onset_of(R, K) / 2),
    "your K_c leans on couplings below the onset": with_onset(lambda R, K: np.median(K[:2] * (1 - R[:2] ** 2))),
    "your K_c is one of the couplings": with_onset(lambda R, K: K[R > 0.4][0]),
    "is 10% too high": with_onset(lambda R, K: 1.12 * onset_of(R, K)),
}


def unfinished(K, theta):
    raise NotImplementedError


SLIPS = {
    "Your function returned nothing": lambda K, theta: None,
    "your function returned ndarray": lambda K, theta: K,
    "got shapes": lambda K, theta: (K[:3], 1.0),
    "finite numbers": lambda K, theta: (np.full(K.shape, np.nan), 1.0),
    "Not implemented yet": unfinished,
    "with ZeroDivisionError": lambda K, theta: (1 / 0, 0),
    "with TypeError": lambda K: (K, 1.0),
}


@pytest.mark.parametrize(("message", "mutant"), (MUTANTS | SLIPS).items())
def test_a_wrong_answer_hears_what_it_did(message, mutant):
    result = check("ex-4.4", mutant)
    assert not result.passed
    assert message in result.message


def test_each_diagnosis_is_its_own():
    heard = [check("ex-4.4", mutant).message for mutant in MUTANTS.values()]
    for message in MUTANTS:
        assert sum(message in words for words in heard) == 1, message


def by_a_straight_line(K, theta):
    """Another fair way: R^2 against 1/K is a straight line that meets zero at 1/K_c."""
    order = np.hypot(np.cos(theta).mean(2), np.sin(theta).mean(2)).mean(1)
    slope, start = np.polyfit(1 / K[order > 0.4], order[order > 0.4] ** 2, 1)
    return [order, -slope / start]


def by_the_mean_square(K, theta):
    """Another: the root of the mean square over time, less what chance gives to it."""
    square = (np.abs(np.exp(1j * theta).mean(2)) ** 2).mean(1)
    order = np.sqrt(np.maximum(square - 1 / theta.shape[2], 0))
    return order, float(np.mean(K[4:] * (1 - order[4:] ** 2)))


@pytest.mark.parametrize("answer", [k_critical, by_a_straight_line, by_the_mean_square])
def test_a_fair_answer_passes(answer):
    assert check("ex-4.4", answer).passed, check("ex-4.4", answer).message


def test_the_reader_may_spoil_the_data():
    def careless(K, theta):
        answer = k_critical(K, theta)
        K[:], theta[:] = 0, 0
        return answer

    assert check("ex-4.4", careless).passed
    assert check("ex-4.4", careless).passed


def test_the_recordings_hold_the_answer_with_room():
    """Two hundred members are within half of the slack of the infinite crowd, and the onset within two fifths."""
    for crowd in crowds():
        order, onset = k_critical(crowd.K, crowd.theta)
        graded = RATIOS > 1.2
        assert np.abs(order - crowd.order)[graded].max() < CLOSE / 2
        assert abs(onset / crowd.onset - 1) < 0.02
        # The mean arrow turns many times during the record, so an average over time before the length is near zero.
        assert np.abs(np.exp(1j * crowd.theta).mean((1, 2)))[graded].max() < 0.1
