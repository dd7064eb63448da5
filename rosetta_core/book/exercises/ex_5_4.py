"""Exercise 5.4: a biexponential synapse, one exact step at a time.

Six spike trains through synapses of different times, among them equal and nearly equal ones, on coarse and fine grids.
The truth is the sum of one closed answer per spike; it and the exact step agree up to rounding, some 1e-13 of the
largest value over 4000 steps. CLOSE leaves room for any order of arithmetic, and none for a method with a step error.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from rosetta_core.models.biexponential import impulse_response, peak

CLOSE = 1e-9
PRAISE = "Six trains, equal times among them, all exact. A step of 2 ms costs you nothing against one of 0.1 ms."


def bisyn(spikes, height, tr, td, dt):
    """Potential (n,) of a biexponential synapse at times 0, dt, 2 dt, ...

    spikes: (n,), how many spikes arrive at each of these times.
    One spike makes an answer that starts from 0 when it arrives and
    reaches `height` at its peak. tr, td: rise and decay time in s,
    which may be equal, or nearly so. Spikes add up. Wanted: exact
    values, to 1e-9 of the largest, for any dt.
    """
    # begin solution
    fast, slow = min(tr, td), max(tr, td)
    apart = (slow - fast) / fast
    # The peak of an answer of area 1 is exp(-share)/slow.
    share = np.log1p(apart) / apart if apart else 1.0
    jump = height * slow * np.exp(share) / fast
    rise, decay = np.exp(-dt / fast), np.exp(-dt / slow)
    # What the first stage hands on in a step; at equal times the last factor is 1.
    gap = apart * dt / slow
    handed = dt / slow * decay * (-np.expm1(-gap) / gap if gap else 1.0)
    s, first = np.zeros(len(spikes)), 0.0
    for k in range(1, len(spikes)):
        first += jump * spikes[k - 1]
        s[k] = decay * s[k - 1] + handed * first
        first *= rise
    return s
    # end solution


solution = bisyn


class Train(NamedTuple):
    """A spike train on a grid, a synapse, and the true answer."""

    spikes: np.ndarray
    height: float
    tr: float
    td: float
    dt: float
    truth: np.ndarray


@cache
def trains() -> tuple[Train, ...]:
    """The six cases: one spike, trains, bins with several spikes; unlike, equal and nearly equal times."""
    random = np.random.default_rng(54)
    one = np.zeros(400)
    one[3] = 1.0
    many = random.poisson(0.3, 1000).astype(float)
    rows = [
        (one, 1.2, 0.002, 0.010, 0.0005),
        (one, 1.0, 0.010, 0.010, 0.0005),
        (random.poisson(0.02, 4000).astype(float), 0.5, 0.001, 0.005, 0.0001),
        (many, 2.0, 0.002, 0.080, 0.002),
        (many, 8.1, 0.020, 0.020, 0.001),
        (many, 1.0, 0.010, 0.010 * (1 + 1e-10), 0.001),
    ]
    return tuple(Train(*row, truth=_summed(*row)) for row in rows)


def _summed(spikes: np.ndarray, height: float, tr: float, td: float, dt: float) -> np.ndarray:
    answer = impulse_response(np.arange(spikes.size) * dt, height / peak(1.0, tr, td).value, tr, td)
    return np.convolve(spikes, answer)[: spikes.size]


def grade(answer: Callable[..., Any]) -> str | None:
    """The first thing that is wrong with a function bisyn(spikes, height, tr, td, dt), or None."""
    replies = []
    for train in trains():
        with np.errstate(all="ignore"):
            reply = answer(train.spikes.copy(), train.height, train.tr, train.td, train.dt)
        complaint = _shape(reply, train)
        if complaint:
            return complaint
        replies.append(np.asarray(reply, dtype=float))
    unlike = [(train, found) for train, found in zip(trains(), replies, strict=True) if train.td > 1.01 * train.tr]
    return _scale(*unlike[0]) or _slips(*unlike[0]) or _counts(*unlike[2]) or _step(unlike) or _equal(replies)


def _shape(reply: Any, train: Train) -> str | None:
    if reply is None:
        return "Your function returned nothing. Is there a `return s` at its end?"
    try:
        found = np.asarray(reply, dtype=float)
    except (TypeError, ValueError):
        return f"I wanted an array of {train.spikes.size} numbers; your function returned {type(reply).__name__}."
    if found.shape != train.spikes.shape:
        return f"I wanted one value for each entry of spikes, {train.spikes.shape}; yours has the shape {found.shape}."
    if not np.isfinite(found).all():
        if train.tr == train.td:
            return (
                "At equal times your answer is not finite: zero was divided by zero. The limit exists, it is the alpha "
                "synapse; (1 - exp(-x))/x tends to 1, and np.expm1 keeps its digits for small x."
            )
        return f"Your answer is not finite at tr = {train.tr:g} s, td = {train.td:g} s. What was divided by zero?"
    return None


def _off(found: np.ndarray, truth: np.ndarray) -> float:
    return float(np.abs(found - truth).max() / np.abs(truth).max())


def _scale(train: Train, found: np.ndarray) -> str | None:
    """Answers that have the right shape and a wrong size, which names the slip."""
    size = found.max() / train.truth.max()
    if size == 0 or _off(found / size, train.truth) > 1e-3:
        return None
    of_area_one = peak(1.0, train.tr, train.td).value
    bare = of_area_one * (train.td - train.tr)
    slips = [
        (bare, f"The peak is not normalised: your answer to one spike peaks at {found.max():.3g}, not at"
         f" height = {train.height:g}."
         " The bare difference of two exponentials never reaches 1; divide by its largest value, at the time t_p."),
        (of_area_one, "Your answer has the area that was to be its height: divide by the peak of the answer of"
         " area 1."),
        (of_area_one * train.dt, "Your answer has the area height times dt. A spike is a jump of the first stage, not"
         " a rate that lasts for one step; and height is a peak, not an area."),
    ]  # fmt: skip
    return next((message for wrong, message in slips if abs(size / wrong - 1) < 1e-3), None)


def _slips(train: Train, found: np.ndarray) -> str | None:
    late, early = np.r_[0.0, train.truth[:-1]], np.r_[train.truth[1:], 0.0]
    for shifted, word in ((late, "late"), (early, "early")):
        if _off(found, shifted) < 1e-6:
            return (
                f"Your answer is one step {word}. A spike at time k dt makes s start from 0 there, and the first value "
                "above 0 is at (k + 1) dt."
            )
    return None


def _counts(train: Train, found: np.ndarray) -> str | None:
    if _off(found, _summed((train.spikes > 0).astype(float), *train[1:5])) < 1e-6:
        return "Where two spikes arrive at one time you count one. The entries of spikes are numbers: multiply by them."
    return None


def _step(unlike: list[tuple[Train, np.ndarray]]) -> str | None:
    worst = max(_off(found, train.truth) for train, found in unlike)
    fine, coarse = unlike[1], unlike[2]
    near, far = _off(fine[1], fine[0].truth), _off(coarse[1], coarse[0].truth)
    if worst < CLOSE:
        return None
    if near < 0.2 and far > 2 * near:
        return (
            f"Your step drifts: off by {100 * near:.2g}% at dt = tr/10 and by {100 * far:.2g}% at dt = tr. "
            "Factors like 1 - dt/td are the first terms of exp(-dt/td). Use the exponential, and the exact part "
            "that one stage hands to the other in a step."
        )
    return f"Your answer is off by {100 * worst:.2g}% of its largest value. Try one spike first, and compare with h(t)."


def _equal(replies: list[np.ndarray]) -> str | None:
    for train, found in zip(trains(), replies, strict=True):
        off = _off(found, train.truth)
        if off > CLOSE:
            return (
                f"At tr = {train.tr:g} s and td = tr (1 + {train.td / train.tr - 1:.1g}) you are off by {off:.1g} of "
                "the largest value. A difference of two nearly equal exponentials keeps few digits; write it with "
                "np.expm1, and the logarithm with np.log1p."
            )
    return None
