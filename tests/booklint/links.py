"""Checks between parts of the book: symbols, equations, outcomes, quizzes, claims, sources. They return complaints."""

import re
from collections.abc import Iterable, Mapping, Sequence

from booklint.chapters import Chapter
from booklint.latex import display_symbols, rate_equations
from rosetta_core.book.quizzes import Question
from rosetta_core.book.symbols import SymbolTable

QUIZ_ITEMS = (5, 8)
WARM_UP_ITEMS = 3


def declared_symbols(chapter: Chapter, table: SymbolTable) -> list[str]:
    """Every symbol of a display equation is declared for the chapter, in symbols.yml and in the front matter."""
    rows = [row for row in table.chapter(chapter.number).rows if row.code in chapter.symbols]
    complaints = []
    unknown = sorted(set(chapter.symbols) - {row.code for row in rows})
    if unknown:
        complaints.append(f"symbols.yml has for chapter {chapter.number} no {', '.join(unknown)}")
    # In a display y_0 and y_1 are copies of y, and a bar belongs to no symbol.
    allowed = {latex for row in rows for latex in (row.symbol, re.sub(r"^\\bar|_(\d|\{\d+\})$", "", row.symbol))}
    for label, latex in chapter.displays.items():
        unknown = sorted(display_symbols(latex) - allowed)
        if unknown:
            complaints.append(f"equation {label}: {', '.join(unknown)} is not declared for this chapter")
    return complaints


def listed_equations(chapter: Chapter, table: SymbolTable) -> list[str]:
    """Every display that gives the rate of a model's state is listed in the front matter, with its model."""
    complaints = [
        f"front matter lists equation {label}, which is not there"
        for label in chapter.equations
        if label not in chapter.displays
    ]
    for label, latex in chapter.displays.items():
        states = [table.chapter(chapter.number).symbol(row.state) for row in rate_equations(latex)]
        if label not in chapter.equations and any(state.quantities or state.parts for state in states):
            complaints.append(
                f"equation {label} is a model's: list it in the front matter, `equations: {{{label}: model}}`"
            )
    return complaints


def quiz(chapter: Chapter, questions: Sequence[Question]) -> list[str]:
    """5 to 8 items of this chapter, one with a picture, one with the chapter's misconception."""
    complaints = []
    if not QUIZ_ITEMS[0] <= len(questions) <= QUIZ_ITEMS[1]:
        complaints.append(f"{len(questions)} quiz items; wanted {QUIZ_ITEMS[0]} to {QUIZ_ITEMS[1]}")
    wrong = [question.id for question in questions if not question.id.startswith(f"q-{chapter.number}.")]
    complaints += [f"quiz item {name} is not named q-{chapter.number}.n" for name in wrong]
    if not any(question.picture for question in questions):
        complaints.append("no quiz item has a picture")
    named = {question.misconception for question in questions if question.misconception}
    foreign = sorted(named - {chapter.misconception})
    complaints += [f"misconception {name} does not belong to chapter {chapter.number}" for name in foreign]
    if chapter.misconception not in named:
        complaints.append(f"no quiz item has a wrong answer for misconception {chapter.misconception}")
    return complaints


def warm_up(chapter: Chapter, questions: Sequence[Question]) -> list[str]:
    """Three items that review earlier chapters."""
    complaints = []
    if len(questions) != WARM_UP_ITEMS:
        complaints.append(f"{len(questions)} warm-up items; wanted {WARM_UP_ITEMS}")
    for question in questions:
        if not question.id.startswith(f"w-{chapter.number}."):
            complaints.append(f"warm-up item {question.id} is not named w-{chapter.number}.n")
        if any(not int(outcome[3:].split(".")[0]) < chapter.number for outcome in question.outcomes):
            complaints.append(f"warm-up item {question.id} reviews no earlier chapter: {', '.join(question.outcomes)}")
    return complaints


def sources(chapter: Chapter, bibliography: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Every cited key exists; the limits box cites at least one work with a DOI."""
    complaints = [f"cites {key}, which is not in references.bib" for key in chapter.cited() if key not in bibliography]
    limits = [key for key in chapter.cited("Where this model lies to you") if key in bibliography]
    if not any("doi" in bibliography[key] for key in limits):
        complaints.append("'Where this model lies to you' must cite a work with a DOI")
    return complaints


def claims(claimed: Iterable[str], tested: Iterable[str]) -> list[str]:
    """Claims in the text and `@pytest.mark.claim` in the tests are the same set."""
    claimed, tested = set(claimed), set(tested)
    return [f"claim {name} has no test marked with it" for name in sorted(claimed - tested)] + [
        f"a test is marked with claim {name}, which no chapter makes" for name in sorted(tested - claimed)
    ]


def orphans(
    outcome_ids: Iterable[str], quiz: Mapping[str, Iterable[str]], exercises: Mapping[str, Iterable[str]]
) -> list[str]:
    """Every outcome has a quiz item and an exercise; every item and exercise names outcomes that exist."""
    outcome_ids = set(outcome_ids)
    complaints = []
    for kind, items in (("quiz item", quiz), ("exercise", exercises)):
        used = {outcome for outcomes in items.values() for outcome in outcomes}
        complaints += [f"{outcome} has no {kind}" for outcome in sorted(outcome_ids - used)]
        complaints += [f"{kind} {name} names no outcome" for name, named in items.items() if not list(named)]
        complaints += [
            f"{kind} {name} names {outcome}, which does not exist"
            for name, named in items.items()
            for outcome in named
            if outcome not in outcome_ids
        ]
    return complaints


def bibliography(entries: Mapping[str, Mapping[str, str]], cited: Iterable[str]) -> list[str]:
    """Every article has a DOI, or says in `nodoi` why not; every entry is cited."""
    complaints = [
        f"{key}: an article without doi; add it, or `nodoi = {{the reason}}`"
        for key, fields in entries.items()
        if fields["type"] == "article" and "doi" not in fields and not fields.get("nodoi")
    ]
    return complaints + [f"{key} is cited nowhere" for key in sorted(set(entries) - set(cited))]


def figure_numbers(chapters: Iterable[Chapter], texts: Mapping[str, str]) -> list[str]:
    """A figure that a quiz or an exploration names by number is in its chapter."""
    count = {chapter.number: len(chapter.figures) for chapter in chapters}
    return [
        f"{name} speaks of Figure {chapter}.{number}, which does not exist"
        for name, words in texts.items()
        for chapter, number in re.findall(r"Figure (\d+)\.(\d+)", words)
        if not 0 < int(number) <= count.get(int(chapter), 0)
    ]
