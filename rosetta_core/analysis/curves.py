"""Curves of solutions: a field in units of its declared ranges, Newton's method, steps along a curve, zeros on it.

Pseudo-arclength continuation (Keller 1977; Allgower & Georg 1990, doi:10.1007/978-3-642-61257-2).
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import pi
from typing import NamedTuple

import numpy as np
from numpy.linalg import LinAlgError
from scipy.optimize import brentq

from rosetta_core.analysis.problem import Problem

Equations = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
"""z (N,) -> values (N - 1,) that vanish on the curve, and their derivatives (N - 1, N)."""

Solver = Callable[[np.ndarray, np.ndarray], np.ndarray]

NEAR = 1e-5  # of a declared range: how far Jacobians are compared, for first derivatives good to about 1e-9
FLAT = 1e-9  # a last step of Newton's method below this leaves an error of rounding, as the number of digits doubles


@dataclass(frozen=True, eq=False)
class Scaled:
    """The field of a `Problem`, or of one for each varied quantity, where state and values count in declared ranges.

    A point z (n + k,) is x/size and then values/width. Eigenvalues are those of the model, in 1/s.
    """

    problems: tuple[Problem, ...]
    size: np.ndarray
    width: np.ndarray

    @property
    def n(self) -> int:
        """Number of equations."""
        return self.size.size

    def place(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """State (n,) and values (k,) in the units of the model."""
        return z[: self.n] * self.size, z[self.n :] * self.width

    def point(self, x: np.ndarray, *values: float) -> np.ndarray:
        """The point z of a state and values."""
        return np.append(x / self.size, np.array(values) / self.width)

    def of(self, which: int, values: np.ndarray) -> Problem:
        """The problem that varies one quantity, with the values of the others put in."""
        found = self.problems[which]
        for other, value in enumerate(values):
            if other != which:
                p, u = replace(self.problems[other], p=found.p, u=found.u).at(float(value))
                found = replace(found, p=p, u=u)
        return found

    def jacobians(self, states: np.ndarray, which: int, values: np.ndarray, moved: np.ndarray) -> np.ndarray:
        """Jacobians (m, n, n) at states (n, m), the value of quantity `which` being that in `moved` (m,)."""
        x, found = states * self.size[:, None], self.of(which, values)
        with np.errstate(all="ignore"):
            slopes = found.fields(x, moved)[1]
        return np.moveaxis(slopes, 2, 0) * self.size / self.size[:, None]

    def field(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Rates (n,) and their derivatives (n, n + k) with respect to z."""
        x, values = self.place(z)
        columns = []
        with np.errstate(all="ignore"):
            for which in range(values.size):
                rates, slopes, by_value = self.of(which, values).fields(x[:, None], values[which])
                columns.append(by_value * self.width[which])
        derivatives = np.hstack([slopes[..., 0] * self.size, *columns]) / self.size[:, None]
        return rates[:, 0] / self.size, derivatives

    def bends(self, z: np.ndarray, along: np.ndarray) -> np.ndarray:
        """Derivatives (m, n, n + k) with respect to z of the Jacobian times each of the vectors `along` (n, m)."""
        y, values = z[: self.n], self.place(z)[1]
        step = NEAR / np.maximum(np.abs(along).max(axis=0), 1e-300)
        states = y[:, None] + np.hstack([along * step, -along * step])
        moved = self.jacobians(states, 0, values, np.full(states.shape[1], values[0]))
        m = along.shape[1]
        found = np.empty((m, self.n, z.size))
        found[:, :, : self.n] = (moved[:m] - moved[m:]) / (2 * step[:, None, None])
        for which, width in enumerate(self.width):
            two = values[which] + NEAR * width * np.array([1.0, -1.0])
            after, before = self.jacobians(np.stack([y, y], axis=1), which, values, two)
            found[:, :, self.n + which] = ((after - before) @ along / (2 * NEAR)).T
        return found


def scaled(problems: tuple[Problem, ...], *spans: tuple[float, float]) -> Scaled:
    """A `Scaled` view; a unit of a varied quantity is the width of its span."""
    rows = [row for row in problems[0].model.state for _ in range(problems[0].n_nodes)]
    size = np.array([row.high - row.low if row.high > row.low else 1.0 for row in rows])
    return Scaled(problems, size, np.array([abs(high - low) for low, high in spans]))


def periods(view: Scaled) -> np.ndarray:
    """After how much each coordinate of z comes back to itself, (n + k,): a turn for an angle, 1e300 for the others."""
    rows = [row for row in view.problems[0].model.state for _ in range(view.problems[0].n_nodes)]
    turns = [2 * pi / size if row.unit == "rad" else 1e300 for row, size in zip(rows, view.size, strict=True)]
    return np.append(turns, np.full(view.width.size, 1e300))


def solved(matrix: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Solution of linear equations, each first divided by its largest coefficient; LinAlgError if there is none."""
    rows = np.abs(matrix).max(axis=1, keepdims=True)
    if not (np.isfinite(rows).all() and rows.all()):
        raise LinAlgError("singular")
    return np.linalg.solve(matrix / rows, right / (rows if right.ndim == 2 else rows[:, 0]))


def shortest(matrix: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The shortest vector that solves linear equations but for directions that are singular to 1e-7."""
    return np.linalg.lstsq(matrix, right, rcond=1e-7)[0]


class Point(NamedTuple):
    """A point of a curve and the direction (a unit vector) there."""

    z: np.ndarray
    tangent: np.ndarray


def corrected(equations: Equations, guess: np.ndarray, row: np.ndarray, solve: Solver | None = None) -> Point | None:
    """The solution near `guess` in the plane through it across `row`; None if ten steps do not reach it."""
    solve = solve or solved
    z = guess.copy()
    for _ in range(10):
        try:
            values, derivatives = equations(z)
            step = solve(np.vstack([derivatives, row]), np.append(-values, row @ (guess - z)))
        except (ArithmeticError, LinAlgError):
            return None
        z = z + step
        size = np.abs(step).max()
        if not size < 10:
            return None
        if size < FLAT:
            return Point(z, tangent(derivatives, row))
    return None


def tangent(derivatives: np.ndarray, towards: np.ndarray) -> np.ndarray:
    """Unit vector along the curve, on the side of `towards`."""
    try:
        found = solved(np.vstack([derivatives, towards]), np.append(np.zeros(len(derivatives)), 1.0))
        size = float(np.linalg.norm(found))
        if size * np.linalg.norm(towards) < 1e6:
            return found / size
    except LinAlgError:
        pass
    found = np.linalg.qr(derivatives.T, mode="complete")[0][:, -1]
    return found if found @ towards >= 0 else -found


class Path(NamedTuple):
    """Points of a curve, and what ended it: the name of a stop, or "closed"."""

    points: list[Point]
    why: str


def point_at(equations: Equations, z: np.ndarray, towards: np.ndarray) -> Point:
    """`Point` at z."""
    return Point(z, tangent(equations(z)[1], towards))


def follow(equations: Equations, start: Point, stops: Mapping[str, Callable[[np.ndarray], float]], turns: np.ndarray,
           report: Callable[[np.ndarray], str], longest: float = 0.025, most: int = 4000) -> Path:  # fmt: skip
    """The curve from a start, in the direction of its tangent, to where a stop (positive before it) comes to zero.

    Steps have a length of at most `longest`, and the direction changes by less than 20 degrees in each. turns are the
    `periods` of z. ArithmeticError if steps become shorter than 1e-7 or number more than `most`, with `report(z)`.
    """
    points, step = [start], longest / 8
    while len(points) <= most:
        here = points[-1]
        new = _stepped(equations, here, step)
        if new is None or new.tangent @ here.tangent < 0.94:
            step /= 2
            if step < 1e-7:
                raise ArithmeticError(f"the curve could not be followed beyond {report(here.z)}: steps grew too short")
            continue
        passed = [name for name, stop in stops.items() if not stop(new.z) > 0]
        if passed:
            if any(not stops[name](here.z) > 0 for name in passed):
                return Path(points, passed[0])
            try:
                ends = [(between(equations, here, new, stops[name]), name) for name in passed]
            except ArithmeticError as error:
                raise ArithmeticError(f"{error}, beyond {report(here.z)}") from error
            z, why = min(ends, key=lambda end: float((end[0] - here.z) @ here.tangent))
            return Path([*points, point_at(equations, z, here.tangent)], why)
        points.append(new)
        if _back(start, here, new, turns):
            return Path(points, "closed")
        if new.tangent @ here.tangent > 0.995:
            step = min(1.5 * step, longest)
    raise ArithmeticError(f"{most} steps did not come to an end; the last point was {report(points[-1].z)}")


def _stepped(equations: Equations, here: Point, step: float) -> Point | None:
    new = corrected(equations, here.z + step * here.tangent, here.tangent)
    return None if new is None or np.linalg.norm(new.z - here.z) > 2 * step else new


def _back(start: Point, here: Point, new: Point, turns: np.ndarray) -> bool:
    """Whether the last step passed the start."""
    ways = []
    for point in (here, new):
        way = point.z - start.z
        ways.append(way - turns * np.round(way / turns))
    step = np.linalg.norm(new.z - here.z)
    near = max(np.linalg.norm(ways[0]), np.linalg.norm(ways[1])) < 1.5 * step
    return bool(near and ways[0] @ start.tangent < 0 <= ways[1] @ start.tangent)


@contextmanager
def named(problem: Problem, value: float) -> Iterator[None]:
    """Errors of what is computed in here, as an ArithmeticError that names the value near which it was."""
    try:
        yield
    except (ArithmeticError, LinAlgError) as error:
        if f"{problem.name} = " in str(error):
            raise
        where = f"{problem.model.name} near {problem.name} = {value:.10g} ({problem.row.unit})"
        raise ArithmeticError(f"{where}: {error}") from error


def between(equations: Equations, here: Point, there: Point, test: Callable[[np.ndarray], float]) -> np.ndarray:
    """Where on the curve between two neighbours a function of z changes sign, to 1e-13 of their distance."""
    chord = there.z - here.z
    row = chord / np.linalg.norm(chord)

    def at(fraction: float) -> np.ndarray:
        guess = here.z + fraction * chord
        # Where another branch crosses, the equations across the chord are singular.
        found = corrected(equations, guess, row) or corrected(equations, guess, row, shortest)
        if found is None:
            raise ArithmeticError("the curve could not be followed between two of its points")
        return found.z

    ends = test(here.z), test(there.z)
    if ends[0] == 0 or ends[1] == 0:
        return here.z if ends[0] == 0 else there.z
    known = {0.0: ends[0], 1.0: ends[1]}
    fraction = brentq(lambda part: known[part] if part in known else test(at(part)), 0.0, 1.0, xtol=1e-13)
    return at(float(fraction))  # type: ignore[arg-type]
