"""The benchmarks: clocks, verdicts, both sides of each comparison compute the same, the page shows what was found."""

import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from rosetta_core.views import speed

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import bench_growth  # noqa: E402
import bench_many  # noqa: E402
import bench_network  # noqa: E402
import bench_single  # noqa: E402
import bench_spiking  # noqa: E402
from yardstick import (  # noqa: E402
    Disagreement,
    Row,
    exponent,
    largest_rise,
    same_numbers,
    same_statistics,
    side_by_side,
    table,
)

WANTED = {
    "Jansen-Rit, one node, Heun": 1.0,
    "Jansen-Rit, one node, RK4": 1.0,
    "Jansen-Rit, one node, noise on the input, Euler-Maruyama": 1.3,
    "Jansen-Rit, one node, noise on the input, Heun": 1.3,
    "80 Stuart-Landau nodes coupled through x, delays, noise": 1.0,
    "80 Stuart-Landau nodes coupled through x and y, delays, noise": 1.0,
    "10,000 Jansen-Rit parameter sets": 0.6,
    "10,000 QIF neurons": 1.0,
    "First result in a new process": 1.0,
}
"""What the project promises: the beginning of a workload, and its goal."""


def test_a_ratio_meets_its_goal_up_to_the_goal():
    assert Row("g", "w", "s", 3.0, 2.0, goal=1.5).met is True
    assert Row("g", "w", "s", 3.1, 2.0, goal=1.5).met is False
    assert Row("g", "w", "s", 0.9, goal=1.0).met is True and Row("g", "w", "s", 1.1, goal=1.0).met is False
    assert Row("g", "w", "s", 3.0, 2.0).met is None
    lines = table([Row("g", "one", "s", 3.1, 2.0, goal=1.5), Row("g", "two", "s", 3.0, 2.0, goal=1.5)]).splitlines()
    assert [line.split()[-1] for line in lines if line.startswith(("  one", "  two"))] == [
        "MISSED",
        "met",
    ]


def test_the_best_time_of_each_side_counts_and_the_first_call_does_not():
    # Clock readings around each call: two sides in turn, one round to warm up, then as many as the limit allows.
    now, spent = 0.0, iter([9.0, 9.0, *[3.0, 5.0, 2.0, 4.0, 6.0, 7.0] * 30])

    def clock() -> float:
        return now

    def work() -> None:
        nonlocal now
        now += next(spent)

    assert side_by_side(work, work, clock=clock, budget=0.0) == [2.0, 4.0]


def test_numbers_must_be_the_same_and_have_the_same_shape():
    x = np.arange(4.0)
    assert "at most" in same_numbers("x", x, x + 1e-9, within=1e-8)
    for other in (x + 1e-7, x[:3], x * np.nan):
        with pytest.raises(Disagreement):
            same_numbers("x", x, other, within=1e-8)


def test_statistics_must_be_the_same():
    first, second = np.random.default_rng(1).normal(size=(2, 6400, 1))
    assert "standard errors" in same_statistics("x", first, second)
    # The mean of 6400 numbers is known to 1/80: a shift of 0.2 is 11 standard errors of a difference. A variance is
    # known to sqrt(2/6400): a spread larger by a fifth, 0.44 of it, is 14 of them.
    for other in (second + 0.2, second * 1.2):
        with pytest.raises(Disagreement, match="standard errors"):
            same_statistics("x", first, other)


def test_growth_is_told_from_its_costs():
    sizes = np.array([1e2, 1e3, 1e4])
    assert largest_rise([30.0, 3.0, 3.3, 3.0]) == pytest.approx(1.1)
    assert largest_rise([3.0, 2.0, 1.0]) < 1
    assert exponent(sizes, 7 * sizes**1.5) == pytest.approx(1.5)


@pytest.mark.parametrize("method", ["euler", "heun", "rk4"])
def test_one_node_here_and_in_c(method):
    if method != "euler":
        bench_single.agree(0.5, method)
        bench_single.agree(0.5, method, bench_single.IN_A_VECTOR)
    else:
        bench_single.agree_with_noise(64.0, method)


def test_many_nodes_here_and_in_c():
    # 9 sets, fewer than the block of either side.
    bench_many.agree(3, 1.2)


@pytest.mark.parametrize("components", [1, 2])
def test_network_here_and_in_c(components):
    bench_network.agree(components, 0.05)


@pytest.mark.parametrize("synapse", ["instantaneous", "second_order"])
def test_spikes_here_and_in_c(synapse):
    bench_spiking.agree(synapse, 0.5)


def test_the_results_have_every_promised_workload_with_its_goal():
    rows = [row for row in speed.results()["rows"] if row["goal"] is not None]
    for workload, goal in WANTED.items():
        found = [row["goal"] for row in rows if re.match(re.escape(workload) + r"\b", row["workload"])]
        assert found == [goal], workload
    growth = [row["workload"] for row in rows if row["group"] == "Growth"]
    assert [words.split(",")[0] for words in growth] == ["Cost per node and step", *2 * ["Cost per step"],
                                                         "Memory of 128 sets with statistics"]  # fmt: skip
    series = {each["name"]: each for each in speed.results()["growth"]}
    assert series["nodes"]["sizes"] == list(bench_growth.NODES) and bench_growth.NODES[-1] == 10_000
    assert series["1000 nodes, delays"]["sizes"] == list(bench_growth.SPARSE) == [10**k for k in range(2, 7)]


def test_the_page_shows_every_result_and_a_missed_goal_as_missed():
    found = speed.results()
    shown = speed.goals(found).markdown.splitlines()[2:] + speed.beside(found).markdown.splitlines()[2:]
    workloads = [cells[1].strip() for cells in (line.split("|") for line in shown) if cells[2].strip()]
    assert sorted(workloads) == sorted(row["workload"] for row in found["rows"])
    for ours, words in ((0.9, "met"), (1.1, "**missed**")):
        row = Row("One node", "w", "ms", ours, 1.0, "C by hand", 1.0).record
        last = speed.goals({"rows": [row]}).markdown.splitlines()[-1]
        assert last == f'| w | {words} | {ours:.2f} | <span class="keep">1.0 × C</span> | {ours} | 1 | ms |'


def test_the_verdicts_in_the_file_follow_from_its_numbers():
    fields = ("group", "workload", "unit", "ours", "reference", "against", "goal", "check")
    for row in speed.results()["rows"]:
        assert Row(**{name: row[name] for name in fields}).record == row


def test_the_page_says_what_machine_and_when_and_draws_the_growth():
    found = speed.results()
    said = speed.circumstances(found).markdown
    assert all(str(found[name]) in said for name in ("date", "processor", "cores", "compiler", "python", "numba"))
    assert "10,000" in speed.growth(found).alt


def test_without_results_the_page_says_how_to_get_them(tmp_path):
    with pytest.raises(FileNotFoundError, match="`make bench`"):
        speed.results(tmp_path / "results.json")
    (tmp_path / "results.json").write_text(json.dumps({"rows": []}))
    assert speed.results(tmp_path / "results.json") == {"rows": []}
