"""The book's colours by role. Declared once, in style.css; read here, so that a figure and a page cannot disagree."""

import re
from dataclasses import dataclass
from pathlib import Path

STYLE = Path(__file__).with_name("style.css")


@dataclass(frozen=True)
class Role:
    """How one role is drawn: colour on a light and on a dark page, dash pattern and width in points."""

    name: str
    light: str
    dark: str
    dash: tuple[float, ...]
    width: float

    @property
    def line(self) -> dict:
        """Keyword arguments for matplotlib's `plot`."""
        return {
            "color": self.light,
            "linewidth": self.width,
            "linestyle": (0, self.dash) if self.dash else "-",
        }


def _declared(block: str) -> dict[str, str]:
    return {name: colour.upper() for name, colour in re.findall(r"--rc-([a-z]+):\s*(#[0-9A-Fa-f]{6})", block)}


def _palette() -> dict[str, Role]:
    light, dark = (_declared(block) for block in STYLE.read_text("utf-8").split("/* dark */", 1))
    # Dash and width say the same as the colour, for a reader who does not see it.
    strokes: dict[str, tuple[tuple[float, ...], float]] = {
        "push": ((), 1.6),
        "pull": ((7, 2.5), 1.6),
        "output": ((), 2.2),
        "drive": ((6, 2, 1.2, 2), 1.6),
        "translated": ((2.6, 1.6), 1.6),
        "ghost": ((1, 1.8), 1.1),
    }
    plain: tuple[tuple[float, ...], float] = ((), 0.8)
    return {name: Role(name, light[name], dark[name], *strokes.get(name, plain)) for name in light}


ROLES = _palette()
"""push, pull, output, drive, translated, ghost for data; ink, paper, wash, line for the page."""


def role(name: str) -> Role:
    """The role of that name; the error names the others."""
    if name not in ROLES:
        raise ValueError(f"no colour for the role {name!r}; the roles are {', '.join(ROLES)}")
    return ROLES[name]
