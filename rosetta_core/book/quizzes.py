"""Quizzes: YAML lists in quizzes/<name>.yml, one entry per question.

- id: q-3.1                     # q-<chapter>.<n>; warm-up items are w-<chapter>.<n> and say `from: Chapter 2`
  outcome: [LO-3.1]             # which learning outcomes it exercises
  misconception: MC-3           # optional: some wrong option embodies this misconception
  picture: null                 # optional: name of a picture that the quiz view can draw
  many: false                   # optional: true when several options are correct
  question: ...
  options:
    - {text: ..., correct: false, feedback: why, in terms of the mechanism}
    - {text: ..., correct: true, feedback: ...}
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rosetta_core.book import DATA
from rosetta_core.book.reading import BookError, keys, listing, read_yaml, text, unique

QUIZZES = DATA / "quizzes"


@dataclass(frozen=True)
class Option:
    """One answer, with the feedback its choice earns."""

    text: str
    correct: bool
    feedback: str


@dataclass(frozen=True)
class Question:
    """One checked quiz item."""

    id: str
    outcomes: tuple[str, ...]
    question: str
    options: tuple[Option, ...]
    many: bool = False
    misconception: str | None = None
    picture: str | None = None
    source: str | None = None
    """The chapter a warm-up item reviews."""


def load_quiz(name: str, folder: Path = QUIZZES) -> tuple[Question, ...]:
    """Read and check quizzes/<name>.yml; BookError names the item and the remedy."""
    path = folder / f"{name}.yml"
    questions = tuple(_question(row, f"{path.name}, item {i}") for i, row in enumerate(_rows(path), 1))
    unique((question.id for question in questions), path.name)
    return questions


def _rows(path: Path) -> list:
    return listing(read_yaml(path), path.name)


def _question(row: Any, where: str) -> Question:
    optional = ("misconception", "picture", "many", "from")
    keys(row, where, ("id", "outcome", "question", "options"), optional)
    where = f"{where} ({row['id']})"
    if not re.fullmatch(r"[qw]-\d+\.\d+", str(row["id"])):
        raise BookError(f"{where}: an id looks like q-3.1, or w-3.1 for a warm-up item")
    warm_up = row["id"].startswith("w-")
    if warm_up != ("from" in row):
        raise BookError(f"{where}: a warm-up item (w-) says `from: Chapter n`, and only a warm-up item does")
    outcomes = tuple(listing(row["outcome"], f"{where}, outcome"))
    bad = [outcome for outcome in outcomes if not re.fullmatch(r"LO-\d+\.\d+", str(outcome))]
    if bad:
        raise BookError(f"{where}: an outcome looks like LO-3.1; got {bad[0]!r}")
    many = _flag(row.get("many", False), f"{where}, many")
    return Question(
        id=row["id"],
        outcomes=outcomes,
        question=text(row["question"], f"{where}, question"),
        options=_options(row["options"], many, where),
        many=many,
        misconception=row.get("misconception"),
        picture=row.get("picture"),
        source=text(row["from"], f"{where}, from") if warm_up else None,
    )


def _options(rows: Any, many: bool, where: str) -> tuple[Option, ...]:
    options = []
    for i, row in enumerate(listing(rows, f"{where}, options", least=2), 1):
        here = f"{where}, option {i}"
        keys(row, here, ("text", "feedback"), ("correct",))
        correct = _flag(row.get("correct"), f"{here}, correct")
        options.append(Option(text(row["text"], f"{here}, text"), correct, text(row["feedback"], f"{here}, feedback")))
    unique((option.text for option in options), f"{where}, options")
    correct = sum(option.correct for option in options)
    if many and correct == 0:
        raise BookError(f"{where}: no option is correct")
    if not many and correct != 1:
        raise BookError(f"{where}: wanted exactly one correct option, got {correct}; or say `many: true`")
    return tuple(options)


def _flag(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise BookError(f"{where}: wanted true or false; got {value!r}")
    return value
