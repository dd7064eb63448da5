"""Spikes of a network in an exploration: its views, and what they want of the run (explorations/README.md)."""

from typing import Any

from rosetta_core.book.exploration_views import DrivePlan, span
from rosetta_core.book.reading import BookError, keys, known, number
from rosetta_core.model import Model

SPIKE_VIEWS = {  # kind: (required keys, optional keys)
    "raster": ((), ("rows",)),
    "rate": (("top",), ("static",)),
    "fluctuation": (("y",), ()),
    "transfer": (("of", "top"), ("theory",)),
}
SPIKE_WIDE = ("raster", "rate", "fluctuation")
OF_SPIKES = ("rate", "rate_sd", "law_sd", "active", "static", "static_before", "peak", "overshoot")
OF_LOGISTIC = ("logistic", "steepness")
MOST_ROWS = 100


def spike_values(row: dict[str, Any], nodes: int, dt: float, where: str) -> dict[str, float]:
    """Start values of `count` and `bin`; none for a network whose spikes are not counted."""
    if "bin" not in row:
        if "count" in row or "settle" in row:
            raise BookError(f"{where}: count and settle speak of spikes, which are counted in bins; give a bin, in s")
        return {}
    width, count = number(row["bin"], f"{where}, bin"), row.get("count", nodes)
    settle = number(row.get("settle", 0.0), f"{where}, settle")
    if not width >= dt or not settle >= dt:
        raise BookError(f"{where}: wanted a bin and a settle of at least dt = {dt} s; got {width} and {settle} s")
    if type(count) is not int or not 1 <= count <= nodes:
        raise BookError(f"{where}: wanted count, a whole number from 1 to {nodes}; got {count!r}")
    return {"bin": width, "count": float(count)}


def check_spikes(row: dict[str, Any], drive: DrivePlan | None, controls: Any, where: str) -> None:
    """A step between two kept samples, controls that leave something to count."""
    run, net = row["run"], row["network"]
    sample, moving = run["dt"] * run.get("every", 1), {control.name: control for control in controls}
    if drive is not None:
        start = drive.start.get("drive_start", 0.0)
        if drive.kind != "step" or "drive_start" in moving or "bin" not in net:
            raise BookError(f"{where}: a network has no drive but a step at a fixed start, and counts spikes in bins")
        if run.get("carry") or "delay" in moving or net.get("delay"):
            raise BookError(f"{where}: a step wants no `carry` and no delay")
        if abs(start / sample - round(start / sample)) > 1e-9 or not net["settle"] < start < run["t1"]:
            raise BookError(f"{where}: wanted a step after {net['settle']} s, at one of the samples every {sample} s")
    count, width = moving.get("count"), moving.get("bin")
    if count and (count.low < 1 or count.high > net["nodes"] or count.low % 1 or count.step % 1):
        raise BookError(f"{where}: control count wants whole numbers from 1 to {net['nodes']}")
    if width and not sample <= width.low <= width.high <= (run["t1"] - net["settle"]) / 4:
        raise BookError(f"{where}: control bin wants at least one sample, {sample} s, and at least four bins")


def spike_view(row: dict[str, Any], model: Model, law: str | None, bins: bool, moving: list[str], where: str) -> dict:
    """A view of spikes with its defaults filled in."""
    kind = row["kind"]
    if model.name != "theta":  # the turns of any phase could be counted, but only these have a known curve alone
        raise BookError(f"{where}: spikes are those of the model 'theta'; this is {model.name!r}")
    if not bins:
        raise BookError(f"{where}: spikes are counted in bins; give the network a bin and a settle, in s")
    if kind == "raster":
        rows = row.get("rows", MOST_ROWS)
        if type(rows) is not int or not 1 <= rows <= MOST_ROWS:
            raise BookError(f"{where}: wanted rows, a whole number from 1 to {MOST_ROWS}; got {rows!r}")
        return {**row, "rows": rows}
    if kind == "fluctuation":
        low, high = span(row["y"], where)
        if low <= 0:
            raise BookError(f"{where}: wanted y above 0, the axis is logarithmic; got {row['y']}")
        return {**row, "y": [low, high]}
    if kind == "transfer":
        known(row["of"], ("active", "rate"), f"{where}, of")
        known("I", moving, f"{where}, controls")
        if "theory" in row:
            known(row["theory"], ("logistic",), f"{where}, theory")
            if row["of"] != "active" or law != "gaussian":
                raise BookError(f"{where}: the logistic stands beside the share of active neurons, with law: gaussian")
    return {**row, "top": number(row["top"], f"{where}, top")}


def spike_keys(kind: str, row: dict[str, Any], where: str) -> None:
    """Only the keys that a view of this kind has."""
    required, optional = SPIKE_VIEWS[kind]
    keys(row, where, ("kind", *required), optional)


def spike_measurements(views: Any) -> tuple[str, ...]:
    """Names that a text in `says` may use where spikes are counted."""
    return (*OF_SPIKES, *(OF_LOGISTIC if any("theory" in view for view in views) else ()))
