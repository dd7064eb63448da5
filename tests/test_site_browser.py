"""The built pages in a browser, opened from their files: readable, reachable, quiet, on any screen and on paper."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

ROOT = Path(__file__).resolve().parents[1]
# The pages are known from the sources, so that each is a test of its own before any site is built.
PAGES = [f"chapters/{path.stem}.html" for path in sorted((ROOT / "chapters").glob("*.md"))]
PAGES += ["search.html?q=amplitude"]
CHAPTER = "chapters/03-stuart-landau.html"
RULES = {
    "preload": False,  # axe would read the style sheets again by request, which a file: page may not
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
}

# Tens of thousands of elements that nobody reads one by one: the glyphs of a formula are hidden (MathML stands
# beside them), the strokes of a drawing are presentational (its name is checked).
WITHOUT_STROKES = {"exclude": [[".katex-html"], ["svg[role=img] > *"]]}


def open_page(page, site: Path, name: str, width: int = 1280, theme: str = "light") -> None:
    """Opens the file in that width and theme, and waits until every widget of the page is mounted."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    path, _, query = name.partition("?")
    page.goto((site / path).as_uri() + ("?" + query if query else ""))
    page.wait_for_function("document.querySelector('.rc-widget:not([data-mounted])') === null")
    if query:
        page.wait_for_selector("#search-results li")


def test_the_pages_are_those_of_the_site(site):
    built = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    assert built == {name.partition("?")[0] for name in PAGES} | {"index.html"}


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (1280, "dark"), (360, "light")])
@pytest.mark.parametrize("name", PAGES)
def test_page(page, site, name, width, theme):
    """No request to another host, no error, no axe violation, no sideways scroll."""
    open_page(page, site, name, width, theme)
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    found = Axe().run(page, context=WITHOUT_STROKES, options=RULES).response["violations"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.foreign == []
    assert page.errors == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_sticks_out_of_a_phone(page, site, name):
    """Whatever is wider than a phone scrolls inside a box of its own."""
    open_page(page, site, name, width=360)
    outside = page.evaluate(
        """() => [...document.querySelectorAll("main *")].filter(e => {
          const box = e.getBoundingClientRect();
          for (let p = e; p !== document.body; p = p.parentElement) {
            if (getComputedStyle(p).overflowX !== "visible") return false;
          }
          return box.width > 0 && box.height > 0 && box.right > 361;
        }).map(e => e.outerHTML.slice(0, 120))"""
    )
    assert outside == []


@pytest.mark.parametrize("name", PAGES)
def test_what_scrolls_sideways_is_reached_by_the_keyboard(page, site, name):
    open_page(page, site, name, width=360)
    page.wait_for_timeout(100)
    unreachable = page.evaluate(
        """() => [...document.querySelectorAll("main *")].filter(e =>
          ["auto", "scroll"].includes(getComputedStyle(e).overflowX) && e.scrollWidth > e.clientWidth + 1
          && e.tabIndex < 0 && !e.querySelector("a, button, input, [tabindex]")).map(e => e.outerHTML.slice(0, 120))"""
    )
    assert unreachable == []


@pytest.mark.parametrize("name", PAGES)
def test_targets_are_large_enough(page, site, name):
    """24 px at least (a label is part of its control), or a link in a line of text (WCAG 2.5.8 exempts those)."""
    open_page(page, site, name, width=360)
    small = page.evaluate(
        """() => [...document.querySelectorAll("a, button, input, select, summary")].filter(e => {
          if (getComputedStyle(e).display === "inline" || e.closest(".skip")) return false;
          const boxes = [e, ...(e.labels ?? [])].map(part => part.getBoundingClientRect());
          const widest = Math.max(...boxes.map(box => box.width)), tallest = Math.max(...boxes.map(box => box.height));
          return widest > 0 && (widest < 23.9 || tallest < 23.9);
        }).map(e => [e.outerHTML.slice(0, 120), e.getBoundingClientRect().width, e.getBoundingClientRect().height])"""
    )
    assert small == []


def test_skip_link_comes_first_and_leads_to_the_text(page, site):
    open_page(page, site, CHAPTER)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the text"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'main'")


def test_focus_is_visible(page, site):
    """Every stop of the Tab key is drawn with an outline of at least 2 px."""
    open_page(page, site, "chapters/run-it.html")
    for _ in range(12):
        page.keyboard.press("Tab")
        style = page.evaluate(
            "(s => [s.outlineStyle, parseFloat(s.outlineWidth)])(getComputedStyle(document.activeElement))"
        )
        assert style[0] != "none" and style[1] >= 2, page.evaluate("document.activeElement.outerHTML")


def test_arrow_keys_do_not_turn_the_page(page, site):
    open_page(page, site, CHAPTER)
    before = page.url
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(300)
    assert page.url == before


def test_theme_button_turns_the_colours_and_is_remembered(page, site):
    open_page(page, site, "chapters/run-it.html")
    button = page.get_by_role("button", name="Dark colours")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    button.press("Enter")
    assert button.get_attribute("aria-pressed") == "true"
    assert page.evaluate(paper) != light
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_contents_open_on_a_phone_and_close_with_escape(page, site):
    open_page(page, site, CHAPTER, width=360)
    button, contents = page.get_by_role("button", name="Contents"), page.locator("#book-contents")
    assert not contents.is_visible()
    button.click()
    assert contents.is_visible() and button.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert not contents.is_visible()
    assert page.evaluate("document.activeElement.textContent") == "Contents"


def test_contents_lead_to_the_sections_of_the_page(page, site):
    open_page(page, site, CHAPTER)
    here = page.locator("#book-contents .toctree-l2 a")
    assert here.count() == page.locator("main h2").count()
    here.last.click()
    assert re.search(r"#[\w-]+$", page.url)


def test_search_finds_the_chapter(page, site):
    """From the head of a page, with the keyboard, from a file."""
    open_page(page, site, "chapters/run-it.html")
    field = page.get_by_role("searchbox", name="Search the book")
    field.fill("wine glass")
    field.press("Enter")
    page.wait_for_selector("#search-results li a")
    assert any(
        "03-stuart-landau" in link for link in page.locator("#search-results a").evaluate_all("a => a.map(b => b.href)")
    )
    assert page.errors == []


def test_page_is_complete_without_scripts(browser, site):
    """Text, maths, figures and the static version of every widget need no JavaScript."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / CHAPTER).as_uri())
    assert page.locator("main h2").first.is_visible()
    assert page.locator("div.math .katex").first.is_visible()
    assert page.locator("#book-contents").is_visible()
    for widget in page.locator(".rc-widget").all():
        assert widget.bounding_box()["height"] > 20
    assert page.locator(".theme-button").is_hidden()
    context.close()


def test_every_widget_of_the_chapter_comes_alive(page, site):
    open_page(page, site, CHAPTER)
    states = page.locator(".rc-widget").evaluate_all("all => all.map(one => one.dataset.mounted)")
    assert states and set(states) == {"yes"}
    assert page.locator(".rc-widget > .rc-static:not([hidden])").count() == 0


def test_code_can_be_copied(page, site):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(page, site, "chapters/run-it.html")
    page.get_by_role("button", name="Copy").first.press("Enter")
    page.get_by_role("button", name="Copied").wait_for()
    assert "make book" in page.evaluate("navigator.clipboard.readText()")


def test_paper_shows_the_text_alone_and_in_light(page, site):
    open_page(page, site, CHAPTER, theme="dark")
    page.emulate_media(media="print")
    page.wait_for_function("document.documentElement.dataset.theme === 'light'")
    for chrome in (".top", "#book-contents", ".neighbours", ".chapter-actions"):
        assert page.locator(chrome).is_hidden(), chrome
    assert page.locator("main h1").is_visible() and page.locator("figure").first.is_visible()
    assert page.locator(".rc-live-widget").first.is_hidden()
    assert page.locator(".rc-widget .rc-static").first.is_visible()
    page.emulate_media(media="screen")
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")


def test_site_address_leads_to_the_book(page, site):
    page.goto((site / "index.html").as_uri())
    page.wait_for_url("**/chapters/index.html")
    assert page.locator("h1").is_visible()
