"""Closed forms of the driven and of the coupled Stuart-Landau oscillator: locking, its edges, and amplitude death.

Under the drive F exp(i Omega t), in the frame that turns with it, omega becomes the detuning omega - Omega and the
drive a constant F > 0: dz/dt = (alpha + i detuning) z - (gamma + i beta) |z|^2 z + F, gamma > 0; detunings in rad/s.
Pikovsky, Rosenblum & Kurths 2001, doi:10.1017/CBO9780511755743, chapter 7.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike


class LockedState(NamedTuple):
    """A state at rest in the frame of the drive: z there (1), trace (1/s) and determinant (1/s^2) of its Jacobian."""

    z: complex
    trace: float
    determinant: float

    @property
    def stable(self) -> bool:
        """Whether small disturbances fade."""
        return self.trace < 0 < self.determinant


class TonguePoint(NamedTuple):
    """A point of the diagram of locking: detuning (rad/s), drive F (1/s), and the amplitude of the locked state (1)."""

    detuning: float
    F: float
    radius: float


class LockingHopf(NamedTuple):
    """Where the trace of a locked state vanishes: detuning (rad/s), determinant (1/s^2), and omega (rad/s).

    With a positive determinant a torus is born there, which turns at omega in the frame of the drive. Else the point is
    a neutral saddle, where nothing happens, and omega is 0.
    """

    detuning: float
    determinant: float
    omega: float


def locked_states(F: float, detuning: float, alpha: float, gamma: float, beta: float) -> list[LockedState]:
    """All 1:1 locked states, by amplitude: one or three.

    rho = |z|^2 solves rho ((alpha - gamma rho)^2 + (detuning - beta rho)^2) = F^2, here to 1e-15 of itself.
    """
    _check(F, gamma)
    square, mixed = gamma**2 + beta**2, alpha * gamma + detuning * beta

    def excess(rho: float) -> float:
        return rho * ((alpha - gamma * rho) ** 2 + (detuning - beta * rho) ** 2) - F**2

    turns = np.roots([3 * square, -4 * mixed, alpha**2 + detuning**2])
    found = []
    for rho in _roots(excess, [0.0, *turns[turns.imag == 0].real, _largest(F, alpha, gamma)]):
        z = F / (complex(gamma, beta) * rho - complex(alpha, detuning))
        determinant = (alpha - 2 * gamma * rho) ** 2 + (detuning - 2 * beta * rho) ** 2 - square * rho**2
        found.append(LockedState(z, 2 * (alpha - 2 * gamma * rho), determinant))
    return found


def tongue_edges(radius: ArrayLike, alpha: float, gamma: float, beta: float) -> tuple[np.ndarray, np.ndarray]:
    """Detuning (rad/s) and F (1/s) of both saddle-nodes at which the amplitude is `radius`, (2, ...); nan for none.

    With rho = radius^2, detuning = 2 beta rho +- sqrt(beta^2 rho^2 - (alpha - gamma rho)(alpha - 3 gamma rho)). For
    alpha > 0 the tongue has its tip, F = 0, at radius sqrt(alpha/gamma).
    """
    rho = np.asarray(radius, dtype=float) ** 2
    own, cross = (beta * rho) ** 2, (alpha - gamma * rho) * (alpha - 3 * gamma * rho)
    # Where both edges end they meet, at a radius that is known up to rounding.
    root = np.sqrt(np.where(own - cross >= -1e-14 * (own + alpha**2), np.maximum(own - cross, 0), np.nan))
    detuning = np.array([2 * beta * rho - root, 2 * beta * rho + root])
    return detuning, np.sqrt(rho * ((alpha - gamma * rho) ** 2 + (detuning - beta * rho) ** 2))


def saddle_nodes(F: float, alpha: float, gamma: float, beta: float) -> list[TonguePoint]:
    """Saddle-nodes of locked states at the drive F, by detuning; found between the extrema of F along the edges."""
    _check(F, gamma)
    ends = np.roots([beta**2 - 3 * gamma**2, 4 * alpha * gamma, -(alpha**2)])  # of the part where edges exist
    marks = [*ends[ends.imag == 0].real, alpha / gamma, alpha / (3 * gamma)]
    marks += [0.0, *(point.radius**2 for point in cusps(alpha, gamma, beta)), _largest(F, alpha, gamma)]
    found = []
    for side in (0, 1):

        def excess(rho: float, side: int = side) -> float:
            return float(tongue_edges(np.sqrt(rho), alpha, gamma, beta)[1][side]) - F

        for rho in _roots(excess, marks):
            detuning = tongue_edges(np.sqrt(rho), alpha, gamma, beta)[0][side]
            found.append(TonguePoint(float(detuning), F, float(np.sqrt(rho))))
    return sorted(found)


def hopf_points(F: float, alpha: float, gamma: float, beta: float) -> list[LockingHopf]:
    """Detunings at which the trace vanishes, the larger first: none or two, and none for alpha <= 0.

    There |z|^2 = alpha/(2 gamma) and detuning = alpha beta/(2 gamma) +- sqrt(2 gamma F^2/alpha - alpha^2/4).
    """
    _check(F, gamma)
    square = 2 * gamma * F**2 / alpha - alpha**2 / 4 if alpha > 0 else -1.0
    if square < 0:
        return []
    rho, found = alpha / (2 * gamma), []
    for root in (np.sqrt(square), -np.sqrt(square)):
        determinant = float((root - beta * rho) ** 2 - (gamma**2 + beta**2) * rho**2)
        found.append(LockingHopf(float(beta * rho + root), determinant, float(np.sqrt(max(determinant, 0.0)))))
    return found


def cusps(alpha: float, gamma: float, beta: float) -> list[TonguePoint]:
    """Cusps, where two saddle-nodes meet and all three locked states are one: two or none, in closed form.

    For alpha > 0 there are two, unless |beta| > sqrt(3) gamma; for alpha < 0 there is one in that case, else none.
    """
    square, found = gamma**2 + beta**2, []
    for detuning in np.roots([beta**2 - 3 * gamma**2, 8 * alpha * beta * gamma, alpha**2 * (gamma**2 - 3 * beta**2)]):
        rho = 2 * (alpha * gamma + detuning.real * beta) / (3 * square)
        if rho > 0:
            found.append(TonguePoint(float(detuning.real), float(np.sqrt(square * rho**3)), float(np.sqrt(rho))))
    return sorted(found, reverse=True)


def bogdanov_takens(alpha: float, gamma: float, beta: float) -> list[TonguePoint]:
    """Bogdanov-Takens points, at which the Hopf line ends on a saddle-node line; alpha > 0, larger detuning first.

    There |z|^2 = alpha/(2 gamma) and detuning = alpha (2 beta +- sqrt(gamma^2 + beta^2))/(2 gamma).
    """
    if not alpha > 0:
        raise ValueError(f"Bogdanov-Takens points want alpha > 0, got {alpha}: else no Hopf line exists")
    rho, found = alpha / (2 * gamma), []
    for root in (np.hypot(gamma, beta), -np.hypot(gamma, beta)):
        F = np.sqrt(rho * (alpha**2 / 4 + (rho * (beta + root)) ** 2))
        found.append(TonguePoint(float(rho * (2 * beta + root)), float(F), float(np.sqrt(rho))))
    return found


def locked_intervals(F: float, alpha: float, gamma: float, beta: float) -> list[tuple[float, float]]:
    """Intervals of the detuning (rad/s) with a stable 1:1 locked state; all of them, (-inf, inf), for alpha <= 0.

    Stability can change at saddle-nodes and Hopf points only, so it is tested once between any two of them.
    """
    edges = [point.detuning for point in saddle_nodes(F, alpha, gamma, beta)]
    edges = sorted({*edges, *(point.detuning for point in hopf_points(F, alpha, gamma, beta))})
    found: list[tuple[float, float]] = []
    for low, high in pairwise([-np.inf, *edges, np.inf]):
        near = [v for v in (low, high) if np.isfinite(v)]
        inside = sum(near) / 2 if len(near) == 2 else sum(near) + (1.0 if near == [low] else -1.0) * F
        if any(state.stable for state in locked_states(F, inside, alpha, gamma, beta)):
            start = found.pop()[0] if found and found[-1][1] == low else low
            found.append((start, high))
    return found


def weakly_locked_interval(F: float, alpha: float, gamma: float, beta: float) -> tuple[float, float]:
    """Interval of the detuning (rad/s) that locks by Adler's equation, for a weak drive: F much below alpha r.

    It is alpha beta/gamma -+ (F/r) sqrt(1 + (beta/gamma)^2) with r = sqrt(alpha/gamma); the error is of order F^2.
    """
    _check(F, gamma)
    if not alpha > 0:
        raise ValueError(f"an oscillator of its own wants alpha > 0, got {alpha}")
    half = F * np.hypot(gamma, beta) / np.sqrt(alpha * gamma)
    return float(alpha * beta / gamma - half), float(alpha * beta / gamma + half)


def death_interval(alpha: float, detuning: float) -> tuple[float, float]:
    """Couplings K (1/s) for which two oscillators, each pulled by K (theirs - own), come to rest; alpha > 0.

    It is alpha < K < (alpha^2 + detuning^2/4)/(2 alpha), for any gamma > 0 and beta; the detuning is the difference of
    their omega. ValueError for |detuning| <= 2 alpha, which no coupling stops.
    Aronson, Ermentrout & Kopell 1990, doi:10.1016/0167-2789(90)90007-C.
    """
    if not (alpha > 0 and abs(detuning) > 2 * alpha):
        raise ValueError(f"amplitude death wants |detuning| > 2 alpha > 0, got {detuning} rad/s and alpha = {alpha}")
    return alpha, (alpha**2 + detuning**2 / 4) / (2 * alpha)


def _check(F: float, gamma: float) -> None:
    if not (F > 0 and gamma > 0):
        raise ValueError(f"a drive F > 0 and gamma > 0 are wanted, got F = {F}, gamma = {gamma}")


def _largest(F: float, alpha: float, gamma: float) -> float:
    """More than any |z|^2: there rho (alpha - gamma rho)^2 alone exceeds F^2."""
    return 1.01 * (abs(alpha) / gamma + (F / gamma) ** (2 / 3))


def _roots(function: Callable[[float], float], marks: list[float]) -> list[float]:
    """Roots between the marks >= 0, where the function has no extrema; nan where it is not defined."""
    from scipy.optimize import brentq  # here, because it would slow `import rosetta_core`

    found = []
    for low, high in pairwise(sorted({float(mark) for mark in marks if mark >= 0})):
        ends = function(low), function(high)
        if ends[0] * ends[1] < 0:
            found.append(brentq(function, low, high, xtol=1e-300, rtol=1e-15))
    return found
