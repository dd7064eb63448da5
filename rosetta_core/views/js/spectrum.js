// Welch's estimate of the power spectral density, and what a linear resonator would give instead.

import { eigenvalues, solveAt } from "./eigen.js";
import { jacobianAt } from "./rest.js";

/** @typedef {import("./kernel.js").Kernel} Kernel */
/** @typedef {import("./kernel.js").Setting} Setting */

/** In-place radix-2 transform; the length is a power of two. @param {Float64Array} re @param {Float64Array} im */
export function fft(re, im) {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j], re[i]];
      [im[i], im[j]] = [im[j], im[i]];
    }
  }
  for (let size = 2; size <= n; size <<= 1) {
    const half = size >> 1;
    const angle = (-2 * Math.PI) / size;
    for (let k = 0; k < half; k++) {
      const c = Math.cos(angle * k);
      const s = Math.sin(angle * k);
      for (let a = k; a < n; a += size) {
        const b = a + half;
        const br = re[b] * c - im[b] * s;
        const bi = re[b] * s + im[b] * c;
        re[b] = re[a] - br;
        im[b] = im[a] - bi;
        re[a] += br;
        im[a] += bi;
      }
    }
  }
}

/** One-sided density (unit² per Hz) at k / (segment dt), k = 1 ... segment/2 - 1: Hann window, half overlap, no mean.
 * Two segments share one complex transform. @param {Float64Array} x @param {number} dt @param {number} segment */
export function welch(x, dt, segment) {
  const half = segment / 2;
  const window = Float64Array.from({ length: segment }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / segment));
  const energy = window.reduce((sum, w) => sum + w * w, 0);
  const count = Math.max(Math.floor((x.length - segment) / half) + 1, 0);
  const power = new Float64Array(half - 1);
  const re = new Float64Array(segment);
  const im = new Float64Array(segment);
  for (let k = 0; k < count; k += 2) {
    const pair = k + 1 < count;
    cut(x, k * half, window, re);
    if (pair) cut(x, (k + 1) * half, window, im);
    else im.fill(0);
    fft(re, im);
    for (let i = 1; i < half; i++) {
      const j = segment - i;
      power[i - 1] += (re[i] ** 2 + im[i] ** 2 + re[j] ** 2 + im[j] ** 2) / 2;
    }
  }
  const scale = (2 * dt) / (energy * Math.max(count, 1));
  const frequency = Array.from(power, (_, i) => (i + 1) / (segment * dt));
  return { frequency, power: Array.from(power, (value) => value * scale) };
}

/** @param {Float64Array} x @param {number} start @param {Float64Array} window @param {Float64Array} out */
function cut(x, start, window, out) {
  let mean = 0;
  for (let i = 0; i < window.length; i++) mean += x[start + i];
  mean /= window.length;
  for (let i = 0; i < window.length; i++) out[i] = (x[start + i] - mean) * window[i];
}

/** One-sided density of a sum of states of the model made linear at rest, under white noise on every state; null where
 * rest is unstable or nothing is noisy. With J the Jacobian, twice sigma² times the squares of weights (iw - J)^-1.
 * @param {Kernel} kernel @param {Setting} setting @param {number[]} frequency @param {number[]} [rest] where
 * @param {number[]} [weights] of the states (default: the first) @returns {number[] | null} */
export function linearSpectrum(kernel, setting, frequency, rest = new Array(kernel.sizes.state).fill(0), weights = rest.map((_, i) => Number(i === 0))) {
  const jacobian = jacobianAt(kernel, setting, rest);
  if (eigenvalues(jacobian)[0][0] >= 0 || setting.sigma === 0) return null;
  return frequency.map((hertz) => {
    const row = solveAt(jacobian, 2 * Math.PI * hertz, weights, true);
    const square = row ? row.re.reduce((sum, re, k) => sum + re * re + row.im[k] ** 2, 0) : NaN;
    return 2 * setting.sigma ** 2 * square;
  });
}
