"""Exploration files: what loads, and what is refused with which words."""

import copy

import pytest
import yaml

from rosetta_core.book.explorations import EXPLORATIONS, load_exploration
from rosetta_core.book.reading import BookError

GOOD = yaml.safe_load(
    """
id: sample
model: stuart_landau
title: Birth
question: What happens at zero?
predict:
  options: [{id: a, text: a jump, reply: Not here.}, {id: b, text: a small start, reply: Indeed.}]
  answer: b
controls: [{name: alpha, low: -1, high: 1, step: 0.01}, {name: sigma, low: 0, high: 1, step: 0.1}]
fixed: {omega: 6.0}
x0: {re: 0.1}
run: {t1: 10, dt: 0.01, carry: true}
views: [{kind: time, show: [re], top: 1.5}, {kind: bifurcation, parameter: alpha, top: 1.5}]
sweep: {name: alpha, low: -1, high: 1, seconds: 10}
presets: [{label: born, set: {alpha: 0.5, x0: {re: 1.0}}}]
notice: [It starts small.]
says: [{when: {alpha: [null, 0]}, text: 'rests, alpha is {alpha:2}'}, {text: 'turns at {frequency:1} Hz'}]
find: {text: 'Where?', unit: 1/s, accept: [-0.1, 0.1], right: Yes., below: Higher., above: Lower.}
why: The growth rate changes sign.
alt: A bifurcation diagram in which a circle grows from nothing at alpha equal to zero.
"""
)


def load(folder, row, name="sample"):
    (folder / f"{name}.yml").write_text(yaml.safe_dump(row), encoding="utf-8")
    return load_exploration(name, folder)


def test_a_good_exploration_loads(tmp_path):
    found = load(tmp_path, GOOD)
    assert found.model.name == "stuart_landau"
    assert [control.default for control in found.controls] == [0.5, 0.0]  # from the Quantity; sigma starts at 0
    assert found.presets[0].set == {"alpha": 0.5}
    assert found.presets[0].x0 == {"re": 1.0}
    assert found.says[0].when["alpha"] == (-float("inf"), 0.0)


CONTROL = {"name": "beta", "low": -1, "high": 1, "step": 0.1}
BAD = {  # message: (path to a value, the bad value)
    "must equal the file name": (["id"], "other"),
    "no model 'hopf'; there are: harmonic": (["model"], "hopf"),
    "must end with a question mark": (["question"], "Tell me."),
    "answer 'c' is not the id": (["predict", "answer"], "c"),
    "option 1: missing or empty: reply": (["predict", "options", 0, "reply"], ""),
    "controls, mu: no 'mu' here; there are: alpha": (["controls", 0, "name"], "mu"),
    "controls: 'alpha' is used twice": (["controls", 1, "name"], "alpha"),
    "wanted a list of 1 to 3": (["controls"], [CONTROL, CONTROL, CONTROL, CONTROL]),
    "wanted low <= default <= high": (["controls", 0, "high"], 0.2),
    "wanted a step between 0 and the range": (["controls", 0, "step"], 3),
    "fixed: no 'alpha' here": (["fixed", "alpha"], 1.0),
    "x0: no 'x' here; there are: re, im": (["x0"], {"x": 1.0}),
    "wanted 0 < dt < t1": (["run", "dt"], 20),
    "a whole every >= 1": (["run", "every"], 0.5),
    "a sweep wants `carry: true`": (["run", "carry"], False),
    "views: no 'poles' here": (["views", 0, "kind"], "poles"),
    "views, time: no 'x' here": (["views", 0, "show"], ["x"]),
    "views, bifurcation: no 'omega' here": (["views", 1, "parameter"], "omega"),
    "sweep: wanted low < high inside": (["sweep", "high"], 2),
    "born: alpha = 3.0 is outside -1.0 to 1.0": (["presets", 0, "set", "alpha"], 3.0),
    "born: no 'omega' here": (["presets", 0, "set", "omega"], 6.0),
    "notice: wanted a list of 1 to 3": (["notice"], ["a", "b", "c", "d"]),
    "says, row 2: no 'tempo' here": (["says", 1, "text"], "{tempo} Hz"),
    "says, row 1: missing or empty: when": (["says", 0, "when"], {}),
    "accept wants .low, high. with low < high": (["find", "accept"], [0.1, -0.1]),
    "unit 'furlong': 'furlong' is unknown": (["find", "unit"], "furlong"),
    "find: missing or empty: above": (["find", "above"], ""),
    "alt: wanted 40 to 300 characters; got 8": (["alt"], "A figure"),
    "missing or empty: why": (["why"], ""),
    "wanted a finite number; got '1e-3'": (["run", "dt"], "1e-3"),
}


@pytest.mark.parametrize(("message", "change"), BAD.items())
def test_a_bad_exploration_is_refused(tmp_path, message, change):
    row, (path, value) = copy.deepcopy(GOOD), change
    place = row
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(BookError, match=message):
        load(tmp_path, row)


@pytest.mark.parametrize("name", sorted(path.stem for path in EXPLORATIONS.glob("*.yml")))
def test_explorations_of_the_book_load(name):
    assert load_exploration(name)
