"""What only a person at the shop can do so far: said plainly, with the shop's rule and where to turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from actions.call import Call, QuickReply, Reply, ShopAction
from actions.faq import PERSON, faq_reply

STATUS = QuickReply("Where is my order?", "/order_status")
OPENING: Mapping[str, str] = {
    "cancel_order": "I cannot cancel orders myself.",
    "change_order": "I cannot change orders myself.",
    "change_address": "I cannot change addresses myself.",
    "return_item": "I cannot start a return myself.",
    "exchange_item": "I cannot start an exchange myself.",
    "refund_status": "I cannot see payments myself.",
    "report_problem": "I am sorry that this went wrong.",
    "invoice": "I cannot send invoices myself.",
    "complain": "I am sorry. That is not how it should be.",
}
TOPICS: Mapping[str, Sequence[str]] = {
    "cancel_order": ("orders",),
    "change_order": ("orders",),
    "change_address": ("orders",),
    "return_item": ("returns",),
    "exchange_item": ("returns",),
    "refund_status": ("returns", "payment"),
    "report_problem": ("orders", "shipping", "returns"),
    "invoice": ("orders", "payment", "account"),
}


class ActionServiceRequest(ShopAction):
    """The shop's rule for the wish, and the person who can fulfil it."""

    action_name = "action_service_request"

    def answer(self, call: Call) -> Reply:
        """What I cannot do, what the FAQ says about it, and where to turn."""
        info = self.context.info
        rule = faq_reply(self.context, call.utterance, topics=TOPICS[call.intent]) if call.intent in TOPICS else None
        hours = f" ({info.hours})" if info.hours else ""
        person = f"Our team does it for you: {info.email}, please with your order number{hours}."
        parts = [OPENING.get(call.intent, ""), rule.text if rule else "", person]
        return Reply(" ".join(part for part in parts if part), [STATUS, PERSON])


class ActionHandoff(ShopAction):
    """How to reach a person."""

    action_name = "action_handoff"

    def answer(self, call: Call) -> Reply:
        """The contact and the hours, as shop.yml has them."""
        del call
        info = self.context.info
        phone = f" or {info.phone}" if info.phone else ""
        hours = f" Somebody is there {info.hours}." if info.hours else ""
        return Reply(f"You reach a person at {info.email}{phone}.{hours} What you wrote here stays in this chat.")
