// Curves of a network: order over time and against gain, several nodes over time.

import { lorentzianOrder, networkMeasures, networkSetting, networkStart, orderOf } from "./crowd.js";
import { digits } from "./dom.js";
import { Frame, line, marker } from "./frame.js";

/** @typedef {import("./planes.js").Scene} Scene */
/** @typedef {import("./frame.js").Brush} Brush */

const GAINS = 25;

/** Whether theory has a line for this setting. @param {any} view @param {any} scene */
const hasTheory = (view, { values }) => view.theory === "lorentzian" && values.sigma === 0;

/** Words in a corner. @param {Brush} brush @param {string} text @param {string} colour @param {number} [row] */
function corner({ ctx, box, font, ratio }, text, colour, row = 0) {
  ctx.font = font(11);
  ctx.fillStyle = colour;
  ctx.textAlign = "right";
  ctx.textBaseline = "alphabetic";
  ctx.fillText(text, box.left + box.width, box.top + (10 + 13 * row) * ratio, box.width);
}

export class Order {
  /** @param {HTMLElement} host @param {any} view @param {Scene} scene */
  constructor(host, view, scene) {
    this.scene = scene;
    this.view = view;
    this.host = host;
    this.end = scene.spec.run.t1;
    this.begin = this.end - (view.last ?? this.end);
    host.setAttribute("role", "img");
    this.frame = new Frame(
      host,
      {
        x: { label: scene.spec.labels.t, range: () => [this.begin, this.end] },
        y: { label: scene.spec.network.words.order, range: () => [0, 1.05] },
        lines: ["output", "translated"],
        over: (brush) => view.theory && scene.values && hasTheory(view, scene) && corner(brush, "- - infinitely many", brush.colours.translated),
      },
      scene.colours,
    );
  }

  update() {
    const { run, spec, values, known } = this.scene;
    const from = Math.max(Math.floor(this.begin / run.dt) - 1, 0);
    const order = orderOf(spec.network, run, from);
    const t = Float64Array.from(order, (_, i) => (from + i + 1) * run.dt);
    const theory = hasTheory(this.view, this.scene) ? lorentzianOrder(values.gain, values.spread) : null;
    const said = theory === null ? "" : `; theory for infinitely many: ${digits(theory, 2)}`;
    this.host.setAttribute("aria-label", `Order R over time. Over the last quarter ${digits(known.order, 2)}${said}.`);
    this.frame.draw([t, order, Array.from(order, () => theory)]);
  }
}

export class SweepCurve {
  /** @param {HTMLElement} host @param {any} view @param {Scene} scene */
  constructor(host, view, scene) {
    this.scene = scene;
    this.view = view;
    this.host = host;
    /** @type {number[][]} */
    this.points = [];
    host.setAttribute("role", "img");
    const { words } = scene.spec.network;
    this.frame = new Frame(
      host,
      {
        x: { label: words.gain, range: () => [view.low, view.high] },
        y: { label: words[view.of], range: () => [-0.03 * view.top, 1.05 * view.top] },
        square: true,
        paint: (brush) => this.paint(brush),
        over: (brush) => view.theory && scene.values && hasTheory(view, scene) && corner(brush, "- - infinitely many", brush.colours.translated),
      },
      scene.colours,
    );
  }

  update() {
    const { values } = this.scene;
    const key = JSON.stringify({ ...values, gain: 0 });
    if (key !== this.key) {
      this.key = key;
      this.points = [];
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.next(key), 120);
    }
    this.tell();
    this.frame.draw();
  }

  tell() {
    const { known } = this.scene;
    const { of, low, high } = this.view;
    const curve = this.points.length < GAINS ? "" : ` It goes from ${digits(this.points[0][1], 2)} at ${low} to ${digits(this.points[GAINS - 1][1], 2)} at ${high}.`;
    const name = of === "order" ? "Order R" : "Amplitude";
    this.host.setAttribute("aria-label", `${name} over the last quarter against gain.${curve} Now ${digits(known[of], 2)}.`);
    this.host.dataset.points = String(this.points.length);
  }

  /** One more gain, while the page has nothing else to do. @param {string} key */
  next(key) {
    if (key !== this.key || !this.host.isConnected || this.points.length === GAINS) return;
    const { spec, kernel, values } = this.scene;
    const { low, high, of } = this.view;
    const gain = low + ((high - low) * this.points.length) / (GAINS - 1);
    const { t1, dt, every, seed } = spec.run;
    const timing = { dt, steps: Math.round(t1 / dt), every, first: 0, seed };
    const at = { ...values, gain };
    const run = kernel.run(networkStart(spec, spec.start), networkSetting(spec, at), timing);
    const found = run.steps < timing.steps ? NaN : networkMeasures(spec, run, at)[of];
    this.points.push([gain, found]);
    this.tell();
    this.frame.draw();
    const later = window.requestIdleCallback ?? ((/** @type {() => void} */ call) => setTimeout(call, 20));
    later(() => this.next(key));
  }

  /** @param {Brush} brush */
  paint(brush) {
    const { values, known } = this.scene;
    if (!values) return;
    const { low, high, of } = this.view;
    const { colours } = brush;
    if (hasTheory(this.view, this.scene)) {
      const gains = Array.from({ length: 201 }, (_, i) => low + ((high - low) * i) / 200);
      line(brush, gains, gains.map((g) => lorentzianOrder(g, values.spread)), colours.translated, 2, [4, 3]);
    }
    line(brush, this.points.map((p) => p[0]), this.points.map((p) => p[1]), colours.output, 1.5);
    for (const [gain, value] of this.points) if (value === value) marker(brush, gain, value, "disc", colours.output, 2);
    line(brush, [values.gain, values.gain], [-1, 2 * this.view.top], colours.line, 1, [2, 3]);
    marker(brush, values.gain, known[of], "ring", colours.push, 5.5);
  }
}

export class NodeSeries {
  /** @param {HTMLElement} host @param {any} view @param {Scene} scene */
  constructor(host, view, scene) {
    this.scene = scene;
    this.view = view;
    this.end = scene.spec.run.t1;
    this.begin = this.end - (view.last ?? this.end);
    this.state = scene.spec.state.indexOf(view.show[0]);
    this.roles = view.nodes.map((/** @type {number} */ _, /** @type {number} */ i) => ["push", "pull"][i] ?? "ghost");
    host.setAttribute("role", "img");
    const listed = view.nodes.map((/** @type {number} */ j) => j + 1).join(", ");
    host.setAttribute("aria-label", `Time series of nodes ${listed} of ${scene.spec.network.nodes}: ${view.label}.`);
    this.frame = new Frame(
      host,
      {
        x: { label: scene.spec.labels.t, range: () => [this.begin, this.end] },
        y: { label: view.label, short: scene.spec.network.phase ? view.label : scene.spec.shorts[view.show[0]], range: () => view.y },
        lines: this.roles,
        right: 24,
        over: (brush) => this.names(brush),
      },
      scene.colours,
    );
  }

  /** @param {number} sample @param {number} node */
  value(sample, node) {
    const { run, spec } = this.scene;
    const value = run.x[(sample * spec.state.length + this.state) * spec.network.nodes + node];
    return spec.network.phase ? Math.cos(value) : value;
  }

  update() {
    const { run } = this.scene;
    const from = Math.max(Math.floor(this.begin / run.dt) - 1, 0);
    const length = Math.max(run.n - from, 0);
    const t = Float64Array.from({ length }, (_, i) => (from + i + 1) * run.dt);
    this.frame.draw([t, ...this.view.nodes.map((/** @type {number} */ j) => Float64Array.from({ length }, (_, i) => this.value(from + i, j)))]);
  }

  /** The number of each node at the end of its line. @param {Brush} brush */
  names({ ctx, y, box, colours, font, ratio }) {
    const { run } = this.scene;
    if (!run?.n) return;
    ctx.font = font(12);
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    const ends = this.view.nodes.map((/** @type {number} */ j, /** @type {number} */ i) => ({ j, i, at: y(this.value(run.n - 1, j)) }));
    ends.sort((/** @type {any} */ a, /** @type {any} */ b) => a.at - b.at);
    ends.forEach((/** @type {any} */ end, /** @type {number} */ k) => {
      if (k) end.at = Math.max(end.at, ends[k - 1].at + 13 * ratio);
      ctx.fillStyle = colours[this.roles[end.i]];
      ctx.fillText(String(end.j + 1), box.left + box.width + 5 * ratio, end.at);
    });
  }
}
