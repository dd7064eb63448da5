// Numbers and words about the present run.

import { digits } from "./dom.js";
import { attractor } from "./radial.js";

/** @typedef {import("./kernel.js").Kernel} Kernel */
/** @typedef {import("./kernel.js").Setting} Setting */
/** @typedef {import("./kernel.js").Run} Run */
/** @typedef {{ when?: Record<string, [number | null, number | null]>, text: string }} Sentence */

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

/** All that a sentence may name. @param {Kernel} kernel @param {Setting} setting @param {Run} run @param {Record<string, number>} values */
export function measures(kernel, setting, run, values) {
  const found = rhythm(run);
  const goal = attractor(kernel, setting, Math.hypot(run.end[0], run.end[1]), Math.max(1, 2 * found.amplitude));
  return { ...values, ...found, attractor: goal.radius, rate: goal.rate, settle: 1 / goal.rate };
}

/** The first sentence whose ranges hold, its numbers filled in. @param {Sentence[]} sentences @param {Record<string, number>} known */
export function sentence(sentences, known) {
  const fits = (/** @type {Sentence} */ row) =>
    Object.entries(row.when ?? {}).every(([name, [low, high]]) => {
      const value = known[name];
      return (low === null || value >= low) && (high === null || value < high);
    });
  const row = sentences.find(fits);
  return (row?.text ?? "").replace(/\{(\w+)(?::(\d))?\}/g, (_, name, n) => digits(known[name], Number(n ?? 2)));
}
