// The plane of two states: flow, nullclines, points of rest, the run, and a start that can be moved.

import { zeros } from "./contour.js";
import { Frame, line, marker } from "./frame.js";
import { CELLS, gridOf } from "./measure.js";
import { growth } from "./radial.js";

/** @typedef {import("./planes.js").Scene} Scene */

const ARROWS = 13;
const SHAPE = { stable: "disc", unstable: "ring", neutral: "ring", saddle: "saddle" };

export class PhasePlane {
  /** @param {HTMLElement} host @param {any} view @param {Scene} scene */
  constructor(host, view, scene) {
    this.scene = scene;
    this.view = view;
    this.index = view.show.map((/** @type {string} */ name) => scene.spec.state.indexOf(name));
    const [first, second] = view.show;
    this.frame = new Frame(
      host,
      {
        x: { label: scene.spec.labels[first], short: scene.spec.shorts[first], range: () => view.x },
        y: { label: scene.spec.labels[second], short: scene.spec.shorts[second], range: () => view.y },
        square: true,
        paint: (brush) => this.paint(brush),
      },
      scene.colours,
    );
    this.grab(host);
  }

  /** The initial state follows the pointer or the arrow keys. @param {HTMLElement} host */
  grab(host) {
    const { x, y } = this.view;
    host.setAttribute("aria-label", "Phase plane. The arrow keys move the initial state, Home brings it back.");
    grabbed(host, this.frame, {
      place: (across, up) => this.moveTo(x[0] + across * (x[1] - x[0]), y[0] + up * (y[1] - y[0])),
      step: (right, up) => {
        const [a, b] = this.index.map((/** @type {number} */ k) => this.scene.start[k]);
        this.moveTo(a + (right * (x[1] - x[0])) / 40, b + (up * (y[1] - y[0])) / 40);
      },
      home: () => this.scene.moveStart(null),
    });
  }

  /** @param {number} x @param {number} y */
  moveTo(x, y) {
    const start = [...this.scene.start];
    [x, y].forEach((value, k) => {
      const [low, high] = k === 0 ? this.view.x : this.view.y;
      const fine = 10 ** Math.max(Math.ceil(3 - Math.log10(high - low)), 0);
      start[this.index[k]] = Math.round(Math.min(Math.max(value, low), high) * fine) / fine;
    });
    this.scene.moveStart(start);
  }

  update() {
    this.frame.draw();
  }

  /** @param {import("./frame.js").Brush} brush */
  paint(brush) {
    const { run, start, colours, spec, find } = this.scene;
    if (!run) return;
    const ink = colours();
    const width = spec.state.length;
    const plane = width === 2 && this.index[0] === 0;
    if (plane) this.flow(brush, ink.line);
    if (plane && this.scene.setting.sigma === 0) this.nullclines(brush, ink);
    const [xs, ys] = this.index.map((/** @type {number} */ k) => Float64Array.from({ length: run.n }, (_, i) => run.x[width * i + k]));
    const [from, to] = [start, run.end].map((x) => this.index.map((/** @type {number} */ k) => x[k]));
    const late = Math.floor(0.75 * run.n);
    // Beside a twin what counts is where the two end, and a slow way there would cover it.
    if (!this.scene.twin) line(brush, [from[0], ...xs.subarray(0, late + 1)], [from[1], ...ys.subarray(0, late + 1)], ink.ghost, 1);
    line(brush, xs.subarray(late), ys.subarray(late), ink.output, 2);
    const other = this.scene.twin?.path(this.view.show);
    if (other) line(brush, other[0], other[1], ink.translated, 2, [4, 3]);
    for (const rest of plane ? find.rests : [find.rest].filter(Boolean)) {
      const at = this.index.map((/** @type {number} */ k) => rest.x[k]);
      marker(brush, at[0], at[1], this.shape(rest), ink.ink, 3.5);
    }
    marker(brush, from[0], from[1], "ring", ink.push, 5);
    marker(brush, to[0], to[1], "disc", ink.output, 4);
  }

  /** Where eigenvalues do not decide, the cubic terms do: of a model that may be turned, the growth beside rest.
   * @param {import("./rest.js").Rest} rest */
  shape({ kind }) {
    const { kernel, still, spec } = this.scene;
    if (kind === "neutral" && spec.round && growth(kernel, still, [1e-5])[0] < 0) return "disc";
    return SHAPE[kind];
  }

  /** Direction of the flow, all arrows of one length. @param {import("./frame.js").Brush} brush @param {string} colour */
  flow({ ctx, x, y, ratio, box }, colour) {
    const { kernel, still } = this.scene;
    const points = gridOf(this.view.x, this.view.y, ARROWS);
    const slopes = kernel.field(points, still);
    const length = (0.62 * box.width) / ARROWS;
    const [right, up] = [x(1) - x(0), y(1) - y(0)];
    ctx.beginPath();
    for (let i = 0; i < points.length; i += 2) {
      const speed = Math.hypot(slopes[i] * right, slopes[i + 1] * up) || 1;
      const dx = ((slopes[i] * right) / speed) * length;
      const dy = ((slopes[i + 1] * up) / speed) * length;
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
    const { grid, slopes } = this.scene.find;
    brush.ctx.globalAlpha = 0.75;
    for (const curve of zeros(grid, slopes, 0, CELLS)) line(brush, curve[0], curve[1], ink.push, 1.1);
    for (const curve of zeros(grid, slopes, 1, CELLS)) line(brush, curve[0], curve[1], ink.pull, 1.1, [6, 4]);
    brush.ctx.globalAlpha = 1;
  }
}

/** Let pointer and arrow keys move something in a plot. `place` gets shares of the width and height, `step` directions.
 * @param {HTMLElement} host @param {Frame} frame
 * @param {{ place: (across: number, up: number) => void, step: (right: number, up: number) => void, home: () => void }} moves */
export function grabbed(host, frame, { place, step, home }) {
  host.tabIndex = 0;
  host.setAttribute("role", "application");
  const over = frame.plot.over;
  const here = (/** @type {PointerEvent} */ event) => {
    const box = over.getBoundingClientRect();
    place((event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height);
  };
  over.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    over.setPointerCapture(event.pointerId);
    here(event);
  });
  over.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
    if (over.hasPointerCapture(event.pointerId)) here(event);
  });
  host.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!way && event.key !== "Home") return;
    event.preventDefault();
    if (way) step(way[0], way[1]);
    else home();
  });
}
