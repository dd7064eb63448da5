"""Exercise 8.4: a Stuart-Landau oscillator fitted to a Wilson-Cowan pair near the birth of its rhythm.

Three pairs that no chapter shows, one of them with its rhythm above the birth, each recorded at five inputs close to
it. A recording begins up to ten times too large, and the slowest, with a growth rate of 0.22 1/s, has forgotten that
by exp(-2 0.22 30) = 2e-6 at half time. The truth is the normal form at the Hopf
point: omega there, and the slope alpha'/gamma of the squared amplitude.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from rosetta_core.analysis.normal_form import normal_form
from rosetta_core.models.wilson_cowan import special_points, wilson_cowan
from rosetta_core.simulation import simulate

DURATION, FS = 60.0, 1000.0
OMEGA, SLOPE, BIRTH = 0.005, 0.05, 0.1
"""Relative slack of omega and of the slope, and that of the birth in steps between two inputs.

A straight line through the squares is up to 3 % off the tangent at the birth, and its zero up to 0.05 of the distance
between two inputs; the mean of the frequencies is 0.7 % and more away from that of the birth.
"""
PRAISE = "Three births found, with their pace and the growth of their rhythms. No weight was looked at."


def fit_stuart_landau(P, E, fs):
    """Birth, omega there (rad/s), and slope of the squared amplitude, of a pair.

    P: inputs (k,), all on the side of the rhythm, close to its birth.
    E: recordings (k, n), one row for each input, fs samples a second,
    60 s in all. A recording begins far from the rhythm; by half time
    it is there. Wanted: (birth, omega, slope). birth is the input at
    which the rhythm has no size, to a tenth of the distance between two
    inputs; omega its angular frequency there, to 0.5 %; slope, with its
    sign, by how much r^2 grows per unit of P, to 5 %, r being the
    amplitude of E: half of its swing.
    """
    # begin solution
    late = E[:, E.shape[1] // 2 :]
    r = np.ptp(late, axis=1) / 2
    # r^2 is nearly straight in P, and r is not.
    slope, height = np.polyfit(P, r**2, 1)
    birth = -height / slope
    omega = []
    for row in late - late.mean(axis=1, keepdims=True):
        up = np.flatnonzero((row[:-1] < 0) & (row[1:] >= 0))
        at = up + row[up] / (row[up] - row[up + 1])
        omega.append(2 * np.pi * fs * (at.size - 1) / (at[-1] - at[0]))
    return birth, np.polyfit(P - birth, omega, 1)[-1], slope
    # end solution


solution = fit_stuart_landau


class Pair(NamedTuple):
    """Recordings of one pair, the true answer, and what is fitted to r, and to the frequencies, without care.

    straight: slope of r against P; mean: of the angular frequencies (rad/s); whole: slope of the squares if the
    transient is left in.
    """

    P: np.ndarray
    E: np.ndarray
    birth: float
    omega: float
    slope: float
    straight: float
    mean: float
    whole: float


@cache
def pairs() -> tuple[Pair, ...]:
    """The three pairs."""
    weights = {"w_EE": 13.0, "w_EI": 12.0, "w_IE": 12.0, "w_II": 2.0, "tau_E": 0.008, "tau_I": 0.01}
    quiet = wilson_cowan.with_preset("abeysuriya_2018")
    return (
        _pair(wilson_cowan, {"tau_E": 0.009, "tau_I": 0.009}, {"P_I": -5.6}, -0.008),
        _pair(wilson_cowan, weights, {"P_I": -6.3}, -0.01),
        _pair(quiet, {"tau_E": 0.008, "tau_I": 0.016}, {"P_I": 0.0}, 0.004),
    )


def _pair(model: Any, p: dict[str, float], u: dict[str, float], step: float) -> Pair:
    births = [point for point in special_points(model, p, u) if point.kind == "hopf"]
    form = normal_form(model, "P_E", births[-1].P, p=p, u=u, amplitude_of="E")
    P = form.value + step * np.array([1.0, 1.7, 2.5, 3.2, 4.0])
    run = simulate(
        model, DURATION, 0.5 / FS, p=p, u={**u, "P_E": P}, x0={"E": form.x[0] + 0.1, "I": form.x[1]}, every=2
    )
    E = run["E"].T
    late = E[:, E.shape[1] // 2 :]
    r = np.ptp(late, axis=1) / 2
    turns = np.array([_omega(row) for row in late - late.mean(axis=1, keepdims=True)])
    straight, whole = (float(np.polyfit(P, y, 1)[0]) for y in (r, (np.ptp(E, axis=1) / 2) ** 2))
    slope = form.alpha_slope / form.gamma
    return Pair(P, E, form.value, form.omega, slope, straight, float(turns.mean()), whole)


def _omega(row: np.ndarray) -> float:
    up = np.flatnonzero((row[:-1] < 0) & (row[1:] >= 0))
    at = up + row[up] / (row[up] - row[up + 1])
    return float(2 * np.pi * FS * (at.size - 1) / (at[-1] - at[0]))


def grade(answer: Callable[[np.ndarray, np.ndarray, float], Any]) -> str | None:
    """The first thing that is wrong with a function fit_stuart_landau(P, E, fs), or None."""
    replies = []
    for pair in pairs():
        reply = answer(pair.P.copy(), pair.E.copy(), FS)
        complaint = _shape(reply)
        if complaint:
            return complaint
        replies.append([float(part) for part in reply])
    birth, omega, slope = np.array(replies).T
    return _slips(birth, omega, slope) or _worst(birth, omega, slope)


def _shape(reply: Any) -> str | None:
    if reply is None:
        return "Your function returned nothing. Is there a `return birth, omega, slope` at its end?"
    try:
        numbers = np.asarray(reply, dtype=float)
    except (TypeError, ValueError):
        numbers = np.empty(0)
    if numbers.shape != (3,):
        return f"I wanted three numbers, (birth, omega, slope); your function returned {reply!r}."
    if not np.isfinite(numbers).all():
        return f"All three numbers are finite; your function returned {reply!r}. Was something divided by zero?"
    return None


def _slips(birth: np.ndarray, omega: np.ndarray, slope: np.ndarray) -> str | None:
    """Answers that are right but for one slip, which the numbers name."""
    true = {name: np.array([getattr(pair, name) for pair in pairs()]) for name in Pair._fields[2:]}
    slips = [
        (omega, true["slope"], SLOPE, "omega and slope have changed places: return (birth, omega, slope)."),
        (slope, true["straight"], 0.1, "Your slope is that of the amplitude. Near its birth r grows like a root, and"
         " its slope depends on where you look. The square of r grows in proportion: fit r^2."),
        (slope, 4 * true["slope"], SLOPE, "Your slope is four times too large: you squared the whole swing, from"
         " trough to peak. The amplitude is half of it."),
        (slope, true["slope"] / 2, SLOPE, "Your slope is half the true one: the variance of a sinusoid is r^2/2."),
        *((slope, wrong, SLOPE, "Your slope has the wrong sign. It is per unit of the input P, not of the distance from"
           " the birth, and in some pairs the rhythm lives below its birth.")
          for wrong in (-true["slope"], np.abs(true["slope"]), -np.abs(true["slope"]))),
        (slope, true["whole"], SLOPE, "Your amplitudes hardly change with P: the start of each recording, which is far"
         " larger than the rhythm, is still in them. Drop the first half."),
        (omega, true["omega"] / (2 * np.pi), 3 * OMEGA, "Your omega is 2 pi times too small: turns per second. Asked"
         " are radians per second."),
        (omega, true["mean"], OMEGA / 5, "Your omega is the mean over the recordings. The rhythm changes its pace as it"
         " grows: fit a line through the frequencies and read it at the birth."),
    ]  # fmt: skip
    return next((words for got, wrong, slack, words in slips if _near(got, wrong, slack)), None)


def _near(got: np.ndarray, wrong: np.ndarray, slack: float) -> bool:
    return bool((np.abs(got - wrong) <= slack * np.abs(wrong)).all())


def _worst(birth: np.ndarray, omega: np.ndarray, slope: np.ndarray) -> str | None:
    for number, (pair, b, w, s) in enumerate(zip(pairs(), birth, omega, slope, strict=True), 1):
        step = abs(pair.P[-1] - pair.P[0]) / 4
        if abs(b - pair.birth) > BIRTH * step:
            return (
                f"In pair {number} your birth is off by {abs(b - pair.birth) / step:.2g} of the distance between two "
                "inputs. It is where the line through the squares of the amplitudes meets zero."
            )
        if abs(w / pair.omega - 1) > OMEGA:
            return f"In pair {number} your omega is {abs(w / pair.omega - 1):.2%} off; 0.5 % is allowed."
        if abs(s / pair.slope - 1) > SLOPE:
            return f"In pair {number} your slope is {abs(s / pair.slope - 1):.1%} off; 5 % is allowed."
    return None
