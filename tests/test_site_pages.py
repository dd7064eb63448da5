"""The built HTML, read as text: it speaks of no other host, every link leads somewhere, every picture has words."""

import copy
import itertools
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag

# Addresses that a page names without asking anything of them.
NAMES_ONLY = ("http://www.w3.org/", "https://www.w3.org/")
URL = re.compile(r"""https?:(?:\\?/){2}[^\s"'<>`)\\]+""")
LOADING = {
    "script": "src",
    "img": "src",
    "link": "href",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "object": "data",
}


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, BeautifulSoup]:
    """Every page by its path below the site."""
    return {
        path.relative_to(site).as_posix(): BeautifulSoup(path.read_text("utf8"), "html.parser")
        for path in sorted(site.rglob("*.html"))
    }


def hidden(element: Tag) -> bool:
    return any(parent.get("aria-hidden") == "true" for parent in [element, *element.parents])


def test_no_page_loads_from_another_host(pages):
    asked = [
        (name, element[attribute])
        for name, soup in pages.items()
        for tag, attribute in LOADING.items()
        for element in soup.find_all(tag)
        if re.match(r"(?:https?:)?//", element.get(attribute, ""))
    ]
    assert asked == []


def test_no_script_or_style_names_another_host(site, pages):
    """Nothing that runs on a page carries an address it could fetch from."""
    texts = {path.relative_to(site).as_posix(): path.read_text("utf8") for path in site.rglob("*.js")}
    texts |= {path.relative_to(site).as_posix(): path.read_text("utf8") for path in site.rglob("*.css")}
    for name, soup in pages.items():
        for number, script in enumerate(soup.find_all(["script", "style"])):
            texts[f"{name} script {number}"] = script.get_text()
    # The search index holds the words of the pages, links among them; it is data.
    texts.pop("searchindex.js")
    found = {
        name: urls
        for name, text in texts.items()
        if (urls := [url for url in URL.findall(text) if not url.startswith(NAMES_ONLY)])
    }
    # uPlot, Sphinx and KaTeX name their home page in the comment that carries their licence.
    assert {name: urls for name, urls in found.items() if not only_in_comments(texts[name], urls)} == {}


def only_in_comments(text: str, urls: list[str]) -> bool:
    bare = re.sub(r"/\*.*?\*/|(?:^|\s|;|\\n)//[^\n]*?(?=\\n|\n|$)", " ", text, flags=re.S)
    return not any(url in bare for url in urls)


def test_links_lead_somewhere(site, pages):
    """Every relative link finds its file, and every fragment its element."""
    broken = []
    for name, soup in pages.items():
        for anchor in soup.find_all("a", href=True):
            target = urlsplit(anchor["href"])
            if target.scheme or target.netloc:
                continue
            path = unquote(target.path)
            file = (site / name).parent / path if path else site / name
            if not file.resolve().is_file():
                broken.append((name, anchor["href"]))
            elif target.fragment and file.suffix == ".html":
                there = pages[file.resolve().relative_to(site.resolve()).as_posix()]
                if there.find(id=unquote(target.fragment)) is None:
                    broken.append((name, anchor["href"]))
    assert broken == []


def test_ids_are_unique(pages):
    for name, soup in pages.items():
        ids = [element["id"] for element in soup.find_all(id=True)]
        assert sorted(set(ids)) == sorted(ids), (name, [one for one in set(ids) if ids.count(one) > 1])


def test_pictures_have_words(pages):
    """An image has an alt; a drawing has a name, or is read by its own text in a named region, or is hidden."""
    silent = [
        (name, str(element)[:120])
        for name, soup in pages.items()
        for element in soup.find_all(["img", "svg"])
        if not hidden(element)
        and not element.get("alt")
        and not (element.get("role") == "img" and (element.get("aria-label") or element.get("aria-labelledby")))
        and not (element.find("text") and element.find_parent("nav", attrs={"aria-label": True}))
    ]
    assert silent == []


def test_alt_text_says_enough(pages):
    """40 to 300 characters, and not the caption again."""
    for name, soup in pages.items():
        for figure in soup.find_all("figure"):
            for picture in figure.find_all(["img", "svg"]):
                if hidden(picture):
                    continue
                words = picture.get("alt") or picture.get("aria-label") or ""
                assert 40 <= len(words) <= 300, (name, words)
                caption = figure.find("figcaption")
                assert caption is None or words not in caption.get_text(), (name, words)


def test_headings_go_down_one_step_at_a_time(pages):
    for name, soup in pages.items():
        levels = [int(heading.name[1]) for heading in soup.find("main").find_all(re.compile(r"^h[1-6]$"))]
        assert levels.count(1) == 1 and levels[0] == 1, (name, levels)
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), (name, levels)


def test_pages_have_language_title_and_landmarks(pages):
    for name, soup in pages.items():
        assert soup.html["lang"] == "en", name
        assert soup.title.get_text().strip(), name
        assert soup.find("main") is not None, name
        if soup.find("meta", attrs={"http-equiv": "refresh"}) is None:
            assert soup.find("a", class_="skip")["href"] == "#main", name
            assert soup.find(id="main") is not None, name


def test_maths_is_set_without_error(pages):
    """HTML and MathML for each formula, no source of TeX left over, no error in colour."""
    formulas = 0
    for name, soup in pages.items():
        assert soup.find(class_="math-error") is None and soup.find(class_="katex-error") is None, name
        for formula in soup.find_all(class_="katex"):
            formulas += 1
            assert formula.find("math") is not None, name
            assert formula.find(class_="katex-html")["aria-hidden"] == "true", name
        for element in soup.find("main").find_all(["p", "li", "dd", "td", "figcaption"]):
            words = copy.copy(element)
            for part in [*words.find_all(class_="katex"), *words.find_all(["code", "pre", "script", "svg"])]:
                part.extract()
            assert not re.search(r"\\(alpha|omega|frac|sqrt|dot|begin)\b|\$", words.get_text()), (name, words)
    assert formulas > 0


def test_nothing_names_the_machine_that_built_it(site):
    """The folder of the build is nobody's business."""
    home = str(site.resolve().parents[1])
    for path in site.rglob("*"):
        if path.suffix in {".html", ".js", ".css", ".ipynb", ".svg"}:
            assert home not in path.read_text("utf8"), path


def test_every_claim_on_a_page_is_listed_with_its_test(site, pages):
    listed = pages["chapters/tested.html"]
    for name, soup in pages.items():
        for tick in soup.find_all("a", class_="claim"):
            claim = tick["href"].partition("#")[2]
            row = listed.find(id=claim)
            assert row is not None, (name, claim)
            test = row.find_next("dd").find("p", class_="held-by").get_text().removeprefix("Held by ")
            file, function = test.split("::")
            assert f"def {function}(" in (site.parents[1] / file).read_text("utf8"), test
