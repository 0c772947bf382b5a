// Building nodes without markup: whatever a text contains, it stays text.

/**
 * An element. Functions become listeners, true an empty attribute; false, null and undefined are left out.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | boolean | null | undefined | ((event: any) => void)>} [attributes]
 * @param {...(Node | string | 0 | null | false | undefined)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value || value === "") node.setAttribute(name, value === true ? "" : value);
  }
  node.append(.../** @type {(Node | string)[]} */ (children.filter((child) => child)));
  return node;
}

/** @param {string | false | undefined} text */
export const faint = (text) => text && make("p", { class: "faint", dir: "auto" }, text);

/**
 * A line drawing of 24 by 24.
 * @param {string} path
 */
export function icon(path) {
  const [svg, line] = ["svg", "path"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.ariaHidden = "true";
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/**
 * A stylesheet that a strict Content-Security-Policy lets pass.
 * @param {string} css
 */
export function sheet(css) {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}

/**
 * Reads or writes browser storage; keeps in memory what may not be stored. An empty value deletes.
 * @param {"localStorage" | "sessionStorage"} where
 * @param {string} key
 * @param {string} [value]
 * @returns {string | null | undefined}
 */
export function keep(where, key, value) {
  try {
    if (value === undefined) return window[where].getItem(key);
    if (value) window[where].setItem(key, value);
    else window[where].removeItem(key);
  } catch {
    if (value === undefined) return memory.get(key);
    memory.set(key, value);
  }
}

const memory = new Map();
