"""Limit cycles: a periodic orbit by collocation, found from a simulation, with its Floquet multipliers."""

from typing import Any, NamedTuple

import numpy as np

from rosetta_core.analysis import collocation as col
from rosetta_core.analysis.collocation import Orbit
from rosetta_core.analysis.floquet import multipliers, transverse
from rosetta_core.analysis.problem import Problem, flat_state, problem
from rosetta_core.analysis.settling import fastest, ranges, returns, where
from rosetta_core.model import Model, unknown


class Cycle(NamedTuple):
    """A closed orbit of a model or network.

    period in s, frequency in Hz; t (n_points,) in s and x (n_points, n), the last point being the first again.
    multipliers (n,): Floquet multipliers without the one of the flow, largest modulus first, so n - 1 of them;
    `flow` is that one as computed, 1 but for the error. stable: all moduli below 1.
    minimum, maximum, amplitude (half of the swing): by name of the state, a number or one per node.
    output (n_points,) or (n_points, n_nodes): what an electrode would record.
    error: how far the orbit moved when its mesh was made twice as fine, relative to each state's swing (or a thousandth
    of its range) and to the period. What is left is smaller: the error at the ends of intervals falls as N^-8.
    """

    period: float
    frequency: float
    t: np.ndarray
    x: np.ndarray
    multipliers: np.ndarray
    stable: bool
    flow: float
    minimum: dict[str, Any]
    maximum: dict[str, Any]
    amplitude: dict[str, Any]
    output: np.ndarray
    error: float
    orbit: Orbit
    problem: Problem

    def __repr__(self) -> str:
        kind = "stable" if self.stable else "unstable"
        return f"Cycle({kind}, {self.frequency:.6g} Hz, output {np.min(self.output):.6g} to {np.max(self.output):.6g})"

    def of(self, name: str) -> np.ndarray:
        """Samples of one state: (n_points,) or (n_points, n_nodes)."""
        model = self.problem.model
        names = [row.name for row in model.state]
        if name not in names:
            raise ValueError(unknown(model.name, "state", name, names))
        found = self.x.reshape(len(self.t), len(names), -1)[:, names.index(name)]
        return found[:, 0] if isinstance(model, Model) else found


def limit_cycle(
    model: Any, *, p: Any = None, u: Any = None, x0: Any = None, n_intervals: int = 40, tolerance: float = 1e-7
) -> Cycle:
    """The rhythm that a model, or a network without delays, settles into from x0; p, u and x0 as in `simulate`.

    The run is looked at until it comes back to where it was; Newton's method then closes the orbit exactly. The mesh
    of `n_intervals` is doubled until the orbit moves by less than `tolerance` (see `Cycle.error`), at most to 640.
    ArithmeticError if the run ends at a fixed point, grows without bound, or does not repeat.
    """
    names = [row.name for row in (*model.params, *model.inputs)]
    if not names:
        raise ValueError(f"{model.name} has no parameter and no input; an analysis wants one that it could vary")
    asked = problem(model, names[0], p, u)
    guess, last = None, "does not repeat itself"
    scale = ranges(asked)
    for guess in returns(asked, flat_state(model, x0), scale):
        try:
            found = cycle_near(asked, guess, n_intervals, tolerance)
        except ArithmeticError as error:
            last = f"comes back after {guess.period:.4g} s, but {error}"
            continue
        if found.stable:
            return found
        last = f"comes near an unstable orbit of period {found.period:.4g} s"
    raise ArithmeticError(
        f"{model.name}: no limit cycle was reached with {where(asked)}: the run {last}. "
        "Try another x0 or parameters with a rhythm, or start from a Hopf point with `cycles`"
    )


def field_of(asked: Problem) -> col.Field:
    """The rates of a problem as collocation wants them."""
    return lambda points, s, value: asked.fields(points, value)


def cycle_near(asked: Problem, guess: Orbit, n_intervals: int = 40, tolerance: float = 1e-7) -> Cycle:
    """`Cycle` near an orbit that is nearly closed. ArithmeticError if there is none, or it is a point."""
    field = field_of(asked)
    scale = sizes(guess, ranges(asked))
    (coarse,) = col.adapted(guess, n_intervals, scale)
    coarse = _closed(field, coarse, scale)[0]
    size, before = n_intervals, np.inf
    while True:
        (fine,) = col.adapted(coarse, 2 * size, scale)
        fine, linear = _closed(field, fine, scale)
        (again,) = col.adapted(fine, 2 * size, scale)
        moved = np.abs(col.evaluate(fine.mesh, fine.x, coarse.s) - coarse.x).max(axis=0)
        swing = np.maximum(np.ptp(fine.x, axis=0), scale)
        moved = np.append(moved / swing, abs(fine.period / coarse.period - 1))
        if moved.max() < tolerance:
            return describe(asked, fine, linear, float(moved.max()))
        size *= 2
        if size >= 640 or moved.max() > 0.5 * before:
            raise ArithmeticError(f"a mesh of {size} intervals still leaves an error of {moved.max():.1g}")
        before = float(moved.max())
        coarse = _closed(field, again, scale)[0]


def _closed(field: col.Field, orbit: Orbit, scale: np.ndarray) -> tuple[Orbit, col.Linear]:
    found, linear, _ = col.newton(field, orbit, (col.phase_condition(orbit, scale), col.keep_value(orbit)), scale)
    if (np.ptp(found.x, axis=0) / scale).max() < 1e-5:
        raise ArithmeticError("it shrinks to a fixed point")
    return found, linear


def sizes(orbit: Orbit, declared: np.ndarray) -> np.ndarray:
    """Unit (n,) of each state on an orbit: its swing, but not less than a thousandth of the declared range."""
    return np.maximum(np.ptp(orbit.x, axis=0), 1e-3 * declared)


def extrema(orbit: Orbit) -> tuple[np.ndarray, np.ndarray]:
    """Least and largest value (n,) of each state along an orbit; a parabola through the three highest samples."""
    index = np.arange(len(orbit.x))
    fine = col.evaluate(orbit.mesh, orbit.x, np.interp(np.arange(0, len(orbit.x) - 0.9, 0.25), index, orbit.s))
    return tuple(sign * _peak(sign * fine) for sign in (-1.0, 1.0))  # type: ignore[return-value]


def _peak(samples: np.ndarray) -> np.ndarray:
    ring, columns = samples[:-1], np.arange(samples.shape[1])
    k = ring.argmax(axis=0)
    before, top, after = ring[k - 1, columns], ring[k, columns], ring[(k + 1) % len(ring), columns]
    bend = before - 2 * top + after
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(bend < 0, top - (after - before) ** 2 / (8 * bend), top)


def describe(asked: Problem, orbit: Orbit, linear: col.Linear, error: float) -> Cycle:
    """`Cycle` of an orbit that solves its equations."""
    others = transverse(field_of(asked), orbit, linear, sizes(orbit, ranges(asked)))
    every = multipliers(linear.steps)
    flow = every[np.abs(every - 1).argmin()]
    low, high = extrema(orbit)
    names, nodes = [row.name for row in asked.model.state], asked.n_nodes
    single = isinstance(asked.model, Model)

    def named(numbers: np.ndarray) -> dict[str, Any]:
        rows = numbers.reshape(len(names), nodes)
        return {name: float(row[0]) if single else row for name, row in zip(names, rows, strict=True)}

    return Cycle(
        orbit.period, 1 / orbit.period, orbit.period * orbit.s, orbit.x, others,
        bool((np.abs(others) < 1).all()), float(flow.real), named(low), named(high), named((high - low) / 2),
        outputs(asked, orbit.x, orbit.value), error, orbit, asked,
    )  # fmt: skip


def outputs(asked: Problem, x: np.ndarray, value: float) -> np.ndarray:
    """The model's output at states (n_points, n): (n_points,), of a network (n_points, n_nodes)."""
    p, _ = asked.at(value)
    states, p = x.reshape(len(x), -1, asked.n_nodes), p.reshape(-1, asked.n_nodes)
    nodes = tuple(map(tuple, p.T))
    found = np.array([[asked.model.output(tuple(a), b) for a, b in zip(each.T, nodes, strict=True)] for each in states])
    return found[:, 0] if isinstance(asked.model, Model) else found


def step_along(cycle: Cycle) -> int:
    """Whole steps of RK4 for one period: the fastest mode on the cycle turns or shrinks by at most 1/30 in one."""
    rate = max(fastest(cycle.problem, x) for x in cycle.x[:: col.DEGREE])
    return max(int(np.ceil(30 * rate * cycle.period)), 400)
