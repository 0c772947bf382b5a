"""What goes with the item that the talk is about, or with what the shopper has bought."""

from __future__ import annotations

from actions.call import Call, Reply
from actions.cards import line, shown_cards
from actions.faq import PERSON
from actions.manner import FIRST_THINGS_FIRST, may_offer
from actions.pointing import focus
from profiling import Engine
from profiling.relations.companions import asks_for_companions

MAX_COMPLEMENTS = 2
UNKNOWN = (
    "I know of nothing in the shop that goes with {title}: nothing is made for it, and too few have bought anything "
    "after it."
)
NOTHING_BOUGHT = "I know of no purchase of yours that something could go with. Which thing is it for?"
NOTHING_FITS = "I know of nothing in the shop that goes with what you have bought."


def companions_reply(engine: Engine, call: Call) -> Reply | None:
    """The answer to "what goes with it?"; None where that was not asked."""
    asked = asks_for_companions(call.utterance)
    if asked is None:
        return None
    if not may_offer(call):
        return Reply(call.say(FIRST_THINGS_FIRST), [PERSON])
    item = focus(engine, call) if asked == "item" else None
    if item is None:
        return after_an_order(engine, call) or Reply(_no_order(engine, call))
    found = [(one.item, one.reason) for one in engine.goes_with(item, k=MAX_COMPLEMENTS)]
    if not found:
        return Reply(UNKNOWN.format(title=item.title))
    lines = "\n".join(f"{line(other)} ({reason})" for other, reason in found)
    return Reply(f"This goes with {item.title}:\n{lines}", (), shown_cards(engine, call, found, occasion="complement"))


def after_an_order(engine: Engine, call: Call) -> Reply | None:
    """What goes with the shopper's purchases; None where nothing does."""
    found = [(one.item, one.reason) for one in engine.goes_with_orders(call.shopper_id, k=MAX_COMPLEMENTS)]
    if not found:
        return None
    lines = "\n".join(f"{line(item)} ({reason})" for item, reason in found)
    text = f"These go with what you have bought:\n{lines}"
    return Reply(text, (), shown_cards(engine, call, found, occasion="order"))


def _no_order(engine: Engine, call: Call) -> str:
    owned = engine.profile(call.shopper_id).interest.owned
    return NOTHING_FITS if owned else NOTHING_BOUGHT
