"""Items as cards of a reply, and in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from actions.call import Call
from profiling import Engine, Fact, Impression, Item, Slate
from profiling.money import format_price
from profiling.profile.profile import tell
from profiling.types import Occasion

FEW = 3
UNTELLING = frozenset({"tags", "ean", "gtin", "barcode", "mpn", "model"})
"""Attributes that tell a shop two items apart, and a shopper nothing."""


def card(item: Item, *, reason: str) -> dict[str, Any]:
    """An item as data/schemas/reply.json wants it."""
    fields: dict[str, Any] = {
        "item_id": item.item_id,
        "title": item.title,
        "brand": item.brand,
        "price": price(item.price_cents, item.currency),
        "list_price": price(item.list_price_cents, item.currency),
        "colours": list(item.colours),
        "size": item.size,
        "availability": item.availability,
        "stock_text": stock_text(item),
        "image_url": item.image_url,
        "url": item.url,
        "reason": reason,
    }
    return {name: value for name, value in fields.items() if value not in (None, "", [])}


def slate_cards(slate: Slate) -> dict[str, Any]:
    """The rich part of a reply that shows a slate."""
    return {
        "slate_id": slate.slate_id,
        "items": [card(shown.item, reason=reason_text(shown)) for shown in slate.impressions],
    }


def shown_cards(engine: Engine, call: Call, shown: Sequence[tuple[Item, str]], *, occasion: Occasion) -> dict[str, Any]:
    """The rich part of a reply that shows items with reasons where no ranker chose; it is logged. Empty for none."""
    if not shown:
        return {}
    slate_id = engine.log_shown(call.shopper_id, shown, occasion=occasion, message_id=call.message_id)
    return {"slate_id": slate_id, "items": [card(item, reason=reason) for item, reason in shown]}


def reason_text(shown: Impression) -> str:
    """The reasons in one line, the first one capitalised."""
    text = ", ".join(dict.fromkeys(reason.text for reason in shown.reasons))
    return text[:1].upper() + text[1:]


def slate_lines(slate: Slate) -> str:
    """A slate in words, a line an item, for terminals and screen readers."""
    return "\n".join(f"{number}. {line(shown.item)}" for number, shown in enumerate(slate.impressions, 1))


def line(item: Item) -> str:
    """An item in one line: title, price, what is left of it."""
    parts = [
        item.title,
        price_text(item),
        stock_text(item) if item.availability != "in_stock" or item.stock_count else "",
    ]
    return ", ".join(part for part in parts if part)


def price(cents: int | None, currency: str) -> dict[str, Any] | None:
    """A price as the schema wants it."""
    return None if cents is None else {"cents": cents, "currency": currency, "text": format_price(cents, currency)}


def price_text(item: Item) -> str:
    """The price in words; "" where the feed gives none."""
    return "" if item.price_cents is None else format_price(item.price_cents, item.currency)


def stock_text(item: Item) -> str:
    """What the feed says about stock, and no more than that."""
    if item.availability == "out_of_stock":
        return "sold out"
    if item.availability == "preorder":
        return "can be ordered in advance"
    if item.availability == "backorder":
        return "ordered for you, takes longer"
    if item.stock_count is None:
        return "in stock"
    return f"only {item.stock_count} left" if item.stock_count <= FEW else f"in stock ({item.stock_count})"


def comparison(items: Sequence[Item]) -> dict[str, Any]:
    """A table of two or three items: what differs between them, price first."""
    rows = [
        ("Price", [price_text(item) or "not given" for item in items]),
        ("In stock", [stock_text(item) for item in items]),
    ]
    rows += [
        ("Brand", [item.brand for item in items]),
        ("Colour", [", ".join(item.colours) for item in items]),
        ("Size", [item.size for item in items]),
        ("Material", [", ".join(item.materials) for item in items]),
        (
            "Weight",
            [f"{item.measures['weight_g']:.0f} g" if "weight_g" in item.measures else "" for item in items],
        ),
        ("Measures", [_measures(item) for item in items]),
    ]
    names = [
        name
        for name in items[0].attributes
        if name.lower() not in UNTELLING and all(name in item.attributes for item in items)
    ]
    rows += [(name, [item.attributes[name] for item in items]) for name in names]
    telling = [(label, values) for label, values in rows if any(values) and (label == "Price" or len(set(values)) > 1)]
    once = {tuple(value.lower() for value in values): (label, values) for label, values in reversed(telling)}
    told = list(reversed(once.values()))  # a feed says some things twice: "Gender" and "Target gender"
    return {
        "item_ids": [item.item_id for item in items],
        "titles": [item.title for item in items],
        "rows": [{"label": label, "values": [value[:80] or "–" for value in values]} for label, values in told[:10]],
    }


def fact_line(fact: Fact, language: str = "en") -> dict[str, str]:
    """A fact as data/schemas/reply.json wants it."""
    return {
        "fact_id": fact.fact_id,
        "text": tell(fact, language),
        "quote": fact.quote,
        "at": fact.valid_from.isoformat(),
    }


def _measures(item: Item) -> str:
    sides = [item.measures.get(name) for name in ("width_mm", "depth_mm", "height_mm")]
    return " × ".join(f"{side:.0f}" for side in sides if side is not None) + " mm" if all(sides) else ""
