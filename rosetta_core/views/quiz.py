"""Quizzes as widgets: native inputs, feedback on every option, no kernel needed; plain HTML where no script runs."""

import html
from typing import Any

import anywidget
import traitlets

from rosetta_core.book.quizzes import Question, load_quiz
from rosetta_core.views.bundle import module, stylesheet
from rosetta_core.views.labels import written
from rosetta_core.views.pictures import picture


class Quiz(anywidget.AnyWidget):
    """A list of questions; the score is the reader's own and stays in the reader's browser."""

    _esm = module("quiz")
    _css = stylesheet()

    title = traitlets.Unicode(read_only=True).tag(sync=True)
    questions = traitlets.List(read_only=True).tag(sync=True)

    def __init__(self, questions: tuple[Question, ...], title: str = "Quiz") -> None:
        super().__init__()
        self._items = questions
        self.set_trait("title", title)
        self.set_trait("questions", [_row(item) for item in questions])

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict, dict]:
        bundle = super()._repr_mimebundle_(**options)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        plain = "\n\n".join(f"{i}. {item.question}" for i, item in enumerate(self._items, 1))
        return {**data, "text/html": _without_script(self._items), "text/plain": plain}, metadata


def quiz(name: str) -> Quiz:
    """The quiz of that file name ("ch03"), or the warm-up ("ch03-warmup")."""
    return Quiz(load_quiz(name), "Warm-up" if name.endswith("-warmup") else "Quiz")


def _row(item: Question) -> dict[str, Any]:
    return {
        "id": item.id,
        "question": item.question,
        "many": item.many,
        "source": item.source or "",
        "picture": f'<div class="rc-figure">{picture(item.picture).svg}</div>' if item.picture else "",
        "options": [vars(option) for option in item.options],
    }


def _without_script(items: tuple[Question, ...]) -> str:
    """Every option unfolds to its feedback: the same quiz for a reader without JavaScript."""
    blocks = []
    for i, item in enumerate(items, 1):
        source = f" · {html.escape(item.source)}" if item.source else ""
        options = "".join(
            f"<details><summary>{written(option.text)}</summary>"
            f"<p><strong>{'✓ Right.' if option.correct else '✗ Not this one.'}</strong> "
            f"{written(option.feedback)}</p></details>"
            for option in item.options
        )
        shown = f'<div class="rc-figure">{picture(item.picture).svg}</div>' if item.picture else ""
        blocks.append(
            f'<div class="rc-item"><p><span class="rc-kicker">{i}{source}</span> {written(item.question)}</p>'
            f"{shown}{options}</div>"
        )
    return f'<div class="rc-static rc-quiz">{"".join(blocks)}</div>'
