"""Symbol tables as Markdown: the site and a notebook both typeset the symbols."""

from collections.abc import Iterable
from typing import Any

from rosetta_core.book.symbols import CHAPTERS, DECLARED, Symbol, symbols
from rosetta_core.model import Model, Quantity
from rosetta_core.views.labels import spoken_unit

_ENTRY = ("symbol", "in code", "meaning", "unit", "chapters")


class Table:
    """Text and tables in Markdown, with the same as plain text for a terminal."""

    def __init__(self, *blocks: str) -> None:
        self.markdown = "\n\n".join(blocks)

    def __repr__(self) -> str:
        return self.markdown

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/markdown": self.markdown, "text/plain": self.markdown}


def rows_below(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table."""
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, ("---",) * len(head), *rows))


def symbol_table(model: Model | str | int | None = None) -> Table:
    """States, parameters and inputs of a model (or its name) with unit, default and range.

    With a number the symbols of that chapter; with None all of the book, under the chapter that has them first.
    """
    table = symbols()
    if isinstance(model, int):
        return Table(rows_below(_ENTRY, map(_entry, table.chapter(model).rows)))
    if model is None:
        first: dict[str, list[Symbol]] = {}
        for entry in sorted(table.rows, key=lambda entry: entry.chapters[0]):
            title = "Everywhere" if entry.chapters == CHAPTERS else f"New in Chapter {entry.chapters[0]}"
            first.setdefault(title, []).append(entry)
        return Table(*(f"### {title}\n\n{rows_below(_ENTRY, map(_entry, rows))}" for title, rows in first.items()))
    head = ("symbol", "in code", "meaning", "unit", "default", "range")
    return Table(rows_below(head, (_quantity(entry, quantity) for entry, quantity in table.model(named(model)))))


def named(model: Model | str) -> Model:
    """A model by its name; ValueError lists the names there are."""
    if isinstance(model, Model):
        return model
    found = {m.name: m for m in DECLARED}
    if model not in found:
        raise ValueError(f"no model {model!r}; there are {', '.join(found)}")
    return found[model]


def _entry(entry: Symbol) -> tuple[str, ...]:
    where = "all" if entry.chapters == CHAPTERS else entry.where
    return (f"${entry.symbol}$", f"`{entry.code}`", entry.meaning, spoken_unit(entry.unit) or "1", where)


def _quantity(entry: Symbol, quantity: Quantity) -> tuple[str, ...]:
    span = f"{number(quantity.low)} to {number(quantity.high)}"
    return (
        f"${entry.symbol}$",
        f"`{quantity.name}`",
        quantity.meaning,
        spoken_unit(quantity.unit) or "1",
        number(quantity.default),
        span,
    )


def number(value: float, digits: int = 4) -> str:
    """A number for a reader: up to so many digits, a true minus sign."""
    return f"{value:.{digits}g}".replace("-", "−")
