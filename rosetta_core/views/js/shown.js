// What a view shows by name: a state, or the output as a sum of states.

/** @typedef {import("./planes.js").Scene} Scene */

/** Weights of the states and a constant. @param {any} spec @param {string} name */
export function weightsOf(spec, name) {
  if (name === "output") return { weights: spec.output.weights, constant: spec.output.constant };
  return { weights: spec.state.map((/** @type {string} */ n) => (n === name ? 1 : 0)), constant: 0 };
}

/** The number at one state. @param {any} spec @param {string} name @param {ArrayLike<number>} x */
export function valueAt(spec, name, x) {
  const { weights, constant } = weightsOf(spec, name);
  return weights.reduce((/** @type {number} */ sum, /** @type {number} */ w, /** @type {number} */ k) => sum + (w && w * x[k]), constant);
}

/** Samples of a run from number `from` on. @param {any} spec @param {import("./kernel.js").Run} run @param {string} name
 * @param {number} [from] */
export function columnOf(spec, run, name, from = 0) {
  const width = spec.state.length;
  const length = Math.max(run.n - from, 0);
  const k = spec.state.indexOf(name);
  if (k >= 0) return Float64Array.from({ length }, (_, i) => run.x[(from + i) * width + k]);
  return Float64Array.from({ length }, (_, i) => valueAt(spec, name, run.x.subarray((from + i) * width, (from + i + 1) * width)));
}

/** The colour of a line: push and pull for the first two states that are not slopes of others, then others.
 * @param {any} spec @param {string} name */
export function roleOf(spec, name) {
  const names = spec.state.filter((/** @type {string} */ each) => !each.endsWith("_slope"));
  return ["push", "pull", "translated", "drive"][names.indexOf(name)] ?? "output";
}
