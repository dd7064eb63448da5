"""One symbol table for the whole book, read from symbols.yml beside this file.

A row is one of three kinds; `symbol` is LaTeX, `code` its ASCII name, `chapters` where it may be displayed.

    {symbol: '\\alpha', code: alpha, quantity: [stuart_landau.alpha, bautin.alpha], chapters: [3]}
        a state, parameter or input of the named models; unit and meaning come from the first Quantity
    {symbol: z, code: z, meaning: state, parts: [x, y], form: complex, chapters: [3]}
        made of two other rows, by code name: form `complex` is x + iy, `modulus` its length, `angle` its angle
    {symbol: t, code: t, meaning: time, unit: s, chapters: [3]}
        anything else

Optional: `axis`, a short name for axes and tables (default: the meaning), and `text`, the symbol in Unicode
(needed when the LaTeX is more than letters, for example 'r_*').
"""

import contextlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rosetta_core.book import DATA
from rosetta_core.book.reading import BookError, keys, known, listing, read_yaml, text
from rosetta_core.book.units import dimension
from rosetta_core.model import Model, Quantity
from rosetta_core.models import MODELS

FORMS = ("complex", "modulus", "angle")
_KINDS = {"quantity": ("quantity",), "parts": ("meaning", "parts", "form"), "unit": ("meaning", "unit")}


@dataclass(frozen=True)
class Symbol:
    """One row: LaTeX, ASCII and Unicode spelling, meaning, unit, and what it stands for."""

    symbol: str
    code: str
    text: str
    meaning: str
    axis: str
    unit: str
    chapters: tuple[int, ...]
    quantities: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    form: str = ""

    @property
    def label(self) -> str:
        """Axis text with name, symbol and unit: "real part x (1)"."""
        return f"{self.axis} {self.text} ({self.unit})"


@dataclass(frozen=True)
class SymbolTable:
    """All rows of the book, in file order."""

    rows: tuple[Symbol, ...]

    def quantity(self, model: str, name: str) -> Symbol:
        """Row of one Quantity, for example `quantity("stuart_landau", "re")`."""
        wanted = f"{model}.{name}"
        for row in self.rows:
            if wanted in row.quantities:
                return row
        known = ", ".join(q for row in self.rows for q in row.quantities if q.startswith(f"{model}."))
        raise BookError(f"no symbol for {wanted}; {model} has: {known or 'none'}; add a row to symbols.yml")

    def symbol(self, latex: str) -> Symbol:
        """Row of a LaTeX symbol, for example `symbol(r"\\alpha")`."""
        for row in self.rows:
            if row.symbol == latex:
                return row
        raise BookError(f"{latex} is not in symbols.yml; add a row with its meaning and unit")

    def chapter(self, number: int) -> tuple[Symbol, ...]:
        """Rows that may be displayed in one chapter."""
        return tuple(row for row in self.rows if number in row.chapters)

    def model(self, model: Model) -> tuple[tuple[Symbol, Quantity], ...]:
        """States, parameters and inputs of a model, each beside its row."""
        quantities = model.state + model.params + model.inputs
        return tuple((self.quantity(model.name, quantity.name), quantity) for quantity in quantities)


def load(path: Path, models: Sequence[Model] = MODELS) -> SymbolTable:
    """Read and check a symbol table; BookError names the row and the remedy."""
    quantities = {f"{m.name}.{q.name}": q for m in models for q in m.state + m.params + m.inputs}
    rows = listing(read_yaml(path), path.name)
    table = SymbolTable(())
    for i, row in enumerate(rows, 1):
        table = SymbolTable((*table.rows, _row(row, f"{path.name}, row {i}", quantities, table)))
    for what, names in (
        ("symbol", (row.symbol for row in table.rows)),
        ("code name", (row.code for row in table.rows)),
        ("quantity", (quantity for row in table.rows for quantity in row.quantities)),
    ):
        _no_clash(what, names, path.name)
    return table


@cache
def symbols() -> SymbolTable:
    """The book's own table."""
    return load(DATA / "symbols.yml")


def _row(row: Any, where: str, declared: dict[str, Quantity], earlier: SymbolTable) -> Symbol:
    kind = [key for key in _KINDS if isinstance(row, dict) and key in row]
    if len(kind) != 1:
        raise BookError(f"{where}: wanted exactly one of {', '.join(_KINDS)}; got {', '.join(kind) or row}")
    keys(row, where, ("symbol", "code", "chapters", *_KINDS[kind[0]]), ("axis", "text"))
    symbol, where = text(row["symbol"], where), f"{where} ({row['symbol']})"
    quantities = _names(row.get("quantity", []))
    parts = _names(row.get("parts", []))
    form = row.get("form", "")
    if parts and (len(parts) != 2 or form not in FORMS):
        raise BookError(f"{where}: wanted two parts and a form of {', '.join(FORMS)}; got {parts}, {form!r}")
    by_code = {other.code: other for other in earlier.rows}
    sources = [_find(name, declared, where) for name in quantities] + [_find(name, by_code, where) for name in parts]
    units = {source.unit for source in sources} or {text(row["unit"], where)}
    if len(units) != 1:
        raise BookError(f"{where}: one symbol with units {', '.join(sorted(units))}; split it into two symbols")
    unit = "rad" if form == "angle" else units.pop()
    dimension(unit)  # raises for a unit the book does not know
    meaning = sources[0].meaning if quantities else text(row["meaning"], where)
    return Symbol(
        symbol=symbol,
        code=_identifier(row["code"], where),
        text=text(row["text"], where) if "text" in row else _unicode(symbol, where),
        meaning=meaning,
        axis=text(row.get("axis", meaning), where),
        unit=unit,
        chapters=_chapters(row["chapters"], where),
        quantities=quantities,
        parts=parts,
        form=form,
    )


def _names(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


def _find(name: str, table: Mapping[str, Any], where: str) -> Any:
    known(name, table, where)
    return table[name]


def _identifier(code: Any, where: str) -> str:
    if not isinstance(code, str) or not code.isidentifier() or not code.isascii():
        raise BookError(f"{where}: code must be an ASCII Python name; got {code!r}")
    return code


def _chapters(chapters: Any, where: str) -> tuple[int, ...]:
    if not all(isinstance(number, int) and number > 0 for number in listing(chapters, where)):
        raise BookError(f"{where}: chapters must be positive whole numbers; got {chapters}")
    return tuple(chapters)


def _unicode(symbol: str, where: str) -> str:
    if symbol.isalpha():
        return symbol
    size = "CAPITAL" if symbol[1:2].isupper() else "SMALL"
    with contextlib.suppress(KeyError):  # Unicode spells one letter otherwise: LAMDA
        return unicodedata.lookup(f"GREEK {size} LETTER {symbol[1:].replace('lambda', 'lamda')}")
    raise BookError(f"{where}: cannot write {symbol} in Unicode by itself; add text: '...' to the row")


def _no_clash(what: str, names: Iterable[str], where: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise BookError(
                f"{where}: {what} {name} is declared twice; one row serves the whole book: "
                "list more chapters or quantities in it, or choose another name"
            )
        seen.add(name)
