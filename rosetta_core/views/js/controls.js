// Native inputs for the controls of an exploration, its presets, reset and the link that shares the setting.

import { button, digits, element, freshId } from "./dom.js";

/** @typedef {import("./explorer.js").Exploration} Exploration */

/** @param {number} step */
function decimalsOf(step) {
  return Math.max(0, Math.min(6, Math.ceil(-Math.log10(step) - 1e-9)));
}

/** One labelled slider and the number beside it. @param {any} control @param {(value: number) => void} change */
function slider(control, change) {
  const { low, high, step, symbol, unit, axis, meaning } = control;
  const [id, decimals] = [freshId(), decimalsOf(step)];
  const range = element("input", { type: "range", id, min: low, max: high, step, "data-name": control.name });
  const number = element("input", { type: "number", min: low, max: high, step, "aria-label": `${axis}, typed${unit && `, in ${unit}`}` });
  const name = element("label", { for: id, title: meaning }, element("span", { class: "rc-symbol" }, symbol), ` ${axis}`);
  const shown = element("span", { class: "rc-value" }, number, element("span", { class: "rc-unit" }, unit));
  const show = (/** @type {number} */ value) => {
    range.value = String(value);
    range.setAttribute("aria-valuetext", `${digits(value, decimals)} ${unit}`.trim());
    // What is being typed stays as typed; an emptied field says 0 to Number(), and is filled again.
    const typed = document.activeElement === number && number.value !== "" && Number(number.value) === value;
    if (!typed) number.value = value.toFixed(decimals);
  };
  range.addEventListener("input", () => change(Number(range.value)));
  number.addEventListener("change", () => {
    const typed = Number.parseFloat(number.value);
    if (Number.isFinite(typed)) change(Math.min(Math.max(typed, low), high));
    number.dispatchEvent(new CustomEvent("settled"));
  });
  return { row: element("div", { class: "rc-control" }, name, range, shown), show, number };
}

/** Buttons of which one is pressed: the method of integration. @param {any} method @param {(value: string) => void} change */
function choice(method, change) {
  const names = { euler: "Euler", heun: "Heun", rk4: "RK4" };
  const inputs = method.choices.map((/** @type {string} */ value) => element("input", { type: "radio", name: freshId(), value, "data-name": "method", onchange: () => change(value) }));
  for (const input of inputs) input.name = inputs[0].name; // one group
  const labels = inputs.map((/** @type {any} */ input) => element("label", { class: "rc-pick" }, input, ` ${names[input.value]}`));
  const row = element("div", { class: "rc-control rc-choice", role: "radiogroup", "aria-label": "Method of integration" }, ...labels);
  const show = (/** @type {string} */ value) => inputs.forEach((/** @type {any} */ input) => (input.checked = input.value === value));
  return { row, show, name: "method" };
}

/** @param {Exploration} exploration */
export function controls(exploration) {
  const { spec } = exploration;
  const rows = spec.controls.map((/** @type {any} */ control) => {
    const made = slider(control, (value) => exploration.set({ [control.name]: value }));
    made.number.addEventListener("settled", () => made.show(exploration.model.get(control.name)));
    return { ...made, name: control.name };
  });
  if (spec.method) rows.unshift(choice(spec.method, (value) => exploration.set({ method: value })));
  const presets = spec.presets.map((/** @type {any} */ preset) => button(preset.label, () => exploration.adopt(preset.set)));
  const fieldset = element(
    "fieldset",
    { class: "rc-controls" },
    element("legend", { class: "rc-hidden" }, "Controls"),
    ...rows.map((/** @type {any} */ r) => r.row),
    element("div", { class: "rc-buttons", role: "group", "aria-label": "Interesting settings" }, ...presets),
    element("div", { class: "rc-buttons" }, ...exploration.actions()),
  );
  const show = () => rows.forEach((/** @type {any} */ row) => row.show(exploration.model.get(row.name)));
  return { fieldset, show };
}

/** The address of this page with the present setting in it. @param {Exploration} exploration */
function address({ spec, model, scene }) {
  const url = new URL(location.href);
  for (const { name } of spec.controls) url.searchParams.set(`${spec.id}.${name}`, String(+model.get(name).toPrecision(6)));
  if (spec.method) url.searchParams.set(`${spec.id}.method`, model.get("method"));
  const start = spec.run.carry && !spec.network ? scene.run.end : model.get("x0");
  url.searchParams.set(`${spec.id}.x0`, start.map((/** @type {number} */ v) => +v.toPrecision(4)).join("_"));
  url.hash = spec.id;
  return url.href;
}

/** The setting that the page's address asks for; what makes no sense is left out. @param {any} spec */
export function shared(spec) {
  const query = new URLSearchParams(location.search);
  /** @type {Record<string, any>} */
  const asked = {};
  for (const { name, low, high } of spec.controls) {
    const value = Number.parseFloat(query.get(`${spec.id}.${name}`) ?? "");
    if (value >= low && value <= high) asked[name] = value;
  }
  const method = query.get(`${spec.id}.method`) ?? "";
  if (spec.method?.choices.includes(method)) asked.method = method;
  const x0 = (query.get(`${spec.id}.x0`) ?? "").split("_").map(Number.parseFloat);
  if (x0.length === spec.state.length && x0.every(Number.isFinite)) asked.x0 = x0;
  return asked;
}

/** A button that copies a link to the present setting; none where the page has no address for it (a notebook).
 * @param {Exploration} exploration @returns {Node[]} */
export function shareButton(exploration) {
  if (!document.getElementById(exploration.spec.id)) return [];
  const link = element("input", { class: "rc-link", readonly: true, hidden: true, "aria-label": "Link to this setting" });
  const copy = button("Copy link", async () => {
    link.value = address(exploration);
    try {
      history.replaceState(history.state, "", link.value);
    } catch {
      // some readers forbid it for file: pages; the link is still there to copy
    }
    try {
      await navigator.clipboard.writeText(link.value);
      copy.textContent = "Link copied";
      setTimeout(() => (copy.textContent = "Copy link"), 2000);
    } catch {
      link.hidden = false;
      link.select();
    }
  });
  return [copy, link];
}
