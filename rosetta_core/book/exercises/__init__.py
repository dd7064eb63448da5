"""Autograded exercises, one file each: ex_3_4.py is exercise ex-3.4 of chapter 3.

The body of the solution stands between `# begin solution` and `# end solution`; `make stubs`
makes the chapter's stub and folded solution from it. Typical wrong answers, and what each hears, are in the tests.
"""

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any, Protocol


class Exercise(Protocol):
    """What a file in this folder provides."""

    solution: Callable[..., Any]
    """A full answer; the stub in the chapter is generated from its source."""

    PRAISE: str
    """What a passing answer hears."""

    def grade(self, answer: Callable[..., Any]) -> str | None:
        """The first thing that is wrong, in words that help; None when nothing is."""
        ...


def exercise_ids() -> tuple[str, ...]:
    """Ids of all autograded exercises: the file ex_3_4.py is ex-3.4."""
    modules = (module.name for module in pkgutil.iter_modules(__path__))
    return tuple(sorted(name.replace("_", "-", 1).replace("_", ".") for name in modules))


def exercise(name: str) -> Exercise:
    """The exercise of that id; ValueError with the ids that exist for an unknown one."""
    if name not in exercise_ids():
        raise ValueError(f"no autograded exercise {name!r}; there are: {', '.join(exercise_ids())}")
    module: Any = importlib.import_module(f"{__name__}.{name.replace('-', '_').replace('.', '_')}")
    return module
