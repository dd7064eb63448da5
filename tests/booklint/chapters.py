"""A chapter as data: front matter, template sections, figures, code cells, equations, exercises, claims, citations.

Front matter (YAML): chapter, title, minutes {read, explore, exercises}, prerequisites (left out where nothing comes
before), outcomes [{id, verb, text}], misconception {id, text}, symbols (code names), equations {label: model} for the
displayed model equations.

An exercise is a heading `### 3.4 Code: ...` and a box `{exercise} ** · 20 min · LO-3.1, LO-3.4` (stars, minutes,
outcomes), followed by admonitions of class dropdown named Hint 1 to 3 and Solution (or Rubric).
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from booklint.myst import Block, Document, Line, read, roles
from rosetta_core.book.reading import BookError, keys, listing, text, unique

TEMPLATE = (
    "Where we are on the ladder",
    "Outcomes and prerequisites",
    "Warm-up",
    "A puzzle",
    "Intuition",
    "The model",
    "Alone",
    "Forced",
    "Networked",
    "In code",
    "Misconception",
    "Translate to the next rung",
    "Where this model lies to you",
    "Summary card",
    "Quiz",
    "Exercises",
    "Further reading and references",
)
"""How the headings of a chapter begin, in order."""

_EXERCISE = re.compile(r"### (\d+\.\d+) (\w+)[^:]*: ")
_HIDDEN = {"remove-input", "remove-cell", "hide-input", "hide-cell"}


@dataclass(frozen=True)
class Outcome:
    """One learning outcome: id, Bloom verb, the rest of the sentence."""

    id: str
    verb: str
    text: str


@dataclass(frozen=True)
class Figure:
    """A figure: its label, caption, alt text, and line in the file."""

    name: str
    caption: str
    alt: str
    number: int


@dataclass(frozen=True)
class CodeCell:
    """An executed cell: tags, source, line in the file, section."""

    tags: tuple[str, ...]
    source: str
    number: int
    section: str

    @property
    def visible(self) -> bool:
        """Whether a reader sees the source without opening anything."""
        return not _HIDDEN & set(self.tags)


@dataclass(frozen=True)
class Exercise:
    """An exercise: id, kind (first word of its heading), minutes or None, outcomes, what is folded under it."""

    id: str
    kind: str
    minutes: int | None
    outcomes: tuple[str, ...]
    folded: tuple[str, ...]
    number: int


@dataclass(frozen=True)
class Chapter:
    """One parsed chapter; `document` holds its prose lines and fenced blocks."""

    path: Path
    number: int
    title: str
    minutes: dict[str, int]
    prerequisites: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    misconception: str
    symbols: tuple[str, ...]
    equations: dict[str, str]
    document: Document

    @property
    def headings(self) -> tuple[str, ...]:
        """The `##` headings in order."""
        return tuple(dict.fromkeys(line.section for line in self.document.lines if line.section))

    @cached_property
    def cells(self) -> tuple[CodeCell, ...]:
        """The executed code cells."""
        return tuple(
            CodeCell(_tags(block.options), block.body, block.number, block.section)
            for block in self.blocks("code-cell")
        )

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """Figures made by code cells and by figure directives."""
        return tuple(_figures(self.document.blocks, self.path.name))

    @cached_property
    def displays(self) -> dict[str, str]:
        """LaTeX of the display equations by label; one without a label is named after its line."""
        return {block.options.get("label", f"line {block.number}"): block.body for block in self.blocks("math")}

    @cached_property
    def claims(self) -> dict[str, str]:
        """Claim ids with the text that carries them."""
        return {claim: line.text for claim, line in roles(self.document, "claim")}

    @cached_property
    def exercises(self) -> tuple[Exercise, ...]:
        """The exercises, each from its `###` heading to the next."""
        headings = [(line.number, _EXERCISE.match(line.text)) for line in self.section("Exercises")]
        starts = [(number, match) for number, match in headings if match]
        ends = [number for number, _ in starts[1:]] + [sys.maxsize]
        return tuple(
            _exercise(match, number, [b for b in self.document.blocks if number < b.number < end])
            for (number, match), end in zip(starts, ends, strict=True)
        )

    def blocks(self, *names: str) -> tuple[Block, ...]:
        """Fenced blocks of these directives, in order."""
        return tuple(block for block in self.document.blocks if block.name in names)

    def section(self, heading: str) -> tuple[Line, ...]:
        """Prose lines of the section whose heading begins so."""
        return tuple(line for line in self.document.lines if line.section.startswith(heading))

    def cited(self, heading: str = "") -> tuple[str, ...]:
        """Bibliography keys cited in one section, or anywhere."""
        found = [
            key.strip()
            for role in ("cite", "cite:p", "cite:t", "cite:ps", "cite:ts")
            for content, line in roles(self.document, role)
            if line.section.startswith(heading)
            for key in content.split(",")
        ]
        return tuple(dict.fromkeys(found))


def load_chapter(path: Path) -> Chapter:
    """Read one chapter and check its front matter; BookError names the file and the remedy."""
    where = path.name
    document = read(path.read_text(encoding="utf-8"), where)
    needed = ("chapter", "title", "minutes", "outcomes", "misconception", "symbols")
    optional = ("prerequisites", "equations", "jupytext", "kernelspec", "version", "level")
    front = keys(document.front, f"{where}, front matter", needed, optional)
    number = front["chapter"]
    keys(front["minutes"], f"{where}, minutes", ("read", "explore", "exercises"))
    keys(front["misconception"], f"{where}, misconception", ("id", "text"))
    return Chapter(
        path=path,
        number=number,
        title=text(front["title"], f"{where}, title"),
        minutes=front["minutes"],
        prerequisites=tuple(front.get("prerequisites") or ()),
        outcomes=_outcomes(front["outcomes"], number, f"{where}, outcomes"),
        misconception=front["misconception"]["id"],
        symbols=tuple(listing(front["symbols"], f"{where}, symbols")),
        equations=dict(front.get("equations") or {}),
        document=document,
    )


def load_chapters(folder: Path) -> tuple[Chapter, ...]:
    """All chapters of a folder, the files named <number>-<name>.md, in order."""
    paths = sorted(folder.glob("[0-9]*-*.md"))
    if not paths:
        raise BookError(f"no chapter in {folder}; chapters are named like 03-stuart-landau.md")
    return tuple(load_chapter(path) for path in paths)


def _outcomes(rows: Any, number: int, where: str) -> tuple[Outcome, ...]:
    outcomes = []
    for row in listing(rows, where, 3, 6):
        keys(row, where, ("id", "verb", "text"))
        if not re.fullmatch(rf"LO-{number}\.\d+", row["id"]):
            raise BookError(f"{where}: an outcome of chapter {number} is LO-{number}.n; got {row['id']}")
        outcomes.append(Outcome(row["id"], row["verb"], row["text"]))
    unique((outcome.id for outcome in outcomes), where)
    return tuple(outcomes)


def _exercise(heading: re.Match, number: int, blocks: list[Block]) -> Exercise:
    said = next((block.argument for block in blocks if block.name == "exercise"), "")
    minutes = re.search(r"(\d+) min", said)
    return Exercise(
        id=f"ex-{heading[1]}",
        kind=heading[2].lower(),
        minutes=int(minutes[1]) if minutes else None,
        outcomes=tuple(re.findall(r"LO-\d+\.\d+", said)),
        folded=tuple(b.argument for b in blocks if b.options.get("class") == "dropdown"),
        number=number,
    )


def _tags(options: dict[str, Any]) -> tuple[str, ...]:
    tags = options.get("tags", [])
    return tuple(re.findall(r"[\w:.-]+", tags) if isinstance(tags, str) else tags)


def _figures(blocks: tuple[Block, ...], where: str) -> Iterator[Figure]:
    for block in blocks:
        here = f"{where}, line {block.number}"
        if block.name == "figure":
            caption = " ".join(block.body.split())
            yield Figure(block.options.get("name", ""), caption, block.options.get("alt", ""), block.number)
        elif block.name == "code-cell" and "figure" in (block.options.get("mystnb") or {}):
            figure = keys(block.options["mystnb"]["figure"], here, ("caption", "name"), ("align", "width"))
            yield Figure(figure["name"], " ".join(figure["caption"].split()), _alt(block.body), block.number)


def _alt(source: str) -> str:
    """The text given as `alt=` in a code cell; "" where there is none."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.keyword) and node.arg == "alt":
            try:
                return str(ast.literal_eval(node.value))
            except ValueError:
                return ast.unparse(node.value)
    return ""
