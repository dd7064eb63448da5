"""The lecturer's kit: complete for every chapter, decks by their rules, names that exist, nothing for students."""

import re
from pathlib import Path

import pytest
from slides_for_tests import CHAPTERS, FILES, KIT, ROOT, SLIDES, built

from instructor.kit.asked import clicker, poll
from instructor.kit.decks import deck_page
from instructor.kit.site import BuiltBook
from instructor.kit.source import Block, read_deck
from rosetta_core.book.explorations import load_exploration
from rosetta_core.book.quizzes import load_quiz
from rosetta_core.book.reading import BookError

MINUTES, MOST_WORDS, FEWEST, MOST = 90, 40, 15, 25


@pytest.fixture(scope="module")
def book(site: Path) -> BuiltBook:
    return BuiltBook(site)


def table(text: str, column: str) -> list[str]:
    """The entries of that column, from the first table that has it."""
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.splitlines() if "|" in line]
    heads = next(row for row in rows if column in [cell.lower() for cell in row])
    at = [cell.lower() for cell in heads].index(column)
    below = rows[rows.index(heads) + 2 :]
    return [row[at] for row in below if len(row) == len(heads)]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_has_its_four_files(chapter):
    there = {path.name for path in (KIT / chapter).glob("*.md")}
    assert there == set(FILES)
    for name in FILES:
        assert len((KIT / chapter / name).read_text("utf8").split()) >= 150, f"{chapter}/{name} says too little"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_lesson_lasts_ninety_minutes(chapter):
    minutes = table((KIT / chapter / "plan.md").read_text("utf8"), "minutes")
    assert len(minutes) >= 5
    assert sum(map(int, minutes)) == MINUTES


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_an_exam_item_has_marks_a_solution_and_notes_for_the_marker(chapter):
    text = (KIT / chapter / "exam.md").read_text("utf8")
    items = re.split(r"^## ", text, flags=re.M)[1:]
    assert 4 <= len(items) <= 6
    for item in items:
        assert re.match(r"\d+\.\d+ .+ \(\d+ marks?\)\n", item), item[:60]
        assert "**Solution.**" in item and "**Marks.**" in item, item[:60]
    marks = sum(int(found) for found in re.findall(r"^## .+ \((\d+) marks?\)$", text, re.M))
    assert f"{marks} marks" in text.split("\n## ")[0], "the sum of the marks stands above the items"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_deck_keeps_its_rules(chapter):
    deck = read_deck(KIT / chapter / "slides.md")
    assert FEWEST <= len(deck.slides) <= MOST
    for i, slide in enumerate(deck.slides, 1):
        assert slide.title, f"slide {i} has no title"
        assert slide.words <= MOST_WORDS, f"slide {i}, {slide.title}: {slide.words} words"
        assert len(slide.blocks) <= 1, f"slide {i}, {slide.title}: one idea each"
    kinds = [block.kind for slide in deck.slides for block in slide.blocks]
    assert kinds.count("figure-of") >= 3 and "exploration-of" in kinds and "poll" in kinds
    assert {"poll", "clicker"} & {block.kind for block in deck.slides[-1].blocks}, "a deck ends with the exit question"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_name_of_a_deck_exists(chapter, book):
    page = deck_page(read_deck(KIT / chapter / "slides.md"), book)
    assert page.html.count("<section>") >= FEWEST


def deck_with(tmp_path: Path, *lines: str) -> Path:
    folder = tmp_path / "ch03"
    folder.mkdir()
    path = folder / "slides.md"
    path.write_text("\n".join(["# A deck", "", "---", "", "## Second", "", *lines]) + "\n", "utf8")
    return path


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("{figure-of} fig-puzle", "no figure with the label 'fig-puzle'; nearest: fig-puzzle; there are: "),
        ("{exploration-of} ch03-brith", "no exploration 'ch03-brith'; nearest: ch03-birth; there are: "),
        ("{poll} ch03-brith", "no exploration 'ch03-brith'; nearest: ch03-birth; there are: "),
        ("{clicker} ch3 q1", "no quiz 'ch3'; nearest: ch03; there are: "),
        ("{clicker} ch03 q99", "no item in the quiz ch03 'q99'; nearest: q"),
        ("{clicker} ch03 q-4.1", "no item in the quiz ch03 'q-4.1'"),
        ("{clicker} ch03", "{clicker} wants the file of a quiz and the id of an item; got 'ch03'"),
        ("{figure} fig-puzzle", "no kind of block 'figure'; nearest: figure-of; there are: "),
    ],
)
def test_a_name_that_does_not_exist_is_refused(tmp_path, book, block, said):
    path = deck_with(tmp_path, f"```{block}", "```")
    with pytest.raises(BookError, match=re.escape(f"ch03/slides.md, slide 2: {said}")):
        deck_page(read_deck(path), book)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            ["```{poll} ch03-birth", "text", "```"],
            "slide 2: {poll} wants its closing fence on the next line, and no text",
        ),
        (["$\\alpha + \\unknown$"], "slide 2: ParseError: KaTeX parse error: Undefined control sequence: \\unknown"),
    ],
)
def test_what_cannot_be_shown_is_refused(tmp_path, book, lines, said):
    with pytest.raises(BookError, match=re.escape(said)):
        deck_page(read_deck(deck_with(tmp_path, *lines)), book)


def test_a_deck_without_a_title_is_refused(tmp_path):
    path = deck_with(tmp_path)
    path.write_text("## Only a slide\n", "utf8")
    with pytest.raises(BookError, match="wanted a deck whose first slide has a title"):
        read_deck(path)


def test_the_source_of_a_deck(tmp_path):
    text = ["One $a + b$ and don't.", "", "$$x = 1$$", "", "```{poll} ch03-birth", "```", "", "Note:", "Say it."]
    code = ["```", "---", "```"]
    first, second, third = read_deck(deck_with(tmp_path, *text, "", "---", "## Code", *code)).slides
    assert first.title == "A deck" and first.notes == "" and first.blocks == ()
    assert second.words == 4, "One, the formula, and, don't: neither the heading nor what is displayed"
    assert second.notes == "Say it."
    assert second.blocks == (Block("poll", ("ch03-birth",), "ch03/slides.md, slide 2"),)
    assert third.title == "Code" and "---" in third.text


def test_polls_and_clickers_say_what_the_book_says():
    """The question and its answers on one slide, every reply and the mark of the right one on the other."""
    exploration = load_exploration("ch03-birth")
    asked, answered = poll(Block("poll", ("ch03-birth",), "here"))
    assert exploration.question in asked and all(choice.text in asked for choice in exploration.choices)
    assert all(choice.reply in answered for choice in exploration.choices)
    item = load_quiz("ch03")[1]
    asked, answered = clicker(Block("clicker", ("ch03", "q2"), "here"))
    assert clicker(Block("clicker", ("ch03", "q-3.2"), "here")) == (asked, answered)
    assert item.question in asked and "<svg" in asked
    for option in item.options:
        assert option.text in asked and option.feedback in answered and option.feedback not in asked
    right = re.search(r'<li class="right">.*?<strong>✓ (.*?)</strong>', answered)
    assert right[1] == next(option.text for option in item.options if option.correct)
    assert "✓" not in asked and answered.count('class="right"') == 1


def test_a_figure_is_that_of_the_chapter(book):
    """Drawing, caption and alternative text as the chapter has them; nothing that points into the chapter's page."""
    chapter = book.pages["03-stuart-landau"]
    shown = book.figure("fig-puzzle", "here")
    drawing = re.search(r"<svg.*?</svg>", shown, re.S)[0]
    assert drawing in chapter and 'role="img" aria-label="' in drawing
    assert "<figcaption>" in shown and "<strong>" in shown
    assert (
        "<a " not in shown and "href=" not in shown.replace("xlink:href", "") and " id=" not in shown.split("<svg")[0]
    )


def test_the_list_of_decks():
    index = (built() / "index.html").read_text("utf8")
    assert re.findall(r'href="(ch\d\d)\.html"', index) == CHAPTERS
    assert {path.stem for path in SLIDES.glob("ch*.html")} == set(CHAPTERS)
    for link in re.findall(r'href="([^"]+)"', index):
        assert (SLIDES / link).is_file(), link


def test_students_get_none_of_it(site):
    """No sentence of the plans, boards, exams or notes stands on the site."""
    lines = {
        line.strip()
        for path in sorted(KIT.glob("ch*/*.md"))
        for line in path.read_text("utf8").split("Note:", path.name == "slides.md")[-1].splitlines()
        if len(line) >= 60 and "```" not in line
    }
    assert len(lines) >= 20 * len(CHAPTERS)
    for page in site.rglob("*.html"):
        text = page.read_text("utf8")
        assert "instructor/" not in text and "slides/" not in text, page.name
        assert [line for line in lines if line[:60] in text] == [], page.name
    assert [path for path in site.rglob("*") if path.suffix == ".imscc" or path.name in FILES] == []


def test_the_kit_is_told_to_those_who_may_use_it():
    for name in ("README.md", "CONTRIBUTING.md"):
        assert "make slides" in (ROOT / name).read_text("utf8"), name
    readme = (KIT / "README.md").read_text("utf8")
    for block in ("figure-of", "exploration-of", "poll", "clicker", "Moodle", "Canvas", "print-pdf"):
        assert block in readme, block
