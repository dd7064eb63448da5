"""The decks in a real browser: quiet, stepped by keys, answers held back, explorations that follow the hand."""

import functools
import http.server
import threading

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import _QuietServer
from slides_for_tests import CHAPTERS, built

HERE = "Reveal.getCurrentSlide()"
RULES = {"preload": False, "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
DRAWN = "[...document.querySelectorAll('.present .rc-live-widget canvas')].map((one) => one.toDataURL()).join()"


@pytest.fixture(scope="module")
def served():
    """Address of the slides on a server that knows nothing but files."""
    handler = functools.partial(_QuietServer, directory=str(built()))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def open_deck(page, name: str, width: int = 1280, height: int = 720, theme: str = "light", query: str = "") -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=theme)
    page.goto((built() / f"{name}.html").as_uri() + query)
    page.wait_for_function("window.Reveal && Reveal.isReady()")


def go_to(page, selector: str) -> None:
    """To the first slide that shows such an element."""
    page.evaluate(
        f"Reveal.slide(...Object.values(Reveal.getIndices(document.querySelector('{selector}').closest('section'))))"
    )
    page.wait_for_function(f"{HERE}.querySelector('{selector}') !== null")


def indices(page) -> list:
    return page.evaluate("[Reveal.getIndices().h, Reveal.getIndices().v ?? 0]")


def wait_for_live(page) -> None:
    """Until the exploration of this slide runs and its plots stand still."""
    page.wait_for_selector(".present .rc-widget[data-mounted=yes] .rc-live-widget canvas")
    page.wait_for_function(
        f"""async () => {{
          const size = () => {HERE}.querySelector('.rc-widget').getBoundingClientRect().height;
          const before = size();
          await new Promise((done) => setTimeout(done, 150));
          return size() === before;
        }}"""
    )


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_slide_by_keys(page, chapter, width):
    """From the first to the last slide: nothing sticks out, nothing is asked of another host, no error."""
    open_deck(page, chapter, width)
    total = page.evaluate("Reveal.getTotalSlides()")
    for _ in range(total - 1):
        before = indices(page)
        page.keyboard.press("Space")
        assert indices(page) != before
        if width == 1280:
            if page.evaluate(f"{HERE}.querySelector('.rc-widget') !== null"):
                wait_for_live(page)
            page.wait_for_function(f"{HERE}.scrollHeight <= {HERE}.clientHeight")
        assert page.evaluate(f"{HERE}.scrollWidth <= {HERE}.clientWidth"), indices(page)
    assert page.evaluate("Reveal.isLastSlide()")
    page.keyboard.press("ArrowLeft")
    assert not page.evaluate("Reveal.isLastSlide()")
    assert page.errors == [] and page.foreign == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_slides_can_be_read_by_everybody(page, theme):
    open_deck(page, "ch03", theme=theme)
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    for selector in (".slide.words", ".slide.figure-of", ".slide.poll", ".slide.answer", ".slide.exploration-of"):
        go_to(page, selector)
        if "exploration" in selector:
            wait_for_live(page)
        context = {"include": [[".present:not(.stack)"]], "exclude": [[".katex-html"], ["svg[role=img] > *"]]}
        found = Axe().run(page, context=context, options=RULES).response["violations"]
        assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found] == []


@pytest.mark.parametrize("kind", ["poll", "clicker"])
def test_answers_wait_for_the_step(page, kind):
    open_deck(page, "ch03")
    go_to(page, f".slide.{kind}")
    answer = page.locator(".stack.present .slide.answer")
    assert page.locator(f".present .slide.{kind} .options").is_visible() and not answer.is_visible()
    page.keyboard.press("ArrowDown")
    assert answer.is_visible() and "✓" in answer.inner_text()
    assert not page.locator(f".stack.present .slide.{kind}").is_visible()
    page.keyboard.press("ArrowUp")
    assert not answer.is_visible()


@pytest.mark.parametrize("place", ["file", "server"])
def test_a_slider_dragged_in_a_deck_moves_the_plot(page, served, place):
    if place == "file":
        open_deck(page, "ch03")
    else:
        page.goto(f"{served}/ch03.html")
        page.wait_for_function("window.Reveal && Reveal.isReady()")
    go_to(page, ".slide.exploration-of")
    wait_for_live(page)
    at = indices(page)
    slider = page.locator(".present input[type=range]").first
    box, before, drawn = slider.bounding_box(), slider.input_value(), page.evaluate(DRAWN)
    said = page.locator(".present .rc-says").inner_text()
    x, y = box["x"] + box["width"] * 0.52, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + box["width"] * 0.3, y, steps=6)
    page.mouse.up()
    assert float(slider.input_value()) > float(before)
    assert page.evaluate(DRAWN) != drawn
    assert page.locator(".present .rc-says").inner_text() != said
    value = slider.input_value()
    page.keyboard.press("ArrowRight")
    assert slider.input_value() != value and indices(page) == at, "keys pressed in an exploration are its own"
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    assert indices(page) != at, "Escape gives the keys back"
    assert page.errors == [] and page.foreign == []


def test_a_start_is_where_the_pointer_put_it(page):
    """The marker of the start in the phase plane follows the hand to the pixel: nothing around a plot is scaled."""
    open_deck(page, "ch03", 1600, 900)
    go_to(page, ".slide.exploration-of")
    wait_for_live(page)
    scaled = """(one) => { const found = []; for (; one; one = one.parentElement) {
      const { transform, zoom, scale } = getComputedStyle(one);
      if (transform !== "none" || zoom !== "1" || scale !== "none") found.push(one.className); } return found; }"""
    assert page.locator(".present .rc-phase").evaluate(scaled) == []
    over = page.locator(".present .rc-phase .u-over")
    box, drawn = over.bounding_box(), page.evaluate(DRAWN)
    page.mouse.click(box["x"] + 0.8 * box["width"], box["y"] + 0.2 * box["height"])
    assert page.evaluate(DRAWN) != drawn


def test_light_and_dark_by_key_and_by_button(page):
    open_deck(page, "ch03")
    page.keyboard.press("t")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.get_by_role("button", name="Dark colours").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "light"


def test_the_notes_are_for_the_speaker_alone(page):
    open_deck(page, "ch03")
    notes = page.locator(".present aside.notes").first
    assert notes.text_content().strip() and not notes.is_visible()
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    window = opened.value
    window.wait_for_function("document.querySelector('.speaker-controls-notes .value').textContent.trim() !== ''")
    said = window.locator(".speaker-controls-notes .value").inner_text()
    assert " ".join(said.split()) == " ".join(notes.text_content().split())
    assert page.foreign == []


def test_on_paper_every_slide_is_a_light_page(page):
    open_deck(page, "ch03", theme="dark", query="?print-pdf")
    page.wait_for_selector(".pdf-page")
    assert page.locator(".pdf-page").count() == page.evaluate("Reveal.getTotalSlides()")
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    assert page.locator(".rc-printed svg[role=img]").first.is_visible()
    assert page.locator(".rc-live-widget").count() == 0
    tall = "[...document.querySelectorAll('.pdf-page')].filter((one) => one.scrollHeight > one.clientHeight + 1).length"
    assert page.evaluate(tall) == 0
