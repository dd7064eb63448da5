"""A translation as a figure: both rungs over each other, and the error against the distance, with its order."""

import numpy as np
from matplotlib.axes import Axes

from rosetta_core.translate import Scan, Sides, Translation
from rosetta_core.views.figures import Figure, axes, show
from rosetta_core.views.palette import role
from rosetta_core.views.plots import name_line

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")


def translation(found: Translation, scan: Scan | None = None, *, alt: str = "") -> Figure:
    """Left the same quantity on both rungs, right the errors of `found.scan()`, or of a `scan` made already.

    A vertical line stands where the translation stops being trusted. Left out, the alt text says what is measured.
    """
    scan = found.scan() if scan is None else scan
    figure, (left, right) = axes(1, 2, width=6.8, height=2.8)
    draw_sides(left, found.sides(), (found.source.name, found.target.name))
    draw_scan(right, scan, found.valid.limit)
    orders = ", ".join(f"{name.replace('_', ' ')} with power {order:.2f}" for name, order in scan.order.items())
    words = f"{found.source.name} over its translation to {found.target.name}; errors on logarithmic axes: {orders}."
    return show(figure, alt=alt or words[:300])


def draw_sides(ax: Axes, sides: Sides, names: tuple[str, str]) -> None:
    """Both rungs' signals: the source as an output, the target dashed over it, each with its name beside its end."""
    kinds, signals = ("output", "translated"), [_real(y) for y in (sides.source, sides.target)]
    last = [float(y[np.isfinite(y)][-1]) for y in signals]
    for i, (kind, y, name) in enumerate(zip(kinds, signals, names, strict=True)):
        ax.plot(sides.across, y, **role(kind).line)
        above = last[i] > last[1 - i] or (i == 1 and last[0] == last[1])
        ax.annotate(
            name.replace("_", " "), (sides.across[-1], last[i]), xytext=(4, 6 if above else -6),
            textcoords="offset points", va="center", color=role(kind).light, annotation_clip=False,
        )  # fmt: skip
    ax.set(xlabel=_label(sides.across_name, sides.across_unit), ylabel=_label(sides.name, sides.unit))


def draw_scan(ax: Axes, scan: Scan, limit: float) -> None:
    """Errors against the small parameter, each with a line of its fitted order and both written beside it."""
    drawn = [(n, e) for n, e in scan.errors.items() if np.isfinite(e).all() and (np.abs(e) > 0).all()]
    for (name, error), marker in zip(drawn, MARKERS, strict=False):
        size, order = np.abs(error), scan.order[name]
        ax.loglog(scan.value, size, marker, color=role("translated").light, markersize=4.5)
        if np.isfinite(order):
            middle = np.exp(np.log(size).mean() - order * np.log(scan.value).mean())
            ax.loglog(scan.value, middle * scan.value**order, **role("ghost").line)
        text = name.replace("_", " ") + (f", order {order:.2f}" if np.isfinite(order) else "")
        name_line(ax, float(scan.value[-1]), float(size[-1]), text, role("translated").light)
    ax.axvline(limit, color=role("line").light, linewidth=0.8, linestyle=(0, (1, 2)))
    ax.set(xlabel=_label(scan.name, scan.unit), ylabel="relative error (1)")


def _real(y: np.ndarray) -> np.ndarray:
    return np.abs(y) if np.iscomplexobj(y) else y


def _label(name: str, unit: str) -> str:
    return f"{name} ({unit})"
