// What is known about the shopper, and the ways to mend it.

import { faint, make } from "./dom.js";
import { smallForm } from "./form.js";
import { words } from "./words.js";

/** @typedef {import("./types").Fact} Fact */
/** @typedef {import("./line.js").Line} Line */

/** @param {string} label @param {() => void} click */
const act = (label, click, name = "") => make("button", { class: "why", "aria-label": name && `${label}: ${name}`, click }, label);

/**
 * Facts, each with a way to take it back and to give another value; `say` tells what came of it.
 * @param {Fact[]} facts @param {Line} line @param {(text: string) => void} say
 */
export function factList(facts, line, say) {
  return make("ul", { class: "box", role: "list" }, ...facts.map((known) => {
    const entry = make("li");
    /** @param {Fact} fact */
    const show = ({ fact_id, text, quote }) => {
      /** @param {string} method @param {object} [body] */
      const ask = (method, body) => line.ask(`profile/facts/${encodeURIComponent(fact_id)}`, body, { method });
      const buttons = make("div", { class: "acts" }, act(words.wrong, async () => {
        const { error } = await ask("DELETE");
        if (!error) entry.replaceChildren(make("s", { dir: "auto" }, text));
        say(error?.message ?? words.undone);
      }, text), act(words.change, () => {
        const form = smallForm({ fields: [{ label: words.right }], submit: words.send }, async (value) => {
          const { error, ...fact } = await ask("PUT", { value });
          if (error) return error.message;
          show(fact);
          say(fact.text);
          return null;
        });
        buttons.replaceWith(form);
        form.querySelector("input")?.focus();
      }, text));
      entry.replaceChildren(make("p", { dir: "auto" }, text), (quote && faint(`${words.said} “${quote}”`)) || "", buttons);
    };
    show(known);
    return entry;
  }));
}

/** A button that hands over a copy of all data. @param {Line} line */
export const copyButton = (line, name = "my-data.json") => act(words.download, async () => {
  const answer = await line.call("profile/export");
  if (answer.ok) make("a", { href: URL.createObjectURL(await answer.blob()), download: name }).click();
});

/**
 * The page of what is known. `again` shows it anew after a change.
 * @param {any} profile as the gateway tells it @param {Line} line @param {(text: string) => void} say @param {() => void} again
 */
export function profilePage({ facts = [], consent, can_split }, line, say, again) {
  /** @param {string} label @param {string} path @param {object} [body] @param {string} [method] */
  const change = (label, path, body = {}, method = "POST") => act(label, async () => {
    const { error } = await line.ask(`profile/${path}`, body, { method });
    if (error) say(error.message);
    else again();
  });
  const wish = consent === "refused" ? "given" : "refused";
  return make("div", { class: "bot" }, make("h3", {}, words.profile), facts.length ? factList(facts, line, say) : make("p", {}, words.nothing),
    make("div", { class: "acts" }, change(words.undo, "undo"), can_split && change(words.split, "split"),
      change(words[wish], "consent", { consent: wish }, "PUT"),
      copyButton(line)));
}
