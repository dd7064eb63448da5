"""Folds and Hopf points followed in two quantities, and the points where their curves meet, turn or change."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from rosetta_core.analysis.continuation import FAR, checked_span
from rosetta_core.analysis.critical import FoldEquations, HopfEquations, newton, pair_near
from rosetta_core.analysis.curves import Path, Point, Scaled, between, follow, periods, point_at, scaled
from rosetta_core.analysis.normal_form import along_line, coefficients, states_line
from rosetta_core.analysis.problem import flat_state, problem
from rosetta_core.analysis.starts import equilibria, refined

Spans = Sequence[Sequence[float]]
Test = Callable[[np.ndarray], float]


class Meeting(NamedTuple):
    """A special point of a curve: its kind, the values (2,) of the two quantities, the state x (n,), and a frequency.

    kind: "cusp" (two folds meet), "bogdanov-takens" (a fold and a Hopf point meet, and the frequency is 0),
    "generalised hopf" (the first Lyapunov coefficient changes sign: a fold of cycles begins), "zero hopf" (another
    eigenvalue is zero) or "end". frequency (Hz) is that of a Hopf point, elsewhere 0. detail says what an end is, as in
    `Event`.
    """

    kind: str
    values: np.ndarray
    x: np.ndarray
    frequency: float = 0.0
    detail: str = ""

    def __repr__(self) -> str:
        values = ", ".join(f"{value:.8g}" for value in self.values)
        return f"Meeting({self.kind} at ({values}){', ' * bool(self.detail)}{self.detail})"


@dataclass(frozen=True, eq=False)
class Curve:
    """Folds or Hopf points in the plane of two quantities `names`; made by `two_parameter`.

    kind: "fold" or "hopf". values (n_points, 2), states x (n_points, n), frequency (Hz, n_points, 0 on a fold) from one
    end to the other, and events among them.
    """

    kind: str
    names: tuple[str, str]
    values: np.ndarray
    x: np.ndarray
    frequency: np.ndarray
    events: tuple[Meeting, ...]

    def __repr__(self) -> str:
        return f"Curve({self.kind}, {' and '.join(self.names)}, {len(self.values)} points, {list(self.events)})"


def two_parameter(model: Any, event: Any, names: Sequence[str], spans: Spans, *, p: Any = None, u: Any = None,
                  longest: float = 0.025, most: int = 4000) -> Curve:  # fmt: skip
    """The curve of a fold or Hopf point in two parameters or inputs, both ways from an event to the ends of the spans.

    event: a `Hopf`, a `Fold`, or one of `Branch.events`, found in names[0] with the same p and u. The curve of a Hopf
    point ends where its frequency is zero (Bogdanov-Takens). Points lie on it to rounding, special points to 1e-9 of
    the spans. ValueError if the event is not on such a curve; ArithmeticError, with the values reached, if it cannot
    go on.
    """
    view, limits = _view(model, names, spans, p, u)
    kind = getattr(event, "kind", type(event).__name__.lower())
    if kind not in ("fold", "hopf"):
        raise ValueError(f"a fold or a Hopf point is wanted, got {event!r}")
    alone = Scaled(view.problems[:1], view.size, view.width[:1])
    start = alone.point(np.asarray(event.x, dtype=float).ravel(), event.value)
    equations = _equations(alone, start, kind)
    z = newton(equations, start)
    saddle = isinstance(equations, HopfEquations) and equations.here.product < 0
    if z is None or saddle or np.abs(z - start).max() > 1e-3:
        raise ValueError(
            f"{model.name}: no {kind} at {names[0]} = {event.value:.10g} with the p and u given; "
            f"pass those with which the event was found in {names[0]!r}"
        )
    return _curve(view, kind, np.append(z, view.problems[1].value / view.width[1]), limits, longest, most)


def bogdanov_takens(model: Any, names: Sequence[str], near: Sequence[float], *, p: Any = None, u: Any = None,
                    x0: Any = None, spans: Spans | None = None) -> Meeting:  # fmt: skip
    """The Bogdanov-Takens point nearest to a pair of values: a fold meets a Hopf point, both eigenvalues being zero.

    The curve of folds nearest to the equilibria there (or to that of the state x0) is followed through the spans, by
    default the declared ranges. ValueError if there is none on it.
    """
    return _nearest(model, "bogdanov-takens", names, near, p, u, x0, spans)


def cusp(model: Any, names: Sequence[str], near: Sequence[float], *, p: Any = None, u: Any = None, x0: Any = None,
         spans: Spans | None = None) -> Meeting:  # fmt: skip
    """The cusp nearest to a pair of values, where two folds meet and end; arguments as for `bogdanov_takens`."""
    return _nearest(model, "cusp", names, near, p, u, x0, spans)


def _view(model: Any, names: Sequence[str], spans: Spans, p: Any, u: Any) -> tuple[Scaled, np.ndarray]:
    """The field by two quantities, and their limits (2, 2) in its units."""
    if len(names) != 2 or names[0] == names[1] or len(spans) != 2:
        raise ValueError(f"two different names and a span for each are wanted, got {names!r} and {spans!r}")
    problems = (problem(model, names[0], p, u), problem(model, names[1], p, u))
    ends = [checked_span(asked, span) for asked, span in zip(problems, spans, strict=True)]
    view = scaled(problems, *ends)
    return view, np.array(ends) / view.width[:, None]


def _equations(view: Scaled, z: np.ndarray, kind: str) -> FoldEquations | HopfEquations:
    A = view.field(z)[1][:, : view.n]
    return FoldEquations(view, A) if kind == "fold" else HopfEquations(view, pair_near(A))


def _curve(view: Scaled, kind: str, z: np.ndarray, limits: np.ndarray, longest: float, most: int) -> Curve:
    n, names = view.n, tuple(asked.name for asked in view.problems)

    def report(z: np.ndarray) -> str:
        return ", ".join(f"{name} = {value:.10g}" for name, value in zip(names, view.place(z)[1], strict=True))

    def way(sign: float) -> Path:
        equations = _equations(view, z, kind)
        stops: dict[str, Test] = {
            "span": lambda z: float(min((z[n:] - limits[:, 0]).min(), (limits[:, 1] - z[n:]).min())),
            "infinity": lambda z: FAR - float(np.abs(z[:n]).max()),
        }
        if isinstance(equations, HopfEquations):
            stops["bogdanov-takens"] = lambda z: equations.at(z).product
        first = point_at(equations, z, np.append(np.zeros(n), [1.0, 1.0]))
        return follow(equations, Point(z, sign * first.tangent), stops, periods(view), report, longest, most)

    ahead = way(1.0)
    if ahead.why == "closed":
        return _described(view, kind, ahead.points, ["closed", "closed"])
    back = way(-1.0)
    points = [Point(one.z, -one.tangent) for one in reversed(back.points[1:])] + ahead.points
    return _described(view, kind, points, [back.why, ahead.why])


def _described(view: Scaled, kind: str, points: list[Point], ends: list[str]) -> Curve:
    """`Curve` of the points, with what happens between them."""
    equations = _equations(view, points[0].z, kind)
    tests = _fold_tests(view, equations) if isinstance(equations, FoldEquations) else _hopf_tests(view)
    # Where a Hopf curve ends at a double zero, what is told from its frequency has no sign.
    last = len(points) - 1
    silent = [k for k, why in ((0, ends[0]), (last, ends[1])) if why == "bogdanov-takens"]
    found: list[tuple[np.ndarray, Meeting | None]] = [(points[0].z, _end(view, kind, points[0].z, ends[0]))]
    signs = [{} if k in silent else {name: test(one.z) for name, test in tests.items()} for k, one in enumerate(points)]
    for k in range(1, len(points)):
        crossed = [name for name in tests if signs[k - 1].get(name, 0.0) * signs[k].get(name, 0.0) < 0]
        for name in crossed:
            equations.at(points[k - 1].z)
            z = between(equations, points[k - 1], points[k], tests[name])
            found.append((z, _meeting(view, kind, z, name)))
        found.append((points[k].z, None))
    found[-1] = (points[-1].z, _end(view, kind, points[-1].z, ends[1]))
    rows = np.array([z for z, _ in found])
    return Curve(
        kind, (view.problems[0].name, view.problems[1].name), rows[:, view.n :] * view.width,
        rows[:, : view.n] * view.size, np.array([_frequency(view, kind, z) for z in rows]),
        tuple(event for _, event in found if event is not None),
    )  # fmt: skip


def _fold_tests(view: Scaled, equations: FoldEquations) -> dict[str, Test]:
    """Numbers that change sign on a curve of folds: at a cusp the quadratic coefficient, at a double zero p q."""

    def quadratic(z: np.ndarray) -> float:
        null = equations.at(z)
        return float(null.p @ along_line(states_line(view, z, null.q))[0] @ null.q)

    def overlap(z: np.ndarray) -> float:
        null = equations.at(z)
        return float(null.p @ null.q)

    return {"cusp": quadratic, "bogdanov-takens": overlap}


def _hopf_tests(view: Scaled) -> dict[str, Test]:
    """Numbers that change sign on a curve of Hopf points."""
    return {
        "generalised hopf": lambda z: coefficients(view, z).c1.real,
        "zero hopf": lambda z: float(np.linalg.slogdet(view.field(z)[1][:, : view.n])[0]),
    }


def _frequency(view: Scaled, kind: str, z: np.ndarray) -> float:
    if kind == "fold":
        return 0.0
    product = pair_near(view.field(z)[1][:, : view.n]).product
    return float(np.sqrt(max(product, 0.0)) / (2 * np.pi))


def _meeting(view: Scaled, kind: str, z: np.ndarray, name: str, detail: str = "") -> Meeting:
    x, values = view.place(z)
    return Meeting(name, values, x, 0.0 if name == "bogdanov-takens" else _frequency(view, kind, z), detail)


def _end(view: Scaled, kind: str, z: np.ndarray, why: str) -> Meeting:
    return _meeting(view, kind, z, *((why,) if why == "bogdanov-takens" else ("end", why)))


def _nearest(model: Any, kind: str, names: Sequence[str], near: Sequence[float], p: Any, u: Any, x0: Any,
             spans: Spans | None) -> Meeting:  # fmt: skip
    values = np.asarray(near, dtype=float)
    if values.shape != (2,) or not np.isfinite(values).all():
        raise ValueError(f"near wants two finite values, of {names[0]} and {names[1]}, got {near!r}")
    if spans is None:
        rows = [problem(model, name, p, u).row for name in names]
        spans = [(min(row.low, v), max(row.high, v)) for row, v in zip(rows, values.tolist(), strict=True)]
    view, limits = _view(model, names, spans, p, u)
    asked = view.of(0, values)
    if x0 is None:
        states = equilibria(asked, float(values[0]))
    else:
        states = [x for x in [refined(asked, flat_state(model, x0), float(values[0]))] if x is not None]
    found = []
    for z in _folds_near(view, [view.point(x, *values) for x in states]):
        curve = _curve(view, "fold", z, limits, 0.025, 4000)
        found += [event for event in curve.events if event.kind == kind]
        if found:
            break
    if not found:
        raise ValueError(
            f"{model.name}: no {kind} point on a curve of folds near {names[0]} = {values[0]:g}, {names[1]} = "
            f"{values[1]:g}, from {len(states)} equilibria there; try other values, an x0 or wider spans"
        )
    return min(found, key=lambda event: float(np.abs((event.values - values) / view.width).max()))


def _folds_near(view: Scaled, starts: list[np.ndarray]) -> list[np.ndarray]:
    """Points of curves of folds, by Newton's method with the shortest steps; from the flattest equilibrium first."""
    ranked = sorted(starts, key=lambda z: float(np.abs(np.linalg.eigvals(view.field(z)[1][:, : view.n])).min()))
    found = []
    for z in ranked:
        equations = _equations(view, z, "fold")
        for _ in range(40):
            try:
                values, derivatives = equations(z)
                step = np.linalg.lstsq(derivatives, -values)[0]
            except (ArithmeticError, np.linalg.LinAlgError):
                break
            size = np.abs(step).max()
            z = z + step * min(1.0, 0.2 / max(size, 1e-300))
            if size < 1e-9:
                found.append(z)
                break
    return found
