// Modes of a small network near rest at zero: frequencies of its linearised equations against a control.

import { networkSetting } from "./crowd.js";
import { digits } from "./dom.js";
import { eigenvalues } from "./eigen.js";
import { Frame, line, marker } from "./frame.js";

/** @typedef {import("./planes.js").Scene} Scene */

const NUDGE = 1e-4;
const PLACES = 61;

/** Frequencies (Hz) above zero, lowest first. One step of the integrator from both sides of rest gives a column of its
 * matrix; an eigenvalue of that turns by the mode's angle in one step. @param {any} scene @param {Record<string, number>} values */
export function modesAt({ spec, kernel }, values) {
  const size = spec.state.length * spec.network.nodes;
  const setting = { ...networkSetting(spec, values), sigma: 0 };
  const timing = { dt: spec.run.dt, steps: 1, every: 1, first: 0, seed: 0 };
  const after = (/** @type {number} */ j, /** @type {number} */ h) =>
    kernel.run(Array.from({ length: size }, (_, k) => (k === j ? h : 0)), setting, timing).x;
  /** @type {number[][]} */
  const rows = Array.from({ length: size }, () => []);
  for (let j = 0; j < size; j++) {
    const [ahead, behind] = [after(j, NUDGE), after(j, -NUDGE)];
    rows.forEach((row, i) => row.push((ahead[i] - behind[i]) / (2 * NUDGE)));
  }
  const turns = eigenvalues(rows).map(([re, im]) => Math.atan2(im, re) / (2 * Math.PI * timing.dt));
  return turns.filter((f) => f > 1e-6).sort((a, b) => a - b);
}

/** What a sentence may name where modes are shown. @param {any} scene @param {Record<string, number>} values */
export function modeMeasures(scene, values) {
  if (!scene.spec.views.some((/** @type {any} */ view) => view.kind === "modes")) return {};
  const found = modesAt(scene, values);
  const [low, high] = [found[0] ?? 0, found[found.length - 1] ?? 0];
  return { mode_low: low, mode_high: high, mode_gap: high - low };
}

export class Modes {
  /** @param {HTMLElement} host @param {any} view @param {Scene} scene */
  constructor(host, view, scene) {
    this.scene = scene;
    this.view = view;
    this.host = host;
    const { low, high, name } = scene.spec.controls.find((/** @type {any} */ c) => c.name === view.control);
    this.places = Array.from({ length: PLACES }, (_, i) => low + ((high - low) * i) / (PLACES - 1));
    host.setAttribute("role", "img");
    this.frame = new Frame(
      host,
      {
        x: { label: scene.spec.labels[name], range: () => [low, high] },
        y: { label: scene.spec.labels.f, range: () => view.y },
        square: true,
        paint: (brush) => this.paint(brush),
      },
      scene.colours,
    );
  }

  update() {
    const { scene, view } = this;
    const key = JSON.stringify({ ...scene.values, [view.control]: 0, sigma: 0 });
    if (key !== this.key) {
      const at = (/** @type {number} */ value) => modesAt(scene, { ...scene.values, [view.control]: value });
      this.curves = this.places.map(at);
      this.alone = this.places.map((value) => modesAt(scene, { ...scene.values, [view.control]: value, gain: 0 }));
    }
    this.key = key;
    this.here = modesAt(scene, scene.values);
    const listed = this.here.map((f) => digits(f, 3)).join(", ");
    this.host.setAttribute("aria-label", `Frequencies of the modes against ${scene.spec.labels[view.control]}: now ${listed || "none"} Hz.`);
    this.frame.draw();
  }

  /** @param {import("./frame.js").Brush} brush */
  paint(brush) {
    const { scene, view } = this;
    if (!this.curves || !this.alone) return;
    const { colours } = brush;
    const draw = (/** @type {number[][]} */ curves, /** @type {string} */ colour, /** @type {number} */ width, /** @type {number[]} */ dash) => {
      const most = Math.max(...curves.map((c) => c.length));
      for (let k = 0; k < most; k++) {
        const there = this.places.map((_, i) => i).filter((i) => curves[i].length > k);
        line(brush, there.map((i) => this.places[i]), there.map((i) => curves[i][k]), colour, width, dash);
      }
    };
    draw(this.alone, colours.ghost, 1, [1, 2.5]);
    draw(this.curves, colours.output, 2, []);
    const value = scene.values[view.control];
    line(brush, [value, value], [-1e3, 1e3], colours.line, 1, [2, 3]);
    for (const f of this.here) marker(brush, value, f, "ring", colours.push, 5);
  }
}
