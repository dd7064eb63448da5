// Spikes of a crowd: a neuron has fired whenever its phase has passed pi, and it never turns back there.

/** @typedef {import("./kernel.js").Run} Run */
/** Counts in bins, row by row with one number for each neuron; `before` of the bins lie before sample `begin`, from which
 * things are measured to sample `end`. A bin is `width` samples of `d` seconds.
 * @typedef {{ counts: Float64Array, bins: number, before: number, begin: number, end: number, width: number, d: number }} Binned */

/** Turns of every neuron at the samples from number `from` on, the first sample being number 1. @param {any} spec
 * @param {Run & { turns?: Int32Array }} run @param {number} from */
function turnsOf({ network: { nodes } }, run, from) {
  run.turns ??= Int32Array.from({ length: (run.n - from + 1) * nodes }, (_, i) =>
    Math.floor((run.x[(from - 1) * nodes + i] + Math.PI) / (2 * Math.PI)),
  );
  return run.turns;
}

/** Number of the sample at which counting begins. @param {any} spec @param {Run} run */
const settled = (spec, run) => Math.floor(spec.network.settle / run.dt + 0.5);

/** Spikes of the first `rows` neurons, [time in s, number of the neuron from 1]. @param {any} spec @param {Run} run
 * @param {number} rows */
export function spikeTimes(spec, run, rows) {
  const [from, { nodes }] = [settled(spec, run), spec.network];
  const turns = turnsOf(spec, run, from);
  /** @type {number[][]} */
  const found = [];
  for (let k = 1; k <= run.n - from; k++) {
    for (let j = 0; j < rows; j++) if (turns[k * nodes + j] > turns[(k - 1) * nodes + j]) found.push([(from + k) * run.dt, j + 1]);
  }
  return found;
}

/** @param {any} spec @param {Run} run @param {Record<string, number>} values @returns {Binned} */
export function binned(spec, run, values) {
  const [from, { nodes }, d] = [settled(spec, run), spec.network, run.dt];
  const turns = turnsOf(spec, run, from);
  const begin = spec.drive ? Math.floor(values.drive_start / d + 0.5) : from;
  const width = Math.max(Math.floor(values.bin / d + 0.5), 1);
  const [before, after] = [Math.floor((begin - from) / width), Math.floor((run.n - begin) / width)];
  const bins = Math.max(before + after, 0);
  const first = begin - before * width - from;
  const counts = Float64Array.from({ length: bins * nodes }, (_, i) => {
    const [bin, j] = [Math.floor(i / nodes), i % nodes];
    return turns[(first + (bin + 1) * width) * nodes + j] - turns[(first + bin * width) * nodes + j];
  });
  return { counts, bins, before, begin, end: run.n, width, d };
}

/** Rate (Hz) of the first neurons in every bin. @param {Binned} found @param {number} nodes @param {number} count */
export function rateIn({ counts, bins, width, d }, nodes, count) {
  return Float64Array.from({ length: bins }, (_, bin) => {
    let total = 0;
    for (let j = 0; j < count; j++) total += counts[bin * nodes + j];
    return total / (count * width * d);
  });
}

/** Mean, and the variance of which they are a sample. @param {ArrayLike<number>} values */
function moments(values) {
  let [mean, square] = [0, 0];
  for (let i = 0; i < values.length; i++) mean += values[i] / values.length;
  for (let i = 0; i < values.length; i++) square += (values[i] - mean) ** 2 / (values.length - 1);
  return [mean, square];
}

/** Standard deviation (Hz) over the measured bins of the rate of `size` neurons: root mean square over all such groups.
 * @param {Binned} found @param {number} nodes @param {number} size */
export function deviation({ counts, bins, before, width, d }, nodes, size) {
  const groups = Math.floor(nodes / size);
  const sums = new Float64Array(bins - before);
  let total = 0;
  for (let g = 0; g < groups; g++) {
    for (let b = 0; b < sums.length; b++) {
      sums[b] = 0;
      for (let j = g * size; j < (g + 1) * size; j++) sums[b] += counts[(before + b) * nodes + j];
    }
    total += moments(sums)[1] / groups;
  }
  return Math.sqrt(total) / (size * width * d);
}

/** Rate (Hz) that a theta neuron has alone: √(η + I)/(πτ), or none. @param {any} spec @param {Record<string, number>} values
 * @param {number} node @param {number} input */
export function ownRate({ params, network: { shape, spread } }, values, node, input) {
  const eta = values.eta + (params[spread] === "eta" ? values.spread * shape[node] : 0);
  return Math.sqrt(Math.max(eta + input, 0)) / (Math.PI * values.tau);
}

/** Mean of the rates that the counted neurons have alone. @param {any} spec @param {Record<string, number>} values
 * @param {number} input */
export function staticRate(spec, values, input) {
  let total = 0;
  for (let j = 0; j < values.count; j++) total += ownRate(spec, values, j, input) / values.count;
  return total;
}

/** Largest slope of the share of neurons above a Gaussian threshold. @param {Record<string, number>} values */
const steepness = ({ spread }) => 1 / (Math.sqrt(2 * Math.PI) * spread);

/** The logistic with the middle and the slope of that share. @param {Record<string, number>} values @param {number} input */
export const logistic = (values, input) => 1 / (1 + Math.exp(-4 * steepness(values) * (input + values.eta)));

/** All that a sentence may name. @param {any} spec @param {Run} run @param {Record<string, number>} values */
export function spikeMeasures(spec, run, values) {
  const { nodes } = spec.network;
  const found = binned(spec, run, values);
  const late = rateIn(found, nodes, values.count).slice(found.before);
  const [rate, square] = moments(late);
  const [from, turns] = [settled(spec, run), turnsOf(spec, run, settled(spec, run))];
  let active = 0;
  for (let j = 0; j < values.count; j++) {
    if (turns[(run.n - from) * nodes + j] > turns[(found.begin - from) * nodes + j]) active += 1 / values.count;
  }
  const [still, before] = [values.I + (values.drive_amplitude ?? 0), values.I].map((input) => staticRate(spec, values, input));
  const peak = Math.max(...late);
  return {
    ...values,
    rate,
    rate_sd: Math.sqrt(square),
    law_sd: deviation(found, nodes, 1) / Math.sqrt(values.count),
    active,
    static: still,
    static_before: before,
    peak,
    overshoot: still > 0 ? 100 * (peak / still - 1) : 0,
    ...(values.spread > 0 ? { logistic: logistic(values, values.I), steepness: steepness(values) } : {}),
  };
}
