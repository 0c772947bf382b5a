"""Replies follow the shopper: short and apologetic for an angry one, and nothing offered while a complaint is open."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rasa_sdk.events import SlotSet

from actions.sentences import in_language
from profiling.profile.manner import PLAIN, Manner, Trait

if TYPE_CHECKING:
    from actions.call import Call, Event, Reply

SELLING = ("/recommend", "/show_more", "cheaper", "not that brand")
"""Beginnings of what buttons send that offer something to buy."""
ASKED_FOR = frozenset(
    "recommend refine correct show_more compare choose_item why_this ask_product ask_price ask_availability "
    "ask_promotions state_preference thumbs_up thumbs_down".split()
)
"""Intents with which the shopper asks for items themselves."""
_GREETING_INTENTS = frozenset({"greet", "goodbye", "thank"})
_ENGLISH_ONLY = (ASKED_FOR - {"state_preference"}) | frozenset(
    "order_status cancel_order change_order change_address return_item exchange_item refund_status report_problem "
    "invoice subscription account gift_card_balance ask_shipping ask_payment ask_returns ask_warranty ask_store".split()
)
"""Intents whose replies exist in English alone: those of the desk, and about items and the shop."""
_APOLOGISES = re.compile(r"\bsorry\b|\bleid\b|抱歉", re.IGNORECASE)
SORRY = "I am sorry about that. "
FIRST_THINGS_FIRST = (
    "I am sorry. Tell me what went wrong, with the order number if it is about one, or a person takes over. "
    "I leave recommendations aside until then, unless you ask for one."
)


def in_force(manner: Manner, call: Call) -> list[Trait]:
    """The traits that the reply to this turn can show: most replies greet nobody, and some exist in English alone."""
    hidden = set[str]()
    if call.intent not in _GREETING_INTENTS:
        hidden.add("greeting")
    if call.intent in _ENGLISH_ONLY:
        hidden.add("reply_language")
    return [trait for trait in manner.traits if trait.name not in hidden]


def manner_events(manner: Manner, name: str | None, slots: Mapping[str, Any]) -> list[Event]:
    """Slots that conditional responses look at, where they change."""
    wanted = {**manner.values, "shopper_name": name}
    return [SlotSet(slot, value) for slot, value in wanted.items() if slots.get(slot, PLAIN.get(slot)) != value]


def may_offer(call: Call) -> bool:
    """Whether items may be shown: always when they were asked for, else as long as no complaint is open."""
    return call.slots.get("selling") != "paused" or call.intent in ASKED_FOR


def personalised(reply: Reply, call: Call) -> tuple[Reply, list[Trait]]:
    """The reply as it is said to this shopper, and what was left out of it."""
    text = reply.brief if reply.brief and call.slots.get("length") == "short" else reply.text
    if text and _upset(call) and not _APOLOGISES.search(text):
        text = call.say(SORRY) + text
    quick, left_out = reply.quick_replies, list[Trait]()
    if not may_offer(call):
        quick = [each for each in quick if not each.payload.startswith(SELLING)]
        left_out = _left_out([each.title for each in reply.quick_replies if each not in quick])
    spoken = [replace(each, title=in_language(each.title, call.language)) for each in quick]
    return replace(reply, text=text, quick_replies=spoken), left_out


def _upset(call: Call) -> bool:
    """Whether this very turn is to be apologised for, and not only an earlier one."""
    return call.slots.get("tone") == "apologetic" and call.slots.get("mood") == "negative"


def _left_out(titles: Sequence[str]) -> list[Trait]:
    return [Trait("left_out", ", ".join(titles), "nothing is offered while a complaint is open")] if titles else []
