// A second model over the run: its numbers follow the controls, its states become what is shown by a linear map.

import { solve } from "./eigen.js";
import { swing } from "./measure.js";
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

  /** A number that follows the controls. @param {any[]} number value, slopes and, if wanted, curvatures
   * @param {Record<string, number>} values */
  follow([value, slopes, curvatures = {}], values) {
    const off = (/** @type {string} */ name) => values[name] - this.spec.controls.find((/** @type {any} */ c) => c.name === name).default;
    const linear = Object.entries(slopes).reduce((sum, [name, slope]) => sum + slope * off(name), value);
    return Object.entries(curvatures).reduce((sum, [name, c]) => sum + c * off(name) ** 2, linear);
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
