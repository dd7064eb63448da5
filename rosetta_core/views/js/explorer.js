// The explorer: a widget in a notebook and, with no kernel behind it, on the page. Its state is its traits.

import { controls, shareButton, shared } from "./controls.js";
import { networkMeasures, networkRun, networkStart } from "./crowd.js";
import { modeMeasures } from "./crowd_modes.js";
import { CROWD_VIEWS } from "./crowd_views.js";
import { Diagram } from "./diagram.js";
import { button, element, written } from "./dom.js";
import { stillInputs, wavesOf } from "./drive.js";
import { Energy } from "./energy.js";
import { Errors } from "./errors.js";
import { coloursOf, onTheme } from "./frame.js";
import { afterwards, gate } from "./gate.js";
import { Kernel } from "./kernel.js";
import { Histogram, Spectrum, TimeSeries } from "./lines.js";
import { ControlMap } from "./map.js";
import { findings, measures, sentence } from "./measure.js";
import { NetworkKernel } from "./network.js";
import { pairMeasures } from "./pair.js";
import { PhasePlane } from "./phase.js";
import { BifurcationDiagram } from "./planes.js";
import { Poles } from "./poles.js";
import { Phasor, Response } from "./response.js";
import { spikeMeasures } from "./spikes.js";
import { Sweep } from "./sweep.js";
import { Twin } from "./twin.js";

const VIEWS = {
  time: TimeSeries, phase: PhasePlane, poles: Poles, response: Response, phasor: Phasor, energy: Energy, map: ControlMap,
  diagram: Diagram, bifurcation: BifurcationDiagram, spectrum: Spectrum, histogram: Histogram, errors: Errors,
};
const QUIET = 400; // ms without change before a screen reader hears the new sentence

export class Exploration {
  /** @param {any} model the widget's traits @param {Record<string, Kernel>} kernels by method, and that of the twin
   * @param {HTMLElement} el */
  constructor(model, kernels, el) {
    this.model = model;
    this.kernels = kernels;
    this.el = el;
    this.spec = model.get("spec");
    /** @type {any} */
    this.scene = {
      spec: this.spec,
      kernel: kernels.rk4,
      twin: this.spec.twin && new Twin(this.spec, kernels.twin),
      trace: { up: [], down: [] },
      colours: () => this.palette,
      moveStart: (/** @type {number[] | null} */ x0) => this.adopt({ x0: x0 ?? this.spec.start }),
      moveControls: (/** @type {Record<string, number>} */ values) => this.set(values),
    };
    this.names = [...this.spec.params, ...this.spec.inputs, "sigma", ...this.spec.extra, ...(this.spec.method ? ["method"] : [])];
    this.steps = 0;
    this.first = 0;
    this.sweep = this.spec.sweep ? new Sweep(this) : null;
  }

  build() {
    const { spec } = this;
    this.panel = controls(this);
    this.says = element("p", { class: "rc-says" });
    this.said = "";
    this.heard = element("p", { class: "rc-hidden", role: "status", "aria-live": "polite" });
    this.gate = gate(spec, (chosen, byHand) => this.open(chosen, byHand));
    this.after = afterwards(spec);
    const hosts = spec.views.map((/** @type {any} */ view) => element("div", { class: `rc-view rc-${view.kind}` }));
    this.viewsBox = element("div", { class: "rc-views" }, ...hosts);
    const title = element("p", { class: "rc-title" }, element("span", { class: "rc-kicker" }, "Exploration"), ` ${spec.title}`);
    const panel = element("div", { class: "rc-panel" }, this.says, this.panel.fieldset);
    const body = element("div", { class: "rc-body" }, panel, this.viewsBox);
    const box = (this.box = element("section", { class: "rc-explorer", "aria-label": `Exploration: ${spec.title}` }));
    box.append(title, this.gate.host, body, this.heard, this.after.host);
    this.el.append(box);
    this.palette = coloursOf(box);
    // The link to this place survives the static version, which is hidden once this one stands.
    const anchor = document.getElementById(spec.id);
    if (anchor) {
      anchor.removeAttribute("id");
      box.id = spec.id;
    }
    this.hold(() => this.put(shared(spec)));
    const kinds = spec.network ? CROWD_VIEWS : VIEWS;
    this.views = spec.views.map((/** @type {any} */ view, /** @type {number} */ i) => new kinds[view.kind](hosts[i], view, this.scene));
    this.listen();
    this.gate.start();
    this.paint();
  }

  listen() {
    this.changed = () => this.schedule();
    for (const name of [...this.names, "x0"]) this.model.on(`change:${name}`, this.changed);
    this.stopTheme = onTheme(() => {
      this.palette = coloursOf(this.box);
      this.paint();
    });
  }

  /** Buttons beside the presets. @returns {Node[]} */
  actions() {
    const sweep = this.sweep ? [this.sweep.button] : [];
    return [...sweep, button("Reset", () => this.reset()), ...shareButton(this)];
  }

  /** Before a prediction (null) nothing moves. @param {string | null} chosen @param {boolean} byHand */
  open(chosen, byHand) {
    const closed = chosen === null;
    this.viewsBox.inert = closed;
    this.panel.fieldset.disabled = closed;
    this.box.classList.toggle("rc-closed", closed);
    this.after.show(chosen);
    if (byHand && !closed) this.panel.fieldset.querySelector("input")?.focus({ preventScroll: true });
  }

  /** @param {Record<string, any>} changes */
  put(changes) {
    for (const [name, value] of Object.entries(changes)) this.model.set(name, value);
  }

  /** A change by the reader's hand. @param {Record<string, any>} changes */
  set(changes) {
    if (this.sweep?.playing) this.sweep.pause();
    this.put(changes);
    this.model.save_changes();
  }

  /** A preset or a new start: what has a place in the state, and only that. @param {Record<string, any>} changes */
  adopt(changes) {
    this.restart = true;
    this.sweep?.clear();
    this.set(changes);
    this.schedule();
  }

  reset() {
    const { controls: sliders, method } = this.spec;
    const defaults = [...sliders.map((/** @type {any} */ c) => [c.name, c.default]), ...(method ? [["method", method.default]] : [])];
    this.adopt({ ...Object.fromEntries(defaults), x0: this.spec.start });
  }

  /** One repaint for all changes of one event, before the browser paints. */
  schedule() {
    if (this.held || this.waiting) return;
    this.waiting = true;
    const began = performance.now();
    queueMicrotask(() => {
      this.waiting = false;
      this.advance();
      this.paint();
      this.el.dataset.ms = (performance.now() - began).toFixed(2);
    });
  }

  /** Change traits and run, but do not paint. @param {() => void} change */
  hold(change) {
    this.held = true;
    change();
    this.held = false;
    this.advance();
  }

  /** Run the model with the present traits: from its start, or, if it remembers, from where it was. */
  advance() {
    const { spec, model, scene } = this;
    const values = Object.fromEntries(this.names.map((name) => [name, model.get(name)]));
    const setting = {
      p: spec.params.map((/** @type {string} */ n) => values[n]),
      u: spec.inputs.map((/** @type {string} */ n) => values[n]),
      sigma: values.sigma,
      waves: wavesOf(spec.drive, values, spec.inputs.length),
    };
    const still = { ...setting, u: stillInputs(spec.drive, values, setting.u), waves: undefined };
    const x0 = model.get("x0");
    const fresh = !spec.run.carry || this.restart || !scene.run?.end.every(Number.isFinite) || String(x0) !== String(this.x0);
    const begin = () => (spec.network ? networkStart(spec, x0) : x0);
    const start = fresh ? begin() : scene.run.end;
    this.first = fresh ? 0 : this.first + this.steps;
    this.restart = false;
    this.x0 = x0;
    const other = String(this.names.filter((name) => name !== spec.sweep?.name).map((name) => values[name]));
    if (other !== this.other) this.sweep?.clear(); // its trace belongs to the setting it was made with
    this.other = other;
    const { every, seed } = spec.run;
    const dt = values.dt ?? spec.run.dt;
    this.steps = Math.round(spec.run.t1 / dt);
    const timing = { dt, steps: this.steps, every, first: this.first, seed };
    const run = spec.network ? this.together(start, values, timing) : this.kernels[values.method ?? "rk4"].run(start, setting, timing);
    Object.assign(scene, { values, setting, still, start, run, first: this.first });
    if (spec.network) {
      const measured = "bin" in values ? spikeMeasures(spec, run, values) : networkMeasures(spec, run, values);
      scene.known = { ...measured, ...modeMeasures(scene, values), ...pairMeasures(scene, values) };
      return;
    }
    scene.find = findings(scene);
    scene.twin?.advance(scene, { dt, every });
    scene.known = measures(scene);
  }

  /** The run of a network; how its spikes are counted changes nothing in it.
   * @param {number[]} start @param {Record<string, number>} values @param {import("./kernel.js").Timing} timing */
  together(start, values, timing) {
    const key = JSON.stringify([start, { ...values, count: 0, bin: 0 }, timing]);
    if (key !== this.key) this.kept = networkRun(this.kernels.rk4, this.spec, start, values, timing);
    this.key = key;
    return this.kept;
  }

  paint() {
    for (const view of this.views) view.update();
    this.panel.show();
    const grown = this.scene.run.steps < this.steps;
    const text = grown ? "The state grows without bound. Choose another setting." : sentence(this.spec.says, this.scene.known);
    if (text === this.said) return;
    const first = this.said === "";
    this.said = text;
    this.says.replaceChildren(...written(text));
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => (this.heard.textContent = text), first ? 0 : QUIET);
  }

  close() {
    for (const name of [...this.names, "x0"]) this.model.off(`change:${name}`, this.changed);
    this.stopTheme();
    clearTimeout(this.quiet);
    if (this.sweep) this.sweep.playing = false;
    for (const view of this.views) view.frame.destroy();
  }
}

/** @param {{ model: any, el: HTMLElement }} context */
async function render({ model, el }) {
  const { state, params, inputs, workspace, network } = model.get("spec");
  const sizes = { state: state.length, params: params.length, inputs: inputs.length, workspace };
  const { twin } = model.get("spec");
  const modules = network ? [] : Object.entries({ rk4: model.get("wasm"), ...model.get("others") });
  const loaded = modules.map(async ([name, wasm]) => [name, await Kernel.load(wasm, name === "twin" ? twin.sizes : sizes)]);
  const kernels = network ? { rk4: await NetworkKernel.load(model.get("wasm"), network.sizes) } : Object.fromEntries(await Promise.all(loaded));
  const exploration = new Exploration(model, kernels, el);
  exploration.build();
  return () => exploration.close();
}

export default { render };
