"""The second of two wishes in one message: answered after the first, in the same reply."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from actions.by_form import by_form
from actions.call import Call, Reply, ShopAction, Wish
from actions.desk.case import Case
from actions.fallback import ActionFallback
from actions.faq import ActionAnswerFaq
from actions.product import ActionAnswerAvailability, ActionAnswerPrice, ActionAnswerProduct, ActionAnswerPromotions
from actions.profile import ActionShowProfile
from actions.recommend import ActionCompare, ActionRecommend
from actions.service import INTENTS, ActionComplain, ActionDesk
from profiling.errors import ProfilingError

logger = logging.getLogger(__name__)

ANSWERED: Mapping[str, tuple[type[ShopAction], str]] = {
    "ask_shipping": (ActionAnswerFaq, "shipping"),
    "ask_payment": (ActionAnswerFaq, "payment"),
    "ask_returns": (ActionAnswerFaq, "returns"),
    "ask_warranty": (ActionAnswerFaq, "the warranty"),
    "ask_store": (ActionAnswerFaq, "the shop"),
    "ask_promotions": (ActionAnswerPromotions, "offers"),
    "ask_product": (ActionAnswerProduct, "the item"),
    "ask_price": (ActionAnswerPrice, "the price"),
    "ask_availability": (ActionAnswerAvailability, "what is in stock"),
    "recommend": (ActionRecommend, "what you are looking for"),
    "refine": (ActionRecommend, "what you are looking for"),
    "compare": (ActionCompare, "comparing"),
    "ask_profile": (ActionShowProfile, "what I know about you"),
    **dict.fromkeys(INTENTS - {"inform"}, (ActionDesk, "your order")),
}
"""Intent of a second wish -> what answers it, and what it is about."""
AFTER = (
    ActionAnswerFaq, ActionAnswerPromotions, ActionAnswerProduct, ActionAnswerPrice, ActionAnswerAvailability,
    ActionRecommend, ActionCompare, ActionShowProfile, ActionDesk, ActionComplain, ActionFallback,
)  # fmt: skip
"""The actions that a second answer may follow; the others decide something on which the turn ends."""

_QUESTION = re.compile(
    r"\?|^(?:(?:and|also|please|pls|btw) )*(?:do|does|can|could|is|are|what|whats|what's|how|when|where|which|will|"
    r"show|find|recommend|suggest)\b|\b(?:tell me|to know|wonder|looking for)\b",
    re.IGNORECASE,
)
_ABOUT_THEIRS = re.compile(
    r"\b(?:my|mine|it|them|this|that|these|those|instead|w\d{4,})\b|\bi (?:ordered|bought|received|got)\b",
    re.IGNORECASE,
)
"""Words about what the shopper has ordered: the desk's own business, and a part of the first wish."""


def answer_both(action: ShopAction, call: Call) -> Reply:
    """The reply of the action, or of the one that the form speaks for.

    With the answer to the second wish, if there is one that the action does not answer itself.
    """
    action, call = by_form(action, call)
    wish, answered_by, topic = _second_of(action, call)
    if wish is None or answered_by is None:
        return action.answer(call)
    if isinstance(action, ActionComplain) and answered_by is ActionDesk:  # what the complaint is about
        return ActionDesk(action.context).answer(replace(call, intent=wish.intent, second=None))
    apart = isinstance(action, ActionDesk | ActionAnswerFaq)  # the others know the message from what was noted of it
    reply = action.answer(replace(call, utterance=wish.rest, second=None) if apart else call)
    if not reply.text:
        return reply
    alone = replace(call, utterance=wish.text, intent=wish.intent, probability=wish.probability, second=None)
    try:
        other = answered_by(action.context).answer(alone)
    except ProfilingError:  # what the first answer has done must be told
        logger.exception("no second answer for message %s", call.message_id)
        return reply
    if not other.text or other.text == reply.text:
        return reply
    return _together(reply, other, topic, asks=isinstance(action, ActionDesk) and _asks(reply), call=call)


def _second_of(action: ShopAction, call: Call) -> tuple[Wish | None, type[ShopAction] | None, str]:
    wish = call.second
    answered_by, topic = ANSWERED.get(wish.intent, (None, "")) if wish else (None, "")
    if wish is None or answered_by is None or not isinstance(action, AFTER):
        return None, None, ""
    is_same = isinstance(action, answered_by) and answered_by is not ActionAnswerFaq  # it has read the whole message
    if is_same or Case.from_slot(call.slots.get("case")).is_open:  # what the desk has asked, and asides, are its own
        return None, None, ""
    if isinstance(action, ActionDesk) and (not _QUESTION.search(wish.text) or _ABOUT_THEIRS.search(wish.text)):
        return None, None, ""
    return wish, answered_by, topic


def _asks(reply: Reply) -> bool:
    """Whether the desk waits for an answer."""
    slots = [event for event in reply.events if event.get("event") == "slot" and event.get("name") == "case"]
    return bool(slots) and Case.from_slot(slots[-1]["value"]).is_open


def _together(reply: Reply, other: Reply, topic: str, *, asks: bool, call: Call) -> Reply:
    """Both answers; a question that the first one ends with comes last, so that it can be answered."""
    if asks:
        text = f"{call.say('About {topic}:', topic=topic)} {other.text}\n\n{reply.text}"
    else:
        text = f"{reply.text}\n\n{call.say('And about {topic}:', topic=topic)} {other.text}"
    return replace(
        reply,
        text=text,
        brief="",
        quick_replies=[*reply.quick_replies, *(one for one in other.quick_replies if one not in reply.quick_replies)],
        rich=_shown(reply.rich, other.rich),
        events=[*reply.events, *other.events],
    )


def _shown(first: Mapping[str, Any], second: Mapping[str, Any]) -> Mapping[str, Any]:
    """Both rich parts; where both show items, only those of a logged slate, which a click must be one of."""
    if first.keys() & second.keys():
        return second if "slate_id" in second else first
    return {**second, **first}
