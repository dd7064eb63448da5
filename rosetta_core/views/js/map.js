// A plane of two controls with curves and regions from the build, and the place where the reader is.

import { digits } from "./dom.js";
import { caption, Frame, line, marker } from "./frame.js";
import { grabbed } from "./phase.js";

/** @typedef {import("./planes.js").Scene} Scene */

export class ControlMap {
  /** @param {HTMLElement} host @param {any} view @param {Scene} scene */
  constructor(host, view, scene) {
    this.host = host;
    this.scene = scene;
    this.data = view.data;
    this.axes = [view.x, view.y].map((name) => scene.spec.controls.find((/** @type {any} */ c) => c.name === name));
    const ranges = this.axes.map(({ low, high }) => () => /** @type {[number, number]} */ ([low, high]));
    this.frame = new Frame(
      host,
      {
        x: { label: scene.spec.labels[view.x], short: scene.spec.shorts[view.x], range: ranges[0] },
        y: { label: scene.spec.labels[view.y], short: scene.spec.shorts[view.y], range: ranges[1] },
        square: true,
        paint: (brush) => this.paint(brush),
      },
      scene.colours,
    );
    const place = (/** @type {number} */ a, /** @type {number} */ b) => this.moveTo([a, b].map((s, k) => this.axes[k].low + s * (this.axes[k].high - this.axes[k].low)));
    grabbed(host, this.frame, {
      place,
      step: (right, up) => this.moveTo([right, up].map((n, k) => this.at(k) + n * this.stride(k))),
      home: () => this.moveTo(this.axes.map((axis) => axis.default)),
    });
  }

  /** Steps of an arrow key: those of the slider, but at least a hundredth of the way. @param {number} k */
  stride(k) {
    const { low, high, step } = this.axes[k];
    return step * Math.max(1, Math.round((high - low) / 100 / step));
  }

  /** @param {number} k */
  at(k) {
    return this.scene.values[this.axes[k].name];
  }

  /** @param {number[]} to */
  moveTo(to) {
    const snapped = this.axes.map(({ name, low, high, step }, k) => {
      const value = low + step * Math.round((to[k] - low) / step);
      return [name, Number(Math.min(Math.max(value, low), high).toPrecision(12))];
    });
    this.scene.moveControls(Object.fromEntries(snapped));
  }

  update() {
    const where = this.axes.map(({ axis, step, unit }, k) => `${axis} ${digits(this.at(k), Math.max(0, Math.ceil(-Math.log10(step))))} ${unit}`.trim());
    const regions = this.data.regions.map((/** @type {any} */ r) => r.text).join(", ");
    this.host.setAttribute("aria-label", `Map of ${this.axes.map((a) => a.axis).join(" and ")}, with the regions: ${regions}. You are at ${where.join(", ")}. The arrow keys move you, Home brings you back.`);
    this.frame.draw();
  }

  /** @param {import("./frame.js").Brush} brush */
  paint(brush) {
    const { colours } = brush;
    if (!this.scene.values) return;
    for (const curve of this.data.curves) {
      line(brush, curve.x, curve.y, colours[curve.role ?? "output"], curve.dashed ? 1.3 : 1.8, curve.dashed ? [5, 4] : []);
    }
    for (const { text, x, y } of this.data.regions) {
      text.split("\n").forEach((/** @type {string} */ part, /** @type {number} */ i, /** @type {string[]} */ all) => caption(brush, x, y, part, colours.ink, [0, 13 * (i - (all.length - 1) / 2)]));
    }
    /** @type {number[][]} */
    const taken = [];
    for (const { text, x, y, at, role } of this.data.curves) {
      const i = at ?? x.length - 1;
      if (text) caption(brush, x[i], y[i], text, colours[role ?? "output"], [0, -9], "center", taken);
    }
    marker(brush, this.at(0), this.at(1), "ring", colours.push, 6);
  }
}
