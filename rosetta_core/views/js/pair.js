// A pair of nodes: the difference of their phases over time, and over the delay the bands that theory predicts.

import { digits } from "./dom.js";
import { caption, Frame, line, marker } from "./frame.js";

/** @typedef {import("./planes.js").Scene} Scene */
/** @typedef {import("./kernel.js").Run} Run */
/** @typedef {{ omega: number, waves: number[][] }} Pull */

const DIFFERENCE_AXIS = { label: "phase difference (°)", short: "difference (°)", steps: [45, 90] };
const STANDS = 241;

/** Times at which the first state of a node rises through the middle of what it sweeps in the second half, straight lines
 * between samples.
 * @param {Run} run @param {number} node @param {number} width states of a node */
export function crossings(run, node, width) {
  const at = (/** @type {number} */ i) => run.x[i * width * 2 + node];
  let [low, high] = [Infinity, -Infinity];
  for (let i = Math.floor(run.n / 2); i < run.n; i++) [low, high] = [Math.min(low, at(i)), Math.max(high, at(i))];
  const middle = (low + high) / 2;
  const found = [];
  for (let i = 1; i < run.n; i++) {
    const [a, b] = [at(i - 1) - middle, at(i) - middle];
    if (a < 0 && b >= 0) found.push((i + a / (a - b)) * run.dt); // sample i is at (i + 1) dt
  }
  return found;
}

/** Where node 2 is in its period, in turns, whenever node 1 rises: rows of time and share. @param {number[]} first @param {number[]} second */
export function differences(first, second) {
  const rows = [];
  let k = 0;
  for (const t of first) {
    while (k < second.length - 1 && second[k + 1] <= t) k++;
    if (second[k] <= t && k < second.length - 1) rows.push([t, (t - second[k]) / (second[k + 1] - second[k])]);
  }
  return rows;
}

/** 0 (in step) to 180 degrees (half a turn apart), whoever is ahead. @param {number} turns */
const folded = (turns) => 360 * Math.abs(turns - Math.round(turns));

/** The interaction function and its slope at a phase difference (rad). @param {Pull} pull @param {number} psi */
function pulled({ waves }, psi) {
  let [H, slope] = [0, 0];
  waves.forEach(([re, im], k) => {
    const [c, s] = [Math.cos(k * psi), Math.sin(k * psi)];
    H += re * c - im * s;
    slope -= k * (re * s + im * c);
  });
  return [H, slope];
}

/** Angular frequency at which both turn in step (apart 0) or half a turn apart (pi), by Newton's method, and the rate at which a
 * small change of their difference grows. @param {Pull} pull @param {number} gain @param {number} delay @param {number} apart */
export function lockedTurning(pull, gain, delay, apart) {
  let W = pull.omega;
  for (let i = 0; i < 20; i++) {
    const [H, slope] = pulled(pull, apart - W * delay);
    const step = (W - pull.omega - gain * H) / (1 + gain * slope * delay);
    W -= step;
    if (Math.abs(step) < 1e-9 * pull.omega) break;
  }
  return [W, -2 * gain * pulled(pull, apart - W * delay)[1]];
}

/** What a sentence may name where a pair is shown. @param {Scene} scene @param {Record<string, number>} values */
export function pairMeasures({ spec, run }, values) {
  const views = spec.views.filter((/** @type {any} */ view) => view.kind === "difference" || view.kind === "bands");
  if (!views.length) return {};
  const rises = [0, 1].map((node) => crossings(run, node, spec.state.length));
  const rows = differences(rises[0], rises[1]);
  const begin = 0.75 * run.n * run.dt;
  const late = rows.filter(([t]) => t >= begin);
  const [re, im] = [Math.cos, Math.sin].map((part) => late.reduce((sum, [, turns]) => sum + part(2 * Math.PI * turns), 0) / late.length);
  const own = rises[0].filter((t) => t >= begin);
  const found = { rows, difference: folded(Math.atan2(im, re) / (2 * Math.PI)), hold: Math.hypot(re, im), pace: (own.length - 1) / (own[own.length - 1] - own[0]) };
  const pull = views.find((/** @type {any} */ view) => view.kind === "bands")?.data;
  if (!pull) return found;
  const [together, apart] = [0, Math.PI].map((angle) => lockedTurning(pull, values.gain, values.delay, angle));
  const nearer = found.difference < 90 ? together : apart;
  return { ...found, theory_in: together[1], theory_anti: apart[1], theory_pace: nearer[0] / (2 * Math.PI) };
}

export class Difference {
  /** @param {HTMLElement} host @param {any} view @param {Scene} scene */
  constructor(host, view, scene) {
    this.host = host;
    this.scene = scene;
    const end = scene.spec.run.t1;
    host.setAttribute("role", "img");
    this.frame = new Frame(
      host,
      {
        x: { label: scene.spec.labels.t, range: () => [end - (view.last ?? end), end] },
        y: { ...DIFFERENCE_AXIS, range: () => [-8, 188] },
        paint: (brush) => {
          const rows = this.scene.known?.rows ?? [];
          line(brush, rows.map((/** @type {number[]} */ r) => r[0]), rows.map((/** @type {number[]} */ r) => folded(r[1])), brush.colours.output, 2);
        },
      },
      scene.colours,
    );
  }

  update() {
    const { difference, hold } = this.scene.known;
    const still = hold > 0.999 ? "it stands still" : "it still moves";
    this.host.setAttribute("aria-label", `Phase difference of the two over time, 0 in step, 180 half a turn apart. Over the last quarter ${digits(difference, 0)} degrees; ${still}.`);
    this.frame.draw();
  }
}

export class Bands {
  /** @param {HTMLElement} host @param {any} view @param {Scene} scene */
  constructor(host, view, scene) {
    this.host = host;
    this.scene = scene;
    this.pull = view.data;
    const { low, high } = scene.spec.controls.find((/** @type {any} */ c) => c.name === "delay");
    this.delays = Array.from({ length: STANDS }, (_, i) => low + ((high - low) * i) / (STANDS - 1));
    host.setAttribute("role", "img");
    this.frame = new Frame(
      host,
      {
        x: { label: scene.spec.labels.delay, short: scene.spec.shorts.delay, range: () => [low, high] },
        y: { ...DIFFERENCE_AXIS, range: () => [-30, 210] },
        paint: (brush) => this.paint(brush),
      },
      scene.colours,
    );
  }

  /** Delays at which one arrangement is stable, from and to. @param {number[]} rates */
  stretches(rates) {
    /** @type {number[][]} */
    const found = [];
    rates.forEach((rate, i) => {
      if (rate >= 0) return;
      if (i && rates[i - 1] < 0) found[found.length - 1][1] = this.delays[i];
      else found.push([this.delays[i], this.delays[i]]);
    });
    return found;
  }

  update() {
    const { values, known } = this.scene;
    if (this.gain !== values.gain) {
      this.gain = values.gain;
      this.stable = [0, Math.PI].map((apart) => this.stretches(this.delays.map((delay) => lockedTurning(this.pull, values.gain, delay, apart)[1])));
    }
    const [together, apart] = (this.stable ?? [[], []]).map((ends) => ends.map((pair) => pair.map((t) => digits(1000 * t, 1)).join(" to ")).join(", "));
    this.host.setAttribute("aria-label", `Bands over the delay, by the interaction function, in ms. In step is stable at ${together}; half a turn apart at ${apart}. The run is at ${digits(1000 * values.delay, 1)} ms and ${digits(known.difference, 0)} degrees.`);
    this.frame.draw();
  }

  /** @param {import("./frame.js").Brush} brush */
  paint(brush) {
    const { values, known } = this.scene;
    if (!this.stable || !values) return;
    const { colours } = brush;
    line(brush, [values.delay, values.delay], [-30, 210], colours.line, 1, [2, 3]);
    this.stable.forEach((stretches, i) => {
      const at = 180 * i;
      line(brush, [this.delays[0], this.delays[STANDS - 1]], [at, at], colours.ghost, 1, [1, 2.5]);
      for (const ends of stretches) line(brush, ends, [at, at], colours.translated, 4);
      caption(brush, this.delays[STANDS - 1], at, i ? "half a turn apart" : "in step", colours.translated, [0, i ? 11 : -11], "right");
    });
    if (known.difference === known.difference) marker(brush, values.delay, known.difference, "ring", colours.push, 5.5);
  }
}
