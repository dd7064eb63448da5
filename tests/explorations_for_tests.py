"""Small explorations, one for each kind of view, and a page that holds them: no chapter, no server, no kernel."""

import html
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from rosetta_core import views
from rosetta_core.book.exploration_parts import Exploration
from rosetta_core.book.explorations import load_exploration

LOADER = Path(__file__).resolve().parents[1] / "_ext" / "rosetta_theme" / "static" / "loader.js"
COMMON = yaml.safe_load(
    """
question: What happens?
predict: {options: [{id: a, text: this, reply: No.}, {id: b, text: that, reply: Yes.}], answer: b}
notice: [Look at it.]
find: {text: 'Where?', unit: 1/s, accept: [-0.1, 0.1], right: Yes., below: Higher., above: Lower.}
why: Because of the equations.
alt: The views of a small exploration that stands in for those of a chapter, at its starting setting.
presets: []
"""
)
ROWS = yaml.safe_load(
    """
swing:
  model: damped
  controls: [{name: omega, low: 1, high: 12, step: 0.1}, {name: alpha, low: -4, high: 0.4, step: 0.02}]
  x0: {x: 1.0, y: 0.0}
  run: {t1: 8, dt: 0.01}
  views: [{kind: time, show: [x, y], top: 1.3}, {kind: phase, top: 1.4}, {kind: poles}]
  says: [{text: 'dies out at {damping:3} per second and turns at {turning:3} rad/s, {ringing:3} Hz'}]
methods:
  model: harmonic
  controls: [{name: method, choices: [euler, heun, rk4]}, {name: dt, low: 0.01, high: 0.2, step: 0.01, default: 0.1}]
  fixed: {omega: 1.0}
  x0: {x: 1.0, y: 0.0}
  run: {t1: 62.8, dt: 0.1}
  views: [{kind: energy, decades: [-1, 3]}, {kind: time, show: [x], top: 4}, {kind: phase, top: 4}]
  presets: [{label: exact to the eye, set: {method: rk4, dt: 0.05}}]
  says: [{when: {method: euler}, text: 'Euler makes energy: {energy:3}'}, {text: '{method} keeps it: {energy:9}'}]
resonance:
  model: damped
  controls:
    - {name: drive_frequency, low: 0.3, high: 2, step: 0.01, default: 0.8}
    - {name: alpha, low: -3, high: -0.2, step: 0.05, default: -1}
  drive: {input: F_x, kind: sinusoid, amplitude: 0.5, frequency: 1}
  measure: x
  x0: {x: 0.0, y: 0.0}
  run: {t1: 30, dt: 0.01}
  views:
    - {kind: time, show: [x], top: 1, last: 10, drive: true}
    - {kind: response, of: x, frequency: [0.3, 2], gain: [0, 1.2]}
    - {kind: phasor, of: x, top: 0.6}
  says: [{text: 'gain {gain:5}, linear {linear_gain:5}, lag {lag:3}, linear {linear_lag:3}, amplitude {amplitude:4}'}]
tongue:
  model: stuart_landau
  controls:
    - {name: drive_frequency, low: 0.8, high: 1.2, step: 0.002, default: 1.02}
    - {name: drive_amplitude, low: 0, high: 0.6, step: 0.01, default: 0.2}
  fixed: {alpha: 0.5, beta: 0.4}
  drive: {input: {u_re: 0.25, u_im: 0.0}, kind: sinusoid, amplitude: 0.1, frequency: 1}
  x0: {re: 0.5, im: 0.0}
  run: {t1: 120, dt: 0.02}
  views:
    - {kind: map, data: ch04.tongue, x: drive_frequency, y: drive_amplitude}
    - {kind: time, show: [re], top: 1.5, last: 40, drive: true}
    - {kind: phase, top: 1.5}
  says: [{text: 'turns at {frequency:4} Hz under {drive_frequency:3} Hz'}]
bistable:
  model: wilson_cowan
  preset: neuromatch_bistable
  controls: [{name: P_E, low: -1, high: 2, step: 0.02}, {name: w_EE, low: 5, high: 12, step: 0.1}]
  measure: E
  x0: {E: 0.4, I: 0.3}
  run: {t1: 0.08, dt: 0.0002}
  views:
    - {kind: phase, x: [-0.05, 1.05], y: [-0.05, 1.05]}
    - {kind: poles}
    - {kind: time, show: [E, I], y: [0, 1]}
  says: [{text: '{rests:0} points of rest; E ends at {mean:3}, rest {rest_E:3} {rest_I:3}, growth {growth:2}'}]
branches:
  model: wilson_cowan
  controls: [{name: P_E, low: -4, high: 3, step: 0.02, default: 0}]
  measure: E
  x0: {E: 0.3, I: 0.1}
  run: {t1: 1.0, dt: 0.0005}
  views:
    - {kind: time, show: [E, I], y: [0, 1], last: 0.4}
    - {kind: diagram, data: ch07.sweep_of_P_E, parameter: P_E}
    - {kind: phase, x: [0, 1], y: [0, 1]}
  says: [{text: 'E goes from {minimum:3} to {maximum:3} at {frequency:3} Hz, amplitude {amplitude:3}'}]
swept:
  model: wilson_cowan
  preset: neuromatch_bistable
  controls: [{name: P_E, low: -1, high: 1.5, step: 0.02, default: -1}]
  measure: E
  x0: {E: 0.0, I: 0.0}
  run: {t1: 0.1, dt: 0.0005, carry: true}
  sweep: {name: P_E, low: -1, high: 1.5, seconds: 3}
  views: [{kind: diagram, data: ch07.sweep_of_P_E, parameter: P_E}, {kind: phase, x: [-0.1, 1], y: [-0.1, 1]}]
  says: [{text: 'E rests at {rest_E:3}, where it adds {own_E:1} per second to itself; it was at {mean:3}'}]
evoked:
  model: jansen_rit
  controls:
    - {name: drive_amplitude, low: -100, high: 300, step: 5}
    - {name: drive_width, low: 0.01, high: 0.2, step: 0.01}
  drive: {input: p, kind: pulse, amplitude: 100, start: 2, width: 0.05}
  measure: output
  x0: {y0: 0.1, y1: 10, y2: 8}
  run: {t1: 4, dt: 0.001}
  views:
    - {kind: time, show: [output], y: [-4, 14], drive: true}
    - {kind: phase, show: [y1, y2], x: [0, 40], y: [0, 40]}
    - {kind: poles}
  says: [{text: 'output {mean:3} mV, growth {growth:4} 1/s'}]
twins:
  model: wilson_cowan
  controls: [{name: P_E, low: 0, high: 1.8, step: 0.01, default: 1.4}]
  measure: E
  x0: {E: 0.3, I: 0.1}
  run: {t1: 3.0, dt: 0.0005}
  twin: {data: ch08.twin}
  views: [{kind: time, show: [E, I], y: [0, 1], last: 0.5}, {kind: phase, x: [0, 1], y: [0, 1]}]
  says: [{text: 'distance from the twin {twin_error:4}'}]
noisy:
  model: wilson_cowan
  preset: abeysuriya_2018
  controls: [{name: sigma, low: 0, high: 0.2, step: 0.01, default: 0.05}]
  x0: {E: 0.15, I: 0.1}
  run: {t1: 120, dt: 0.002, seed: 4}
  views:
    - {kind: spectrum, of: E, segment: 1024, high: 30, decades: [-8, -2]}
    - {kind: time, show: [E], y: [0, 0.5], last: 2}
  says: [{text: 'rings at {ringing:2} Hz, amplitude {amplitude:4}'}]
"""
)


def row(name: str, **changes: Any) -> dict[str, Any]:
    """The mapping of one exploration, as its file would hold it."""
    found = {"id": name, "title": name, **COMMON, **ROWS[name], **changes}
    first = next(control for control in found["controls"] if control["name"] != "method")
    found["presets"] = [*found["presets"], {"label": "lowest", "set": {first["name"]: first["low"]}}]
    return found


def exploration(folder: Path, name: str, **changes: Any) -> Exploration:
    """One of them, loaded from a file in the folder."""
    (folder / f"{name}.yml").write_text(yaml.safe_dump(row(name, **changes), allow_unicode=True), encoding="utf-8")
    return load_exploration(name, folder)


def write_page(folder: Path, names: list[str], load: Callable[[Path, str], Exploration] = exploration) -> Path:
    """A page with live explorers of these names, to be opened from its file."""
    states, modules, styles, places = {}, {}, "", []
    for name in names:
        widget = views.Explorer(load(folder, name))
        traits = [key for key, trait in widget.traits(sync=True).items() if not key.startswith("_")]
        unused = ("layout", "tabbable", "tooltip", "comm", "keys")
        states[name] = {key: widget.get_state(key)[key] for key in traits if key not in unused}
        states[name]["_esm"] = "explorer"
        modules["explorer"], styles = str(widget._esm), str(widget._css)
        places.append(f'<div class="rc-widget" data-model="{name}"><span id="{name}"></span></div>')
    state = json.dumps(states, allow_nan=False).replace("</", "<\\/")
    text = json.dumps(modules).replace("</", "<\\/")
    page = folder / "page.html"
    page.write_text(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(", ".join(names))}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<style>body { background: var(--rc-paper); color: var(--rc-ink); margin: 8px; font: 16px/1.5 sans-serif }"
        f"{styles}</style></head>"
        f"<body><main><h1>Explorers</h1>{''.join(places)}</main>"
        f'<script type="application/json" id="widget-state">{state}</script><script>window.rcModules = {text}</script>'
        f"<script>{LOADER.read_text('utf-8')}</script></body></html>",
        encoding="utf-8",
    )
    return page
