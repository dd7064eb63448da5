// One input that changes in time: the numbers that the integrator reads, and what they mean.

const [STEP, PULSES, SINUSOID] = [1, 2, 3];
const ROW = 6;
const NO_END = 2 ** 53;

/** Values by name. @typedef {Record<string, number>} Values */

/** @param {any} drive @param {Values} v @param {number} phase in turns */
function row(drive, v, phase) {
  const [size, start, width, hertz] = [v.drive_amplitude, v.drive_start, v.drive_width, v.drive_frequency];
  if (drive.kind === "constant") return [STEP, size, 0, 0, 0, 0];
  if (drive.kind === "step") return [STEP, size, start, 0, 0, 0];
  if (drive.kind === "pulse") return [PULSES, size, start, width, 2 * width, 1];
  if (drive.kind === "pulses") return [PULSES, size, start, width, 1 / hertz, NO_END];
  return [SINUSOID, size, hertz, phase, 0, 0];
}

/** Rows for all inputs of a model, zeros where nothing drives. @param {any} drive @param {Values} values @param {number} n */
export function wavesOf(drive, values, n) {
  const rows = new Array(ROW * n).fill(0);
  for (const { index, phase } of drive?.inputs ?? []) rows.splice(ROW * index, ROW, ...row(drive, values, phase));
  return rows;
}

/** The inputs with what of the drive stays for ever: a constant, and a step once it is done.
 * @param {any} drive @param {Values} values @param {number[]} u */
export function stillInputs(drive, values, u) {
  const lasting = drive && (drive.kind === "constant" || drive.kind === "step");
  return lasting ? u.map((v, i) => (i === drive.inputs[0].index ? v + values.drive_amplitude : v)) : u;
}

/** What the first driven input gets on top at time t (s). @param {any} drive @param {Values} values @param {number} t */
export function driveAt(drive, values, t) {
  const [kind, a, b, c, d, e] = row(drive, values, drive.inputs[0].phase);
  if (kind === SINUSOID) return a * Math.sin(2 * Math.PI * (b * t + c));
  if (kind === STEP) return t >= b ? a : 0;
  const start = b + Math.min(Math.max(Math.floor((t - b) / d), 0), e - 1) * d;
  return t >= start && t < start + c ? a : 0;
}
