"""Where a rhythm is born (Hopf) or two equilibria meet (fold): found in a bracket of one parameter or input."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from rosetta_core.analysis.continuation import (
    LARGE,
    branch_of,
    checked_span,
    fold_between,
    path_through,
    spectrum,
    what_happens,
)
from rosetta_core.analysis.critical import FoldEquations, HopfEquations, block, newton, pair_near
from rosetta_core.analysis.curves import Point, Scaled, between, named, scaled
from rosetta_core.analysis.normal_form import Criticality, coefficients, criticality
from rosetta_core.analysis.problem import Problem, flat_state, problem
from rosetta_core.analysis.starts import equilibria, refined

Path = tuple[list[Point], list[str]]


class Hopf(NamedTuple):
    """A Hopf point: value of the quantity `name`, state x (n,), omega (rad/s), frequency (Hz), and what begins there.

    criticality: "supercritical" (a stable cycle of its own, small at first), "subcritical" (an unstable one, on the
    side of the stable equilibrium), or "degenerate" (the first Lyapunov coefficient vanishes, or the pair is not
    simple). lyapunov (1) is that coefficient, l1 = Re c1/omega for |q| = 1, and slope (1/s per unit of the quantity) is
    how fast the real part of the pair grows. n_unstable counts the other eigenvalues with a positive real part.
    """

    name: str
    value: float
    x: np.ndarray
    omega: float
    frequency: float
    criticality: Criticality
    lyapunov: float
    slope: float
    n_unstable: int

    def __repr__(self) -> str:
        return f"Hopf({self.name} = {self.value:.10g}, {self.frequency:.6g} Hz, {self.criticality})"


class Fold(NamedTuple):
    """A fold (saddle-node): value of the quantity `name`, state x (n,), and the direction (n,) along which two meet.

    opens: the side on which the two are, "above" or "below" the value. n_unstable counts the other eigenvalues with a
    positive real part: with none of them a stable state meets a saddle.
    """

    name: str
    value: float
    x: np.ndarray
    direction: np.ndarray
    opens: str
    n_unstable: int

    def __repr__(self) -> str:
        return f"Fold({self.name} = {self.value:.10g}, opens {self.opens}, n_unstable {self.n_unstable})"


def hopf(model: Any, name: str, bracket: Sequence[float], *, p: Any = None, u: Any = None, x0: Any = None) -> Hopf:
    """The Hopf point of a model, or of a network without delays, between two values of a parameter or input.

    Branches of equilibria are followed through the bracket: that of the equilibrium nearest to the state x0 (by name or
    as an array) at its ends and in its middle, or, left out, those of all equilibria there. The point is exact to about
    1e-11 of the bracket. Of several, the one at which the equilibrium gains or loses stability is meant. ValueError if
    there is none, with what the eigenvalues do instead, or if several are left. Above 60 equations one change of
    stability on each branch is looked for, and not all.
    """
    asked = problem(model, name, p, u)
    span = checked_span(asked, bracket)
    view = scaled((asked,), span)
    paths = _paths(view, span, x0)
    found = _of_large(view, paths) if view.n > LARGE else _of_branches(view, paths)
    if not found:
        raise _none(view, "Hopf point", span, paths)
    chosen = found if len(found) == 1 else [one for one in found if one.n_unstable == 0]
    if len(chosen) != 1:
        raise _several(asked, "Hopf points", [one.value for one in found])
    return chosen[0]


def fold(model: Any, name: str, bracket: Sequence[float], *, p: Any = None, u: Any = None, x0: Any = None) -> Fold:
    """The fold (saddle-node) of equilibria between two values of a parameter or input; arguments as for `hopf`.

    The value is exact to rounding, the state to 1e-12 of its range. ValueError if there is none, or more than one.
    """
    asked = problem(model, name, p, u)
    span = checked_span(asked, bracket)
    view = scaled((asked,), span)
    paths = _paths(view, span, x0)
    found = []
    for points, _ in paths:
        for here, there in pairwise(points):
            with named(asked, view.place(there.z)[1][0]):
                z = fold_between(view, here, there)
            if z is not None and not any(np.abs(z - other).max() < 1e-8 for other, _ in found):
                found.append((z, here))
    if not found:
        raise _none(view, "fold", span, paths)
    if len(found) > 1:
        raise _several(asked, "folds", [view.place(z)[1][0] for z, _ in found])
    with named(asked, view.place(found[0][0])[1][0]):
        return _fold(view, *found[0])


def _none(view: Scaled, what: str, span: tuple[float, float], paths: list[Path]) -> ValueError:
    asked = view.problems[0]
    return ValueError(
        f"{asked.model.name}: no {what} with {asked.name} between {span[0]:.10g} and {span[1]:.10g} "
        f"({asked.row.unit}). {'; '.join(what_happens(view, points) for points, _ in paths)}"
    )


def _several(asked: Problem, what: str, values: list[float]) -> ValueError:
    return ValueError(
        f"{asked.model.name}: {len(values)} {what} lie in the bracket, at {asked.name} = "
        f"{', '.join(f'{value:.10g}' for value in sorted(values))} ({asked.row.unit}); give a bracket with one of "
        "them, or a state x0 on its branch"
    )


def _paths(view: Scaled, span: tuple[float, float], x0: Any) -> list[Path]:
    """The branches through the bracket, each once."""
    asked, large = view.problems[0], view.n > LARGE
    longest = 0.4 if large else 0.025
    values = span if large else (*span, sum(span) / 2)
    starts = []
    if x0 is None:
        starts = [(x, value) for value in values for x in equilibria(asked, value)]
    else:
        state = flat_state(asked.model, x0)
        reached = [(refined(asked, state, value), value) for value in values]
        near = [(x, value) for x, value in reached if x is not None]
        starts = sorted(near, key=lambda one: float(np.abs((one[0] - state) / view.size).max()))[:1]
    if not starts:
        where = "anywhere" if x0 is None else "near x0"
        raise ValueError(
            f"{asked.model.name}: no equilibrium was found {where} at {asked.name} = "
            f"{', '.join(f'{value:.10g}' for value in values)} ({asked.row.unit}); try another bracket or x0"
        )
    paths: list[Path] = []
    for x, value in starts:
        z = view.point(x, value)
        if not any(_on(view, points, z) for points, _ in paths):
            paths.append(path_through(view, z, span, longest))
    return paths


def _on(view: Scaled, points: list[Point], z: np.ndarray) -> bool:
    """Whether a path goes through z."""
    value = z[view.n]
    if any(np.abs(end.z - z).max() < 1e-6 for end in (points[0], points[-1])):
        return True
    for here, there in pairwise(points):
        if (here.z[view.n] - value) * (there.z[view.n] - value) <= 0 and np.abs(here.z - z).max() < 0.3:
            with named(view.problems[0], view.place(z)[1][0]):
                at = between(view.field, here, there, lambda z: float(z[view.n] - value))
            if np.abs(at - z).max() < 1e-6:
                return True
    return False


def _of_branches(view: Scaled, paths: list[Path]) -> list[Hopf]:
    """The Hopf points of all branches, from all eigenvalues at all points."""
    found = []
    for path in paths:
        branch = branch_of(view, *path)
        found += [_hopf(view, view.point(e.x, e.value)) for e in branch.events if e.kind == "hopf"]
    return _distinct(view, found)


def _of_large(view: Scaled, paths: list[Path]) -> list[Hopf]:
    """A Hopf point of each branch on which the number of unstable eigenvalues changes, from few spectra."""
    found = []
    for points, _ in paths:
        ends = _change(view, [one.z for one in points])
        if ends is None:
            continue
        (here, at_here), (there, at_there) = ends
        for start, values in (*ends, ((here + there) / 2, None)):
            z = _newton_from(view, start, values)
            if z is not None and (z[-1] - here[-1]) * (z[-1] - there[-1]) <= 1e-9:
                values = spectrum(view, z)
                if min(_count(at_here), _count(at_there)) == 0:
                    z, values = _first(view, z, values)
                found.append(_hopf(view, z, values))
                break
    return _distinct(view, found)


Seen = tuple[np.ndarray, np.ndarray]  # a point of a branch, and the eigenvalues there


def _change(view: Scaled, points: list[np.ndarray]) -> tuple[Seen, Seen] | None:
    """Two neighbours between which the count of unstable eigenvalues changes; with a stable end, from zero."""
    low, high = 0, len(points) - 1
    before, after = spectrum(view, points[low]), spectrum(view, points[high])
    first, last = _count(before), _count(after)
    if first == last:
        for k in range(1, high):
            values = spectrum(view, points[k])
            if _count(values) != first:
                return (points[k - 1], before), (points[k], values)
            before = values
        return None
    stable_end = min(first, last) == 0
    if not stable_end and abs(first - last) > 2:
        raise ValueError(
            f"{view.problems[0].model.name}: at the ends of the bracket {first} and {last} eigenvalues have a positive "
            "real part, so that several Hopf points lie between; give a bracket with one of them, or with an end at "
            "which the equilibrium is stable"
        )
    index = min(first, last)
    while high - low > 1:
        # Where a straight line through the real parts that change sign would cross zero.
        a, b = float(before[index].real), float(after[index].real)
        middle = int(np.clip(low + round((high - low) * a / (a - b)), low + 1, high - 1))
        values = spectrum(view, points[middle])
        if (_count(values) > index) == (_count(before) > index):
            low, before = middle, values
        else:
            high, after = middle, values
    return (points[low], before), (points[high], after)


def _newton_from(view: Scaled, start: np.ndarray, values: np.ndarray | None) -> np.ndarray | None:
    equations = HopfEquations(view, pair_near(view.field(start)[1][:, : view.n], found=values))
    z = newton(equations, start)
    return z if z is not None and equations.here.product > 0 else None


def _first(view: Scaled, z: np.ndarray, values: np.ndarray) -> Seen:
    """The Hopf point at which a first pair crosses, from one near by at which others have crossed already."""
    for _ in range(5):
        leading = values[0]
        if leading.real < 1e-6 * abs(leading) or leading.imag == 0:
            break
        A = view.field(z)[1][:, : view.n]
        V, P = np.random.default_rng(1).standard_normal((2, len(A), 2))
        equations = HopfEquations(view, block(A, V, P, (2 * leading.real, abs(leading) ** 2)))
        better = newton(equations, z)
        if better is None or equations.here.product <= 0:
            break
        z, values = better, spectrum(view, better)
    return z, values


def _count(values: np.ndarray) -> int:
    return int((np.real(values) > 0).sum())


def _hopf(view: Scaled, z: np.ndarray, eigenvalues: np.ndarray | None = None) -> Hopf:
    x, values = view.place(z)
    with named(view.problems[0], values[0]):
        found = coefficients(view, z, eigenvalues)
    return Hopf(
        view.problems[0].name, float(values[0]), x, found.omega, found.omega / (2 * np.pi), criticality(found),
        found.c1.real / found.omega, found.slope.real, found.n_unstable,
    )  # fmt: skip


def _distinct(view: Scaled, found: list[Hopf]) -> list[Hopf]:
    kept: list[Hopf] = []
    for one in found:
        z = view.point(one.x, one.value)
        if not any(np.abs(view.point(other.x, other.value) - z).max() < 1e-7 for other in kept):
            kept.append(one)
    return kept


def _fold(view: Scaled, z: np.ndarray, before: Point) -> Fold:
    """`Fold` at z, `before` being a neighbour from which the branch comes."""
    better = newton(FoldEquations(view, view.field(z)[1][:, : view.n]), z)
    if better is not None and np.abs(better - z).max() < 1e-7:
        z = better
    equations = FoldEquations(view, view.field(z)[1][:, : view.n])
    (x, values), direction, others = view.place(z), equations.at(z).q * view.size, spectrum(view, z)
    others = np.delete(others, np.abs(others).argmin())
    opens = "below" if before.tangent[view.n] > 0 else "above"
    return Fold(view.problems[0].name, float(values[0]), x, direction, opens, int((np.real(others) > 0).sum()))
