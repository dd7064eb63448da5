"""Each displayed model equation is the compiled kernel, in value and in unit."""

import numpy as np
import pytest
from booklint.equations import check_units, dimension, states_covered, value, worst_error
from booklint.latex import names, rate_equations
from test_book_chapters import CHAPTERS

import rosetta_core as rc
from rosetta_core.book.reading import BookError
from rosetta_core.book.symbols import symbols

MODELS = {model.name: model for model in rc.MODELS}
DISPLAYS = [
    pytest.param(chapter.displays[label], MODELS[model], symbols().chapter(chapter.number), id=label)
    for chapter in CHAPTERS
    for label, model in chapter.equations.items()
]
# Reading and kernel multiply and add the same twenty or so numbers in another order. Each operation rounds by at most
# 1.1e-16 of the sum of the sizes of the terms, to which the error is relative: 20 * 1.1e-16 = 2.2e-15 at worst. A wrong
# sign, index or factor is an error of the order of 1 at most of the points, so 1e-12 has room on both sides.
TOLERANCE = 1e-12


@pytest.mark.parametrize(("latex", "model", "table"), DISPLAYS)
def test_equation_is_code(latex, model, table):
    assert worst_error(latex, model, table, points=100) < TOLERANCE


@pytest.mark.parametrize(("latex", "model", "table"), DISPLAYS)
def test_every_minus_sign_counts(latex, model, table):
    for place in [i for i, letter in enumerate(latex) if letter == "-"]:
        flipped = f"{latex[:place]}+{latex[place + 1 :]}"
        # Twice the flipped term is missing; at some of 100 points that term is more than a two-hundredth of all.
        assert worst_error(flipped, model, table) > 0.01


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.path.stem)
def test_the_whole_model_is_displayed(chapter):
    table = symbols().chapter(chapter.number)
    assert any(
        states_covered(chapter.displays[label], MODELS[name], table) for label, name in chapter.equations.items()
    )


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.path.stem)
def test_units_of_displayed_equations(chapter):
    for latex in chapter.displays.values():
        check_units(latex, symbols().chapter(chapter.number))


REAL = r"""
\begin{aligned}
\dot x &= (\alpha - \gamma r^2)\,x - \left(\omega - \beta r^2\right) y + u_x, \\[4pt]
\dot{y} &= (\omega - \beta (x^2 + y^2)) x + (\alpha - \gamma r^2) y + u_{y}.
\end{aligned}
"""
COMPLEX = r"\frac{\mathrm{d}z}{\mathrm{d}t} = (\alpha + i\omega) z - (\gamma + i\beta) \lvert z\rvert^2 z + u"
NOTED = r"\dot z = \underbrace{(\alpha + i\omega) z}_{\text{rings}} - (\gamma + i\beta) z \bar z\, z + u"
POLAR = r"\dot r = \alpha r - \gamma r^3, \qquad \dot\theta = \omega - \beta r^2"
QUINTIC = r"\dot r = \alpha r - \gamma r^3 - \delta r^5, \qquad \gamma < 0 < \delta ."
LINEAR = r"\dot x = \alpha x - \omega y + F_x \\ \dot y = \omega x + \alpha y + F_y"
LINEAR_RUNG, THIS_RUNG = symbols().chapter(2), symbols().chapter(3)


@pytest.mark.parametrize(
    ("latex", "model"),
    [
        (REAL, "stuart_landau"),
        (COMPLEX, "stuart_landau"),
        (NOTED, "stuart_landau"),
        (POLAR, "stuart_landau"),
        (QUINTIC, "bautin"),
        (LINEAR, "damped"),
    ],
)
def test_right_equations_pass(latex, model):
    table = LINEAR_RUNG if model == "damped" else THIS_RUNG
    assert worst_error(latex, MODELS[model], table) < TOLERANCE
    check_units(latex, table)


MUTATIONS = [
    (REAL, r"- \gamma r^2)\,x", r"+ \gamma r^2)\,x"),
    (REAL, r"\beta (x^2 + y^2)", r"\beta (x^2 - y^2)"),
    (REAL, "u_{y}", "u_x"),
    (REAL, r"+ u_x", ""),
    (COMPLEX, r"\rvert^2", r"\rvert"),
    (COMPLEX, r"i\beta", r"\beta"),
    (COMPLEX, r"\alpha +", r"2 \alpha +"),
    (NOTED, r"\bar z", "z"),
    (POLAR, "r^3", "r^2"),
    (POLAR, r"\omega -", r"\omega +"),
    (QUINTIC, "r^5", "r^4"),
    (LINEAR, r"\omega x", r"\alpha x"),
]


@pytest.mark.parametrize(("latex", "old", "new"), MUTATIONS)
def test_a_mutated_equation_fails(latex, old, new):
    assert old in latex
    model, table = {QUINTIC: ("bautin", THIS_RUNG), LINEAR: ("damped", LINEAR_RUNG)}.get(
        latex, ("stuart_landau", THIS_RUNG)
    )
    # The least visible of these changes moves a rate by more than a hundredth of its terms at some of 100 points.
    assert worst_error(latex.replace(old, new), MODELS[model], table) > 0.01


MEAN_FIELD = r"""
\dot r = \frac{1}{\tau_m} \left(\frac{\Delta}{\pi \tau_{\mathrm{m}}} + 2 r v\right), \qquad
\dot v = \frac{1}{\tau_m} \left(v^2 + \bar\eta + I - (\pi \tau_m r)^2 + J \tau_m r\right)
"""


def test_a_letter_has_the_meaning_of_its_chapter():
    table = symbols().chapter(11)
    assert worst_error(MEAN_FIELD, rc.mpr, table) < TOLERANCE
    check_units(MEAN_FIELD, table)
    with pytest.raises(BookError, match="stands for no quantity of mpr"):
        worst_error(POLAR, rc.mpr, THIS_RUNG)


def test_a_symbol_of_another_model_is_refused():
    with pytest.raises(BookError, match=r"\\delta stands for no quantity of stuart_landau"):
        worst_error(QUINTIC, rc.stuart_landau, THIS_RUNG)


@pytest.mark.parametrize(
    ("latex", "message"),
    [
        (r"\dot z = \alpha z + z", r"added: s\^-1 and 1"),
        (r"\dot z = (1 + \alpha) z", r"added: 1 and s\^-1"),
        (r"\dot z = z", r"the rate of z has unit s\^-1, its right side 1"),
        (r"\dot z = \alpha^2 z", r"its right side s\^-2"),
        (r"\dot z = e^{t} \alpha z", "an exponent must be a pure number; it has unit s"),
        (r"\dot z = \alpha \sin(\omega)", r"the argument of sin must be a pure number"),
        (r"\dot z = \sqrt{\alpha} z", r"its right side s\^-0.5"),
    ],
)
def test_wrong_units_are_found(latex, message):
    with pytest.raises(BookError, match=message):
        check_units(latex, THIS_RUNG)


@pytest.mark.parametrize(
    ("latex", "message"),
    [
        (r"\dot z = (\alpha z", r"wanted '\)', got 'the end'"),
        (r"\dot z = \alpha z)", r"did not expect '\)'"),
        (r"\dot z + \alpha z", "wanted '='"),
        (r"\dot z = \alpha z ? u", r"cannot read '\?'"),
        (r"\dot z = \alpha +", "wanted a symbol, got 'the end'"),
    ],
)
def test_what_cannot_be_read_is_refused(latex, message):
    with pytest.raises(BookError, match=message):
        rate_equations(latex)


def test_the_tree_has_value_dimension_and_names():
    (row,) = rate_equations(r"\dot x = \frac{\alpha}{2} x^{2} / y - \sqrt{4} \, \tanh(0) \exp(x)")
    assert names(row.rate) == {r"\alpha", "x", "y"}
    assert value(row.rate, {r"\alpha": 3.0, "x": 2.0, "y": 4.0}) == 1.5
    assert dimension(row.rate, {r"\alpha": (), "x": (), "y": ()}) == ()


def test_coupled_pair_of_chapter_3_is_its_kernel():
    chapter = next(chapter for chapter in CHAPTERS if chapter.number == 3)
    cell = next(cell for cell in chapter.cells if "def pair_rhs" in cell.source)
    namespace = {"rc": rc, "np": np}
    exec(compile(cell.source, "chapter 3", "exec"), namespace)
    pair = namespace["pair"]
    random = np.random.default_rng(0)
    for _ in range(100):
        x, p = random.uniform(-2, 2, 4), dict(zip("aodK", random.uniform(-5, 5, 4), strict=True))
        given = {"z_1": complex(*x[:2]), "z_2": complex(*x[2:]), r"\gamma": 1.0}
        given |= {r"\alpha": p["a"], r"\omega": p["o"], r"\Delta": p["d"], "K": p["K"]}
        rates = pair.rhs(0.0, tuple(x), tuple(p.values()), ())
        for row, rate in zip(rate_equations(chapter.displays["eq-sl-pair"]), (rates[:2], rates[2:]), strict=True):
            # As above, relative here to the largest rate that such numbers give: (5 + 5i + 8) * 2.8 + 5 * 5.7 < 100.
            assert abs(value(row.rate, given) - complex(*rate)) < 100 * TOLERANCE
