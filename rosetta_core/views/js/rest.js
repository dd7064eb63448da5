// Points of rest of any model, and what is linear about them, read off its kernel.

import { eigenvalues, solve, solveAt } from "./eigen.js";

/** @typedef {import("./kernel.js").Kernel} Kernel */
/** @typedef {import("./kernel.js").Setting} Setting */
/** A point of rest: where, its Jacobian, its eigenvalues (the rightmost first), and what kind it is.
 * @typedef {{ x: number[], jacobian: number[][], poles: import("./eigen.js").Complex[],
 *   kind: "stable" | "unstable" | "saddle" | "neutral" }} Rest */

const STENCIL = [[1, 8], [-1, -8], [2, -1], [-2, 1]]; // steps and weights of five-point differences, in twelfths

/** Jacobian by five-point differences with steps of 1e-4: exact up to rounding (1e-11) for models that are polynomials of
 * up to degree 4, linear ones among them; else to about 1e-9 of the largest entry.
 * @param {Kernel} kernel @param {Setting} still @param {number[]} x */
export function jacobianAt(kernel, still, x) {
  const n = x.length;
  const steps = x.map((v) => 1e-4 * Math.max(1, Math.abs(v)));
  const points = steps.flatMap((h, k) => STENCIL.flatMap(([side]) => x.map((v, i) => (i === k ? v + side * h : v))));
  const slopes = kernel.field(points, still);
  const entry = (/** @type {number} */ i, /** @type {number} */ k) =>
    STENCIL.reduce((sum, [, weight], j) => sum + weight * slopes[(4 * k + j) * n + i], 0) / (12 * steps[k]);
  return x.map((_, i) => x.map((__, k) => entry(i, k)));
}

/** Newton's method with steps halved where they lead up; null where it finds nothing in 40 steps.
 * @param {Kernel} kernel @param {Setting} still @param {number[]} from @returns {number[] | null} */
export function newton(kernel, still, from) {
  let x = [...from];
  let f = [...kernel.field(x, still)];
  for (let i = 0; i < 40; i++) {
    const step = solve(jacobianAt(kernel, still, x), f);
    if (!step) return null;
    const size = Math.hypot(...f);
    let share = 1;
    let next = x;
    let g = f;
    for (; share > 1e-3; share /= 2) {
      next = x.map((v, k) => v - share * step[k]);
      g = [...kernel.field(next, still)];
      if (Math.hypot(...g) <= size || size < 1e-12) break;
    }
    const moved = Math.max(...next.map((v, k) => Math.abs(v - x[k]) / Math.max(1, Math.abs(v))));
    [x, f] = [next, g];
    if (!f.every(Number.isFinite)) return null;
    if (moved < 1e-11) return share > 1e-3 ? x : null;
  }
  return null;
}

/** @param {Kernel} kernel @param {Setting} still @param {number[]} x @returns {Rest} */
export function described(kernel, still, x) {
  const jacobian = jacobianAt(kernel, still, x);
  const poles = eigenvalues(jacobian);
  const tiny = 1e-8 * Math.max(...jacobian.flat().map(Math.abs), 1e-12);
  const grow = poles.filter(([re]) => re > tiny).length;
  const fade = poles.filter(([re]) => re < -tiny).length;
  const straight = poles.some(([re, im]) => re > tiny && Math.abs(im) <= tiny);
  const kind = fade === poles.length ? "stable" : straight && fade ? "saddle" : grow ? "unstable" : "neutral";
  return { x, jacobian, poles, kind };
}

/** All points of rest of two states inside the box that the grid of `points` spans: Newton from each cell in which both
 * slopes change sign. Two closer than a cell, or both between the lines of the grid, may be missed.
 * @param {Kernel} kernel @param {Setting} still @param {Float64Array} points @param {Float64Array} slopes
 * @param {number} cells @param {number[][]} more further places to start from @returns {Rest[]} */
export function restsIn(kernel, still, points, slopes, cells, more = []) {
  const last = points.length - 2;
  const [low, high] = [[points[0], points[1]], [points[last], points[last + 1]]];
  const width = high.map((v, k) => v - low[k]);
  const seeds = more.map((at) => [...at]);
  for (let row = 0; row < cells; row++) {
    for (let column = 0; column < cells; column++) {
      const a = row * (cells + 1) + column;
      const corners = [a, a + 1, a + cells + 1, a + cells + 2];
      const crossed = (/** @type {number} */ k) => {
        const signs = corners.map((c) => slopes[2 * c + k] > 0);
        return signs.some((s) => s !== signs[0]) || corners.some((c) => slopes[2 * c + k] === 0);
      };
      if (crossed(0) && crossed(1)) seeds.push([0, 1].map((k) => points[2 * a + k] + width[k] / cells / 2));
    }
  }
  /** @type {number[][]} */
  const found = [];
  for (const seed of seeds) {
    const x = newton(kernel, still, seed);
    const inside = x?.every((v, k) => v >= low[k] - 1e-9 * width[k] && v <= high[k] + 1e-9 * width[k]);
    const known = found.some((other) => other.every((v, k) => Math.abs(v - (x?.[k] ?? 0)) < 1e-6 * width[k]));
    if (x && inside && !known) found.push(x);
  }
  return found.map((x) => described(kernel, still, x));
}

/** What an input pushes: derivative of the right-hand side by the inputs, each with its phase against the first (turns),
 * as real and imaginary part. @param {Kernel} kernel @param {Setting} still @param {number[]} x
 * @param {{ index: number, phase: number }[]} inputs */
export function pushOf(kernel, still, x, inputs) {
  const h = 1e-5;
  const re = x.map(() => 0);
  const im = x.map(() => 0);
  for (const { index, phase } of inputs) {
    const moved = (/** @type {number} */ side) => kernel.field(x, { ...still, u: still.u.map((v, i) => (i === index ? v + side * h : v)) });
    const [up, down] = [moved(1), moved(-1)];
    const angle = 2 * Math.PI * (phase - inputs[0].phase);
    x.forEach((_, i) => {
      const slope = (up[i] - down[i]) / (2 * h);
      re[i] += slope * Math.cos(angle);
      im[i] += slope * Math.sin(angle);
    });
  }
  return { re, im };
}

/** Transfer function weights (i w - J)^-1 push at a frequency in Hz, or null at a pole.
 * @param {number[][]} jacobian @param {{ re: number[], im: number[] }} push @param {number[]} weights @param {number} hertz
 * @returns {import("./eigen.js").Complex | null} */
export function transferAt(jacobian, push, weights, hertz) {
  const row = solveAt(jacobian, 2 * Math.PI * hertz, weights, true);
  if (!row) return null;
  let [re, im] = [0, 0];
  row.re.forEach((_, k) => {
    re += row.re[k] * push.re[k] - row.im[k] * push.im[k];
    im += row.re[k] * push.im[k] + row.im[k] * push.re[k];
  });
  return [re, im];
}
