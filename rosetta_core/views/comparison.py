"""Numbers side by side: what was published, what a second way gives, what is found here."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from rosetta_core.views.symbols import Table, named, rows_below

RECORDED = Path(__file__).resolve().parents[2] / "benchmarks" / "continuation" / "comparison.json"
_HEAD = ("number", "published", "second way", "here", "unit", "verdict")


class Row(NamedTuple):
    """A number `here`, beside the one `published`, as printed ("113.58", "" for none), and one by a `second` way."""

    what: str
    here: float
    published: str = ""
    second: float | None = None
    unit: str = ""

    @property
    def last_digit(self) -> float:
        """One unit of the last printed digit."""
        return 10.0 ** -len(self.published.partition(".")[2])

    @property
    def agrees(self) -> bool:
        """Whether it is within one unit of the last printed digit (some truncate), and 1e-6 of the second."""
        printed = not self.published or abs(self.here - float(self.published)) <= self.last_digit
        return printed and (self.second is None or abs(self.here - self.second) <= 1e-6 * max(1.0, abs(self.second)))


def side_by_side(*rows: Row) -> Table:
    """The rows as a table; columns that no row fills are left out."""
    shown = [_cells(row) for row in rows]
    used = [k for k in range(len(_HEAD)) if k == 0 or any(cells[k] for cells in shown)]
    return Table(rows_below(tuple(_HEAD[k] for k in used), [tuple(cells[k] for k in used) for cells in shown]))


def _cells(row: Row) -> tuple[str, ...]:
    compared = row.published or row.second is not None
    verdict = ("agrees" if row.agrees else "**differs**") if compared else ""
    second = "" if row.second is None else _digits(row.second)
    return row.what, row.published.replace("-", "\N{MINUS SIGN}"), second, _digits(row.here), row.unit, verdict


def _digits(value: float) -> str:
    """Five decimals or seven digits, whichever is shorter; a true minus sign."""
    return f"{round(value, 5) + 0.0:.7g}".replace("-", "\N{MINUS SIGN}")


def recorded(path: Path = RECORDED) -> dict[str, Any]:
    """What another continuation code and this package found, as `benchmarks/continuation` recorded it."""
    if not path.is_file():
        raise FileNotFoundError(f"no {path.name}: the source of the book has it in benchmarks/continuation")
    return json.loads(path.read_text("utf-8"))


def beside_another_code(found: dict[str, Any]) -> Table:
    """Both values of every quantity, how far they are apart, and how far the other code's tolerances let them be."""
    head = ("point", "quantity", found["code"]["name"], "here", "unit", "apart", "allowed")
    rows: list[tuple[str, ...]] = []
    model = None
    for value in found["values"]:
        if value["model"] != model:
            model = value["model"]
            rows.append((f"*{named(model).title}*", *[""] * (len(head) - 1)))
        apart = f"{abs(value['auto'] - value['rosetta_core']):.1e}"
        both = (f"{value[code]:.10g}" for code in ("auto", "rosetta_core"))
        where = value["id"].partition(".period.")[2]
        what = f"{value['what']} at {where}" if where else value["what"]
        cells = (what, f"`{value['quantity']}`", *both, value["unit"], apart, f"{value['allowed']:.0e}")
        rows.append(tuple(cell if k < 2 else cell.replace("-", "\N{MINUS SIGN}") for k, cell in enumerate(cells)))
    return Table(rows_below(head, rows))
