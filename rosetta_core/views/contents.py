"""Tables that the book makes of its own pages: chapters with their minutes, outcomes with their tasks, the index."""

import re
from collections.abc import Iterable
from pathlib import Path

from rosetta_core.book.contents import PAGES, Page, Task, chapters, matrix, named, pages
from rosetta_core.views.symbols import Table, rows_below

SKIM = 15  # minutes, the same for every chapter
MOST_PLACES = 5  # of one word in the index


def chapter_table(folder: Path = PAGES) -> Table:
    """The chapters with the minutes of their three ways, as their front matter gives them, and the sum of each."""
    head = ("chapter", "skim", "lesson", "deep")
    rows, sums = [], [0, 0, 0]
    for page in chapters(folder):
        minutes = page.front["minutes"]
        lesson = minutes["read"] + minutes["explore"]
        ways = (SKIM, lesson, lesson + minutes["exercises"])
        sums = [total + one for total, one in zip(sums, ways, strict=True)]
        rows.append((f"{page.chapter}. [{page.title}]({page.file})", *(f"{one} min" for one in ways)))
    return Table(rows_below(head, [*rows, ("all", *(_hours(total) for total in sums))]))


def outcome_table(folder: Path = PAGES) -> Table:
    """Each outcome with its exercises, quiz items and later warm-up items, page by page."""
    found = matrix(folder)
    exercises, quiz, later = named(found.exercises), named(found.quiz), named(found.warm_up)
    blocks: list[str] = []
    for page in dict.fromkeys(outcome.page.file for outcome in found.outcomes):
        mine = [outcome for outcome in found.outcomes if outcome.page.file == page]
        rows = [
            (
                f"{outcome.id}: **{outcome.verb}** {outcome.text}",
                _linked(exercises.get(outcome.id, ())),
                _linked(quiz.get(outcome.id, ())),
                _linked(later.get(outcome.id, ())),
            )
            for outcome in mine
        ]
        head = ("outcome: the reader can", "exercises", "quiz", "asked again")
        blocks.append(f"**{_named(mine[0].page)}**\n\n{rows_below(head, rows)}")
    count = len(found.outcomes), len(found.exercises), len(found.quiz), len(found.warm_up)
    blocks.append("{} outcomes, {} exercises, {} quiz items, {} warm-up items.".format(*count))
    return Table(*blocks)


def subject_index(folder: Path = PAGES) -> Table:
    """Each term of the glossary with the sections that use it most, at most five, in the order of the book."""
    found = [page for page in pages(folder) if page.chapter is not None or page.file.startswith("appendix-")]
    sections = [(page, *section) for page in found for section in _sections(page)]
    blocks, letter = [], ""
    for term in terms(folder):
        pattern = re.compile(rf"\b{re.escape(term)}", re.I)
        counts = [len(pattern.findall(text)) for _, _, text in sections]
        best = sorted(range(len(counts)), key=lambda i: (-counts[i], i))[:MOST_PLACES]
        places = [_place(*sections[i][:2]) for i in sorted(best) if counts[i]]
        if term[0].upper() != letter:
            letter = term[0].upper()
            blocks.append(f"**{letter}**")
        blocks.append(f"{{term}}`{term}`: {', '.join(places)}")
    return Table(*blocks)


def terms(folder: Path = PAGES) -> tuple[str, ...]:
    """The terms of the page glossary.md, in alphabetical order."""
    (page,) = (page for page in pages(folder) if page.file == "glossary.md")
    (body,) = re.findall(r"^:{3,}\{glossary\}\n(.*?)^:{3,}$", page.text, re.M | re.S)
    return tuple(sorted((line for line in body.split("\n") if re.match(r"\S", line)), key=str.lower))


def _hours(minutes: int) -> str:
    return f"{minutes // 60} h {minutes % 60:02d}"


def _linked(tasks: Iterable[Task]) -> str:
    return ", ".join(f"[{task.name}]({f'#{task.label}' if task.label else task.page.file})" for task in tasks) or "–"


def _named(page: Page) -> str:
    title = f"[{page.title}]({page.file})"
    return title if page.chapter is None else f"Chapter {page.chapter}, {title}"


def _place(page: Page, label: str) -> str:
    short = str(page.chapter) if page.chapter is not None else page.title.split(":")[0].removeprefix("Appendix ")
    heading = re.search(rf"^\({label}\)=\n+#+ (.+)$", page.text, re.M)
    assert heading is not None
    words = re.sub(r"^[A-Z]\.\d+ ", "", heading[1])
    return f"[{short}, {words}](#{label})"


def _sections(page: Page) -> list[tuple[str, str]]:
    """Label and prose of each labelled `##` section of a page."""
    parts = re.split(r"^\(([\w-]+)\)=\n+(?=## )", page.text, flags=re.M)
    fences = re.compile(r"^(`{3,})\{code-cell\}.*?^\1", re.M | re.S)
    return [(label, fences.sub("", text)) for label, text in zip(parts[1::2], parts[2::2], strict=True)]
