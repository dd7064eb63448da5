// Numbers and words about the present run.

import { digits } from "./dom.js";
import { solve } from "./eigen.js";
import { attractor } from "./radial.js";
import { described, newton, pushOf, restsIn, transferAt } from "./rest.js";
import { columnOf, weightsOf } from "./shown.js";

/** @typedef {import("./planes.js").Scene} Scene */
/** @typedef {import("./kernel.js").Run} Run */
/** @typedef {{ when?: Record<string, any>, text: string }} Sentence */

export const CELLS = 40; // of a side of the grid on which nullclines and points of rest are sought

/** Root mean square radius and turns per second over the last quarter of a run of two states.
 * @param {Run} run */
export function rhythm(run) {
  const from = Math.floor(0.75 * run.n);
  let square = 0;
  let turns = 0;
  for (let i = from; i < run.n; i++) {
    const re = run.x[2 * i];
    const im = run.x[2 * i + 1];
    square += re * re + im * im;
    if (i > from) {
      const [a, b] = [run.x[2 * i - 2], run.x[2 * i - 1]];
      turns += Math.atan2(a * im - b * re, a * re + b * im);
    }
  }
  const n = Math.max(run.n - from, 2);
  return { amplitude: Math.sqrt(square / n), frequency: turns / (2 * Math.PI * (n - 1) * run.dt) };
}

/** Mean, extremes, half their distance, and upward crossings of the mean per second (0 for fewer than two).
 * @param {Float64Array} x @param {number} dt */
export function swing(x, dt) {
  let [minimum, maximum, sum] = [Infinity, -Infinity, 0];
  for (const v of x) {
    if (v < minimum) minimum = v;
    if (v > maximum) maximum = v;
    sum += v;
  }
  const mean = sum / x.length;
  let [first, last, count] = [0, 0, 0];
  for (let i = 1; i < x.length; i++) {
    if (!(x[i - 1] < mean && x[i] >= mean)) continue;
    last = i - (x[i] - mean) / (x[i] - x[i - 1]);
    if (count++ === 0) first = last;
  }
  const frequency = count > 1 ? (count - 1) / ((last - first) * dt) : 0;
  return { mean, minimum, maximum, amplitude: (maximum - minimum) / 2, frequency };
}

/** Size of the run at the drive's frequency against the drive, and by how many degrees it is ahead: least squares over
 * whole periods at the end, a quarter of the run if that holds one. @param {Scene} scene @param {string} of */
export function answer(scene, of) {
  const { spec, run, values, first } = scene;
  const hertz = values.drive_frequency;
  const period = 1 / (hertz * run.dt);
  const count = Math.min(Math.max(Math.floor(run.n / 4 / period), 1) * period, run.n);
  const from = Math.max(run.n - Math.round(count), 0);
  const x = columnOf(spec, run, of, from);
  const sums = [0, 1, 2].map(() => [0, 0, 0]);
  const right = [0, 0, 0];
  x.forEach((v, i) => {
    const t = first * spec.run.dt + (from + i + 1) * run.dt;
    const angle = 2 * Math.PI * (hertz * t + spec.drive.inputs[0].phase);
    const row = [Math.sin(angle), Math.cos(angle), 1];
    row.forEach((a, k) => {
      right[k] += a * v;
      row.forEach((b, j) => (sums[k][j] += a * b));
    });
  });
  const [sine, cosine] = solve(sums, right) ?? [NaN, NaN];
  return { size: Math.hypot(sine, cosine), gain: Math.hypot(sine, cosine) / values.drive_amplitude, ahead: (180 / Math.PI) * Math.atan2(cosine, sine) };
}

/** The linear answer at a frequency, as a complex number, or null without a point of rest. @param {Scene} scene
 * @param {string} of @param {number} hertz */
export function linearAnswer(scene, of, hertz) {
  const rest = scene.find.rest;
  if (!rest) return null;
  return transferAt(rest.jacobian, scene.find.push, weightsOf(scene.spec, of).weights, hertz);
}

/** The same angle in degrees, within half a turn of another. @param {number} angle @param {number} other */
export const beside = (angle, other) => angle + 360 * Math.round((other - angle) / 360);

/** Values that are computed when somebody asks for them, once. @param {Record<string, () => any>} makers */
function lazily(makers) {
  const made = {};
  for (const [name, make] of Object.entries(makers)) {
    Object.defineProperty(made, name, {
      configurable: true,
      enumerable: true,
      get() {
        const value = make();
        Object.defineProperty(made, name, { value });
        return value;
      },
    });
  }
  return /** @type {Record<string, any>} */ (made);
}

/** Points of rest and the like, shared by all views. @param {Scene} scene */
export function findings(scene) {
  const { spec, kernel, still, run, start } = scene;
  const n = spec.state.length;
  const late = Math.floor(0.75 * run.n);
  const middle = () => spec.state.map((/** @type {string} */ name) => swing(columnOf(spec, run, name, late), run.dt).mean);
  const phase = spec.views.find((/** @type {any} */ view) => view.kind === "phase");
  const box = phase && n === 2 ? [phase.x, phase.y] : spec.ranges;
  const found = lazily({
    grid: () => gridOf(box[0], box[1], CELLS + 1),
    slopes: () => kernel.field(found.grid, still),
    rests: () => restsIn(kernel, still, found.grid, found.slopes, CELLS, [middle(), run.end]),
    rest: () => {
      const near = middle();
      const far = (/** @type {any} */ rest) => Math.hypot(...rest.x.map((/** @type {number} */ v, /** @type {number} */ k) => v - near[k]));
      const known = n === 2 ? [...found.rests].sort((a, b) => far(a) - far(b)) : [];
      if (known.length) return known[0];
      const x = [near, run.end, start].map((from) => newton(kernel, still, from)).find(Boolean);
      return x ? described(kernel, still, x) : null;
    },
    push: () => found.rest && pushOf(kernel, still, found.rest.x, spec.drive.inputs),
  });
  return found;
}

/** n by n points, row by row. @param {number[]} x range @param {number[]} y range @param {number} n */
export function gridOf(x, y, n) {
  const points = new Float64Array(2 * n * n);
  for (let i = 0; i < n * n; i++) {
    points[2 * i] = x[0] + (x[1] - x[0]) * ((i % n) / (n - 1));
    points[2 * i + 1] = y[0] + (y[1] - y[0]) * (Math.floor(i / n) / (n - 1));
  }
  return points;
}

/** All that a sentence may name. @param {Scene} scene */
export function measures(scene) {
  const { spec, kernel, still, run, start, values, find } = scene;
  const late = Math.floor(0.75 * run.n);
  const turned = spec.round && !spec.measure;
  const over = lazily({
    swing: () => swing(columnOf(spec, run, spec.measure ?? spec.state[0], late), run.dt),
    rhythm: () => (turned ? rhythm(run) : over.swing),
    goal: () => attractor(kernel, still, Math.hypot(run.end[0], run.end[1]), Math.max(1, 2 * over.rhythm.amplitude)),
    pole: () => find.rest?.poles[0] ?? [NaN, NaN],
    view: () => spec.views.find((/** @type {any} */ v) => v.kind === "response" || v.kind === "phasor"),
    answer: () => answer(scene, over.view.of),
    linear: () => linearAnswer(scene, over.view.of, values.drive_frequency) ?? [NaN, NaN],
  });
  const square = (/** @type {number[]} */ x) => x[0] ** 2 + x[1] ** 2;
  const behind = () => (-180 / Math.PI) * Math.atan2(over.linear[1], over.linear[0]);
  const rests = spec.state.flatMap((/** @type {string} */ name, /** @type {number} */ k) => [
    [`rest_${name}`, () => find.rest?.x[k] ?? NaN],
    [`own_${name}`, () => find.rest?.jacobian[k][k] ?? NaN],
  ]);
  const known = lazily({
    mean: () => over.swing.mean,
    minimum: () => over.swing.minimum,
    maximum: () => over.swing.maximum,
    amplitude: () => over.rhythm.amplitude,
    frequency: () => over.rhythm.frequency,
    growth: () => over.pole[0],
    damping: () => -over.pole[0],
    turning: () => Math.abs(over.pole[1]),
    ringing: () => Math.abs(over.pole[1]) / (2 * Math.PI),
    rests: () => find.rests.length,
    energy: () => square(run.end) / square(start),
    gain: () => over.answer.gain,
    lag: () => beside(-over.answer.ahead, behind()),
    linear_gain: () => Math.hypot(...over.linear),
    linear_lag: behind,
    attractor: () => over.goal.radius,
    rate: () => over.goal.rate,
    settle: () => 1 / over.goal.rate,
    ...(scene.twin ? twinMeasures(scene.twin, spec.measure ?? spec.state[0], over) : {}),
    ...Object.fromEntries(rests),
  });
  return Object.defineProperties(known, Object.getOwnPropertyDescriptors(values));
}

/** @param {import("./twin.js").Twin} twin @param {string} of what is compared @param {Record<string, any>} over */
function twinMeasures(twin, of, over) {
  return {
    twin_error: () => twin.error,
    twin_distance: () => Math.abs(twin.ahead),
    twin_amplitude: () => twin.amplitude(of),
    twin_frequency: () => twin.rhythm.frequency,
    amplitude_error: () => twin.misses(of, over.swing).amplitude,
    frequency_error: () => twin.misses(of, over.swing).frequency,
  };
}

/** The first sentence whose ranges hold, its numbers filled in. @param {Sentence[]} sentences @param {Record<string, any>} known */
export function sentence(sentences, known) {
  const fits = (/** @type {Sentence} */ row) =>
    Object.entries(row.when ?? {}).every(([name, ends]) => {
      const value = known[name];
      if (typeof ends === "string") return value === ends;
      const [low, high] = ends;
      return (low === null || value >= low) && (high === null || value < high);
    });
  const row = sentences.find(fits);
  const filled = (/** @type {any} */ value, /** @type {string | undefined} */ n) => (typeof value === "string" ? value : digits(value, Number(n ?? 2)));
  return (row?.text ?? "").replace(/\{(\w+)(?::(\d))?\}/g, (_, name, n) => filled(known[name], n));
}
