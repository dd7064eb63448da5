"""The ladder, emblem of the book: rungs from a circle to spikes between a push and a pull, the current one lit."""

import html
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from rosetta_core.model import Model
from rosetta_core.models.damped import damped
from rosetta_core.models.harmonic import harmonic
from rosetta_core.models.jansen_rit import jansen_rit
from rosetta_core.models.kuramoto import kuramoto
from rosetta_core.models.master import master
from rosetta_core.models.mpr import mpr
from rosetta_core.models.ping import ping
from rosetta_core.models.stuart_landau import stuart_landau
from rosetta_core.models.theta import theta
from rosetta_core.models.wilson_cowan import wilson_cowan
from rosetta_core.simulation import simulate


class Rung(NamedTuple):
    """A rung of the book: model, title, the part of a run that is drawn, and its chapters with their pages if written.

    The run begins with the model's own defaults, but for the initial states in `start`; `span` is in s.
    """

    model: Model
    title: str
    span: tuple[float, float]
    chapters: dict[int, str | None]
    start: tuple[tuple[str, float], ...] = ()

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name

    @property
    def page(self) -> str | None:
        """The page of its first chapter that is written."""
        return next((page for page in self.chapters.values() if page), None)

    @property
    def where(self) -> str:
        """ "Chapter 3", "Chapters 7 and 8"."""
        return f"Chapter{'s' * (len(self.chapters) > 1)} {' and '.join(map(str, self.chapters))}"


RUNGS = (
    Rung(harmonic, "Harmonic oscillator", (0.0, 6.0), {1: "01-harmonic-oscillator"}),
    Rung(damped, "Damped oscillator", (0.0, 6.0), {1: "01-harmonic-oscillator", 2: "02-forced-noisy-coupled"}),
    Rung(stuart_landau, "Stuart-Landau", (0.0, 6.0), {3: "03-stuart-landau"}),
    Rung(kuramoto, "Kuramoto, phase alone", (0.0, 0.6), {4: "04-entrainment-and-crowds"}),
    Rung(master, "Synapses and rates", (0.2, 0.6), {5: "05-synapses", 6: "06-spikes-to-rates"}),
    Rung(wilson_cowan, "Wilson-Cowan", (0.1, 0.35), {7: "07-wilson-cowan", 8: "08-wilson-cowan-translated"}),
    Rung(jansen_rit, "Jansen-Rit, or NMM1", (1.0, 1.6), {9: None, 10: None}),
    Rung(theta, "Neurons, spike by spike", (0.0, 0.6), {11: None}),
    Rung(mpr, "Exact mean field, or NMM2", (0.0, 0.12), {11: None, 12: None}, start=(("r", 60.0), ("v", 0.0))),
    Rung(ping, "PING, two mean fields", (0.1, 0.2), {12: None}),
)
"""From the bottom up, each drawn with its own output. The mean field starts in its upper state, where it rings."""

_LEFT, _RIGHT, _STEP, _TOP, _WIDTH = 6.0, 106.0, 28.0, 12.0, 430.0
_TARGET = 26.0  # sides of what a finger must hit


class Ladder:
    """The drawing, with one rung lit; shows itself as inline SVG with links to the chapters that exist."""

    def __init__(self, current: str | None = None) -> None:
        names = [rung.name for rung in RUNGS]
        if current is not None and current not in names:
            raise ValueError(f"no rung {current!r} on the ladder; the rungs are {', '.join(names)}")
        self.current = current

    def __repr__(self) -> str:
        return "\n".join(
            f"{'>' if rung.name == self.current else ' '} {rung.title} ({rung.where})" for rung in reversed(RUNGS)
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": repr(self)}

    @property
    def html(self) -> str:
        """A <nav> with the SVG; colours are the page's variables."""
        height = 2 * _TOP + _STEP * len(RUNGS)
        rails = "".join(
            f'<line x1="{x:g}" y1="2" x2="{x:g}" y2="{height - 2:g}" style="stroke:var(--rc-{kind});'
            f'stroke-width:3;stroke-linecap:round{dash}"/>'
            for x, kind, dash in ((_LEFT, "push", ""), (_RIGHT, "pull", ";stroke-dasharray:9 5"))
        )
        rungs = "".join(self._rung(rung, self._height(i)) for i, rung in enumerate(RUNGS))
        return (
            '<nav class="rc-ladder" aria-label="The ladder of models">'
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {height:g}">{rails}{rungs}</svg></nav>'
        )

    @staticmethod
    def _height(index: int) -> float:
        return _TOP + _STEP * (len(RUNGS) - index - 0.5)

    def _rung(self, rung: Rung, y: float) -> str:
        lit = rung.name == self.current
        style = "stroke:var(--rc-output);stroke-width:2.4" if lit else "stroke:var(--rc-ghost);stroke-width:1.1"
        points = " ".join(f"{x:.1f},{y - 10 * z:.1f}" for x, z in _trace(rung.model, rung.span, rung.start))
        return f'<polyline points="{points}" style="fill:none;{style}"/>' + self._words(rung, y, lit)

    @staticmethod
    def _words(rung: Rung, y: float, lit: bool) -> str:
        """The title leads to the first chapter, and at the right each number to its own."""
        fill = "var(--rc-output)" if lit else "var(--rc-ink)" if rung.page else "var(--rc-ghost)"
        title, here = html.escape(rung.title), ' aria-current="page"' if lit else ""
        words = _text(title, _RIGHT + 16, y, f"font-size:14px;fill:{fill}{';font-weight:700' if lit else ''}")
        if rung.page:
            words = f'<a href="{rung.page}.html" aria-label="{title}, {rung.where}"{here}>{words}</a>'
        small, right = "font-size:11px;text-anchor:middle;fill:var(--rc-ghost)", _WIDTH - _TARGET * len(rung.chapters)
        words += _text(rung.where.split()[0], right - 4, y, small.replace("middle", "end"))
        for i, (number, page) in enumerate(rung.chapters.items()):
            left = right + _TARGET * i
            style = small.replace("ghost", "ink") + ";text-decoration:underline" if page else small
            shown = _text(str(number), left + _TARGET / 2, y, style)
            side = f'width="{_TARGET:g}" height="{_TARGET:g}"'
            area = f'<rect x="{left:g}" y="{y - _TARGET / 2:g}" {side} fill="transparent"/>'
            name = f"Chapter {number}, {title}"
            words += f'<a href="{page}.html" aria-label="{name}">{area}{shown}</a>' if page else shown
        return words


def _text(words: str, x: float, y: float, style: str) -> str:
    return f'<text x="{x:g}" y="{y + 5:g}" style="{style}">{words}</text>'


@cache
def _trace(
    model: Model, span: tuple[float, float], start: tuple[tuple[str, float], ...]
) -> tuple[tuple[float, float], ...]:
    """The model's output around its median, from rail to rail, height within 1."""
    first, last = span
    traj = simulate(model, last, (last - first) / 2400, every=16, x0=dict(start))
    p = tuple(row.default for row in model.params)
    y = np.array([model.output.py_func(tuple(x), p) for x in traj.x[traj.t >= first]])
    y -= np.median(y)
    across = np.linspace(_LEFT + 4, _RIGHT - 4, y.size)
    return tuple(zip(across.tolist(), (y / np.abs(y).max()).tolist(), strict=True))


def ladder(current: str | None = None) -> Ladder:
    """The ladder with one rung lit, by model name; None lights none (the cover)."""
    return Ladder(current)
