"""Exploration files: what loads, and what is refused with which words."""

import copy

import pytest
import yaml

from rosetta_core.book.explorations import EXPLORATIONS, load_exploration
from rosetta_core.book.reading import BookError
from rosetta_core.views.precomputed import precomputed

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
    "views: no 'pole' here": (["views", 0, "kind"], "pole"),
    "views, poles: unknown key show, top": (["views", 0, "kind"], "poles"),
    "views, time: wanted either top or y: .low, high.": (["views", 0, "y"], [0, 1]),
    "views, phase: wanted either top or x: .low, high. and y": (["views", 0], {"kind": "phase", "x": [0, 1]}),
    "phase: wanted show: .'re', 'im'., the first state to the right": (
        ["views", 0],
        {"kind": "phase", "show": ["im", "re"], "top": 1},
    ),
    "views, response: wants a `drive` of kind sinusoid": (
        ["views", 0],
        {"kind": "response", "of": "re", "frequency": [1, 2], "gain": [0, 1]},
    ),
    "views, time: drive: true wants a `drive`": (["views", 0, "drive"], True),
    "views, map: no 'beta' here; there are: alpha, sigma": (
        ["views", 0],
        {"kind": "map", "data": "ch04.tongue", "x": "alpha", "y": "beta"},
    ),
    "views, diagram: wanted data: chXX.function": (
        ["views", 0],
        {"kind": "diagram", "data": "tongue", "parameter": "alpha"},
    ),
    "wanted .low, high. with low < high; got .2, 1.": (["views", 0], {"kind": "poles", "x": [2, 1]}),
    "controls, drive_amplitude: no 'drive_amplitude' here": (
        ["controls", 1],
        {"name": "drive_amplitude", "low": 0, "high": 1, "step": 0.1},
    ),
    "drive: no 'ramp' here; there are: constant": (["drive"], {"input": "u_re", "kind": "ramp", "amplitude": 1}),
    "drive: missing or empty: frequency": (["drive"], {"input": "u_re", "kind": "sinusoid", "amplitude": 1}),
    "drive, input: no 'F' here; there are: u_re, u_im": (["drive"], {"input": "F", "kind": "constant", "amplitude": 1}),
    "a pulse is over after the first run": (
        ["drive"],
        {"input": "u_re", "kind": "pulse", "amplitude": 1, "start": 1, "width": 1},
    ),
    "pulses would overlap": (
        ["drive"],
        {"input": "u_re", "kind": "pulses", "amplitude": 1, "start": 1, "width": 1, "frequency": 2},
    ),
    "drive_frequency must stay above 0": (
        ["drive"],
        {"input": "u_re", "kind": "sinusoid", "amplitude": 1, "frequency": -1},
    ),
    "method: no 'leapfrog' here; there are: euler, heun, rk4": (
        ["controls", 1],
        {"name": "method", "choices": ["leapfrog", "rk4"]},
    ),
    "dt: with `carry` the clock would jump": (["controls", 1], {"name": "dt", "low": 0.01, "high": 0.1, "step": 0.01}),
    "dt: wanted low > 0 and at most": (["controls", 1], {"name": "dt", "low": 0, "high": 0.1, "step": 0.01}),
    "measure: no 'z' here; there are: re, im, output": (["measure"], "z"),
    "preset: no 'mine' here": (["preset"], "mine"),
    "says, row 1: no 'gain' here": (["says", 0, "when"], {"gain": [0, 1]}),
    "says, row 1: no 'method' here": (["says", 0, "when"], {"method": "rk4"}),
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


def test_any_model_has_the_measurements_that_mean_something_for_it(tmp_path):
    row = copy.deepcopy(GOOD) | {"model": "wilson_cowan", "x0": {"E": 0.1}, "fixed": {}}
    row["controls"] = [{"name": "P_E", "low": -2, "high": 2, "step": 0.1}]
    row["sweep"] = {"name": "P_E", "low": -1, "high": 1, "seconds": 5}
    row["presets"] = [{"label": "high", "set": {"P_E": 1.0}}]
    row["views"] = [{"kind": "phase", "x": [0, 1], "y": [0, 1]}]
    row["says"] = [{"when": {"rests": [2, None]}, "text": "{rests:0} of them"}, {"text": "E at {rest_E} {minimum}"}]
    assert load(tmp_path, row).views[0]["show"] == ["E", "I"]
    row["says"] = [{"text": "settles in {settle:1} s"}]
    with pytest.raises(BookError, match="no 'settle' here; there are: w_EE"):
        load(tmp_path, row)
    row["says"], row["views"] = [{"text": "so"}], [{"kind": "histogram", "top": 1}]
    with pytest.raises(BookError, match="the equations of 'wilson_cowan' change when the plane is turned"):
        load(tmp_path, row)


def test_a_radius_is_not_measured_under_a_drive(tmp_path):
    row = copy.deepcopy(GOOD)
    row["says"] = [{"text": "to {attractor:2}"}]
    assert load(tmp_path, row).drive is None
    row["drive"] = {"input": "u_re", "kind": "sinusoid", "amplitude": 0.1, "frequency": 1.0}
    with pytest.raises(BookError, match="no 'attractor' here"):
        load(tmp_path, row)
    row["says"] = [{"text": "{drive_frequency:1} Hz"}]
    found = load(tmp_path, row)
    assert found.drive.start == found.extra == {"drive_amplitude": 0.1, "drive_frequency": 1.0}


def test_an_output_that_is_no_sum_of_states_is_refused(tmp_path):
    row = copy.deepcopy(GOOD) | {"model": "kuramoto", "x0": {"theta": 0.0}, "fixed": {}}
    row["controls"] = [{"name": "omega", "low": 1, "high": 90, "step": 1}]
    row["sweep"] = {"name": "omega", "low": 1, "high": 2, "seconds": 5}
    row["presets"] = [{"label": "fast", "set": {"omega": 9}}]
    row["views"] = [{"kind": "time", "show": ["output"], "top": 1}]
    row["says"] = [{"text": "so"}]
    with pytest.raises(BookError, match="the output of 'kuramoto' is no sum of states with constant weights"):
        load(tmp_path, row)


def test_a_preset_of_the_model_gives_the_defaults(tmp_path):
    row = copy.deepcopy(GOOD) | {"preset": "rosetta_2026_fig_3_1", "fixed": {}}
    assert load(tmp_path, row).controls[0].default == 0.0


def test_precomputed_data_is_named_and_small(tmp_path):
    found = load(tmp_path, GOOD)
    with pytest.raises(ValueError, match=r"no module precomputed/ch99.py"):
        precomputed(found, "ch99.tongue")
    with pytest.raises(ValueError, match=r"no function 'cat' in precomputed/ch04.py"):
        precomputed(found, "ch04.cat")
