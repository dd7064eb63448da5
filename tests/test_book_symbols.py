"""The symbol table agrees with the models, and refuses what would confuse a reader."""

import pytest
from booklint.latex import display_symbols

from rosetta_core.book.reading import BookError
from rosetta_core.book.symbols import load, symbols
from rosetta_core.book.units import dimension
from rosetta_core.models import MODELS

QUANTITIES = [(model, quantity) for model in MODELS for quantity in model.state + model.params + model.inputs]


@pytest.mark.parametrize(("model", "quantity"), QUANTITIES, ids=lambda value: value.name)
def test_every_quantity_has_a_symbol_with_its_unit(model, quantity):
    row = symbols().quantity(model.name, quantity.name)
    assert row.unit == quantity.unit
    assert row.label.endswith(f"({quantity.unit})")


def test_meaning_comes_from_the_quantity():
    row = symbols().quantity("stuart_landau", "alpha")
    assert row.meaning == next(q.meaning for q in MODELS[2].params if q.name == "alpha")
    assert (row.symbol, row.text, row.label) == (r"\alpha", "α", "growth rate α (1/s)")


def test_a_chapter_has_its_own_table():
    assert r"\alpha" in {row.symbol for row in symbols().chapter(3)}
    assert symbols().chapter(99) == ()


GOOD = r"""
- {symbol: x, code: x, quantity: stuart_landau.re, chapters: [3]}
- {symbol: '\alpha', code: alpha, quantity: [stuart_landau.alpha, damped.alpha], chapters: [3]}
- {symbol: t, code: t, meaning: time, unit: s, chapters: [3]}
"""
BAD_ROWS = {
    r"symbol t is declared twice": "{symbol: t, code: t2, meaning: tense, unit: s, chapters: [3]}",
    r"code name t is declared twice": "{symbol: T, code: t, meaning: period, unit: s, chapters: [3]}",
    r"quantity stuart_landau.re is declared twice": "{symbol: X, code: X, quantity: stuart_landau.re, chapters: [3]}",
    r"no 'stuart_landau.mu' here": r"{symbol: '\mu', code: mu, quantity: stuart_landau.mu, chapters: [3]}",
    r"missing or empty: unit|exactly one of quantity, parts, unit": "{symbol: y, code: y, meaning: y, chapters: [3]}",
    r"one symbol with units 1, 1/s": "{symbol: y, code: y, quantity: [damped.y, damped.F_y], chapters: [3]}",
    r"unit 'parsec': 'parsec' is unknown": "{symbol: y, code: y, meaning: y, unit: parsec, chapters: [3]}",
    r"cannot write r_\* in Unicode": "{symbol: r_*, code: r_star, meaning: radius, unit: '1', chapters: [3]}",
    r"ASCII Python name; got 'a-b'": "{symbol: y, code: a-b, meaning: y, unit: '1', chapters: [3]}",
    r"positive whole numbers": "{symbol: y, code: y, meaning: y, unit: '1', chapters: [three]}",
    r"wanted two parts and a form": "{symbol: z, code: z, meaning: z, parts: [x], form: complex, chapters: [3]}",
    r"no 'y' here": "{symbol: z, code: z, meaning: z, parts: [x, y], form: complex, chapters: [3]}",
    r"unknown key colour": "{symbol: y, code: y, meaning: y, unit: '1', chapters: [3], colour: red}",
    r"repeated key unit": "{symbol: y, code: y, meaning: y, unit: '1', unit: s, chapters: [3]}",
}


def test_a_good_table_loads(tmp_path):
    path = tmp_path / "symbols.yml"
    path.write_text(GOOD, encoding="utf-8")
    assert [row.code for row in load(path).rows] == ["x", "alpha", "t"]


@pytest.mark.parametrize(("message", "row"), BAD_ROWS.items())
def test_a_bad_row_is_refused(tmp_path, message, row):
    path = tmp_path / "symbols.yml"
    path.write_text(f"{GOOD}- {row}\n", encoding="utf-8")
    with pytest.raises(BookError, match=message):
        load(path)


def test_an_unknown_name_is_refused_with_the_names_that_exist():
    with pytest.raises(BookError, match=r"no symbol for stuart_landau.mu; stuart_landau has: .*alpha"):
        symbols().quantity("stuart_landau", "mu")
    with pytest.raises(BookError, match=r"is not in symbols.yml"):
        symbols().symbol(r"\mu")


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("1", ()),
        ("rad/s", (("s", -1.0),)),
        ("Hz", (("s", -1.0),)),
        ("1/s^0.5", (("s", -0.5),)),
        ("mV s", (("mV", 1.0), ("s", 1.0))),
    ],
)
def test_units_are_products_of_powers(unit, expected):
    assert dimension(unit) == expected


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\dot x &= (\alpha - \gamma r^2)\,x \\[4pt] \dot{y} &= u_{x}", {"x", "y", r"\alpha", r"\gamma", "r", "u_x"}),
        (r"e^{i\theta_1} + \bar z_j + \sum_{j=1}^{N} z_j \,\mathrm{d}t", {r"\theta", "z", "N", "t"}),
        (r"r_* = r^* + \hat z + \tau_{\mathrm{d}} + \mathrm{Re}\, z", {"r_*", "r^*", r"\hat{z}", r"\tau_d", "z"}),
        (r"\underbrace{\alpha z}_{\text{grows}} \qquad \text{for } \int_0^T x\,dt", {r"\alpha", "z", "T", "x", "t"}),
    ],
)
def test_symbols_of_a_display_equation(latex, expected):
    assert display_symbols(latex) == expected
