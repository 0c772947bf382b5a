// The open chat: conversation, composer, menu.

import { cards, comparisonTable, formatted, orderCard, picture } from "./cards.js";
import { faint, icon, make } from "./dom.js";
import { smallForm } from "./form.js";
import { Line } from "./line.js";
import { look } from "./look.js";
import { copyButton, factList, profilePage } from "./profile.js";
import { words } from "./words.js";

/** @typedef {import("./types").ChatEvent} ChatEvent */
/** @typedef {import("./types").Item} Item */

const PHONE = matchMedia("(max-width: 480px)");
const MOUSE = matchMedia("(pointer: fine)");
const THUMB = "M7 11v9H4v-9zm0 0 4-8c2 0 3 1 3 3v3h4.5a2 2 0 0 1 2 2.4l-1.3 7A2 2 0 0 1 17.2 20H7";

/** @param {string} who */
const unseen = (who) => make("span", { class: "unseen" }, who);

export class Panel {
  #host;
  #language;
  #line;
  #dialog;
  #log;
  #input;
  #menu;
  #file;
  /** @type {Map<string, HTMLElement>} */
  #bubbles = new Map();
  /** @type {ChatEvent | undefined} */
  #latest;
  /** What is to be at the top of the log. @type {HTMLElement | undefined} */
  #anchor;
  /** @type {import("./types").State} */
  #state = "";
  #typing = make("div", { class: "typing", "aria-hidden": "true", hidden: true }, "•••");
  #chips = make("div", { class: "chips" });
  #status = make("div", { role: "status" });
  /** What is known about the shopper, in place of the conversation. */
  #view = make("section", { class: "log", tabindex: "-1", hidden: true });

  /** @param {import("./types").Host} host @param {Record<string, string>} texts */
  constructor(host, texts) {
    Object.assign(words, texts);
    this.#host = host;
    this.#language = host.lang || document.documentElement.lang || navigator.language;
    this.#log = make("div", { class: "log", role: "log", "aria-labelledby": "title", tabindex: "0" });
    this.#input = make("textarea", { rows: "1", maxlength: "2000", enterkeyhint: "send", "aria-label": words.input, placeholder: words.input, dir: "auto",
      keydown: (event) => {
        if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.#submit(event);
      } });
    this.#menu = make("details", {}, make("summary", { "aria-label": words.menu }, icon("M12 5h.01M12 12h.01M12 19h.01")), make("div", {},
      this.#entry(words.profile, () => this.#show()),
      this.#entry(words.person, () => this.#command("handoff", words.person)),
      this.#entry(words.restart, () => this.#restart()),
      this.#entry(words.forget, () => this.#command("forget_me", words.forget))));
    this.#file = make("input", { type: "file", accept: "image/jpeg,image/png,image/webp", "aria-label": words.picture, tabindex: "-1", change: () => this.#upload() });
    this.#dialog = make("dialog", { part: "panel", lang: host.language, "aria-labelledby": "title", cancel: (event) => event.preventDefault(), keydown: (event) => this.#escape(event) },
      make("div", { class: "head", part: "header" }, make("div", {}, make("h2", { id: "title", dir: "auto" }, words.title), make("p", { class: "faint", dir: "auto" }, words.bot)),
        this.#menu, make("button", { "aria-label": words.close, click: () => host.close() }, icon("m6 6 12 12M18 6 6 18"))),
      this.#view, this.#log, this.#status,
      make("form", { class: "compose", submit: (event) => this.#submit(event) }, this.#file, this.#input,
        make("button", { type: "button", "aria-label": words.picture, click: () => this.#file.click() }, icon("M4 5h16v14H4zm0 11 5-5 4 4 3-3 4 4M15.5 9h.01")), make("button", { class: "send", "aria-label": words.send }, icon("M12 20V5m-6 6 6-6 6 6"))));
    const root = /** @type {ShadowRoot} */ (host.shadowRoot);
    root.adoptedStyleSheets.push(look);
    root.append(this.#dialog);
    PHONE.addEventListener("change", () => this.#dialog.open && this.show(false));
    visualViewport?.addEventListener("resize", () => this.#dialog.style.setProperty("--seen", `${visualViewport?.height}px`));
    this.#line = new Line(host.api, {
      locale: host.language,
      identity: () => host.getAttribute("identity") ?? "",
      merge: () => this.#offer(["yes", "no"].map((answer) => [words[answer], () => this.#line.merge(answer === "yes")]), words.merge),
      event: (event, past) => this.#take(event, past),
      state: (state) => {
        this.#state = state;
        this.#refresh();
      },
      refused: ({ message_id }, why) => {
        this.#bubbles.get(message_id)?.classList.replace("pending", "failed");
        this.#note(words.failed, why);
        this.#refresh();
      },
    });
    this.#clear(true);
    for (const message of this.#line.queue) this.#bubble(message, true);
  }

  /** @param {boolean} focus */
  show(focus) {
    const root = /** @type {ShadowRoot} */ (this.#host.shadowRoot);
    const focused = () => /** @type {HTMLElement | null} */ (root.activeElement ?? document.activeElement);
    const before = focused();
    this.#dialog.close();
    this.#dialog[PHONE.matches ? "showModal" : "show"](); // both take the focus
    if (focus) this.#focus();
    else {
      focused()?.blur();
      before?.focus({ preventScroll: true });
    }
    this.#scroll();
    this.#line.start();
  }

  hide() {
    this.#dialog.close();
    this.#line.stop();
  }

  /** @param {string} text */
  send(text) {
    if (text.trim()) this.#post({ text: text.trim() });
    return null;
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    this.send(this.#input.value);
    this.#input.value = "";
  }

  /** Presses one of the chat's own buttons. @param {string} command @param {string} [text] @param {string} [item_ref] */
  #command(command, text = words[command], item_ref) {
    this.#post({ text, command, item_ref });
    if (command === "handoff") this.#host.tell(command);
  }

  /** @param {Omit<import("./types").Outgoing, "message_id">} what */
  #post(what) {
    this.#leave();
    this.#bubble(this.#line.send({ ...what, item_id: this.#host.item || undefined }), true);
    this.#refresh();
    this.#host.tell("message", { role: "shopper", text: what.text ?? what.shown });
  }

  async #upload() {
    const file = this.#file.files?.[0];
    if (!file) return;
    this.#file.value = "";
    const { error, image_id } = await this.#line.ask("images", undefined, { method: "POST", body: file });
    if (error) return this.#note(words.failed, error.message);
    const text = this.#input.value.trim();
    this.#input.value = "";
    this.#post({ ...(text && { text }), image_id });
  }

  /** Shows what is known about the shopper. */
  async #show() {
    const page = profilePage(await this.#line.ask("profile"), this.#line, (text) => this.#say(text), () => this.#show());
    this.#view.replaceChildren(page, make("button", { class: "why", click: () => this.#leave() }, words.back));
    this.#view.hidden = false;
    this.#log.hidden = true;
    this.#view.focus();
  }

  #leave() {
    this.#view.hidden = true;
    this.#log.hidden = false;
    this.#focus();
  }

  #restart() {
    this.#line.restart();
    this.#clear(true);
  }

  /** @param {boolean} greet */
  #clear(greet) {
    this.#log.replaceChildren(this.#chips, this.#typing);
    this.#bubbles.clear();
    this.#anchor = undefined;
    if (greet) this.#add("bot", unseen(words.assistant), formatted(words.hello));
    const start = this.#host.item ? ["ask_availability", "similar", "ask_returns"] : ["recommend", "order_status", "ask_returns"];
    this.#offer(greet ? start.map((name) => [words[name], () => this.#command(name)]) : []);
    this.#refresh();
  }

  /** @param {ChatEvent} event @param {boolean} past */
  #take(event, past) {
    this.#log.ariaLive = past ? "off" : "polite";
    if (event.kind === "message") this.#bubble(event);
    if (event.kind === "reply") {
      this.#reply(event);
      if (!past) this.#host.tell("message", { role: "bot", text: event.text });
    }
    if (event.kind === "turn_end") this.#end(event);
    if (event.kind === "erased") {
      this.#clear(false);
      this.#note(words.erased);
    }
    this.#refresh();
    this.#scroll();
  }

  /**
   * The shopper's words. One that is shown already is not shown again.
   * @param {import("./types").Outgoing} message @param {boolean} [pending]
   */
  #bubble({ message_id, text, shown, image_id }, pending = false) {
    let bubble = this.#bubbles.get(message_id);
    if (!bubble) {
      bubble = this.#add("shopper", unseen(words.you), (text || shown) && make("div", { class: "text", dir: "auto" }, text || shown));
      if (image_id) this.#draw(image_id, bubble);
      this.#bubbles.set(message_id, bubble);
      this.#anchor = bubble;
      this.#offer([]);
      this.#scroll();
    }
    if (!pending && bubble.matches(".pending")) this.#chips.before(bubble); // it may have waited above the history
    bubble.classList.toggle("pending", pending);
  }

  /** @param {string} image_id @param {HTMLElement} bubble */
  async #draw(image_id, bubble) {
    const answer = await this.#line.call(`images/${image_id}`).catch(() => null);
    if (answer?.ok) bubble.append(await picture(await answer.blob(), words.pictureSent));
  }

  /** @param {ChatEvent} event */
  #reply(event) {
    const { id, text, items = [], facts, order, comparison, quick_replies, slate_id, agent, download, form } = event;
    /** @param {string} kind @param {string} item_id */
    const report = (kind, item_id) => this.#line.report({ kind, item_id, slate_id });
    const shelf = {
      language: this.#language,
      click: (/** @type {Item} */ { item_id }) => report("click", item_id),
      add: (/** @type {Item} */ item) => {
        const taken = this.#host.tell("add-to-cart", item);
        if (taken) report("add_to_cart", item.item_id);
        return taken;
      },
      why: (/** @type {Item} */ { title }, /** @type {number} */ place) => this.#command("why_this", words.whyItem.replace("{}", title), `${place}`),
    };
    this.#add("bot", faint(agent) || unseen(words.assistant), text && formatted(text), items.length && cards(items, shelf), comparison && comparisonTable(comparison),
      order && orderCard(order, this.#language), facts && factList(facts, this.#line, (said) => this.#say(said)), download && copyButton(this.#line, download.name));
    this.#latest = event;
    this.#offer(quick_replies.map(({ title }, index) => [title, () => this.#post({ choice: { event_id: id, index }, shown: title })]), "", form && smallForm(form, (said) => this.send(said)));
  }

  /** @param {ChatEvent} event */
  #end({ facts = [], degraded, message_id }) {
    for (const { text } of facts) this.#note(words.noted, text);
    const { items = [], slate_id, message_id: replied } = this.#latest ?? {};
    if (degraded || replied !== message_id) return;
    const item_id = items.length === 1 ? items[0].item_id : undefined;
    const row = this.#add("thumbs", ...["thumb_up", "thumb_down"].map((kind) => {
      const button = make("button", { "aria-label": words[kind], "aria-pressed": "false", click: () => {
        for (const other of row.children) other.ariaPressed = `${other === button}`;
        this.#line.report({ interaction_id: `${message_id}:${kind}`, kind, message_id, item_id, slate_id });
        if (kind === "thumb_down") this.#offer(["cheaper", "another_brand", "show_more", "handoff"].slice(items.length ? 0 : 3).map((name) => [words[name], () => this.#command(name)]), words.reasons);
        this.#say(words.thanks);
      } }, icon(THUMB));
      return button;
    }));
  }

  /** @param {[string, () => void][]} choices @param {string} [question] @param {HTMLElement} [form] */
  #offer(choices, question = "", form) {
    const entries = choices.map(([title, act]) => this.#entry(title, () => {
      if (question) this.#offer([]);
      act();
    }));
    this.#chips.replaceChildren(question && make("p", {}, question), form ?? "", ...entries);
    if (question) this.#chips.scrollIntoView({ block: "nearest" });
  }

  /** @param {string} label @param {() => void} act */
  #entry(label, act) {
    return make("button", { dir: "auto", click: () => {
      this.#menu.open = false;
      act();
      this.#focus();
    } }, label);
  }

  /** @param {string} text @param {string} [quoted] in whatever language */
  #note(text, quoted = "") {
    this.#add("note", text, " ", make("bdi", {}, quoted));
  }

  /** @param {string} kind @param {Parameters<typeof make>[2][]} children */
  #add(kind, ...children) {
    const node = make("div", { class: kind, part: `message-${kind}` }, ...children);
    this.#chips.before(node);
    return node;
  }

  /** To the input, but not so that a phone's keyboard hides what was just said. */
  #focus() {
    (MOUSE.matches ? this.#input : this.#log).focus();
  }

  /** Shows what goes on: connection, typing. */
  #refresh() {
    if (!this.#line) return;
    const typing = !this.#state && this.#line.waiting.size > 0;
    this.#typing.hidden = !typing;
    this.#say(this.#state ? words[this.#state] : typing ? words.typing : "", this.#state ? "state" : "unseen");
  }

  /** @param {string} text */
  #say(text, look = "unseen") {
    this.#status.className = look;
    if (this.#status.textContent !== text) this.#status.textContent = text;
  }

  /** Brings the last question to the top, and so as much of its answer into view as fits. */
  #scroll() {
    this.#log.scrollTop = this.#anchor ? this.#anchor.offsetTop - 12 : 0;
  }

  /** @param {KeyboardEvent} event */
  #escape(event) {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    if (!this.#view.hidden) return this.#leave();
    if (!this.#menu.open) return this.#host.close();
    this.#menu.open = false;
    this.#menu.querySelector("summary")?.focus();
  }
}
