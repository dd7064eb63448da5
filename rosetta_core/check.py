"""Autograded exercises: `check("ex-3.4", limit_cycle)` runs your function and says what it found."""

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rosetta_core.book.exercises import exercise

WIDTH = 72
"""Characters a line, so that no message needs sideways scrolling."""


@dataclass(frozen=True)
class Result:
    """What a check found: whether the answer passed, and a message for the reader."""

    exercise: str
    passed: bool
    message: str

    def __repr__(self) -> str:
        return textwrap.fill(f"{self.exercise}: {'passed' if self.passed else 'not yet'}. {self.message}", WIDTH)


class _AnswerStopped(Exception):
    """Carries an exception out of the reader's code, so that a fault of the grader is not blamed on the reader."""


def check(name: str, answer: Callable[..., Any]) -> Result:
    """Run the reader's function against the exercise of that id.

    A wrong, unfinished or failing answer gives a Result that says so; only an unknown id raises (ValueError).
    """
    asked = exercise(name)
    if not callable(answer):
        wanted = asked.solution.__name__
        return Result(name, False, f"Hand over the function itself, {wanted} without parentheses; I got {answer!r}.")

    def guarded(*args: Any) -> Any:
        try:
            return answer(*args)
        except Exception as error:
            raise _AnswerStopped from error

    try:
        complaint = asked.grade(guarded)
    except _AnswerStopped as stopped:
        return Result(name, False, _what_stopped(stopped.__cause__))
    return Result(name, complaint is None, complaint or asked.PRAISE)


def _what_stopped(error: BaseException | None) -> str:
    if isinstance(error, NotImplementedError):
        return "Not implemented yet: replace the line that raises NotImplementedError with your code."
    return f"Your function stopped before it could answer, with {type(error).__name__}: {error}"
