// The translator: an arrow of the ladder, its small parameter, both rungs over each other, and the error in words.

import { element, freshId } from "./dom.js";
import { coloursOf, Frame, line, marker, onTheme } from "./frame.js";
import { gate } from "./gate.js";

const QUIET = 400; // ms without change before a screen reader hears the new sentence
const START = "translator-wilson-cowan-to-stuart-landau";
const SELECT = "font: inherit; max-width: 100%; min-height: 2rem; color: inherit; background: var(--rc-paper); border: 1px solid var(--rc-line); border-radius: 5px";
const MARKS = ["disc", "square", "triangle", "diamond", "plus"];
const GLYPHS = ["○", "□", "△", "◇", "+"];

/** Curves of one value of the parameter; a height is two digits of base 36. @param {any} sides */
function curves({ ends: [x0, x1, low, high], source, target }) {
  const heights = (/** @type {string} */ y) => (y.match(/../g) ?? []).map((two) => low + ((high - low) * parseInt(two, 36)) / 1295);
  const y = heights(source);
  return [y.map((_, i) => x0 + ((x1 - x0) * i) / (y.length - 1)), y, heights(target)];
}

class Translator {
  /** @param {any} model @param {HTMLElement} el */
  constructor(model, el) {
    this.el = el;
    this.arrows = model.get("arrows");
    this.arrow = this.arrows.find((/** @type {any} */ each) => each.id === START) ?? this.arrows[0];
    this.at = 0;
    /** @type {any[]} */
    this.frames = [];
  }

  build() {
    const [chosen, slid] = [freshId(), freshId()];
    const options = this.arrows.map((/** @type {any} */ each) => element("option", { value: each.id }, each.title));
    this.select = element("select", { id: chosen, style: SELECT, onchange: () => this.choose(this.select.value) }, ...options);
    this.select.value = this.arrow.id;
    this.range = element("input", { type: "range", id: slid, min: 0, step: 1, "data-name": "value", oninput: () => this.move(Number(this.range.value)) });
    this.name = element("label", { for: slid });
    this.value = element("span", { class: "rc-value" });
    this.says = element("p", { class: "rc-says" });
    this.heard = element("p", { class: "rc-hidden", role: "status", "aria-live": "polite" });
    this.asked = element("div");
    this.reply = element("p", { class: "rc-reply" });
    this.why = element("p");
    this.after = element("details", { class: "rc-why" }, element("summary", {}, "What happens, and why"), this.reply, this.why);
    this.hosts = [0, 1].map(() => element("div", { class: "rc-view rc-time", role: "img" }));
    this.lines = ["output", "translated"].map((role) => element("span", { style: `color: var(--rc-${role}); font-size: 0.86em; grid-column: 1 / -1` }));
    this.marks = element("span", { style: "color: var(--rc-translated); font-size: 0.86em; grid-column: 1 / -1" });
    this.views = element("div", { class: "rc-views" }, ...this.lines, this.hosts[0], this.marks, this.hosts[1]);
    this.fields = element("fieldset", { class: "rc-controls" }, element("legend", { class: "rc-hidden" }, "Controls"), element("div", { class: "rc-control" }, this.name, this.range, this.value));
    this.box = element(
      "section",
      { class: "rc-explorer rc-translator", "aria-label": "Exploration: the translator" },
      element("p", { class: "rc-title" }, element("span", { class: "rc-kicker" }, "Exploration"), " The translator"),
      element("p", {}, element("label", { for: chosen }, "From rung to rung: "), this.select),
      this.asked,
      element("div", { class: "rc-body" }, element("div", { class: "rc-panel" }, this.says, this.fields), this.views),
      this.heard,
      this.after,
    );
    this.el.append(this.box);
    this.palette = coloursOf(this.box);
    this.stopTheme = onTheme(() => {
      this.palette = coloursOf(this.box);
      this.paint();
    });
    this.choose(this.arrow.id);
  }

  /** @param {string} id */
  choose(id) {
    this.arrow = this.arrows.find((/** @type {any} */ each) => each.id === id);
    const { arrow } = this;
    this.at = arrow.start;
    this.range.max = arrow.values.length - 1;
    this.name.textContent = arrow.parameter;
    this.marks.textContent = `Errors: ${arrow.errors.map((/** @type {any} */ e, /** @type {number} */ k) => `${GLYPHS[k]} ${e.name}`).join(", ")}`;
    ["━", "╌"].forEach((mark, i) => (this.lines[i].textContent = `${mark}${mark} ${arrow.names[i]}`));
    this.frames.forEach((frame) => frame.destroy());
    const colours = () => this.palette;
    const low = Math.min(...arrow.errors.flatMap((/** @type {any} */ e) => e.sizes));
    const high = Math.max(...arrow.errors.flatMap((/** @type {any} */ e) => e.sizes));
    const decades = [10 ** Math.floor(Math.log10(low)), 10 ** Math.ceil(Math.log10(high))];
    const ends = () => this.arrow.sides[this.at].ends;
    const tall = () => {
      const [, , bottom, top] = ends();
      return [bottom - 0.06 * (top - bottom), top + 0.06 * (top - bottom)];
    };
    const last = arrow.values.length - 1;
    this.frames = [
      new Frame(this.hosts[0], { x: { label: arrow.x, range: () => [ends()[0], ends()[1]] }, y: { label: arrow.y, range: tall }, lines: ["output", "translated"], tall: 1.3 }, colours),
      new Frame(this.hosts[1], { x: { label: `slider step, each ×${arrow.step}`, range: () => [-0.4, last + 0.4], steps: [1, 2, 3] }, y: { label: "error (share)", range: () => decades, log: true }, tall: 1.5, paint: (brush) => this.errors(brush) }, colours),
    ];
    this.hosts[0].setAttribute("aria-label", `${arrow.y} against ${arrow.x}: ${arrow.names[0]} solid, its translation to ${arrow.names[1]} dashed.`);
    this.hosts[1].setAttribute("aria-label", `Errors in ${arrow.errors.map((/** @type {any} */ e) => e.name).join(", ")} against the small parameter, both logarithmic.`);
    const asked = gate(arrow, (answer, byHand) => this.open(answer, byHand));
    this.asked.replaceChildren(asked.host);
    asked.start();
    this.paint();
  }

  /** Before a prediction (null) nothing moves. @param {string | null} answer @param {boolean} byHand */
  open(answer, byHand) {
    const { predict, why } = this.arrow;
    this.fields.disabled = answer === null;
    this.views.inert = answer === null;
    this.box.classList.toggle("rc-closed", answer === null);
    this.after.hidden = answer === null;
    this.after.open = false;
    const { reply } = predict.options[0]; // what was measured is the reply to all
    const said = !answer ? "" : answer === predict.answer ? "You saw it coming. " : `You said (${answer}). `;
    this.reply.replaceChildren(element("strong", {}, said), reply);
    this.why.textContent = why;
    if (byHand && answer !== null) this.range.focus({ preventScroll: true });
  }

  /** @param {number} at */
  move(at) {
    this.at = at;
    this.paint();
  }

  paint() {
    const { arrow, at } = this;
    this.range.value = String(at);
    this.range.setAttribute("aria-valuetext", arrow.shown[at]);
    this.value.textContent = arrow.shown[at];
    this.frames[0].draw(curves(arrow.sides[at]));
    this.frames[1].draw([arrow.values.map((/** @type {number} */ _, /** @type {number} */ i) => i), arrow.errors[0].sizes]);
    const errors = arrow.errors.map((/** @type {any} */ e) => `${e.name} ${e.shown[at]}`).join(", ");
    const trust = arrow.trusted[at] ? "Within what is trusted." : "Beyond what is trusted.";
    const text = `Where ${arrow.spoken} is ${arrow.shown[at]}, the errors are: ${errors}. ${trust}`;
    if (text === this.says.textContent) return;
    this.says.textContent = text;
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => (this.heard.textContent = text), QUIET);
  }

  /** @param {import("./frame.js").Brush} brush */
  errors(brush) {
    const { ctx, box, colours, x } = brush;
    const { errors, trusted } = this.arrow;
    const steps = trusted.map((/** @type {boolean} */ _, /** @type {number} */ i) => i);
    const limit = trusted.filter(Boolean).length - 0.5;
    ctx.fillStyle = colours.wash;
    ctx.fillRect(x(limit), box.top, box.left + box.width - x(limit), box.height);
    errors.forEach((/** @type {any} */ { sizes }, /** @type {number} */ k) => {
      line(brush, steps, sizes, colours.translated, 1.2, [4, 3]);
      steps.forEach((/** @type {number} */ i) => marker(brush, i, sizes[i], MARKS[k], colours.translated, i === this.at ? 5.5 : 3, i !== this.at));
    });
  }

  close() {
    this.stopTheme();
    clearTimeout(this.quiet);
    this.frames.forEach((frame) => frame.destroy());
  }
}

/** @param {{ model: any, el: HTMLElement }} context */
function render({ model, el }) {
  const translator = new Translator(model, el);
  translator.build();
  return () => translator.close();
}

export default { render };
