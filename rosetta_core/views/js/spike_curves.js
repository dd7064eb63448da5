// What a crowd of spiking neurons adds up to: how its rate fluctuates with its size, and how it answers to its input.

import { digits } from "./dom.js";
import { caption, Frame, line, marker } from "./frame.js";
import { PopulationRate, Raster } from "./raster.js";
import { binned, deviation, logistic, ownRate } from "./spikes.js";

/** @typedef {import("./planes.js").Scene} Scene */
/** @typedef {import("./frame.js").Brush} Brush */

const INPUTS = 241; // at which a curve is computed
const OWN = 9; // neurons whose curve alone is drawn

/** 1, 2, 5, 10, ... and all. @param {number} nodes */
export function sizes(nodes) {
  const steps = [1, 10, 100].flatMap((decade) => [1, 2, 5].map((lead) => lead * decade));
  return [...steps.filter((size) => size < nodes), nodes];
}

export class Fluctuation {
  /** @param {HTMLElement} host @param {any} view @param {Scene} scene */
  constructor(host, view, scene) {
    this.scene = scene;
    this.view = view;
    this.host = host;
    this.sizes = sizes(scene.spec.network.nodes);
    /** @type {number[]} */
    this.found = [];
    const { words, nodes } = scene.spec.network;
    host.setAttribute("role", "img");
    this.frame = new Frame(
      host,
      {
        x: { label: words.counted, range: () => [0.8, 1.25 * nodes], log: true },
        y: { label: words.deviation, range: () => view.y, log: true },
        tall: 1.4,
        paint: (brush) => this.paint(brush),
        over: (brush) => this.name(brush),
      },
      scene.colours,
    );
  }

  update() {
    const { spec, run, values, known } = this.scene;
    const { nodes } = spec.network;
    const all = binned(spec, run, values);
    this.found = this.sizes.map((size) => deviation(all, nodes, size));
    const [one, most] = [this.found[0], this.found[this.found.length - 1]];
    const text = `Standard deviation of the rate against the number of neurons: ${digits(one, 1)} Hz for 1, ${digits(most, 2)} Hz for ${nodes}. For ${values.count} it is ${digits(known.rate_sd, 2)} Hz, by the law of the square root ${digits(known.law_sd, 2)} Hz.`;
    this.host.setAttribute("aria-label", text);
    this.frame.draw();
  }

  /** @param {Brush} brush */
  paint(brush) {
    const { spec, values, known } = this.scene;
    if (!values) return;
    const { colours } = brush;
    const floor = (/** @type {number} */ v) => Math.max(v, this.view.y[0]); // a logarithm wants a number above zero
    const ends = [1, spec.network.nodes];
    line(brush, ends, ends.map((n) => floor(this.found[0] / Math.sqrt(n))), colours.translated, 2, [4, 3]);
    this.sizes.forEach((size, i) => marker(brush, size, floor(this.found[i]), "disc", colours.output, 3));
    marker(brush, values.count, floor(known.rate_sd), "open", colours.push, 6);
  }

  /** @param {Brush} brush */
  name({ ctx, box, colours, font, ratio }) {
    ctx.font = font(11);
    ctx.fillStyle = colours.translated;
    ctx.textAlign = "right";
    ctx.textBaseline = "alphabetic";
    ctx.fillText("- - 1/√N", box.left + box.width - 4 * ratio, box.top + 14 * ratio);
  }
}

export class Transfer {
  /** @param {HTMLElement} host @param {any} view @param {Scene} scene */
  constructor(host, view, scene) {
    this.scene = scene;
    this.view = view;
    this.host = host;
    const control = scene.spec.controls.find((/** @type {any} */ c) => c.name === "I");
    this.ends = [control.low, control.high];
    this.inputs = Array.from({ length: INPUTS }, (_, i) => control.low + ((control.high - control.low) * i) / (INPUTS - 1));
    const { words } = scene.spec.network;
    host.setAttribute("role", "img");
    this.frame = new Frame(
      host,
      {
        x: { label: scene.spec.labels.I, short: scene.spec.shorts.I, range: () => [control.low, control.high] },
        y: { label: view.of === "active" ? words.active : words.rate, range: () => [-0.03 * view.top, 1.05 * view.top] },
        square: true,
        paint: (brush) => this.paint(brush),
      },
      scene.colours,
    );
  }

  /** The curve of one neuron. @param {number} node */
  own(node) {
    const { spec, values } = this.scene;
    const rates = this.inputs.map((input) => ownRate(spec, values, node, input));
    return this.view.of === "active" ? rates.map((rate) => (rate > 0 ? this.view.top : 0)) : rates;
  }

  update() {
    const { values, known } = this.scene;
    const all = Array.from({ length: values.count }, (_, j) => this.own(j));
    this.lone = Array.from({ length: OWN }, (_, i) => all[Math.floor(((2 * i + 1) * values.count) / (2 * OWN))]);
    this.mean = this.inputs.map((_, i) => all.reduce((sum, curve) => sum + curve[i], 0) / values.count);
    const [low, high] = [this.mean[0], this.mean[INPUTS - 1]];
    const share = this.view.of === "active";
    const [name, unit, decimals] = share ? ["Share of neurons that fire", "", 2] : ["Mean rate", " Hz", 1];
    const now = share ? known.active : known.rate;
    const law = this.view.theory && values.spread > 0 ? ` The logistic of the same slope says ${digits(known.logistic, 2)}.` : "";
    const text = `${name} against the input: from ${digits(low, decimals)} at ${digits(this.ends[0], 1)} to ${digits(high, decimals)}${unit} at ${digits(this.ends[1], 1)}. Now, in the run, ${digits(now, decimals)}${unit}.${law}`;
    this.host.setAttribute("aria-label", text);
    this.frame.draw();
  }

  /** @param {Brush} brush */
  paint(brush) {
    const { values, known } = this.scene;
    if (!this.mean || !this.lone) return;
    const { colours } = brush;
    const { of, theory, top } = this.view;
    for (const curve of this.lone) line(brush, this.inputs, curve, colours.ghost, 1, [1, 2.5]);
    line(brush, this.inputs, this.mean, colours.output, 2);
    if (theory && values.spread > 0) {
      line(brush, this.inputs, this.inputs.map((input) => logistic(values, input)), colours.translated, 2, [4, 3]);
      caption(brush, this.ends[1], 0.08 * top, "- - logistic", colours.translated, [0, 0], "right");
    }
    line(brush, [values.I, values.I], [-top, 2 * top], colours.drive, 1.2, [7, 2, 1.5, 2]);
    marker(brush, values.I, of === "active" ? known.active : known.rate, "ring", colours.push, 5.5);
  }
}

export const SPIKE_VIEWS = { raster: Raster, rate: PopulationRate, fluctuation: Fluctuation, transfer: Transfer };
