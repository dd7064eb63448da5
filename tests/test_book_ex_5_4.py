"""Exercise 5.4: typical wrong answers each get their own diagnosis, and fair other answers pass."""

import numpy as np
import pytest
from scipy.linalg import expm

from rosetta_core.book.exercises.ex_5_4 import CLOSE, bisyn, trains
from rosetta_core.check import check
from rosetta_core.models.biexponential import peak


def of_area_one(tr, td):
    """Peak of an answer of area 1."""
    return peak(1.0, tr, td).value


def euler(spikes, height, tr, td, dt):
    s, first = np.zeros(len(spikes)), 0.0
    for k in range(1, len(spikes)):
        first += height / of_area_one(tr, td) / tr * spikes[k - 1]
        s[k] = s[k - 1] + dt / td * (first - s[k - 1])
        first -= dt / tr * first
    return s


def difference(spikes, height, tr, td, dt, scale=None):
    """Two exponentials, each updated exactly, and their difference."""
    s, slow, fast = np.zeros(len(spikes)), 0.0, 0.0
    size = height / (of_area_one(tr, td) * (td - tr)) if scale is None else scale
    for k in range(1, len(spikes)):
        slow = (slow + spikes[k - 1]) * np.exp(-dt / td)
        fast = (fast + spikes[k - 1]) * np.exp(-dt / tr)
        s[k] = size * (slow - fast)
    return s


def bare_difference(spikes, height, tr, td, dt):
    return difference(spikes, height, tr, td, dt, scale=height) if tr != td else bisyn(spikes, height, tr, td, dt)


def difference_with_nan(spikes, height, tr, td, dt):
    return difference(spikes, height, tr, td, dt) if tr != td else np.full(len(spikes), np.nan)


def difference_with_a_case(spikes, height, tr, td, dt):
    return difference(spikes, height, tr, td, dt) if tr != td else bisyn(spikes, height, tr, td, dt)


def area(spikes, height, tr, td, dt):
    return of_area_one(tr, td) * bisyn(spikes, height, tr, td, dt)


def rate_of_a_step(spikes, height, tr, td, dt):
    return dt * area(spikes, height, tr, td, dt)


def late(spikes, height, tr, td, dt):
    return np.r_[0.0, bisyn(spikes, height, tr, td, dt)[:-1]]


def early(spikes, height, tr, td, dt):
    return np.r_[bisyn(spikes, height, tr, td, dt)[1:], 0.0]


def one_at_a_time(spikes, height, tr, td, dt):
    return bisyn(spikes > 0, height, tr, td, dt)


def other_shape(spikes, height, tr, td, dt):
    return bisyn(spikes, height, tr, 2 * td, dt)


MUTANTS = {
    "Your step drifts": euler,
    "The peak is not normalised": bare_difference,
    "At equal times your answer is not finite": difference_with_nan,
    "keeps few digits": difference_with_a_case,
    "Your answer has the area that was to be its height": area,
    "a rate that lasts for one step": rate_of_a_step,
    "one step late": late,
    "one step early": early,
    "you count one": one_at_a_time,
    "Try one spike first": other_shape,
}


def unfinished(spikes, height, tr, td, dt):
    raise NotImplementedError


SLIPS = {
    "Your function returned nothing": lambda spikes, height, tr, td, dt: None,
    "I wanted an array of 400 numbers": lambda spikes, height, tr, td, dt: "loud",
    "yours has the shape (399,)": lambda spikes, height, tr, td, dt: spikes[1:],
    "not finite at tr = 0.002 s": lambda spikes, height, tr, td, dt: spikes * np.inf,
    "Not implemented yet": unfinished,
}


def plain(message):
    return " ".join(message.split())


@pytest.mark.parametrize(("message", "mutant"), (MUTANTS | SLIPS).items())
def test_a_wrong_answer_hears_what_it_did(message, mutant):
    result = check("ex-5.4", mutant)
    assert not result.passed
    assert message in plain(result.message)


def test_each_diagnosis_is_its_own():
    heard = [plain(check("ex-5.4", mutant).message) for mutant in MUTANTS.values()]
    for message in MUTANTS:
        assert sum(message in words for words in heard) == 1, message


def by_the_matrix(spikes, height, tr, td, dt):
    """Another fair way: the exponential of the matrix of the chain."""
    step = expm(np.array([[-1 / tr, 0.0], [1 / td, -1 / td]]) * dt)
    state, s = np.zeros(2), []
    for count in spikes:
        s.append(state[1])
        state = step @ (state + [count * height / of_area_one(tr, td) / tr, 0.0])
    return s


def test_another_fair_answer_passes():
    assert check("ex-5.4", bisyn).passed
    assert check("ex-5.4", by_the_matrix).passed, check("ex-5.4", by_the_matrix).message


def test_times_in_either_order_and_the_reader_may_spoil_the_spikes():
    def careless(spikes, height, tr, td, dt):
        answer = bisyn(spikes, height, td, tr, dt)
        spikes[:] = 0
        return answer

    assert check("ex-5.4", careless).passed
    assert check("ex-5.4", careless).passed


def test_the_truth_is_as_exact_as_it_must_be():
    for train in trains():
        found = bisyn(train.spikes, train.height, train.tr, train.td, train.dt)
        # Up to 4000 roundings of a step and as many of a sum: 4000 * 2.2e-16, and a factor of 10.
        assert np.abs(found - train.truth).max() < 1e-11 * train.truth.max() < CLOSE * train.truth.max()
