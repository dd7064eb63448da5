"""The present values of three bifurcation diagrams against those that AUTO-07p, another code, found and we recorded."""

import importlib.util
import json
from pathlib import Path

HERE = Path(__file__).parents[1] / "benchmarks" / "continuation"


def test_bifurcations_are_those_of_auto():
    spec = importlib.util.spec_from_file_location("compare", HERE / "compare.py")
    compare = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(compare)
    table, found = json.loads((HERE / "comparison.json").read_text()), compare.ours()
    assert found.keys() == {row["id"] for row in table["values"]}
    for row in table["values"]:
        # `allowed` is what AUTO's own tolerances leave, see compare.py.
        assert abs(found[row["id"]] - row["auto"]) <= row["allowed"], (row["id"], found[row["id"]], row["auto"])
        # The page shows the value of the day of the comparison: the present one is that, to its own accuracy.
        assert abs(found[row["id"]] - row["rosetta_core"]) <= 1e-8 * max(abs(row["rosetta_core"]), 1.0), row["id"]
        assert row == compare.row(row["id"], row["auto"], row["rosetta_core"])
