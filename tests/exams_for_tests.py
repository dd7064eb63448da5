"""The tables of numbers in the exam items of instructor/chNN/exam.md, and their comparison with what is found."""

import re
from pathlib import Path

INSTRUCTOR = Path(__file__).parents[1] / "instructor"


def check(chapter, *items):
    """items: {name: (value, its error)}; together they must be the rows of the exam, no more and no fewer."""
    rows, found = printed(chapter), {name: pair for item in items for name, pair in item.items()}
    assert rows.keys() == found.keys()
    for name, (value, half_a_digit) in rows.items():
        # A printed number is rounded to half a unit of its last digit. What is recomputed is off by the error that is
        # derived where it is computed, and by the rounding of the arithmetic, 1e-9 of it at most.
        assert abs(value - found[name][0]) <= half_a_digit + found[name][1] + 1e-9 * abs(value), name


def printed(chapter):
    """The tables of an exam, {name: (value, half a unit of its last digit)}; its marks must add up as promised."""
    opening, *items = re.split(r"^## ", (INSTRUCTOR / chapter / "exam.md").read_text("utf8"), flags=re.M)
    promised = int(re.search(r"(\d+) marks, \d+ minutes", opening)[1])
    assert promised == sum(int(re.search(r"\((\d+) marks\)", item)[1]) for item in items)
    rows = {}
    for item in items:
        said, *table = item[item.index("**Solution.**") : item.index("**Marks.**")].split("\n| ")
        for name, value, _ in (row.split(" | ") for row in table if not row.startswith("number | ")):
            assert name not in rows, f"{name} stands twice"
            assert value.lstrip("−") in said, f"{value} ({name}) is in the table of {chapter} and not in the solution"
            rows[name] = float(value.replace("−", "-")), 0.5 * 10.0 ** -len(value.partition(".")[2])
    return rows


def exact(**values):
    """Values without an error of their own; underscores stand for the blanks in the names."""
    return {name.replace("_", " "): (value, 0.0) for name, value in values.items()}


def off_by(error, **values):
    """Values that are off by an error in common."""
    return {name.replace("_", " "): (value, error) for name, value in values.items()}
