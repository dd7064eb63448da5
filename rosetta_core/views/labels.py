"""Words for axes and controls, from the symbol table: name, symbol and unit."""

import html
import re

from rosetta_core.book.symbols import Symbol, symbols
from rosetta_core.model import Model

INDEX = re.compile(r"(?<!\w)([^\W\d_])_(\w+)")
"""A letter and its index, as in P_E, in plain words."""


def written(text: str) -> str:
    """HTML of plain words: an index stands below the line."""
    return INDEX.sub(r"\1<sub>\2</sub>", html.escape(text, quote=False))


def row(model: Model | str | int | None, name: str) -> Symbol:
    """The row of a model's state, parameter or input; or of a symbol by its code name in the chapter of that number.

    None takes the first chapter that has a symbol of that name.
    """
    if isinstance(model, (Model, str)):
        return symbols().quantity(model if isinstance(model, str) else model.name, name)
    table = symbols() if model is None else symbols().chapter(model)
    found = table.code(name)
    if not found:
        whose = "the book's table" if model is None else f"the table of chapter {model}"
        raise ValueError(f"no symbol {name!r} in {whose}; it has {', '.join(entry.code for entry in table.rows)}")
    return found[0]


def label(model: Model | str | int | None, name: str) -> str:
    """Axis text with name, symbol and unit: "real part x (1)"."""
    return row(model, name).label


def density_label(model: Model | str | int | None, name: str) -> str:
    """Axis text of a power density: "power of x (1/Hz)"."""
    entry = row(model, name)
    unit = "1/Hz" if entry.unit == "1" else f"{entry.unit}²/Hz"
    return f"power of {entry.text} ({unit})"


def probability_label(name: str) -> str:
    """Axis text of a probability density: "density of r (1)"."""
    entry = row(None, name)
    unit = "1" if entry.unit == "1" else f"1/{entry.unit}"
    return f"density of {entry.text} ({unit})"


def states_label(model: Model) -> str:
    """Axis text where all states share an axis: "x, y (1)"."""
    rows = [row(model, quantity.name) for quantity in model.state]
    return f"{', '.join(entry.text for entry in rows)} ({rows[0].unit})"


def spoken_unit(unit: str) -> str:
    """A unit for a reader: "1/√s" for "1/s^0.5", "1/s²" for "1/s^2", nothing for a pure number."""
    return "" if unit == "1" else unit.replace("s^0.5", "√s").replace("^2", "²")
