"""A translation as a figure: both rungs over each other, and the error against the distance, with its order."""

from itertools import pairwise
from textwrap import fill
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullFormatter

from rosetta_core.model import Model
from rosetta_core.translate import Experiment, Scan, Sides, Translation
from rosetta_core.views.figures import Figure, axes, show
from rosetta_core.views.palette import role
from rosetta_core.views.plots import name_line

_KINDS = ("output", "translated", "drive", "ghost")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")


def translation(found: Translation, scan: Scan | None = None, *, alt: str = "") -> Figure:
    """Left the same quantity on both rungs, right the errors of `found.scan()`, or of a `scan` made already.

    A vertical line stands where the translation stops being trusted. Left out, the alt text says what is measured.
    """
    scan = found.scan() if scan is None else scan
    figure, (left, right) = axes(1, 2, width=6.8, height=3.0)
    draw_sides(left, found.sides(), (_spoken(found.source), _spoken(found.target)))
    draw_scan(right, scan, found.valid.limit)
    orders = ", ".join(f"{name.replace('_', ' ')} with power {order:.2f}" for name, order in scan.order.items())
    words = f"{found.source.name} over its translation to {found.target.name}; errors on logarithmic axes: {orders}."
    return show(figure, alt=alt or words[:300])


def experiment(found: Experiment, names: tuple[str, ...], unit: str, *, alt: str) -> Figure:
    """What `protocol` found, with every rung on the same axes: spectrum, resonance, and with a rhythm its phases too.

    names of the rungs for the reader, the source's first; unit of the input, as the output's is the source's own. The
    source is an output, its first translation dashed, the second a drive's dash, others dotted.
    """
    rhythmic = found.response is not None and found.tongues is not None
    figure, panels = axes(2 if rhythmic else 1, 2, width=6.8, height=5.2 if rhythmic else 2.8)
    flat = np.ravel(panels)
    near = np.abs(found.frequency / found.drive.mean() - 1) < 0.5
    per = "" if unit == "1" else f" {unit}"
    for i, (kind, name) in enumerate(zip(_KINDS, names, strict=False)):
        line = role(kind).line
        flat[0].semilogy(found.frequency[near], found.spectrum[i][near], **line, label=name)
        flat[1].plot(found.drive, found.resonance[i], **line)
        if found.response is not None and found.tongues is not None:
            flat[2].plot(found.phase, found.response[i], **line)
            tongue = found.tongues[i]
            flat[3].plot(tongue.low, tongue.amplitude, **line)
            flat[3].plot(tongue.high, tongue.amplitude, **line)
    flat[0].set(xlabel="frequency (Hz)", ylabel="power of the output (1/Hz)")
    flat[1].set(xlabel="frequency of the drive (Hz)", ylabel="amplitude of the output (1)")
    if rhythmic:
        flat[2].set(xlabel="phase (rad)", ylabel=f"response to {found.input} (rad/s per{per or ' 1'})")
        flat[3].set(xlabel="frequency of the drive (Hz)", ylabel=f"amplitude of {found.input} ({unit})")
    figure.legend(loc="outside upper left", ncols=len(names), handlelength=2.6, frameon=False)
    return show(figure, alt=alt)


def draw_sides(ax: Axes, sides: Sides, names: tuple[str, str]) -> None:
    """Both rungs' signals: the source as an output, the target dashed over it; their names stand above."""
    for kind, y, name in zip(("output", "translated"), (sides.source, sides.target), names, strict=True):
        ax.plot(sides.across, _real(y), **role(kind).line, label=name)
    ax.set(xlabel=_label(sides.across_name, sides.across_unit), ylabel=fill(_label(sides.name, sides.unit), 30))
    # Two lines on each other leave no room for a name at the end of either.
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), frameon=False, handlelength=2.6, borderpad=0, fontsize=9)


def draw_scan(ax: Axes, scan: Scan, limit: float) -> None:
    """Errors against the small parameter, each with a line of its fitted order and both written beside it."""
    colour = role("translated").light
    drawn = [(n, np.abs(e)) for n, e in scan.errors.items() if np.isfinite(e).all() and (np.abs(e) > 0).all()]
    for (name, size), marker in zip(drawn, MARKERS, strict=False):
        order = scan.order[name]
        ax.loglog(scan.value, size, marker, color=colour, markersize=4.5)
        if np.isfinite(order):
            # Through the first five values, which the next order reaches least.
            middle = np.exp(np.log(size[:5]).mean() - order * np.log(scan.value[:5]).mean())
            ax.loglog(scan.value, middle * scan.value**order, **role("ghost").line)
    ax.axvline(limit, color=role("line").light, linewidth=0.8, linestyle=(0, (1, 2)))
    ax.set(xlabel=_label(scan.name, scan.unit), ylabel="relative error (1)")
    ax.xaxis.set_minor_formatter(NullFormatter())
    last = [(name, float(size[-1])) for name, size in drawn]
    for (name, _), at in zip(last, _apart(ax, [size for _, size in last]), strict=True):
        order = scan.order[name]
        text = name.replace("_", " ") + (f", {order:.2f}" if np.isfinite(order) else "")
        name_line(ax, float(scan.value[-1]), at, text, colour)


def _apart(ax: Axes, heights: list[float]) -> list[float]:
    """The same heights on the logarithmic axis, moved up as far as two names need not to cover each other."""
    low, high = np.log(ax.get_ylim())
    placed = np.log(heights)
    order = np.argsort(placed)
    for below, above in pairwise(order):
        placed[above] = max(placed[above], placed[below] + 0.11 * (high - low))
    return np.exp(placed).tolist()


def _real(y: np.ndarray) -> np.ndarray:
    return np.abs(y) if np.iscomplexobj(y) else y


def _spoken(model: Any) -> str:
    return model.title if isinstance(model, Model) else model.name.replace("_", " ")


def _label(name: str, unit: str) -> str:
    return f"{name} ({unit})"
