"""Explorations as widgets: the model's own kernel in the page, its parameters as synchronised traits in a notebook."""

import base64
import html
from typing import Any

import anywidget
import ipywidgets
import traitlets

from rosetta_core.book.explorations import Control, Exploration, load_exploration
from rosetta_core.views import labels
from rosetta_core.views.bundle import module, stylesheet
from rosetta_core.views.figures import Figure
from rosetta_core.views.static import picture, setting


class Explorer(anywidget.AnyWidget):
    """One exploration. Every parameter, input and `sigma` of its model is a float trait, `x0` a list: the start.

    `explorer.alpha = 0.3` moves the picture, and a slider moved in the picture changes `explorer.alpha`. Works with a
    kernel (JupyterLab) and, mounted by the site, without one. Raises ValueError where a name of the model is already
    an attribute of a widget.
    """

    _esm = module("explorer", "uPlot.iife.min.js")
    _css = stylesheet("uPlot.min.css")

    spec = traitlets.Dict(read_only=True).tag(sync=True)
    wasm = traitlets.Unicode(read_only=True).tag(sync=True)
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
        super().__init__(x0=_start(exploration))
        self.set_trait("spec", page_spec(exploration))
        self.set_trait("wasm", base64.b64encode(wasm(exploration.model)).decode())

    def controls(self) -> ipywidgets.VBox:
        """The exploration's controls as ipywidgets sliders, linked both ways, for a panel of one's own."""
        return ipywidgets.VBox([_slider(self, control) for control in self.exploration.controls])

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
    entry = _entry(explorer.exploration, control.name)
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


def _decimals(step: float) -> int:
    return len(f"{step:.6f}".rstrip("0").partition(".")[2])


def _entry(exploration: Exploration, name: str) -> labels.Symbol:
    return labels.row(None if name == "sigma" else exploration.model, name)


def page_spec(exploration: Exploration) -> dict[str, Any]:
    """All that the page needs to know, as plain JSON."""
    from rosetta_core.web import workspace

    model, run = exploration.model, exploration.run
    names = [q.name for q in model.state]
    moving = [control.name for control in exploration.controls]
    words = {name: _entry(exploration, name).label for name in (*names, *moving)}
    words |= {name: labels.label(None, name) for name in ("t", "f", "r")}
    words |= {"power": labels.density_label(model, names[0]), "density": labels.probability_label("r")}
    sweep = exploration.sweep
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
        "views": list(exploration.views),
        "sweep": sweep and {"name": sweep.name, "low": sweep.low, "high": sweep.high, "seconds": sweep.seconds},
        "presets": [{"label": p.label, "set": _preset(exploration, p)} for p in exploration.presets],
        "notice": list(exploration.notice),
        "says": [{"when": {n: _ends(e) for n, e in say.when.items()}, "text": say.text} for say in exploration.says],
        "find": {**vars(exploration.find), "accept": list(exploration.find.accept)},
        "why": _paragraphs(exploration.why),
        "labels": {**words, "states": labels.states_label(model)},
        "symbols": {name: labels.row(model, name).text for name in names},
    }


def _control(exploration: Exploration, control: Control) -> dict[str, Any]:
    entry = _entry(exploration, control.name)
    words = {"symbol": entry.text, "axis": entry.axis, "unit": labels.spoken_unit(entry.unit), "meaning": entry.meaning}
    return {**vars(control), **words}


def _preset(exploration: Exploration, preset: Any) -> dict[str, Any]:
    start = dict(zip((q.name for q in exploration.model.state), _start(exploration), strict=True))
    return {**preset.set, "x0": list((start | preset.x0).values())}


def _ends(ends: tuple[float, float]) -> list[float | None]:
    return [None if abs(end) == float("inf") else end for end in ends]


def _paragraphs(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


def _without_script(exploration: Exploration, figure: str) -> str:
    """Question, figure and answer in plain HTML; the anchor is what a shared link points at."""
    options = "".join(f"<li>({c.id}) {html.escape(c.text)}</li>" for c in exploration.choices)
    why = "".join(f"<p>{html.escape(part)}</p>" for part in _paragraphs(exploration.why))
    return (
        f'<span class="rc-anchor" id="{exploration.id}"></span><div class="rc-static rc-explorer">'
        f'<p class="rc-title"><span class="rc-kicker">Exploration</span> {html.escape(exploration.title)}</p>'
        f'<p class="rc-question">{html.escape(exploration.question)}</p><ul class="rc-options">{options}</ul>'
        f'{figure}<details class="rc-why"><summary>What happens, and why</summary>{why}</details></div>'
    )
