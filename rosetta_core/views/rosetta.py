"""The Rosetta table: every rung with its push, its pull, what it does, and what a translation of it costs."""

import html
import re
from functools import cache
from pathlib import Path

from rosetta_core.model import Model
from rosetta_core.translate.reference_points import POINTS, Point, translation
from rosetta_core.translate.translation import Translation
from rosetta_core.views.labels import spoken_unit
from rosetta_core.views.ladder import RUNGS, Rung
from rosetta_core.views.models import anchor
from rosetta_core.views.rosetta_rows import ROWS, Row
from rosetta_core.views.symbols import Table, number, rows_below

_TOC = Path(__file__).resolve().parents[2] / "_toc.yml"
_HEAD = ("Rung", "Push", "Pull", "Alone", "Forced", "Networked")
_SECTIONS = ("model", "model", "alone", "forced", "networked")
POWERS = {0.5: "the root", 1.0: "the first power", 2.0: "the square"}
ERRORS = {
    "state": "the state",
    "frequency": "frequency",
    "amplitude": "amplitude",
    "waveform": "waveform",
    "phase_response": "phase response",
    "transfer": "the transfer function",
    "eigenvalue": "the leading eigenvalue",
    "covariance": "covariance",
}


def table() -> Table:
    """The table, as one block of HTML inside Markdown; its first column stays in view where the rest scrolls.

    The translations of a rung stand below its phrases, in cells as wide as two or three of them. On a phone the page
    stacks the cells, each under its column's name; the roles keep them a table for those who hear it.
    """
    stays = "position: sticky; left: 0; background: var(--rc-paper); min-width: 5rem; padding-right: 0.6rem"
    head = "".join(
        f'<th scope="col" role="columnheader" style="{stays if i == 0 else ""}">{name}</th>'
        for i, name in enumerate(_HEAD)
    )
    body = "".join(
        f'<tr role="row"><th scope="row" role="rowheader" rowspan="2" style="{stays}">{html.escape(_title(row))}</th>'
        f'{_phrases(row)}</tr><tr role="row">{_translations(row)}</tr>'
        for row in ROWS
    )
    return Table(
        '<table class="stacks" role="table" style="font-size: 0.85rem"><thead role="rowgroup"><tr role="row">'
        f'{head}</tr></thead><tbody role="rowgroup">{body}</tbody></table>'
    )


def held() -> Table:
    """Which test file holds each rung of the table and each arrow, with the targets that the table links to."""
    rungs = [(_place(test_of(row), _title(row)), f"`tests/{row.test}.py`") for row in ROWS]
    arrows = [
        (
            _place(f"arrow-{each.name}", each.title),
            f"`tests/{each.held_by}.py`",
            ", ".join(f"{ERRORS[n]} as {POWERS[o]}" for n, o in translation(each).valid.order.items()),
        )
        for each in POINTS
    ]
    return Table(
        rows_below(("rung", "held by"), rungs),
        rows_below(("arrow", "held by", "how the errors must grow with its small parameter"), arrows),
    )


def price(point: Point) -> str:
    """The quoted error of an arrow at its reference point: "0.016 % in amplitude where ... is 0.01"."""
    found = translation(point)
    unit = spoken_unit(found.valid.unit)
    where = f"{parameter(found)} is {number(found.valid.value, 2)}{f' {unit}' if unit else ''}"
    return f"{percent(found.error.measured()[point.quoted])} in {ERRORS[point.quoted]} where {where}"


def parameter(found: Translation) -> str:
    """The small parameter inside a sentence: words want an article, symbols none."""
    name = found.valid.name
    return f"the {name}" if name.startswith(("amplitude", "distance", "time")) else name


def percent(error: float) -> str:
    """The size of an error in two digits; below a millionth only that it is."""
    if abs(error) < 1e-6:
        return "under 0.0001 %"
    return f"{number(100 * abs(error), 2)} %"


def arrows_of(row: Row) -> tuple[list[Point], list[Point]]:
    """The arrows that leave a rung or its variants: down or within it, and up."""
    order = [each.rung for each in ROWS]
    leaving = [each for each in POINTS if _row_of(each.source).rung == row.rung]
    up = [each for each in leaving if order.index(_row_of(each.target).rung) > order.index(row.rung)]
    return [each for each in leaving if each not in up], up


def section(chapter: int, part: str, row: Row) -> str:
    """Where to read on: the chapter's section if the book has it, else the rung's figures, else its model."""
    if chapter in written():
        return f"{written()[chapter]}.html#sec-{chapter}-{part}"
    return f"reproduced.html#{row.drawn}" if row.drawn else f"models.html#{anchor(_model(row))}"


@cache
def written() -> dict[int, str]:
    """The chapters of the table of contents, by number; none where the book's source is not there."""
    toc = _TOC.read_text("utf-8") if _TOC.is_file() else ""
    return {int(number): name for name, number in re.findall(r"file: chapters/((\d\d)-[\w-]+)", toc)}


def test_of(row: Row) -> str:
    """The place of a rung in the list of tests."""
    return f"test-of-{row.rung}".replace("_", "-")


def _row_of(model: Model) -> Row:
    return next(row for row in ROWS if model.name in (row.rung, *row.variants))


def _rung(row: Row) -> Rung:
    return next(each for each in RUNGS if each.name == row.rung)


def _model(row: Row) -> Model:
    return _rung(row).model


def _title(row: Row) -> str:
    return _rung(row).title


def _place(name: str, words: str) -> str:
    return f'<span id="{name}">{words}</span>'


def _phrases(row: Row) -> str:
    cells = []
    for name, words, chapter, part in zip(_HEAD[1:], row.words, row.chapters, _SECTIONS, strict=True):
        links = _links(section(chapter, part, row), _model(row), test_of(row), f"{_title(row)}, {name}")
        cells.append(f'<td role="cell" data-column="{name}" style="min-width: 7.5rem">{html.escape(words)}{links}</td>')
    return "".join(cells)


def _translations(row: Row) -> str:
    cells = []
    for way, width, arrows in zip(("down", "up"), (2, 3), arrows_of(row), strict=True):
        made = "".join(f'<p style="margin-top: 0.35rem">{_arrow(row, point)}</p>' for point in arrows) or ": no arrow"
        cells.append(f'<td role="cell" colspan="{width}"><span class="rc-kicker">Translation {way}</span>{made}</td>')
    return "".join(cells)


def _arrow(row: Row, point: Point) -> str:
    found = translation(point)
    power = POWERS[found.valid.order[point.quoted]]
    source = "" if point.source.name == row.rung and not point.crowd else f"{point.spoken} "
    links = _links(section(row.chapters[2], "translate", row), point.target, f"arrow-{point.name}", point.title)
    words = f"{html.escape(price(point))}; it grows as {power}"
    return f"<strong>{html.escape(source)}→ {html.escape(point.target.title)}</strong>: {words}{links}"


def _links(read: str, kernel: Model, test: str, of: str) -> str:
    """Three short links; what each belongs to is said to those who hear them out of their place."""
    ends = (("read", read), ("kernel", f"models.html#{anchor(kernel)}"), ("test", f"tested.html#{test}"))
    of = html.escape(of, quote=True)
    made = " · ".join(f'<a href="{end}" aria-label="{word}: {of}">{word}</a>' for word, end in ends)
    return f' <small class="keep">{made}</small>'
