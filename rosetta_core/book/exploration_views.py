"""The views of an exploration, its drive and its measurements: which there are, what each wants, what each refuses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rosetta_core.book.reading import BookError, keys, known, listing, number, text
from rosetta_core.model import Model

VIEWS = {  # kind: (required keys, optional keys)
    "time": (("show",), ("top", "y", "last", "drive")),
    "phase": ((), ("show", "top", "x", "y")),
    "poles": ((), ("x", "y")),
    "response": (("of", "frequency", "gain"), ("decades",)),
    "phasor": (("of", "top"), ()),
    "energy": (("decades",), ()),
    "map": (("data", "x", "y"), ()),
    "diagram": (("data", "parameter"), ("y",)),
    "bifurcation": (("parameter", "top"), ()),
    "spectrum": (("of", "segment", "high", "decades"), ()),
    "histogram": (("top",), ()),
    "errors": (("data", "decades"), ()),
}
WIDE = ("time", "energy")
"""Kinds that take the whole width; the others are square."""
RADIAL = ("bifurcation", "histogram")
DRIVES = {  # kind: what it needs beside its size
    "constant": (),
    "step": ("start",),
    "pulse": ("start", "width"),
    "pulses": ("start", "width", "frequency"),
    "sinusoid": ("frequency",),
}
OF_RADIUS = ("attractor", "rate", "settle")
OVER_TIME = ("mean", "minimum", "maximum", "amplitude", "frequency")
OF_REST = ("growth", "damping", "turning", "ringing")
OF_TWIN = ("twin_error", "twin_distance", "twin_amplitude", "twin_frequency", "amplitude_error", "frequency_error")
OF_RESPONSE = ("gain", "lag", "linear_gain", "linear_lag")


@dataclass(frozen=True)
class DrivePlan:
    """Kind of drive, the driven inputs with their phases in turns, and the start value of each reserved name."""

    kind: str
    inputs: dict[str, float]
    start: dict[str, float]


def drive_plan(row: Any, model: Model, carry: bool, where: str) -> DrivePlan:
    """Check `drive:`; the reserved names are `drive_amplitude` and, after its kind, frequency, start and width."""
    kind = str(row.get("kind") if isinstance(row, dict) else row)
    known(kind, DRIVES, where)
    wanted = ("amplitude", *DRIVES[kind])
    keys(row, where, ("input", "kind", *wanted), ("phase",) if kind == "sinusoid" else ())
    phase = number(row.get("phase", 0.0), where)
    inputs = row["input"] if isinstance(row["input"], dict) else {row["input"]: phase}
    for name in inputs:
        known(name, [q.name for q in model.inputs], f"{where}, input")
    if len(inputs) > 1 and kind != "sinusoid":
        raise BookError(f"{where}: only a sinusoid has several inputs, each with its phase; got kind {kind!r}")
    if kind == "pulse" and carry:
        raise BookError(f"{where}: a pulse is over after the first run; leave `carry` out, or take kind 'pulses'")
    start = {f"drive_{name}": number(row[name], f"{where}, {name}") for name in wanted}
    return DrivePlan(kind, {name: number(turns, where) for name, turns in inputs.items()}, start)


def check_drive(drive: DrivePlan, extremes: Mapping[str, tuple[float, float]], where: str) -> None:
    """Refuse frequencies and widths that make no drive anywhere between their ends (low, high)."""
    ends = {name: extremes.get(name, (value, value)) for name, value in drive.start.items()}
    for name in ("drive_frequency", "drive_width"):
        if name in ends and ends[name][0] <= 0:
            raise BookError(f"{where}: {name} must stay above 0; it goes down to {ends[name][0]}")
    if drive.kind == "pulses" and ends["drive_width"][1] * ends["drive_frequency"][1] >= 1:
        raise BookError(f"{where}: pulses would overlap; keep the largest drive_width below 1/largest drive_frequency")


def is_round(model: Model) -> bool:
    """Whether the equations stay the same when the plane of the two states is turned (to 1e-12, without input)."""
    if len(model.state) != 2:
        return False
    p, u = tuple(q.default for q in model.params), (0.0,) * len(model.inputs)
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    for at in np.array([[0.3, 0.1], [-0.7, 0.4], [0.2, -1.1]]):
        straight, turned = (np.array(model.rhs(0.0, tuple(point), p, u)) for point in (at, turn @ at))
        if np.abs(turn @ straight - turned).max() > 1e-12 * (1 + np.abs(turned).max()):
            return False
    return True


def output_weights(model: Model, settings: Sequence[tuple[float, ...]], where: str) -> tuple[list[float], float]:
    """Weights and constant of an output that is a sum of states, the same at all the parameter settings."""
    n = len(model.state)
    rows = [np.array([model.output(tuple(x), p) for x in (np.zeros(n), *np.eye(n))]) for p in settings]
    weights, constant = rows[0][1:] - rows[0][0], float(rows[0][0])
    sample = np.linspace(0.3, 1.7, n)
    straight = np.isclose(model.output(tuple(sample), settings[0]), weights @ sample + constant, rtol=1e-12)
    if not straight or any(not np.allclose(row, rows[0], rtol=1e-12, atol=0) for row in rows):
        raise BookError(f"{where}: the output of {model.name!r} is no sum of states with constant weights; show states")
    return weights.tolist(), constant


def span(value: Any, where: str) -> list[float]:
    """A range [low, high] with low < high."""
    low, high = (number(end, where) for end in listing(value, where, 2, 2))
    if not low < high:
        raise BookError(f"{where}: wanted [low, high] with low < high; got {value}")
    return [low, high]


def check_views(rows: Any, model: Model, moving: Iterable[str], drive: DrivePlan | None, where: str) -> tuple:
    """The views with their ranges filled in: `top` becomes x and y, states that are left out are the first two."""
    return tuple(_view(row, model, list(moving), drive, where) for row in listing(rows, where, 1, 3))


def _view(row: Any, model: Model, moving: list[str], drive: DrivePlan | None, where: str) -> dict[str, Any]:
    kind = str(row.get("kind") if isinstance(row, dict) else row)
    known(kind, VIEWS, where)
    required, optional = VIEWS[kind]
    here = f"{where}, {kind}"
    keys(row, here, ("kind", *required), optional)
    states = [q.name for q in model.state]
    shown = [*row.get("show", []), *([row["of"]] if "of" in row else [])]
    for name in shown:
        known(name, states if kind == "phase" else [*states, "output"], here)
    for key in ("parameter", *(("x", "y") if kind == "map" else ())):
        if key in row:
            known(row[key], moving, here)
    _refuse(kind, row, model, drive, here)
    if kind == "map":
        return dict(row)
    filled = {key: span(value, f"{here}, {key}") if key in _SPANS else value for key, value in row.items()}
    if kind in ("time", "phase"):
        filled = _ranges(filled, ("y",) if kind == "time" else ("x", "y"), here)
    if kind == "phase":
        filled = {"show": states[:2], **filled}
        if len(states) == 2 and filled["show"] != states:
            raise BookError(f"{here}: wanted show: {states}, the first state to the right; got {filled['show']}")
    return filled


_SPANS = ("x", "y", "frequency", "gain", "decades")


def _ranges(row: dict[str, Any], axes: tuple[str, ...], where: str) -> dict[str, Any]:
    """`top` spelled out; exactly one of the two spellings is wanted."""
    given = [axis for axis in axes if axis in row]
    if ("top" in row) == bool(given) or len(given) not in (0, len(axes)):
        raise BookError(f"{where}: wanted either top or {' and '.join(f'{axis}: [low, high]' for axis in axes)}")
    if "top" not in row:
        return row
    top = number(row["top"], where)
    return {**row, **{axis: [-top, top] for axis in axes}}


def _refuse(kind: str, row: dict[str, Any], model: Model, drive: DrivePlan | None, where: str) -> None:
    """Views that would be wrong for this model, or without the drive that they speak of."""
    if kind in RADIAL and not is_round(model):
        raise BookError(
            f"{where}: the equations of {model.name!r} change when the plane is turned, so a radius says little; "
            "take a `diagram`, or a `time` view with `measure`"
        )
    if kind == "phase" and len(listing(row.get("show", ["", ""]), where, 2, 2)) == 2 and len(model.state) > 2:
        keys(row, where, ("kind", "show"), VIEWS[kind][1])
    if kind == "energy" and len(model.state) != 2:
        raise BookError(f"{where}: x² + y² wants a model with two states, {model.name!r} has {len(model.state)}")
    if kind in ("response", "phasor") and (drive is None or drive.kind != "sinusoid"):
        raise BookError(f"{where}: wants a `drive` of kind sinusoid; without it nothing responds")
    if row.get("drive") and drive is None:
        raise BookError(f"{where}: drive: true wants a `drive`")
    if kind in ("map", "diagram", "errors"):
        module, _, function = text(row["data"], where).partition(".")
        if not (module.isidentifier() and function.isidentifier()):
            raise BookError(f"{where}: wanted data: chXX.function, as in precomputed/chXX.py; got {row['data']!r}")


def measurements(
    model: Model, views: Iterable[Mapping[str, Any]], forced: bool, drive: DrivePlan | None, twin: bool
) -> tuple[str, ...]:
    """Names that a text in `says` may use beside parameters, inputs and reserved names.

    forced: an input is moved, fixed away from 0, or driven.
    """
    names = [*OVER_TIME, *OF_REST, *(f"{what}_{q.name}" for what in ("rest", "own") for q in model.state)]
    if len(model.state) == 2:
        names += ["rests", "energy"]
    if is_round(model) and not forced:
        names += OF_RADIUS
    if drive is not None and any(view["kind"] in ("response", "phasor") for view in views):
        names += OF_RESPONSE
    return (*names, *(OF_TWIN if twin else ()))
