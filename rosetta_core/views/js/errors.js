// Errors of the twin over its distance from where it is exact: curves from the build, and rings at what the run shows.

import { digits } from "./dom.js";
import { caption, Frame, line, marker } from "./frame.js";

/** @typedef {import("./planes.js").Scene} Scene */

const ERROR_ROLES = { amplitude: "push", frequency: "pull", waveform: "ghost" };
const ERROR_DASH = { amplitude: [], frequency: [8, 3], waveform: [1, 2.5] };

export class Errors {
  /** @param {HTMLElement} host @param {any} view @param {Scene} scene */
  constructor(host, view, scene) {
    this.host = host;
    this.scene = scene;
    this.view = view;
    this.data = view.data;
    const { x } = this.data;
    const [low, high] = view.decades;
    host.setAttribute("role", "img");
    this.frame = new Frame(
      host,
      {
        x: { label: view.label, short: "distance (1)", range: () => [x[0], x[x.length - 1]], log: true },
        y: { label: "size of the error (%)", short: "error (%)", range: () => [10 ** low, 10 ** high], log: true },
        square: true,
        paint: (brush) => this.paint(brush),
      },
      scene.colours,
    );
  }

  /** What the run shows now, in per cent; nothing where one of the two has no rhythm. */
  now() {
    const { known, twin } = this.scene;
    return Object.entries({ amplitude: known.amplitude_error, frequency: known.frequency_error }).filter(([, value]) => Number.isFinite(value) && twin.ahead > 0);
  }

  update() {
    const { twin } = this.scene;
    const here = this.now().map(([name, value]) => `${name} ${digits(value, 2)} %`).join(", ");
    const where = `distance ${digits(Math.abs(twin.ahead), 3)} from the Hopf point`;
    this.host.setAttribute("aria-label", `Errors of the twin over the distance from the Hopf point, both logarithmic. ${here ? `At ${where}: ${here}.` : `${where}, on the side without a rhythm.`}`);
    this.frame.draw();
  }

  /** @param {import("./frame.js").Brush} brush */
  paint(brush) {
    const { twin, known } = this.scene;
    if (!known) return;
    const { colours } = brush;
    const { x } = this.data;
    const [floor, top] = this.view.decades.map((/** @type {number} */ d) => 10 ** d);
    const inside = (/** @type {number} */ v) => Math.min(Math.max(v, floor), top);
    /** @type {number[][]} */
    const taken = [];
    if (twin.ahead > x[0]) line(brush, [twin.ahead, twin.ahead], [floor, top], colours.line, 1, [2, 3]);
    for (const { name, y } of this.data.curves) line(brush, x, y.map(inside), colours[ERROR_ROLES[name]], 1.8, ERROR_DASH[name]);
    for (const { name, y } of this.data.curves) {
      const i = Math.round(0.3 * x.length);
      caption(brush, x[i], inside(y[i]), name, colours[ERROR_ROLES[name]], [0, -11], "center", taken);
    }
    for (const [name, value] of this.now()) marker(brush, twin.ahead, inside(Math.abs(value)), "ring", colours[ERROR_ROLES[name]], 5);
  }
}
