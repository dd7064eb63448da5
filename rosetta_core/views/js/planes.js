// The bifurcation diagram of a model whose equations do not change when the plane is turned, found in the page.

import { Frame, line, marker } from "./frame.js";
import { diagram } from "./radial.js";

/** @typedef {import("./kernel.js").Run} Run */
/** What a view may look at: the spec, the kernel, the setting in force, the last run, and ways to change things.
 * `still` is the setting with what of a drive stays for ever, `find` what is known of rest, `first` the steps before this run.
 * @typedef {{ spec: any, kernel: import("./kernel.js").Kernel, setting: import("./kernel.js").Setting, run: Run,
 *   still: import("./kernel.js").Setting, first: number, find: Record<string, any>, twin: any,
 *   start: number[], values: Record<string, any>, known: Record<string, any>, colours: () => Record<string, string>,
 *   trace: {up: number[][], down: number[][]}, extremes?: () => number[], moveStart: (x0: number[] | null) => void,
 *   moveControls: (values: Record<string, number>) => void }} Scene */

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
    this.found = diagram(this.scene.kernel, this.scene.still, this.index, this.span, this.view.top);
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

/** An arrowhead where number k of a stand changed most between two, if it jumped by at least so much.
 * @param {import("./frame.js").Brush} brush @param {number[][]} trace @param {string} colour @param {number} [k]
 * @param {number} [least] */
export function jump({ ctx, x, y, ratio }, trace, colour, k = 1, least = 0.2) {
  const steps = trace.slice(1).map((stand, i) => stand[k] - trace[i][k]);
  const size = Math.max(...steps.map(Math.abs));
  if (size < least) return;
  const i = steps.findIndex((step) => Math.abs(step) === size);
  const [px, py] = [x((trace[i][0] + trace[i + 1][0]) / 2), y((trace[i][k] + trace[i + 1][k]) / 2)];
  const tip = Math.sign(steps[i]) * 7 * ratio;
  ctx.fillStyle = colour;
  ctx.beginPath();
  ctx.moveTo(px, py - tip);
  ctx.lineTo(px - 5 * ratio, py + tip / 2);
  ctx.lineTo(px + 5 * ratio, py + tip / 2);
  ctx.fill();
}
