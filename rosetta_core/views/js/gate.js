// Predict, observe, explain: the question before the controls, what to look for, and the why afterwards.

import { button, digits, element, freshId, recall, remember, written } from "./dom.js";

/** The question with its options. `open` is called when the reader has predicted or skipped.
 * @param {any} spec @param {(chosen: string | null, byHand: boolean) => void} open */
export function gate(spec, open) {
  const id = freshId();
  const key = `${spec.id}:prediction`;
  const host = element("div", { class: "rc-gate" });
  const question = () => element("p", { class: "rc-question", id }, spec.question);
  const options = spec.predict.options;

  const ask = () => {
    const choices = options.map((/** @type {any} */ option) =>
      element(
        "button",
        { type: "button", class: "rc-option", "data-option": option.id, onclick: () => settle(option.id, true) },
        element("span", { class: "rc-letter", "aria-hidden": "true" }, option.id),
        option.text,
      ),
    );
    host.replaceChildren(
      element("p", { class: "rc-kicker" }, "Before you move anything"),
      question(),
      element("div", { class: "rc-options", role: "group", "aria-labelledby": id }, ...choices),
      button("Skip the prediction", () => settle("", true), { class: "rc-button rc-quiet rc-skip" }),
    );
  };
  const settle = (/** @type {string} */ chosen, /** @type {boolean} */ byHand) => {
    if (byHand) remember(key, chosen);
    const option = options.find((/** @type {any} */ o) => o.id === chosen);
    const again = button("Ask me again", () => {
      remember(key, null);
      ask();
      open(null, true);
      host.querySelector("button").focus({ preventScroll: true });
    }, { class: "rc-button rc-quiet" });
    const said = option ? `You predicted (${option.id}): ${option.text} ` : "You skipped the prediction. ";
    host.replaceChildren(question(), element("p", { class: "rc-said" }, said, again));
    open(option ? option.id : "", byHand);
  };

  const before = recall(key);
  ask();
  return { host, start: () => (before === null ? open(null, false) : settle(before, false)) };
}

/** What to notice, what to find, and why. @param {any} spec */
export function afterwards(spec) {
  const reply = element("p", { class: "rc-reply" });
  const summary = element("summary", {}, "Why");
  const why = element("details", { class: "rc-why" }, summary, reply, ...spec.why.map((/** @type {string} */ p) => element("p", {}, p)));
  const notice = element("ul", {}, ...spec.notice.map((/** @type {string} */ text) => element("li", {}, text)));
  const host = element(
    "div",
    { class: "rc-after", hidden: true },
    element("p", { class: "rc-kicker" }, "Notice"),
    notice,
    find(spec.find),
    why,
  );
  const show = (/** @type {string | null} */ chosen) => {
    host.hidden = chosen === null;
    why.open = false;
    const option = spec.predict.options.find((/** @type {any} */ o) => o.id === chosen);
    summary.textContent = option ? "Compare with your prediction" : "What happens, and why";
    reply.hidden = !option;
    if (!option) return;
    const right = option.id === spec.predict.answer;
    reply.replaceChildren(element("strong", {}, right ? "You saw it coming. " : `You said (${option.id}). `), ...written(option.reply));
  };
  return { host, show };
}

/** A number to find by hand, checked here. @param {any} task */
function find(task) {
  const id = freshId();
  const unit = task.unit === "1" ? "" : task.unit; // a pure number is typed with digits 1 in it
  const said = element("p", { class: "rc-feedback", role: "status" });
  const input = element("input", { id, type: "text", inputmode: "decimal", autocomplete: "off", size: 8 });
  const check = (/** @type {Event} */ event) => {
    event.preventDefault();
    const typed = input.value.replace(unit, "").replace("−", "-").replace(",", ".").trim();
    const value = typed === "" ? NaN : Number(typed);
    const [low, high] = task.accept;
    const right = value >= low && value <= high;
    said.classList.toggle("rc-right", right);
    if (!Number.isFinite(value)) said.textContent = `Type a number, such as ${digits((low + high) / 2 + 3 * (high - low), 2)}.`;
    else said.replaceChildren(...written(right ? `✓ ${task.right}` : value < low ? task.below : task.above));
  };
  return element(
    "form",
    { class: "rc-find", novalidate: true, onsubmit: check },
    element("label", { for: id }, element("span", { class: "rc-kicker" }, "Find"), ` ${task.text}`),
    element("span", { class: "rc-answer" }, input, element("span", { class: "rc-unit" }, unit), element("button", { class: "rc-button" }, "Check")),
    said,
  );
}
