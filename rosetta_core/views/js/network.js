// A network's own integrator, compiled from the same source as the Python package; the graph is data.

/** @typedef {import("./kernel.js").Timing} Timing */
/** @typedef {import("./kernel.js").Run} Run */
/** Numbers of rows, and room for a chunk of noise; `network_sizes` in Python.
 * @typedef {{ state: number, params: number, inputs: number, sums: number, targets: number[], noise: number, line: number }} NetworkSizes */
/** The graph: weights[target][source], what they are multiplied with, and the delay of every edge in seconds.
 * @typedef {{ weights: ArrayLike<number>[], gain: number, delay: number }} Graph */
/** p and u: rows with one number for each node.
 * @typedef {{ p: number[][], u: number[][], sigma: number, graph: Graph }} NetworkSetting */

// Runge and Kutta's method: how far the stages look ahead, the moments of a step at which delayed signals are needed,
// and the number of samples between which they are read.
const STAGES = [0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 1, 0];
const AHEAD = [0, 0.5, 0.5, 1];
const MOMENTS = [0.5, 1];
const LAGRANGE = 4;

/** Where in the past a signal with a delay of so many steps is read at a moment of a step: how far back the oldest
 * sample lies, and the weights of Lagrange's interpolation. @param {number} steps @param {number} moment */
function stencil(steps, moment) {
  let lag = steps - moment;
  const near = Math.round(lag);
  if (Math.abs(lag - near) < 1e-9) lag = near;
  const back = Math.max(Math.floor(lag) - (LAGRANGE / 2 - 1), 0) + LAGRANGE - 1;
  const position = back - lag;
  const weights = [0, 1, 2, 3].map((k) =>
    [0, 1, 2, 3].filter((j) => j !== k).reduce((part, j) => part * ((position - j) / (k - j)), 1),
  );
  return { back, weights };
}

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
function equal(a, b) {
  for (let j = 0; j < a.length; j++) if (a[j] !== b[j]) return false;
  return a.length > 0;
}

/** Edges sorted by target, as `rosetta_core.edges` makes them. @param {Graph} graph @param {number} dt */
export function wire({ weights, gain, delay }, dt) {
  const n = weights.length;
  const start = [0];
  /** @type {number[]} */
  const source = [];
  /** @type {number[]} */
  const strength = [];
  const sums = new Array(n).fill(0);
  const same = new Array(n).fill(0);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (weights[i][j] === 0) continue;
      source.push(j);
      strength.push(weights[i][j] * gain);
      sums[i] += weights[i][j] * gain;
    }
    start.push(source.length);
    if (i > 0 && equal(weights[i], weights[i - 1])) same[i] = 1;
  }
  const none = { start: new Array(n + 1).fill(0), source: [], back: [], weights: [] };
  const edges = { start, source, back: strength.map(() => 0), weights: strength };
  if (!(delay > 0)) return { n, now: edges, late: none, same, sums, depth: 2 };
  const stencils = MOMENTS.map((moment) => stencil(delay / dt, moment));
  const late = {
    start,
    source,
    back: stencils.flatMap((s) => strength.map(() => s.back)),
    weights: stencils.flatMap((s) => s.weights.flatMap((part) => strength.map((w) => w * part))),
  };
  return { n, now: none, late, same, sums, depth: Math.max(...stencils.map((s) => s.back)) + 2 };
}

export class NetworkKernel {
  /** @param {WebAssembly.Memory} memory @param {any} exports @param {NetworkSizes} sizes */
  constructor(memory, exports, sizes) {
    this.memory = memory;
    this.exports = exports;
    this.sizes = sizes;
  }

  /** @param {string} wasm base64 @param {NetworkSizes} sizes */
  static async load(wasm, sizes) {
    const bytes = Uint8Array.from(atob(wasm), (c) => c.charCodeAt(0));
    const memory = new WebAssembly.Memory({ initial: 32 });
    const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
    return new NetworkKernel(memory, instance.exports, sizes);
  }

  /** Byte offset of room for so many numbers, after what was given out since `reset`. @param {number} count */
  room(count) {
    const at = this.free;
    this.free += 16 * Math.ceil(count / 2 + 1);
    const missing = this.free - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / 65536));
    return at;
  }

  /** Room with these numbers in it. @param {ArrayLike<number>} values */
  put(values) {
    const at = this.room(values.length);
    new Float64Array(this.memory.buffer, at, values.length).set(values);
    return at;
  }

  /** Room with these whole numbers in it. @param {number[]} values */
  whole(values) {
    const at = this.room(values.length);
    new BigInt64Array(this.memory.buffer, at, values.length).set(values.map(BigInt));
    return at;
  }

  /** Room full of zeros. @param {number} count */
  zeros(count) {
    const at = this.room(count);
    new Float64Array(this.memory.buffer, at, count).fill(0);
    return at;
  }

  /** Run all nodes from x0, a row with one number for each node for every state; so are the samples of the answer.
   * @param {ArrayLike<number>} x0 @param {NetworkSetting} setting @param {Timing} timing @returns {Run} */
  run(x0, setting, { dt, steps, every, first, seed }) {
    const { state, inputs, sums, targets, noise, line } = this.sizes;
    const wires = wire(setting.graph, dt);
    const { n, now, late, depth } = wires;
    this.free = Math.ceil(this.exports.__heap_base.value / 16) * 16;
    const kept = Math.floor(steps / every);
    const r = this.room(4);
    const x = this.put(x0);
    const p = this.put(setting.p.flat());
    const u = this.put(setting.u.flat().length ? setting.u.flat() : new Array(inputs * n).fill(0));
    const E = this.zeros(sums * n);
    const past = this.past(wires, x, p, E);
    const strength = targets.flatMap(() => [setting.sigma / Math.sqrt(dt), 0, 0]);
    const each = Array.from({ length: n }, (_, i) => i);
    const out = this.room(kept * state * n);
    this.exports.integrate(
      r, r + 16, x, p, u, this.put(strength), this.whole(targets), this.zeros(targets.length * n),
      this.whole(each.map(() => seed)), this.whole(each), dt, first, steps, every, this.zeros(noise * n), this.zeros(line),
      this.put(STAGES), this.put(AHEAD), this.whole(now.start), this.whole(now.source), this.whole(now.back), this.put(now.weights),
      now.source.length, this.whole(late.start), this.whole(late.source), this.whole(late.back), this.put(late.weights),
      late.source.length, this.whole(wires.same), this.put(wires.sums), depth, past.H, past.length, this.whole([depth]),
      n, setting.sigma > 0 ? targets.length : 0, state, AHEAD.length, sums, MOMENTS.length, LAGRANGE, this.zeros(state * n),
      this.zeros(AHEAD.length * state * n), E, this.zeros(sums * n), past.S, out,
    );
    const done = new DataView(this.memory.buffer).getInt32(r, true);
    const full = Math.min(kept, Math.floor(done / every));
    const samples = new Float64Array(this.memory.buffer, out, full * state * n).slice();
    const end = [...new Float64Array(this.memory.buffer, x, state * n)];
    return { x: samples, n: full, dt: dt * every, end, steps: done };
  }

  /** What was emitted before t = 0, when every node was in its initial state, and the sums that reach the nodes then.
   * @param {ReturnType<typeof wire>} wires @param {number} x @param {number} p @param {number} E */
  past({ n, late, depth }, x, p, E) {
    const rows = this.sizes.sums;
    const S = this.zeros((MOMENTS.length + 1) * rows * n);
    if (!late.source.length) return { H: this.zeros(2 * depth * rows * n), length: 2 * depth, S };
    const length = 4 * depth + 256;
    const H = this.zeros(rows * n * length);
    this.exports.say(0, 0, x, p, E, n);
    const said = new Float64Array(this.memory.buffer, E, rows * n).slice();
    const history = new Float64Array(this.memory.buffer, H, rows * n * length);
    said.forEach((value, row) => history.fill(value, row * length, row * length + depth + 1));
    const heard = new Float64Array(this.memory.buffer, S + 8 * MOMENTS.length * rows * n, rows * n);
    const count = late.source.length;
    for (let channel = 0; channel < rows; channel++) {
      for (let target = 0; target < n; target++) {
        let total = 0;
        for (let edge = late.start[target]; edge < late.start[target + 1]; edge++) {
          const value = said[channel * n + late.source[edge]]; // the past is one value, at whichever sample
          for (let k = 0; k < LAGRANGE; k++) total += late.weights[((MOMENTS.length - 1) * LAGRANGE + k) * count + edge] * value;
        }
        heard[channel * n + target] = total;
      }
    }
    return { H, length, S };
  }
}
