"""The page of speed: what `make bench` wrote, as tables and one figure. Nothing is measured here."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rosetta_core.views.figures import Figure, axes, role, show
from rosetta_core.views.symbols import Table, number, rows_below

RESULTS = Path(__file__).resolve().parents[2] / "benchmarks" / "results.json"


def results(path: Path = RESULTS) -> dict[str, Any]:
    """What the last `make bench` measured: its circumstances, its rows and its series."""
    if not path.is_file():
        raise FileNotFoundError(
            f"no {path.name} in {path.parent.name}: `make bench`, in the source of the book, writes it"
        )
    return json.loads(path.read_text("utf-8"))


def goals(found: dict[str, Any]) -> Table:
    """Every row that has a goal, group by group, with the verdict in words."""
    head = ("workload", "goal", "ratio", "at most", "here", "in C", "unit")
    return Table(rows_below(head, _in_groups([row for row in found["rows"] if row["goal"] is not None], _with_goal)))


def beside(found: dict[str, Any]) -> Table:
    """Every row without a goal: the same workloads beside something else, and what an addition costs."""
    head = ("workload", "unit", "beside", "here", "there", "ratio")
    return Table(rows_below(head, _in_groups([row for row in found["rows"] if row["goal"] is None], _without_goal)))


def circumstances(found: dict[str, Any]) -> Table:
    """On what and when the numbers were measured, as a sentence."""
    packages = ", ".join(f"{name} {found[name]}" for name in ("numba", "llvmlite", "numpy", "scipy"))
    return Table(
        f"Measured on {found['date']}, on {found['cores']} cores of a processor that calls itself "
        f"{found['processor']}, under {found['system']}, whose load was {found['load']} before the run. Python "
        f"{found['python']} with {packages}. C by `{found['compiler']}` with `{found['flags']}`."
    )


def growth(found: dict[str, Any]) -> Figure:
    """Cost against nodes, cost against edges, memory against length."""
    series = {each["name"]: each for each in found["growth"]}
    figure, ((top, corner), (left, right)) = axes(2, 2, width=6.6, height=4.8)
    for ax, name in ((top, "nodes"), (corner, "memory")):
        one = series[name]
        ax.plot(one["sizes"], one["costs"], **role("output").line)
        ax.set(xscale="log", xlabel=one["size"], ylabel=one["cost"])
    top.set(yscale="log", ylim=(1, 100))
    corner.set(ylim=(0, 1.6 * max(series["memory"]["costs"])), ylabel="largest memory (MB)")
    for ax, kind in ((left, "all to all"), (right, "1000 nodes")):
        pair = [("delays", role("output")), ("no delays", role("ghost"))]
        pair.sort(key=lambda each, kind=kind: series[f"{kind}, {each[0]}"]["costs"][-2])
        for (which, drawn), offset, side in zip(pair, ((8, -20), (-8, 8)), ("left", "right"), strict=True):
            one = series[f"{kind}, {which}"]
            ax.plot(one["sizes"], one["costs"], **drawn.line)
            at = one["sizes"][-2], one["costs"][-2]
            ax.annotate(which, at, offset, textcoords="offset points", color=drawn.light, ha=side)
        ax.set(title=kind, xscale="log", yscale="log", ylim=(0.03, 1000), xlabel="edges", ylabel="µs per step")
    nodes, memory = series["nodes"], series["memory"]
    alone, last, most = (number(value, 3) for value in (nodes["costs"][0], nodes["costs"][-1], memory["costs"][-1]))
    alt = (
        f"Top: {alone} ns per step for one node alone, {last} ns for each of {nodes['sizes'][-1]:,}; memory, level at "
        f"{most} MB from {memory['sizes'][0]:g} to {memory['sizes'][-1]:g} model-seconds. Bottom, on logarithmic axes: "
        "cost per step against edges, all to all and among 1000 nodes, with delays and without."
    )
    return show(figure, alt=alt)


def _in_groups(rows: Iterable[dict[str, Any]], cells: Any) -> list[tuple[str, ...]]:
    """The cells of all rows, and before each group its name."""
    made: list[tuple[str, ...]] = []
    group = None
    for row in rows:
        shown = cells(row)
        if row["group"] != group:
            group = row["group"]
            made.append((f"*{group}*", *("" for _ in shown[1:])))
        made.append(shown)
    return made


def _with_goal(row: dict[str, Any]) -> tuple[str, ...]:
    compared = row["reference"] is not None
    goal = f'<span class="keep">{row["goal"]:.1f} × C</span>' if compared else f"{row['goal']:g}"
    ratio = f"{row['ratio']:.2f}" if compared else ""
    verdict = "met" if row["met"] else "**missed**"
    return (row["workload"], verdict, ratio, goal, _cost(row["ours"]), _cost(row["reference"]), row["unit"])


def _without_goal(row: dict[str, Any]) -> tuple[str, ...]:
    ratio = "" if row["ratio"] is None else number(row["ratio"], 2)
    return (row["workload"], row["unit"], row["against"], _cost(row["ours"]), _cost(row["reference"]), ratio)


def _cost(value: float | None) -> str:
    """Three digits, thousands set apart; nothing where nothing was measured."""
    return "" if value is None else f"{float(f'{value:.3g}'):,g}"
