"""The explorers as part of a page: motion, theme, a phone, no JavaScript."""

import re

import pytest
from explorer_steps import NAMES, PICTURE, explorer, open_chapter, value

from rosetta_core.book.explorations import load_exploration


@pytest.fixture
def chapter(page, site):  # type: ignore[no-untyped-def]
    """The chapter page, all widgets mounted; at the end nothing may have failed or gone to another host."""
    open_chapter(page, site)
    yield page
    assert page.errors == [] and page.foreign == []


def test_no_motion_unless_asked_and_pause_holds(chapter) -> None:
    box = explorer(chapter, "ch03-memory")
    drawn = box.evaluate(PICTURE)
    chapter.wait_for_timeout(400)
    assert box.evaluate(PICTURE) == drawn
    box.get_by_role("button", name="Sweep up and down").click()
    chapter.wait_for_function("document.querySelector('#ch03-memory [data-name=alpha]').value > -0.4")
    box.get_by_role("button", name="Pause").click()
    held = value(box, "alpha")
    chapter.wait_for_timeout(300)
    assert value(box, "alpha") == held
    box.get_by_role("button", name="Go on").click()
    chapter.wait_for_function(f"document.querySelector('#ch03-memory [data-name=alpha]').value > {held + 0.02}")
    box.get_by_role("button", name="Reset").click()
    assert value(box, "alpha") == -0.5 and box.get_by_role("button", name="Sweep up and down").is_visible()


def test_reduced_motion_gives_the_result_at_once(page, site) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_chapter(page, site)
    box = explorer(page, "ch03-memory")
    before = box.evaluate(PICTURE)
    box.get_by_role("button", name="Sweep up and down").click()
    assert box.get_by_role("button", name="Sweep again").is_visible()
    assert box.evaluate(PICTURE) != before and value(box, "alpha") == -0.5
    assert page.errors == []


def test_drawings_follow_the_theme(chapter) -> None:
    box = explorer(chapter, "ch03-noise")
    chapter.evaluate("document.documentElement.dataset.theme = 'light'")
    light = box.evaluate(PICTURE)
    chapter.evaluate("document.documentElement.dataset.theme = 'dark'")
    dark = box.evaluate(PICTURE)
    chapter.evaluate("document.documentElement.dataset.theme = 'light'")
    assert light != dark and box.evaluate(PICTURE) == light


@pytest.mark.parametrize("name", NAMES)
def test_a_phone_shows_views_first_and_no_sideways_scroll(page, site, name: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    open_chapter(page, site)
    box = explorer(page, name)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    box.locator(".rc-views").evaluate("e => e.scrollIntoView()")
    views, panel = (box.locator(c).bounding_box() for c in (".rc-views", ".rc-panel"))
    assert views["y"] + views["height"] <= panel["y"] + 1, "the controls stand below the views"
    assert panel["y"] + panel["height"] <= 741, "and in reach of the thumb"
    for control in box.locator("input[type=range], .rc-button, input[type=number]").all():
        size = control.bounding_box()
        assert size is None or size["height"] >= 24, "WCAG 2.2, 2.5.8: targets of 24 px"


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_cut_off_or_covered_where_room_is_short(page, site, name: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    open_chapter(page, site)
    position = "e => getComputedStyle(e).position"
    panel = page.locator(f"section#{name} .rc-panel")
    assert panel.evaluate(position) == "static", "before a prediction the dead controls cover nothing"
    box = explorer(page, name)
    edge = box.bounding_box()["x"] + box.bounding_box()["width"]
    for button in box.locator(".rc-buttons .rc-button").all():
        size = button.bounding_box()
        assert size["x"] + size["width"] <= edge, "every setting is in sight"
    assert panel.evaluate(position) == "sticky"
    page.set_viewport_size({"width": 568, "height": 320})
    assert panel.evaluate(position) == "static", "on a low screen the panel would cover the views"
    page.set_viewport_size({"width": 360, "height": 740})
    page.add_style_tag(content="html { font-size: 200% }")
    assert panel.evaluate(position) == "static", "so it would with large text"
    assert box.evaluate("e => e.scrollWidth <= e.clientWidth"), "WCAG 2.2, 1.4.4: text of twice the size"


def test_without_javascript_the_figure_and_the_answer_are_there(browser, site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "chapters" / "03-stuart-landau.html").as_uri())
    for name in NAMES:
        exploration = load_exploration(name)
        box = page.locator(f"#{name} + .rc-static")
        assert box.is_visible()
        alt = box.locator("svg[role=img]").get_attribute("aria-label")
        assert alt == re.sub(r"\s+", " ", exploration.alt)
        assert exploration.question.split(".")[0] in box.inner_text()
    assert page.locator("canvas").count() == 0
    context.close()
