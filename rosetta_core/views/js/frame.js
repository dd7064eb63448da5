// One plot: thin axes by uPlot, colours from the page's variables, and a painter for what is not a plain line.

/* global uPlot */

import { indexed } from "./dom.js";

const ROLES = ["push", "pull", "output", "drive", "translated", "ghost", "ink", "paper", "wash", "line"];
const DASH = { pull: [8, 3], drive: [7, 2, 1.5, 2], translated: [4, 3], ghost: [1, 2.5] };

/** @typedef {Record<string, string>} Colours */
/** Pixel positions in the canvas, its context clipped to the axes, and pixels per CSS pixel.
 * @typedef {{ ctx: CanvasRenderingContext2D, x: (v: number) => number, y: (v: number) => number, ratio: number,
 *   colours: Colours, font: (size: number) => string, box: {left: number, top: number, width: number, height: number} }} Brush */
/** `short` is the label where the long one has no room, `steps` the distances that ticks may have.
 * @typedef {{ label: string, short?: string, range: () => [number, number], log?: boolean, steps?: number[] }} Axis */
/** `lines` are roles, one per column of data; `paint` draws below the lines, `over` above them, unclipped.
 * A square frame is as high as wide, a half one half of that, another as high as a strip, or `tall` times that.
 * @typedef {{ x: Axis, y: Axis, lines?: string[], square?: boolean, half?: boolean, tall?: number, right?: number,
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
    const strip = Math.round((width < 420 ? 128 : 150) * (this.options.tall ?? 1));
    const alone = width >= 240 && width > 0.8 * (this.host.parentElement?.clientWidth ?? width);
    if (this.options.square && alone) return { width, height: Math.round(0.75 * width) };
    if (this.options.half) return { width, height: Math.round(width / 2) - 4 };
    return { width, height: this.options.square ? width - (width < 220 ? 4 : 8) : strip };
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
      scales: { x: { time: false, range: x.range, distr: x.log ? 3 : 1 }, y: { range: y.range, distr: y.log ? 3 : 1 } },
      axes: [this.axis(x, 23, 15), this.axis(y, left, 16)],
      series: [{}, ...drawn],
      hooks: {
        init: [(/** @type {any} */ plot) => lowerIndices(plot.ctx)],
        drawAxes: [() => this.brush(this.options.paint, true)],
        draw: [() => this.brush(this.options.over, false)],
      },
    };
  }

  /** Whether words of the labels' size are longer than the shorter side of the plot. @param {string} words */
  narrow(words) {
    const { width, height } = this.size();
    return 6 * words.length > Math.min(width - 60, height - 44);
  }

  /** @param {Axis} axis @param {number | (() => number)} size @param {number} labelSize */
  axis(axis, size, labelSize) {
    const font = () => `11px ${this.colours().family}`;
    const line = () => this.colours().line;
    const kept = (/** @type {any} */ _, /** @type {number[]} */ at) => at.map((v) => (!axis.log || isPower(v) ? v : null));
    return {
      label: () => (axis.short && this.narrow(axis.label) ? axis.short : axis.label), size, labelSize, labelGap: 0, gap: 4, font: font(), labelFont: font(),
      stroke: () => this.colours().ink, grid: { show: false }, space: axis.log ? 24 : size === 23 ? 44 : 30,
      ticks: { stroke: line, size: 4, width: 1, filter: kept }, border: { show: true, stroke: line, width: 1 },
      values: tickLabels(Boolean(axis.log)),
      ...(axis.steps ? { incrs: axis.steps } : {}),
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
      x: scale(this.options.x.range(), bbox.left, bbox.width, this.options.x.log),
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

const SHAPES = { // corners in multiples of the radius
  square: [[-1, -1], [1, -1], [1, 1], [-1, 1]],
  diamond: [[0, -1.4], [1.4, 0], [0, 1.4], [-1.4, 0]],
  triangle: [[0, -1.3], [1.15, 0.8], [-1.15, 0.8]],
};
const STROKES = { // from and to
  cross: [[-1, -1, 1, 1], [-1, 1, 1, -1]],
  plus: [[-1.2, 0, 1.2, 0], [0, -1.2, 0, 1.2]],
  saddle: [[-0.6, -0.6, 0.6, 0.6], [-0.6, 0.6, 0.6, -0.6]],
};

/** A marker of a radius in CSS pixels; "ring" and "saddle" (a diamond with a cross) are hollow, others if `hollow`;
 * "open" is a ring through which one sees.
 * @param {Brush} brush @param {number} px @param {number} py @param {string} shape disc, ring, open, square, diamond, triangle,
 * cross, plus or saddle @param {string} colour @param {number} radius @param {boolean} [hollow] */
export function marker({ ctx, x, y, ratio, colours }, px, py, shape, colour, radius, hollow = shape === "ring" || shape === "saddle") {
  const [r, cx, cy] = [radius * ratio, x(px), y(py)];
  ctx.strokeStyle = colour;
  ctx.lineWidth = 2 * ratio;
  ctx.beginPath();
  const corners = SHAPES[shape === "saddle" ? "diamond" : shape];
  const grown = shape === "saddle" ? 1.25 * r : r;
  if (corners) for (const [a, b] of corners) ctx.lineTo(cx + grown * a, cy + grown * b);
  else if (!STROKES[shape]) ctx.arc(cx, cy, r, 0, 2 * Math.PI);
  ctx.closePath();
  ctx.fillStyle = hollow ? colours.paper : colour;
  if (shape === "open") return ctx.stroke();
  ctx.fill();
  if (shape === "saddle") ctx.lineWidth = 1.5 * ratio;
  if (hollow) ctx.stroke();
  if (!STROKES[shape]) return;
  ctx.beginPath();
  for (const [a, b, c, d] of STROKES[shape]) {
    ctx.moveTo(cx + r * a, cy + r * b);
    ctx.lineTo(cx + r * c, cy + r * d);
  }
  ctx.stroke();
}

/** Words at a place, kept inside the plot, on a ground that lets them be read. @param {Brush} brush @param {number} px
 * @param {number} py @param {string} text @param {string} colour @param {[number, number]} [shift] CSS pixels
 * @param {CanvasTextAlign} [align] @param {number[][]} [taken] boxes of earlier words: where these would cover one, they go
 * to the other side, and if that is taken too, they are left out */
export function caption({ ctx, x, y, ratio, colours, font, box }, px, py, text, colour, shift = [0, 0], align = "center", taken = []) {
  ctx.font = font(11);
  const [width, height] = [ctx.measureText(text).width, 13 * ratio];
  const from = { left: 0, center: -width / 2, right: -width }[align] ?? 0;
  const left = Math.min(Math.max(x(px) + shift[0] * ratio + from, box.left + 2 * ratio), box.left + box.width - width - 2 * ratio);
  const placed = (/** @type {number} */ dy) => Math.min(Math.max(y(py) + dy * ratio - height / 2, box.top + ratio), box.top + box.height - height - ratio);
  const free = (/** @type {number} */ at) => !taken.some(([a, b, c, d]) => left < c && left + width > a && at < d && at + height > b);
  const top = [shift[1], -shift[1]].map(placed).find(free);
  if (top === undefined) return;
  taken.push([left, top, left + width, top + height]);
  ctx.globalAlpha = 0.8;
  ctx.fillStyle = colours.paper;
  ctx.fillRect(left - 2 * ratio, top, width + 4 * ratio, height);
  ctx.globalAlpha = 1;
  ctx.fillStyle = colour;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  ctx.fillText(text, left, top + height / 2 + 0.5 * ratio);
}

const BELOW = { top: 0.35, bottom: 0.1 }; // of the letters' size, by what the words stand on; else 0.22

/** From here on the context writes P_E with the E below the line, as the page does. @param {CanvasRenderingContext2D} ctx */
function lowerIndices(ctx) {
  const plain = ctx.fillText.bind(ctx);
  ctx.fillText = (text, x, y, ...most) => {
    const parts = indexed(String(text));
    if (parts.length === 1) return plain(text, x, y, ...most);
    const { font, textAlign, textBaseline } = ctx;
    const size = Number.parseFloat(font.match(/[\d.]+(?=px)/)?.[0] ?? "0");
    const fonts = [font, font.replace(/[\d.]+(?=px)/, String(0.75 * size))];
    const widths = parts.map((part, i) => ((ctx.font = fonts[i % 2]), ctx.measureText(part).width));
    const whole = widths.reduce((sum, width) => sum + width, 0);
    let at = x - ({ center: whole / 2, right: whole, end: whole }[/** @type {string} */ (textAlign)] ?? 0);
    ctx.textAlign = "left";
    parts.forEach((part, i) => {
      ctx.font = fonts[i % 2];
      plain(part, at, y + (i % 2) * size * (BELOW[/** @type {"top"} */ (textBaseline)] ?? 0.22));
      at += widths[i];
    });
    Object.assign(ctx, { font, textAlign });
  };
}
