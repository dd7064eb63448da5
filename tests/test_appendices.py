"""The appendices, executed: orders of convergence as stated, sixty lines that find the library's folds."""

import ast
import re
from pathlib import Path

import numpy as np
import pytest
from booklint.lints import banned
from booklint.myst import read

import rosetta_core as rc

CHAPTERS = Path(__file__).resolve().parents[1] / "chapters"
NAMES = ("maths", "numerics", "bifurcations")
LONGEST_CELL, MOST_LINES = 25, 60


def document(name):
    path = CHAPTERS / f"appendix-{name}.md"
    return read(path.read_text(encoding="utf-8"), path.name)


def cells(name):
    return [block for block in document(name).blocks if block.name == "code-cell"]


def hidden(block):
    return "hide-input" in str(block.options.get("tags", ""))


def executed(name):
    """What the cells of an appendix define; its figures are made, and not drawn."""
    found = {"__name__": "appendix"}
    for block in cells(name):
        exec(compile(ast.parse(block.body), f"appendix-{name}.md, line {block.number}", "exec"), found)
    return found


@pytest.fixture(scope="module")
def numerics():
    return executed("numerics")


@pytest.fixture(scope="module")
def bifurcations():
    return executed("bifurcations")


@pytest.mark.parametrize("name", NAMES)
def test_visible_cells_are_short(name):
    assert [b.number for b in cells(name) if not hidden(b) and len(b.body.strip().split("\n")) > LONGEST_CELL] == []


@pytest.mark.parametrize("name", NAMES)
def test_captions_state_a_finding_and_figures_have_words(name):
    figures = [block for block in cells(name) if "figure" in (block.options.get("mystnb") or {})]
    assert len(figures) >= 4
    for block in figures:
        assert re.match(r"\*\*[^*]+\*\*", block.options["mystnb"]["figure"]["caption"]), block.number
        (alt,) = (
            ast.literal_eval(node.value)
            for node in ast.walk(ast.parse(block.body))
            if isinstance(node, ast.keyword) and node.arg == "alt"
        )
        assert 40 <= len(alt) <= 300, block.number
    assert banned((CHAPTERS / f"appendix-{name}.md").read_text(encoding="utf-8")) == []


def test_the_maths_items_run():
    assert executed("maths")["turns"](np.array([-1.0, 1.0, -1.0, -0.5, 2.0])) == 2


def test_every_maths_item_has_a_line_and_a_question_with_its_answer():
    text = (CHAPTERS / "appendix-maths.md").read_text(encoding="utf-8")
    items = re.split(r"^## A\.\d ", text, flags=re.M)[1:]
    assert len(items) == 8
    for item in items:
        title = item.split("\n", 1)[0]
        assert item.count("*One line.*") == 1 and item.count("{exercise}") == 1, title
        assert item.count(":::{admonition} Answer\n:class: dropdown") == 1, title
        assert title == "A page of Python" or item.count("figures.show(") == 1, title


# The next term of the error bends the slope over these steps by less than 0.05, as in test_orders.py.
@pytest.mark.parametrize(("method", "order"), [("euler", 1), ("heun", 2), ("rk4", 4)])
def test_the_fitted_orders_are_those_of_the_methods(numerics, method, order):
    assert numerics["orders"][method] == pytest.approx(order, abs=0.05)


def test_halving_estimates_the_error(numerics):
    for method, ratios in numerics["ratios"].items():
        # The next term of the error is one order higher: halving the step halves what the estimate misses.
        miss = abs(ratios - 1)
        assert np.all(miss[1:] < 0.75 * miss[:-1]), method
        assert miss[-1] < 0.35, method


def test_strong_and_weak_order_of_noise_that_multiplies(numerics):
    steps, strong, order = 2.0 ** -np.arange(3, 9), numerics["strong"], numerics["order"]
    # 4000 paths on common numbers: the slope over five octaves moves by 0.02 at most; coarse steps bend it by 0.03.
    assert order(steps, strong["em"]) == pytest.approx(0.5, abs=0.05)
    assert order(steps, strong["heun"]) == pytest.approx(1.0, abs=0.05)
    assert order(steps, numerics["weak"]) == pytest.approx(1.0, abs=0.05)
    # Against the other reading Heun stays at the difference of the two solutions, a factor e^(1/2) of each path.
    assert strong["wrong"][-1] > 30 * strong["heun"][-1]


def test_orders_with_delays(numerics):
    found = numerics["delay_orders"]
    # The errors at the kink and of the smooth part have different powers, which bends these lines a little.
    assert found["heun", False] == pytest.approx(2, abs=0.1)
    assert found["rk4", False] == pytest.approx(2, abs=0.25)
    assert found["rk4", True] == pytest.approx(4, abs=0.1)


def test_the_solution_by_steps_obeys_its_equation(numerics):
    x = numerics["steps_solution"]
    for t in (0.3, 1.4, 2.6, 3.5):
        slope = (x(t + 1e-4) - x(t - 1e-4)) / 2e-4
        # Central difference: 1e-8/6 of a third derivative of order one, and rounding 1e-16/1e-4.
        assert slope == pytest.approx(-x(t - 1), abs=1e-8)


def test_the_continuation_has_sixty_lines():
    blocks = [block for block in cells("bifurcations") if "continuation" in str(block.options.get("tags", ""))]
    lengths = [len(block.body.strip().split("\n")) for block in blocks]
    assert len(lengths) == 3 and max(lengths) <= LONGEST_CELL and sum(lengths) <= MOST_LINES
    # From scratch: the library lends the model and nothing of its analysis.
    used = {ast.unparse(n) for b in blocks for n in ast.walk(ast.parse(b.body)) if isinstance(n, ast.Attribute)}
    assert {name for name in used if name.startswith("rc.")} == {"rc.jansen_rit"}


def test_the_continuation_finds_the_folds_of_the_library(bifurcations):
    library = rc.continuation(rc.jansen_rit, "p", (-100, 400))
    theirs = [event.value for event in library.events if event.kind == "fold"]
    assert len(theirs) == 2
    np.testing.assert_allclose(bifurcations["ours"], theirs, rtol=0, atol=1e-6)
    # Every point of the walk is an equilibrium: Newton stops at 1e-11 in units in which the largest slope is near 1e4.
    assert max(np.abs(bifurcations["field"](z)).max() for z, _ in bifurcations["path"]) < 1e-6


def test_a_slow_passage_and_a_waiting_neuron_take_the_stated_times(bifurcations):
    t = np.linspace(0, 30, 30001)
    x = -2 * np.ones(1)
    path = bifurcations["run"](lambda x: np.where(x < 50, 0.02 + x**2, 0.0), x, t)[0]
    # From -2 to 2 in (pi - 2 atan(sqrt(mu)/2))/sqrt(mu): 21.2 s, and 22.2 s from far below to far above.
    between = t[np.argmax(path > 2)]
    assert between == pytest.approx((np.pi - 2 * np.arctan(np.sqrt(0.02) / 2)) / np.sqrt(0.02), abs=2e-3)
    spikes = rc.simulate(rc.theta, 80.0, 0.01, p={"tau": 1.0, "eta": 0.25})["theta"]
    # sqrt(eta)/pi = 0.159 Hz: in 80 s the angle grows by 12.7 turns, known within the part of a turn at either end.
    assert (spikes[-1] - spikes[0]) / (2 * np.pi) / 80 == pytest.approx(np.sqrt(0.25) / np.pi, abs=1 / 80)


def test_the_rhythm_lives_between_the_hopf_line_and_the_loop(bifurcations):
    t = np.linspace(0, 400, 4001)
    size = {}
    for beta in (0.02, -0.02, -0.213):
        x = bifurcations["run"](lambda x, b=beta: [x[1], b - x[0] + x[0] ** 2 - x[0] * x[1]], [0.1, 0.0], t)[0]
        size[beta] = np.ptp(x[-1000:])
    # Right of the Hopf line the ringing dies at 0.01 per second: below 0.2 exp(-3) at t = 300.
    assert size[0.02] < 0.01 and size[-0.02] > 0.4 and size[-0.213] > 1.5


def test_the_period_near_the_loop_grows_like_a_logarithm(bifurcations):
    distance, periods = bifurcations["distance"], bifurcations["periods"]
    slope = np.polyfit(np.log(distance[2:]), periods[2:], 1)[0]
    # The loop's value is known to 1e-5, 3 % of the smallest distance: it moves the slope by 1 %, its bend by 1 % more.
    assert slope == pytest.approx(-1 / bifurcations["growth"], rel=0.03)
