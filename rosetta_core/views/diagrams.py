"""Bifurcation diagrams as data: branches cut by stability, their events, and the small JSON of both for a page.

What `page_diagram` gives, and an explorer draws under its moving marker (JSON types only, numbers rounded):

    {
      "model": "jansen_rit",
      "x": {"name": "p", "label": "input p (1/s)", "low": -100.0, "high": 400.0},     # the varied quantity
      "y": {"name": "output", "label": "output y1 - y2 (mV)", "low": -2.1, "high": 13.0},
      "curves": [                                         # in the order in which to draw them
        {"kind": "rest", "stable": true, "x": [..], "y": [..]},              # equilibria
        {"kind": "maximum", "stable": false, "x": [..], "y": [..]},          # of a rhythm: "maximum" and "minimum", or
        ...                                                                  # "frequency"; x may go back and forth
      ],
      "events": [
        {"kind": "hopf", "marker": "circle", "filled": true, "x": 89.83, "y": 6.74, "text": "Hopf, 10.4 Hz"},
        {"kind": "fold of cycles", "marker": "square", "filled": false, "x": 137.38, "y": 9.85, "text": ".."},
        ...
      ],
      "deviation": 0.0011            # largest distance from what was left out, in shares of the picture's two sides
    }

x.low and x.high are the ends of what was followed, y.low and y.high the least and largest y. Each curve has one
stability; neighbours share the point where it changes. Stable is drawn solid, unstable dashed. Events of equilibria are
filled, those of cycles open; a cross has no inside, and counts as filled. `SHAPES` lists kinds and markers.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from scipy.interpolate import Akima1DInterpolator, PchipInterpolator

from rosetta_core.analysis import Branch, CycleBranch
from rosetta_core.book.reading import BookError
from rosetta_core.model import Model, unknown
from rosetta_core.views.labels import label, row

SHAPES = {
    "hopf": ("circle", True),
    "fold": ("square", True),
    "branch point": ("triangle", True),
    "fold of cycles": ("square", False),
    "period doubling": ("triangle", False),
    "torus": ("circle", False),
    "end": ("cross", True),
}
"""Marker of each kind of event, and whether it is filled."""

FINE = 6  # points drawn for each cycle that was computed


class Piece(NamedTuple):
    """A run of one stability: kind "rest", "minimum", "maximum" or "frequency"; x, y (n_points,)."""

    kind: str
    stable: bool
    x: np.ndarray
    y: np.ndarray


class Mark(NamedTuple):
    """An event in the picture: its kind (a key of `SHAPES`), where it is, what to call it, and the side for the word.

    side: -1 where there is room to the left of it, 1 to the right.
    """

    kind: str
    x: float
    y: float
    text: str
    side: int


class Diagram(NamedTuple):
    """What there is to draw."""

    pieces: tuple[Piece, ...]
    marks: tuple[Mark, ...]


def of_branch(branch: Branch, of: str = "output") -> Diagram:
    """Equilibria of a branch by a state or "output", in a network the mean over its nodes.

    Between two neighbours without an event the equilibrium is stable if it is stable at either.
    """
    y = branch[of]
    y = y if y.ndim == 1 else y.mean(axis=1)
    stable = branch.stable
    pieces = _runs("rest", stable[:-1] | stable[1:], branch.values, y)
    marks = []
    for event in branch.events:
        if event.kind != "end":
            at = int(np.abs(branch.x - event.x).sum(axis=1).argmin())
            named = f"Hopf, {event.frequency:.3g} Hz" if event.kind == "hopf" else event.kind
            side = _empty_side(branch.values, at)
            if event.kind == "hopf":  # the rhythm is on the unstable side, if it is born stable
                side = int(np.sign(branch.values[at + 1] - event.value)) * (1 if stable[at + 1] else -1)
                side *= 1 if event.detail == "supercritical" else -1
            marks.append(Mark(event.kind, event.value, float(y[at]), named, side))
    return Diagram(pieces, tuple(marks))


def of_cycles(cycles: CycleBranch, of: str = "output") -> Diagram:
    """Least and largest value of a state or of the output along a branch of cycles, or "frequency" (Hz).

    Between two computed cycles the lines are cubics: where tested, within 1/1000 of the picture of the
    true ones, and 1/300 where one peak of the wave overtakes another.
    """
    kinds, rows = _rows(cycles, of)
    value, stable = cycles.value.copy(), cycles.stable[:-1] & cycles.stable[1:]
    for event in reversed(cycles.events):
        k, is_fold = event.index, event.kind == "fold"
        # Beside a fold y goes like the root of the distance, elsewhere like the distance itself.
        apart = np.abs(event.value - cycles.value[k : k + 2]) ** (0.5 if is_fold else 1.0)
        share = apart[0] / apart.sum() if apart.sum() else 0.5
        between = (1 - share) * rows[:, k] + share * rows[:, k + 1]
        rows, value = np.insert(rows, k + 1, between, axis=1), np.insert(value, k + 1, event.value)
        stable = np.insert(stable, k, cycles.stable[k])
        stable[k + 1] = cycles.stable[k + 1]
    drawn, smooth = _smooth(value, rows)
    steady = np.repeat(stable, FINE)
    pieces = [piece for kind, y in zip(kinds, smooth, strict=True) for piece in _runs(kind, steady, drawn, y)]
    marks = []
    for shift, event in enumerate(cycles.events):
        kind, at = "fold of cycles" if event.kind == "fold" else event.kind, event.index + 1 + shift
        marks += [Mark(kind, event.value, float(y[at]), kind, _empty_side(value, at)) for y in rows]
    for k, beside, end in zip((0, -1), (1, -2), cycles.ends, strict=True):
        if end.kind != "edge":
            kind, named = ("hopf", f"Hopf, {1 / end.period:.3g} Hz") if end.kind == "hopf" else ("end", _END[end.kind])
            side = 1 if value[beside] < value[k] else -1
            marks += [Mark(kind, end.value, float(y[k]), named, side) for y in rows]
    return Diagram(tuple(pieces), tuple(marks))


def _empty_side(x: np.ndarray, at: int) -> int:
    """The side of point `at` on which its neighbours are not; 1 where they are on both."""
    return -1 if x[at - 1] > x[at] < x[at + 1] else 1


_END = {"snic": "SNIC", "homoclinic": "homoclinic", "unclear": "slows down", "steps": "not followed", "lost": "lost"}


def _rows(cycles: CycleBranch, of: str) -> tuple[list[str], np.ndarray]:
    """Kinds and values (1 or 2, k) of what is drawn of a branch of cycles."""
    names = [state.name for state in cycles.problem.model.state]
    if of == "frequency":
        return ["frequency"], cycles.frequency[None]
    if of == "output":
        return ["minimum", "maximum"], np.stack([cycles.output_minimum, cycles.output_maximum])
    if of not in names:
        raise KeyError(unknown(cycles.problem.model.name, "state", of, [*names, "output", "frequency"]))
    both = np.stack([cycles.minimum, cycles.maximum]).reshape(2, len(cycles.value), len(names), -1)
    return ["minimum", "maximum"], both[:, :, names.index(of)].mean(axis=2)


def _smooth(x: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points between the computed ones, along the chord: x without new turns, rows (m, n_points) by Akima's cubics."""
    sides = np.stack([x, *rows])
    sides = sides / np.maximum(np.ptp(sides, axis=1, keepdims=True), 1e-300)
    s = np.append(0.0, np.cumsum(np.maximum(np.linalg.norm(np.diff(sides, axis=1), axis=0), 1e-9)))
    fine = np.interp(np.arange(FINE * (s.size - 1) + 1) / FINE, np.arange(s.size), s)
    return PchipInterpolator(s, x)(fine), Akima1DInterpolator(s, rows, axis=1, method="makima")(fine)


def _runs(kind: str, stable: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[Piece, ...]:
    """Pieces of one stability, from that of each segment (n_points - 1,)."""
    cuts = np.concatenate([[0], np.flatnonzero(np.diff(stable)) + 1, [stable.size]])
    return tuple(Piece(kind, bool(stable[a]), x[a : b + 1], y[a : b + 1]) for a, b in pairwise(cuts))


def axis_label(model: Any, of: str) -> str:
    """Axis text of a state, parameter or input, of "frequency", or of the model's output: "output y1 - y2 (mV)"."""
    model = model if isinstance(model, Model) else model.model
    if of == "frequency":
        return label(None, "f")
    if of != "output":
        return label(model, of)
    signal = model.signal or model.state[0]
    if signal.name in [state.name for state in model.state]:
        return label(model, signal.name)

    def symbol(name: re.Match) -> str:
        try:
            return row(model, name[0]).text
        except BookError:
            return name[0]

    words = re.sub(r"[A-Za-z]\w*", symbol, signal.name).replace("-", "\N{MINUS SIGN}")
    return f"output {words} ({signal.unit})"


def page_diagram(
    branch: Branch, cycles: Sequence[CycleBranch] = (), *, of: str = "output", tolerance: float = 1e-3
) -> dict[str, Any]:
    """The diagram of a branch and its cycles as the dict at the top of this file; of: a state, "output", "frequency".

    A point is left out where the picture changes by less than `tolerance` of its sides (Douglas & Peucker 1973,
    doi:10.3138/FM57-6770-U75U-7727), and numbers are rounded to a quarter of that; "deviation" says what both did.
    """
    if not 0 < tolerance < 0.1:
        raise ValueError(f"tolerance wants a share of the picture between 0 and 0.1, got {tolerance}")
    model = branch.problem.model
    for each in cycles:
        if (each.problem.model.name, each.name) != (model.name, branch.name):
            raise ValueError(
                f"a diagram of {model.name} by {branch.name} wants cycles of the same, "
                f"got those of {each.problem.model.name} by {each.name}"
            )
    if of == "frequency" and not cycles:
        raise ValueError("a diagram of frequencies wants at least one branch of cycles")
    shown = [of_branch(branch, of)] if of != "frequency" else []
    shown += [of_cycles(each, of) for each in cycles]
    ys = np.concatenate([piece.y for each in shown for piece in each.pieces])
    frame = Frame.around(branch.values, ys, tolerance)
    curves = [frame.curve(piece) for each in shown for piece in each.pieces]
    events = {str(event): event for each in shown for event in map(frame.event, each.marks)}
    return {
        "model": model.name,
        "x": {"name": branch.name, "label": axis_label(model, branch.name), **frame.ends(branch.values, 0)},
        "y": {"name": of, "label": axis_label(model, of), **frame.ends(ys, 1)},
        "curves": [curve for curve, _ in curves],
        "events": list(events.values()),
        "deviation": float(f"{max(away for _, away in curves):.2g}"),
    }


class Frame(NamedTuple):
    """The sides of a picture, the digits that show in it, and what may be left out, in shares of the sides."""

    size: np.ndarray
    digits: tuple[int, int]
    tolerance: float

    @classmethod
    def around(cls, x: np.ndarray, y: np.ndarray, tolerance: float) -> "Frame":
        """The frame of all points; a side of no length counts as 1."""
        size = np.array([float(np.ptp(side)) or 1.0 for side in (x, y)])
        first, second = (int(np.ceil(-np.log10(tolerance * side / 4))) for side in size)
        return cls(size, (first, second), tolerance)

    def ends(self, along: np.ndarray, axis: int) -> dict[str, float]:
        """Least and largest, rounded."""
        return {
            "low": round(float(along.min()), self.digits[axis]),
            "high": round(float(along.max()), self.digits[axis]),
        }

    def curve(self, piece: Piece) -> tuple[dict[str, Any], float]:
        """A thinned piece, and how far any of its points is from the line that is left."""
        points = np.stack([piece.x, piece.y], axis=1) / self.size
        kept = thinned(points, 0.75 * self.tolerance)
        x, y = np.round(piece.x[kept], self.digits[0]), np.round(piece.y[kept], self.digits[1])
        away = _largest_distance(points, kept, np.stack([x, y], axis=1) / self.size)
        return {"kind": piece.kind, "stable": piece.stable, "x": x.tolist(), "y": y.tolist()}, away

    def event(self, mark: Mark) -> dict[str, Any]:
        """An event; the same from two branches gives the same."""
        shape, filled = SHAPES[mark.kind]
        x, y = round(mark.x, self.digits[0] + 2), round(mark.y, self.digits[1])
        return {"kind": mark.kind, "marker": shape, "filled": filled, "x": x, "y": y, "text": mark.text}


def thinned(points: np.ndarray, tolerance: float) -> np.ndarray:
    """Indices of points (n, 2) that are kept, both ends among them: the others are within `tolerance` of the chords."""
    keep, open_spans = {0, len(points) - 1}, [(0, len(points) - 1)]
    while open_spans:
        start, stop = open_spans.pop()
        away = _distances(points[start + 1 : stop], points[start], points[stop])
        if away.size and away.max() > tolerance:
            middle = start + 1 + int(away.argmax())
            keep.add(middle)
            open_spans += [(start, middle), (middle, stop)]
    return np.array(sorted(keep))


def _distances(points: np.ndarray, start: np.ndarray, stop: np.ndarray) -> np.ndarray:
    """Distances (n,) of points (n, 2) from the stretch between two."""
    chord = stop - start
    along = np.clip((points - start) @ chord / max(float(chord @ chord), 1e-300), 0.0, 1.0)
    return np.linalg.norm(points - start - along[:, None] * chord, axis=1)


def _largest_distance(points: np.ndarray, kept: np.ndarray, drawn: np.ndarray) -> float:
    """How far any of the points (n, 2) is from the line through those that were kept, as drawn."""
    spans = zip(kept[:-1], kept[1:], drawn[:-1], drawn[1:], strict=True)
    return max(float(_distances(points[a : b + 1], start, stop).max()) for a, b, start, stop in spans)
