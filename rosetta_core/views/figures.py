"""Figures in the book's style: thin axes, names on the lines, one SVG that follows the page's theme."""

import base64
import io
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import matplotlib
from cycler import cycler
from matplotlib.figure import Figure as MatplotlibFigure

from rosetta_core.views.branches import branch, curve, cycle_branch, tongue
from rosetta_core.views.labels import density_label, label
from rosetta_core.views.palette import ROLES, role
from rosetta_core.views.plots import bifurcation, name_line, phase_plane, spectrum, time_series
from rosetta_core.views.svg import themed

__all__ = [
    "ROLES",
    "Figure",
    "axes",
    "bifurcation",
    "branch",
    "curve",
    "cycle_branch",
    "density_label",
    "label",
    "name_line",
    "phase_plane",
    "role",
    "show",
    "spectrum",
    "style",
    "time_series",
    "tongue",
]

_INK, _LINE = ROLES["ink"].light, ROLES["line"].light
_STYLE: dict[Any, Any] = {
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "axes.edgecolor": _LINE,
    "axes.linewidth": 0.8,
    "axes.labelcolor": _INK,
    "axes.labelsize": 10,
    "axes.titlesize": 10,
    "axes.titlecolor": _INK,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": cycler(color=[ROLES[n].light for n in ("push", "pull", "drive", "translated")]),
    "xtick.color": _LINE,
    "ytick.color": _LINE,
    "xtick.labelcolor": _INK,
    "ytick.labelcolor": _INK,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "xtick.major.width": 0.8,
    "ytick.major.width": 0.8,
    "ytick.minor.width": 0.5,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "text.color": _INK,
    "font.size": 10,
    "lines.solid_capstyle": "round",
    "mathtext.fontset": "dejavusans",
    "legend.frameon": False,
    "figure.constrained_layout.w_pad": 0.06,
}


class Figure:
    """A finished figure: inline SVG on a page, PNG in print, its alt text where there is neither."""

    def __init__(self, figure: MatplotlibFigure, alt: str) -> None:
        self.figure, self.alt = figure, checked_alt(alt)

    @property
    def svg(self) -> str:
        """The figure as an SVG element that follows the page's theme."""
        return themed(self.figure, self.alt)

    def png(self, dpi: int = 144) -> bytes:
        """The figure on white, for print and for readers of the notebook file."""
        buffer = io.BytesIO()
        self.figure.savefig(buffer, format="png", dpi=dpi, facecolor=ROLES["paper"].light, metadata={"Software": None})
        return buffer.getvalue()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {
            "text/html": f'<div class="rc-figure">{self.svg}</div>',
            "image/png": base64.b64encode(self.png()).decode(),
            "text/plain": self.alt,
        }


def checked_alt(alt: str) -> str:
    """The alt text on one line; ValueError unless it says something in 40 to 300 characters."""
    alt = " ".join(str(alt).split())
    if not 40 <= len(alt) <= 300:
        raise ValueError(
            f"alt text wants 40 to 300 characters that say what a reader would see; got {len(alt)}: {alt!r}"
        )
    return alt


def style() -> AbstractContextManager[None]:
    """The book's look as a context: `with figures.style(): ...`. `figures.axes` uses it by itself."""
    return matplotlib.rc_context(_STYLE)


def axes(
    rows: int = 1,
    columns: int = 1,
    *,
    width: float = 6.2,
    height: float = 2.6,
    mosaic: Sequence[Any] | None = None,
    **options: Any,
) -> tuple:
    """A figure and its axes in the book's style, as `pyplot.subplots` gives them; width and height in inches.

    A `mosaic` of names gives axes by name instead of rows and columns. `options` go to matplotlib (sharex,
    width_ratios, ...). Nothing is shown until `show`.
    """
    with style():
        figure = MatplotlibFigure(figsize=(width, height), layout="constrained")
        if mosaic is not None:
            return figure, figure.subplot_mosaic(list(mosaic), **options)
        return figure, figure.subplots(rows, columns, **options)


def show(figure: MatplotlibFigure, *, alt: str) -> Figure:
    """The figure with its alt text (40 to 300 characters), for the last line of a cell."""
    return Figure(figure, alt)
