"""What a first visit costs: everything the page asks for, compressed as a server would."""

import gzip
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

CHAPTERS = sorted(path.stem for path in (Path(__file__).resolve().parents[1] / "chapters").glob("[0-9]*.md"))
TOTAL_KB, MATHS_KB = 400, 150
PACKED = {".woff2", ".png", ".jpg", ".gz"}


def cost(path: Path) -> int:
    data = path.read_bytes()
    return len(data) if path.suffix in PACKED else len(gzip.compress(data, 6))


def visit(page, address: str, site: Path, name: str) -> list[Path]:
    """Files a reader fetches who reads the page to its end."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/{name}", wait_until="networkidle")
    for _ in range(40):
        page.mouse.wheel(0, 2000)
        page.wait_for_timeout(20)
    page.wait_for_load_state("networkidle")
    paths = {url.removeprefix(address + "/").split("?")[0].split("#")[0] for url in asked if url.startswith(address)}
    return [site / path for path in sorted(paths) if path != "favicon.ico"]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_first_visit_of_a_chapter(page, address, site, chapter):
    files = visit(page, address, site, f"chapters/{chapter}.html")
    assert page.foreign == []
    sizes = {path.relative_to(site).as_posix(): cost(path) for path in files}
    assert f"chapters/{chapter}.html" in sizes and "_static/reading.css" in sizes
    total = sum(sizes.values())
    assert total <= TOTAL_KB * 1000, (total, sizes)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_maths_of_a_chapter(page, address, site, chapter):
    """Style sheet and fonts of the maths, and what its formulas add to the compressed page."""
    files = visit(page, address, site, f"chapters/{chapter}.html")
    katex = [path for path in files if "katex" in path.parts]
    assert any(path.suffix == ".woff2" for path in katex)
    html = (site / "chapters" / f"{chapter}.html").read_text("utf8")
    soup = BeautifulSoup(html, "html.parser")
    for formula in soup.select(".katex"):
        formula.decompose()
    formulas = len(gzip.compress(html.encode(), 6)) - len(gzip.compress(str(soup).encode(), 6))
    total = formulas + sum(map(cost, katex))
    assert total <= MATHS_KB * 1000, (formulas, {path.name: cost(path) for path in katex})


def test_no_script_that_the_book_does_without(site):
    """MathJax, RequireJS, the widget manager, thebe and the icon script are not part of the site."""
    for path in site.rglob("*.js"):
        assert not any(word in path.name.lower() for word in ("mathjax", "require", "embed", "thebe", "fontawesome")), (
            path
        )
    for path in site.rglob("*.html"):
        text = path.read_text("utf8").lower()
        assert "thebe" not in text and "requirejs" not in text and "mathjax" not in text, path


def test_the_state_in_a_page_is_that_of_live_widgets_only(site):
    """No module text, no style and no ipywidgets model is left in a page."""
    for path in (site / "chapters").glob("*.html"):
        state = BeautifulSoup(path.read_text("utf8"), "html.parser").find(id="widget-state")
        if state is not None:
            text = state.get_text()
            assert "render(" not in text and "LayoutModel" not in text, path.name
