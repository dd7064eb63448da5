"""How the period of a cycle grows towards the end of its branch: the law tells a SNIC from a homoclinic orbit."""

import math
from typing import NamedTuple

import numpy as np


class Growth(NamedTuple):
    """The law of a growing period T (s), fitted to the last part of a branch.

    kind "snic": T = rate/sqrt(distance) + constant, distance being that of the varied value from `value`, in its
    unit; rate in s times the root of that unit. kind "homoclinic": T = -log(distance)/rate + constant, rate in 1/s.
    kind "unclear": neither law is nearer than 0.1, or three times as near as the other. misfit: root mean square of
    log|d value/d T| from the law, `other` that from the other law.
    """

    kind: str
    law: str
    value: float
    rate: float
    misfit: float
    other: float


def growth(value: np.ndarray, period: np.ndarray, slope: np.ndarray) -> Growth:
    """`Growth` from values, periods (s) and d value/d period along a branch whose last period is its longest.

    Both laws are fitted, each with two constants, to the logarithm of |slope| where the period is above half of the
    last, behind the last fold: -3 log T with a term in 1/T for the time that the cycle takes elsewhere, or a straight
    line in T.
    """
    usable = np.flatnonzero(np.isfinite(slope) & (slope != 0))
    turned = np.flatnonzero(np.sign(slope[usable]) != np.sign(slope[usable[-1]]))
    late = usable[turned[-1] + 1 :] if turned.size else usable
    late = late[period[late] > 0.5 * period[late[-1]]]
    if late.size < 5:
        return Growth("unclear", "neither", float(value[-1]), math.nan, math.nan, math.nan)
    T, steep = period[late], np.log(np.abs(slope[late]))
    root = _fit(1 / T, steep + 3 * np.log(T))
    line = _fit(T, steep)
    low, high = sorted((root[1], line[1]))
    if low > 0.1 or high < 3 * low:
        return Growth("unclear", "neither", float(value[late[-1]]), math.nan, low, high)
    if root[1] <= line[1]:
        # (T - constant)^-2 in powers of 1/T, the first of which is missing.
        powers = (T.min() / T[:, None]) ** np.array([0, 2, 3, 4])
        at, square, *_ = np.linalg.lstsq(powers, value[late], rcond=None)[0] * T.min() ** np.array([0, 2, 3, 4])
        return Growth("snic", "1/sqrt distance", float(at), float(np.sqrt(abs(square))), root[1], line[1])
    rate = -line[0]
    last = late[-1]
    return Growth("homoclinic", "log distance", float(value[last] + slope[last] / rate), float(rate), line[1], root[1])


def _fit(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Slope of the straight line through the points, and the root mean square of what it leaves."""
    slope, start = np.polyfit(x, y, 1)
    return float(slope), float(np.sqrt(np.mean((y - slope * x - start) ** 2)))
