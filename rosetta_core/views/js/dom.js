// Elements in one line: element("p", { class: "rc-says" }, "text", child).

/** Attributes as in HTML; `on...` are listeners, true sets a bare attribute, false and undefined set none.
 * @typedef {Record<string, string | number | boolean | undefined | ((event: any) => void)>} Attributes */

let lastId = 0;

/** An id that no other element on the page has.
 * @returns {string} */
export function freshId() {
  return `rc-${++lastId}-${Math.random().toString(36).slice(2, 7)}`;
}

const INDEX = /(^|[^\p{L}\d_])(\p{L})_([\p{L}\d]+)/gu;

/** Words cut where an index such as the E of P_E stands below the line: on the line, below, on the line, ...
 * @param {string} text @returns {string[]} */
export function indexed(text) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(INDEX)) {
    const line = found.index + found[0].length - found[3].length - 1;
    parts.push(text.slice(from, line), found[3]);
    from = line + 1 + found[3].length;
  }
  return [...parts, text.slice(from)];
}

/** The same words for the page. @param {string} text @returns {(Node | string)[]} */
export function written(text) {
  return indexed(text).map((part, i) => {
    if (i % 2 === 0) return part;
    const below = document.createElement("sub");
    below.append(part);
    return below;
  });
}

/** @param {string} tag @param {Attributes} [attributes] @param {...(Node | string)} children
 * @returns {any} */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== undefined) node.setAttribute(name, String(value));
  }
  node.append(...children.flatMap((child) => (typeof child === "string" ? written(child) : [child])));
  return node;
}

/** A button that never submits a form.
 * @param {string} text @param {(event: any) => void} action @param {Attributes} [more]
 * @returns {HTMLButtonElement} */
export function button(text, action, more = {}) {
  return element("button", { type: "button", class: "rc-button", onclick: action, ...more }, text);
}

/** A number as the book prints it, with a true minus and no minus before a zero.
 * @param {number} value @param {number} decimals */
export function digits(value, decimals) {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
}

/** What this page remembers of an exploration or a quiz; storage may be forbidden, then it remembers nothing.
 * @param {string} key */
export function recall(key) {
  try {
    return localStorage.getItem(`rosetta:${key}`);
  } catch {
    return null;
  }
}

/** @param {string} key @param {string | null} value */
export function remember(key, value) {
  try {
    if (value === null) localStorage.removeItem(`rosetta:${key}`);
    else localStorage.setItem(`rosetta:${key}`, value);
  } catch {
    // a private window or a file: page without storage: the page works, it only forgets
  }
}
