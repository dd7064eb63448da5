"""The search for all fixed points of a vector field: Newton's method from many points, and curves through its finds.

Curves f(x) = t v are followed through all their folds: from each fixed point, with v along each equation in turn, as if
that equation had an input of its own; and from a few other points x0 with v = f(x0), the Newton homotopy. Each passage
of a curve through t = 0 is a fixed point.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

NEWTON_STEPS = 60
SHORTEST = 1 / 64  # of a Newton step: this much is taken although the rates of change grow
CURVE_STEPS = 250  # each of them some Newton steps long
LONGEST = 0.2  # step along a curve, in widths
SEEDS = 4  # points from which a Newton homotopy starts
REACH = 3.0  # how far curves are followed beyond all that is known, in units of its size
SAME = 1e-7  # of the widths: fixed points closer than this are one; a double root is known to 1e-8 of them
AT_REST = 1e-10  # of the typical rates of change


class Field(NamedTuple):
    """A vector field and its scales: `at` gives rates (n, m) and Jacobians (n, n, m) at points (n, m).

    low, high, widths (n,): the declared ranges and their widths, 1 rad for an angle; angle (n,): which states are
    angles; least (n,): hard lower bounds; rates (n,): typical rates of change in the ranges.
    """

    at: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
    low: np.ndarray
    high: np.ndarray
    widths: np.ndarray
    angle: np.ndarray
    least: np.ndarray
    rates: np.ndarray

    def measured(self, count: int) -> "Field":
        """The same with the typical rates: what a change of every state by its width makes, a median of some points."""
        sizes = np.median(np.abs(self.at(self.spread(count))[1] * self.widths[:, None]).sum(axis=1), axis=1)
        return self._replace(rates=np.where(np.isfinite(sizes) & (sizes > 0), sizes, 1.0))

    def spread(self, count: int) -> np.ndarray:
        """Points (n, count) of a Sobol sequence in the declared ranges."""
        from scipy.stats import qmc  # here, because it would slow `import rosetta_core`

        power = int(count - 1).bit_length()
        unit = qmc.Sobol(len(self.low), scramble=False).random_base2(power)[:count].T + 0.5 / 2**power
        return self.low[:, None] + (self.high - self.low)[:, None] * unit

    def apart(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Largest difference (m,) between states (n, m), in widths; angles modulo 2 pi."""
        d = x - y
        d = np.where(self.angle[:, None], (d + np.pi) % (2 * np.pi) - np.pi, d)
        return np.abs(d / self.widths[:, None]).max(axis=0)


def search(name: str, field: Field, count: int) -> np.ndarray:
    """All fixed points (n, k) that both searches find; ValueError, with the name, where they are not isolated."""
    points = field.spread(count)
    nothing = points[:, :0]
    found = new = distinct(field, newton(field, points), nothing)
    seeds = points[:, :SEEDS]
    for _ in range(4):
        check_isolated(name, field, found)
        new = distinct(field, newton(field, _follow(field, *_curves(field, new, seeds), found)), found)
        if new.shape[1] == 0:
            break
        found, seeds = np.concatenate([found, new], axis=1), nothing
    return found


def newton(field: Field, points: np.ndarray) -> np.ndarray:
    """Where Newton's method comes to rest, (n, k), started at points (n, m), k <= m; in no order.

    A step is at most one width long, and is halved until the rates of change shrink, but not below SHORTEST.
    """
    base, move = points.copy(), np.zeros_like(points)
    share, best, found = np.ones(points.shape[1]), np.full(points.shape[1], np.inf), [points[:, :0]]
    for _ in range(NEWTON_STEPS):
        if base.shape[1] == 0:
            break
        x = base + share * move
        f, J = field.at(x)
        sizes = np.abs(f / field.rates[:, None]).max(axis=0)
        finite = np.isfinite(sizes) & np.isfinite(J).all(axis=(0, 1))
        taken = np.flatnonzero(finite & ((sizes < best) | (share <= SHORTEST)))
        step, rests = _step(field, x[:, taken], f[:, taken], J[..., taken])
        length = np.abs(step).max(axis=0, initial=0.0)
        found.append(x[:, taken[rests]] + field.widths[:, None] * step[:, rests] * (length[rests] < 1e-3))
        base[:, taken], best[taken] = x[:, taken], sizes[taken]
        move[:, taken] = field.widths[:, None] * step / np.maximum(length, 1.0)
        share[taken] *= 4
        share = np.minimum(1.0, share / 2)
        on = (share > SHORTEST / 8) & np.isfinite(move).all(axis=0)
        on[taken[rests]] = False
        base, move, share, best = base[:, on], move[:, on], share[on], best[on]
    ends = np.concatenate(found, axis=1)
    return ends[:, (np.abs(field.at(ends)[0]) <= AT_REST * field.rates[:, None]).all(axis=0)]


def _step(field: Field, x: np.ndarray, f: np.ndarray, J: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Newton's step (n, m), in widths, and which points (m,) are at rest: by the step, or by the rounding of f."""
    scaled = J * field.widths[:, None]
    rows = np.abs(scaled).sum(axis=1)
    rows = np.where(rows > 0, rows, 1.0)
    step = _solved(np.moveaxis(scaled / rows[:, None], 2, 0), -(f / rows).T[..., None])[..., 0].T
    terms = np.abs(J * x).sum(axis=1) + np.abs(f - (J * x).sum(axis=1))
    rests = (np.abs(step).max(axis=0, initial=0.0) < 1e-9) | (np.abs(f) <= 1e-14 * terms).all(axis=0)
    return step, rests


def _solved(matrices: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Solutions of many linear systems; one of least squares for all of them where one is singular."""
    with np.errstate(all="ignore"):
        try:
            return np.linalg.solve(matrices, right)
        except np.linalg.LinAlgError:
            return np.linalg.pinv(matrices) @ right


def _curves(field: Field, found: np.ndarray, seeds: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Starts x (n, m), directions v (n, m) in typical rates, and t (m,), of curves f(x) = t v."""
    n, k = found.shape
    forces = field.at(seeds)[0] / field.rates[:, None]
    sizes = np.sqrt((forces**2).sum(axis=0))
    usable = np.isfinite(sizes) & (sizes > 0)
    x = np.concatenate([np.repeat(found, n, axis=1), seeds[:, usable]], axis=1)
    v = np.concatenate([np.tile(np.eye(n), k), forces[:, usable] / sizes[usable]], axis=1)
    return x, v, np.concatenate([np.zeros(n * k), sizes[usable]])


class _Walk(NamedTuple):
    """Many curves, each followed one way, in columns of arrays. z = (x in widths, t) is the last point on the curve.

    at: the point that is tried, and tries: how often it was corrected; tangent, v, step: of the curve at z; fresh: z is
    the start, and not yet on the curve.
    """

    z: np.ndarray
    at: np.ndarray
    tangent: np.ndarray
    v: np.ndarray
    step: np.ndarray
    tries: np.ndarray
    fresh: np.ndarray

    def only(self, which: np.ndarray) -> "_Walk":
        return _Walk(*(part[..., which] for part in self))


def _follow(field: Field, x: np.ndarray, v: np.ndarray, t: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Points (n, k) near which curves pass through t = 0, by pseudo-arclength continuation both ways."""
    n, m = x.shape
    z = np.concatenate([x / field.widths[:, None], t[None]])
    ways = np.zeros((n + 1, 2 * m))
    ways[n] = np.repeat([1.0, -1.0], m)
    both = np.concatenate([z, z], axis=1)
    walk = _Walk(both, both, ways, np.tile(v, 2), np.full(2 * m, LONGEST / 10), np.zeros(2 * m), np.full(2 * m, True))
    corners = np.concatenate([field.low[:, None], field.high[:, None], known], axis=1) / field.widths[:, None]
    low, high = corners.min(axis=1, keepdims=True), corners.max(axis=1, keepdims=True)
    low, high = low - REACH * (high - low), high + REACH * (high - low)
    crossings = [x[:, :0]]
    for _ in range(CURVE_STEPS):
        if walk.v.shape[1] == 0:
            break
        walk, crossed = _one_step(field, walk)
        crossings.append(crossed * field.widths[:, None])
        walk = walk.only((walk.step > 1e-6) & (low < walk.z[:n]).all(axis=0) & (walk.z[:n] < high).all(axis=0))
    return np.concatenate(crossings, axis=1)


def _one_step(field: Field, walk: _Walk) -> tuple[_Walk, np.ndarray]:
    """Correct each point that is tried once: go on from it, try it again, or try a shorter step."""
    n = len(field.low)
    f, J = field.at(walk.at[:n] * field.widths[:, None])
    matrix, right = np.empty((walk.v.shape[1], n + 1, n + 1)), np.zeros((walk.v.shape[1], n + 1, 2))
    matrix[:, :n, :n] = np.moveaxis(J * field.widths[:, None] / field.rates[:, None, None], 2, 0)
    matrix[:, :n, n], matrix[:, n] = -walk.v.T, walk.tangent.T
    right[:, :n, 0], right[:, n, 1] = (walk.at[n] * walk.v - f / field.rates[:, None]).T, 1.0
    finite = np.isfinite(matrix).all(axis=(1, 2)) & np.isfinite(right).all(axis=(1, 2))
    matrix[~finite], right[~finite] = np.eye(n + 1), 0.0
    correction, tangent = np.moveaxis(_solved(matrix, right), 0, 1).transpose(2, 0, 1)
    off = np.sqrt((correction**2).sum(axis=0))
    tangent = tangent / np.maximum(np.sqrt((tangent**2).sum(axis=0)), 1e-300)
    turn = (tangent * walk.tangent).sum(axis=0)
    arrived = finite & (off < 0.01 * walk.step) & ((turn > 0.7) | walk.fresh)
    again = finite & ~arrived & (off < 0.5 * walk.step) & (walk.tries < 4)
    corrected = walk.at + np.where(finite, correction, 0.0)
    passes = np.flatnonzero(arrived & ~walk.fresh & ((corrected[n] < 0) != (walk.z[n] < 0)))
    before, after = walk.z[:, passes], corrected[:, passes]
    crossed = (before + before[n] / (before[n] - after[n]) * (after - before))[:n]
    z, ahead = np.where(arrived, corrected, walk.z), np.where(arrived, tangent, walk.tangent)
    easy = (walk.tries <= 1) & (turn > 0.9)
    step = np.where(arrived, np.minimum(walk.step * np.where(easy, 2.0, 1.0), LONGEST), walk.step / 3)
    step = np.where(again, walk.step, step)
    at = np.where(again, corrected, z + step * ahead)
    return _Walk(z, at, ahead, walk.v, step, np.where(again, walk.tries + 1, 0), walk.fresh & ~arrived), crossed


def distinct(field: Field, found: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Those of `found` (n, k) that are admissible, different and new; angles in their range."""
    turns = np.floor((found - field.low[:, None]) / (2 * np.pi))
    found = found - np.where(field.angle[:, None], 2 * np.pi * turns, 0.0)
    found = found[:, (found >= (field.least - SAME * field.widths)[:, None]).all(axis=0)]
    found = np.maximum(found, field.least[:, None])
    others, new = known, []
    for k in range(found.shape[1]):
        if field.apart(others, found[:, [k]]).min(initial=np.inf) > SAME:
            new.append(k)
            others = np.concatenate([others, found[:, [k]]], axis=1)
    return found[:, new]


def check_isolated(name: str, field: Field, found: np.ndarray) -> None:
    """Refuse a curve of fixed points: more than three at which the Jacobian is singular."""
    J = field.at(found)[1] * field.widths[:, None]
    rows = np.abs(J).sum(axis=1, keepdims=True)
    sizes = np.linalg.svd(np.moveaxis(J / np.where(rows > 0, rows, 1.0), 2, 0), compute_uv=False)
    flat = np.flatnonzero(sizes.min(axis=1, initial=1.0) < 1e-9)
    if flat.size > 3:
        raise ValueError(
            f"model {name!r}: fixed points are not isolated here, there is a curve of them, among others through "
            f"x = {np.array2string(found[:, flat[0]], threshold=8)}; change a parameter or an input a little"
        )
