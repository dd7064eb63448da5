"""A small reader of MyST Markdown: front matter, prose lines, and fenced blocks with their options.

It knows what the checks of this book need and no more: fences of backticks or colons, nested directives, options
as `:key: value` lines or a YAML block between `---`, display equations between `$$`, and comments.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rosetta_core.book.reading import BookError, parse_yaml

_FENCE = re.compile(r"^(\s*)(`{3,}|:{3,})\s*(?:\{([\w:-]+)\})?\s*(.*)$")
_OPTION = re.compile(r"^:([\w-]+):\s*(.*)$")
_DISPLAY = re.compile(r"^\s*\$\$(.*?)(?:\$\$\s*(?:\(([\w:-]+)\))?\s*)?$")
_LABEL = re.compile(r"^\s*(.*)\$\$\s*(?:\(([\w:-]+)\))?\s*$")

VERBATIM = {"", "code-cell", "code", "code-block", "math", "raw", "mermaid"}
"""Directives whose body is not prose; "" is a plain code fence."""


@dataclass(frozen=True)
class Line:
    """One line of prose: its number in the file, the section (`##` heading) it stands in, its text."""

    number: int
    section: str
    text: str


@dataclass(frozen=True)
class Block:
    """A fenced block: directive, argument, options, body, first line, section, and the directives around it."""

    name: str
    argument: str
    options: dict[str, Any]
    body: str
    number: int
    section: str
    inside: tuple[str, ...]


@dataclass(frozen=True)
class Document:
    """A MyST file in pieces."""

    front: dict[str, Any]
    lines: tuple[Line, ...]
    blocks: tuple[Block, ...]


def read(text: str, where: str) -> Document:
    """Split a MyST file into front matter, prose and blocks."""
    front, first = _front_matter(text, where)
    body = _without_comments(text).split("\n")
    scanner = _Scanner(where)
    scanner.scan(body, first, len(body), ())
    return Document(front, tuple(scanner.lines), tuple(scanner.blocks))


def _front_matter(text: str, where: str) -> tuple[dict[str, Any], int]:
    match = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    if match is None:
        raise BookError(f"{where}: wanted front matter between two lines of ---, at the top of the file")
    front = parse_yaml(match[1], f"{where}, front matter")
    if not isinstance(front, dict):
        raise BookError(f"{where}: front matter must be a mapping; got {front!r}")
    return front, match[0].count("\n")


def _without_comments(text: str) -> str:
    """Blank out HTML comments, keeping every line where it is."""
    return re.sub(r"<!--.*?-->", lambda match: "\n" * match[0].count("\n"), text, flags=re.DOTALL)


class _Scanner:
    """Walks the lines once; nested directives are walked inside their parent."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.section = ""
        self.lines: list[Line] = []
        self.blocks: list[Block] = []

    def scan(self, body: list[str], start: int, stop: int, inside: tuple[str, ...]) -> None:
        i = start
        while i < stop:
            fence, display = _FENCE.match(body[i]), _DISPLAY.match(body[i])
            if fence:
                i = self._fence(body, i, stop, fence, inside)
            elif display:
                i = self._display(body, i, stop, display, inside)
            else:
                if body[i].startswith("## "):
                    self.section = body[i][3:].strip()
                if not body[i].startswith("%"):
                    self.lines.append(Line(i + 1, self.section, body[i]))
                i += 1

    def _fence(self, body: list[str], i: int, stop: int, fence: re.Match, inside: tuple[str, ...]) -> int:
        closing = re.compile(rf"^\s*{re.escape(fence[2][0])}{{{len(fence[2])},}}\s*$")
        end = next((j for j in range(i + 1, stop) if closing.match(body[j])), None)
        if end is None:
            raise BookError(f"{self.where}, line {i + 1}: {fence[2]} is never closed")
        name = fence[3] or ""
        options, first = self._options(body, i + 1, end) if name else ({}, i + 1)
        content = "\n".join(body[first:end])
        self.blocks.append(Block(name, fence[4].strip(), options, content, i + 1, self.section, inside))
        if name not in VERBATIM:
            self.scan(body, first, end, (*inside, name))
        return end + 1

    def _options(self, body: list[str], first: int, end: int) -> tuple[dict[str, Any], int]:
        if first < end and body[first].strip() == "---":
            last = next((j for j in range(first + 1, end) if body[j].strip() == "---"), None)
            if last is None:
                raise BookError(f"{self.where}, line {first + 1}: the options' closing --- is missing")
            here = f"{self.where}, line {first + 1}"
            return parse_yaml("\n".join(body[first + 1 : last]), here) or {}, last + 1
        options = {}
        while first < end and (match := _OPTION.match(body[first].strip())):
            options[match[1]] = match[2]
            first += 1
        return options, first

    def _display(self, body: list[str], i: int, stop: int, opening: re.Match, inside: tuple[str, ...]) -> int:
        if opening[0].count("$$") == 2:  # opened and closed on one line
            end, latex, label = i, opening[1], opening[2]
        else:
            end = next((j for j in range(i + 1, stop) if "$$" in body[j]), None)
            if end is None or not (closing := _LABEL.match(body[end])):
                raise BookError(f"{self.where}, line {i + 1}: $$ is never closed")
            latex, label = "\n".join([opening[1], *body[i + 1 : end], closing[1]]), closing[2]
        options = {"label": label} if label else {}
        self.blocks.append(Block("math", "", options, latex.strip(), i + 1, self.section, inside))
        return end + 1


def roles(document: Document, name: str) -> Iterator[tuple[str, Line]]:
    """Contents of every role of that name in prose and captions, for example `c-3.1` of {claim}`c-3.1`."""
    pattern = re.compile(rf"\{{{re.escape(name)}\}}`([^`]*)`")
    for line in document.lines:
        for match in pattern.finditer(line.text):
            yield match[1], line
