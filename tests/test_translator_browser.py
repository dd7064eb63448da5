"""The translator of the built page in a real browser: every arrow, by keyboard, with no kernel and no other host."""

import json

import pytest
from explorer_steps import INK, PICTURE

from rosetta_core.translate.reference_points import POINTS
from rosetta_core.views.rosetta import ERRORS

BOX = "section.rc-translator"


@pytest.fixture
def box(page, site):  # type: ignore[no-untyped-def]
    page.goto((site / "chapters" / "rosetta-table.html").as_uri())
    page.wait_for_selector(BOX, state="attached")
    yield page.locator(BOX)
    assert page.errors == [] and page.foreign == []


def arrows(page) -> list[dict]:  # type: ignore[no-untyped-def, type-arg]
    states = json.loads(page.locator("#widget-state").text_content())
    return next(state["arrows"] for state in states.values() if "arrows" in state)


def test_nothing_moves_before_a_prediction_and_the_reply_meets_it(box, page) -> None:
    assert box.locator("input[type=range]").is_disabled() and box.locator("details.rc-why").is_hidden()
    first = next(a for a in arrows(page) if a["id"] == box.locator("select").input_value())
    wrong = next(o for o in first["predict"]["options"] if o["id"] != first["predict"]["answer"])
    box.locator(f'[data-option="{wrong["id"]}"]').focus()
    page.keyboard.press("Enter")
    assert box.locator("input[type=range]").evaluate("e => e === document.activeElement")
    box.locator("details.rc-why summary").click()
    said = box.locator(".rc-reply").inner_text()
    assert f"You said ({wrong['id']})" in said and "Measured:" in said
    assert box.locator("details.rc-why p").last.inner_text() == first["why"]


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.name)
def test_every_arrow_is_drawn_and_its_slider_obeys_the_keyboard(box, page, point) -> None:
    box.locator("select").select_option(f"translator-{point.name}")
    arrow = next(a for a in arrows(page) if a["id"] == f"translator-{point.name}")
    box.locator(".rc-skip").click()
    assert len(box.evaluate(INK)) == 2 and min(box.evaluate(INK)) > 300
    slider = box.locator("input[type=range]")
    slider.focus()
    page.keyboard.press("Home")
    before, low = box.evaluate(PICTURE), box.locator(".rc-says").inner_text()
    quoted = next(e for e in arrow["errors"] if e["name"] == ERRORS[point.quoted])
    assert f"{quoted['name']} {quoted['shown'][0]}" in low and arrow["shown"][0] in low
    assert slider.get_attribute("aria-valuetext") == arrow["shown"][0]
    page.keyboard.press("End")
    high = box.locator(".rc-says").inner_text()
    assert quoted["shown"][-1] in high and "Beyond what is trusted" in high and "Within" in low
    assert box.evaluate(PICTURE) != before
    page.wait_for_function(
        "text => document.querySelector('.rc-translator [aria-live]').textContent === text", arg=high
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_it_whole_in_light_and_dark(box, page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 360, "height": 740})
    box.locator(".rc-skip").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert min(box.evaluate(INK)) > 200


def test_without_scripts_there_is_a_picture_and_every_arrow_in_words(browser, site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "chapters" / "rosetta-table.html").as_uri())
    static = page.locator(".rc-static.rc-explorer")
    assert static.locator("svg").first.is_visible()
    static.locator("summary").click()
    text = static.inner_text()
    assert all(point.title in text for point in POINTS)
    context.close()
