// Models whose equations do not change when the plane is turned: everything about the radius, read off the kernel.

/** @typedef {import("./kernel.js").Kernel} Kernel */
/** @typedef {import("./kernel.js").Setting} Setting */
/** @typedef {{ parameter: number[], radius: number[], stable: boolean }} Branch */
/** @typedef {{ kind: "hopf" | "fold", parameter: number, radius: number }} BranchEvent */

/** Growth dr/dt at each radius. @param {Kernel} kernel @param {Setting} setting @param {number[]} radii */
export function growth(kernel, setting, radii) {
  const points = new Float64Array(2 * radii.length);
  radii.forEach((r, i) => (points[2 * i] = r));
  const slopes = kernel.field(points, setting);
  return radii.map((_, i) => slopes[2 * i]);
}

/** @param {number} top @param {number} n */
function radiiTo(top, n) {
  return Array.from({ length: n + 1 }, (_, i) => (top * Math.max(i, 1e-6)) / n);
}

/** Branches against the parameter at `index`: the growth is affine in it, so each radius needs exactly one value.
 * @param {Kernel} kernel @param {Setting} setting @param {number} index @param {[number, number]} span @param {number} top
 * @returns {{ branches: Branch[], events: BranchEvent[] }} */
export function diagram(kernel, setting, index, span, top) {
  const radii = radiiTo(top, 160);
  const at = (/** @type {number} */ value) => {
    const p = [...setting.p];
    p[index] = value;
    return growth(kernel, { ...setting, p }, radii);
  };
  const none = at(0);
  const one = at(1);
  const needed = none.map((g, i) => -g / (one[i] - g));
  const rising = needed.map((_, i) => needed[Math.min(i + 1, 160)] - needed[Math.max(i - 1, 0)] > 0);
  /** @type {Branch[]} */
  const branches = [];
  /** @type {BranchEvent[]} */
  const events = [{ kind: "hopf", parameter: needed[0], radius: 0 }];
  let start = 0;
  for (let i = 1; i <= radii.length; i++) {
    if (i < radii.length && rising[i] === rising[i - 1]) continue;
    const from = Math.max(start - 1, 0);
    branches.push({ parameter: needed.slice(from, i), radius: radii.slice(from, i), stable: rising[i - 1] });
    if (i < radii.length) events.push(turn(needed, radii, Math.min(Math.max(i, 2), 158)));
    start = i;
  }
  const onset = Math.min(Math.max(needed[0], span[0]), span[1]);
  branches.push({ parameter: [span[0], onset], radius: [0, 0], stable: true });
  branches.push({ parameter: [onset, span[1]], radius: [0, 0], stable: false });
  return { branches, events: events.filter((e) => e.parameter >= span[0] && e.parameter <= span[1]) };
}

/** Vertex of the parabola through three samples, in the square of the radius.
 * @param {number[]} needed @param {number[]} radii @param {number} i @returns {BranchEvent} */
function turn(needed, radii, i) {
  const [a, b, c] = [i - 1, i, i + 1].map((j) => radii[j] ** 2);
  const [fa, fb, fc] = [i - 1, i, i + 1].map((j) => needed[j]);
  const first = (fb - fa) / (b - a);
  const second = ((fc - fb) / (c - b) - first) / (c - a);
  const square = (a + b) / 2 - first / (2 * second);
  return { kind: "fold", parameter: fa + (square - a) * (first + second * (square - b)), radius: Math.sqrt(square) };
}

/** Where the noise-free radius goes from `from`, and the rate (1/s) at which a small change of it dies out there.
 * @param {Kernel} kernel @param {Setting} setting @param {number} from @param {number} top */
export function attractor(kernel, setting, from, top) {
  const g = (/** @type {number} */ r) => growth(kernel, setting, [r])[0];
  const up = g(Math.max(from, 1e-9)) > 0;
  const radii = radiiTo(up ? 2 * top : Math.max(from, 1e-9), 200);
  const rates = growth(kernel, setting, radii);
  let [low, high] = [0, 0];
  if (up) {
    const after = radii.findIndex((r, i) => r > from && rates[i] <= 0);
    [low, high] = after < 0 ? [2 * top, 2 * top] : [Math.max(from, radii[Math.max(after - 1, 0)]), radii[after]];
  } else {
    let before = radii.length - 1;
    while (before >= 0 && (radii[before] >= from || rates[before] <= 0)) before--;
    if (before >= 0) [low, high] = [radii[before], Math.min(from, radii[before + 1])];
  }
  for (let i = 0; i < 60 && high - low > 1e-12; i++) {
    const middle = (low + high) / 2;
    if (g(middle) > 0) low = middle;
    else high = middle;
  }
  const radius = (low + high) / 2;
  const h = 1e-5 * top;
  const rate = radius < h ? -g(h) / h : (g(radius - h) - g(radius + h)) / (2 * h);
  return { radius, rate };
}

/** Stationary density of the radius under white noise on both states: p(r) ~ r exp(integral of g dr / D), D = sigma²/2.
 * @param {Kernel} kernel @param {Setting} setting @param {number} top @param {number} n @returns {{ r: number[], p: number[] }} */
export function radialDensity(kernel, setting, top, n) {
  const r = radiiTo(2 * top, 2 * n);
  const g = growth(kernel, setting, r);
  const d = setting.sigma ** 2 / 2;
  const log = [Math.log(r[0])];
  let work = 0;
  for (let i = 1; i < r.length; i++) {
    work += ((g[i] + g[i - 1]) / 2) * (r[i] - r[i - 1]);
    log.push(Math.log(r[i]) + work / d);
  }
  const peak = Math.max(...log);
  const weight = log.map((w) => Math.exp(w - peak));
  const area = weight.reduce((sum, w) => sum + w, 0) * (r[2] - r[1]);
  return { r: r.slice(0, n + 1), p: weight.slice(0, n + 1).map((w) => w / area) };
}
