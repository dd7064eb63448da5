"""Explorations as widgets: the model's own kernel in the page, its parameters as synchronised traits in a notebook."""

import base64
from typing import Any

import anywidget
import ipywidgets
import traitlets

from rosetta_core.book.exploration_parts import Control, Exploration
from rosetta_core.book.exploration_views import is_round
from rosetta_core.book.explorations import load_exploration
from rosetta_core.models import MODELS
from rosetta_core.views import exploration_words as words
from rosetta_core.views import labels
from rosetta_core.views.bundle import module, stylesheet
from rosetta_core.views.figures import Figure
from rosetta_core.views.networks import network_module, network_spec, network_time_label
from rosetta_core.views.precomputed import precomputed
from rosetta_core.views.static import picture, setting

MODELS_BY_NAME = {model.name: model for model in MODELS}


class Explorer(anywidget.AnyWidget):
    """One exploration. Every parameter, input and reserved name in use is a float trait, `x0` a list: the start.

    `explorer.alpha = 0.3` moves the picture, and a slider moved in the picture changes `explorer.alpha`. Works with a
    kernel (JupyterLab) and, mounted by the site, without one. Raises ValueError where a name of the model is already
    an attribute of a widget.
    """

    _esm = module("explorer", "uPlot.iife.min.js")
    _css = stylesheet("uPlot.min.css")

    spec = traitlets.Dict(read_only=True).tag(sync=True)
    wasm = traitlets.Unicode(read_only=True).tag(sync=True)
    others = traitlets.Dict(read_only=True).tag(sync=True)
    x0 = traitlets.List(traitlets.Float()).tag(sync=True)

    def __init__(self, exploration: Exploration) -> None:
        from rosetta_core.web import wasm  # the toolchain is needed here alone, and only without a prepared module

        self.exploration = exploration
        start = setting(exploration)
        taken = [name for name in start if hasattr(type(self), name)]
        if taken:
            raise ValueError(
                f"model {exploration.model.name!r}: a widget already has an attribute {taken[0]!r}; rename the quantity"
            )
        self.add_traits(**{name: traitlets.Float(value).tag(sync=True) for name, value in start.items()})
        method = exploration.method
        if method:
            self.add_traits(method=traitlets.Enum(method.choices, method.default).tag(sync=True))
        super().__init__(x0=_start(exploration))
        self.set_trait("spec", page_spec(exploration))
        modules = {"rk4": network_module(exploration) if exploration.network else wasm(exploration.model)}
        modules |= {name: wasm(exploration.model, name) for name in (method.choices if method else ()) if name != "rk4"}
        twin = self.spec["twin"]
        if twin:
            modules["twin"] = wasm(MODELS_BY_NAME[twin["model"]])
        coded = {name: base64.b64encode(code).decode() for name, code in modules.items()}
        self.set_trait("wasm", coded.pop("rk4"))
        self.set_trait("others", coded)

    def controls(self) -> ipywidgets.VBox:
        """The exploration's controls as ipywidgets sliders, linked both ways, for a panel of one's own."""
        method = self.exploration.method
        chosen = [_choice(self, method.choices)] if method else []
        return ipywidgets.VBox([*chosen, *(_slider(self, control) for control in self.exploration.controls)])

    @property
    def picture(self) -> Figure:
        """The static figure: what a page without scripts, and print, show."""
        return picture(self.exploration)

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict, dict]:
        bundle = super()._repr_mimebundle_(**options)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        shown = self.picture._repr_mimebundle_()
        data = {**data, **shown, "text/html": _without_script(self.exploration, shown["text/html"])}
        return data, metadata


def explore(which: str | Exploration) -> Explorer:
    """The explorer of an exploration, by the name of its file ("ch03-birth") or already loaded."""
    return Explorer(load_exploration(which) if isinstance(which, str) else which)


def _start(exploration: Exploration) -> list[float]:
    return [exploration.x0.get(q.name, q.default) for q in exploration.model.state]


def _slider(explorer: Explorer, control: Control) -> ipywidgets.FloatSlider:
    entry = words.entry(explorer.exploration, control.name)
    slider = ipywidgets.FloatSlider(
        value=getattr(explorer, control.name),
        min=control.low,
        max=control.high,
        step=control.step,
        description=f"{entry.text} ({entry.unit})",
        readout_format=f".{_decimals(control.step)}f",
    )
    ipywidgets.link((explorer, control.name), (slider, "value"))
    return slider


def _choice(explorer: Explorer, choices: tuple[str, ...]) -> ipywidgets.Dropdown:
    dropdown = ipywidgets.Dropdown(options=choices, value=explorer.method, description="method")  # type: ignore[attr-defined]
    ipywidgets.link((explorer, "method"), (dropdown, "value"))
    return dropdown


def _decimals(step: float) -> int:
    return len(f"{step:.6f}".rstrip("0").partition(".")[2])


def page_spec(exploration: Exploration) -> dict[str, Any]:
    """All that the page needs to know, as plain JSON."""
    from rosetta_core.web import workspace

    model, run = exploration.model, exploration.run
    names = [q.name for q in model.state]
    sweep, method = exploration.sweep, exploration.method
    return {
        "id": exploration.id,
        "title": exploration.title,
        "question": exploration.question,
        "predict": {
            "options": [{"id": c.id, "text": c.text, "reply": c.reply} for c in exploration.choices],
            "answer": exploration.answer,
        },
        "state": names,
        "params": [q.name for q in model.params],
        "inputs": [q.name for q in model.inputs],
        "workspace": list(workspace(model)),
        "start": _start(exploration),
        "run": {"t1": run.t1, "dt": run.dt, "every": run.every, "seed": run.seed, "carry": run.carry},
        "controls": [_control(exploration, control) for control in exploration.controls],
        "extra": list(exploration.extra),
        "method": method and {"choices": list(method.choices), "default": method.default},
        "drive": _drive(exploration),
        "measure": exploration.measure,
        "output": exploration.output and {"weights": exploration.output[0], "constant": exploration.output[1]},
        "network": exploration.network and network_spec(exploration),
        "round": is_round(model),
        "ranges": [[q.low, q.high] for q in model.state],
        "twin": exploration.twin and _twin(exploration),
        "views": [_view(exploration, view) for view in exploration.views],
        "sweep": sweep and {"name": sweep.name, "low": sweep.low, "high": sweep.high, "seconds": sweep.seconds},
        "presets": [{"label": p.label, "set": _preset(exploration, p)} for p in exploration.presets],
        "notice": list(exploration.notice),
        "says": [{"when": {n: _ends(e) for n, e in say.when.items()}, "text": say.text} for say in exploration.says],
        "find": {**vars(exploration.find), "accept": list(exploration.find.accept)},
        "why": _paragraphs(exploration.why),
        "labels": words.words(exploration),
        "shorts": words.shorts(exploration),
        "symbols": words.symbols(exploration),
    }


def _drive(exploration: Exploration) -> dict[str, Any] | None:
    drive = exploration.drive
    if drive is None:
        return None
    rows = [q.name for q in exploration.model.inputs]
    inputs = [{"index": rows.index(name), "phase": phase} for name, phase in drive.inputs.items()]
    return {"kind": drive.kind, "inputs": inputs}


def _view(exploration: Exploration, view: dict[str, Any]) -> dict[str, Any]:
    """A view with its words and its precomputed curves."""
    kind, model = view["kind"], exploration.model
    if exploration.network:
        if kind == "bands":
            return {**view, "data": precomputed(exploration, view["data"])}
        return {**view, **({"label": network_time_label(exploration, view["show"][0])} if kind == "time" else {})}
    if kind == "time":
        return {**view, "label": words.time_label(model, view["show"])}
    if kind == "response":
        return {**view, "label": words.gain_label(exploration, view["of"])}
    if kind in ("phasor", "spectrum"):
        return {**view, "label": words.axis(model, view["of"])}
    if kind == "errors":
        return {**view, "label": words.distance_label(exploration), "data": precomputed(exploration, view["data"])}
    if kind in ("map", "diagram"):
        return {**view, "data": precomputed(exploration, view["data"])}
    return dict(view)


def _twin(exploration: Exploration) -> dict[str, Any]:
    """The second model with the sizes and the order of numbers that its module wants."""
    from rosetta_core.web import workspace

    assert exploration.twin is not None
    twin = precomputed(exploration, exploration.twin)
    model = MODELS_BY_NAME[twin["model"]]
    unset = {q.name: q.default for q in model.params}
    p = [{**unset, **twin["p"]}[q.name] for q in model.params]
    sizes = {"state": len(model.state), "params": len(p), "inputs": len(model.inputs)}
    return {**twin, "p": p, "sizes": {**sizes, "workspace": list(workspace(model))}}


def _control(exploration: Exploration, control: Control) -> dict[str, Any]:
    entry = words.entry(exploration, control.name)
    unit = labels.spoken_unit(entry.unit)
    return {**vars(control), "symbol": entry.text, "axis": entry.axis, "unit": unit, "meaning": entry.meaning}


def _preset(exploration: Exploration, preset: Any) -> dict[str, Any]:
    start = dict(zip((q.name for q in exploration.model.state), _start(exploration), strict=True))
    return {**preset.set, "x0": list((start | preset.x0).values())}


def _ends(ends: Any) -> Any:
    if isinstance(ends, str):
        return ends
    return [None if abs(end) == float("inf") else end for end in ends]


def _paragraphs(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


def _without_script(exploration: Exploration, figure: str) -> str:
    """Question, figure and answer in plain HTML; the anchor is what a shared link points at."""
    options = "".join(f"<li>({c.id}) {labels.written(c.text)}</li>" for c in exploration.choices)
    why = "".join(f"<p>{labels.written(part)}</p>" for part in _paragraphs(exploration.why))
    return (
        f'<span class="rc-anchor" id="{exploration.id}"></span><div class="rc-static rc-explorer">'
        f'<p class="rc-title"><span class="rc-kicker">Exploration</span> {labels.written(exploration.title)}</p>'
        f'<p class="rc-question">{labels.written(exploration.question)}</p><ul class="rc-options">{options}</ul>'
        f'{figure}<details class="rc-why"><summary>What happens, and why</summary>{why}</details></div>'
    )
