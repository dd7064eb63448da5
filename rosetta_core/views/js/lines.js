// Views of one number against another: time series, spectrum, histogram of the radius.

import { Frame, line } from "./frame.js";
import { radialDensity } from "./radial.js";
import { linearSpectrum, welch } from "./spectrum.js";

/** @typedef {import("./planes.js").Scene} Scene */

const ROLE = ["push", "pull"]; // of the first and the second state

export class TimeSeries {
  /** @param {HTMLElement} host @param {any} view @param {Scene} scene */
  constructor(host, view, scene) {
    this.scene = scene;
    this.shown = view.show.map((/** @type {string} */ name) => scene.spec.state.indexOf(name));
    this.end = scene.spec.run.t1;
    this.begin = this.end - (view.last ?? this.end);
    const { labels } = scene.spec;
    host.setAttribute("role", "img");
    host.setAttribute("aria-label", `Time series: ${view.show.map((/** @type {string} */ n) => labels[n]).join(" and ")}.`);
    this.frame = new Frame(
      host,
      {
        x: { label: labels.t, range: () => [this.begin, this.end] },
        y: { label: view.show.length > 1 ? labels.states : labels[view.show[0]], range: () => [-view.top, view.top] },
        lines: this.shown.map((/** @type {number} */ k) => ROLE[k] ?? "output"),
        right: 18,
        over: view.show.length > 1 ? (brush) => this.names(brush) : undefined,
      },
      scene.colours,
    );
  }

  update() {
    const { run, spec } = this.scene;
    const width = spec.state.length;
    const from = Math.max(Math.floor(this.begin / run.dt) - 1, 0);
    const length = Math.max(run.n - from, 0);
    const t = Float64Array.from({ length }, (_, i) => (from + i + 1) * run.dt);
    const columns = this.shown.map((/** @type {number} */ k) => Float64Array.from({ length }, (_, i) => run.x[(from + i) * width + k]));
    this.frame.draw([t, ...columns]);
  }

  /** The name of each line at its end. @param {import("./frame.js").Brush} brush */
  names({ ctx, y, box, colours, font, ratio }) {
    const { run, spec } = this.scene;
    if (!run) return;
    ctx.font = font(12);
    ctx.textAlign = "left"; // the axes leave it at "center"
    ctx.textBaseline = "middle";
    const ends = this.shown.map((/** @type {number} */ k) => ({ k, at: y(run.end[k]) }));
    ends.sort((/** @type {any} */ a, /** @type {any} */ b) => a.at - b.at);
    ends.forEach(({ k, at }, /** @type {number} */ i) => {
      const above = i ? ends[i - 1].at + 13 * ratio : at;
      ends[i].at = Math.max(at, above); // two names never on top of each other
      ctx.fillStyle = colours[ROLE[k] ?? "output"];
      ctx.fillText(spec.symbols[spec.state[k]], box.left + box.width + 5 * ratio, ends[i].at);
    });
  }
}

export class Spectrum {
  /** @param {HTMLElement} host @param {any} view @param {Scene} scene */
  constructor(host, view, scene) {
    this.scene = scene;
    this.view = view;
    this.state = scene.spec.state.indexOf(view.of);
    const [low, high] = view.decades;
    host.setAttribute("role", "img");
    host.setAttribute("aria-label", `Power spectrum: ${scene.spec.labels.power} against ${scene.spec.labels.f}, logarithmic.`);
    this.frame = new Frame(
      host,
      {
        x: { label: scene.spec.labels.f, range: () => [0, view.high] },
        y: { label: scene.spec.labels.power, range: () => [10 ** low, 10 ** high], log: true },
        lines: [ROLE[this.state] ?? "output", "translated"],
        square: true,
        over: (brush) => this.name(brush),
      },
      scene.colours,
    );
  }

  update() {
    const { run, spec, kernel, setting } = this.scene;
    const width = spec.state.length;
    const x = Float64Array.from({ length: run.n }, (_, i) => run.x[i * width + this.state]);
    const { frequency, power } = welch(x, run.dt, this.view.segment);
    const shown = frequency.findIndex((f) => f > this.view.high);
    const cut = shown < 0 ? frequency.length : shown + 1;
    const f = frequency.slice(0, cut);
    const floor = 10 ** (this.view.decades[0] - 1); // a logarithm wants a number above zero
    this.linear = linearSpectrum(kernel, setting, f);
    this.frame.draw([f, power.slice(0, cut).map((p) => Math.max(p, floor)), this.linear ?? f.map(() => null)]);
  }

  /** @param {import("./frame.js").Brush} brush */
  name({ ctx, box, colours, font, ratio }) {
    if (!this.linear) return;
    ctx.font = font(11);
    ctx.fillStyle = colours.translated;
    ctx.textAlign = "right";
    ctx.fillText("- - linear theory", box.left + box.width, box.top + 10 * ratio, box.width);
  }
}

export class Histogram {
  /** @param {HTMLElement} host @param {any} view @param {Scene} scene */
  constructor(host, view, scene) {
    this.scene = scene;
    this.view = view;
    this.bins = 36;
    this.highest = 1;
    host.setAttribute("role", "img");
    host.setAttribute("aria-label", `Histogram of the ${scene.spec.labels.r}, with the density that theory predicts.`);
    this.frame = new Frame(
      host,
      {
        x: { label: scene.spec.labels.r, range: () => [0, view.top] },
        y: { label: scene.spec.labels.density, range: () => [0, this.highest] },
        square: true,
        paint: (brush) => this.paint(brush),
        over: (brush) => this.name(brush),
      },
      scene.colours,
    );
  }

  update() {
    const { run, kernel, setting } = this.scene;
    const { top } = this.view;
    const width = top / this.bins;
    const from = Math.floor(0.1 * run.n); // the start is not yet stationary
    this.share = new Float64Array(this.bins);
    for (let i = from; i < run.n; i++) {
      const bin = Math.floor(Math.hypot(run.x[2 * i], run.x[2 * i + 1]) / width);
      if (bin < this.bins) this.share[bin] += 1 / ((run.n - from) * width);
    }
    this.theory = setting.sigma > 0 ? radialDensity(kernel, setting, top, 180) : null;
    const peak = Math.max(...(this.theory?.p ?? this.share));
    this.highest = [1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64].find((h) => h > 1.12 * peak) ?? 128;
    this.frame.draw();
  }

  /** @param {import("./frame.js").Brush} brush */
  paint(brush) {
    if (!this.share) return;
    const { ctx, x, y, colours } = brush;
    const width = this.view.top / this.bins;
    ctx.fillStyle = colours.output;
    ctx.globalAlpha = 0.28;
    this.share.forEach((share, i) => ctx.fillRect(x(i * width), y(share), 0.92 * (x(width) - x(0)), y(0) - y(share)));
    ctx.globalAlpha = 1;
    if (this.theory) line(brush, this.theory.r, this.theory.p, colours.translated, 2, [4, 3]);
  }

  /** @param {import("./frame.js").Brush} brush */
  name({ ctx, box, colours, font, ratio }) {
    if (!this.theory) return;
    ctx.font = font(11);
    ctx.fillStyle = colours.translated;
    ctx.textAlign = "right";
    ctx.fillText("- - exact density", box.left + box.width, box.top + 10 * ratio, box.width);
  }
}
