"""Branches of equilibria: followed through folds, with their stability and the points where it changes."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from rosetta_core._jit import python_function
from rosetta_core.analysis.critical import HopfEquations, newton, pair_near
from rosetta_core.analysis.curves import Point, Scaled, between, follow, named, periods, point_at, scaled, tangent
from rosetta_core.analysis.normal_form import coefficients, criticality
from rosetta_core.analysis.problem import Problem, problem
from rosetta_core.analysis.starts import equilibrium
from rosetta_core.model import Model, unknown

LARGE = 60  # equations: above, an eigenvalue problem costs more than all else, and is solved as seldom as possible
ROUNDING = 1e-11  # of the largest eigenvalue: a real part below it has no sign
FAR = 100.0  # declared ranges of a state: beyond, a branch counts as gone to infinity


class Event(NamedTuple):
    """A special point of a branch: `kind` "fold", "hopf", "branch point" or "end", the varied value, the state (n,).

    frequency (Hz) is that of the rhythm which begins at a Hopf point, elsewhere 0. detail is the criticality of a Hopf
    point, and says what an end is: "span", "closed" (the branch came back to its start) or "infinity" (a state went
    beyond a hundred times its range).
    """

    kind: str
    value: float
    x: np.ndarray
    frequency: float = 0.0
    detail: str = ""

    def __repr__(self) -> str:
        rhythm = f", {self.frequency:.6g} Hz" if self.frequency else ""
        return f"Event({self.kind}, {self.value:.8g}{rhythm}{', ' * bool(self.detail)}{self.detail})"

    @property
    def omega(self) -> float:
        """Angular frequency (rad/s) at a Hopf point."""
        return 2 * np.pi * self.frequency


@dataclass(frozen=True, eq=False)
class Branch:
    """Equilibria along a curve, from one end to the other, events among them; made by `continuation`.

    values (n_points,) are those of the quantity `name`; x (n_points, n) are states as a `Problem` counts them;
    eigenvalues (n_points, n) in 1/s, real parts falling. branch["y0"] is a state and branch["output"] what an electrode
    would see, (n_points,), in a network (n_points, n_nodes).
    """

    problem: Problem
    values: np.ndarray
    x: np.ndarray
    eigenvalues: np.ndarray
    events: tuple[Event, ...]

    @property
    def name(self) -> str:
        """The varied parameter or input."""
        return self.problem.name

    def __repr__(self) -> str:
        events = ", ".join(f"{event.kind} {event.value:.6g}" for event in self.events if event.kind != "end")
        return (
            f"Branch({self.problem.model.name}, {self.name} from {self.values[0]:.6g} to {self.values[-1]:.6g}, "
            f"{self.values.size} points, {events or 'no events'})"
        )

    @property
    def n_unstable(self) -> np.ndarray:
        """How many eigenvalues have a positive real part, (n_points,)."""
        return (np.real(self.eigenvalues) > ROUNDING * np.abs(self.eigenvalues).max(axis=1, keepdims=True)).sum(axis=1)

    @property
    def stable(self) -> np.ndarray:
        """Whether all have a negative one, (n_points,)."""
        return (np.real(self.eigenvalues) < -ROUNDING * np.abs(self.eigenvalues).max(axis=1, keepdims=True)).all(axis=1)

    def __getitem__(self, name: str) -> np.ndarray:
        names = [row.name for row in self.problem.model.state]
        nodes = self.x.reshape(len(self.values), len(names), -1)
        if name == "output":
            found = self._outputs(nodes)
        elif name in names:
            found = nodes[:, names.index(name)]
        else:
            raise KeyError(unknown(self.problem.model.name, "state", name, [*names, "output"]))
        return found[:, 0] if isinstance(self.problem.model, Model) else found

    def _outputs(self, nodes: np.ndarray) -> np.ndarray:
        output = python_function(self.problem.model.output)
        found = np.empty((len(nodes), nodes.shape[2]))
        for k, value in enumerate(self.values):
            p = self.problem.at(float(value))[0].reshape(-1, nodes.shape[2])
            found[k] = [output(tuple(nodes[k, :, i]), tuple(p[:, i])) for i in range(nodes.shape[2])]
        return found

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of the events, in their order."""
        return tuple(event.kind for event in self.events)


def continuation(model: Any, name: str, span: Sequence[float], *, p: Any = None, u: Any = None, x0: Any = None,
                 longest: float = 0.025, most: int = 4000) -> Branch:  # fmt: skip
    """The branch of equilibria of a model, or of a network without delays, while `name` stays inside the span.

    It starts from the equilibrium near the state x0 (by name or as an array) at the present value of `name`, or at the
    end of the span next to it, and goes both ways, through folds. Left out, x0 is the model's default state; if that
    leads to none, the equilibrium nearest to it there, at the ends or in the middle of the span is taken. Events lie on
    the branch to 1e-8 of the span or better. longest is the longest step, in units of the span and of the states'
    declared ranges; most the largest number of steps each way. ArithmeticError, with the value reached, where it cannot
    go on.
    """
    asked = problem(model, name, p, u)
    low, high = checked_span(asked, span)
    view = scaled((asked,), (low, high))
    x, value = equilibrium(asked, (low, high), x0)
    return branch_of(view, *path_through(view, view.point(x, value), (low, high), longest, most))


def checked_span(asked: Problem, span: Sequence[float]) -> tuple[float, float]:
    """The two ends of a span, rising; ValueError unless they are two different values that the quantity admits."""
    ends = np.asarray(span, dtype=float)
    row = asked.row
    if ends.shape != (2,) or ends[0] == ends[1] or not all(row.admits(float(end)) for end in ends):
        raise ValueError(
            f"{asked.model.name}: {asked.name} ({row.unit}, {row.domain}) wants a span of two different values, "
            f"got {span!r}; its declared range is {row.low:g} to {row.high:g}"
        )
    return float(ends.min()), float(ends.max())


def path_through(view: Scaled, z: np.ndarray, span: tuple[float, float], longest: float = 0.025,
                 most: int = 4000) -> tuple[list[Point], list[str]]:  # fmt: skip
    """Points of the branch through an equilibrium z, both ways, and what its two ends are."""
    asked, n, (low, high) = view.problems[0], view.n, np.array(span) / view.width
    stops = {
        "span": lambda z: min(z[n] - low, high - z[n]),
        "infinity": lambda z: FAR - float(np.abs(z[:n]).max()),
    }

    def report(z: np.ndarray) -> str:
        return f"{asked.name} = {view.place(z)[1][0]:.10g} ({asked.row.unit}) on a branch of {asked.model.name}"

    upward = point_at(view.field, z, np.append(np.zeros(n), 1.0))
    turns = periods(view)
    ahead = follow(view.field, upward, stops, turns, report, longest, most)
    if ahead.why == "closed":
        return ahead.points, ["closed", "closed"]
    back = follow(view.field, Point(z, -upward.tangent), stops, turns, report, longest, most)
    points = [Point(one.z, -one.tangent) for one in reversed(back.points[1:])] + ahead.points
    for end in (points[0], points[-1]):
        end.z[n] = np.clip(end.z[n], low, high)  # a stop is found to rounding, on either side
    return points, [back.why, ahead.why]


def branch_of(view: Scaled, points: list[Point], ends: list[str]) -> Branch:
    """`Branch` of the points of a path: their eigenvalues, and the events between them."""
    n, asked = view.n, view.problems[0]
    spectra = [spectrum(view, one.z) for one in points]
    all_z, all_spectra = [points[0].z], [spectra[0]]
    events = [_event(view, points[0].z, "end", detail=ends[0])]
    for k in range(1, len(points)):
        with named(asked, view.place(points[k].z)[1][0]):
            between_two = _events_between(view, points[k - 1], points[k], spectra[k - 1], spectra[k])
        for event, z in between_two:
            events.append(event)
            all_z.append(z)
            all_spectra.append(spectrum(view, z))
        all_z.append(points[k].z)
        all_spectra.append(spectra[k])
    events.append(_event(view, points[-1].z, "end", detail=ends[1]))
    rows = np.array(all_z)
    return Branch(asked, rows[:, n] * view.width[0], rows[:, :n] * view.size, np.array(all_spectra), tuple(events))


def spectrum(view: Scaled, z: np.ndarray) -> np.ndarray:
    """Eigenvalues (n,), real parts falling, of a conjugate pair the positive frequency first."""
    found = np.linalg.eigvals(view.field(z)[1][:, : view.n]).astype(complex)
    return found[np.lexsort((-np.imag(found), -np.real(found)))]


def _event(view: Scaled, z: np.ndarray, kind: str, omega: float = 0.0, detail: str = "") -> Event:
    x, values = view.place(z)
    return Event(kind, float(values[0]), x, abs(omega) / (2 * np.pi), detail)


def _events_between(view: Scaled, here: Point, there: Point, before: np.ndarray, after: np.ndarray
                    ) -> list[tuple[Event, np.ndarray]]:  # fmt: skip
    """Events between two neighbours with their spectra, and where they are, in order."""
    chord = there.z - here.z
    found: list[tuple[Event, np.ndarray]] = []
    turned = fold_between(view, here, there)
    if turned is not None:
        found.append((_event(view, turned, "fold"), turned))
    counts = sorted(_above(values).sum() for values in (before, after))
    for index in range(*counts):
        z = between(view.field, here, there, lambda z, index=index: _height(spectrum(view, z), index))
        values = spectrum(view, z)
        critical = values[index]
        # Two eigenvalues that meet at zero are split by the root of the rounding, 1e-8.
        if abs(critical.imag) > 1e-7 * np.linalg.norm(view.field(z)[1][:, : view.n]):
            z, omega = _polished(view, here, there, z, critical)
            found.append((_event(view, z, "hopf", omega, criticality(coefficients(view, z))), z))
        elif turned is None:
            found.append((_event(view, z, "branch point"), z))
    distinct: list[tuple[Event, np.ndarray]] = []
    for event, z in sorted(found, key=lambda pair: float(pair[1] @ chord)):
        if not any(event.kind == other.kind and np.abs(z - at).max() < 1e-8 for other, at in distinct):
            distinct.append((event, z))
    return distinct


def fold_between(view: Scaled, here: Point, there: Point) -> np.ndarray | None:
    """The fold between two neighbours, if there is one: where the varied value turns."""
    n, chord = view.n, there.z - here.z
    if here.tangent[n] * there.tangent[n] >= 0:
        return None
    return between(view.field, here, there, lambda z: float(tangent(view.field(z)[1], chord)[n]))


def _above(values: np.ndarray) -> np.ndarray:
    return np.real(values) > ROUNDING * np.abs(values).max()


def _height(values: np.ndarray, index: int) -> float:
    """How far the real part number `index` from above is over what rounding may make of a zero."""
    return float(values[index].real - ROUNDING * np.abs(values).max())


def _polished(view: Scaled, here: Point, there: Point, z: np.ndarray, critical: complex) -> tuple[np.ndarray, float]:
    """The Hopf point near z and its angular frequency by Newton's method, or z itself where that leads elsewhere."""
    try:
        equations = HopfEquations(view, pair_near(view.field(z)[1][:, : view.n], abs(critical) ** 2))
    except ArithmeticError:
        return z, critical.imag
    better = newton(equations, z)
    near = max(1e-6 * float(np.linalg.norm(there.z - here.z)), 1e-9)
    if better is None or np.abs(better - z).max() > near or equations.here.product <= 0:
        return z, critical.imag
    return better, float(np.sqrt(equations.here.product))


def neutral_saddles(view: Scaled, points: list[Point]) -> list[tuple[float, float]]:
    """Values and eigenvalues (1/s) where two real eigenvalues add up to zero."""
    i, j = np.tril_indices(view.n, -1)
    found, last = [], 0.0
    for k, one in enumerate(points):
        values = spectrum(view, one.z)
        sums = values[i] + values[j]
        sign = float(np.prod(sums / np.maximum(np.abs(sums), 1e-300)).real)
        if last * sign < 0:
            # Of many equal eigenvalues, as equal synapses have them, no pair can be told from the others.
            with suppress(ArithmeticError):
                equations = HopfEquations(view, pair_near(view.field(one.z)[1][:, : view.n]))
                z = newton(equations, (one.z + points[k - 1].z) / 2)
                if z is not None and equations.here.product < 0:
                    found.append((float(view.place(z)[1][0]), float(np.sqrt(-equations.here.product))))
        last = sign
    return found


def what_happens(view: Scaled, points: list[Point]) -> str:
    """A sentence on the eigenvalues along a branch without the event that was asked for."""
    name = view.problems[0].name
    ends = []
    for end in (points[0], points[-1]):
        values = spectrum(view, end.z)
        ends.append(f"at {name} = {view.place(end.z)[1][0]:.6g} {(np.real(values) > 0).sum()} of {view.n} eigenvalues "
                    f"have a positive real part and the first is {values[0]:.4g} 1/s")  # fmt: skip
    text = f"On one branch {ends[0]}, {ends[1]}"
    if view.n <= LARGE:
        for at, size in neutral_saddles(view, points):
            text += f"; at {name} = {at:.8g} two real eigenvalues, +-{size:.4g} 1/s, add up to zero: a neutral saddle"
    return text
