"""What the pages of the book say of themselves: minutes, outcomes, exercises, quiz items, and who exercises what.

A page declares `outcomes: [{id, verb, text}]` in its front matter. An exercise is a box
`{exercise} stars, minutes, LO-3.1, LO-3.4` under a heading that begins with its number, "3.4" or "A.2", with a label
`(ex-3-4)=` above the heading. A quiz belongs to the page that shows it.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from rosetta_core.book.quizzes import load_quiz
from rosetta_core.book.reading import BookError, parse_yaml

PAGES = Path(__file__).resolve().parents[2] / "chapters"
"""The sources of the pages, in a copy of the book."""

_LABEL = re.compile(r"\(([\w-]+)\)=")
_NUMBERED = re.compile(r"#+ ([A-Z0-9]+\.\d+) ")
_EXERCISE = re.compile(r"(?:`{3,}|:{3,})\{exercise\}(.*)")
_OUTCOME = re.compile(r"LO-\d+\.\d+")


class Page(NamedTuple):
    """A page: file name, title, front matter, text below it."""

    file: str
    title: str
    front: dict[str, Any]
    text: str

    @property
    def chapter(self) -> int | None:
        """The number of a chapter; None for the other pages."""
        return self.front.get("chapter")


class Outcome(NamedTuple):
    """A learning outcome, and the page that declares it."""

    id: str
    verb: str
    text: str
    page: Page


class Task(NamedTuple):
    """An exercise ("3.4"), quiz item ("q-3.1") or warm-up item ("w-3.1"): its outcomes, its page, its label there."""

    name: str
    outcomes: tuple[str, ...]
    page: Page
    label: str


class Matrix(NamedTuple):
    """Outcomes, and the three kinds of task that name them."""

    outcomes: tuple[Outcome, ...]
    exercises: tuple[Task, ...]
    quiz: tuple[Task, ...]
    warm_up: tuple[Task, ...]


def pages(folder: Path = PAGES) -> tuple[Page, ...]:
    """All pages of a folder: chapters by their number, then the rest by name. BookError if there are none."""
    found = [_page(path) for path in sorted(folder.glob("*.md"))]
    if not found:
        raise BookError(f"no pages in {folder.name}; the contents of the book are read from its sources")
    return tuple(sorted(found, key=lambda page: (page.chapter is None, page.chapter or 0)))


def chapters(folder: Path = PAGES) -> tuple[Page, ...]:
    """The pages with a chapter number, in order."""
    return tuple(page for page in pages(folder) if page.chapter is not None)


def matrix(folder: Path = PAGES) -> Matrix:
    """Who exercises what, read from the pages of a folder; warm-up items stand beside the quiz, for they look back."""
    found = pages(folder)
    outcomes = tuple(Outcome(**row, page=page) for page in found for row in page.front.get("outcomes", ()))
    asked = tuple(task for page in found for task in _asked(page))
    exercises = tuple(task for page in found for task in _exercises(page))
    quiz = tuple(task for task in asked if task.name.startswith("q"))
    return Matrix(
        tuple(sorted(outcomes, key=lambda one: _number(one.id))),
        exercises,
        quiz,
        tuple(task for task in asked if task not in quiz),
    )


def orphans(found: Matrix) -> list[str]:
    """One sentence for every outcome without exercise or quiz item, and every task without an outcome that exists.

    An outcome of a chapter that the folder does not hold is taken on trust.
    """
    declared = [outcome.id for outcome in found.outcomes]
    written = {_number(name)[0] for name in declared}
    complaints = [f"{name} is declared twice" for name in sorted(set(declared)) if declared.count(name) > 1]
    for kind, tasks in (("exercise", found.exercises), ("quiz item", found.quiz)):
        used = named(tasks)
        complaints += [f"{name} has no {kind}" for name in declared if name not in used]
    for task in (*found.exercises, *found.quiz, *found.warm_up):
        if not task.outcomes:
            complaints.append(f"{task.name} in {task.page.file} names no outcome")
        complaints += [
            f"{task.name} in {task.page.file} names {name}, which no page declares"
            for name in task.outcomes
            if name not in declared and _number(name)[0] in written
        ]
    return complaints


def named(tasks: Iterable[Task]) -> dict[str, list[Task]]:
    """The tasks by the outcomes they name."""
    used: dict[str, list[Task]] = {}
    for task in tasks:
        for name in task.outcomes:
            used.setdefault(name, []).append(task)
    return used


def _page(path: Path) -> Page:
    text = path.read_text(encoding="utf-8")
    front: dict[str, Any] = {}
    if text.startswith("---\n"):
        _, head, text = text.split("---\n", 2)
        front = parse_yaml(head, path.name) or {}
    title = re.search(r"^# (.+)$", text, re.M)
    if title is None:
        raise BookError(f"{path.name}: wanted a title, a line that begins with one #")
    return Page(path.name, front.get("title", title[1]), front, text)


def _number(outcome: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", outcome)))


def _asked(page: Page) -> list[Task]:
    names = re.findall(r"""\bquiz\(["']([\w-]+)["']\)""", page.text)
    return [Task(item.id, item.outcomes, page, "") for name in names for item in load_quiz(name)]


def _exercises(page: Page) -> list[Task]:
    found, label, number = [], "", ""
    for line in page.text.split("\n"):
        if match := _LABEL.fullmatch(line):
            label = match[1]
        elif match := _NUMBERED.match(line):
            number = match[1]
        elif match := _EXERCISE.match(line):
            found.append(Task(number, tuple(_OUTCOME.findall(match[1])), page, label))
    return found
