"""When nothing is cheaper, smaller, lighter ... than what was shown: then that is the cheapest, and it is said so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from rasa_sdk.events import SlotSet

from actions.call import Call, Reply
from actions.cards import line, shown_cards
from profiling import Engine

_DEGREES: Mapping[str, tuple[str, str]] = {
    "cheaper_than": ("cheaper", "cheapest"),
    "dearer_than": ("dearer", "dearest"),
    "smaller_than": ("smaller", "smallest"),
    "larger_than": ("larger", "largest"),
    "lighter_than": ("lighter", "lightest"),
    "heavier_than": ("heavier", "heaviest"),
}


def nothing_beyond(engine: Engine, call: Call) -> Reply | None:
    """The item that the message compares with, where its comparison alone leaves nothing to show; else None.

    The comparison is taken back: who is told that nothing is cheaper goes on from what there is.
    """
    said = [fact for fact in engine.facts.of_message(call.message_id) if fact.valid_to is None]
    if not said or not all(fact.predicate in _DEGREES for fact in said):
        return None
    items = engine.catalogue.items.get([said[0].object.partition(":")[2]])
    if not items or items[0].availability == "out_of_stock":
        return None
    engine.memory.retract(
        call.shopper_id, [fact.fact_id for fact in said], at=datetime.now(UTC), by=f"nothing-beyond:{call.message_id}"
    )
    comparative, superlative = _DEGREES[said[0].predicate]
    cards = shown_cards(engine, call, [(items[0], f"The {superlative} that fits")], occasion="similar")
    text = f"Nothing that fits is {comparative}. This is the {superlative}:\n1. {line(items[0])}"
    return Reply(text, (), cards, [SlotSet("focus_item", None)])
