"""Symbol tables as Markdown: the site and a notebook both typeset the symbols."""

from typing import Any

from rosetta_core.book.symbols import Symbol, symbols
from rosetta_core.model import Model, Quantity
from rosetta_core.models import MODELS


class Table:
    """A table in Markdown, with its plain text for a terminal."""

    def __init__(self, head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
        self.markdown = "\n".join("| " + " | ".join(cells) + " |" for cells in (head, ("---",) * len(head), *rows))

    def __repr__(self) -> str:
        return self.markdown

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/markdown": self.markdown, "text/plain": self.markdown}


def symbol_table(model: Model | str | None = None) -> Table:
    """States, parameters and inputs of a model (or its name) with unit, default and range; None: all of the book."""
    table = symbols()
    if model is None:
        head = ("symbol", "in code", "meaning", "unit", "chapters")
        return Table(head, [_entry(entry) for entry in table.rows])
    head = ("symbol", "in code", "meaning", "unit", "default", "range")
    return Table(head, [_quantity(entry, quantity) for entry, quantity in table.model(_model(model))])


def _model(model: Model | str) -> Model:
    if isinstance(model, Model):
        return model
    found = {m.name: m for m in MODELS}
    if model not in found:
        raise ValueError(f"no model {model!r}; there are {', '.join(found)}")
    return found[model]


def _entry(entry: Symbol) -> tuple[str, ...]:
    chapters = ", ".join(str(number) for number in entry.chapters)
    return (f"${entry.symbol}$", f"`{entry.code}`", entry.meaning, entry.unit, chapters)


def _quantity(entry: Symbol, quantity: Quantity) -> tuple[str, ...]:
    span = f"{number(quantity.low)} to {number(quantity.high)}"
    return (
        f"${entry.symbol}$",
        f"`{quantity.name}`",
        quantity.meaning,
        quantity.unit,
        number(quantity.default),
        span,
    )


def number(value: float) -> str:
    """A number for a reader: up to four digits, a true minus sign."""
    return f"{value:.4g}".replace("-", "−")
