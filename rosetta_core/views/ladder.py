"""The ladder, emblem of the book: rungs from a circle to spikes between a push and a pull, the current one lit."""

import html
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from rosetta_core.integrate import simulate
from rosetta_core.model import Model
from rosetta_core.models import LADDER


class Rung(NamedTuple):
    """A rung of the book: model name, title, its chapters, and the page of the first one if it is written."""

    name: str
    title: str
    chapters: str
    page: str | None = None


RUNGS = (
    Rung("harmonic", "Harmonic oscillator", "Chapter 1"),
    Rung("damped", "Damped oscillator", "Chapter 2"),
    Rung("stuart_landau", "Stuart-Landau", "Chapter 3", "03-stuart-landau"),
    Rung("wilson_cowan", "Wilson-Cowan", "Chapters 7 and 8"),
    Rung("jansen_rit", "Jansen-Rit, or NMM1", "Chapters 9 and 10"),
    Rung("qif_mean_field", "QIF mean field, or NMM2", "Chapters 11 and 12"),
    Rung("qif_network", "QIF neurons, spike by spike", "Chapter 11"),
)
"""From the bottom up. A rung that is a model in LADDER is drawn with its own trace, the others as a plain step."""

_LEFT, _RIGHT, _STEP, _TOP, _WIDTH = 6.0, 106.0, 30.0, 12.0, 430.0


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
        model = {m.name: m for m in LADDER}.get(rung.name)
        colour = "var(--rc-output)" if lit else "var(--rc-ghost)"
        width = 2.4 if lit else 1.1
        shape = _trace(model) if model else ((_LEFT + 4, 0.0), (_RIGHT - 4, 0.0))
        points = " ".join(f"{x:.1f},{y - 10 * z:.1f}" for x, z in shape)
        dash = "" if model else ";stroke-dasharray:2 4"
        line = f'<polyline points="{points}" style="fill:none;stroke:{colour};stroke-width:{width}{dash}"/>'
        return line + self._words(rung, y, lit)

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
def _trace(model: Model) -> tuple[tuple[float, float], ...]:
    """Six seconds of the model's first state with its own defaults, from rail to rail, height within 1."""
    traj = simulate(model, 6.0, 0.01, every=4)
    x = traj.x[:, 0] / np.abs(traj.x[:, 0]).max()
    across = np.linspace(_LEFT + 4, _RIGHT - 4, x.size)
    return tuple(zip(across.tolist(), x.tolist(), strict=True))


def ladder(current: str | None = None) -> Ladder:
    """The ladder with one rung lit, by model name; None lights none (the cover)."""
    return Ladder(current)
