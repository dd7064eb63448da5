// The model's own integrator and vector field, compiled from the same source as the Python package.

/** Parameters, inputs and noise of one run, each in the order of the model's rows; waves: six numbers for each input.
 * @typedef {{ p: number[], u: number[], sigma: number, waves?: number[] }} Setting */
/** Samples (n rows of n_state), seconds between them, the state at the end, and the steps done.
 * @typedef {{ x: Float64Array, n: number, dt: number, end: number[], steps: number }} Run */
/** @typedef {{ dt: number, steps: number, every: number, first: number, seed: number }} Timing */
/** Rows of the model, and the sizes of the work space that its integrator wants, in numbers.
 * @typedef {{ state: number, params: number, inputs: number, workspace: number[] }} Sizes */

const PAGE = 65536;
const WAVE = 6; // numbers in one row of the drives; all zero: no drive

export class Kernel {
  /** @param {WebAssembly.Memory} memory @param {any} exports @param {Sizes} sizes */
  constructor(memory, exports, sizes) {
    this.memory = memory;
    this.exports = exports;
    this.sizes = sizes;
    const words = [4, sizes.state, sizes.params, sizes.inputs, WAVE * sizes.inputs, 1, sizes.state, ...sizes.workspace];
    const base = Math.ceil(exports.__heap_base.value / 16) * 16;
    const at = [];
    let next = base;
    for (const count of words) {
      at.push(next);
      next += 16 * Math.ceil(count / 2 + 1);
    }
    [this.r, this.x, this.p, this.u, this.waves, this.samples, this.sigma, ...this.work] = at;
    this.free = next;
  }

  /** @param {string} wasm base64 @param {Sizes} sizes */
  static async load(wasm, sizes) {
    const bytes = Uint8Array.from(atob(wasm), (c) => c.charCodeAt(0));
    const memory = new WebAssembly.Memory({ initial: 32 });
    const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
    return new Kernel(memory, instance.exports, sizes);
  }

  /** Room for `count` numbers at byte offset `at`. @param {number} at @param {number} count */
  view(at, count) {
    const missing = at + 8 * count - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE));
    return new Float64Array(this.memory.buffer, at, count);
  }

  /** @param {Setting} setting */
  write(setting) {
    this.view(this.p, this.sizes.params).set(setting.p);
    this.view(this.u, this.sizes.inputs).set(setting.u);
    this.view(this.sigma, this.sizes.state).fill(setting.sigma);
    const waves = this.view(this.waves, WAVE * this.sizes.inputs);
    if (setting.waves) waves.set(setting.waves);
    else waves.fill(0);
  }

  /** @param {number[]} x0 @param {Setting} setting @param {Timing} timing @returns {Run} */
  run(x0, setting, timing) {
    const { dt, steps, every, first, seed } = timing;
    const n = Math.floor(steps / every);
    const out = this.view(this.free, n * this.sizes.state);
    this.write(setting);
    const x = this.view(this.x, this.sizes.state);
    x.set(x0);
    this.exports.integrate(
      this.r, this.r + 16, this.x, this.p, this.u, this.waves, this.samples, 0, this.sigma,
      0, dt, first, steps, every, seed, ...this.work,
      this.sizes.state, this.sizes.inputs, this.sizes.workspace[5], this.free,
    );
    const done = new DataView(this.memory.buffer).getInt32(this.r, true);
    const kept = Math.min(n, Math.floor(done / every));
    return { x: out.slice(0, kept * this.sizes.state), n: kept, dt: dt * every, end: [...x], steps: done };
  }

  /** Right-hand side at points (rows of n_state). @param {ArrayLike<number>} points @param {Setting} setting */
  field(points, setting) {
    const n = points.length / this.sizes.state;
    const slopes = this.free + 8 * points.length;
    this.view(slopes, points.length);
    this.view(this.free, points.length).set(points);
    this.write(setting);
    this.exports.field(this.r, this.r + 16, this.free, n, this.p, this.u, slopes);
    return this.view(slopes, points.length).slice();
  }
}
