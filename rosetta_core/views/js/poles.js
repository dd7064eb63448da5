// Eigenvalues at rest in the complex plane: to the left what dies out, upwards how fast it turns.

import { digits } from "./dom.js";
import { caption, Frame, line, marker } from "./frame.js";

/** @typedef {import("./planes.js").Scene} Scene */

/** The smallest of 1, 2, 5, 10, ... that is not below `value`: a range that does not breathe. @param {number} value */
export function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5].find((m) => m * power >= value * (1 - 1e-9)) ?? 10);
}

/** @param {import("./eigen.js").Complex} pole */
function spoken([re, im]) {
  const decimals = Math.abs(re) + Math.abs(im) < 100 ? 2 : 0;
  const real = digits(re, decimals);
  return Math.abs(im) < 1e-9 ? real : `${real} ${im < 0 ? "−" : "+"} ${digits(Math.abs(im), decimals)}i`;
}

export class Poles {
  /** @param {HTMLElement} host @param {any} view @param {Scene} scene */
  constructor(host, view, scene) {
    this.host = host;
    this.scene = scene;
    this.view = view;
    this.reach = [1, 1];
    host.setAttribute("role", "img");
    const along = (/** @type {number} */ k) => () => (k ? view.y : view.x) ?? [-this.reach[k], this.reach[k]];
    this.frame = new Frame(
      host,
      {
        x: { label: "real part (1/s)", short: "real (1/s)", range: along(0) },
        y: { label: "imaginary part (rad/s)", short: "imag. (rad/s)", range: along(1) },
        square: true,
        paint: (brush) => this.paint(brush),
      },
      scene.colours,
    );
  }

  update() {
    const { rest } = this.scene.find;
    this.poles = rest?.poles ?? [];
    const far = (/** @type {number} */ k) => Math.max(...this.poles.map((/** @type {number[]} */ pole) => Math.abs(pole[k])), 1e-3);
    this.reach = [roundUp(1.25 * far(0)), roundUp(1.25 * far(1))];
    const list = this.poles.map(spoken).join("; ");
    const first = this.poles[0]?.[0];
    const verdict = first === undefined ? "" : first < 0 ? " Stable: all lie to the left." : first > 0 ? " Unstable: one lies to the right." : " On the edge.";
    this.host.setAttribute("aria-label", list ? `Poles at rest, per second: ${list}.${verdict}` : "Poles: no point of rest found.");
    this.frame.draw();
  }

  /** @param {import("./frame.js").Brush} brush */
  paint(brush) {
    if (!this.poles) return;
    const { ctx, x, box, colours } = brush;
    const ranges = [this.view.x ?? [-this.reach[0], this.reach[0]], this.view.y ?? [-this.reach[1], this.reach[1]]];
    const zero = Math.min(Math.max(x(0), box.left), box.left + box.width);
    ctx.fillStyle = colours.wash;
    ctx.fillRect(box.left, box.top, zero - box.left, box.height);
    line(brush, [0, 0], ranges[1], colours.line, 1);
    line(brush, ranges[0], [0, 0], colours.line, 1);
    const top = ranges[1][1];
    const room = box.width > 130 * brush.ratio;
    if (room && ranges[0][0] < 0) caption(brush, Math.min(0, ranges[0][1]), top, "dies out", colours.ghost, [-6, 10], "right");
    if (room && ranges[0][1] > 0) caption(brush, Math.max(0, ranges[0][0]), top, "grows", colours.ghost, [6, 10], "left");
    for (const [re, im] of this.poles) marker(brush, re, im, "cross", colours.push, 5);
    if (!this.poles.length) caption(brush, (ranges[0][0] + ranges[0][1]) / 2, 0, "no point of rest found", colours.ink);
  }
}
