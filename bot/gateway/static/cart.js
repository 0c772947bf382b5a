// The demo shop's cart: {item_id: quantity} in localStorage. The chat widget only asks; what happens is the shop's business.

const KEY = "shop-cart";

/** @returns {Record<string, number>} */
function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") ?? {};
  } catch {
    return {};
  }
}

/** @param {Record<string, number>} cart */
function write(cart) {
  try {
    localStorage.setItem(KEY, JSON.stringify(cart));
  } catch {
    // Without storage the cart lasts as long as the page.
  }
  showCount(cart);
}

/** @param {Record<string, number>} cart */
function showCount(cart) {
  const count = Object.values(cart).reduce((sum, quantity) => sum + quantity, 0);
  for (const badge of document.querySelectorAll("[data-cart-count]")) {
    badge.textContent = String(count);
    badge.toggleAttribute("hidden", count === 0);
  }
}

/** @param {string} text */
function toast(text) {
  const place = document.querySelector("[data-toast]");
  if (!place) return;
  place.textContent = text;
  place.classList.add("shown");
  setTimeout(() => place.classList.remove("shown"), 3000);
}

/** @param {string} itemId @param {string} title */
function add(itemId, title) {
  const cart = read();
  cart[itemId] = (cart[itemId] ?? 0) + 1;
  write(cart);
  toast(`${title} is in your cart.`);
  if (document.querySelector("[data-cart-lines]")) void showLines();
}

/** @param {string} itemId @param {number} quantity */
function change(itemId, quantity) {
  const cart = read();
  if (quantity > 0) cart[itemId] = quantity;
  else delete cart[itemId];
  write(cart);
  void showLines();
}

/**
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {(Node | string)[]} children
 */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** @param {string} label @param {string} sign @param {() => void} act */
function step(label, sign, act) {
  const button = element("button", { type: "button", "aria-label": label }, sign);
  button.addEventListener("click", act);
  return button;
}

/** @param {number} cents @param {string} currency */
const money = (cents, currency) =>
  new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency }).format(cents / 100);

/** @param {any} item @param {number} quantity */
function line(item, quantity) {
  const name = element("a", { href: item.url }, item.title);
  return element(
    "li",
    {},
    element("span", { class: "tile" }, element("img", { src: item.image_url, alt: "", width: "96", height: "96" })),
    element("div", {}, name, element("p", { class: "muted" }, item.available ? item.details : "No longer in stock")),
    element(
      "div",
      { class: "quantity" },
      step(`One ${item.title} less`, "−", () => change(item.item_id, quantity - 1)),
      element("span", {}, String(quantity)),
      step(`One ${item.title} more`, "+", () => change(item.item_id, quantity + 1)),
    ),
    element("strong", {}, money(item.price_cents * quantity, item.currency)),
  );
}

async function showLines() {
  const lines = document.querySelector("[data-cart-lines]");
  if (!lines) return;
  const cart = read();
  const ids = Object.keys(cart);
  const answer = ids.length ? await fetch(`/cart/items?ids=${ids.map(encodeURIComponent).join(",")}`) : null;
  const items = answer?.ok ? await answer.json() : [];
  lines.replaceChildren(...items.map((/** @type {any} */ item) => line(item, cart[item.item_id])));
  const total = items.reduce((/** @type {number} */ sum, /** @type {any} */ item) => sum + item.price_cents * cart[item.item_id], 0);
  const place = document.querySelector("[data-cart-total]");
  if (place && items.length) place.textContent = money(total, items[0].currency);
  document.querySelector("[data-cart-full]")?.toggleAttribute("hidden", !items.length);
  document.querySelector("[data-cart-empty]")?.toggleAttribute("hidden", items.length > 0);
}

for (const button of document.querySelectorAll("[data-add]")) {
  button.addEventListener("click", () => {
    add(button.getAttribute("data-add") ?? "", button.getAttribute("data-title") ?? "");
  });
}
document.addEventListener("chat:add-to-cart", (event) => {
  const { item_id, title } = /** @type {CustomEvent} */ (event).detail;
  add(item_id, title);
});
addEventListener("storage", (event) => {
  if (event.key === KEY) showCount(read());
});
showCount(read());
void showLines();
