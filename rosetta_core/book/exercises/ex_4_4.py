"""Exercise 4.4: order of a crowd at several couplings, and the coupling at which it begins.

Two crowds of the package's own Kuramoto phases, 200 each, at ten couplings from half to three times critical, 60
samples of the last 60/width. Frequencies are Lorentzian quantiles about a pace that the reader is not told. Orders are
graded against the infinite crowd, to 0.03 where it has any; the set of 200 differs from it by at most 0.01.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from rosetta_core.models.kuramoto import critical_coupling, frequencies, kuramoto, synchrony
from rosetta_core.network import network
from rosetta_core.simulation import simulate

PRAISE = "Both crowds measured, at twenty couplings, and both thresholds found. You may now ask for order in data."
SIZE = 200
RATIOS = np.array([0.5, 0.8, 1.05, 1.25, 1.5, 1.75, 2.0, 2.3, 2.6, 3.0])
"""Couplings over the critical one."""


def k_critical(K, theta):
    """Order at each coupling, and the critical coupling (1/s).

    K: couplings (m,) in 1/s, rising. theta: phases in rad, shape
    (m, n_times, n), of the same crowd at each coupling, after the
    transient; phases may have any number of whole turns. The crowd
    has Lorentzian frequencies about a pace that is not zero.
    Wanted: R (m,), the order averaged over time, to 0.03, and the
    critical coupling to 5 %, as a pair R, K_c.
    """
    # begin solution
    order = np.abs(np.exp(1j * theta).mean(axis=2)).mean(axis=1)
    # A crowd of n shows sqrt(pi/(4 n)) by chance: keep what is well above it.
    chance = np.sqrt(np.pi / (4 * theta.shape[2]))
    ordered = order > 5 * chance
    return order, np.median(K[ordered] * (1 - order[ordered] ** 2))
    # end solution


solution = k_critical
CLOSE, NEAR = 0.03, 0.05


@dataclass(frozen=True)
class Crowd:
    """Couplings K (m,) in 1/s, phases (m, n_times, n) in rad, the order of the infinite crowd (m,), its K_c (1/s)."""

    K: np.ndarray
    theta: np.ndarray
    order: np.ndarray
    onset: float


@cache
def crowds() -> tuple[Crowd, ...]:
    """The two crowds, from fixed seeds."""
    return _crowd(width=1.0, pace=7.0, seed=441), _crowd(width=0.35, pace=4.0, seed=442)


def _crowd(width: float, pace: float, seed: int) -> Crowd:
    onset = critical_coupling(width)
    start = np.random.default_rng(seed).uniform(-np.pi, np.pi, SIZE)
    omega = frequencies(SIZE, width, pace)
    found = []
    for K in RATIOS * onset:
        net = network(kuramoto, np.full((SIZE, SIZE), 1 / SIZE), gain=K, coupling="sine")
        # The slowest rate, K/2 - width, is width/20 at the third coupling, which is not graded; at the fourth width/4.
        run = simulate(net, 100 / width, 0.04 / width, p={"omega": omega}, x0={"theta": start}, every=25)
        found.append(run["theta"][-60:])
    order = np.array([synchrony(K, width) for K in RATIOS * onset])
    return Crowd(RATIOS * onset, np.array(found), order, onset)


def grade(answer: Callable[..., Any]) -> str | None:
    """The first thing that is wrong with a function k_critical(K, theta), or None."""
    for crowd in crowds():
        reply = answer(crowd.K.copy(), crowd.theta.copy())
        complaint = _shape(reply, crowd)
        if complaint:
            return complaint
        R, onset = np.asarray(reply[0], dtype=float), float(reply[1])
        complaint = _slip(R, crowd) or _order(R, crowd) or _onset(R, onset, crowd)
        if complaint:
            return complaint
    return None


def _shape(reply: Any, crowd: Crowd) -> str | None:
    if reply is None:
        return "Your function returned nothing. Is there a `return R, K_c` on every path?"
    wanted = f"I wanted a pair: R of shape ({crowd.K.size},) and one number K_c"
    if not isinstance(reply, (tuple, list)) or len(reply) != 2:
        return f"{wanted}; your function returned {type(reply).__name__}."
    R, onset = (np.asarray(part) for part in reply)
    if R.shape != crowd.K.shape or onset.shape != () or R.dtype.kind not in "iuf" or onset.dtype.kind not in "iuf":
        return f"{wanted}; got shapes {R.shape} and {onset.shape} of {R.dtype} and {onset.dtype}."
    if not (np.isfinite(R).all() and np.isfinite(onset)):
        return (
            "R and K_c are finite numbers; yours are not. Was a median taken of nothing, or something divided by zero?"
        )
    return None


def _slip(R: np.ndarray, crowd: Crowd) -> str | None:
    """Answers that belong to a known slip, by what it gives on these very recordings."""
    arrows = np.exp(1j * crowd.theta)
    order = np.abs(arrows.mean(axis=2))
    wrapped = np.angle(arrows)
    slips = [
        (np.abs(arrows).mean(axis=(1, 2)), "You return 1 everywhere: the mean of the lengths. Every arrow has length 1."
         " Take the mean of the arrows first, and then its length."),
        (np.abs(wrapped.mean(axis=2)).mean(axis=1), "You return the size of the mean angle. Angles cannot be averaged"
         " like numbers: the mean of 179 and -179 degrees is not 0. Average the arrows exp(i theta)."),
        (np.abs(crowd.theta.mean(axis=2)).mean(axis=1), "You return the size of the mean angle, whole turns included."
         " Angles cannot be averaged like numbers; average the arrows exp(i theta)."),
        (np.abs(arrows.mean(axis=(1, 2))), "You averaged over time before taking the length. The mean arrow turns with"
         " the crowd, so its average over time vanishes. Take the length at each moment, then average."),
        (np.abs(np.cos(crowd.theta).mean(axis=2)).mean(axis=1), "You use the cosine alone. It loses the order whenever"
         " the mean arrow points along y. Keep both parts: exp(i theta)."),
        ((order**2).mean(axis=1), "You return the square of the order. Take the root, or the modulus."),
        (order.sum(axis=1) / crowd.theta.shape[2], "You divided the sum over time by the number of oscillators."),
    ]  # fmt: skip
    return next((message for wrong, message in slips if np.allclose(R, wrong, rtol=0.01, atol=2e-3)), None)


def _order(R: np.ndarray, crowd: Crowd) -> str | None:
    graded = RATIOS > 1.2
    error = np.where(graded, np.abs(R - crowd.order), 0.0)
    worst = int(np.argmax(error))
    if error[worst] > CLOSE:
        return (
            f"At K = {crowd.K[worst]:.3g} your order is {R[worst]:.3f}; that of the infinite crowd is "
            f"{crowd.order[worst]:.3f}, and {CLOSE} is allowed. The order of one moment is the length of the mean "
            "of exp(i theta)."
        )
    if (R[RATIOS < 0.9] > 0.25).any():
        return "Your orders are right above the onset, but too large below it. Are all couplings treated alike?"
    return None


def _onset(R: np.ndarray, onset: float, crowd: Crowd) -> str | None:
    if abs(onset / crowd.onset - 1) <= NEAR:
        return None
    if abs(onset / (crowd.onset / 2) - 1) < NEAR:
        return "Your orders are right, and your K_c is half of the true one: that is the half width. K_c is twice it."
    above = np.median(crowd.K[RATIOS < 0.9] * (1 - R[RATIOS < 0.9] ** 2))
    if onset < crowd.K[0] or abs(onset / above - 1) < 0.01:
        return (
            "Your orders are right, but your K_c leans on couplings below the onset, where R is chance, about "
            f"{np.sqrt(np.pi / (4 * SIZE)):.2f} for {SIZE} oscillators. Use those well above it."
        )
    if np.abs(crowd.K / onset - 1).min() < 1e-6:
        return (
            f"Your orders are right, and your K_c is one of the couplings, {onset:.3g}: the grid is too coarse. "
            "Use how R grows above the onset, R^2 = 1 - K_c/K."
        )
    side = "low" if onset < crowd.onset else "high"
    return f"Your orders are right; your K_c of {onset:.3g} is {abs(onset / crowd.onset - 1):.0%} too {side}."
