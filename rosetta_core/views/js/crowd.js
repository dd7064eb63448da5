// What an exploration of a network runs with, and what is measured of its run.

/** @typedef {import("./kernel.js").Run} Run */
/** The graph and the nodes; `network_spec` in Python. start holds what is added to x0, state by state.
 * @typedef {{ nodes: number, edges: number[][] | null, shape: number[], spread: number, start: number[], phase: boolean,
 *   turns: boolean, words: Record<string, string> }} Crowd */

/** Weights [target][source]; without edges every node hears the mean of all. @param {Crowd} crowd */
export function weightsOfGraph({ nodes, edges }) {
  const rows = Array.from({ length: nodes }, () => new Float64Array(nodes).fill(edges ? 0 : 1 / nodes));
  for (const [target, source, weight] of edges ?? []) rows[target][source] = weight;
  return rows;
}

/** Parameters and inputs of every node, and the graph. @param {any} spec @param {Record<string, number>} values */
export function networkSetting(spec, values) {
  const { nodes, shape, spread } = spec.network;
  spec.network.weights ??= weightsOfGraph(spec.network);
  const every = (/** @type {string[]} */ names) => names.map((name) => new Array(nodes).fill(values[name]));
  const p = every(spec.params);
  if (spread >= 0) p[spread] = p[spread].map((common, j) => common + values.spread * shape[j]);
  const delay = values.delay < spec.run.dt * (1 - 1e-9) ? 0 : values.delay; // what a slider cannot give can be typed
  const graph = { weights: spec.network.weights, gain: values.gain, delay };
  return { p, u: every(spec.inputs), sigma: values.sigma, graph };
}

/** One run from a start; a step of an input ends one run and begins another, with the next seed, where the first stopped.
 * @param {import("./network.js").NetworkKernel} kernel @param {any} spec @param {ArrayLike<number>} start
 * @param {Record<string, number>} values @param {import("./kernel.js").Timing} timing @returns {Run} */
export function networkRun(kernel, spec, start, values, timing) {
  const setting = networkSetting(spec, values);
  if (!spec.drive) return kernel.run(start, setting, timing);
  const first = Math.round(values.drive_start / timing.dt);
  const before = kernel.run(start, setting, { ...timing, steps: first });
  if (before.steps < first) return before;
  const u = setting.u.map((row, i) => (i === spec.drive.inputs[0].index ? row.map((v) => v + values.drive_amplitude) : row));
  const after = kernel.run(before.end, { ...setting, u }, { ...timing, steps: timing.steps - first, seed: timing.seed + 1 });
  const x = new Float64Array(before.x.length + after.x.length);
  x.set(before.x);
  x.set(after.x, before.x.length);
  return { x, n: before.n + after.n, dt: before.dt, end: after.end, steps: first + after.steps };
}

/** @param {any} spec @param {number[]} x0 of one node */
export function networkStart({ network: { nodes, start } }, x0) {
  return start.map((/** @type {number} */ more, /** @type {number} */ i) => x0[Math.floor(i / nodes)] + more);
}

/** Angle and radius of a node at a sample. @param {Crowd} crowd @param {Run} run @param {number} sample @param {number} node */
export function polar({ nodes, phase }, run, sample, node) {
  if (phase) return [run.x[sample * nodes + node], 1];
  const at = 2 * sample * nodes + node;
  return [Math.atan2(run.x[at + nodes], run.x[at]), Math.hypot(run.x[at], run.x[at + nodes])];
}

/** R, the length of the mean of exp(i angle) over the nodes. @param {Crowd} crowd @param {Run} run @param {number} sample */
function orderAt(crowd, run, sample) {
  let [re, im] = [0, 0];
  for (let j = 0; j < crowd.nodes; j++) {
    const [angle] = polar(crowd, run, sample, j);
    re += Math.cos(angle);
    im += Math.sin(angle);
  }
  return Math.hypot(re, im) / crowd.nodes;
}

/** Mean of the nodes at a sample, as a point of the plane: its length and its angle. @param {Crowd} crowd @param {Run} run
 * @param {number} sample */
export function centre(crowd, run, sample) {
  let [re, im] = [0, 0];
  for (let j = 0; j < crowd.nodes; j++) {
    const [angle, radius] = polar(crowd, run, sample, j);
    re += (radius * Math.cos(angle)) / crowd.nodes;
    im += (radius * Math.sin(angle)) / crowd.nodes;
  }
  return [Math.hypot(re, im), Math.atan2(im, re)];
}

/** R at the samples from number `from` on. @param {Crowd} crowd @param {Run} run @param {number} from */
export function orderOf(crowd, run, from) {
  return Float64Array.from({ length: Math.max(run.n - from, 0) }, (_, i) => orderAt(crowd, run, from + i));
}

/** @param {ArrayLike<number>} values */
const mean = (values) => Array.prototype.reduce.call(values, (a, b) => a + b, 0) / values.length;

/** Turns per second of every node over the samples from number `from` on. @param {Crowd} crowd @param {Run} run @param {number} from */
export function frequenciesOf(crowd, run, from) {
  const span = (run.n - 1 - from) * run.dt;
  return Array.from({ length: crowd.nodes }, (_, j) => {
    if (crowd.phase) return (polar(crowd, run, run.n - 1, j)[0] - polar(crowd, run, from, j)[0]) / (2 * Math.PI * span);
    let turned = 0;
    for (let i = from + 1; i < run.n; i++) {
      const step = polar(crowd, run, i, j)[0] - polar(crowd, run, i - 1, j)[0];
      turned += step - 2 * Math.PI * Math.round(step / (2 * Math.PI));
    }
    return turned / (2 * Math.PI * span);
  });
}

/** Root mean square radius; with more than two states, deviation of the first from its mean. @param {any} spec @param {Run} run
 * @param {number} from */
function amplitudeOf({ network, state }, run, from) {
  const [n, width] = [network.nodes, state.length];
  let total = 0;
  for (let j = 0; j < n; j++) {
    const of = (/** @type {number} */ k) => Float64Array.from({ length: run.n - from }, (_, i) => run.x[((from + i) * width + k) * n + j]);
    const columns = network.turns ? (network.phase ? [[1]] : [of(0), of(1)]) : [of(0)];
    for (const column of columns) {
      const middle = network.turns ? 0 : mean(column);
      total += mean(column.map((/** @type {number} */ v) => (v - middle) ** 2)) / n;
    }
  }
  return Math.sqrt(total);
}

/** Largest number of values inside a window of this width. @param {number[]} values @param {number} width */
export function together(values, width) {
  const sorted = [...values].sort((a, b) => a - b);
  let [best, low] = [0, 0];
  for (let high = 0; high < sorted.length; high++) {
    while (sorted[high] - sorted[low] > width) low++;
    best = Math.max(best, high - low + 1);
  }
  return best;
}

/** All that a sentence may name. @param {any} spec @param {Run} run @param {Record<string, number>} values */
export function networkMeasures(spec, run, values) {
  const { network: crowd } = spec;
  const from = Math.min(Math.floor(0.75 * run.n), Math.max(run.n - 2, 0));
  const amplitude = amplitudeOf(spec, run, from);
  if (!crowd.turns) return { ...values, amplitude };
  const each = frequenciesOf(crowd, run, from);
  const frequency = mean(each);
  return {
    ...values,
    amplitude,
    frequency,
    order: mean(orderOf(crowd, run, from)),
    spread_frequency: Math.sqrt(mean(each.map((f) => (f - frequency) ** 2))),
    locked: together(each, 0.1 / ((run.n - 1 - from) * run.dt)),
  };
}

/** Stationary R of a large crowd with Lorentzian frequencies: √(1 − 2Δ/K). @param {number} gain @param {number} width */
export const lorentzianOrder = (gain, width) => (gain > 2 * width ? Math.sqrt(1 - (2 * width) / gain) : 0);

/** Correlation of all pairs of nodes after the first quarter, rows of numbers; of cos θ for phases, else of the first state.
 * A node that stands still has none (NaN). @param {any} spec @param {Run} run */
export function correlationOf({ network, state }, run) {
  const [n, from, width] = [network.nodes, Math.floor(run.n / 4), state.length];
  const columns = Array.from({ length: n }, (_, j) => {
    const x = Float64Array.from({ length: run.n - from }, (_, i) => {
      const value = run.x[(from + i) * width * n + j];
      return network.phase ? Math.cos(value) : value;
    });
    const middle = mean(x);
    const size = Math.sqrt(x.reduce((sum, v) => sum + (v - middle) ** 2, 0));
    return x.map((v) => (v - middle) / (size > 1e-12 * x.length ? size : NaN));
  });
  const rows = Array.from({ length: n }, () => new Float64Array(n));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) rows[i][j] = rows[j][i] = columns[i].reduce((sum, v, k) => sum + v * columns[j][k], 0);
  }
  return rows;
}
