"""Figures and equations carry the number of their chapter, and a reference the number of what it names."""

import re
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup

CHAPTERS = Path(__file__).resolve().parents[1] / "chapters"


def chapter_number(source: Path) -> int | None:
    text = source.read_text("utf8")
    return yaml.safe_load(text.split("---\n", 2)[1]).get("chapter") if text.startswith("---\n") else None


NUMBERED = {path.stem: number for path in sorted(CHAPTERS.glob("*.md")) if (number := chapter_number(path))}


@pytest.fixture(params=sorted(NUMBERED))
def chapter(request, site) -> tuple[int, BeautifulSoup]:
    html = (site / "chapters" / f"{request.param}.html").read_text("utf8")
    return NUMBERED[request.param], BeautifulSoup(html, "html.parser")


def test_figures_count_within_the_chapter(chapter):
    number, soup = chapter
    labels = [span.get_text().strip() for span in soup.select("figcaption .caption-number")]
    assert labels == [f"Figure {number}.{n}" for n in range(1, len(labels) + 1)]
    assert labels


def test_equations_count_within_the_chapter(chapter):
    number, soup = chapter
    labels = [re.match(r"\([^)]*\)", span.get_text().strip())[0] for span in soup.select(".eqno")]
    assert labels == [f"({number}.{n})" for n in range(1, len(labels) + 1)]
    assert labels


def test_references_carry_the_number_of_what_they_name(chapter):
    _, soup = chapter
    for link in soup.select('main a[href^="#equation-"]:not(.headerlink)'):
        there = soup.find(id=link["href"][1:]).select_one(".eqno").get_text()
        assert there.startswith(link.get_text().strip()), link
    for link in soup.select("main a.reference:has(.std-numref)"):
        if link["href"].startswith("#") and link.get_text().startswith("Figure"):
            figure = soup.find(id=link["href"][1:])
            assert figure.select_one(".caption-number").get_text().strip() == link.get_text().strip()


def test_only_the_title_shows_the_number(chapter):
    number, soup = chapter
    assert soup.h1.select_one(".section-number").get_text().strip() == str(number)
    assert soup.select("h2 .section-number, h3 .section-number") == []


def test_the_head_of_the_chapter_is_complete(chapter):
    _, soup = chapter
    head = soup.select_one(".chapter-banner")
    assert [re.match(r"\w+", way.get_text())[0] for way in head.select(".paths dt")] == ["Skim", "Lesson", "Deep"]
    assert len(head.select(".paths a")) == 4
    assert re.fullmatch(
        r"\d+ min to read, \d+ min to explore,\s\d+ min of exercises", head.select_one(".chapter-time").text
    )
    assert head.select_one("a[download]")["href"].endswith(".ipynb")
    assert "@incollection" in head.select_one(".cite").get_text()


def test_front_and_back_matter_has_no_number(site):
    for page in ("index", "run-it", "notation", "tested", "bibliography"):
        soup = BeautifulSoup((site / "chapters" / f"{page}.html").read_text("utf8"), "html.parser")
        assert soup.select(".section-number") == [], page
