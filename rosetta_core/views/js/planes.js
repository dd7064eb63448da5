// Views with two axes of the same kind of thing: the phase plane and the bifurcation diagram.

import { zeros } from "./contour.js";
import { Frame, line, marker } from "./frame.js";
import { diagram, growth } from "./radial.js";

/** @typedef {import("./kernel.js").Run} Run */
/** What a view may look at: the spec, the kernel, the setting in force, the last run, and ways to change things.
 * @typedef {{ spec: any, kernel: import("./kernel.js").Kernel, setting: import("./kernel.js").Setting, run: Run,
 *   start: number[], values: Record<string, number>, known: Record<string, number>, colours: () => Record<string, string>,
 *   trace: {up: number[][], down: number[][]}, moveStart: (x0: number[] | null) => void }} Scene */

const ARROWS = 13;
const CELLS = 40;

export class PhasePlane {
  /** @param {HTMLElement} host @param {any} view @param {Scene} scene */
  constructor(host, view, scene) {
    this.scene = scene;
    this.top = view.top;
    const [first, second] = scene.spec.state;
    const range = () => /** @type {[number, number]} */ ([-this.top, this.top]);
    this.frame = new Frame(
      host,
      {
        x: { label: scene.spec.labels[first], range },
        y: { label: scene.spec.labels[second], range },
        square: true,
        paint: (brush) => this.paint(brush),
      },
      scene.colours,
    );
    this.grab(host);
  }

  /** The initial state follows the pointer or the arrow keys. @param {HTMLElement} host */
  grab(host) {
    host.tabIndex = 0;
    host.setAttribute("role", "application");
    host.setAttribute("aria-label", "Phase plane. The arrow keys move the initial state, Home brings it back.");
    const over = this.frame.plot.over;
    const place = (/** @type {PointerEvent} */ event) => {
      const box = over.getBoundingClientRect();
      const across = (2 * (event.clientX - box.left)) / box.width - 1;
      const up = 1 - (2 * (event.clientY - box.top)) / box.height;
      this.moveTo(across * this.top, up * this.top);
    };
    over.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
      over.setPointerCapture(event.pointerId);
      place(event);
    });
    over.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
      if (over.hasPointerCapture(event.pointerId)) place(event);
    });
    host.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!step && event.key !== "Home") return;
      event.preventDefault();
      if (!step) return this.scene.moveStart(null);
      const [x, y] = this.scene.start;
      this.moveTo(x + (step[0] * this.top) / 20, y + (step[1] * this.top) / 20);
    });
  }

  /** @param {number} x @param {number} y */
  moveTo(x, y) {
    const inside = (/** @type {number} */ v) => Math.min(Math.max(v, -this.top), this.top);
    this.scene.moveStart([inside(x), inside(y)].map((v) => Math.round(v * 1000) / 1000));
  }

  update() {
    this.frame.draw();
  }

  /** @param {import("./frame.js").Brush} brush */
  paint(brush) {
    const { run, start, colours } = this.scene;
    if (!run) return;
    const ink = colours();
    this.flow(brush, ink.line);
    if (this.scene.setting.sigma === 0) this.nullclines(brush, ink);
    const [xs, ys] = [0, 1].map((k) => Float64Array.from({ length: run.n }, (_, i) => run.x[2 * i + k]));
    const late = Math.floor(0.75 * run.n);
    line(brush, [start[0], ...xs.subarray(0, late + 1)], [start[1], ...ys.subarray(0, late + 1)], ink.ghost, 1);
    line(brush, xs.subarray(late), ys.subarray(late), ink.output, 2);
    const [atRest] = growth(this.scene.kernel, this.scene.setting, [1e-5]);
    marker(brush, 0, 0, atRest < 0 ? "disc" : "ring", ink.ink, 3.5);
    marker(brush, start[0], start[1], "ring", ink.push, 5);
    marker(brush, run.end[0], run.end[1], "disc", ink.output, 4);
  }

  /** Direction of the flow, all arrows of one length. @param {import("./frame.js").Brush} brush @param {string} colour */
  flow({ ctx, x, y, ratio }, colour) {
    const { kernel, setting } = this.scene;
    const points = grid(this.top, ARROWS);
    const slopes = kernel.field(points, setting);
    const length = (0.62 * (x(this.top) - x(-this.top))) / ARROWS;
    ctx.beginPath();
    for (let i = 0; i < points.length; i += 2) {
      const speed = Math.hypot(slopes[i], slopes[i + 1]) || 1;
      const dx = (slopes[i] / speed) * length;
      const dy = (-slopes[i + 1] / speed) * length;
      const [px, py] = [x(points[i]) + dx / 2, y(points[i + 1]) + dy / 2];
      ctx.moveTo(px - dx, py - dy);
      ctx.lineTo(px, py);
      for (const side of [1, -1]) {
        ctx.moveTo(px, py);
        ctx.lineTo(px - 0.36 * dx + side * 0.2 * dy, py - 0.36 * dy - side * 0.2 * dx);
      }
    }
    ctx.globalAlpha = 0.55;
    ctx.strokeStyle = colour;
    ctx.lineWidth = ratio;
    ctx.stroke();
    ctx.globalAlpha = 1;
  }

  /** Where a variable stands still, in the colour of that variable. @param {import("./frame.js").Brush} brush @param {Record<string, string>} ink */
  nullclines(brush, ink) {
    const points = grid(this.top, CELLS + 1);
    const slopes = this.scene.kernel.field(points, this.scene.setting);
    brush.ctx.globalAlpha = 0.75;
    for (const curve of zeros(points, slopes, 0, CELLS)) line(brush, curve[0], curve[1], ink.push, 1.1);
    for (const curve of zeros(points, slopes, 1, CELLS)) line(brush, curve[0], curve[1], ink.pull, 1.1, [6, 4]);
    brush.ctx.globalAlpha = 1;
  }
}

/** n by n points on [-top, top] squared, row by row. @param {number} top @param {number} n */
function grid(top, n) {
  const points = new Float64Array(2 * n * n);
  for (let i = 0; i < n * n; i++) {
    points[2 * i] = top * ((2 * (i % n)) / (n - 1) - 1);
    points[2 * i + 1] = top * ((2 * Math.floor(i / n)) / (n - 1) - 1);
  }
  return points;
}

export class BifurcationDiagram {
  /** @param {HTMLElement} host @param {any} view @param {Scene} scene */
  constructor(host, view, scene) {
    this.scene = scene;
    this.view = view;
    const { low, high } = scene.spec.controls.find((/** @type {any} */ c) => c.name === view.parameter);
    this.span = /** @type {[number, number]} */ ([low, high]);
    this.index = scene.spec.params.indexOf(view.parameter);
    host.setAttribute("role", "img");
    host.setAttribute("aria-label", `Bifurcation diagram: ${scene.spec.labels.r} against ${scene.spec.labels[view.parameter]}.`);
    this.frame = new Frame(
      host,
      {
        x: { label: scene.spec.labels[view.parameter], range: () => this.span },
        y: { label: scene.spec.labels.r, range: () => [-0.04 * view.top, view.top] },
        square: true,
        paint: (brush) => this.branches(brush),
        over: (brush) => this.marks(brush),
      },
      scene.colours,
    );
  }

  update() {
    this.found = diagram(this.scene.kernel, this.scene.setting, this.index, this.span, this.view.top);
    this.frame.draw();
  }

  /** @param {import("./frame.js").Brush} brush */
  branches(brush) {
    if (!this.found) return;
    const ink = brush.colours;
    const here = this.scene.values[this.view.parameter];
    line(brush, [here, here], [-1, this.view.top], ink.line, 1, [2, 3]);
    for (const { parameter, radius, stable } of this.found.branches) {
      line(brush, parameter, radius, ink.output, stable ? 2 : 1.2, stable ? [] : [5, 4]);
    }
    const { up, down } = this.scene.trace;
    for (const trace of [up, down]) {
      if (trace.length < 2) continue;
      line(brush, trace.map((s) => s[0]), trace.map((s) => s[1]), ink.drive, 2.5, [7, 2, 1.5, 2]);
      jump(brush, trace, ink.drive);
    }
  }

  /** @param {import("./frame.js").Brush} brush */
  marks(brush) {
    if (!this.found) return;
    for (const { kind, parameter, radius } of this.found.events) {
      if (radius <= this.view.top) marker(brush, parameter, radius, kind === "hopf" ? "disc" : "square", brush.colours.output, 4);
    }
    const height = Math.min(this.scene.known.amplitude, this.view.top);
    marker(brush, this.scene.values[this.view.parameter], height, "ring", brush.colours.push, 5.5);
  }
}

/** An arrowhead where the amplitude changed most between two stands, if it jumped. @param {import("./frame.js").Brush} brush
 * @param {number[][]} trace @param {string} colour */
function jump({ ctx, x, y, ratio }, trace, colour) {
  const steps = trace.slice(1).map((stand, i) => stand[1] - trace[i][1]);
  const size = Math.max(...steps.map(Math.abs));
  if (size < 0.2) return;
  const i = steps.findIndex((step) => Math.abs(step) === size);
  const [px, py] = [x((trace[i][0] + trace[i + 1][0]) / 2), y((trace[i][1] + trace[i + 1][1]) / 2)];
  const tip = Math.sign(steps[i]) * 7 * ratio;
  ctx.fillStyle = colour;
  ctx.beginPath();
  ctx.moveTo(px, py - tip);
  ctx.lineTo(px - 5 * ratio, py + tip / 2);
  ctx.lineTo(px + 5 * ratio, py + tip / 2);
  ctx.fill();
}
