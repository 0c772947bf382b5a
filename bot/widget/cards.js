// What a reply can hold: text with links and lists, item cards, a comparison, an order, facts.

import { faint, icon, make } from "./dom.js";
import { words } from "./words.js";

/** @typedef {import("./types").Item} Item */
/** @typedef {import("./types").Shelf} Shelf */

/**
 * The address, if it is http(s) or relative to the page.
 * @param {string | undefined} address
 */
function safe(address) {
  try {
    const url = new URL(address ?? "", document.baseURI);
    return address && /^https?:$/.test(url.protocol) && url;
  } catch {
    return null;
  }
}

/** @param {string | undefined} address @param {string} text @param {(() => void)} [click] */
function link(address, text, click) {
  const url = safe(address);
  if (!url) return text;
  return make("a", { href: url.href, target: url.origin !== location.origin && "_blank", click }, text);
}

const INLINE = /\*\*(.+?)\*\*|\[([^\]]+)\]\(([^)\s]+)\)|(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)])/g;

/** @param {string} text */
function* inline(text) {
  let end = 0;
  for (const found of text.matchAll(INLINE)) {
    const [all, bold, title, address, bare] = found;
    yield text.slice(end, found.index);
    yield bold ? make("strong", {}, bold) : link(address ?? bare, title ?? bare);
    end = found.index + all.length;
  }
  yield text.slice(end);
}

/**
 * Paragraphs and lists; **bold**, [title](address) and plain addresses in them.
 * @param {string} text
 */
export function formatted(text) {
  const box = make("div", { class: "text", dir: "auto" });
  let list;
  for (const line of text.split("\n")) {
    const point = /^\s*[-•*]\s+(.*)/.exec(line);
    if (point) (list ??= box.appendChild(make("ul"))).append(make("li", {}, ...inline(point[1])));
    else {
      list = undefined;
      if (line.trim()) box.append(make("p", {}, ...inline(line)));
    }
  }
  return box;
}

/** @param {import("./types").Price} price @param {string} language */
function money({ cents, currency, text }, language) {
  try {
    const format = new Intl.NumberFormat(language, { style: "currency", currency });
    return format.format(cents / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
  } catch {
    return text;
  }
}

/** @param {Item} item @param {number} place @param {Shelf} shelf */
function card(item, place, { language, click, add, why }) {
  const { title, brand, price, list_price, colours = [], size, availability, stock_text } = item;
  const image = safe(item.image_url);
  const button = make("button", { class: "add", "aria-label": `${words.add}: ${title}`, disabled: availability === "out_of_stock",
    click: () => add(item) && (button.textContent = words.added) }, words.add);
  return make("li", { class: "card", part: "card" },
    make("div", { class: "picture" }, image && make("img", { src: image.href, alt: "" })),
    make("p", { class: "title", dir: "auto" }, link(item.url, title, () => click(item))),
    faint([brand, ...colours, size].filter(Boolean).join(" · ")),
    price && make("p", {}, make("strong", {}, money(price, language)), " ",
      list_price && make("s", {}, make("span", { class: "unseen" }, words.was + " "), money(list_price, language))),
    make("p", { class: `stock ${availability}` }, stock_text || words[availability]),
    faint(item.reason),
    make("button", { class: "why", "aria-label": words.whyItem.replace("{}", title), click: () => why(item, place) }, words.why),
    button);
}

/** @param {Item[]} items @param {Shelf} shelf */
export function cards(items, shelf) {
  const list = make("ul", { class: "cards", role: "list", "aria-label": words.items }, ...items.map((item, place) => card(item, place + 1, shelf)));
  /** @param {number} way @param {string} path */
  const arrow = (way, path) => items.length > 1 && make("button", { class: "arrow", tabindex: "-1", "aria-hidden": "true",
    click: () => list.scrollBy(way * (list.matches(":dir(rtl)") ? -230 : 230), 0) }, icon(path));
  return make("div", { class: "carousel" }, list, arrow(-1, "m14 6-6 6 6 6"), arrow(1, "m10 6 6 6-6 6"));
}

/** @param {import("./types").Comparison} comparison */
export function comparisonTable({ item_ids, titles = item_ids, rows }) {
  return make("div", { class: "box scroll", role: "region", tabindex: "0", "aria-label": words.compare }, make("table", {},
    make("tr", {}, make("td"), ...titles.map((title) => make("th", { scope: "col" }, title))),
    ...rows.map(({ label, values }) => make("tr", {}, make("th", { scope: "row" }, label), ...values.map((value) => make("td", { dir: "auto" }, value))))));
}

/** @param {import("./types").Order} order @param {string} language */
export function orderCard({ order_number, status_text, lines, expected, carrier, tracking_number, total }, language) {
  /** @param {string} label @param {string | undefined} value */
  const row = (label, value) => faint(value && `${label}: ${value}`);
  return make("div", { class: "box", part: "card" },
    faint(`${words.order} ${order_number}`),
    make("p", { class: "title" }, status_text),
    make("ul", {}, ...lines.map(({ title, quantity }) => make("li", { dir: "auto" }, `${quantity} × ${title}`))),
    row(words.expected, expected),
    row(words.parcel, [carrier, tracking_number].filter(Boolean).join(" ")),
    row(words.total, total && money(total, language)));
}

/** A picture without an address that a page's policy would have to allow. @param {Blob} blob @param {string} label */
export async function picture(blob, label) {
  const bitmap = await createImageBitmap(blob);
  const { width, height } = bitmap;
  const canvas = make("canvas", { role: "img", "aria-label": label, width: `${width}`, height: `${height}` });
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
  return canvas;
}
