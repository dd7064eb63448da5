// One plot: thin axes by uPlot, colours from the page's variables, and a painter for what is not a plain line.

/* global uPlot */

const ROLES = ["push", "pull", "output", "drive", "translated", "ghost", "ink", "paper", "wash", "line"];
const DASH = { pull: [8, 3], drive: [7, 2, 1.5, 2], translated: [4, 3], ghost: [1, 2.5] };

/** @typedef {Record<string, string>} Colours */
/** Pixel positions in the canvas, its context clipped to the axes, and pixels per CSS pixel.
 * @typedef {{ ctx: CanvasRenderingContext2D, x: (v: number) => number, y: (v: number) => number, ratio: number,
 *   colours: Colours, font: (size: number) => string, box: {left: number, top: number, width: number, height: number} }} Brush */
/** @typedef {{ label: string, range: () => [number, number], log?: boolean }} Axis */
/** `lines` are roles, one per column of data; `paint` draws below the lines, `over` above them, unclipped.
 * @typedef {{ x: Axis, y: Axis, lines?: string[], square?: boolean, right?: number,
 *   paint?: (brush: Brush) => void, over?: (brush: Brush) => void }} FrameOptions */

/** The palette as it is now, and the typeface. @param {Element} el @returns {Colours} */
export function coloursOf(el) {
  const style = getComputedStyle(el);
  const named = ROLES.map((name) => [name, style.getPropertyValue(`--rc-${name}`).trim() || "#6B7280"]);
  return { ...Object.fromEntries(named), family: style.fontFamily };
}

/** Calls back when the page changes between light and dark; returns the way to stop.
 * @param {() => void} change */
export function onTheme(change) {
  const seen = new MutationObserver(change);
  const watched = { attributes: true, attributeFilter: ["data-theme", "data-jp-theme-light", "class"] };
  for (const node of [document.documentElement, document.body]) seen.observe(node, watched);
  const media = matchMedia("(prefers-color-scheme: dark)");
  media.addEventListener("change", change);
  return () => {
    seen.disconnect();
    media.removeEventListener("change", change);
  };
}

/** @param {number} value */
const isPower = (value) => Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-9;

/** Tick labels with a true minus; powers of ten on a logarithmic axis. @param {boolean} log */
function tickLabels(log) {
  const raised = (/** @type {number} */ n) => String(n).replace(/[-\d]/g, (c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]);
  return (/** @type {any} */ _, /** @type {(number | null)[]} */ values) =>
    values.map((value) => {
      if (value === null) return "";
      if (!log) return String(Number(value.toPrecision(6))).replace("-", "−");
      return isPower(value) ? `10${raised(Math.round(Math.log10(value)))}` : "";
    });
}

export class Frame {
  /** @param {HTMLElement} host @param {FrameOptions} options @param {() => Colours} colours */
  constructor(host, options, colours) {
    this.host = host;
    this.options = options;
    this.colours = colours;
    this.data = [[0, 1], ...(options.lines ?? ["none"]).map(() => [null, null])];
    this.plot = new uPlot(this.settings(), this.data, host);
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(host);
  }

  size() {
    const width = Math.max(Math.round(this.host.clientWidth), 120);
    return { width, height: this.options.square ? width - (width < 220 ? 4 : 8) : width < 420 ? 128 : 150 };
  }

  fit() {
    const { width, height } = this.size();
    if (width !== this.plot.width || height !== this.plot.height) this.plot.setSize({ width, height });
  }

  settings() {
    const { x, y, lines, right } = this.options;
    const drawn = (lines ?? ["none"]).map((role) => ({
      stroke: () => this.colours()[role] ?? "transparent",
      width: role === "translated" || role === "output" ? 2 : 1.5,
      dash: DASH[role],
      points: { show: false },
      ...(lines ? {} : { paths: () => null }),
    }));
    // Room for a tick such as −0.5 beside the label; on a phone the label below needs it more.
    const left = () => (y.log || this.host.clientWidth >= 220 ? 38 : 34);
    return {
      ...this.size(),
      padding: [8, right ?? 10, 0, 0],
      cursor: { show: false },
      legend: { show: false },
      select: { show: false },
      scales: { x: { time: false, range: x.range }, y: { range: y.range, distr: y.log ? 3 : 1 } },
      axes: [this.axis(x, 23, 15), this.axis(y, left, 16)],
      series: [{}, ...drawn],
      hooks: {
        drawAxes: [() => this.brush(this.options.paint, true)],
        draw: [() => this.brush(this.options.over, false)],
      },
    };
  }

  /** @param {Axis} axis @param {number | (() => number)} size @param {number} labelSize */
  axis(axis, size, labelSize) {
    const font = () => `11px ${this.colours().family}`;
    const line = () => this.colours().line;
    const kept = (/** @type {any} */ _, /** @type {number[]} */ at) => at.map((v) => (!axis.log || isPower(v) ? v : null));
    return {
      label: axis.label, size, labelSize, labelGap: 0, gap: 4, font: font(), labelFont: font(),
      stroke: () => this.colours().ink, grid: { show: false }, space: axis.log ? 24 : size === 23 ? 44 : 30,
      ticks: { stroke: line, size: 4, width: 1, filter: kept }, border: { show: true, stroke: line, width: 1 },
      values: tickLabels(Boolean(axis.log)),
    };
  }

  /** @param {((brush: Brush) => void) | undefined} paint @param {boolean} clipped */
  brush(paint, clipped) {
    if (!paint || !this.plot) return;
    const { ctx, bbox } = this.plot;
    const ratio = devicePixelRatio || 1;
    const scale = (/** @type {[number, number]} */ range, /** @type {number} */ from, /** @type {number} */ length, log = false) => {
      const by = log ? Math.log10 : (/** @type {number} */ v) => v;
      const [a, b] = [by(range[0]), by(range[1])];
      return (/** @type {number} */ v) => from + ((by(v) - a) / (b - a)) * length;
    };
    ctx.save();
    if (clipped) {
      ctx.beginPath();
      ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
      ctx.clip();
    }
    paint({
      ctx,
      ratio,
      box: bbox,
      colours: this.colours(),
      font: (size) => `${size * ratio}px ${this.colours().family}`,
      x: scale(this.options.x.range(), bbox.left, bbox.width),
      y: scale(this.options.y.range(), bbox.top + bbox.height, -bbox.height, this.options.y.log),
    });
    ctx.restore();
  }

  /** Draw now, not at the browser's leisure. @param {any[]} [data] */
  draw(data) {
    if (data) this.data = data;
    this.plot.batch(() => this.plot.setData(this.data));
  }

  destroy() {
    this.observer.disconnect();
    this.plot.destroy();
  }
}

/** A line through points, in canvas pixels. @param {Brush} brush @param {ArrayLike<number>} xs @param {ArrayLike<number>} ys
 * @param {string} colour @param {number} width @param {number[]} [dash] */
export function line({ ctx, x, y, ratio }, xs, ys, colour, width, dash = []) {
  ctx.beginPath();
  for (let i = 0; i < xs.length; i++) ctx.lineTo(x(xs[i]), y(ys[i]));
  ctx.strokeStyle = colour;
  ctx.lineWidth = width * ratio;
  ctx.lineJoin = "round";
  ctx.setLineDash(dash.map((d) => d * ratio));
  ctx.stroke();
  ctx.setLineDash([]);
}

/** A marker: "disc", "ring" or "square" of a radius in CSS pixels. @param {Brush} brush @param {number} px @param {number} py
 * @param {"disc" | "ring" | "square"} shape @param {string} colour @param {number} radius */
export function marker({ ctx, x, y, ratio, colours }, px, py, shape, colour, radius) {
  const r = radius * ratio;
  ctx.beginPath();
  if (shape === "square") ctx.rect(x(px) - r, y(py) - r, 2 * r, 2 * r);
  else ctx.arc(x(px), y(py), r, 0, 2 * Math.PI);
  ctx.fillStyle = shape === "ring" ? colours.paper : colour;
  ctx.fill();
  if (shape !== "ring") return;
  ctx.strokeStyle = colour;
  ctx.lineWidth = 2 * ratio;
  ctx.stroke();
}
