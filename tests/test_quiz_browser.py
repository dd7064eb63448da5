"""The quizzes of the built chapter in a real browser: by keyboard, every option answered, no kernel."""

import pytest

from rosetta_core.book.quizzes import load_quiz

TITLES = {"ch03": "Quiz", "ch03-warmup": "Warm-up"}


@pytest.fixture
def chapter(page, site):  # type: ignore[no-untyped-def]
    page.goto((site / "chapters" / "03-stuart-landau.html").as_uri())
    page.wait_for_selector("section.rc-quiz >> nth=1", state="attached")
    yield page
    assert page.errors == [] and page.foreign == []


def quiz(page, name: str):  # type: ignore[no-untyped-def]
    return page.locator(f'section.rc-quiz[aria-label="{TITLES[name]}"]')


@pytest.mark.parametrize("name", TITLES)
def test_every_option_has_its_feedback_by_keyboard(chapter, name: str) -> None:
    items = load_quiz(name)
    forms = quiz(chapter, name).locator("form")
    assert forms.count() == len(items)
    for i, item in enumerate(items):
        form = forms.nth(i)
        for j, option in enumerate(item.options):
            if item.many:
                form.evaluate("e => e.reset()")
            form.locator("input").nth(j).focus()
            chapter.keyboard.press("Space")
            chapter.keyboard.press("Enter")
            said = form.locator(".rc-feedback").nth(j)
            assert " ".join(option.feedback.split()) in said.inner_text()
            assert said.inner_text().startswith("✓ Right." if option.correct else "✗ Not this one.")
            shown = [s for s in form.locator(".rc-feedback").all_inner_texts() if s]
            assert len(shown) == 1, "feedback to the chosen option alone"


@pytest.mark.parametrize("name", TITLES)
def test_score_retry_and_start_over(chapter, name: str) -> None:
    items = load_quiz(name)
    box = quiz(chapter, name)
    score = box.locator(".rc-score")
    assert score.inner_text() == f"0 of {len(items)} right"
    for i, item in enumerate(items):
        form = box.locator("form").nth(i)
        form.get_by_role("button", name="Check").click()
        asked = "Tick at least one answer." if item.many else "Choose an answer first."
        assert form.locator(".rc-verdict").inner_text() == asked
        wrong = next(j for j, option in enumerate(item.options) if not option.correct)
        form.locator("input").nth(wrong).check()
        form.get_by_role("button", name="Check").click()
        assert form.locator(".rc-verdict").inner_text() == "Try again."
        for j, option in enumerate(item.options):
            if option.correct:
                form.locator("input").nth(j).check()
            elif item.many:
                form.locator("input").nth(j).uncheck()
        form.get_by_role("button", name="Check").click()
        assert form.locator(".rc-verdict").inner_text() == "Right, at try 2."
        assert score.inner_text() == f"{i + 1} of {len(items)} right"
    chapter.reload()
    chapter.wait_for_selector(f'section.rc-quiz[aria-label="{TITLES[name]}"]', state="attached")
    assert score.inner_text() == f"{len(items)} of {len(items)} right", "solved questions stay solved"
    box.get_by_role("button", name="Start over").click()
    assert score.inner_text() == f"0 of {len(items)} right"


def test_a_browser_that_forbids_storage_has_the_same_quiz_and_explorers(page, site) -> None:
    forbidden = "{ get() { throw new DOMException('no', 'SecurityError'); } }"
    page.add_init_script(f"Object.defineProperty(window, 'localStorage', {forbidden});")
    page.goto((site / "chapters" / "03-stuart-landau.html").as_uri())
    page.wait_for_selector("section#ch03-birth", state="attached")
    box = page.locator("section#ch03-birth")
    box.locator('[data-option="b"]').click()
    assert box.locator("input[type=range]").first.is_enabled()
    form = quiz(page, "ch03").locator("form").first
    form.locator("input").first.check()
    form.get_by_role("button", name="Check").click()
    assert form.locator(".rc-feedback").first.inner_text()


def test_pictures_in_the_quiz_have_their_alt_text(chapter) -> None:
    pictures = quiz(chapter, "ch03").locator(".rc-picture svg[role=img]")
    assert pictures.count() == sum(item.picture is not None for item in load_quiz("ch03"))
    for i in range(pictures.count()):
        assert len(pictures.nth(i).get_attribute("aria-label")) >= 40
