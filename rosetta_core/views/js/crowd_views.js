// Views of a network: its nodes on the circle, and matrices of all pairs; by kind, with the curves of crowd_lines.js.

import { centre, correlationOf, polar } from "./crowd.js";
import { NodeSeries, Order, SweepCurve } from "./crowd_lines.js";
import { Modes } from "./crowd_modes.js";
import { digits } from "./dom.js";
import { Frame, line, marker } from "./frame.js";
import { Bands, Difference } from "./pair.js";
import { SPIKE_VIEWS } from "./spike_curves.js";

/** @typedef {import("./planes.js").Scene} Scene */
/** @typedef {import("./frame.js").Brush} Brush */

export class Circle {
  /** @param {HTMLElement} host @param {any} view @param {Scene} scene */
  constructor(host, view, scene) {
    this.scene = scene;
    this.host = host;
    const { words } = scene.spec.network;
    host.setAttribute("role", "img");
    const range = () => /** @type {[number, number]} */ ([-view.top, view.top]);
    this.frame = new Frame(
      host,
      {
        x: { label: words.across, range },
        y: { label: words.up, range },
        square: true,
        paint: (brush) => this.paint(brush),
      },
      scene.colours,
    );
  }

  update() {
    const { spec, run } = this.scene;
    const mean = run.n ? ` Their mean is at ${digits(centre(spec.network, run, run.n - 1)[0], 2)} from zero.` : "";
    this.host.setAttribute("aria-label", `${spec.network.nodes} nodes in the plane at the end of the run.${mean}`);
    this.frame.draw();
  }

  /** @param {Brush} brush */
  paint(brush) {
    const { run, spec } = this.scene;
    if (!run?.n) return;
    const { network: crowd } = spec;
    const { ctx, x, y, ratio, colours } = brush;
    const around = Array.from({ length: 121 }, (_, i) => (i * Math.PI) / 60);
    line(brush, around.map(Math.cos), around.map(Math.sin), colours.line, 1);
    line(brush, [-9, 9], [0, 0], colours.line, 0.5);
    line(brush, [0, 0], [-9, 9], colours.line, 0.5);
    const size = crowd.nodes > 40 ? 3 : crowd.nodes > 5 ? 4 : 6;
    for (let j = crowd.nodes - 1; j >= 0; j--) {
      const [angle, radius] = polar(crowd, run, run.n - 1, j);
      const slow = crowd.shape.some(Boolean) ? crowd.shape[j] < 0 : j % 2 === 1;
      marker(brush, radius * Math.cos(angle), radius * Math.sin(angle), slow ? "ring" : "disc", slow ? colours.pull : colours.push, size);
    }
    const [length, angle] = centre(crowd, run, run.n - 1);
    const tip = [x(length * Math.cos(angle)), y(length * Math.sin(angle))];
    if (length < 0.02) return;
    ctx.strokeStyle = ctx.fillStyle = colours.output;
    ctx.lineWidth = 2.5 * ratio;
    ctx.beginPath();
    ctx.moveTo(x(0), y(0));
    ctx.lineTo(tip[0], tip[1]);
    ctx.stroke();
    const way = Math.atan2(tip[1] - y(0), tip[0] - x(0));
    ctx.beginPath();
    for (const turn of [0, 2.5, -2.5]) ctx.lineTo(tip[0] + 6 * ratio * Math.cos(way + turn), tip[1] + 6 * ratio * Math.sin(way + turn));
    ctx.fill();
  }
}

export class Matrix {
  /** @param {HTMLElement} host @param {any} view @param {Scene} scene */
  constructor(host, view, scene) {
    this.scene = scene;
    this.view = view;
    this.host = host;
    const { nodes } = scene.spec.network;
    host.setAttribute("role", "img");
    const range = () => /** @type {[number, number]} */ ([0.5, nodes + 0.5]);
    const steps = [1, 2, 5, 10, 20, 50];
    const paired = view.of === "weights" ? ["weight from node", "to node"] : ["correlation of node", "with node"];
    this.frame = new Frame(
      host,
      {
        x: { label: paired[0], range, steps },
        y: { label: paired[1], range, steps },
        square: true,
        paint: (brush) => this.paint(brush),
      },
      scene.colours,
    );
  }

  update() {
    const { spec, run } = this.scene;
    const { weights } = spec.network;
    this.rows = this.view.of === "weights" ? weights : correlationOf(spec, run);
    const pairs = this.rows.flatMap((row, i) => Array.from(row, (value, j) => ({ value, weight: weights[i][j], i, j })).filter((c) => c.i !== c.j));
    const values = pairs.map((c) => c.value).filter((v) => v === v);
    this.most = this.view.of === "weights" ? Math.max(...values, 1e-12) : 1;
    const mean = (/** @type {number[]} */ list) => (list.length ? list.reduce((a, b) => a + b, 0) / list.length : 0);
    const joined = pairs.filter((c) => c.weight !== 0);
    const text =
      this.view.of === "weights"
        ? `Weights: ${joined.length} connections among ${weights.length} nodes, the largest ${digits(this.most, 3)}.`
        : `Correlation of the run: mean ${digits(mean(values), 2)}, between connected nodes ${digits(mean(joined.map((c) => c.value).filter((v) => v === v)), 2)}.`;
    this.host.setAttribute("aria-label", text);
    this.frame.draw();
  }

  /** @param {Brush} brush */
  paint({ ctx, x, y, colours }) {
    if (!this.rows) return;
    const side = Math.abs(x(2) - x(1));
    this.rows.forEach((row, i) =>
      row.forEach((/** @type {number} */ value, /** @type {number} */ j) => {
        if (!(Math.abs(value) > 0)) return;
        ctx.fillStyle = value > 0 ? colours.push : colours.pull;
        const share = Math.min(Math.abs(value) / this.most, 1);
        ctx.globalAlpha = this.view.of === "weights" ? Math.sqrt(share) : share;
        const [left, top] = [x(j + 1) - side / 2, y(i + 1) - Math.abs(y(2) - y(1)) / 2];
        ctx.fillRect(left, top, side + 0.5, Math.abs(y(2) - y(1)) + 0.5);
      }),
    );
    ctx.globalAlpha = 1;
  }
}

export const CROWD_VIEWS = { time: NodeSeries, circle: Circle, order: Order, "sweep-curve": SweepCurve, matrix: Matrix, modes: Modes, difference: Difference, bands: Bands, ...SPIKE_VIEWS };
