"""Explorations of spikes that are refused, and with which words."""

import copy
import re

import pytest
import yaml

from rosetta_core.book.explorations import EXPLORATIONS, load_exploration
from rosetta_core.book.reading import BookError

CROWD, SIGMOID, STEP = "ch06-crowd", "ch06-sigmoid", "ch06-step"
NETWORK = ["network"]
BAD = {
    "a whole number from 2 to 400; got 401": (CROWD, [*NETWORK, "nodes"], 401),
    "from 2 to 100; got 200": (CROWD, [*NETWORK, "weights"], "all-to-all"),
    "noise: no 'V' here; there are: I": (CROWD, [*NETWORK, "noise"], "V"),
    "give a bin, in s": (CROWD, [*NETWORK, "bin"], "drop"),
    "a bin and a settle of at least dt": (CROWD, [*NETWORK, "settle"], 0),
    "count, a whole number from 1 to 200; got 0.5": (CROWD, [*NETWORK, "count"], 0.5),
    "control count wants whole numbers from 1 to 200": (CROWD, ["controls", 0, "high"], 300),
    "control bin wants at least one sample": (CROWD, ["controls", 2, "low"], 0.0005),
    "no drive but a step at a fixed start": (STEP, ["drive", "kind"], "constant"),
    "at one of the samples every 0.001 s": (STEP, ["drive", "start"], 0.3005),
    "a step wants no `carry`": (STEP, ["run", "carry"], True),
    "rows, a whole number from 1 to 100; got 101": (STEP, ["views", 0, "rows"], 101),
    "raster: unknown key top": (STEP, ["views", 0, "top"], 1),
    "wanted y above 0": (CROWD, ["views", 2, "y"], [0, 1]),
    "of: no 'share' here; there are: active, rate": (SIGMOID, ["views", 1, "of"], "share"),
    "the logistic stands beside the share": (SIGMOID, ["views", 2, "theory"], "logistic"),
    "no 'I' here; there are: drive_amplitude": (STEP, ["views", 1], {"kind": "transfer", "of": "rate", "top": 30}),
    "order and modes are not": (CROWD, ["views", 2], {"kind": "order"}),
    "no 'order' here": (CROWD, ["says", 0, "text"], "{order:1}"),
    "no 'logistic' here": (STEP, ["says", 1, "text"], "{logistic:1}"),
}


@pytest.mark.parametrize("message", BAD)
def test_a_bad_exploration_of_spikes_is_refused(tmp_path, message: str) -> None:
    name, path, bad = BAD[message]
    row = copy.deepcopy(yaml.safe_load((EXPLORATIONS / f"{name}.yml").read_text("utf-8")))
    place = row
    for key in path[:-1]:
        place = place[key]
    if bad == "drop":
        del place[path[-1]]
    else:
        place[path[-1]] = bad
    if message.startswith("no drive but"):
        del row["drive"]["start"]
    (tmp_path / f"{name}.yml").write_text(yaml.safe_dump(row, allow_unicode=True), encoding="utf-8")
    with pytest.raises(BookError, match=re.escape(message)):
        load_exploration(name, tmp_path)


def test_only_neurons_that_are_known_alone_have_spikes(tmp_path) -> None:
    row = yaml.safe_load((EXPLORATIONS / f"{CROWD}.yml").read_text("utf-8"))
    row |= {"model": "kuramoto", "fixed": {}, "controls": row["controls"][:1]}
    row["network"] |= {"coupling": "sine", "noise": None}
    row["presets"] = [{"label": "two", "set": {"count": 2}}]
    (tmp_path / f"{CROWD}.yml").write_text(yaml.safe_dump(row, allow_unicode=True), encoding="utf-8")
    with pytest.raises(BookError, match="spikes are those of the model 'theta'; this is 'kuramoto'"):
        load_exploration(CROWD, tmp_path)
