"""What a deck takes from the built book: figures with their captions, live explorations, the files both need."""

import json
import re
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from instructor.kit.source import unknown
from rosetta_core.book.reading import BookError

_FIGURE = re.compile(r'<figure\b[^>]*\bid="([\w-]+)"[^>]*>(.*?)</figure>', re.S)
_WIDGET = '<div class="rc-widget" data-model="'
_STATE = re.compile(r'<script type="application/json" id="widget-state">(.*?)</script>', re.S)


class Live(NamedTuple):
    """An exploration as its page has it: the place with its static version, and the state of its widget by model id."""

    html: str
    model: str
    state: dict[str, Any]


class BuiltBook:
    """The chapters of a built site, read once."""

    def __init__(self, site: Path) -> None:
        self.static = site / "_static"
        self.pages = {path.stem: path.read_text("utf8") for path in sorted((site / "chapters").glob("[0-9]*.html"))}
        if not self.pages:
            raise BookError(f"no built chapters in {site}; the slides are made from the built book: make book")

    @cached_property
    def figures(self) -> dict[str, str]:
        """Label -> figure, without ids and links that hold only on its page."""
        return {label: _alone(label, body) for page in self.pages.values() for label, body in _FIGURE.findall(page)}

    @cached_property
    def explorations(self) -> dict[str, Live]:
        """Id -> exploration, from all chapters."""
        found = {}
        for page in self.pages.values():
            match = _STATE.search(page)
            for model, state in (json.loads(match[1]) if match else {}).items():
                if "spec" in state and "id" in state["spec"]:
                    found[state["spec"]["id"]] = Live(_place(page, model), model, state)
        return found

    def figure(self, label: str, where: str) -> str:
        """The figure with that label; BookError names the nearest."""
        if label not in self.figures:
            raise unknown(where, "figure with the label", label, sorted(self.figures))
        return self.figures[label]

    def exploration(self, name: str, where: str) -> Live:
        """The exploration with that id; BookError names the nearest."""
        if name not in self.explorations:
            raise unknown(where, "exploration", name, sorted(self.explorations))
        return self.explorations[name]


def _alone(label: str, body: str) -> str:
    """A figure that can stand on another page: what pointed into its own page is text here."""
    if re.search(r'\bsrc="(?!data:)', body):
        raise BookError(f"figure {label}: it asks for a file, and slides take figures that are drawn in the page")
    body = re.sub(r'<a class="headerlink".*?</a>', "", body, flags=re.S)
    head, mark, caption = body.rpartition("<figcaption")
    caption = re.sub(r"</?a\b[^>]*>", "", caption)
    return f'<figure data-label="{label}">{head}{mark}{caption}</figure>'


def _place(page: str, model: str) -> str:
    """The element a widget is mounted in, from its opening to its closing tag, without the id its links use."""
    start = page.index(f'{_WIDGET}{model}"')
    depth = 0
    for tag in re.compile(r"<(/?)div\b").finditer(page, start):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return re.sub(r'(<span class="rc-anchor") id="[^"]*"', r"\1", page[start : tag.start()]) + "</div>"
    raise BookError(f"the place of widget {model} does not end; build the book again: make book")
