"""The service desk as an action: whatever a shopper wants done with orders, from status to exchange."""

# ruff: noqa: E501 - patterns, sentences and ladders of cases read best as they are
from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rasa_sdk.events import SlotSet

from actions.call import Call, Event, QuickReply, Reply, ShopAction
from actions.cards import price
from actions.desk.acts import act_of
from actions.desk.case import Case
from actions.desk.desk import ELSE
from actions.desk.mail import MailNotSent
from actions.desk.policy import status_words
from actions.desk.turn import Said
from actions.desk.wishes import ACTS, asks_when, order_numbers, read_wishes
from actions.faq import ActionAnswerFaq
from actions.forms import form_for
from actions.handoff import hand_over, note_for_people
from actions.product import ActionAnswerAvailability, ActionAnswerPrice, ActionAnswerProduct, ActionAnswerPromotions
from actions.profile import ActionNotePreference, ActionShowProfile
from actions.recommend import ActionCompare, ActionRecommend, ActionShowMore
from actions.shop import Order, ShopUnavailable

PERSON = QuickReply("Talk to a person", "/handoff")
INTENTS = {
    "order_status", "cancel_order", "change_order", "change_address", "return_item", "exchange_item", "refund_status",
    "report_problem", "invoice", "subscription", "account", "gift_card_balance", "inform",
}  # fmt: skip
"""Intents that are the desk's in any case."""
SIDE: Mapping[str, type[ShopAction]] = {
    **dict.fromkeys(("ask_shipping", "ask_payment", "ask_returns", "ask_warranty", "ask_store"), ActionAnswerFaq),
    "ask_promotions": ActionAnswerPromotions,
    "ask_product": ActionAnswerProduct,
    "ask_price": ActionAnswerPrice,
    "ask_availability": ActionAnswerAvailability,
    **dict.fromkeys(("recommend", "refine"), ActionRecommend),
    "show_more": ActionShowMore,
    "compare": ActionCompare,
    "state_preference": ActionNotePreference,
    "ask_profile": ActionShowProfile,
}
"""What may be asked in between; the desk comes back to its own question afterwards."""
_ANGER = re.compile(
    r"!{2,}|\b(?:w?tf|damn|bloody|fuck\w*|shit|r[ie]diculous|unacceptable|outrageous|furious|angry|pissed|sick of|fed up|scam|"
    r"useless|terrible|worst|incompetent|pathetic|joke)\b",
    re.IGNORECASE,
)
_SHOUTED = re.compile(r"^(?=.*[A-Z]{2,}\s+[A-Z]{2,})[^a-z]{10,}$")
_LATER = re.compile(
    r"\b(?:let me think|think (?:about|over) it|(?:come|be) back|later|tomorrow|another time|not sure yet|hold on|brb|need to check)\b",
    re.IGNORECASE,
)
_ALREADY_PROOF = re.compile(r"[^\s@<>,;()]+@[^\s@<>,;()]+\.[^\s@<>,;().]{2,}")
_SOCIAL: Mapping[str, str] = {
    "greet": "Hello again.",
    "thank": "You are welcome.",
    "praise": "Thank you.",
    "complain": "I am sorry that this is tedious.",
    "bot_challenge": "I am the shop's bot; a person can take over at any time.",
}
"""What is said to what is no answer to the desk's question, and no misunderstanding either."""
PAUSED = "All right, nothing is changed. We can go on whenever you like."
OFFER = "Shall a person take over?"
OFFER_TAKEN = "The shopper said yes to a person."
_WHY = re.compile(r"^\W*(?:but )?why\b", re.IGNORECASE)
_STOP = re.compile(
    r"^\W*(?:please )?(?:stop|never ?mind|nvm|forget (?:it|that)|leave (?:it|that)|exit|quit|abort|enough|cancel(?: this| that| it)?\W*$)",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"\bmy (?:\w+ ){0,2}(?:orders?|pending|delivery|parcel|package|account|profile|address)\b|"
    r"\bi (?:just |recently |have )?(?:placed|received|ordered|bought)\b|\bthe order (?:with|that|which|containing|i)\b",
    re.IGNORECASE,
)
"""Words about what the shopper has, in contrast to how the shop works or what it sells."""
ANGER_ENOUGH = 3
PATIENCE = 2


def claims(call: Call) -> bool:
    """Whether an utterance is for the desk: it was asked something, or what is wanted is its business."""
    case = Case.from_slot(call.slots.get("case"))
    if case.is_open or call.intent in INTENTS or (case.offers_person and call.intent in {"affirm", "deny"}):
        return True
    if _ALREADY_PROOF.search(call.utterance) or (case.account and case.focus and asks_when(call.utterance)):
        return True
    wished = {wish.act for wish in read_wishes(call.utterance)} if call.utterance else set()
    if wished & {*ACTS, "split", "undo"} and _OWN.search(call.utterance):
        return True
    act = act_of(call.utterance) if call.utterance else None
    if act is None or act == "person":
        return False
    if act == "warranty":
        return True
    about_orders = bool(order_numbers(call.utterance)) or not call.intent.startswith(
        ("ask_", "recommend", "refine", "forget")
    )
    return about_orders if not case.account else act in ACTS or about_orders


def lapsed_offer(call: Call) -> list[Event]:
    """An offer of a person holds for one turn: a yes that comes later must not answer it."""
    case = Case.from_slot(call.slots.get("case"))
    if not case.offers_person or call.intent in {"affirm", "deny"}:
        return []
    case.offers_person = False
    return [SlotSet("case", case.to_slot())]


class ActionDesk(ShopAction):
    """Everything about orders and the account. It keeps its state in the slot `case`."""

    action_name = "action_desk"

    def answer(self, call: Call) -> Reply:
        """One turn of the desk; other topics are answered in between, and then it goes on."""
        case = Case.from_slot(call.slots.get("case"))
        spoken = call.utterance or {"affirm": "yes", "deny": "no"}.get(call.intent, "")
        if before := self._before_the_desk(call, case, spoken):
            return before
        self._feel(call, case)
        try:
            said = self.context.desk.hear(
                case,
                spoken,
                intent=call.intent,
                sender_id=call.sender_id,
                at=datetime.now(UTC),
                signed_as=call.signed_as,
            )
        except ShopUnavailable:
            return self._shop_down(case)
        except MailNotSent:
            return Reply("I could not send that mail just now. Please try again in a moment.", [PERSON])
        if said.person or case.anger >= ANGER_ENOUGH:
            return self._hand_over(call, case, said)
        if not said.understood:
            return self._in_between(call, case, said)
        if said.ticket:
            note_for_people(self.context, call, case, reason=said.ticket)
        case.misses = 0
        case.asked = said.texts[-1] if said.texts else ""
        return self._reply(case, said)

    def _before_the_desk(self, call: Call, case: Case, spoken: str) -> Reply | None:
        """The answer to a yes or no to a person, a stop, or a why; None for all that the desk is to hear."""
        if case.offers_person:
            return self._person_or_not(call, case)
        calls_off_order = bool(case.jobs) and case.jobs[0].act == "problem" and act_of(spoken) == "cancel"
        stops = call.intent == "stop" and (not spoken or _STOP.match(spoken)) and not calls_off_order
        return self._stop_or_explain(call, case, spoken) if case.is_open and (stops or _WHY.match(spoken)) else None

    def _reply(self, case: Case, said: Said) -> Reply:
        texts = [text for text in said.texts if text != ELSE] if case.anger else said.texts
        text = "\n\n".join(text for text in texts if text) or "What can I do for you?"
        if case.anger and "sorry" not in text.lower():
            text = f"{'I am sorry about all this.' if case.anger == 1 else 'Sorry again.'} {text}"
        buttons = [QuickReply(title, payload) for title, payload in said.buttons]
        rich = self._form(case)
        if said.order and (order := self.context.orders.order(said.order)) and order.shopper_id == case.account:
            rich["order"] = order_card(order)
        return Reply(text, [*buttons, *([PERSON] if case.anger else [])], rich, [SlotSet("case", case.to_slot())])

    def _feel(self, call: Call, case: Case) -> None:
        """Words begin it, capitals too; a bad mood alone (a broken parcel is one) only keeps it up."""
        in_words = bool(_ANGER.search(call.utterance)) or call.intent == "complain"
        if in_words or (case.anger > 0 and call.slots.get("mood") == "negative"):
            case.anger += 1
        elif _SHOUTED.search(call.utterance):
            case.anger = max(case.anger, 1)
        else:
            case.anger = max(case.anger - 1, 0)

    def _person_or_not(self, call: Call, case: Case) -> Reply:
        """The yes or no to a person."""
        case.offers_person, case.misses = False, 0
        if call.intent == "affirm":
            return hand_over(self.context, call, case, reason=OFFER_TAKEN)
        return Reply(
            f"All right. {case.asked or 'What can I do for you?'}",
            (),
            self._form(case),
            [SlotSet("case", case.to_slot())],
        )

    def _stop_or_explain(self, call: Call, case: Case, spoken: str) -> Reply:
        if call.intent == "stop" and not _WHY.match(spoken):
            case.drop()
            return Reply(
                "All right, I leave that. What else can I do for you?", events=[SlotSet("case", case.to_slot())]
            )
        reason = {
            "identity": "So that nobody but you sees your orders.",
            "code": "The code proves that the address is yours, so that nobody but you sees your orders.",
            "confirm": "Nothing of yours is changed before you have seen the whole change and said yes.",
        }.get(case.question, case.done[-1] if case.done else "I need to know it to do the right thing.")
        return Reply(f"{reason} {case.asked}".strip(), events=[SlotSet("case", case.to_slot())])

    def _in_between(self, call: Call, case: Case, said: Said) -> Reply:
        side = SIDE.get(call.intent)
        back = f"\n\nBack to where we were: {case.asked}" if case.asked else ""
        if side and call.utterance:
            aside = side(self.context).answer(call)
            events = [*aside.events, SlotSet("case", case.to_slot())]
            return Reply(f"{aside.text}{back}", aside.quick_replies, {**aside.rich, **self._form(case)}, events)
        if case.is_open and (call.intent == "goodbye" or _LATER.search(call.utterance)):
            return Reply(PAUSED, (), self._form(case), [SlotSet("case", case.to_slot())])
        if case.is_open and call.intent in _SOCIAL:
            person = [PERSON] if call.intent in {"complain", "bot_challenge"} else []
            events = [SlotSet("case", case.to_slot())]
            return Reply(f"{_SOCIAL[call.intent]}{back}", person, self._form(case), events)
        if said.texts:
            return self._reply(case, said)
        case.misses += 1
        if case.misses >= PATIENCE:
            case.offers_person = True
            text, buttons = f"I still do not get it, sorry. {OFFER}", [PERSON, QuickReply("No, go on", "/deny")]
            return Reply(text, buttons, self._form(case), [SlotSet("case", case.to_slot())])
        return Reply(f"Sorry, I did not get that.{back}", (), self._form(case), [SlotSet("case", case.to_slot())])

    def _form(self, case: Case) -> dict[str, Any]:
        """What was asked, as a form where that helps."""
        return form_for(case.question, self.context.desk.door.missing(case.claim))

    def _hand_over(self, call: Call, case: Case, said: Said) -> Reply:
        reason = said.person or "The shopper is angry."
        reply = hand_over(self.context, call, case, reason=reason)
        return Reply(
            "\n\n".join(text for text in (said.text, reply.text) if text), reply.quick_replies, {}, reply.events
        )

    def _shop_down(self, case: Case) -> Reply:
        text = "I cannot reach the shop's orders right now, so nothing was changed. Please try again later"
        return Reply(
            f"{text}, or write to {self.context.info.email}.", [PERSON], events=[SlotSet("case", case.to_slot())]
        )


class ActionComplain(ShopAction):
    """A complaint about nothing in particular."""

    action_name = "action_complain"

    def answer(self, call: Call) -> Reply:
        """Apologises and asks what it is about; offers a person the second time, and calls one the third time."""
        case = Case.from_slot(call.slots.get("case"))
        case.anger += 1
        if case.anger >= ANGER_ENOUGH:
            return hand_over(self.context, call, case, reason="The shopper is angry.")
        case.offers_person = case.anger > 1 or case.focus is not None
        if case.focus:
            text = "I am sorry about order {number}. Tell me what I shall do about it. Or shall a person take over?"
            text = call.say(text, number=case.focus.order)
        elif case.offers_person:
            text = call.say("I hear you, and I am sorry. Shall a person take over?")
        else:
            text = call.say(
                "I am sorry. That is not how it should be. Tell me what went wrong, with the order number if it is about one, and I see what can be done at once. Or a person takes over."
            )
        return Reply(text, [PERSON], events=[SlotSet("case", case.to_slot())])


def order_card(order: Order) -> dict[str, Any]:
    """An order as data/schemas/reply.json wants it."""
    fields: dict[str, Any] = {
        "order_number": order.order_number,
        "status": order.status,
        "status_text": status_words(order.status),
        "carrier": order.carrier,
        "tracking_number": order.tracking_number,
        "total": price(order.total_cents, order.currency),
        "lines": [{"title": line.title, "quantity": line.quantity, "item_id": line.item_id} for line in order.lines],
    }
    return {name: value for name, value in fields.items() if value not in (None, "")}
