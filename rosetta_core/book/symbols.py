"""One symbol table for the whole book, read from symbols.yml beside this file.

A row is one of three kinds; `symbol` is LaTeX, `code` its ASCII name, `chapters` where it may be displayed.

    {symbol: '\\alpha', code: alpha, quantity: [stuart_landau.alpha, bautin.alpha], chapters: [3]}
        a state, parameter or input of the named models; unit and meaning come from the first Quantity
    {symbol: z, code: z, meaning: state, parts: [x, y], form: complex, chapters: [3]}
        made of two other rows, by code name: form `complex` is x + iy, `modulus` its length, `angle` its angle
    {symbol: t, code: t, meaning: time, unit: s, chapters: [3]}
        anything else

A symbol, and a code name, means one thing in a chapter; another chapter may give it to another row. A quantity has
one row in the whole book. With `each: [E, I]` a row stands for one row per name, which takes the place of every #.

Optional: `axis`, a short name for axes and tables (default: the meaning), and `text`, the symbol in Unicode
(needed when the LaTeX is more than a letter and a subscript, for example 'r_*').
"""

import contextlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rosetta_core.book import DATA
from rosetta_core.book.reading import BookError, keys, known, listing, read_yaml, text
from rosetta_core.book.units import dimension
from rosetta_core.model import Model, Quantity
from rosetta_core.models import MODELS
from rosetta_core.models.balloon_windkessel import balloon_windkessel

DECLARED = (*MODELS, balloon_windkessel)
"""All whose quantities have symbols: the models, and the link from them to fMRI."""

CHAPTERS = tuple(range(1, 17))
"""The chapters of the book; in symbols.yml also `chapters: all`."""

FORMS = ("complex", "modulus", "angle")
_SUBSCRIPTS = str.maketrans("0123456789aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
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
    def where(self) -> str:
        """The chapters as text: "7, 8"."""
        return ", ".join(map(str, self.chapters))

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
        """Row of a LaTeX symbol, for example `chapter(3).symbol(r"\\alpha")`; BookError where it means many things."""
        found = [row for row in self.rows if row.symbol == latex]
        if not found:
            raise BookError(f"{latex} is not in symbols.yml; add a row with its meaning and unit")
        if len(found) > 1:
            several = "; ".join(f"{row.meaning} (chapters {row.where})" for row in found)
            raise BookError(f"{latex} means several things: {several}; ask the table of one chapter, `chapter(3)`")
        return found[0]

    def code(self, name: str) -> tuple[Symbol, ...]:
        """Rows of a code name, first chapter first: at most one in the table of a chapter."""
        return tuple(sorted((row for row in self.rows if row.code == name), key=lambda row: row.chapters[0]))

    def chapter(self, number: int) -> "SymbolTable":
        """The table of one chapter: what its symbols mean there."""
        return SymbolTable(tuple(row for row in self.rows if number in row.chapters))

    def model(self, model: Model) -> tuple[tuple[Symbol, Quantity], ...]:
        """States, parameters and inputs of a model, each beside its row."""
        quantities = model.state + model.params + model.inputs
        return tuple((self.quantity(model.name, quantity.name), quantity) for quantity in quantities)


def load(path: Path, models: Sequence[Model] = DECLARED) -> SymbolTable:
    """Read and check a symbol table; BookError names the row and the remedy."""
    quantities = {f"{m.name}.{q.name}": q for m in models for q in m.state + m.params + m.inputs}
    table = SymbolTable(())
    for i, family in enumerate(listing(read_yaml(path), path.name), 1):
        for row in _members(family, f"{path.name}, row {i}"):
            table = SymbolTable((*table.rows, _row(row, f"{path.name}, row {i}", quantities, table)))
    for number in sorted({number for row in table.rows for number in row.chapters}):
        rows = table.chapter(number).rows
        _no_clash("symbol", (row.symbol for row in rows), f"{path.name}, chapter {number}")
        _no_clash("code name", (row.code for row in rows), f"{path.name}, chapter {number}")
    _no_clash("quantity", (quantity for row in table.rows for quantity in row.quantities), path.name)
    return table


@cache
def symbols() -> SymbolTable:
    """The book's own table."""
    return load(DATA / "symbols.yml")


def _members(row: Any, where: str) -> Iterator[Any]:
    """The rows of a family, or the row itself."""
    if not isinstance(row, dict) or "each" not in row:
        yield row
        return
    for name in listing(row["each"], where):
        yield {key: _filled(value, str(name)) for key, value in row.items() if key != "each"}


def _filled(value: Any, name: str) -> Any:
    if isinstance(value, list):
        return [_filled(item, name) for item in value]
    return value.replace("#", name) if isinstance(value, str) else value


def _row(row: Any, where: str, declared: dict[str, Quantity], earlier: SymbolTable) -> Symbol:
    kind = [key for key in _KINDS if isinstance(row, dict) and key in row]
    if len(kind) != 1:
        raise BookError(f"{where}: wanted exactly one of {', '.join(_KINDS)}; got {', '.join(kind) or row}")
    keys(row, where, ("symbol", "code", "chapters", *_KINDS[kind[0]]), ("axis", "text"))
    # LaTeX reads a_{1} as a_1, and so does the reader of display equations.
    symbol, where = re.sub(r"_\{(\w)\}", r"_\1", text(row["symbol"], where)), f"{where} ({row['symbol']})"
    quantities = _names(row.get("quantity", []))
    parts = _names(row.get("parts", []))
    form = row.get("form", "")
    if parts and (len(parts) != 2 or form not in FORMS):
        raise BookError(f"{where}: wanted two parts and a form of {', '.join(FORMS)}; got {parts}, {form!r}")
    chapters = _chapters(row["chapters"], where)
    by_code = {other.code: other for other in earlier.rows if set(chapters) <= set(other.chapters)}
    sources = [_quantity(name, declared, where) for name in quantities]
    sources += [_find(name, by_code, where) for name in parts]
    units = [source.unit for source in sources] or [text(row["unit"], where)]
    if len(set(units)) != 1:
        raise BookError(f"{where}: one symbol with units {', '.join(sorted(set(units)))}; split it into two symbols")
    unit = "rad" if form == "angle" else units[0]
    dimension(unit)  # raises for a unit the book does not know
    meaning = sources[0].meaning if quantities else text(row["meaning"], where)
    return Symbol(
        symbol=symbol,
        code=_identifier(row["code"], where),
        text=text(row["text"], where) if "text" in row else _unicode(symbol, where),
        meaning=meaning,
        axis=text(row.get("axis", meaning), where),
        unit=unit,
        chapters=chapters,
        quantities=quantities,
        parts=parts,
        form=form,
    )


def _names(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


def _quantity(name: str, declared: Mapping[str, Quantity], where: str) -> Quantity:
    model = name.partition(".")[0]
    known(model, {other.partition(".")[0] for other in declared}, where)
    return _find(name, {other: row for other, row in declared.items() if other.startswith(f"{model}.")}, where)


def _find(name: str, table: Mapping[str, Any], where: str) -> Any:
    known(name, table, where)
    return table[name]


def _identifier(code: Any, where: str) -> str:
    if not isinstance(code, str) or not code.isidentifier() or not code.isascii():
        raise BookError(f"{where}: code must be an ASCII Python name; got {code!r}")
    return code


def _chapters(chapters: Any, where: str) -> tuple[int, ...]:
    if chapters == "all":
        return CHAPTERS
    if not set(listing(chapters, where)) <= set(CHAPTERS):
        raise BookError(f"{where}: chapters must be whole numbers from 1 to {CHAPTERS[-1]}, or all; got {chapters}")
    return tuple(chapters)


def _unicode(symbol: str, where: str) -> str:
    base, line, below = symbol.partition("_")
    below = below.removeprefix("{").removesuffix("}")
    letter = base if base.isalpha() else _greek(base)
    if not letter or (line and not below.isalnum()):
        raise BookError(f"{where}: cannot write {symbol} in Unicode by itself; add text: '...' to the row")
    # Unicode has some small letters below the line and no capitals; a word of small letters is hard to read.
    small = below.isdigit() or (len(below) == 1 and ord(below) in _SUBSCRIPTS)
    return letter + (below.translate(_SUBSCRIPTS) if small else line + below)


def _greek(command: str) -> str:
    size = "CAPITAL" if command[1:2].isupper() else "SMALL"
    with contextlib.suppress(KeyError):  # Unicode spells one letter otherwise: LAMDA
        return unicodedata.lookup(f"GREEK {size} LETTER {command[1:].replace('lambda', 'lamda')}")
    return ""


def _no_clash(what: str, names: Iterable[str], where: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise BookError(
                f"{where}: {what} {name} is declared twice; one row serves all that means the same: "
                "list more chapters or quantities in it, or choose another name"
            )
        seen.add(name)
