// What the widget's modules hand to one another. Not served.

export interface Price {
  cents: number;
  currency: string;
  text: string;
}

export interface Item {
  item_id: string;
  title: string;
  brand?: string;
  price?: Price;
  list_price?: Price;
  size?: string;
  colours?: string[];
  availability: "in_stock" | "out_of_stock" | "preorder" | "backorder";
  stock_text?: string;
  image_url?: string;
  url?: string;
  reason: string;
}

export interface Fact {
  fact_id: string;
  text: string;
  quote: string;
}

export interface Order {
  order_number: string;
  status_text: string;
  expected?: string;
  carrier?: string;
  tracking_number?: string;
  total?: Price;
  lines: { title: string; quantity: number }[];
}

export interface Comparison {
  item_ids: string[];
  titles?: string[];
  rows: { label: string; values: string[] }[];
}

export interface Form {
  fields: { label: string; type?: "email"; inputmode?: "numeric"; autocomplete?: string; pattern?: string }[];
  submit: string;
}

/** An event of the gateway; which of the properties it has depends on its kind. */
export interface ChatEvent {
  id: number;
  kind: "message" | "reply" | "turn_end" | "erased";
  message_id: string;
  text: string;
  image_id?: string;
  agent?: string;
  quick_replies: { title: string }[];
  slate_id?: string;
  items?: Item[];
  facts?: Fact[];
  order?: Order;
  comparison?: Comparison;
  manner?: string[];
  form?: Form;
  download?: { name: string };
  degraded: boolean;
}

/** A message on its way; `shown` is what the shopper sees of a choice. */
export interface Outgoing {
  message_id: string;
  text?: string;
  choice?: { event_id: number; index: number };
  command?: string;
  item_ref?: string;
  item_id?: string;
  image_id?: string;
  shown?: string;
}

export type State = "" | "connecting" | "offline";

/** What the line tells the panel. */
export interface Listener {
  readonly locale: string;
  identity(): string;
  /** Something is known about the guest who has just signed in. */
  merge(): void;
  event(event: ChatEvent, past: boolean): void;
  state(state: State): void;
  refused(message: Outgoing, why: string): void;
}

/** What happens when a card is used. `add` tells whether the shop took the item. */
export interface Shelf {
  language: string;
  click(item: Item): void;
  add(item: Item): boolean;
  why(item: Item, place: number): void;
}

/** What the panel needs of the element around it. */
export interface Host extends HTMLElement {
  readonly api: string;
  readonly item: string;
  readonly language: string;
  close(): void;
  tell(name: string, detail?: object): boolean;
}
