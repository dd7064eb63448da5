// What a method of integration does to x² + y², which a swing without losses keeps.

import { digits } from "./dom.js";
import { Frame } from "./frame.js";

/** @typedef {import("./planes.js").Scene} Scene */

export class Energy {
  /** @param {HTMLElement} host @param {any} view @param {Scene} scene */
  constructor(host, view, scene) {
    this.host = host;
    this.scene = scene;
    const [low, high] = view.decades;
    this.floor = 10 ** (low - 1);
    host.setAttribute("role", "img");
    this.frame = new Frame(
      host,
      {
        x: { label: scene.spec.labels.t, range: () => [0, scene.spec.run.t1] },
        y: { label: "energy x² + y²", range: () => [10 ** low, 10 ** high], log: true },
        lines: ["ghost", "output"],
        right: 34,
        over: (brush) => this.names(brush),
      },
      scene.colours,
    );
  }

  update() {
    const { run, start, known } = this.scene;
    const t = Float64Array.from({ length: run.n + 1 }, (_, i) => i * run.dt);
    const at = (/** @type {number} */ x, /** @type {number} */ y) => Math.max(x * x + y * y, this.floor);
    const energy = Float64Array.from(t, (_, i) => (i ? at(run.x[2 * i - 2], run.x[2 * i - 1]) : at(start[0], start[1])));
    this.last = energy[run.n];
    this.host.setAttribute("aria-label", `Energy x² + y² against time, logarithmic: at the end ${digits(known.energy, 3)} times that of the start.`);
    this.frame.draw([t, t.map(() => energy[0]), energy]);
  }

  /** @param {import("./frame.js").Brush} brush */
  names({ ctx, y, box, colours, font, ratio }) {
    if (this.last === undefined) return;
    const { start } = this.scene;
    const at = y(Math.max(start[0] ** 2 + start[1] ** 2, this.floor));
    ctx.font = font(11);
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    ctx.fillStyle = colours.ghost;
    ctx.fillText("start", box.left + box.width + 4 * ratio, at);
  }
}
