"""Every chapter of the book against every check. The checks themselves are tested in test_book_lints.py."""

import ast
import re
from pathlib import Path

import pytest
from booklint import links, lints
from booklint.chapters import load_chapters
from pybtex.database import parse_file

from rosetta_core.book.exercises import exercise_ids
from rosetta_core.book.explorations import load_exploration
from rosetta_core.book.quizzes import load_quiz
from rosetta_core.book.symbols import symbols

ROOT = Path(__file__).parents[1]
CHAPTERS = load_chapters(ROOT / "chapters")

every_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.path.stem)
each_check = pytest.mark.parametrize(
    "check",
    [
        lints.template,
        lints.budgets,
        lints.outcomes,
        lints.figures,
        lints.shown_without_caption,
        lints.banned_words,
        lints.axis_labels,
        lints.fading,
    ],
    ids=lambda check: check.__name__,
)


@every_chapter
@each_check
def test_chapter(chapter, check):
    assert check(chapter) == []


@every_chapter
def test_symbols_and_equations_are_declared(chapter):
    assert links.declared_symbols(chapter, symbols()) == []
    assert links.listed_equations(chapter, symbols()) == []


@every_chapter
def test_exercises(chapter):
    assert lints.exercises(chapter, exercise_ids()) == []


@every_chapter
def test_readiness_check_has_three_folded_items(chapter):
    folded = [
        block
        for block in chapter.blocks("admonition")
        if block.section == "Outcomes and prerequisites" and block.options.get("class") == "dropdown"
    ]
    assert len(folded) == 3


def quizzes(chapter, *, warm_up):
    """Questions of the quizzes a chapter shows, in its Warm-up section or elsewhere."""
    names = [
        name
        for cell in chapter.cells
        if cell.section.startswith("Warm-up") == warm_up
        for name in lints.called(cell, "quiz")
    ]
    return [question for name in names for question in load_quiz(name)]


@every_chapter
def test_quiz_and_warm_up(chapter):
    assert links.quiz(chapter, quizzes(chapter, warm_up=False)) == []
    assert links.warm_up(chapter, quizzes(chapter, warm_up=True)) == []


@every_chapter
def test_outcomes_are_asked_and_exercised(chapter):
    asked = {question.id: question.outcomes for question in quizzes(chapter, warm_up=False)}
    exercised = {exercise.id: exercise.outcomes for exercise in chapter.exercises}
    assert links.orphans([outcome.id for outcome in chapter.outcomes], asked, exercised) == []


@every_chapter
def test_explorations_exist(chapter):
    for name in (name for cell in chapter.cells for name in lints.called(cell, "explore")):
        assert load_exploration(name).id == name


def data_files():
    """Texts of the quizzes and explorations, by file name."""
    return {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "rosetta_core" / "book").glob("*/*.yml")}


def test_quizzes_and_explorations_speak_of_figures_that_exist():
    assert links.figure_numbers(CHAPTERS, data_files()) == []


def test_no_banned_word_in_pages_quizzes_and_explorations():
    pages = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "chapters").glob("*.md")}
    assert {name: lints.banned(words) for name, words in (pages | data_files()).items() if lints.banned(words)} == {}


def test_ids_are_given_once_in_the_book():
    for ids in (
        [chapter.number for chapter in CHAPTERS],
        [outcome.id for chapter in CHAPTERS for outcome in chapter.outcomes],
        [figure.name for chapter in CHAPTERS for figure in chapter.figures],
        [label for chapter in CHAPTERS for label in chapter.displays if not label.startswith("line ")],
        [claim for chapter in CHAPTERS for claim in chapter.claims],
    ):
        assert len(ids) == len(set(ids))


def marked_claims():
    """Ids in every `@pytest.mark.claim(...)` of the test suite, read without importing it."""
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.claim":
                yield from (ast.literal_eval(argument) for argument in node.args)


def test_every_claim_has_a_test():
    assert links.claims([claim for chapter in CHAPTERS for claim in chapter.claims], marked_claims()) == []


def bibliography():
    entries = parse_file(str(ROOT / "references.bib")).entries
    return {
        key: {"type": entry.type, **{k.lower(): v for k, v in entry.fields.items()}} for key, entry in entries.items()
    }


def cited_anywhere():
    """Keys cited in any page of the book, and in its quizzes."""
    pages = [path.read_text(encoding="utf-8") for path in (ROOT / "chapters").glob("*.md")]
    for words in (*pages, *data_files().values()):
        for content in re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", words):
            yield from (key.strip() for key in content.split(","))


@every_chapter
def test_sources(chapter):
    assert links.sources(chapter, bibliography()) == []


def test_bibliography():
    assert links.bibliography(bibliography(), cited_anywhere()) == []
    assert set(cited_anywhere()) <= set(bibliography())
