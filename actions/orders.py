"""Order status, for whoever knows the order number and the e-mail address that belong together."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from rasa_sdk.events import SlotSet

from actions.call import Call, QuickReply, Reply, ShopAction
from actions.cards import price
from actions.shop import Order, ShopClient, ShopUnavailable

MAX_TRIES = 3
PERSON = QuickReply("Talk to a person", "/handoff")
AGAIN = QuickReply("Try again", "/order_status")
STATUS_TEXT = {
    "pending_payment": "is waiting for the payment",
    "paid": "is paid and will be packed soon",
    "processing": "is being prepared",
    "packed": "is packed and about to leave",
    "shipped": "has left the warehouse",
    "in_transit": "is on its way",
    "out_for_delivery": "is out for delivery today",
    "delivered": "was delivered",
    "delayed": "is delayed",
    "lost": "seems to be lost",
    "partially_delivered": "was delivered in part",
    "cancelled": "was cancelled",
    "return_requested": "has a return on its way",
    "returned": "was returned",
    "refund_pending": "is being refunded",
    "refunded": "was refunded",
    "exchanged": "was exchanged",
}
_NUMBER = re.compile(r"(?<![\w'’])([A-Za-z]{0,3})[\s-]?(\d{3,12})\b")
_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]{2,}")


def order_number_in(text: str) -> str | None:
    """The order number in a text, as the shop writes it: "#w1042", "W-1042" and "it is 1042" are W1042."""
    match = _NUMBER.search(text)
    if not match:
        return None
    letters, digits = match[1].upper(), match[2]
    return f"{letters or 'W'}{digits}" if len(digits) == 4 else f"{letters}{digits}"


def email_in(text: str) -> str | None:
    """The e-mail address in a text, in lower case."""
    match = _EMAIL.search(text)
    return match[0].lower() if match else None


class ValidateOrderForm(ShopAction):
    """Takes out of an answer what looks like a number or an address; where nothing does, the form asks again."""

    action_name = "validate_order_form"

    def answer(self, call: Call) -> Reply:
        """Only what was filled in this turn is looked at: else no other utterance could leave the form."""
        readers = {"order_number": order_number_in, "order_email": email_in}
        return Reply(
            events=[
                SlotSet(slot, read(str(call.candidates[slot])))
                for slot, read in readers.items()
                if call.candidates.get(slot)
            ]
        )


class ActionOrderStatus(ShopAction):
    """Tells how an order stands."""

    action_name = "action_order_status"

    def answer(self, call: Call) -> Reply:
        """The order, if number and e-mail belong together; which of them is wrong is never said."""
        tries = int(call.slots.get("order_tries") or 0)
        if tries >= MAX_TRIES:
            return self._not_found(tries)
        number, email = str(call.slots.get("order_number") or ""), str(call.slots.get("order_email") or "")
        try:
            order = _order_of(self.context.orders, number, email)
        except ShopUnavailable:
            return Reply(
                "I cannot reach the shop's orders right now. Please try again later, "
                f"or write to {self.context.info.email}.",
                [AGAIN, PERSON],
                events=_reset(),
            )
        if order is None:
            return self._not_found(tries + 1)
        return Reply(_status(order), [PERSON], {"order": _order_card(order)}, [*_reset(), SlotSet("order_tries", 0)])

    def _not_found(self, tries: int) -> Reply:
        if tries >= MAX_TRIES:
            text = (
                "That is not right either. So that nobody can guess at other people's orders, I stop here; "
                f"{self.context.info.email} helps you further."
            )
            return Reply(text, [PERSON], events=[*_reset(), SlotSet("order_tries", float(tries))])
        text = (
            "I find no order with that number and that e-mail address together. Please check both; "
            "the number is in the confirmation mail."
        )
        return Reply(text, [AGAIN, PERSON], events=[*_reset(), SlotSet("order_tries", float(tries))])


class ActionLeaveOrder(ShopAction):
    """The shopper leaves the order form: what was filled in must not fill the next one."""

    action_name = "action_leave_order"

    def answer(self, call: Call) -> Reply:
        """Forgets number and e-mail, silently."""
        del call
        return Reply(events=_reset())


def _order_of(shop: ShopClient, number: str, email: str) -> Order | None:
    order = shop.order(number)
    account = shop.account(order.shopper_id) if order else None
    return order if account and account.email.casefold() == email.strip().casefold() else None


def _reset() -> list[dict[str, Any]]:
    return [SlotSet("order_number", None), SlotSet("order_email", None), SlotSet("requested_slot", None)]


def _status(order: Order) -> str:
    what = ", ".join(f"{line.quantity} × {line.title}" if line.quantity > 1 else line.title for line in order.lines)
    parts = [f"Order {order.order_number} ({what}) {STATUS_TEXT.get(order.status, order.status.replace('_', ' '))}."]
    if order.note:
        parts.append(f"Last news{f' of {_day(order.note_at)}' if order.note_at else ''}: {order.note.rstrip('.')}.")
    if order.expected_at:
        parts.append(f"Expected on {_day(order.expected_at)}.")
    if order.tracking_number:
        parts.append(f"Tracking: {order.carrier} {order.tracking_number}.")
    if order.status in {"delayed", "lost"}:
        parts.insert(0, "I am sorry about this.")
    return " ".join(parts)


def _order_card(order: Order) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "order_number": order.order_number,
        "status": order.status,
        "status_text": STATUS_TEXT.get(order.status, order.status.replace("_", " ")),
        "expected": _day(order.expected_at) if order.expected_at else None,
        "carrier": order.carrier,
        "tracking_number": order.tracking_number,
        "total": price(order.total_cents, order.currency),
        "lines": [{"title": line.title, "quantity": line.quantity, "item_id": line.item_id} for line in order.lines],
    }
    return {name: value for name, value in fields.items() if value not in (None, "")}


def _day(at: datetime) -> str:
    return f"{at:%A} {at.day} {at:%B}"
