// A quiz: native radio buttons or boxes, feedback on every option, as many tries as you like, no kernel.

import { button, element, freshId, recall, remember, written } from "./dom.js";

/** @typedef {{ text: string, correct: boolean, feedback: string }} Option */
/** @typedef {{ id: string, question: string, options: Option[], many: boolean, source: string, picture: string }} Question */

/** One question; `settled` is called when its state changes. @param {Question} item @param {number} number @param {() => void} settled */
function question(item, number, settled) {
  const name = freshId();
  const key = `quiz:${item.id}`;
  const state = { right: false, tries: 0 };
  const rows = item.options.map((option) => row(option, item.many, name));
  const verdict = element("p", { class: "rc-verdict", role: "status" });

  const clear = () => rows.forEach(({ said, line }) => {
    said.replaceChildren();
    line.classList.remove("rc-right", "rc-wrong");
  });
  const check = (/** @type {Event} */ event) => {
    event.preventDefault();
    const chosen = rows.filter(({ input }) => input.checked);
    clear();
    if (chosen.length === 0) return void (verdict.textContent = item.many ? "Tick at least one answer." : "Choose an answer first.");
    state.tries += 1;
    for (const { option, said, line } of chosen) {
      line.classList.add(option.correct ? "rc-right" : "rc-wrong");
      said.replaceChildren(element("strong", {}, option.correct ? "✓ Right. " : "✗ Not this one. "), ...written(option.feedback));
    }
    state.right = rows.every(({ input, option }) => input.checked === option.correct);
    const missing = chosen.every(({ option }) => option.correct) && !state.right;
    verdict.textContent = state.right ? `Right${state.tries > 1 ? `, at try ${state.tries}` : ""}.` : missing ? "All of these are right; there are more." : "Try again.";
    remember(key, state.right ? "right" : null);
    settled();
  };
  const form = element(
    "form",
    { class: "rc-item", id: `item-${item.id}`, onsubmit: check },
    element(
      "fieldset",
      {},
      element("legend", {}, element("span", { class: "rc-kicker" }, item.source ? `${number} · ${item.source}` : String(number)), ` ${item.question}`),
      ...(item.picture ? [picture(item.picture)] : []),
      ...rows.map(({ line }) => line),
    ),
    element("div", { class: "rc-buttons" }, element("button", { class: "rc-button" }, "Check"), verdict),
  );
  for (const { input } of rows) input.addEventListener("change", () => (verdict.textContent = ""));
  if (recall(key) === "right") {
    state.right = true;
    verdict.textContent = "Solved before. Try it again if you like.";
  }
  const restart = () => {
    form.reset();
    clear();
    Object.assign(state, { right: false, tries: 0 });
    verdict.textContent = "";
    remember(key, null);
  };
  return { form, state, restart };
}

/** @param {Option} option @param {boolean} many @param {string} name */
function row(option, many, name) {
  const id = freshId();
  const input = element("input", { type: many ? "checkbox" : "radio", name, id });
  const said = element("div", { class: "rc-feedback", role: "status" });
  const line = element("div", { class: "rc-answer-row" }, input, element("label", { for: id }, option.text), said);
  return { option, input, said, line };
}

/** A drawing made by the package, already an SVG with its alt text. @param {string} svg */
function picture(svg) {
  const box = element("div", { class: "rc-picture" });
  box.innerHTML = svg;
  return box;
}

/** @param {{ model: any, el: HTMLElement }} context */
function render({ model, el }) {
  /** @type {Question[]} */
  const items = model.get("questions");
  const score = element("p", { class: "rc-score", role: "status" });
  const tell = () => {
    const right = made.filter(({ state }) => state.right).length;
    score.textContent = `${right} of ${items.length} right`;
  };
  const made = items.map((item, i) => question(item, i + 1, () => tell()));
  const again = button("Start over", () => {
    made.forEach(({ restart }) => restart());
    tell();
    el.querySelector("input")?.focus();
  });
  tell();
  const box = element("section", { class: "rc-quiz", "aria-label": model.get("title") });
  box.append(...made.map(({ form }) => form), element("div", { class: "rc-buttons rc-foot" }, score, again));
  el.append(box);
}

export default { render };
