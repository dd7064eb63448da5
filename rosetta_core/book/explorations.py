"""Explorations: one checked YAML mapping each; explorations/README.md says what every key holds."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rosetta_core.book import DATA
from rosetta_core.book.reading import (
    BookError,
    keys,
    known,
    listing,
    number,
    numbers,
    read_yaml,
    text,
    unique,
)
from rosetta_core.book.units import dimension
from rosetta_core.model import Model
from rosetta_core.models import MODELS

EXPLORATIONS = DATA / "explorations"
MOST_CONTROLS = 3
REQUIRED = ("id", "model", "title", "question", "predict", "controls", "x0", "run", "views", "presets")
REQUIRED += ("notice", "says", "find", "why", "alt")
OPTIONAL = ("fixed", "sweep")
VIEWS = {  # kind: (required keys, optional keys)
    "time": (("show", "top"), ("last",)),
    "phase": (("top",), ()),
    "bifurcation": (("parameter", "top"), ()),
    "spectrum": (("of", "segment", "high", "decades"), ()),
    "histogram": (("top",), ()),
}
MEASUREMENTS = ("amplitude", "frequency", "attractor", "rate", "settle")


@dataclass(frozen=True)
class Choice:
    """One possible prediction, with the reply it earns."""

    id: str
    text: str
    reply: str


@dataclass(frozen=True)
class Control:
    """One slider: name of a parameter, input or `sigma`; range, step and start in its unit."""

    name: str
    low: float
    high: float
    step: float
    default: float


@dataclass(frozen=True)
class Preset:
    """A labelled setting of some controls, and of the start where `x0` names states."""

    label: str
    set: dict[str, float]
    x0: dict[str, float]


@dataclass(frozen=True)
class Run:
    """Duration and step in seconds, steps per kept sample, seed, whether the state carries over."""

    t1: float
    dt: float
    every: int = 1
    seed: int = 0
    carry: bool = False


@dataclass(frozen=True)
class Sweep:
    """A slow drive of one control from low to high and back, `seconds` on the clock each way."""

    name: str
    low: float
    high: float
    seconds: float


@dataclass(frozen=True)
class Find:
    """A number to find: accepted range in `unit`, replies to a right, a too small and a too large answer."""

    text: str
    unit: str
    accept: tuple[float, float]
    right: str
    below: str
    above: str


@dataclass(frozen=True)
class Say:
    """A sentence about the present state, used when every named value is in its half-open range."""

    when: dict[str, tuple[float, float]]
    text: str


@dataclass(frozen=True)
class Exploration:
    """One checked exploration; the fields are the keys of its file."""

    id: str
    model: Model
    title: str
    question: str
    choices: tuple[Choice, ...]
    answer: str
    controls: tuple[Control, ...]
    fixed: dict[str, float]
    x0: dict[str, float]
    run: Run
    views: tuple[dict[str, Any], ...]
    sweep: Sweep | None
    presets: tuple[Preset, ...]
    notice: tuple[str, ...]
    says: tuple[Say, ...]
    find: Find
    why: str
    alt: str


def load_exploration(name: str, folder: Path = EXPLORATIONS, models: Sequence[Model] = MODELS) -> Exploration:
    """Read and check explorations/<name>.yml; BookError names the entry and the remedy."""
    row, where = read_yaml(folder / f"{name}.yml"), f"{name}.yml"
    keys(row, where, REQUIRED, OPTIONAL)
    if row["id"] != name:
        raise BookError(f"{where}: id is {row['id']!r}; it must equal the file name, {name!r}")
    by_name = {model.name: model for model in models}
    if row["model"] not in by_name:
        raise BookError(f"{where}: no model {row['model']!r}; there are: {', '.join(by_name)}")
    model = by_name[row["model"]]
    defaults = {q.name: q.default for q in model.params + model.inputs} | {"sigma": 0.0}
    states = [quantity.name for quantity in model.state]
    controls = _controls(row["controls"], defaults, f"{where}, controls")
    moving = {control.name: control for control in controls}
    choices, answer = _predict(row["predict"], f"{where}, predict")
    run = _run(row["run"], f"{where}, run")
    return Exploration(
        id=name,
        model=model,
        title=text(row["title"], f"{where}, title"),
        question=_question(row["question"], f"{where}, question"),
        choices=choices,
        answer=answer,
        controls=controls,
        fixed=numbers(row.get("fixed") or {}, [n for n in defaults if n not in moving], f"{where}, fixed"),
        x0=numbers(row["x0"], states, f"{where}, x0"),
        run=run,
        views=_views(row["views"], states, moving, f"{where}, views"),
        sweep=_sweep(row["sweep"], moving, run, f"{where}, sweep") if row.get("sweep") else None,
        presets=_presets(row["presets"], moving, states, f"{where}, presets"),
        notice=tuple(text(line, f"{where}, notice") for line in listing(row["notice"], f"{where}, notice", 1, 3)),
        says=_says(row["says"], (*defaults, *MEASUREMENTS), f"{where}, says"),
        find=_find(row["find"], f"{where}, find"),
        why=text(row["why"], f"{where}, why"),
        alt=text(row["alt"], f"{where}, alt", 40, 300),
    )


def _question(value: Any, where: str) -> str:
    if not text(value, where).endswith("?"):
        raise BookError(f"{where}: must end with a question mark; got {value!r}")
    return value.strip()


def _predict(row: Any, where: str) -> tuple[tuple[Choice, ...], str]:
    keys(row, where, ("options", "answer"))
    choices = []
    for i, option in enumerate(listing(row["options"], f"{where}, options", 2, 4), 1):
        here = f"{where}, option {i}"
        keys(option, here, ("id", "text", "reply"))
        choices.append(Choice(*(text(option[key], f"{here}, {key}") for key in ("id", "text", "reply"))))
    ids = [choice.id for choice in choices]
    unique(ids, where)
    if row["answer"] not in ids:
        raise BookError(f"{where}: answer {row['answer']!r} is not the id of an option; ids: {', '.join(ids)}")
    return tuple(choices), row["answer"]


def _controls(rows: Any, defaults: dict[str, float], where: str) -> tuple[Control, ...]:
    controls = []
    for row in listing(rows, where, 1, MOST_CONTROLS):
        keys(row, where, ("name", "low", "high", "step"), ("default",))
        here = f"{where}, {row['name']}"
        known(row["name"], defaults, here)
        given = {"default": defaults[row["name"]], **row}
        control = Control(row["name"], *(number(given[key], here) for key in ("low", "high", "step", "default")))
        if not control.low <= control.default <= control.high or control.low == control.high:
            raise BookError(f"{here}: wanted low <= default <= high with low < high; got {control}")
        if not 0 < control.step <= control.high - control.low:
            raise BookError(f"{here}: wanted a step between 0 and the range; got {control.step}")
        controls.append(control)
    unique((control.name for control in controls), where)
    return tuple(controls)


def _run(row: Any, where: str) -> Run:
    keys(row, where, ("t1", "dt"), ("every", "seed", "carry"))
    run = Run(**{**row, "t1": number(row["t1"], where), "dt": number(row["dt"], where)})
    if not 0 < run.dt < run.t1:
        raise BookError(f"{where}: wanted 0 < dt < t1; got dt = {run.dt}, t1 = {run.t1}")
    if type(run.every) is not int or run.every < 1 or type(run.seed) is not int or run.seed < 0:
        raise BookError(f"{where}: wanted a whole every >= 1 and a whole seed >= 0; got {row}")
    if not isinstance(run.carry, bool):
        raise BookError(f"{where}: wanted carry true or false; got {run.carry!r}")
    return run


def _views(rows: Any, states: list[str], moving: dict[str, Control], where: str) -> tuple[dict, ...]:
    for row in listing(rows, where, 1, 3):
        kind = str(row.get("kind") if isinstance(row, dict) else row)
        known(kind, VIEWS, where)
        required, optional = VIEWS[kind]
        keys(row, f"{where}, {kind}", ("kind", *required), optional)
        for state in [*row.get("show", []), *([row["of"]] if "of" in row else [])]:
            known(state, states, f"{where}, {kind}")
        if kind == "bifurcation":
            known(row["parameter"], moving, f"{where}, bifurcation")
    return tuple(rows)


def _sweep(row: Any, moving: dict[str, Control], run: Run, where: str) -> Sweep:
    keys(row, where, ("name", "low", "high", "seconds"))
    known(row["name"], moving, where)
    sweep = Sweep(row["name"], *(number(row[key], where) for key in ("low", "high", "seconds")))
    control = moving[sweep.name]
    if not (control.low <= sweep.low < sweep.high <= control.high and sweep.seconds > 0):
        raise BookError(f"{where}: wanted low < high inside {control.low} to {control.high}, seconds > 0; got {row}")
    if not run.carry:
        raise BookError(f"{where}: a sweep wants `carry: true` in run; without it every step forgets the last")
    return sweep


def _presets(rows: Any, moving: dict[str, Control], states: list[str], where: str) -> tuple[Preset, ...]:
    presets = []
    for row in listing(rows, where, 1, 4):
        keys(row, where, ("label", "set"))
        here = f"{where}, {row['label']}"
        x0 = numbers(row["set"].get("x0", {}), states, f"{here}, x0")
        setting = numbers({n: v for n, v in row["set"].items() if n != "x0"}, moving, here)
        for name, value in setting.items():
            if not moving[name].low <= value <= moving[name].high:
                raise BookError(f"{here}: {name} = {value} is outside {moving[name].low} to {moving[name].high}")
        presets.append(Preset(text(row["label"], here), setting, x0))
    unique((preset.label for preset in presets), where)
    return tuple(presets)


def _says(rows: Any, names: Sequence[str], where: str) -> tuple[Say, ...]:
    says = []
    for i, row in enumerate(listing(rows, where), 1):
        here = f"{where}, row {i}"
        last = i == len(rows)
        keys(row, here, ("text",) if last else ("when", "text"))
        for name in re.findall(r"\{(\w+)(?::\d+)?\}", row["text"]):
            known(name, names, here)
        when = {}
        for name, ends in row.get("when", {}).items():
            known(name, names, here)
            low, high = listing(ends, f"{here}, {name}", 2, 2)
            when[name] = (
                -math.inf if low is None else number(low, here),
                math.inf if high is None else number(high, here),
            )
        says.append(Say(when, text(row["text"], here)))
    return tuple(says)


def _find(row: Any, where: str) -> Find:
    words = ("text", "unit", "right", "below", "above")
    keys(row, where, (*words, "accept"))
    low, high = (number(end, where) for end in listing(row["accept"], f"{where}, accept", 2, 2))
    dimension(text(row["unit"], where))  # raises for a unit the book does not know
    if not low < high:
        raise BookError(f"{where}: accept wants [low, high] with low < high; got {row['accept']}")
    return Find(accept=(low, high), **{key: text(str(row[key]), f"{where}, {key}") for key in words})
