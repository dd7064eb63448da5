// How a model answers a drive: gain and phase against frequency, and both as arrows.

import { digits } from "./dom.js";
import { caption, Frame, line, marker } from "./frame.js";
import { answer, beside, linearAnswer } from "./measure.js";

/** @typedef {import("./planes.js").Scene} Scene */

const SAMPLES = 161;
const DEGREES = 180 / Math.PI;

export class Response {
  /** @param {HTMLElement} host @param {any} view @param {Scene} scene */
  constructor(host, view, scene) {
    this.host = host;
    this.scene = scene;
    this.view = view;
    this.span = [-180, 0];
    const [low, high] = view.frequency;
    this.hertz = Array.from({ length: SAMPLES }, (_, i) => low + ((high - low) * i) / (SAMPLES - 1));
    host.setAttribute("role", "img");
    const parts = [document.createElement("div"), document.createElement("div")];
    host.append(...parts);
    const x = (/** @type {string} */ label) => ({ label, range: () => view.frequency });
    const more = (/** @type {"gain" | "phase"} */ of) => ({ paint: (/** @type {any} */ brush) => this.paint(brush, of) });
    const gain = { label: view.label, range: () => /** @type {[number, number]} */ (view.gain), log: Boolean(view.decades) };
    const phase = { label: "phase (°)", steps: [30, 45, 90, 180, 360], range: () => /** @type {[number, number]} */ (this.span) };
    this.frames = [
      new Frame(parts[0], { x: x(scene.spec.labels.f), y: gain, half: true, ...more("gain") }, scene.colours),
      new Frame(parts[1], { x: x(scene.spec.labels.f), y: phase, half: true, ...more("phase") }, scene.colours),
    ];
    this.frame = { destroy: () => this.frames.forEach((frame) => frame.destroy()) };
  }

  update() {
    const { scene, view } = this;
    const { values, find } = scene;
    this.curve = find.rest ? this.hertz.map((f) => linearAnswer(scene, view.of, f) ?? [NaN, NaN]) : [];
    this.gains = this.curve.map(([re, im]) => Math.hypot(re, im));
    this.phases = [];
    for (const [re, im] of this.curve) this.phases.push(beside(DEGREES * Math.atan2(im, re), this.phases.at(-1) ?? -90));
    const linear = linearAnswer(scene, view.of, values.drive_frequency) ?? [NaN, NaN];
    const run = answer(scene, view.of);
    const i = Math.round(((values.drive_frequency - view.frequency[0]) / (view.frequency[1] - view.frequency[0])) * (SAMPLES - 1));
    const near = this.phases[Math.min(Math.max(i, 0), SAMPLES - 1)] ?? -90;
    this.here = { gain: Math.hypot(...linear), phase: beside(DEGREES * Math.atan2(linear[1], linear[0]), near) };
    this.run = { gain: run.gain, phase: beside(run.ahead, near) };
    const all = [...this.phases, this.run.phase, 0].filter(Number.isFinite);
    this.span = [90 * Math.floor(Math.min(...all) / 90 - 0.05), 90 * Math.ceil(Math.max(...all) / 90 + 0.05)];
    const said = (/** @type {{ gain: number, phase: number }} */ a) => `gain ${digits(a.gain, 3)}, phase ${digits(a.phase, 0)} degrees`;
    this.host.setAttribute(
      "aria-label",
      `Response of ${scene.spec.labels[view.of]} against drive frequency. At ${digits(values.drive_frequency, 2)} hertz linear theory has ${said(this.here)}; the run has ${said(this.run)}.`,
    );
    for (const frame of this.frames) frame.draw();
  }

  /** @param {import("./frame.js").Brush} brush @param {"gain" | "phase"} of */
  paint(brush, of) {
    if (!this.here || !this.run) return;
    const { colours } = brush;
    const f = this.scene.values.drive_frequency;
    const ends = of === "gain" ? this.view.gain : this.span;
    line(brush, [f, f], ends, colours.line, 1, [2, 3]);
    line(brush, this.hertz, of === "gain" ? this.gains ?? [] : this.phases ?? [], colours.translated, 2, [4, 3]);
    marker(brush, f, this.here[of], "disc", colours.translated, 3.5);
    const run = this.run[of];
    if (!Number.isFinite(run)) return;
    marker(brush, f, Math.min(Math.max(run, ends[0]), ends[1]), "open", colours.push, 6.5);
    if (of !== "gain") return;
    const right = f > (this.view.frequency[0] + this.view.frequency[1]) / 2;
    const off = run > ends[1] ? "run ↑" : run < ends[0] ? "run ↓" : "run";
    caption(brush, f, Math.min(Math.max(run, ends[0]), ends[1]), off, colours.push, [right ? -12 : 12, 0], right ? "right" : "left");
    const far = right ? 12 : SAMPLES - 12;
    caption(brush, this.hertz[far], this.gains?.[far] ?? ends[0], "linear theory", colours.translated, [0, -12]);
  }
}

export class Phasor {
  /** @param {HTMLElement} host @param {any} view @param {Scene} scene */
  constructor(host, view, scene) {
    this.host = host;
    this.scene = scene;
    this.view = view;
    host.setAttribute("role", "img");
    const range = () => /** @type {[number, number]} */ ([-view.top, view.top]);
    this.frame = new Frame(
      host,
      {
        x: { label: `${view.label}, in step`, short: `${scene.spec.shorts[view.of]}, in step`, range },
        y: { label: "a quarter turn ahead", short: "ahead", range },
        square: true,
        paint: (brush) => this.paint(brush),
      },
      scene.colours,
    );
  }

  update() {
    const { scene, view } = this;
    const run = answer(scene, view.of);
    this.run = [run.size * Math.cos(run.ahead / DEGREES), run.size * Math.sin(run.ahead / DEGREES)];
    const size = scene.values.drive_amplitude;
    this.linear = (linearAnswer(scene, view.of, scene.values.drive_frequency) ?? [NaN, NaN]).map((v) => v * size);
    const lag = digits(-beside(run.ahead, -90), 0);
    this.host.setAttribute("aria-label", `Drive and response as arrows: the response has amplitude ${digits(run.size, 3)} and is ${lag} degrees behind.`);
    this.frame.draw();
  }

  /** @param {import("./frame.js").Brush} brush */
  paint(brush) {
    if (!this.run) return;
    const { colours, ctx, x, y } = brush;
    const { top } = this.view;
    line(brush, [-top, top], [0, 0], colours.line, 1);
    line(brush, [0, 0], [-top, top], colours.line, 1);
    const inside = this.linear.every((v) => Math.abs(v) <= top);
    if (inside) {
      const r = Math.hypot(...this.linear);
      ctx.beginPath();
      ctx.ellipse(x(0), y(0), x(r) - x(0), y(0) - y(r), 0, 0, 2 * Math.PI);
      ctx.strokeStyle = colours.ghost;
      ctx.setLineDash([brush.ratio, 3 * brush.ratio]);
      ctx.stroke();
      ctx.setLineDash([]);
    }
    arrow(brush, [0.75 * top, 0], colours.drive);
    caption(brush, 0.75 * top, 0, "drive", colours.drive, [-14, 11]);
    if (inside) marker(brush, this.linear[0], this.linear[1], "ring", colours.translated, 5);
    const share = Math.min(1, (0.98 * top) / Math.max(...this.run.map(Math.abs), 1e-12));
    arrow(brush, this.run.map((v) => v * share), colours.push);
    const word = share < 1 ? "response, longer than shown" : "response";
    caption(brush, this.run[0] * share, this.run[1] * share, word, colours.push, [0, this.run[1] < 0 ? 12 : -12]);
  }
}

/** From the origin to a point. @param {import("./frame.js").Brush} brush @param {number[]} to @param {string} colour */
function arrow(brush, to, colour) {
  const { ctx, x, y, ratio } = brush;
  line(brush, [0, to[0]], [0, to[1]], colour, 2.5);
  const [dx, dy] = [x(to[0]) - x(0), y(to[1]) - y(0)];
  const length = Math.hypot(dx, dy);
  if (length < 4 * ratio) return;
  const [a, b] = [(dx / length) * 8 * ratio, (dy / length) * 8 * ratio];
  ctx.beginPath();
  ctx.moveTo(x(to[0]), y(to[1]));
  ctx.lineTo(x(to[0]) - a + 0.5 * b, y(to[1]) - b - 0.5 * a);
  ctx.lineTo(x(to[0]) - a - 0.5 * b, y(to[1]) - b + 0.5 * a);
  ctx.fillStyle = colour;
  ctx.fill();
}
