// A second model over the run: its numbers follow the controls, its states become what is shown by a linear map.

import { solve } from "./eigen.js";
import { rhythm, swing } from "./measure.js";
import { columnOf, valueAt } from "./shown.js";

/** @typedef {import("./planes.js").Scene} Scene */

export class Twin {
  /** @param {any} spec of the exploration @param {import("./kernel.js").Kernel} kernel of the second model */
  constructor(spec, kernel) {
    this.spec = spec;
    this.twin = spec.twin;
    this.kernel = kernel;
    this.names = Object.keys(this.twin.shown);
    const time = spec.views.find((/** @type {any} */ view) => view.kind === "time");
    this.begin = spec.run.t1 - (time?.last ?? spec.run.t1);
  }

  /** A number, or one of those at evenly spaced stands of the control, with straight lines between.
   * @param {number | number[]} number @param {Record<string, number>} values */
  follow(number, values) {
    if (typeof number === "number") return number;
    const { low, high } = this.spec.controls.find((/** @type {any} */ c) => c.name === this.twin.along);
    const at = Math.min(Math.max((values[this.twin.along] - low) / (high - low), 0), 1) * (number.length - 1);
    const i = Math.min(Math.floor(at), number.length - 2);
    return number[i] + (at - i) * (number[i + 1] - number[i]);
  }

  /** Run beside the model: settle from where it starts, then, where the picture begins, turn to its phase.
   * @param {Scene} scene @param {{ dt: number, every: number }} timing */
  advance(scene, { dt, every }) {
    const { run, values, start, spec } = scene;
    const setting = { p: this.twin.p.map((/** @type {any} */ n) => this.follow(n, values)), u: new Array(this.twin.sizes.inputs).fill(0), sigma: 0 };
    this.offsets = Object.fromEntries(this.names.map((name) => [name, this.follow(this.twin.shown[name].offset, values)]));
    this.from = Math.max(Math.min(Math.floor(this.begin / run.dt), run.n - 1), 0);
    let z = this.nearest(start);
    const timing = { dt, every, first: 0, seed: 0 };
    if (this.from > 0) {
      z = this.kernel.run(z, setting, { ...timing, steps: this.from * every }).end;
      const width = spec.state.length;
      z = turned(z, this.nearest([...run.x.subarray((this.from - 1) * width, this.from * width)]));
    }
    this.run = this.kernel.run(z, setting, { ...timing, steps: (run.n - this.from) * every });
    this.error = this.distance(scene);
    this.ahead = this.twin.origin - values[this.twin.along];
    this.rhythm = rhythm(this.run);
  }

  /** State whose shown values are nearest to those of the model: least squares. @param {number[]} x */
  nearest(x) {
    const rows = this.names.map((name) => this.twin.shown[name].weights);
    const wanted = this.names.map((name) => valueAt(this.spec, name, x) - this.offsets[name]);
    const n = this.twin.sizes.state;
    const square = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => rows.reduce((sum, w) => sum + w[i] * w[j], i === j ? 1e-12 : 0)));
    const right = Array.from({ length: n }, (_, i) => rows.reduce((sum, w, k) => sum + w[i] * wanted[k], 0));
    return solve(square, right) ?? new Array(n).fill(0);
  }

  /** Samples beside those of the run, null before it begins. @param {string} name @param {number} from */
  column(name, from) {
    const { weights } = this.twin.shown[name];
    const width = weights.length;
    const at = (/** @type {number} */ i) => weights.reduce((/** @type {number} */ sum, /** @type {number} */ w, /** @type {number} */ k) => sum + w * this.run.x[i * width + k], this.offsets[name]);
    return Array.from({ length: this.from + this.run.n - from }, (_, i) => (i + from < this.from ? null : at(i + from - this.from)));
  }

  /** Half of what a shown value sweeps, by the radius. @param {string} name */
  amplitude(name) {
    return this.rhythm.amplitude * Math.hypot(...this.twin.shown[name].weights);
  }

  /** How much an amplitude and a frequency (Hz) of the run are missed by, in per cent; of no rhythm, not at all.
   * @param {string} name @param {{ amplitude: number, frequency: number }} own */
  misses(name, own) {
    const off = (/** @type {number} */ mine, /** @type {number} */ true_) => (own.amplitude > 1e-3 ? 100 * (mine / true_ - 1) : NaN);
    return { amplitude: off(this.amplitude(name), own.amplitude), frequency: off(this.rhythm.frequency, own.frequency) };
  }

  /** Its last turn in the plane of two shown values, or nothing. @param {string[]} names */
  path(names) {
    if (!names.every((name) => name in this.twin.shown)) return null;
    const turn = Math.ceil(1 / Math.abs(this.rhythm.frequency * this.run.dt)) + 1;
    return names.map((name) => this.column(name, this.from + Math.max(this.run.n - turn, 0)));
  }

  /** Root mean square distance over the last quarter, as a share of half of what the run sweeps (or of 0.001, if that is
   * more: at rest there is no rhythm to compare). @param {Scene} scene */
  distance({ run, spec }) {
    const late = Math.max(Math.floor(0.75 * run.n), this.from);
    const [name] = this.names;
    const own = columnOf(spec, run, name, late);
    const other = this.column(name, late);
    const square = own.reduce((sum, v, i) => sum + (v - (other[i] ?? NaN)) ** 2, 0) / own.length;
    const { amplitude } = swing(own, run.dt);
    return Math.sqrt(square) / Math.max(amplitude, 1e-3);
  }
}

/** z turned to the angle of another. @param {number[]} z @param {number[]} to */
function turned(z, to) {
  const size = Math.hypot(...z);
  const other = Math.hypot(...to);
  return other > 0 ? to.map((v) => (v * size) / other) : z;
}
