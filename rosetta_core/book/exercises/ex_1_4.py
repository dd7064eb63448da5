"""Exercise 1.4: one step of the classical Runge-Kutta method, graded by what it does and not by how it is written.

Two experiments take a step apart. On x' = x a step of h multiplies the state by a polynomial in h, whose coefficients
are 1, 1, 1/2, 1/6, 1/24 for RK4. On x' = t^n a step from t = 0 of length 1 gives the moment 1/(n + 1), for n up to 3.
A slip shows as another number in one of the two, exactly. What passes both is then graded by its observed order of
convergence on two equations, and by the amplitude that an oscillator has left.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

PRAISE = (
    "Order 4 on both equations, and the oscillator keeps its amplitude. Your step may be used for the rest of the book."
)


def rk4_step(f, x, t, dt):
    """State after one step of the classical Runge-Kutta method.

    f: the rate of the state, called as f(x, t), in 1/s; it returns
    what has the shape of x. x: the state at time t (s), a number or
    an array (n,); it must not be changed. dt: the step (s).
    Wanted: an error of order 4 in dt for an oscillator and for an
    equation whose rate depends on t, from four calls of f.
    """
    # begin solution
    k1 = f(x, t)
    k2 = f(x + dt / 2 * k1, t + dt / 2)
    k3 = f(x + dt / 2 * k2, t + dt / 2)
    k4 = f(x + dt * k3, t + dt)
    return x + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    # end solution


solution = rk4_step
CLOSE = 1e-9
"""The coefficients come from five values of a quartic between -1 and 2; rounding leaves 1e-14 of them."""


def grade(answer: Callable[..., Any]) -> str | None:
    """The first thing that is wrong with a function rk4_step(f, x, t, dt), or None."""
    return _shape(answer) or _slip(_polynomial(answer), _moments(answer)) or _order(answer) or _amplitude(answer)


def turn(x: np.ndarray, t: float) -> np.ndarray:
    """Rate of the oscillator, one radian a second; x (2,)."""
    if np.shape(x) != (2,):
        raise TypeError("f is called as f(x, t), the state first, then the time")
    return np.array([-x[1], x[0]])


def tide(x: float, t: float) -> float:
    """Rate of x' = x cos t, whose solution from 1 is exp(sin t)."""
    return x * np.cos(t)


def _shape(answer: Callable[..., Any]) -> str | None:
    state, calls = np.array([1.0, 0.0]), []

    def counted(x: np.ndarray, t: float) -> np.ndarray:
        calls.append(t)
        return turn(x, t)

    reply = answer(counted, state, 0.0, 0.1)
    if reply is None:
        return "Your function returned nothing. Does it end with `return`?"
    if isinstance(reply, tuple) or np.shape(reply) != (2,):
        return f"I wanted the state after the step, an array of the shape of x, (2,); your function returned {reply!r}."
    if not np.array_equal(state, [1.0, 0.0]):
        return "Your function changed the x it was given. Make a new array: `x = x + ...`, not `x += ...`."
    if len(calls) > 4:
        return (
            f"Your step asks f {len(calls)} times. Four are enough; two steps of dt/2 give more digits, "
            "but they are twice the work."
        )
    return None


def _polynomial(answer: Callable[..., Any]) -> np.ndarray:
    """Coefficients (5,) of the factor by which a step of h multiplies x on x' = x."""
    steps = np.array([-1.0, 0.5, 1.0, 1.5, 2.0])
    factors = [float(answer(lambda x, t: x, 1.0, 0.0, h)) for h in steps]
    return np.linalg.solve(np.vander(steps, increasing=True), factors)


def _moments(answer: Callable[..., Any]) -> np.ndarray:
    """What a step from t = 0 to 1 gives for x' = t and x' = t^2, (2,)."""
    return np.array([float(answer(lambda x, t, n=n: t**n, 0.0, 0.0, 1.0)) for n in (1, 2)])


def _near(found: Any, *wanted: float) -> bool:
    return bool(np.all(np.abs(np.ravel(found) - wanted) < CLOSE))


def _slip(c: np.ndarray, moments: np.ndarray) -> str | None:
    """What the two experiments say, from the coarsest slip to the finest."""
    if _near(c[0], 0):
        return "You return the change of the state. Add it to x: the new state is wanted."
    if not _near(c[:2], 1, 1):
        return (
            f"At a steady rate of 1 your step moves x by {c[1]:.4g} dt. The weights of the four slopes must add up "
            "to one: 1/6, 2/6, 2/6, 1/6."
        )
    if _near(c[2:], 0, 0, 0):
        return (
            "This is Euler's step in disguise: it uses the slope at the start and no other, "
            "and an oscillator gains amplitude from it. The later slopes must start from the earlier ones."
        )
    if _near(c[2], 5 / 12) or _near(moments[0], 5 / 12):
        return (
            "Your last slope is taken in the middle of the step: dt/2 stands there a third time, in the state or in "
            "the time. k4 belongs to the end, x + dt k3 at t + dt."
        )
    if _near(moments[0], 0) and _near(c[2:], 1 / 2, 1 / 6, 1 / 24):
        return (
            "Right for a rate that does not depend on t, but your time stands still: all four slopes are taken at t. "
            "Two belong to t + dt/2 and the last to t + dt."
        )
    if _near(c[3], 3 / 16):
        return "Your four slopes have equal weights. The two in the middle count twice: 1/6, 2/6, 2/6, 1/6."
    if _near(c[2], 1 / 2) and _near(c[4], 0):
        return (
            f"Your step is right up to dt^{3 if _near(c[3], 1 / 6) else 2} and no further. Each slope must start from "
            "the one before it: k2 from k1, k3 from k2, k4 from k3."
        )
    return None


def _order(answer: Callable[..., Any]) -> str | None:
    problems = [
        ("an oscillator", turn, np.array([1.0, 0.0]), np.array([np.cos(2.0), np.sin(2.0)])),
        ("a rate that depends on t", tide, 1.0, np.exp(np.sin(2.0))),
    ]
    for name, f, start, exact in problems:
        errors = []
        for steps in (80, 160):
            x = start
            for k in range(steps):
                x = answer(f, x, 2.0 * k / steps, 2.0 / steps)
            errors.append(float(np.max(np.abs(np.asarray(x) - exact))))
        # The next term of the error is a few dt of the first, dt = 1/80: it moves the order by less than 0.1.
        order = np.log2(errors[0] / errors[1]) if min(errors) > 0 else np.inf
        if not 3.8 < order < 4.2:
            return (
                f"On {name}, half the step should make the error 16 times smaller. "
                f"Yours becomes {2**order:.1f} times smaller."
            )
    return None


def _amplitude(answer: Callable[..., Any]) -> str | None:
    x, steps, dt = np.array([1.0, 0.0]), 400, 0.1
    for k in range(steps):
        x = answer(turn, x, k * dt, dt)
    lost, theory = 1 - np.hypot(*x), steps * dt**6 / 144
    if not abs(lost - theory) < theory:
        return (
            f"After {steps} steps of 0.1 rad the oscillator has lost {lost:.2g} of its amplitude; "
            f"RK4 loses {theory:.2g}."
        )
    return None
