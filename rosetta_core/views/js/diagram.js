// A bifurcation diagram from the build, with the present value and what the run does there.

import { digits } from "./dom.js";
import { caption, Frame, line, marker } from "./frame.js";
import { swing } from "./measure.js";
import { jump } from "./planes.js";
import { columnOf } from "./shown.js";

/** @typedef {import("./planes.js").Scene} Scene */

const SHAPE_OF = { circle: "disc" };

export class Diagram {
  /** @param {HTMLElement} host @param {any} view @param {Scene} scene */
  constructor(host, view, scene) {
    this.host = host;
    this.scene = scene;
    this.view = view;
    this.data = view.data;
    const { low, high } = scene.spec.controls.find((/** @type {any} */ c) => c.name === view.parameter);
    const margin = 0.06 * (this.data.y.high - this.data.y.low);
    this.range = /** @type {[number, number]} */ (view.y ?? [this.data.y.low - margin, this.data.y.high + margin]);
    scene.extremes = () => this.extremes();
    host.setAttribute("role", "img");
    this.frame = new Frame(
      host,
      {
        x: { label: this.data.x.label, short: scene.spec.shorts[view.parameter], range: () => [low, high] },
        y: { label: this.data.y.label, short: scene.spec.shorts[this.data.y.name], range: () => this.range },
        square: true,
        paint: (brush) => this.paint(brush),
      },
      scene.colours,
    );
  }

  /** Least and largest value over the last quarter of the run. */
  extremes() {
    const { spec, run } = this.scene;
    const { minimum, maximum } = swing(columnOf(spec, run, this.data.y.name, Math.floor(0.75 * run.n)), run.dt);
    return [minimum, maximum];
  }

  update() {
    const { values } = this.scene;
    const [minimum, maximum] = (this.ends = this.extremes());
    const events = this.data.events.map((/** @type {any} */ e) => `${e.text} at ${digits(e.x, 2)}`).join("; ");
    const here = `At ${digits(values[this.view.parameter], 2)} the run goes from ${digits(minimum, 2)} to ${digits(maximum, 2)}.`;
    this.host.setAttribute("aria-label", `Bifurcation diagram, ${this.data.y.label} against ${this.data.x.label}. ${events ? `${events}. ` : ""}${here}`);
    this.frame.draw();
  }

  /** @param {import("./frame.js").Brush} brush */
  paint(brush) {
    const { colours } = brush;
    if (!this.ends) return;
    const here = this.scene.values[this.view.parameter];
    line(brush, [here, here], this.range, colours.line, 1, [2, 3]);
    for (const { stable, x, y } of this.data.curves) line(brush, x, y, colours.output, stable ? 2 : 1.2, stable ? [] : [5, 4]);
    for (const { marker: shape, filled, x, y } of this.data.events) {
      marker(brush, x, y, SHAPE_OF[shape] ?? shape, colours.output, 4, !filled);
    }
    const seen = new Set();
    /** @type {number[][]} */
    const taken = [];
    for (const { text, x, y } of this.data.events) {
      if (!seen.has(text)) caption(brush, x, y, text, colours.ghost, [0, -13], "center", taken);
      seen.add(text);
    }
    this.traces(brush);
    const inside = this.ends.map((v) => Math.min(Math.max(v, this.range[0]), this.range[1]));
    line(brush, [here, here], inside, colours.push, 2.5);
    for (const end of inside) marker(brush, here, end, "open", colours.push, 5.5);
  }

  /** What a sweep swept: its extremes on the way up and down. @param {import("./frame.js").Brush} brush */
  traces(brush) {
    const colour = brush.colours.drive;
    for (const trace of Object.values(this.scene.trace)) {
      if (trace.length < 2) continue;
      for (const k of [2, 3]) line(brush, trace.map((s) => s[0]), trace.map((s) => s[k]), colour, 2.5, [7, 2, 1.5, 2]);
      jump(brush, trace, colour, 3, 0.15 * (this.range[1] - this.range[0]));
    }
  }
}
