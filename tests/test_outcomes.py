"""The contents that the book makes of itself: no outcome without a task, no task without an outcome, no dead place."""

import re

import pytest

from rosetta_core.book.contents import Matrix, Outcome, Page, Task, chapters, matrix, orphans, pages
from rosetta_core.book.reading import BookError
from rosetta_core.views.contents import chapter_table, outcome_table, subject_index, terms

PAGE = Page("03-short.md", "Short", {}, "")


def small(**changes):
    """One outcome with one task of each kind, with changes."""
    task = {"page": PAGE, "label": "", "outcomes": ("LO-3.1",)}
    whole = Matrix(
        (Outcome("LO-3.1", "derive", "the size", PAGE),),
        (Task("3.1", **task),),
        (Task("q-3.1", **task),),
        (Task("w-4.1", **task),),
    )
    return whole._replace(**changes)


def test_the_book_has_no_orphan():
    found = matrix()
    assert orphans(found) == []
    assert {outcome.page.file for outcome in found.outcomes} > {page.file for page in chapters()}


FAULTS = {
    "LO-3.1 has no exercise": {"exercises": ()},
    "LO-3.1 has no quiz item": {"quiz": ()},
    "q-3.1 in 03-short.md names no outcome": {"quiz": (Task("q-3.1", (), PAGE, ""),)},
    "3.1 in 03-short.md names LO-3.7, which no page declares": {
        "exercises": (Task("3.1", ("LO-3.1", "LO-3.7"), PAGE, ""),)
    },
    "LO-3.1 is declared twice": {"outcomes": (Outcome("LO-3.1", "derive", "the size", PAGE),) * 2},
}


@pytest.mark.parametrize(("complaint", "fault"), FAULTS.items())
def test_an_orphan_is_found(complaint, fault):
    assert orphans(small()) == []
    assert complaint in orphans(small(**fault))


def test_an_outcome_of_a_chapter_that_is_not_there_is_taken_on_trust():
    assert orphans(small(warm_up=(Task("w-3.1", ("LO-1.1",), PAGE, ""),))) == []


def test_exercises_are_read_with_number_label_and_outcomes(tmp_path):
    (tmp_path / "03-short.md").write_text(
        "---\nchapter: 3\noutcomes:\n  - {id: LO-3.1, verb: derive, text: it}\n---\n# Short\n\n"
        "(ex-3-1)=\n### 3.1 Recall: it\n\n:::{exercise} ★ · 5 min · LO-3.1, LO-3.2\nDo.\n:::\n",
        encoding="utf-8",
    )
    (task,) = matrix(tmp_path).exercises
    assert (task.name, task.label, task.outcomes) == ("3.1", "ex-3-1", ("LO-3.1", "LO-3.2"))
    assert orphans(matrix(tmp_path))[:2] == [
        "LO-3.1 has no quiz item",
        "3.1 in 03-short.md names LO-3.2, which no page declares",
    ]


def test_a_folder_without_pages_is_refused(tmp_path):
    with pytest.raises(BookError, match="no pages in"):
        pages(tmp_path)
    (tmp_path / "a.md").write_text("no title", encoding="utf-8")
    with pytest.raises(BookError, match=r"a\.md: wanted a title"):
        pages(tmp_path)


def linked(table):
    """Every place that a generated table links to, a file or a #label."""
    return re.findall(r"\]\(([^)]+)\)", table.markdown)


@pytest.mark.parametrize("table", [chapter_table, outcome_table, subject_index], ids=lambda table: table.__name__)
def test_a_generated_table_leads_somewhere(table):
    there = {page.file for page in pages()}
    there |= {f"#{label}" for page in pages() for label in re.findall(r"^\(([\w-]+)\)=$", page.text, re.M)}
    places = linked(table())
    assert len(places) >= len(chapters()) and set(places) <= there


def test_every_task_and_outcome_stands_in_the_table():
    found, text = matrix(), outcome_table().markdown
    for outcome in found.outcomes:
        assert f"{outcome.id}: **{outcome.verb}**" in text
    for task in (*found.exercises, *found.quiz):
        assert f"[{task.name}](" in text, task


def test_minutes_add_up():
    rows = [list(map(int, re.findall(r"\| (\d+) min", line))) for line in chapter_table().markdown.split("\n")[2:-1]]
    total = chapter_table().markdown.split("\n")[-1]
    sums = [60 * int(h) + int(m) for h, m in re.findall(r"(\d+) h (\d+)", total)]
    assert len(rows) == len(chapters()) and sums == [sum(column) for column in zip(*rows, strict=True)]


def test_every_term_has_a_place_in_the_index():
    lines = subject_index().markdown.split("\n\n")
    for term in terms():
        (line,) = (line for line in lines if line.startswith(f"{{term}}`{term}`: "))
        assert "](" in line, f"{term} stands in no section of a chapter or an appendix"


def test_terms_differ_and_are_in_order():
    text = next(page.text for page in pages() if page.file == "glossary.md")
    body = re.search(r"\{glossary\}\n(.*?)^:::", text, re.M | re.S)
    assert body is not None
    written = [line for line in body[1].split("\n") if re.match(r"\S", line)]
    assert written == list(terms()) and len(written) == len(set(written))


DEFINED = re.compile(r"(?<=[\w,.:] )(?:a |an |the )?\*\*([A-Za-z][\w -]+)\*\*")
"""A word in bold inside a sentence; at the head of a paragraph bold is a heading."""


def stem(word):
    return re.sub(r"(ing|ed|s)$", "", word.lower())


@pytest.mark.parametrize("number", [page.chapter for page in chapters()])
def test_words_that_a_chapter_defines_are_in_the_glossary(number):
    (page,) = (page for page in chapters() if page.chapter == number)
    fences = re.compile(r"^(`{3,})\{.*?^\1", re.M | re.S)
    known = [stem(term) for term in terms()]
    missing = []
    for paragraph in re.split(r"\n\n|^- ", fences.sub("", page.text), flags=re.M):
        for match in DEFINED.finditer(paragraph):
            word = stem(match[1])
            opens = len(paragraph[: match.start()].split()) < 3
            if not opens and not any(word in term or term in word for term in known):
                missing.append(match[1])
    assert missing == []
