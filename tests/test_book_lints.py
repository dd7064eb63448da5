"""Every check of a chapter can fail: one fault, one complaint."""

import pytest
from booklint import links, lints
from booklint.chapters import load_chapters
from chapter_for_tests import FIGURE, MODEL, chapter, text

from rosetta_core.book.quizzes import Option, Question
from rosetta_core.book.reading import BookError
from rosetta_core.book.symbols import SymbolTable, symbols

SHORT = ("z", "alpha", "omega", "gamma", "beta", "u")
TABLE = SymbolTable(
    tuple(row for row in symbols().chapter(3).rows if row.code in (*SHORT, "x", "y", "u_x", "u_y") and row.code != "t")
)


def declared_symbols(sample):
    rows = tuple(row for row in TABLE.rows if row.code in SHORT)
    return links.declared_symbols(sample, SymbolTable(rows))


def listed_equations(sample):
    return links.listed_equations(sample, symbols())


def exercises(sample):
    return lints.exercises(sample, ["ex-3.4"])


CHECKS = (
    lints.template, lints.outcomes, lints.figures, lints.shown_without_caption, lints.banned_words, lints.axis_labels,
    lints.fading, exercises, declared_symbols, listed_equations,
)  # fmt: skip

ALT = "A curve that is zero up to the middle and rises like a square root from there on."

FAULTS = [  # check, text to replace, replacement, what the complaint says
    (lints.template, "## Intuition\n", "## Motivation\n", "missing section 'Intuition'"),
    (lints.template, "## Forced\n\n## Networked\n", "## Networked\n\n## Forced\n", "out of order"),
    (lints.template, "## Quiz\n", "## Quiz\n\n## Coda\n", "'Coda' is not in the template"),
    (lints.outcomes, "verb: derive", "verb: understand", "'understand' is no verb of the list"),
    (lints.outcomes, "[LO-2.1]", "[LO-3.1]", "prerequisite LO-3.1 is not from an earlier chapter"),
    (lints.figures, "**The rhythm is born small.** Amp", "Amp", "must open with its finding"),
    (lints.figures, 'alt="A curve that', 'alt="A curve")#', "alt text of 7 characters"),
    (lints.figures, 'alt="A curve that is zero up', f'alt="{"x" * 301}")#', "alt text of 301 characters"),
    (lints.figures, " Amplitude against alpha.", f" {ALT}", "repeats the caption"),
    (lints.figures, "name: fig-birth", "name: birth", "must begin with fig-"),
    (lints.shown_without_caption, 'views.explore("ch03-birth")', 'figures.show(fig, alt="x")', "without a caption"),
    (lints.banned_words, "Every start", "Obviously every start", "'Obviously' says nothing"),
    (lints.banned_words, "Amplitude against alpha.", "It is simply amplitude.", "'simply' says nothing"),
    (lints.axis_labels, '"height (mV)"', '"height"', "'height' has no unit"),
    (lints.axis_labels, '"height (mV)"', '"height (furlong)"', "'height (furlong)' has no unit"),
    (lints.axis_labels, '"height (mV)"', "name", "axis label name; use figures.label"),
    (lints.axis_labels, '"height (mV)"', 'figures.label(None, "F_x")', "use figures.label(3, 'F_x')"),
    (lints.axis_labels, "figures.show(fig", 'ax.set_xlabel("x")\nfigures.show(fig', "'x' has no unit"),
    (lints.fading, "fade:2", "other", "wanted cells tagged fade:0, fade:1, fade:2"),
    (exercises, "### 3.2 Pencil", "### 3.2 Explore", "in this order"),
    (exercises, "{admonition} Hint 2", "{admonition} Clue", "wanted three hints and a solution"),
    (exercises, "{admonition} Solution\n:class: dropdown", "{admonition} Solution", "and a solution, folded"),
    (exercises, "### 3.4 Code", "### 3.5 Code", "ex-3.5: no grader"),
    (exercises, "exercises: 40", "exercises: 50", "exercises take 40 min, the front matter says 50"),
    (declared_symbols, "|z|^2 z + u", r"|z|^2 z + \xi", r"equation eq-sl: \xi is not declared"),
    (declared_symbols, "beta, u]", "beta]", "equation eq-sl: u is not declared"),
    (declared_symbols, "beta, u]", "beta, u, tau_m]", "symbols.yml has for chapter 3 no tau_m"),
    (listed_equations, "eq-sl: stuart", "eq-other: stuart", "equation eq-other, which is not there"),
    (listed_equations, MODEL, MODEL + MODEL.replace("(eq-sl)", ""), "is a model's: list it"),
]  # fmt: skip


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_short_chapter_passes(tmp_path, check):
    assert check(chapter(tmp_path)) == []


@pytest.mark.parametrize(("check", "old", "new", "complaint"), FAULTS)
def test_a_fault_is_found(tmp_path, check, old, new, complaint):
    found = check(chapter(tmp_path, old, new))
    assert any(complaint in line for line in found), found


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("", "", "wanted 3500 to 5500"),
        ("", "", "1 figures; wanted 8 to 12"),
        ("", "", "1 explorations; wanted 2 to 4"),
        ("## Quiz\n", "## Quiz\n" + "word " * 6000, "words; wanted 3500 to 5500"),
        ("## Quiz\n", "## Quiz\n" + "word " * 6000, "off by more than 2"),
        ("## Summary card\n", "## Summary card\n" + "word " * 201, "summary card of 201 words"),
        ('views.quiz("ch03")', "a = 1\n" * 26, "a visible cell of 26 lines"),
    ],
)
def test_a_budget_is_kept(tmp_path, old, new, complaint):
    assert any(complaint in line for line in lints.budgets(chapter(tmp_path, old, new)))


def test_a_folded_cell_may_be_long(tmp_path):
    long = FIGURE.replace("fig, ax", "a = 1\n" * 26 + "fig, ax")
    assert not any("visible cell" in line for line in lints.budgets(chapter(tmp_path, FIGURE, long)))


BIBLIOGRAPHY = {"kuznetsov2004elements": {"type": "book", "doi": "10.1007/978-1-4757-3978-7"}, "old": {"type": "book"}}


def test_limits_cite_a_work_with_a_doi(tmp_path):
    assert links.sources(chapter(tmp_path), BIBLIOGRAPHY) == []
    for key, complaint in [("missing", "cites missing, which is not in"), ("old", "must cite a work with a DOI")]:
        found = links.sources(chapter(tmp_path, "kuznetsov2004elements", key), BIBLIOGRAPHY)
        assert any(complaint in line for line in found)


def test_bibliography():
    article = {"type": "article", "title": "t"}
    assert links.bibliography(BIBLIOGRAPHY | {"a": article | {"doi": "10.1/2"}}, [*BIBLIOGRAPHY, "a"]) == []
    assert links.bibliography({"a": article | {"nodoi": "printed in 1901"}}, ["a"]) == []
    assert "an article without doi" in links.bibliography({"a": article}, ["a"])[0]
    assert links.bibliography(BIBLIOGRAPHY, ["old"]) == ["kuznetsov2004elements is cited nowhere"]


def test_claims_and_tests_meet(tmp_path):
    assert set(chapter(tmp_path).claims) == {"c-3.1"}
    assert links.claims(["c-3.1"], ["c-3.1"]) == []
    assert links.claims(["c-3.1"], []) == ["claim c-3.1 has no test marked with it"]
    assert links.claims([], ["c-3.1"]) == ["a test is marked with claim c-3.1, which no chapter makes"]


def test_outcomes_quizzes_and_exercises_meet(tmp_path):
    ids = [outcome.id for outcome in chapter(tmp_path).outcomes]
    done = {exercise.id: exercise.outcomes for exercise in chapter(tmp_path).exercises}
    assert links.orphans(ids, {"q-3.1": ids}, done) == []
    assert "LO-3.1 has no quiz item" in links.orphans(ids, {}, done)
    assert "LO-3.2 has no exercise" in links.orphans(ids, {"q-3.1": ids}, done | {"ex-3.2": ["LO-3.1"]})
    assert "exercise ex-3.2 names no outcome" in links.orphans(ids, {}, done | {"ex-3.2": []})
    assert "quiz item q-3.1 names LO-9.9, which does not exist" in links.orphans(ids, {"q-3.1": ["LO-9.9"]}, done)


def question(name, **changes):
    given = {"id": name, "outcomes": ("LO-3.1",), "question": "?", "options": (Option("a", True, "f"),)} | changes
    return Question(**given)


def test_quiz_of_a_chapter(tmp_path):
    short = chapter(tmp_path)
    good = [question(f"q-3.{n}", misconception="MC-3", picture="ring") for n in range(1, 6)]
    assert links.quiz(short, good) == []
    assert "4 quiz items; wanted 5 to 8" in links.quiz(short, good[1:])
    assert "quiz item q-4.1 is not named q-3.n" in links.quiz(short, [*good, question("q-4.1")])
    assert "no quiz item has a picture" in links.quiz(short, [question("q-3.1")])
    assert "no quiz item has a wrong answer for misconception MC-3" in links.quiz(short, [question("q-3.1")])


def test_misconception_of_another_chapter(tmp_path):
    found = links.quiz(chapter(tmp_path), [question("q-3.1", misconception="MC-4")])
    assert "misconception MC-4 does not belong to chapter 3" in found


def test_figures_spoken_of_exist(tmp_path):
    chapters = [chapter(tmp_path)]
    assert links.figure_numbers(chapters, {"a.yml": "See Figure 3.1."}) == []
    assert links.figure_numbers(chapters, {"a.yml": "Figure 3.2"}) == [
        "a.yml speaks of Figure 3.2, which does not exist"
    ]
    assert links.figure_numbers(chapters, {"a.yml": "Figure 4.1"}) == [
        "a.yml speaks of Figure 4.1, which does not exist"
    ]


def test_banned_words_are_found_across_lines():
    assert lints.banned("It is well\n known that") == ["'It is well\\n known' says nothing; leave it out"]
    assert lints.banned("a simple push") == []


def test_warm_up_of_a_chapter(tmp_path):
    short = chapter(tmp_path)
    good = [question(f"w-3.{n}", outcomes=("LO-2.1",)) for n in range(1, 4)]
    assert links.warm_up(short, good) == []
    assert "2 warm-up items; wanted 3" in links.warm_up(short, good[1:])
    assert "warm-up item q-3.1 is not named w-3.n" in links.warm_up(short, [*good, question("q-3.1")])
    assert "warm-up item w-3.4 reviews no earlier chapter: LO-3.1" in links.warm_up(short, [*good, question("w-3.4")])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("---\nchapter: 3", "chapter: 3", "wanted front matter"),
        ("title: A rhythm\n", "", "missing or empty: title"),
        ("{id: LO-3.2,", "{id: LO-2.2,", r"an outcome of chapter 3 is LO-3.n; got LO-2.2"),
        ("{id: LO-3.2,", "{id: LO-3.1,", r"'LO-3.1' is used twice"),
        ("read: 1, ", "", "missing or empty: read"),
        ("chapter: 3\n", "chapter: 3\ncolour: red\n", "unknown key colour"),
        ("$$ (eq-sl)\n", "\n", r"\$\$ is never closed"),
        (':tags: ["fade:2"]\nviews.quiz("ch03")\n```', "views", "``` is never closed"),
    ],
)
def test_a_broken_file_is_refused(tmp_path, old, new, message):
    with pytest.raises(BookError, match=message):
        chapter(tmp_path, old, new)


def test_comments_are_not_prose(tmp_path):
    hidden = chapter(tmp_path, "Every start", "% obviously\n<!-- simply\nobviously -->\nEvery start")
    assert lints.banned_words(hidden) == []


def test_a_folder_without_chapters_is_refused(tmp_path):
    with pytest.raises(BookError, match=r"chapters are named like 03-stuart-landau.md"):
        load_chapters(tmp_path)


def test_line_numbers_are_those_of_the_file(tmp_path):
    figure = chapter(tmp_path).figures[0]
    assert text().split("\n")[figure.number - 1] == "```{code-cell} ipython3"
