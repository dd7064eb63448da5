"""The symbol table agrees with the models, and refuses what would confuse a reader."""

import importlib
import pkgutil

import pytest
from booklint.latex import display_symbols

import rosetta_core.models
from rosetta_core.book.reading import BookError
from rosetta_core.book.symbols import CHAPTERS, DECLARED, load, symbols
from rosetta_core.book.units import dimension
from rosetta_core.model import Model
from rosetta_core.models import MODELS

TABLE = symbols()
QUANTITIES = [
    pytest.param(model, row, id=f"{model.name}.{row.name}")
    for model in DECLARED
    for row in model.state + model.params + model.inputs
]


def test_every_model_of_the_package_has_symbols():
    files = pkgutil.iter_modules(rosetta_core.models.__path__)
    modules = [importlib.import_module(f"rosetta_core.models.{file.name}") for file in files]
    names = {each.name for module in modules for each in vars(module).values() if isinstance(each, Model)}
    assert names == {model.name for model in DECLARED} and len(names) == len(DECLARED)


@pytest.mark.parametrize(("model", "quantity"), QUANTITIES)
def test_every_quantity_has_a_symbol_with_its_unit(model, quantity):
    row = TABLE.quantity(model.name, quantity.name)
    assert row.unit == quantity.unit
    assert row.label.endswith(f"({row.unit})")


def test_meaning_comes_from_the_quantity():
    row = symbols().quantity("stuart_landau", "alpha")
    assert row.meaning == next(q.meaning for q in MODELS[2].params if q.name == "alpha")
    assert (row.symbol, row.text, row.label) == (r"\alpha", "α", "growth rate α (1/s)")


def test_a_chapter_has_its_own_table():
    assert r"\alpha" in {row.symbol for row in symbols().chapter(3).rows}
    assert symbols().chapter(99).rows == ()


def test_a_symbol_means_one_thing_in_a_chapter():
    assert TABLE.chapter(3).symbol("r").meaning == "amplitude"
    assert TABLE.chapter(11).symbol("r") == TABLE.quantity("mpr", "r")
    assert [row.meaning for row in TABLE.code("r")] == ["amplitude", TABLE.quantity("mpr", "r").meaning]
    with pytest.raises(BookError, match=r"r means several things: amplitude \(chapters [\d, ]+\); .*chapter\(3\)"):
        TABLE.symbol("r")


GOOD = r"""
- {symbol: x, code: x, quantity: stuart_landau.re, chapters: [3]}
- {symbol: '\alpha', code: alpha, quantity: [stuart_landau.alpha, damped.alpha], chapters: [3]}
- {symbol: t, code: t, meaning: time, unit: s, chapters: [3]}
"""
BAD_ROWS = {
    r"chapter 3: symbol t is declared twice": "{symbol: t, code: t2, meaning: tense, unit: s, chapters: [2, 3]}",
    r"chapter 3: code name t is declared twice": "{symbol: T, code: t, meaning: period, unit: s, chapters: [3]}",
    r"quantity stuart_landau.re is declared twice": "{symbol: X, code: X, quantity: stuart_landau.re, chapters: [3]}",
    r"no 'stuart_landau.mu' here": r"{symbol: '\mu', code: mu, quantity: stuart_landau.mu, chapters: [3]}",
    r"missing or empty: unit|exactly one of quantity, parts, unit": "{symbol: y, code: y, meaning: y, chapters: [3]}",
    r"one symbol with units 1, 1/s": "{symbol: y, code: y, quantity: [damped.y, damped.F_y], chapters: [3]}",
    r"no 'other' here; there are: .*damped": "{symbol: E, code: E, quantity: other.E, chapters: [3]}",
    r"unit 'parsec': 'parsec' is unknown": "{symbol: y, code: y, meaning: y, unit: parsec, chapters: [3]}",
    r"cannot write r_\* in Unicode": "{symbol: r_*, code: r_star, meaning: radius, unit: '1', chapters: [3]}",
    r"ASCII Python name; got 'a-b'": "{symbol: y, code: a-b, meaning: y, unit: '1', chapters: [3]}",
    r"whole numbers from 1 to 16, or all; got \[17\]": "{symbol: y, code: y, meaning: y, unit: '1', chapters: [17]}",
    r"whole numbers from 1 to 16, or all": "{symbol: y, code: y, meaning: y, unit: '1', chapters: [three]}",
    r"one symbol with units 1/s, rad/s": "{symbol: y, code: y, quantity: [damped.alpha, damped.omega], chapters: [4]}",
    r"no 'x' here": "{symbol: z, code: z, meaning: z, parts: [x, x], form: complex, chapters: [3, 4]}",
    r"wanted two parts and a form": "{symbol: z, code: z, meaning: z, parts: [x], form: complex, chapters: [3]}",
    r"no 'y' here": "{symbol: z, code: z, meaning: z, parts: [x, y], form: complex, chapters: [3]}",
    r"unknown key colour": "{symbol: y, code: y, meaning: y, unit: '1', chapters: [3], colour: red}",
    r"repeated key unit": "{symbol: y, code: y, meaning: y, unit: '1', unit: s, chapters: [3]}",
}


def test_a_good_table_loads(tmp_path):
    path = tmp_path / "symbols.yml"
    path.write_text(GOOD, encoding="utf-8")
    assert [row.code for row in load(path).rows] == ["x", "alpha", "t"]


GOOD_ROWS = {
    "the same letter in another chapter": ("{symbol: t, code: t, meaning: tau, unit: s, chapters: [4]}", ["t"]),
    "every chapter": ("{symbol: f, code: f, meaning: frequency, unit: Hz, chapters: all}", ["f"]),
    "a family": (
        "{each: [1, 12], symbol: 'k_{#}', code: 'k_#', meaning: 'weight #', unit: '1', chapters: [3]}",
        ["k₁", "k₁₂"],
    ),
    "a family of Greek letters": (
        r"{each: [m, sE], symbol: '\tau_{#}', code: 'tau_#', meaning: time, unit: s, chapters: [3]}",
        ["τₘ", "τ_sE"],
    ),
}


@pytest.mark.parametrize(("row", "text"), GOOD_ROWS.values(), ids=GOOD_ROWS)
def test_a_good_row_is_taken(tmp_path, row, text):
    path = tmp_path / "symbols.yml"
    path.write_text(f"{GOOD}- {row}\n", encoding="utf-8")
    assert [entry.text for entry in load(path).rows[3:]] == text


def test_a_family_is_its_members(tmp_path):
    path = tmp_path / "symbols.yml"
    path.write_text("[{each: [x, y], symbol: '#', code: '#', quantity: 'damped.#', chapters: all}]", encoding="utf-8")
    x, y = load(path).rows
    assert (x.symbol, x.quantities, y.meaning) == ("x", ("damped.x",), "quadrature, the pull")
    assert x.chapters == CHAPTERS and x.where.startswith("1, 2, 3")


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
        ("1/mV", (("mV", -1.0),)),
        ("%", ()),
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
