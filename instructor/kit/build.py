"""Everything `make slides` makes: a page per deck, an index, the files they ask for, the quiz bank."""

import html
import shutil
from pathlib import Path
from string import Template
from typing import NamedTuple

from _ext.math_fonts import KATEX, OLD_FORMATS
from instructor.kit.decks import PAGE, deck_page
from instructor.kit.quiz_bank import quizzes, write_cartridge
from instructor.kit.site import BuiltBook
from instructor.kit.source import Deck, read_deck

REVEAL = KATEX.parent / "reveal"
OF_THE_BOOK = ("views.css", "site.js", "loader.js", "favicon.svg")
CARTRIDGE = "quiz-bank/rosetta-quiz-bank.imscc"


class Made(NamedTuple):
    """How much was made."""

    decks: int
    slides: int
    items: int


def build(sources: Path, site: Path, target: Path) -> Made:
    """Decks of all sources/chNN/slides.md and the quiz bank, into a folder that is made anew; BookError says why not.

    All is read and looked up before the old folder goes: a slip in one slide costs nobody the decks that work.
    """
    book = BuiltBook(site)
    decks = [read_deck(path) for path in sorted(sources.glob("ch[0-9][0-9]/slides.md"))]
    pages = [deck_page(deck, book) for deck in decks]
    bank = quizzes()
    shutil.rmtree(target, ignore_errors=True)
    files = target / "files"
    (files / "modules").mkdir(parents=True)
    for deck, page in zip(decks, pages, strict=True):
        (target / f"{deck.name}.html").write_text(page.html, "utf8")
    for key in {
        one.state[name] for page in pages for one in page.live for name in ("_esm", "_css") if name in one.state
    }:
        for path in (book.static / "modules").glob(f"{key}.*"):
            shutil.copy(path, files / "modules")
    for name in OF_THE_BOOK:
        shutil.copy(book.static / name, files)
    for path in (*REVEAL.iterdir(), PAGE / "deck.css", PAGE / "deck.js"):
        shutil.copy(path, files / ("reveal-LICENSE" if path.name == "LICENSE" else path.name))
    _maths(files / "katex")
    items = sum(len(quiz.items) for quiz in bank)
    (target / "index.html").write_text(_index(decks, items), "utf8")
    write_cartridge(bank, target / CARTRIDGE)
    return Made(len(decks), sum(len(deck.slides) for deck in decks), items)


def _maths(folder: Path) -> None:
    """KaTeX's style sheet and its fonts whole: slides draw glyphs that the book's own subset may lack."""
    shutil.copytree(KATEX / "fonts", folder / "fonts")
    (folder / "katex.css").write_text(OLD_FORMATS.sub("", (KATEX / "katex.min.css").read_text("utf8")), "utf8")


def _index(decks: list[Deck], items: int) -> str:
    rows = "\n".join(
        f'<li><a href="{deck.name}.html">Chapter {int(deck.name.removeprefix("ch"))}: {html.escape(deck.title)}</a>'
        f" <span>{len(deck.slides)} slides</span></li>"
        for deck in decks
    )
    return Template((PAGE / "index.html").read_text("utf8")).substitute(rows=rows, items=items, cartridge=CARTRIDGE)
