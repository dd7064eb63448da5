// Linear algebra of small matrices (rows of numbers): solving, and eigenvalues.

/** @typedef {[number, number]} Complex real and imaginary part */

/** Solution of a x = b by elimination with pivots, or null where a is singular to rounding.
 * @param {number[][]} a @param {number[]} b @returns {number[] | null} */
export function solve(a, b) {
  const n = b.length;
  const m = a.map((row, i) => [...row, b[i]]);
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(m[i][k]) > Math.abs(m[best][k])) best = i;
    [m[k], m[best]] = [m[best], m[k]];
    if (!(Math.abs(m[k][k]) > 0)) return null;
    for (let i = k + 1; i < n; i++) {
      const share = m[i][k] / m[k][k];
      for (let j = k; j <= n; j++) m[i][j] -= share * m[k][j];
    }
  }
  const x = new Array(n).fill(0);
  for (let k = n - 1; k >= 0; k--) {
    let sum = m[k][n];
    for (let j = k + 1; j < n; j++) sum -= m[k][j] * x[j];
    x[k] = sum / m[k][k];
  }
  return x.every(Number.isFinite) ? x : null;
}

/** Solution of (i w - a) x = b with real b, as real parts and imaginary parts; with `across` the transpose of a is
 * taken. @param {number[][]} a @param {number} w @param {number[]} b @param {boolean} [across] */
export function solveAt(a, w, b, across = false) {
  const n = b.length;
  const at = (/** @type {number} */ i, /** @type {number} */ j) => -(across ? a[j][i] : a[i][j]);
  const rows = [];
  for (let i = 0; i < n; i++) rows.push([...b.map((_, j) => at(i, j)), ...b.map((_, j) => (i === j ? -w : 0))]);
  for (let i = 0; i < n; i++) rows.push([...b.map((_, j) => (i === j ? w : 0)), ...b.map((_, j) => at(i, j))]);
  const x = solve(rows, [...b, ...b.map(() => 0)]);
  return x && { re: x.slice(0, n), im: x.slice(n) };
}

/** Eigenvalues, the rightmost first: closed form for two, else QR steps with shifts on the Hessenberg form. Errors are
 * of rounding times the largest entry, or the root of that where eigenvalues coincide.
 * @param {number[][]} matrix @returns {Complex[]} */
export function eigenvalues(matrix) {
  const found = matrix.length === 2 ? ofTwo(matrix) : iterated(hessenberg(matrix));
  const tie = 1e-9 * Math.max(...found.map(size));
  return found.sort((a, b) => (Math.abs(b[0] - a[0]) > tie ? b[0] - a[0] : b[1] - a[1]));
}

/** @param {number[][]} matrix @returns {Complex[]} */
function ofTwo([[a, b], [c, d]]) {
  const mean = (a + d) / 2;
  const square = ((a - d) / 2) ** 2 + b * c;
  const root = Math.sqrt(Math.abs(square));
  return square < 0 ? [[mean, root], [mean, -root]] : [[mean + root, 0], [mean - root, 0]];
}

/** A similar matrix with one diagonal of entries below the main one. @param {number[][]} matrix */
function hessenberg(matrix) {
  const n = matrix.length;
  const h = matrix.map((row) => [...row]);
  for (let k = 1; k < n - 1; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(h[i][k - 1]) > Math.abs(h[best][k - 1])) best = i;
    if (h[best][k - 1] === 0) continue;
    [h[k], h[best]] = [h[best], h[k]];
    for (const row of h) [row[k], row[best]] = [row[best], row[k]];
    for (let i = k + 1; i < n; i++) {
      const share = h[i][k - 1] / h[k][k - 1];
      for (let j = 0; j < n; j++) h[i][j] -= share * h[k][j];
      for (const row of h) row[k] += share * row[i];
    }
  }
  return h;
}

const times = (/** @type {Complex} */ a, /** @type {Complex} */ b) => /** @type {Complex} */ ([a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]]);
const plus = (/** @type {Complex} */ a, /** @type {Complex} */ b) => /** @type {Complex} */ ([a[0] + b[0], a[1] + b[1]]);
const minus = (/** @type {Complex} */ a, /** @type {Complex} */ b) => /** @type {Complex} */ ([a[0] - b[0], a[1] - b[1]]);
const mirrored = (/** @type {Complex} */ a) => /** @type {Complex} */ ([a[0], -a[1]]);
const size = (/** @type {Complex} */ a) => Math.hypot(a[0], a[1]);

/** @param {Complex} a @returns {Complex} */
function root(a) {
  const r = size(a);
  const re = Math.sqrt((r + Math.abs(a[0])) / 2);
  if (re === 0) return [0, 0];
  const im = Math.abs(a[1]) / (2 * re);
  const sign = a[1] < 0 ? -1 : 1;
  return a[0] >= 0 ? [re, sign * im] : [im, sign * re];
}

/** @param {number[][]} real @returns {Complex[]} */
function iterated(real) {
  const h = real.map((row) => row.map((value) => /** @type {Complex} */ ([value, 0])));
  /** @type {Complex[]} */
  const found = [];
  let last = h.length - 1;
  for (let step = 0; last >= 0 && step < 60 * h.length; step++) {
    let first = last;
    while (first > 0 && size(h[first][first - 1]) > 1e-15 * (size(h[first][first]) + size(h[first - 1][first - 1]))) first--;
    if (first === last) found.push(h[last--][last + 1]);
    else qrStep(h, first, last, step % 11 === 10);
  }
  return found;
}

/** One step on the block from first to last; now and then with a shift that breaks a cycle of steps.
 * @param {Complex[][]} h @param {number} first @param {number} last @param {boolean} odd */
function qrStep(h, first, last, odd) {
  const [a, b, c, d] = [h[last - 1][last - 1], h[last - 1][last], h[last][last - 1], h[last][last]];
  const half = /** @type {Complex} */ ([(a[0] - d[0]) / 2, (a[1] - d[1]) / 2]);
  const spread = root(plus(times(half, half), times(b, c)));
  const [up, down] = [plus(half, spread), minus(half, spread)];
  const shift = odd ? /** @type {Complex} */ ([d[0] + size(c), d[1]]) : plus(d, size(up) < size(down) ? up : down);
  for (let k = first; k <= last; k++) h[k][k] = minus(h[k][k], shift);
  const turns = [];
  for (let k = first; k < last; k++) {
    const r = Math.hypot(size(h[k][k]), size(h[k + 1][k])) || 1;
    const cosine = /** @type {Complex} */ ([h[k][k][0] / r, h[k][k][1] / r]);
    const sine = /** @type {Complex} */ ([h[k + 1][k][0] / r, h[k + 1][k][1] / r]);
    turns.push([cosine, sine]);
    for (let j = k; j <= last; j++) {
      const [above, below] = [h[k][j], h[k + 1][j]];
      h[k][j] = plus(times(mirrored(cosine), above), times(mirrored(sine), below));
      h[k + 1][j] = minus(times(cosine, below), times(sine, above));
    }
  }
  turns.forEach(([cosine, sine], i) => {
    const k = first + i;
    for (let j = first; j <= Math.min(k + 1, last); j++) {
      const [left, right] = [h[j][k], h[j][k + 1]];
      h[j][k] = plus(times(left, cosine), times(right, sine));
      h[j][k + 1] = minus(times(right, mirrored(cosine)), times(left, mirrored(sine)));
    }
  });
  for (let k = first; k <= last; k++) h[k][k] = plus(h[k][k], shift);
}
