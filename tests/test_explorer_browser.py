"""The explorers of the built chapter, in a real browser with no kernel and no other host."""

import pytest
from explorer_steps import INK, NAMES, PICTURE, explorer, open_chapter, says, slider, value

from rosetta_core.book.explorations import load_exploration


@pytest.fixture
def chapter(page, site):  # type: ignore[no-untyped-def]
    """The chapter page, all widgets mounted; at the end nothing may have failed or gone to another host."""
    open_chapter(page, site)
    yield page
    assert page.errors == [] and page.foreign == []


@pytest.mark.parametrize("name", NAMES)
def test_every_view_is_drawn(chapter, name: str) -> None:
    box = explorer(chapter, name)
    drawn = box.evaluate(INK)
    assert len(drawn) == len(load_exploration(name).views)
    assert min(drawn) > 300, "axes alone are a few hundred pixels"
    assert chapter.locator(f"#{name}").count() == 1
    assert chapter.locator(".rc-static:visible").count() == 0


@pytest.mark.parametrize("name", NAMES)
def test_nothing_moves_before_a_prediction(chapter, name: str) -> None:
    box = explorer(chapter, name, begin=False)
    assert box.locator(".rc-views").evaluate("e => e.inert")
    assert box.locator("input[type=range]").first.is_disabled()
    assert box.locator(".rc-after").is_hidden() and box.locator(".rc-skip").is_visible()
    assert box.locator(".rc-says").is_hidden(), "the sentence would give the answer away, and so would the picture"
    assert "blur" in box.locator(".rc-views").evaluate("e => getComputedStyle(e).filter")
    exploration = load_exploration(name)
    wrong = next(choice for choice in exploration.choices if choice.id != exploration.answer)
    box.locator(f'[data-option="{wrong.id}"]').focus()
    chapter.keyboard.press("Enter")
    assert not box.locator(".rc-views").evaluate("e => e.inert")
    assert box.locator(".rc-says").is_visible()
    assert box.locator(".rc-views").evaluate("e => getComputedStyle(e).filter") == "none"
    assert box.locator("input[type=range]").first.is_enabled()
    assert slider(box, exploration.controls[0].name).evaluate("e => e === document.activeElement")
    assert wrong.text in box.locator(".rc-said").inner_text()
    # afterwards: the reply to that prediction, then why
    box.locator(".rc-why summary").click()
    reply = box.locator(".rc-reply").inner_text()
    assert f"You said ({wrong.id})" in reply and " ".join(wrong.reply.split()) in reply
    assert box.locator(".rc-why p").last.is_visible()


def test_a_prediction_is_remembered_and_can_be_taken_back(chapter, site) -> None:
    explorer(chapter, "ch03-birth", begin=False).locator('[data-option="a"]').click()
    open_chapter(chapter, site)
    box = explorer(chapter, "ch03-birth", begin=False)
    assert "You predicted (a)" in box.locator(".rc-said").inner_text()
    assert box.locator("input[type=range]").first.is_enabled()
    box.get_by_text("Ask me again").click()
    assert box.locator("input[type=range]").first.is_disabled()
    open_chapter(chapter, site)
    assert explorer(chapter, "ch03-birth", begin=False).locator(".rc-skip").is_visible()


@pytest.mark.parametrize("name", NAMES)
def test_the_keyboard_alone_changes_it(chapter, name: str) -> None:
    box = explorer(chapter, name, begin=False)
    box.locator(".rc-skip").focus()
    chapter.keyboard.press("Enter")
    control = load_exploration(name).controls[0]
    before, words, drawn = value(box, control.name), says(box), box.evaluate(PICTURE)
    chapter.keyboard.press("ArrowRight")
    assert value(box, control.name) == pytest.approx(before + control.step)
    chapter.keyboard.press("PageUp")
    assert value(box, control.name) > before + 3 * control.step, "a stride is more than a step"
    chapter.keyboard.press("End")
    assert value(box, control.name) == control.high
    assert says(box) != words and box.evaluate(PICTURE) != drawn
    chapter.keyboard.press("Home")
    assert value(box, control.name) == control.low
    assert float(chapter.locator(f"#{name}").locator("xpath=..").get_attribute("data-ms")) > 0


@pytest.mark.parametrize("name", NAMES)
def test_the_pointer_changes_it_and_the_page_stands_still(chapter, name: str) -> None:
    box = explorer(chapter, name)
    control = load_exploration(name).controls[0]
    knob = slider(box, control.name)
    knob.scroll_into_view_if_needed()
    place, drawn = knob.bounding_box(), box.evaluate(PICTURE)
    y = place["y"] + place["height"] / 2
    chapter.mouse.move(place["x"] + 0.5 * place["width"], y)
    chapter.mouse.down()
    for share in (0.55, 0.7, 0.85, 0.95):
        chapter.mouse.move(place["x"] + share * place["width"], y)
        assert knob.bounding_box() == place
    chapter.mouse.up()
    assert value(box, control.name) > control.low + 0.85 * (control.high - control.low)
    assert box.evaluate(PICTURE) != drawn


def test_the_start_follows_pointer_and_arrow_keys(chapter) -> None:
    box = explorer(chapter, "ch03-memory")
    box.get_by_role("button", name="silent in the window").click()
    assert says(box).startswith("Silent")
    plane = box.locator(".rc-phase")
    over = plane.locator(".u-over").bounding_box()
    chapter.mouse.click(over["x"] + 0.9 * over["width"], over["y"] + 0.5 * over["height"])
    assert says(box).startswith("Loud"), "outside the dashed radius it sings"
    plane.focus()
    chapter.keyboard.press("Home")
    assert says(box).startswith("Silent")
    scroll = chapter.evaluate("scrollY")
    for _ in range(9):  # 9/20 of 1.4 and the start 0.05: beyond the watershed at 0.43
        chapter.keyboard.press("ArrowUp")
    assert says(box).startswith("Loud") and chapter.evaluate("scrollY") == scroll


def test_a_typed_value_counts_and_stays_in_range(chapter) -> None:
    box = explorer(chapter, "ch03-birth")
    typed = box.locator('input[type="number"]').first
    typed.fill("0.25")
    typed.press("Enter")
    assert "radius 0.50" in says(box) and "in 2.0 s" in says(box)
    typed.fill("7")
    typed.press("Enter")
    assert value(box, "alpha") == 1.0 and float(typed.input_value()) == 1.0
    for last in ("1.00", "0.00"):  # an empty text counts as 0 in JavaScript: zero is the case to try
        typed.fill(last)
        typed.press("Enter")
        typed.fill("")
        typed.press("Enter")
        assert typed.input_value() == last


@pytest.mark.parametrize("name", NAMES)
def test_presets_and_reset(chapter, name: str) -> None:
    box = explorer(chapter, name)
    exploration = load_exploration(name)
    for preset in exploration.presets:
        box.get_by_role("button", name=preset.label, exact=True).click()
        for control, wanted in preset.set.items():
            assert value(box, control) == pytest.approx(wanted)
    box.get_by_role("button", name="Reset").click()
    for control in exploration.controls:
        assert value(box, control.name) == pytest.approx(control.default)


def test_a_link_carries_the_setting(chapter, site) -> None:
    box = explorer(chapter, "ch03-birth")
    slider(box, "alpha").fill("0.36")
    slider(box, "beta").fill("-1.5")
    over = box.locator(".rc-phase .u-over").bounding_box()
    chapter.mouse.click(over["x"] + 0.25 * over["width"], over["y"] + 0.25 * over["height"])
    words = says(box)
    box.get_by_role("button", name="Copy link").click()
    chapter.wait_for_function("location.hash === '#ch03-birth'")
    chapter.goto("about:blank")
    link = chapter.url
    chapter.go_back()
    link = chapter.url
    assert "ch03-birth.alpha=0.36" in link and "ch03-birth.beta=-1.5" in link
    for name in NAMES:
        chapter.wait_for_selector(f"section#{name}", state="attached")
    again = explorer(chapter, "ch03-birth")
    assert (value(again, "alpha"), value(again, "beta"), says(again)) == (0.36, -1.5, words)
    open_chapter(chapter, site, "?ch03-birth.alpha=12&ch03-birth.beta=x&ch03-birth.x0=1#ch03-birth")
    assert value(explorer(chapter, "ch03-birth"), "alpha") == 0.04, "what makes no sense is left out"


def test_a_screen_reader_hears_the_end_of_a_movement(chapter) -> None:
    box = explorer(chapter, "ch03-birth")
    heard = box.locator('[aria-live="polite"]')
    box.evaluate("""e => {
      const live = e.querySelector('[aria-live="polite"]');
      const what = { childList: true, characterData: true, subtree: true };
      window.said = [];
      new MutationObserver(() => said.push(live.textContent)).observe(live, what);
    }""")
    slider(box, "alpha").focus()
    seen = set()
    for _ in range(8):
        chapter.keyboard.press("ArrowRight")
        seen.add(says(box))
    assert len(seen) > 4, "the eye sees every step"
    chapter.wait_for_function(f"said.length > 0 && said.at(-1) === {says(box)!r}")
    assert chapter.evaluate("said.length") < 4, "the ear hears where it ends"
    assert heard.inner_text() == says(box)


def test_history_decides_inside_the_window(chapter) -> None:
    box = explorer(chapter, "ch03-memory")
    typed = box.locator('input[type="number"]').first

    def lead(*values: float) -> str:
        for alpha in values:
            typed.fill(str(alpha))
            typed.press("Enter")
        return says(box)

    assert lead(-0.15).startswith("Silent")
    # 0.3 for 20 s: exp(6) = 400 times the noise of 0.004, and then the jump
    assert lead(0.3, 0.3, 0.1, -0.15).startswith("Loud")
    assert lead(-0.4).startswith("Silent") and lead(-0.15).startswith("Silent")


@pytest.mark.parametrize("name", NAMES)
def test_find_answers_right_and_wrong(chapter, name: str) -> None:
    find = load_exploration(name).find
    box = explorer(chapter, name)
    low, high = find.accept
    width = high - low
    for typed, reply in ((low - width, find.below), (high + width, find.above), ((low + high) / 2, find.right)):
        box.locator(".rc-find input").fill(f"{typed:.6g}".replace("-", "−"))
        box.locator(".rc-find input").press("Enter")
        assert reply in box.locator(".rc-find .rc-feedback").inner_text()
    box.locator(".rc-find input").fill("about two")
    box.locator(".rc-find input").press("Enter")
    assert "Type a number" in box.locator(".rc-find .rc-feedback").inner_text()
