// What the chat says: words/<language>.json, which the element loads together with the panel.

/** @type {Record<string, string>} */
export const words = {};
