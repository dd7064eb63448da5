"""What the analysis found, drawn in the book's style: branches, cycles, curves in two quantities, tongues.

Stable solid, unstable dashed. Markers: Hopf a filled circle, fold a filled square, branch end a cross, Bogdanov-Takens
a filled diamond, cusp a filled triangle. What befalls cycles is open: a fold of cycles is an open square, a torus point
an open circle, period doubling an open triangle. The reader's own ring is larger than these.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from rosetta_core.analysis import Branch, CycleBranch, Tongue
from rosetta_core.analysis.two_parameter import Curve
from rosetta_core.views.diagrams import SHAPES, Diagram, Mark, Piece, axis_label, of_branch, of_cycles
from rosetta_core.views.labels import label
from rosetta_core.views.palette import role
from rosetta_core.views.plots import name_line

_MARKER = {"circle": "o", "square": "s", "triangle": "^", "cross": "x"}
_IN_PLANE = {"bogdanov-takens": "D", "cusp": "^", "generalised hopf": "*", "zero hopf": "p"}
_WORDS = {"bogdanov-takens": "Bogdanov-Takens", "generalised hopf": "generalised Hopf", "zero hopf": "zero-Hopf"}
_EDGES = {"saddle-node": ("s", True), "torus": ("o", False), "period doubling": ("^", False)}
UNSTABLE = (0, (4, 2.5))


def branch(ax: Axes, found: Branch, of: str = "output", *, kind: str = "output", words: bool = True) -> None:
    """Equilibria against what was varied, by a state or "output"; `words` names the events. Colour by role."""
    ax.set_xlim(found.values.min(), found.values.max())
    _draw(ax, of_branch(found, of), role(kind).light, words)
    _name_axes(ax, found, of)


def cycle_branch(ax: Axes, found: CycleBranch, of: str = "output", *, kind: str = "output", words: bool = True) -> None:
    """Least and largest value along cycles, of a state or "output", or their "frequency", against what was varied.

    Where cycles are stable, what they sweep is shaded. The Hopf points at the ends get their circles, and their words
    from `branch`.
    """
    shown = of_cycles(found, of)
    for low, high in _stable_pairs(shown.pieces):
        x = np.concatenate([low.x, high.x[::-1]])
        ax.fill(x, np.concatenate([low.y, high.y[::-1]]), color=role(kind).light, alpha=0.08, linewidth=0)
    _draw(ax, shown, role(kind).light, words)
    _name_axes(ax, found, of)


def _stable_pairs(pieces: Iterable[Piece]) -> list[tuple[Piece, Piece]]:
    low, high = ([one for one in pieces if one.kind == kind and one.stable] for kind in ("minimum", "maximum"))
    return list(zip(low, high, strict=True))


def _draw(ax: Axes, shown: Diagram, colour: str, words: bool) -> None:
    for piece in shown.pieces:
        line, width = ("-", 1.8) if piece.stable else (UNSTABLE, 1.1)
        ax.plot(piece.x, piece.y, color=colour, linestyle=line, linewidth=width)
    highest = {(mark.kind, mark.x): max(m.y for m in shown.marks if m[:2] == mark[:2]) for mark in shown.marks}
    of_cycles_alone = not any(piece.kind == "rest" for piece in shown.pieces)
    for mark in shown.marks:
        shape, filled = SHAPES[mark.kind]
        _marker(ax, (mark.x, mark.y), _MARKER[shape], colour, filled)
        if words and mark.y == highest[mark.kind, mark.x] and not (of_cycles_alone and mark.kind == "hopf"):
            _word(ax, mark, colour)


def _marker(ax: Axes, at: Any, marker: str, colour: str, filled: bool = True, size: float = 5.5) -> None:
    inside = colour if filled else role("paper").light
    ax.plot(*at, marker, color=colour, markerfacecolor=inside, markersize=size, markeredgewidth=1.2, zorder=3)


def _word(ax: Axes, mark: Mark, colour: str) -> None:
    lift = 7 if mark.kind == "hopf" else 0
    left, right = ax.get_xlim()
    width = 72 / ax.figure.dpi * ax.get_window_extent().width  # in points
    room = width * ((mark.x - left) if mark.side < 0 else (right - mark.x)) / (right - left)
    side = mark.side if room > 8 + 5 * len(mark.text) else -mark.side
    behind = {"boxstyle": "square,pad=0.1", "facecolor": role("paper").light, "edgecolor": "none", "alpha": 0.8}
    ax.annotate(
        mark.text,
        (mark.x, mark.y),
        xytext=((5 if lift else 7) * side, lift),
        textcoords="offset points",
        ha="left" if side > 0 else "right",
        va="bottom" if lift else "center",
        fontsize=9,
        color=colour,
        bbox=behind,
    )


def _name_axes(ax: Axes, found: Branch | CycleBranch, of: str) -> None:
    ax.set_xlabel(axis_label(found.problem.model, found.name))
    ax.set_ylabel(axis_label(found.problem.model, of))


def curve(ax: Axes, found: Curve, model: Any, *, name: str = "", place: str = "right", words: bool = True) -> None:
    """A curve of `two_parameter` in the plane of its two quantities: folds a solid line, Hopf points dash and dots.

    Its cusps, Bogdanov-Takens points and their like get marker and word; `name` is written at the end of the line.
    """
    ink = role("output").light
    line, width = ("-", 1.6) if found.kind == "fold" else ((0, (6, 2, 1.2, 2, 1.2, 2)), 1.4)
    ax.plot(*found.values.T, color=ink, linestyle=line, linewidth=width)
    for event in found.events:
        if event.kind != "end":
            _marker(ax, event.values, _IN_PLANE[event.kind], ink, size=8 if event.kind == "generalised hopf" else 5.5)
            if words:
                named, (x, y) = _WORDS.get(event.kind, event.kind), event.values
                ax.annotate(named, (x, y), (7, -9), textcoords="offset points", fontsize=9, color=ink)
    if name:
        name_line(ax, float(found.values[-1, 0]), float(found.values[-1, 1]), name, ink, place)
    ax.set_xlabel(axis_label(model, found.names[0]))
    ax.set_ylabel(axis_label(model, found.names[1]))


def tongue(ax: Axes, found: Tongue, model: Any, input: str) -> None:
    """Where a drive takes the rhythm along: frequency across, amplitude of the `input` up, shaded where it locks.

    Each edge carries the marker of what ends the locking: a filled square for a saddle-node, an open circle for a
    torus, an open triangle for period doubling, nothing where the span cut it. Short dashes are the phase response's
    prediction, the dotted line the frequency without drive.
    """
    drive, weak, free = role("drive"), role("translated"), role("ghost")
    centre, heights = found.ratio[1] / found.ratio[0] * found.frequency, np.append(0.0, found.amplitude)
    low, high = (np.append(centre, edges) for edges in (found.low, found.high))
    ax.fill_betweenx(heights, low, high, where=np.isfinite(low), color=drive.light, alpha=0.12, linewidth=0)
    for edges, side in ((found.low, 0), (found.high, 1)):
        ax.plot(np.append(centre, edges), heights, color=drive.light, linewidth=drive.width)
        for amplitude, edge, locks in zip(found.amplitude, edges, found.locks, strict=True):
            for kind in {lock.kinds[side] for lock in locks if lock[side] == edge} & set(_EDGES):
                marker, filled = _EDGES[kind]
                _marker(ax, (edge, amplitude), marker, drive.light, filled, size=3.6)
    for edges in (found.predicted_low, found.predicted_high):
        ax.plot(np.append(centre, edges), heights, **weak.line)
    ax.axvline(centre, **free.line)
    name_line(ax, found.predicted_high[-1], found.amplitude[-1], "phase response", weak.light, "above")
    ax.set_ylim(0, 1.08 * found.amplitude[-1])
    ax.set_xlabel(label(None, "f"))
    ax.set_ylabel(axis_label(model, input))
