// <shop-chat>: a button in the corner. The chat itself is loaded when it is opened for the first time; before that nothing
// is stored and nothing is sent.
//
// Attributes: item (what is on the screen), identity (the token with which the shop vouches for the shopper), lang, label (of
// the button), api (where the gateway is, if not where this file comes from).
// Methods: open() close() send(text) context({item_id}).
// Events: chat:open chat:close chat:message chat:add-to-cart chat:handoff.

import { icon, keep, make, sheet } from "./dom.js";

const OPEN = "shop-chat open";
/** The button's text, before anything else is loaded. @type {Record<string, string>} */
const LABELS = { en: "Chat", de: "Chat", zh: "聊天", ar: "محادثة" };

const look = sheet(`
:host {
  position: fixed; bottom: var(--shop-chat-inset, 20px); inset-inline-end: var(--shop-chat-inset, 20px); z-index: 2147483000;
  font: max(16px, 1rem)/1.5 var(--shop-chat-font, system-ui, sans-serif);
  --a: var(--shop-chat-accent, light-dark(#2f5d46, #9ad0b2)); --on-a: var(--shop-chat-on-accent, light-dark(#fff, #10231a));
}
[hidden], :host([hidden]) { display: none !important }
svg { width: 24px; fill: none; stroke: currentcolor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round }
.launcher {
  display: flex; align-items: center; gap: 8px; height: 56px; padding-inline: 20px; border: 0; border-radius: 28px;
  background: var(--a); color: var(--on-a); font: inherit; font-weight: 600; cursor: pointer; box-shadow: 0 4px 18px #0004;
}
:focus-visible { outline: 3px solid var(--a); outline-offset: 3px }
@media (max-width: 480px) { .launcher { padding-inline: 16px } .launcher span { position: absolute; clip-path: inset(50%) } }
`);

export class ShopChat extends HTMLElement {
  static observedAttributes = ["item"];

  /** What is on the screen. */
  item = "";
  /** @type {Promise<import("./panel.js").Panel> | undefined} */
  #panel;
  #isOpen = false;
  #label = make("span");
  #button = make("button", { class: "launcher", part: "launcher", click: () => this.open(),
    pointerenter: () => this.#load().catch(() => {}) },
    icon("M20 11.5a7.5 7 0 0 1-11 6.2L4 19l1.3-4.2A7 7 0 1 1 20 11.5Z"), this.#label);

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [look];
    root.append(this.#button);
  }

  connectedCallback() {
    if (this.language === "ar") this.dir ||= "rtl";
    this.#news(0);
    if (keep("sessionStorage", OPEN) && innerWidth > 480) this.open(false);
  }

  /** @param {string} _ @param {string | null} __ @param {string | null} value */
  attributeChangedCallback(_, __, value) {
    this.item = value ?? "";
  }

  /** The gateway's address. */
  get api() {
    return this.getAttribute("api") ?? new URL("..", import.meta.url).href.slice(0, -1);
  }

  /** What the chat speaks: the element's language or the page's, if there are words for it. */
  get language() {
    const wanted = (this.lang || document.documentElement.lang || navigator.language).slice(0, 2).toLowerCase();
    return wanted in LABELS ? wanted : "en";
  }

  /** Shows the chat, and puts the focus there unless told otherwise. */
  async open(focus = true) {
    if (this.#isOpen) return;
    this.#isOpen = true;
    try {
      (await this.#load()).show(focus);
    } catch (error) {
      this.#isOpen = false;
      throw error;
    }
    keep("sessionStorage", OPEN, "1");
    this.#news(0);
    this.#button.hidden = true;
    this.tell("open");
  }

  /** The panel. It is made when the button is pressed, or a moment before, when a finger or a pointer comes near. */
  #load() {
    return (this.#panel ??= this.#make().catch((error) => {
      this.#panel = undefined; // no connection: the next press tries again
      throw error;
    }));
  }

  async #make() {
    const [{ Panel }, words] = await Promise.all([
      import("./panel.js"),
      fetch(new URL(`words/${this.language}.json`, import.meta.url)).then((answer) => answer.json()),
    ]);
    return new Panel(this, words);
  }

  /** Hides the chat; it goes on where it was when it is opened again. */
  async close() {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    keep("sessionStorage", OPEN, "");
    (await this.#panel)?.hide();
    this.#button.hidden = false;
    this.#button.focus({ preventScroll: true });
    this.tell("close");
  }

  /** Sends a message as if the shopper had typed it. @param {string} text */
  async send(text) {
    await this.open();
    (await this.#panel)?.send(text);
  }

  /** Tells what is on the screen. @param {{item_id?: string}} what */
  context({ item_id = "" }) {
    this.item = item_id;
  }

  /** Dispatches chat:<name>; false if the page says that it will not do it. @param {string} name @param {object} [detail] */
  tell(name, detail) {
    if (name === "message" && !this.#isOpen) this.#news(1);
    return this.dispatchEvent(new CustomEvent(`chat:${name}`, { detail, bubbles: true, cancelable: true }));
  }

  /** @param {number} count */
  #news(count) {
    this.#label.textContent = (this.getAttribute("label") ?? LABELS[this.language]) + (count ? ` (${count})` : "");
  }
}

if (!customElements.get("shop-chat")) customElements.define("shop-chat", ShopChat);
