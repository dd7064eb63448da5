"""The machinery of autograded exercises: `check`, stubs and solutions, for every exercise there is."""

import ast
import re
from pathlib import Path

import pytest
from booklint import stubs
from test_book_chapters import CHAPTERS

import rosetta_core as rc
from rosetta_core.book.exercises import exercise, exercise_ids
from rosetta_core.book.reading import BookError
from rosetta_core.check import Result, check

every_exercise = pytest.mark.parametrize("name", exercise_ids())


@every_exercise
def test_solution_passes(name):
    result = check(name, exercise(name).solution)
    assert result.passed
    assert result.message == exercise(name).PRAISE


@every_exercise
def test_stub_is_not_implemented(name):
    source = re.fullmatch(r"```\{code-cell\} ipython3\n(.*)```\n", stubs.stub(name), re.DOTALL)
    assert source is not None
    found = {}
    lines = source[1].strip().split("\n")
    exec("\n".join([*lines[:-1], f"result = {lines[-1]}"]), {"rc": rc}, found)
    assert not found["result"].passed
    assert found["result"].message.startswith("Not implemented yet")


@every_exercise
def test_stub_keeps_signature_and_docstring_and_nothing_of_the_solution(name):
    solution, stub = exercise(name).solution, stubs.stub(name)
    assert f"def {solution.__name__}(" in stub
    assert (solution.__doc__ or "").split("\n")[0] in stub
    assert "return " not in stub


@every_exercise
def test_folded_solution_is_the_graded_one(name):
    shown = re.fullmatch(r"```python\n(.*)```\n", stubs.solution(name), re.DOTALL)
    assert shown is not None
    found = {}
    exec(shown[1], dict(vars(exercise(name))), found)
    assert check(name, found[exercise(name).solution.__name__]).passed


def chapter_of(name):
    return next(chapter for chapter in CHAPTERS if name.startswith(f"ex-{chapter.number}."))


@every_exercise
def test_an_exercise_stands_in_its_chapter(name):
    assert f"<!-- stub {name} -->" in chapter_of(name).path.read_text(encoding="utf-8")


def above(sources):
    """What a reader has who ran these cells: their imports, and the functions that they define."""
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef)
    lines = [node for source in sources for node in ast.parse(source).body if isinstance(node, kinds)]
    found = {}
    exec(compile(ast.Module(lines, []), "cells", "exec"), found)
    return found


@every_exercise
def test_a_folded_solution_runs_where_it_stands(name):
    # Pasted under the cells of its chapter that stand above it, it is graded; no name comes from the grader's file.
    chapter = chapter_of(name)
    line = chapter.path.read_text(encoding="utf-8").split(f"<!-- solution {name} -->")[0].count("\n")
    has = above(cell.source for cell in chapter.cells if cell.number < line)
    shown = re.fullmatch(r"```python\n(.*)```\n", stubs.solution(name), re.DOTALL)
    assert shown is not None
    exec(shown[1], has)
    result = check(name, has[exercise(name).solution.__name__])
    assert result.passed, result.message


def test_a_solution_that_wants_more_than_the_cells_above_it_is_noticed():
    has = above(["from math import pi\nnumber = 2", "def half(x):\n    return x / 2"])
    assert has["half"](has["pi"]) == pytest.approx(1.5708, abs=5e-5)
    exec("def solve():\n    return brentq(half, -1, number)", has)
    with pytest.raises(NameError, match="brentq"):
        has["solve"]()


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.path.stem)
def test_stubs_are_regenerated_as_they_are(chapter):
    text = chapter.path.read_text(encoding="utf-8")
    assert stubs.regenerate(text, chapter.path.name) == text, "run make stubs"


def test_a_stale_stub_is_rewritten(tmp_path, capsys):
    from chapter_for_tests import chapter

    place = "<!-- stub ex-3.4 -->\nold\n<!-- end stub -->\n"
    path: Path = chapter(tmp_path, "## Quiz\n", f"## Quiz\n{place}").path
    stubs.main(tmp_path)
    stubs.main(tmp_path)
    assert "raise NotImplementedError" in path.read_text(encoding="utf-8")
    assert capsys.readouterr().out == "03-short.md: written\n03-short.md: unchanged\n"


def test_an_unclosed_place_is_refused():
    with pytest.raises(BookError, match="1 stub or solution comments, 0 of them closed"):
        stubs.regenerate("<!-- stub ex-3.4 -->\n", "a.md")


def test_an_unknown_exercise_is_refused_with_those_that_exist():
    with pytest.raises(ValueError, match=r"no autograded exercise 'ex-9.9'; there are: .*ex-3.4"):
        check("ex-9.9", abs)


def test_what_is_not_a_function_is_told_so():
    result = check("ex-3.4", (1.0, 2.0))  # type: ignore[arg-type]
    assert not result.passed
    assert "limit_cycle without parentheses; I got (1.0, 2.0)" in result.message


def test_a_result_reads_like_a_sentence():
    assert repr(Result("ex-3.4", True, "Good.")) == "ex-3.4: passed. Good."
    assert repr(Result("ex-3.4", False, "Look again.")) == "ex-3.4: not yet. Look again."
    assert max(len(line) for line in repr(Result("ex-3.4", False, "again " * 50)).split("\n")) <= 72


def test_a_fault_of_the_grader_is_not_blamed_on_the_reader(monkeypatch):
    def broken(answer):
        raise RuntimeError("the grader fell over")

    monkeypatch.setattr(exercise("ex-3.4"), "grade", broken)
    with pytest.raises(RuntimeError, match="the grader fell over"):
        check("ex-3.4", abs)
