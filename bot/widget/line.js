// The line to the gateway: a session when the first message is sent, a queue that outlives a lost connection and a reload, and
// the events: streamed, or polled where something on the way holds streams back.

import { keep } from "./dom.js";
import { words } from "./words.js";

/** @typedef {import("./types").ChatEvent} ChatEvent */
/** @typedef {import("./types").Outgoing} Outgoing */

const FIRST_BYTE_MS = 8000;
const SILENCE_MS = 40000; // the server sends something every 15 s; what was sent has as long to be taken
const POLL_MS = 2500;

/** 128 random bits, on plain http too. */
const uuid = () => crypto.getRandomValues(new Uint32Array(4)).join("-");

/** Ends early when the connection is back. @param {number} ms */
const pause = (ms) =>
  new Promise((done) => {
    setTimeout(done, ms);
    addEventListener("online", done, { once: true });
  });

/** @param {number} failures */
const backoff = (failures) => pause(Math.min(30000, 500 * 2 ** failures) * (0.5 + Math.random() / 2));

export class Line {
  #api;
  #on;
  #vouched = "";
  #mergeable = false;
  #last = 0;
  /** What this page has sent: its answers are news, also when they come with the history. @type {Set<string>} */
  #sent = new Set();
  #open = false;
  #flushing = false;
  /** @type {AbortController | undefined} */
  #following;
  /** Messages whose turn has not ended. @type {Set<string>} */
  waiting = new Set();
  /** Messages that are not delivered. @type {Outgoing[]} */
  queue = [];

  /** @param {string} api @param {import("./types").Listener} on */
  constructor(api, on) {
    this.#api = api;
    this.#on = on;
    try {
      this.queue = JSON.parse(this.#keep("queue") || "[]");
    } catch {
      this.#save();
    }
    this.#forgetTurns();
  }

  /** Reads what was said and follows what is said, until stop(). */
  async start() {
    this.#open = true;
    await this.#vouch().catch(() => {});
    this.#flush();
    this.#follow();
  }

  /** Stops following, as soon as no answer is awaited. */
  stop() {
    this.#open = false;
    if (!this.waiting.size) this.#hangUp();
  }

  /** @param {Omit<Outgoing, "message_id">} what */
  send(what) {
    const message = { message_id: uuid(), ...what };
    this.queue.push(message);
    this.waiting.add(message.message_id);
    this.#sent.add(message.message_id);
    this.#save();
    this.#flush();
    return message;
  }

  /** Reports what the shopper did with an item or an answer; it is lost if there is no connection. @param {object} what */
  report(what) {
    this.#fetch("interactions", { interaction_id: uuid(), ...what }).catch(() => {});
  }

  /** Calls the gateway, with a session. @param {string} path @param {object} [body] @param {RequestInit} [init] */
  async call(path, body, init) {
    await this.#session();
    return this.#fetch(path, body, init);
  }

  /** What the gateway answers, or an error with a sentence. @param {string} path @param {object} [body] @param {RequestInit} [init] */
  async ask(path, body, init) {
    try {
      const answer = await this.call(path, body, init);
      return answer.status === 204 ? {} : await answer.json();
    } catch {
      return { error: { message: words.offline } };
    }
  }

  /** Says whether the account takes over what the guest said. @param {boolean} merge */
  merge(merge) {
    return this.#fetch("identity", { identity: this.#on.identity(), merge });
  }

  /** Leaves the conversation behind. */
  restart() {
    this.queue = [];
    this.#save();
    this.#dropSession();
  }

  #hangUp() {
    this.#following?.abort();
    this.#following = undefined;
  }

  #dropSession() {
    this.#hangUp();
    this.#keep("token", "");
    this.#signed("");
    this.#last = 0;
    this.#forgetTurns();
  }

  /** Signs in whoever the shop vouches for, once; and leaves an account's conversation when it vouches no more. */
  async #vouch() {
    const identity = this.#on.identity();
    if (!identity && this.#keep("account")) this.#dropSession();
    if (!identity || identity === this.#vouched) return;
    if (!this.#keep("token")) return this.#session();
    const answer = await this.#fetch("identity", { identity });
    if (answer.status === 401 || answer.status === 409) this.#dropSession();
    else if (answer.ok) {
      this.#signed(identity);
      this.#mergeable = (await answer.json()).can_merge;
    }
  }

  /** @param {string} identity */
  #signed(identity) {
    this.#vouched = identity;
    this.#keep("account", identity && "1");
  }

  #forgetTurns() {
    this.waiting = new Set(this.queue.map((message) => message.message_id));
  }

  /** @param {string} path @param {object} [body] @param {RequestInit} [init] */
  #fetch(path, body, init) {
    const headers = { Authorization: `Bearer ${this.#keep("token")}`, "Last-Event-ID": `${this.#last}` };
    return fetch(`${this.#api}/api/v1/${path}`, { headers, ...(body && { method: "POST", keepalive: true, body: JSON.stringify(body), signal: AbortSignal.timeout(SILENCE_MS) }), ...init });
  }

  async #flush() {
    if (this.#flushing) return;
    this.#flushing = true;
    for (let failures = 0; this.queue.length; ) {
      const message = this.queue[0];
      const answer = await this.#deliver(message).catch(() => null);
      const status = answer?.status ?? 0;
      if (status === 401) this.#dropSession();
      if (!answer || status === 401 || status === 429 || status >= 500) {
        if (!answer) this.#on.state("offline");
        const wait = Number(answer?.headers.get("Retry-After"));
        await (wait ? pause(wait * 1000) : backoff(failures++));
        continue;
      }
      failures = 0;
      this.queue = this.queue.filter((other) => other !== message);
      this.#save();
      if (!answer.ok) {
        this.waiting.delete(message.message_id);
        this.#on.refused(message, (await answer.json().catch(() => null))?.error?.message ?? "");
      }
      this.#follow();
    }
    this.#flushing = false;
  }

  /** @param {Outgoing} message */
  async #deliver({ shown, ...message }) {
    return (await this.#session()) ?? this.#fetch("messages", message);
  }

  /** Opens a session if there is none; returns the answer only if it was refused. */
  async #session() {
    if (this.#keep("token")) return;
    for (const identity of [this.#on.identity(), ""]) {
      const answer = await this.#fetch("sessions", { locale: this.#on.locale, ...(identity && { identity }) });
      if (answer.status === 401 && identity) continue; // run out while the page stood open: as a guest, then
      if (!answer.ok) return answer;
      this.#keep("token", (await answer.json()).token);
      this.#signed(identity);
      return;
    }
  }

  async #follow() {
    if (this.#following || !this.#keep("token")) return;
    const { signal } = (this.#following = new AbortController());
    for (let failures = 0; (this.#open || this.waiting.size) && !signal.aborted; ) {
      try {
        if (!this.#last) await this.#read("history", signal, true);
        if (this.#mergeable) this.#on.merge();
        this.#mergeable = false;
        // after three streams in a row that ended early it polls
        if (failures < 3) {
          await this.#stream(signal, () => (failures = 0));
          await backoff(failures++);
        } else {
          await this.#read("events?poll=1", signal);
          await pause(POLL_MS);
          failures = (failures + 1) % 40; // tries to stream again after a while
        }
      } catch (error) {
        if (error === 401) this.#dropSession();
        if (signal.aborted) return;
        this.#on.state(navigator.onLine ? "connecting" : "offline");
        await backoff(failures++);
      }
    }
    if (!signal.aborted) this.#following = undefined;
  }

  /** @param {string} path @param {AbortSignal} signal @param {boolean} [past] */
  async #read(path, signal, past = false) {
    const answer = await this.#fetch(path, undefined, { signal });
    if (!answer.ok) throw answer.status;
    this.#on.state("");
    for (const event of (await answer.json()).events) this.#take(event, past);
  }

  /** @param {AbortSignal} signal @param {() => void} alive */
  async #stream(signal, alive) {
    const silence = new AbortController();
    const quiet = () => silence.abort();
    let timer = setTimeout(quiet, FIRST_BYTE_MS);
    try {
      const answer = await this.#fetch("events", undefined, { signal: AbortSignal.any([signal, silence.signal]) });
      if (!answer.ok || !answer.body) throw answer.status;
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let rest = ""; ; ) {
        const { value, done } = await reader.read();
        if (done) return;
        clearTimeout(timer);
        timer = setTimeout(quiet, SILENCE_MS);
        alive();
        this.#on.state("");
        const frames = (rest + value).split("\n\n");
        rest = frames.pop() ?? "";
        for (const frame of frames) {
          const data = /^data: (.*)$/m.exec(frame);
          if (data) this.#take(JSON.parse(data[1]), false);
        }
        if (!this.#open && !this.waiting.size) return this.#hangUp();
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** @param {ChatEvent} event @param {boolean} past */
  #take(event, past) {
    if (event.id <= this.#last) return;
    this.#last = event.id;
    if (event.kind === "message") this.waiting.add(event.message_id);
    if (event.kind === "turn_end") this.waiting.delete(event.message_id);
    this.#on.event(event, past && !this.#sent.has(event.message_id));
  }

  #save() {
    this.#keep("queue", this.queue.length ? JSON.stringify(this.queue) : "");
  }

  /** @param {string} name @param {string} [value] */
  #keep(name, value) {
    return keep("localStorage", `shop-chat ${name} ${this.#api}`, value);
  }
}
