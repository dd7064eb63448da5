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
    """A rung of the book: model, title, its chapters, the part of a run that is drawn, and its page if it is written.

    The run begins with the model's own defaults, but for the initial states in `start`; `span` is in s.
    """

    model: Model
    title: str
    chapters: str
    span: tuple[float, float]
    page: str | None = None
    start: tuple[tuple[str, float], ...] = ()

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name


RUNGS = (
    Rung(harmonic, "Harmonic oscillator", "Chapter 1", (0.0, 6.0), "01-harmonic-oscillator"),
    Rung(damped, "Damped oscillator", "Chapters 1 and 2", (0.0, 6.0), "02-forced-noisy-coupled"),
    Rung(stuart_landau, "Stuart-Landau", "Chapter 3", (0.0, 6.0), "03-stuart-landau"),
    Rung(kuramoto, "Kuramoto, phase alone", "Chapter 4", (0.0, 0.6), "04-entrainment-and-crowds"),
    Rung(master, "Synapses and rates", "Chapters 5 and 6", (0.2, 0.6), "05-synapses"),
    Rung(wilson_cowan, "Wilson-Cowan", "Chapters 7 and 8", (0.1, 0.35), "07-wilson-cowan"),
    Rung(jansen_rit, "Jansen-Rit, or NMM1", "Chapters 9 and 10", (1.0, 1.6)),
    Rung(theta, "Neurons, spike by spike", "Chapter 11", (0.0, 0.6)),
    Rung(mpr, "Exact mean field, or NMM2", "Chapters 11 and 12", (0.0, 0.12), start=(("r", 60.0), ("v", 0.0))),
    Rung(ping, "PING, two mean fields", "Chapter 12", (0.1, 0.2)),
)
"""From the bottom up, each drawn with its own output. The mean field starts in its upper state, where it rings."""

_LEFT, _RIGHT, _STEP, _TOP, _WIDTH = 6.0, 106.0, 28.0, 12.0, 430.0


class Ladder:
    """The drawing, with one rung lit; shows itself as inline SVG with links to the chapters that exist."""

    def __init__(self, current: str | None = None) -> None:
        names = [rung.name for rung in RUNGS]
        if current is not None and current not in names:
            raise ValueError(f"no rung {current!r} on the ladder; the rungs are {', '.join(names)}")
        self.current = current

    def __repr__(self) -> str:
        return "\n".join(
            f"{'>' if rung.name == self.current else ' '} {rung.title} ({rung.chapters})" for rung in reversed(RUNGS)
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
        points = " ".join(f"{x:.1f},{y - 10 * z:.1f}" for x, z in _trace(rung))
        return f'<polyline points="{points}" style="fill:none;{style}"/>' + self._words(rung, y, lit)

    @staticmethod
    def _words(rung: Rung, y: float, lit: bool) -> str:
        fill = "var(--rc-output)" if lit else "var(--rc-ink)" if rung.page else "var(--rc-ghost)"
        weight = ";font-weight:700" if lit else ""
        title, chapters = html.escape(rung.title), html.escape(rung.chapters)
        words = (
            f'<text x="{_RIGHT + 16:g}" y="{y + 5:g}" style="font-size:14px;fill:{fill}{weight}">{title}'
            f'<tspan style="font-size:11px;font-weight:400;fill:var(--rc-ghost)" dx="8">{chapters}</tspan></text>'
        )
        if rung.page is None:
            return words
        here = ' aria-current="page"' if lit else ""
        return f'<a href="{rung.page}.html" aria-label="{title}, {chapters}"{here}>{words}</a>'


@cache
def _trace(rung: Rung) -> tuple[tuple[float, float], ...]:
    """The model's output around its median, from rail to rail, height within 1."""
    first, last = rung.span
    traj = simulate(rung.model, last, (last - first) / 2400, every=16, x0=dict(rung.start))
    p = tuple(row.default for row in rung.model.params)
    y = np.array([rung.model.output.py_func(tuple(x), p) for x in traj.x[traj.t >= first]])
    y -= np.median(y)
    across = np.linspace(_LEFT + 4, _RIGHT - 4, y.size)
    return tuple(zip(across.tolist(), (y / np.abs(y).max()).tolist(), strict=True))


def ladder(current: str | None = None) -> Ladder:
    """The ladder with one rung lit, by model name; None lights none (the cover)."""
    return Ladder(current)
