"""Exercise 1.4: typical wrong steps each get their own diagnosis, and other fair steps of order 4 pass."""

import numpy as np
import pytest

from rosetta_core.book.exercises.ex_1_4 import rk4_step
from rosetta_core.check import check


def step(fractions, weights, chain=(0, 1, 2), moving=True):
    """A step with four slopes: at which fraction of dt each is taken, from which earlier one, with which weight."""

    def answer(f, x, t, dt):
        k = [f(x, t)]
        for fraction, before in zip(fractions, chain, strict=True):
            k.append(f(x + fraction * dt * k[before], t + (fraction * dt if moving else 0.0)))
        return x + dt * sum(w * slope for w, slope in zip(weights, k, strict=True))

    return answer


HALVES, SIXTHS = (0.5, 0.5, 1.0), (1 / 6, 2 / 6, 2 / 6, 1 / 6)


def euler_in_disguise(f, x, t, dt):
    k1 = k2 = k3 = k4 = f(x, t)
    return x + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def euler_of_four_calls(f, x, t, dt):
    slopes = [f(x, t + part * dt) for part in (0, 0.5, 0.5, 1)]
    return x + dt * sum(w * k for w, k in zip(SIXTHS, slopes, strict=True))


def time_of_the_last_slope(f, x, t, dt):
    k1 = f(x, t)
    k2 = f(x + dt / 2 * k1, t + dt / 2)
    k3 = f(x + dt / 2 * k2, t + dt / 2)
    k4 = f(x + dt * k3, t + dt / 2)
    return x + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def change_only(f, x, t, dt):
    return rk4_step(f, x, t, dt) - x


def midpoint(f, x, t, dt):
    return x + dt * f(x + dt / 2 * f(x, t), t + dt / 2)


def two_half_steps(f, x, t, dt):
    return rk4_step(f, rk4_step(f, x, t, dt / 2), t + dt / 2, dt / 2)


def late_clock(f, x, t, dt):
    """The time of the middle slopes is wrong, but by the same amount up and down: only the convergence shows it."""
    k1 = f(x, t)
    k2 = f(x + dt / 2 * k1, t + dt / 4)
    k3 = f(x + dt / 2 * k2, t + 3 * dt / 4)
    k4 = f(x + dt * k3, t + dt)
    return x + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def leaking(f, x, t, dt):
    """Of order 4, but an oscillator loses more in each step than RK4 takes."""
    return rk4_step(f, x, t, dt) * (1 - 0.05 * dt**5 if np.ndim(x) else 1)


MUTANTS = {
    "This is Euler's step in disguise": euler_in_disguise,
    "Your last slope is taken in the middle of the step": step((0.5, 0.5, 0.5), SIXTHS),
    "your time stands still": step(HALVES, SIXTHS, moving=False),
    "Your four slopes have equal weights": step(HALVES, (1 / 4, 1 / 4, 1 / 4, 1 / 4)),
    "You return the change of the state": change_only,
    "At a steady rate of 1 your step moves x by 0.6667 dt": step(HALVES, (1 / 6, 1 / 6, 1 / 6, 1 / 6)),
    "Your step is right up to dt^2 and no further": step(HALVES, SIXTHS, chain=(0, 0, 2)),
    "Your step asks f 8 times": two_half_steps,
    "On a rate that depends on t": late_clock,
}
SAME_DIAGNOSIS = [
    ("This is Euler's step in disguise", euler_of_four_calls),
    ("Your last slope is taken in the middle of the step", time_of_the_last_slope),
    ("Your step is right up to dt^2 and no further", midpoint),
    ("Your step is right up to dt^3 and no further", step(HALVES, SIXTHS, chain=(0, 1, 1))),
]


def unfinished(f, x, t, dt):
    raise NotImplementedError


def in_place(f, x, t, dt):
    new = rk4_step(f, x, t, dt)
    if np.ndim(x):
        x += 1.0
    return new


SLIPS = {
    "Your function returned nothing": lambda f, x, t, dt: None,
    "I wanted the state after the step, an array of the shape of x, (2,)": lambda f, x, t, dt: (x, t + dt),
    "your function returned 1.0": lambda f, x, t, dt: 1.0,
    "Your function changed the x it was given": in_place,
    "f is called as f(x, t), the state first": lambda f, x, t, dt: rk4_step(lambda x, t: f(t, x), x, t, dt),
    "Not implemented yet": unfinished,
    "with TypeError": lambda f, x: x,
}


@pytest.mark.parametrize(("message", "mutant"), [*MUTANTS.items(), *SAME_DIAGNOSIS, *SLIPS.items()])
def test_a_wrong_answer_hears_what_it_did(message, mutant):
    result = check("ex-1.4", mutant)
    assert not result.passed
    assert message in result.message


def test_each_diagnosis_is_its_own():
    heard = [check("ex-1.4", mutant).message for mutant in MUTANTS.values()]
    for message in MUTANTS:
        assert sum(message in words for words in heard) == 1, message


def three_eighths(f, x, t, dt):
    """Kutta's other method of four slopes and order 4."""
    k1 = f(x, t)
    k2 = f(x + dt * k1 / 3, t + dt / 3)
    k3 = f(x + dt * (k2 - k1 / 3), t + 2 * dt / 3)
    k4 = f(x + dt * (k1 - k2 + k3), t + dt)
    return x + dt / 8 * (k1 + 3 * k2 + 3 * k3 + k4)


def by_a_loop(f, x, t, dt):
    k, total = 0.0, 0.0
    for part, weight in ((0.0, 1), (0.5, 2), (0.5, 2), (1.0, 1)):
        k = f(x + part * dt * k, t + part * dt)
        total = total + weight * k
    return x + dt * total / 6


@pytest.mark.parametrize("answer", [three_eighths, by_a_loop])
def test_another_fair_answer_passes(answer):
    assert check("ex-1.4", answer).passed, check("ex-1.4", answer).message


def test_the_amplitude_is_graded_too():
    """A step whose errors pass as order 4 at these steps and whose oscillator still fades too fast."""
    result = check("ex-1.4", leaking)
    assert not result.passed and "of its amplitude; RK4 loses" in result.message
