// A small form in a reply. Its values, in their order, are what the shopper says: elsewhere people type them.

import { make } from "./dom.js";

/**
 * `send` may answer what is wrong with the values.
 * @param {import("./types").Form} form @param {(text: string) => Promise<string | null> | null} send
 */
export function smallForm({ fields, submit }, send) {
  const inputs = fields.map(({ label, ...attributes }) => make("input", { ...attributes, required: true, dir: "auto" }));
  const errors = inputs.map(() => make("small", { role: "alert", dir: "auto" }));
  return make("form", { class: "box", novalidate: true, submit: async (event) => {
    event.preventDefault();
    inputs.forEach((input, place) => {
      input.value = input.value.trim();
      input.ariaInvalid = `${!input.validity.valid}`;
      errors[place].textContent = input.validationMessage;
    });
    const wrong = inputs.find((input) => !input.validity.valid);
    if (wrong) wrong.focus();
    else errors[0].textContent = await send(inputs.map(({ value }) => value).join(", "));
  } }, ...inputs.map((input, place) => make("label", {}, fields[place].label, input, errors[place])), make("button", { class: "add" }, submit));
}
