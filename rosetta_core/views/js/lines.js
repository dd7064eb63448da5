// Views of one number against another: time series, spectrum, histogram of the radius.

import { driveAt } from "./drive.js";
import { Frame, line } from "./frame.js";
import { radialDensity } from "./radial.js";
import { columnOf, roleOf, valueAt, weightsOf } from "./shown.js";
import { linearSpectrum, welch } from "./spectrum.js";

/** @typedef {import("./planes.js").Scene} Scene */

export class TimeSeries {
  /** @param {HTMLElement} host @param {any} view @param {Scene} scene */
  constructor(host, view, scene) {
    this.scene = scene;
    this.view = view;
    this.end = scene.spec.run.t1;
    this.begin = this.end - (view.last ?? this.end);
    const { labels } = scene.spec;
    const spoken = view.show.map((/** @type {string} */ n) => labels[n]).join(" and ");
    host.setAttribute("role", "img");
    host.setAttribute("aria-label", `Time series: ${spoken}${view.drive ? ", with the drive below" : ""}${scene.spec.twin ? ", and its twin" : ""}.`);
    const roles = view.show.map((/** @type {string} */ name) => roleOf(scene.spec, name));
    const named = view.show.length > 1 || scene.spec.twin;
    this.frame = new Frame(
      host,
      {
        x: { label: labels.t, range: () => [this.begin, this.end] },
        y: { label: view.label, range: () => view.y },
        lines: scene.spec.twin ? [...roles, ...roles.map(() => "translated")] : roles,
        tall: view.drive ? 1.25 : 1,
        right: named && (view.show.includes("output") || scene.spec.twin) ? 42 : 18,
        paint: view.drive ? (brush) => this.drive(brush) : undefined,
        over: named ? (brush) => this.names(brush) : undefined,
      },
      scene.colours,
    );
  }

  update() {
    const { run, spec, twin } = this.scene;
    const from = Math.max(Math.floor(this.begin / run.dt) - 1, 0);
    const t = Float64Array.from({ length: Math.max(run.n - from, 0) }, (_, i) => (from + i + 1) * run.dt);
    const columns = this.view.show.map((/** @type {string} */ name) => columnOf(spec, run, name, from));
    const others = twin ? this.view.show.map((/** @type {string} */ name) => twin.column(name, from)) : [];
    this.frame.draw([t, ...columns, ...others]);
  }

  /** The drive along the lower edge, on a scale of its own. @param {import("./frame.js").Brush} brush */
  drive({ ctx, box, colours, font, ratio, x }) {
    const { spec, values, first } = this.scene;
    if (!values) return;
    const middle = box.top + 0.88 * box.height;
    const high = (0.1 * box.height) / (Math.abs(values.drive_amplitude) || 1);
    const pixels = Math.round(box.width / ratio);
    ctx.beginPath();
    for (let i = 0; i <= pixels; i++) {
      const t = this.begin + ((this.end - this.begin) * i) / pixels;
      ctx.lineTo(x(t), middle - high * driveAt(spec.drive, values, first * spec.run.dt + t));
    }
    ctx.strokeStyle = colours.drive;
    ctx.lineWidth = 1.5 * ratio;
    ctx.stroke();
    ctx.font = font(11);
    ctx.fillStyle = colours.drive;
    ctx.textAlign = "left";
    ctx.textBaseline = "bottom";
    ctx.fillText("drive", box.left + 4 * ratio, middle - 0.1 * box.height);
  }

  /** The name of each line at its end. @param {import("./frame.js").Brush} brush */
  names({ ctx, y, box, colours, font, ratio }) {
    const { run, spec, twin } = this.scene;
    if (!run) return;
    ctx.font = font(12);
    ctx.textAlign = "left"; // the axes leave it at "center"
    ctx.textBaseline = "middle";
    const inside = (/** @type {number} */ at) => Math.min(Math.max(at, box.top), box.top + box.height);
    const { show } = this.view;
    const ends = show.map((/** @type {string} */ name) => ({ text: spec.symbols[name], role: roleOf(spec, name), at: inside(y(valueAt(spec, name, run.end))) }));
    if (twin) ends.push({ text: spec.twin.text, role: "translated", at: inside(y(twin.column(show[0], 0).at(-1))) });
    ends.sort((/** @type {any} */ a, /** @type {any} */ b) => a.at - b.at);
    ends.forEach((/** @type {any} */ end, /** @type {number} */ i) => {
      const above = i ? ends[i - 1].at + 13 * ratio : end.at;
      end.at = Math.max(end.at, above); // two names never on top of each other
      ctx.fillStyle = colours[end.role];
      ctx.fillText(end.text, box.left + box.width + 5 * ratio, end.at);
    });
  }
}

export class Spectrum {
  /** @param {HTMLElement} host @param {any} view @param {Scene} scene */
  constructor(host, view, scene) {
    this.scene = scene;
    this.view = view;
    const [low, high] = view.decades;
    host.setAttribute("role", "img");
    host.setAttribute("aria-label", `Power spectrum: ${scene.spec.labels.power} against ${scene.spec.labels.f}, logarithmic.`);
    this.frame = new Frame(
      host,
      {
        x: { label: scene.spec.labels.f, range: () => [0, view.high] },
        y: { label: scene.spec.labels.power, range: () => [10 ** low, 10 ** high], log: true },
        lines: [roleOf(scene.spec, view.of), "translated"],
        square: true,
        over: (brush) => this.name(brush),
      },
      scene.colours,
    );
  }

  update() {
    const { run, spec, kernel, setting, find } = this.scene;
    const x = columnOf(spec, run, this.view.of);
    const { frequency, power } = welch(x, run.dt, this.view.segment);
    const shown = frequency.findIndex((f) => f > this.view.high);
    const cut = shown < 0 ? frequency.length : shown + 1;
    const f = frequency.slice(0, cut);
    const floor = 10 ** (this.view.decades[0] - 1); // a logarithm wants a number above zero
    const linear = setting.sigma > 0 && find.rest?.kind === "stable";
    this.linear = linear ? linearSpectrum(kernel, setting, f, find.rest.x, weightsOf(spec, this.view.of).weights) : null;
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
    const { run, kernel, still: setting } = this.scene;
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
