"""A deck as one HTML page: slides for reveal.js, what they take from the built book, and nothing from elsewhere."""

import html
import json
from pathlib import Path
from string import Template
from typing import NamedTuple

from instructor.kit.asked import clicker, poll
from instructor.kit.site import BuiltBook, Live
from instructor.kit.source import Block, Deck, Slide
from instructor.kit.text import as_html

PAGE = Path(__file__).parent / "page"


class Page(NamedTuple):
    """HTML of a deck, and the explorations it runs."""

    html: str
    live: tuple[Live, ...]


def deck_page(deck: Deck, book: BuiltBook) -> Page:
    """Every name is looked up here; BookError says which slide names what does not exist."""
    names = [block for slide in deck.slides for block in slide.blocks if block.kind == "exploration-of"]
    live = tuple({block.arguments[0]: book.exploration(block.arguments[0], block.where) for block in names}.values())
    keys = sorted({one.state[name] for one in live for name in ("_esm", "_css") if name in one.state})
    links = [f'<link rel="stylesheet" href="files/modules/{key}.css">' for key in keys if _is(book, key, "css")]
    scripts = [f'<script defer src="files/modules/{key}.js"></script>' for key in keys if _is(book, key, "js")]
    loader = ['<script defer src="files/loader.js"></script>'] if live else []
    state = json.dumps({one.model: one.state for one in live}, separators=(",", ":")).replace("<", "\\u003c")
    where = f"{deck.name}/slides.md"
    text = Template((PAGE / "deck.html").read_text("utf8")).substitute(
        title=html.escape(deck.title),
        chapter=str(int(deck.name.removeprefix("ch"))),
        head="\n".join([*links, *scripts, *loader]),
        slides="\n".join(_section(slide, book, f"{where}, slide {i}") for i, slide in enumerate(deck.slides, 1)),
        state=state,
    )
    return Page(text, live)


def _is(book: BuiltBook, key: str, suffix: str) -> bool:
    return (book.static / "modules" / f"{key}.{suffix}").is_file()


def _section(slide: Slide, book: BuiltBook, where: str) -> str:
    """A slide; one that asks becomes a column with the answers below it."""
    body, answers = [], []
    for part in slide.parts:
        if not isinstance(part, Block):
            body.append(as_html(part, where))
        elif part.kind == "figure-of":
            body.append(book.figure(part.arguments[0], part.where))
        elif part.kind == "exploration-of":
            body.append(book.exploration(part.arguments[0], part.where).html)
        else:
            asked, answered = (poll if part.kind == "poll" else clicker)(part)
            body.append(asked)
            answers.append(answered)
    notes = f'<aside class="notes">{as_html(slide.notes, where)}</aside>' if slide.notes else ""
    first = _slide(_kind(slide), "".join(body), notes)
    if not answers:
        return first
    heading = f"<h2>{html.escape(slide.title)}</h2>" if slide.title else ""
    return f"<section>{first}{''.join(_slide('answer', heading + answer) for answer in answers)}</section>"


def _slide(kind: str, body: str, notes: str = "") -> str:
    return f'<section><div class="slide {kind}">{body}</div>{notes}</section>'


def _kind(slide: Slide) -> str:
    """What stands on a slide decides how its room is shared: "words", or its blocks."""
    return " ".join(dict.fromkeys(block.kind for block in slide.blocks)) or "words"
