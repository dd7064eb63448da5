"""Quiz files: what loads, and what is refused with which words."""

import pytest
import yaml

from rosetta_core.book.quizzes import QUIZZES, load_quiz
from rosetta_core.book.reading import BookError


def item(**changes):
    """A good quiz item, with changes; a change to None removes the key."""
    good = {
        "id": "q-3.1",
        "outcome": ["LO-3.1"],
        "question": "Which?",
        "options": [
            {"text": "this", "correct": True, "feedback": "Yes, because."},
            {"text": "that", "correct": False, "feedback": "No, because."},
        ],
    }
    return {key: value for key, value in (good | changes).items() if value is not None}


def option(i, **changes):
    return [row | changes if k == i else row for k, row in enumerate(item()["options"])]


def write(folder, items):
    (folder / "ch03.yml").write_text(yaml.safe_dump(items), encoding="utf-8")


def test_a_good_item_loads(tmp_path):
    write(tmp_path, [item(), item(id="q-3.2", many=True, options=option(1, correct=True))])
    first, second = load_quiz("ch03", tmp_path)
    assert (first.id, first.outcomes, [o.correct for o in first.options]) == ("q-3.1", ("LO-3.1",), [True, False])
    assert second.many


BAD_ITEMS = {
    "exactly one correct option, got 2": item(options=option(1, correct=True)),
    "exactly one correct option, got 0": item(options=option(0, correct=False)),
    "no option is correct": item(options=option(0, correct=False), many=True),
    "option 2: missing or empty: feedback": item(options=option(1, feedback="")),
    "wanted true or false; got 'yes'": item(options=option(0, correct="yes")),
    "wanted a list of at least 2": item(options=option(0)[:1]),
    "'this' is used twice": item(options=option(1, text="this")),
    "an id looks like q-3.1": item(id="3.1"),
    "an outcome looks like LO-3.1; got 'LO3'": item(outcome=["LO3"]),
    "missing or empty: question": item(question=""),
    "only a warm-up item": item(**{"from": "Chapter 2"}),
    "says `from: Chapter n`": item(id="w-3.1"),
    "unknown key hint": item(hint="look"),
}


@pytest.mark.parametrize(("message", "bad"), BAD_ITEMS.items())
def test_a_bad_item_is_refused(tmp_path, message, bad):
    write(tmp_path, [bad])
    with pytest.raises(BookError, match=f"ch03.yml, item 1.*{message}"):
        load_quiz("ch03", tmp_path)


def test_ids_differ(tmp_path):
    write(tmp_path, [item(), item()])
    with pytest.raises(BookError, match=r"'q-3\.1' is used twice"):
        load_quiz("ch03", tmp_path)


def test_a_missing_quiz_names_those_that_exist(tmp_path):
    write(tmp_path, [item()])
    with pytest.raises(BookError, match=r"wanted ch04.yml, but there is no such file; there are: ch03"):
        load_quiz("ch04", tmp_path)


@pytest.mark.parametrize("name", sorted(path.stem for path in QUIZZES.glob("*.yml")))
def test_quizzes_of_the_book_load(name):
    assert load_quiz(name)
