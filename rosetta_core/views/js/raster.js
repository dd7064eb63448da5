// Spikes over time: a tick for each, and the rate of the whole crowd in bins.

import { digits } from "./dom.js";
import { caption, Frame, line } from "./frame.js";
import { binned, rateIn, spikeTimes, staticRate } from "./spikes.js";

/** @typedef {import("./planes.js").Scene} Scene */
/** @typedef {import("./frame.js").Brush} Brush */

/** An upright line where the drive steps. @param {Brush} brush @param {Scene} scene */
function stepLine(brush, { spec, values }) {
  if (!spec.drive) return;
  const [low, high] = [brush.box.top, brush.box.top + brush.box.height];
  line({ ...brush, y: (v) => v }, [values.drive_start, values.drive_start], [low, high], brush.colours.drive, 1.5, [7, 2, 1.5, 2]);
}

/** @param {Scene} scene @returns {() => [number, number]} */
const shownTime = ({ spec }) => () => [spec.network.settle, spec.run.t1];

export class Raster {
  /** @param {HTMLElement} host @param {any} view @param {Scene} scene */
  constructor(host, view, scene) {
    this.scene = scene;
    this.view = view;
    this.host = host;
    this.rows = view.rows;
    /** @type {number[][]} */
    this.ticks = [];
    host.setAttribute("role", "img");
    this.frame = new Frame(
      host,
      {
        x: { label: scene.spec.labels.t, range: shownTime(scene) },
        y: { label: "neuron", range: () => [0, this.rows + 1], steps: [1, 2, 5, 10, 20, 50] },
        tall: Math.min(scene.spec.network.nodes, view.rows) > 40 ? 1.6 : 1.25,
        paint: (brush) => this.paint(brush),
      },
      scene.colours,
    );
  }

  update() {
    const { spec, run, values } = this.scene;
    this.rows = Math.min(values.count, this.view.rows);
    this.ticks = spikeTimes(spec, run, this.rows);
    const silent = this.rows - new Set(this.ticks.map(([, j]) => j)).size;
    const text = `Raster: ${this.ticks.length} spikes of ${this.rows < values.count ? "the first " : ""}${this.rows} neurons in ${digits(spec.run.t1 - spec.network.settle, 2)} s; ${silent} of them are silent.`;
    this.host.setAttribute("aria-label", text);
    this.frame.draw();
  }

  /** @param {Brush} brush */
  paint(brush) {
    const { ctx, x, y, ratio, colours, box } = brush;
    if (!this.scene.values) return;
    stepLine(brush, this.scene);
    const height = Math.min(Math.max((0.8 * box.height) / (this.rows + 1), 2 * ratio), 8 * ratio);
    const width = 1.6 * ratio;
    ctx.fillStyle = colours.push;
    for (const [t, j] of this.ticks) ctx.fillRect(x(t) - width / 2, y(j) - height / 2, width, height);
  }
}

export class PopulationRate {
  /** @param {HTMLElement} host @param {any} view @param {Scene} scene */
  constructor(host, view, scene) {
    this.scene = scene;
    this.view = view;
    this.host = host;
    host.setAttribute("role", "img");
    this.frame = new Frame(
      host,
      {
        x: { label: scene.spec.labels.t, range: shownTime(scene) },
        y: { label: scene.spec.network.words.rate, short: "rate (Hz)", range: () => [0, view.top] },
        tall: view.static ? 1.35 : 1.15,
        paint: (brush) => this.paint(brush),
      },
      scene.colours,
    );
  }

  /** Whether the static curve has something to say: it knows no noise. */
  get still() {
    return this.view.static && this.scene.values.sigma === 0;
  }

  update() {
    const { values, known } = this.scene;
    const mean = `Population rate of ${values.count} neurons in bins of ${digits(1000 * values.bin, 0)} ms: mean ${digits(known.rate, 1)} Hz, standard deviation ${digits(known.rate_sd, 2)} Hz`;
    const step = `Population rate: highest ${digits(known.peak, 1)} Hz after the step`;
    const level = `; the static curve says ${digits(known.static_before, 1)} Hz before and ${digits(known.static, 1)} Hz after`;
    this.host.setAttribute("aria-label", `${this.scene.spec.drive ? step : mean}${this.still ? level : ""}.`);
    this.frame.draw();
  }

  /** @param {Brush} brush */
  paint(brush) {
    const { spec, run, values, known } = this.scene;
    if (!run?.n) return;
    const { colours } = brush;
    const found = binned(spec, run, values);
    const rate = rateIn(found, spec.network.nodes, values.count);
    const edge = (/** @type {number} */ b) => found.d * (found.begin + found.width * (b - found.before));
    const [first, last] = [edge(0), edge(found.bins)];
    const xs = Array.from(rate, (_, b) => [edge(b), edge(b + 1)]).flat();
    stepLine(brush, this.scene);
    if (!this.still) line(brush, [first, last], [known.rate, known.rate], colours.ghost, 1.2, [1, 2.5]);
    line(brush, xs, Array.from(rate, (r) => [r, r]).flat(), colours.output, 1.8);
    if (!this.still) return;
    const at = spec.drive ? values.drive_start : first;
    const levels = [values.I, values.I + (values.drive_amplitude ?? 0)].map((input) => staticRate(spec, values, input));
    line(brush, [first, at, at, last], [levels[0], levels[0], levels[1], levels[1]], colours.translated, 2, [4, 3]);
    caption(brush, last, levels[1], "static curve", colours.translated, [0, 11], "right");
  }
}
