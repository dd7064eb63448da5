"""Branches of limit cycles: pseudo-arclength continuation in one named quantity, with events and with its two ends."""

from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import newton as secant
from scipy.optimize import root

from rosetta_core.analysis import collocation as col
from rosetta_core.analysis.arclength import Event, Path, Point
from rosetta_core.analysis.collocation import Orbit
from rosetta_core.analysis.curves import named
from rosetta_core.analysis.cycle_branch import CycleBranch, CycleEnd, CycleEvent
from rosetta_core.analysis.orbits import Cycle, extrema, field_of, outputs
from rosetta_core.analysis.period import growth
from rosetta_core.analysis.problem import Problem, problem
from rosetta_core.analysis.settling import ranges

# Steps of arclength, in which a state counts in declared ranges, the value in spans, and the logarithm of the period.
FIRST, LARGEST, SMALLEST = 0.01, 0.06, 1e-7


class _Branch(NamedTuple):
    """What does not change along a branch."""

    asked: Problem
    path: Path
    low: float
    high: float
    most: int
    longest: float


def cycles(
    model: Any, start: Any, name: str, span: tuple[float, float], *, p: Any = None, u: Any = None,
    n_intervals: int = 40, most: int = 400, longest: float = 50.0,
) -> CycleBranch:  # fmt: skip
    """The branch of limit cycles through a Hopf point or a cycle, as the parameter or input `name` goes through `span`.

    start: a Hopf point (value, x, omega in rad/s), whose branch is followed away from it, or a `Cycle`, followed both
    ways, its own p and u being the default. p, u as in `simulate`. n_intervals: of the mesh, which grows where an
    orbit asks for more. A branch ends at a Hopf point, at the span, where the period is `longest` times the shortest,
    or after `most` steps. Folds are located to 1e-10 of the span on their mesh, other events to 1e-8 (and see
    `CycleEvent.error`). Cost: about 15 ms a step for six states.
    """
    low, high = sorted(map(float, span))
    if not (np.isfinite([low, high]).all() and low < high):
        raise ValueError(f"the span of {name} wants two different finite values, got {span}")
    given = isinstance(start, Cycle)
    if given and p is None and u is None:
        p, u = start.problem.p, start.problem.u
    asked = problem(model, name, p, u)
    value = asked.value if given else float(start.value)
    if not low <= value <= high:
        raise ValueError(f"{name} = {value:g} of the start is outside the span {low:g} to {high:g}; widen the span")
    branch = _Branch(asked, Path(field_of(asked), ranges(asked), high - low), low, high, most, longest)
    with named(asked, value):
        return _from_hopf(branch, start, n_intervals) if not given else _both_ways(branch, start, n_intervals)


def _from_hopf(branch: _Branch, start: Any, n_intervals: int) -> CycleBranch:
    points, events, end = _follow(branch, _at_hopf(branch, start, n_intervals))
    x, birth = np.asarray(start.x, dtype=float).ravel(), points[0].orbit
    return _collected(branch, points, events, (CycleEnd("hopf", birth.value, birth.period, x), end))


def _both_ways(branch: _Branch, start: Cycle, n_intervals: int) -> CycleBranch:
    there = _at_cycle(branch, start, n_intervals)
    before, early, first = _follow(branch, there.turned())
    after, late, last = _follow(branch, there)
    k = len(before) - 1
    events = [each._replace(index=k - 1 - each.index) for each in early[::-1]]
    events += [each._replace(index=each.index + k) for each in late]
    return _collected(branch, before[:0:-1] + after, events, (first, last))


def _at_hopf(branch: _Branch, hopf: Any, n_intervals: int) -> Point:
    """The constant orbit at a Hopf point; the branch leaves it along the linear oscillation."""
    x, omega = np.asarray(hopf.x, dtype=float).ravel(), float(hopf.omega)
    found, vectors = np.linalg.eig(branch.asked.jacobian(x, hopf.value))
    k = int(np.argmin(np.abs(found - 1j * omega)))
    if abs(found[k] - 1j * omega) > 1e-3 * omega:
        raise ValueError(
            f"{branch.asked.model.name}: at {branch.asked.name} = {hopf.value:g} no eigenvalue is near {omega:g} i; "
            f"the nearest is {found[k]:.6g}. Give a Hopf point with these p and u"
        )
    mesh, turn = np.linspace(0, 1, n_intervals + 1), np.zeros(x.size)
    rest = np.tile(x, (n_intervals * col.DEGREE + 1, 1))
    orbit = Orbit(mesh, rest, 2 * np.pi / omega, float(hopf.value), turn)
    wave = np.real(np.exp(2j * np.pi * orbit.s)[:, None] * vectors[:, k])
    return _constant(orbit, branch.path.unit(orbit, (wave, 0.0, 0.0)))


def _constant(orbit: Orbit, tangent: tuple[np.ndarray, float, float]) -> Point:
    return Point(orbit, tangent, np.full(orbit.x.shape[1] - 1, np.nan), (0.0, 0.0, 0.0))


def _at_cycle(branch: _Branch, cycle: Cycle, n_intervals: int) -> Point:
    guess = cycle.orbit._replace(value=branch.asked.value)
    (orbit,) = col.adapted(guess, n_intervals, branch.path.sizes(guess))
    return branch.path.closed(orbit, branch.path.pin(orbit), col.keep_value(orbit))[0]


def _follow(branch: _Branch, first: Point) -> tuple[list[Point], list[CycleEvent], CycleEnd]:
    """Points from the first one on, events between them, and how it ends."""
    points, events, base, size = [first], [], first, FIRST
    while len(points) <= branch.most:
        met: list[Event] = []
        try:
            point, count = branch.path.step(base, size)
            far = _too_far(branch, base, point, size)
            last = far or _flipped(base.orbit, point.orbit) or not branch.low <= point.orbit.value <= branch.high
            met = [] if last else branch.path.events(base, point, size)
        except ArithmeticError:
            point, count, far = base, 9, True
        if far:
            size /= 3
            if size < SMALLEST:
                end = _grown(branch, points) if _growing(branch, points, 1e-5) else _ended("lost", points)
                return points, events, end
            continue
        if len(points) > 1 and _flipped(base.orbit, point.orbit):
            rest = _hopf_between(branch, base.orbit, point.orbit)
            return [*points, rest], events, _ended("hopf", [*points, rest])
        if not branch.low <= point.orbit.value <= branch.high:
            points.append(_on_edge(branch, base, point))
            return points, events, _ended("edge", points)
        for kind, orbit, error in met:
            events.append(CycleEvent(kind, orbit.value, orbit.period, orbit.x[0], error, len(points) - 1))
        points.append(point)
        if _growing(branch, points):
            return points, events, _grown(branch, points)
        size = min(size * (1.6 if count <= 3 else 1.0 if count <= 5 else 0.5), LARGEST)
        base = branch.path.remeshed(point)
    return points, events, _ended("steps", points)


def _too_far(branch: _Branch, base: Point, point: Point, size: float) -> bool:
    """Whether the branch has bent so much that it may not be the same one."""
    if size < 1e-4 or _flipped(base.orbit, point.orbit):
        return False
    return branch.path.product(base.orbit, base.tangent, point.tangent) < 0.9


def _flipped(before: Orbit, after: Orbit) -> bool:
    """Whether the rhythm has gone through amplitude 0: the orbit is its old shape turned over."""
    a, b = (each.x - each.x.mean(axis=0) for each in (before, after))
    return float(np.sum(a * b / (np.ptp(a, axis=0) ** 2 + 1e-300))) < 0


def _growing(branch: _Branch, points: list[Point], small: float = 1e-6) -> bool:
    """Whether the period is too long to go on, or the value nearer to its limit than rounding can tell."""
    orbit, (_, period, value) = points[-1].orbit, points[-1].tangent
    shortest = min(each.orbit.period for each in points)
    still = abs(value) / branch.path.width < small * period / orbit.period
    return orbit.period > branch.longest * shortest or (still and orbit.period > 3 * shortest)


def _ended(kind: str, points: list[Point]) -> CycleEnd:
    orbit = points[-1].orbit
    if len(points) == 1:
        raise ArithmeticError(f"no cycle was found beside the start at {orbit.value:g}; check p, u and n_intervals")
    return CycleEnd(kind, orbit.value, orbit.period, orbit.x[0])


def _grown(branch: _Branch, points: list[Point]) -> CycleEnd:
    """The end of a branch whose period grows, with the equilibrium at which its cycle waits."""
    asked, scale, orbit = branch.asked, branch.path.scale, points[-1].orbit
    found = growth(
        np.array([each.orbit.value for each in points]), np.array([each.orbit.period for each in points]),
        np.array([each.tangent[2] / each.tangent[1] if each.tangent[1] else np.inf for each in points]),
    )  # fmt: skip
    speed = np.abs(asked.fields(orbit.x.T, orbit.value)[0].T / scale).max(axis=1)
    x = orbit.x[speed.argmin()]
    if found.kind == "unclear":
        return CycleEnd(found.kind, orbit.value, orbit.period, x, found)

    def rest(at: np.ndarray) -> np.ndarray:
        value = float(at[-1]) * branch.path.width if found.kind == "snic" else found.value
        modes = np.linalg.eigvals(asked.jacobian(at[:-1] * scale, value))
        last = modes[np.abs(modes).argmin()].real if found.kind == "snic" else at[-1] - value / branch.path.width
        return np.append(asked.f(at[:-1] * scale, value) / scale, last)

    solved = root(rest, np.append(x / scale, found.value / branch.path.width), tol=1e-13)
    value = float(solved.x[-1]) * branch.path.width
    near = np.abs(rest(solved.x)).max() < 1e-6 * speed.max() and np.abs(solved.x[:-1] - x / scale).max() < 0.2
    if not near or abs(value - found.value) > abs(orbit.value - found.value):
        return CycleEnd(found.kind, found.value, orbit.period, x, found)
    return CycleEnd(found.kind, value, orbit.period, solved.x[:-1] * scale, found)


def _on_edge(branch: _Branch, base: Point, beyond: Point) -> Point:
    """The point of the branch at the edge of the span that the last step passed."""
    edge = branch.high if beyond.orbit.value > branch.high else branch.low
    start, end = base.orbit, beyond.orbit
    share = (edge - start.value) / (end.value - start.value)
    period = start.period + share * (end.period - start.period)
    orbit = start._replace(x=start.x + share * (end.x - start.x), value=edge, period=period)
    with named(branch.asked, edge):
        return branch.path.closed(orbit, branch.path.pin(orbit), col.keep_value(orbit))[0]


def _hopf_between(branch: _Branch, before: Orbit, after: Orbit) -> Point:
    """The Hopf point in which the rhythm died, from the orbits on both sides of it, as a constant orbit."""
    asked, width = branch.asked, branch.path.width
    x, omega = before.x.mean(axis=0), 2 * np.pi / before.period

    def growth_rate(value: float) -> float:
        nonlocal x, omega
        for _ in range(20):
            move = np.linalg.solve(asked.jacobian(x, value), asked.f(x, value))
            x = x - move
            if (np.abs(move) / branch.path.scale).max() < 1e-13:
                break
        found = np.linalg.eigvals(asked.jacobian(x, value))
        nearest = found[np.argmin(np.abs(found - 1j * omega))]
        omega = float(nearest.imag)
        return float(nearest.real)

    try:
        value = secant(growth_rate, before.value, x1=after.value + 1e-7 * width, tol=1e-13 * width, maxiter=50)
    except (RuntimeError, np.linalg.LinAlgError) as error:
        where = f"{asked.name} = {before.value:g}"
        raise ArithmeticError(f"{asked.model.name}: the cycle dies near {where}, but not in a Hopf point") from error
    growth_rate(float(value))
    rest = np.tile(x, (len(before.x), 1))
    orbit = before._replace(x=rest, period=2 * np.pi / omega, value=float(value))
    return _constant(orbit, (np.zeros_like(rest), 0.0, 0.0))


def _collected(
    branch: _Branch, points: list[Point], events: list[CycleEvent], ends: tuple[CycleEnd, CycleEnd]
) -> CycleBranch:
    orbits = [each.orbit for each in points]
    value, period = np.array([each.value for each in orbits]), np.array([each.period for each in orbits])
    swings = np.array([extrema(each) for each in orbits])
    found = [outputs(branch.asked, each.x, each.value).reshape(len(each.x), -1).mean(axis=1) for each in orbits]
    stable = np.array([each.stable for each in points])
    for at, beside in ((0, 1), (-1, -2)):  # a Hopf point itself belongs to its neighbour's line
        stable[at] = stable[beside] if np.isnan(points[at].multipliers).any() else stable[at]
    return CycleBranch(
        branch.asked.name, value, period, 1 / period, swings[:, 0], swings[:, 1],
        np.array([each.min() for each in found]), np.array([each.max() for each in found]),
        np.array([each.multipliers for each in points]), stable, tuple(events), ends, tuple(orbits), branch.asked,
    )  # fmt: skip
