"""Explorations: one checked YAML mapping each; explorations/README.md says what every key holds."""

import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rosetta_core.book import DATA
from rosetta_core.book.exploration_networks import (
    check_network,
    check_network_views,
    network_measurements,
    network_plan,
)
from rosetta_core.book.exploration_parts import Choice, Control, Exploration, Find, Methods, Preset, Run, Say, Sweep
from rosetta_core.book.exploration_views import (
    check_drive,
    check_views,
    drive_plan,
    measurements,
    output_weights,
)
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
OPTIONAL = ("fixed", "sweep", "drive", "measure", "twin", "preset", "network")
METHODS = ("euler", "heun", "rk4")
MOST_SAMPLES = 400_000


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
    if row.get("preset"):
        known(row["preset"], [preset.name for preset in model.presets], f"{where}, preset")
        model = model.with_preset(row["preset"])
    declared = {q.name: q.default for q in model.params + model.inputs} | {"sigma": 0.0}
    states = [quantity.name for quantity in model.state]
    run = _run(row["run"], f"{where}, run")
    drive = drive_plan(row["drive"], model, run.carry, f"{where}, drive") if row.get("drive") else None
    net = network_plan(row["network"], model, run.dt, f"{where}, network") if row.get("network") else None
    reserved = (drive.start if drive else {}) | (net.values if net else {}) | {"dt": run.dt}
    controls, method = _controls(row["controls"], declared | reserved, f"{where}, controls")
    moving = {control.name: control for control in controls}
    _check_steps(run, moving.get("dt"), where)
    fixed = numbers(row.get("fixed") or {}, [n for n in declared if n not in moving], f"{where}, fixed")
    if drive:
        check_drive(drive, {c.name: (c.low, c.high) for c in controls}, f"{where}, drive")
    if net:
        check_network(net, row, drive, controls, f"{where}, network")
        views = check_network_views(row["views"], net, moving, f"{where}, views")
    else:
        views = check_views(row["views"], model, moving, drive, f"{where}, views")
    extra = {name: value for name, value in reserved.items() if name != "dt" or "dt" in moving}
    names = {**declared, **extra, **({"method": ""} if method else {})}
    forced = drive is not None or any(q.name in moving or fixed.get(q.name, q.default) for q in model.inputs)
    found = network_measurements(model, views) if net else measurements(model, views, forced, drive, "twin" in row)
    names |= dict.fromkeys(found, 0.0)
    choices, answer = _predict(row["predict"], f"{where}, predict")
    return Exploration(
        id=name,
        model=model,
        title=text(row["title"], f"{where}, title"),
        question=_question(row["question"], f"{where}, question"),
        choices=choices,
        answer=answer,
        controls=controls,
        fixed=fixed,
        x0=numbers(row["x0"], states, f"{where}, x0"),
        run=run,
        views=views,
        sweep=_sweep(row["sweep"], moving, run, f"{where}, sweep") if row.get("sweep") else None,
        presets=_presets(row["presets"], moving, method, states, f"{where}, presets"),
        notice=tuple(text(line, f"{where}, notice") for line in listing(row["notice"], f"{where}, notice", 1, 3)),
        says=_says(row["says"], names, method, f"{where}, says"),
        find=_find(row["find"], f"{where}, find"),
        why=text(row["why"], f"{where}, why"),
        alt=text(row["alt"], f"{where}, alt", 40, 300),
        extra=extra,
        drive=drive,
        method=method,
        measure=_measure(row.get("measure"), states, f"{where}, measure"),
        output=_output(row, model, declared | fixed, controls, where),
        twin=_twin(row.get("twin"), f"{where}, twin"),
        network=net,
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


def _controls(rows: Any, defaults: dict[str, float], where: str) -> tuple[tuple[Control, ...], Methods | None]:
    """The sliders, and the choice of a method where there is one."""
    controls, method = [], None
    for row in listing(rows, where, 1, MOST_CONTROLS):
        if isinstance(row, dict) and row.get("name") == "method":
            method = _methods(row, f"{where}, method")
            continue
        keys(row, where, ("name", "low", "high", "step"), ("default",))
        here = f"{where}, {row['name']}"
        known(row["name"], [*defaults, "method"], here)
        given = {"default": defaults[row["name"]], **row}
        control = Control(row["name"], *(number(given[key], here) for key in ("low", "high", "step", "default")))
        if not control.low <= control.default <= control.high or control.low == control.high:
            raise BookError(f"{here}: wanted low <= default <= high with low < high; got {control}")
        if not 0 < control.step <= control.high - control.low:
            raise BookError(f"{here}: wanted a step between 0 and the range; got {control.step}")
        controls.append(control)
    unique((control.name for control in controls), where)
    if not controls:
        raise BookError(f"{where}: beside the method at least one slider is wanted")
    return tuple(controls), method


def _methods(row: dict[str, Any], where: str) -> Methods:
    keys(row, where, ("name", "choices"), ("default",))
    choices = listing(row["choices"], where, 2, len(METHODS))
    for choice in (*choices, row.get("default", choices[0])):
        known(choice, METHODS, where)
    unique(choices, where)
    known(row.get("default", choices[0]), choices, where)
    return Methods(tuple(choices), row.get("default", choices[0]))


def _check_steps(run: Run, control: Control | None, where: str) -> None:
    """A slider of the step must leave a run, and a page that can hold it."""
    if control is None:
        return
    if control.low <= 0 or run.t1 / control.low / run.every > MOST_SAMPLES:
        raise BookError(f"{where}, controls, dt: wanted low > 0 and at most {MOST_SAMPLES} samples; got {control.low}")
    if run.carry:
        raise BookError(f"{where}, controls, dt: with `carry` the clock would jump; leave one of them out")


def _measure(value: Any, states: list[str], where: str) -> str | None:
    if value is not None:
        known(value, [*states, "output"], where)
    return value


def _output(row: Any, model: Model, values: dict[str, float], controls: Sequence[Control], where: str) -> Any:
    """Weights of the states in the output, where anything asks for it."""
    asked = [name for view in row["views"] for name in (*view.get("show", []), view.get("of"))]
    if "output" not in (*asked, row.get("measure")):
        return None
    corners = [values, *({**values, c.name: end} for c in controls for end in (c.low, c.high))]
    return output_weights(model, [tuple(at[q.name] for q in model.params) for at in corners], f"{where}, output")


def _twin(row: Any, where: str) -> str | None:
    if row is None:
        return None
    keys(row, where, ("data",))
    return text(row["data"], where)


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


def _presets(
    rows: Any, moving: dict[str, Control], method: Methods | None, states: list[str], where: str
) -> tuple[Preset, ...]:
    presets = []
    for row in listing(rows, where, 1, 4):
        keys(row, where, ("label", "set"))
        here = f"{where}, {row['label']}"
        x0 = numbers(row["set"].get("x0", {}), states, f"{here}, x0")
        chosen = {n: v for n, v in row["set"].items() if n == "method" and method is not None}
        for choice in chosen.values():
            known(choice, method.choices if method else (), here)
        setting = numbers({n: v for n, v in row["set"].items() if n != "x0" and n not in chosen}, moving, here)
        for name, value in setting.items():
            if not moving[name].low <= value <= moving[name].high:
                raise BookError(f"{here}: {name} = {value} is outside {moving[name].low} to {moving[name].high}")
        presets.append(Preset(text(row["label"], here), setting | chosen, x0))
    unique((preset.label for preset in presets), where)
    return tuple(presets)


def _says(rows: Any, names: Iterable[str], method: Methods | None, where: str) -> tuple[Say, ...]:
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
            if name == "method":
                known(ends, method.choices if method else (), f"{here}, method")
                when[name] = ends
                continue
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
