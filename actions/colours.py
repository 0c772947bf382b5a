"""The other colours of what is on the table: "in another colour?", "what colours does it come in"."""

from __future__ import annotations

import re

from rasa_sdk.events import SlotSet

from actions.call import Call, Reply
from actions.cards import line, shown_cards
from actions.pointing import focus, pointed, table
from profiling import Engine, Item

MOST = 3
_COLOUR = r"(?:colou?rs?|colou?r ?ways?|shades?)"
_ASKED = re.compile(
    rf"\b(?:other|another|anuther|diff\w*|more|further|alternative)\s+(?:\w+\s+)?{_COLOUR}\b|"
    rf"\b(?:what|which|wat)\s+(?:\w+\s+)?{_COLOUR}\b",
    re.IGNORECASE,
)


def asks_for_colours(utterance: str) -> bool:
    """Whether the other colours of something are asked for, in whatever colour that is."""
    return bool(_ASKED.search(utterance))


def other_colours(engine: Engine, call: Call) -> Reply:
    """The other colours of the item pointed at or talked about; else of each that was shown."""
    shown = table(engine, call)
    one = pointed(engine, call) or (focus(engine, call) if call.slots.get("focus_item") or len(shown) < 2 else None)
    items = [one] if one else shown[:MOST]
    if not items:
        return Reply("Which item do you mean? Tell me what it is called, or what you are looking for.")
    found = {item.item_id: _others(engine, item) for item in items}
    offered = [each for each in found[one.item_id] if each.availability != "out_of_stock"][:MOST] if one else []
    text = "\n".join(_told(item, found[item.item_id]) for item in items)
    if offered:
        text = "\n".join([text, *(f"{number}. {line(each)}" for number, each in enumerate(offered, 1))])
    cards = [(variant, f"Comes in {_colour(variant)}") for variant in offered]
    events = [SlotSet("focus_item", one.item_id)] if one else []
    return Reply(text, (), shown_cards(engine, call, cards, occasion="similar"), events)


def _others(engine: Engine, item: Item) -> list[Item]:
    """A variant of each other colour: one that can be bought before one in the item's size before others."""
    others: dict[str, Item] = {}
    variants = [variant for variant in engine.variants(item) if _colour(variant) not in {"", _colour(item)}]
    for variant in sorted(variants, key=lambda each: (each.availability == "out_of_stock", each.size != item.size)):
        others.setdefault(_colour(variant), variant)
    return list(others.values())


def _told(item: Item, others: list[Item]) -> str:
    """One sentence on the colours that there are."""
    own = f" in {_colour(item)}" if _colour(item) else ""
    if not others:
        return f"{item.title} comes{own} alone." if own else f"The shop names no other colours of {item.title}."
    there = [_colour(each) for each in others if each.availability != "out_of_stock"]
    gone = [_colour(each) for each in others if each.availability == "out_of_stock"]
    sold_out = f"{' and '.join(gone)} {'is' if len(gone) == 1 else 'are'} sold out"
    if not there:
        return f"{item.title} is shown{own}; {sold_out}."
    return f"{item.title}{own} also comes in {' and '.join(there)}{f'; {sold_out}' if gone else ''}."


def _colour(item: Item) -> str:
    return ", ".join(item.colours)
