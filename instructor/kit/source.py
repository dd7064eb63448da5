"""The source of a deck, instructor/chNN/slides.md: its slides, what stands on each, and the speaker's notes."""

import difflib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from rosetta_core.book.reading import BookError

ARGUMENTS = {
    "figure-of": ("the label of a figure",),
    "exploration-of": ("the id of an exploration",),
    "poll": ("the id of an exploration",),
    "clicker": ("the file of a quiz", "the id of an item"),
}
_FENCE = re.compile(r"`{3,}")
_BLOCK = re.compile(r"(`{3,})\{([\w-]+)\} *(.*)")


class Block(NamedTuple):
    """Something taken from the book by name: its kind, its arguments, and where a complaint should point."""

    kind: str
    arguments: tuple[str, ...]
    where: str


class Slide(NamedTuple):
    """Markdown and blocks in the order of the source, and the notes as Markdown."""

    parts: tuple[str | Block, ...]
    notes: str

    @property
    def title(self) -> str:
        """The text of the first heading; empty where there is none."""
        found = re.search(r"^#{1,2} +(.+)$", self.text, re.M)
        return found[1].strip() if found else ""

    @property
    def text(self) -> str:
        """The Markdown of the slide without its blocks."""
        return "\n".join(part for part in self.parts if isinstance(part, str))

    @property
    def blocks(self) -> tuple[Block, ...]:
        """What the slide takes from the book."""
        return tuple(part for part in self.parts if isinstance(part, Block))

    @property
    def words(self) -> int:
        """Words of prose: without headings and displayed equations; a formula in a line is one word."""
        prose = re.sub(r"^#.*$", "", self.text, flags=re.M)
        prose = re.sub(r"\$\$.*?\$\$", "", prose, flags=re.S)
        return len(re.findall(r"\w[\w.,'’/-]*", re.sub(r"\$[^$]+\$", " formula ", prose)))


class Deck(NamedTuple):
    """A deck: "ch03", its title, its slides."""

    name: str
    title: str
    slides: tuple[Slide, ...]


def read_deck(path: Path) -> Deck:
    """Read and check instructor/chNN/slides.md; BookError says which slide breaks which rule."""
    name = path.parent.name
    pieces = [lines for lines in _pieces(path.read_text("utf8")) if any(line.strip() for line in lines)]
    slides = tuple(_slide(lines, f"{name}/{path.name}, slide {i}") for i, lines in enumerate(pieces, 1))
    title = re.search(r"^# +(.+)$", slides[0].text, re.M) if slides else None
    if title is None:
        raise BookError(f"{name}/{path.name}: wanted a deck whose first slide has a title, a line that begins with #")
    return Deck(name, title[1].strip(), slides)


def unknown(where: str, what: str, name: str, names: Iterable[str]) -> BookError:
    """The error for a name that does not exist: what was wanted, the nearest name, all names."""
    names = list(names)
    near = difflib.get_close_matches(name, names, 1, 0.3)
    nearest = f"; nearest: {near[0]}" if near else ""
    return BookError(f"{where}: no {what} {name!r}{nearest}; there are: {', '.join(names) or 'none'}")


def _pieces(text: str) -> list[list[str]]:
    """The lines of each slide; a line of three dashes inside a fence ends nothing."""
    pieces, fenced = [[]], False
    for line in text.splitlines():
        fenced ^= bool(_FENCE.match(line))
        if line.rstrip() == "---" and not fenced:
            pieces.append([])
        else:
            pieces[-1].append(line)
    return pieces


def _slide(lines: list[str], where: str) -> Slide:
    notes = next((i for i, line in enumerate(lines) if line.startswith("Note:")), len(lines))
    parts: list[str | Block] = [""]
    rest = iter(lines[:notes])
    for line in rest:
        if opening := _BLOCK.fullmatch(line.rstrip()):
            parts += [_block(opening[2], tuple(opening[3].split()), where), ""]
            if next(rest, "").rstrip() != opening[1]:
                raise BookError(f"{where}: {{{opening[2]}}} wants its closing fence on the next line, and no text")
        else:
            parts[-1] = f"{parts[-1]}\n{line}"
    said = "\n".join(lines[notes:]).removeprefix("Note:")
    return Slide(tuple(part for part in parts if isinstance(part, Block) or part.strip()), said.strip())


def _block(kind: str, arguments: tuple[str, ...], where: str) -> Block:
    if kind not in ARGUMENTS:
        raise unknown(where, "kind of block", kind, ARGUMENTS)
    wanted = ARGUMENTS[kind]
    if len(arguments) != len(wanted):
        raise BookError(f"{where}: {{{kind}}} wants {' and '.join(wanted)}; got {' '.join(arguments) or 'nothing'!r}")
    return Block(kind, arguments, where)
