"""How the desk speaks of orders, things, money, places and days."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from actions.desk.case import Piece
from actions.desk.policy import status_words
from actions.desk.world import World
from actions.shop.types import Address, Order, OrderLine, PaymentMethod, Variant
from profiling.money import format_price

MAX_OFFERED = 8
NO_MORE = "No more than what was paid can go back."
_BACK = re.compile(r"\b(?:back|refund\w*|reimburse\w*|return)\b", re.IGNORECASE)
_AMOUNT = re.compile(
    r"[€$£]\s?(\d[\d,]*(?:\.\d+)?)|\b(\d[\d,]*(?:\.\d+)?)\s?(?:€|\$|£|(?:euros?|eur|dollars?|usd|pounds?|gbp|bucks)\b)",
    re.IGNORECASE,
)


def money(cents: int, order: Order) -> str:
    """An amount in the order's currency."""
    return format_price(cents, order.currency)


def most_asked_cents(text: str) -> int:
    """The largest amount that is asked back, in cents of whatever currency; 0 where none is."""
    amounts = _AMOUNT.findall(text) if _BACK.search(text) else ()
    return max((round(float((sign or word).replace(",", "")) * 100) for sign, word in amounts), default=0)


def day(at: datetime) -> str:
    """A day as one says it."""
    return f"{at:%A} {at.day} {at:%B}"


def sentence(text: str) -> str:
    """A text as a sentence of its own."""
    return f"{text[:1].upper()}{text[1:]}."


def order_line(order: Order) -> str:
    """An order in one line."""
    return f"{order.order_number} ({status_words(order.status)}): {contents(order)}"


def contents(order: Order) -> str:
    """What an order holds."""
    return things([(line, line.quantity) for line in order.lines])


def pieces_of(order: Order, pieces: Sequence[Piece]) -> str:
    """Some pieces of an order."""
    return things([(line_of(order, piece), piece.quantity) for piece in pieces])


def things(lines: Sequence[tuple[OrderLine, int]]) -> str:
    """Things with their numbers: "Mug, 2 × Linen shirt"."""
    return ", ".join(line.title if quantity == 1 else f"{quantity} × {line.title}" for line, quantity in lines)


def line_of(order: Order, piece: Piece) -> OrderLine:
    """The order's line that a piece belongs to."""
    return next(line for line in order.lines if line.line_id == piece.line_id)


def price_of(order: Order, pieces: Sequence[Piece]) -> int:
    """What some pieces of an order cost, in cents."""
    return sum(piece.quantity * line_of(order, piece).unit_price_cents for piece in pieces)


def options_of(options: Mapping[str, str]) -> str:
    """The options of a variant: "blue, M"."""
    return ", ".join(options.values())


def variants_listed(variants: Sequence[Variant], order: Order) -> str:
    """The first variants with their prices, numbered, a line each."""
    return "\n".join(
        f"{number}. {options_of(variant.options)}, {money(variant.price_cents, order)}"
        for number, variant in enumerate(variants[:MAX_OFFERED], 1)
    )


def place(address: Address) -> str:
    """An address in one line."""
    town = f"{address.postcode} {address.city}".strip()
    parts = (address.street, address.street2, town, address.state, address.country)
    return ", ".join(part for part in parts if part)


def method_words(method: PaymentMethod) -> str:
    """A payment method as one speaks of it: "your Visa ending in 4417"."""
    special = {"paypal": "PayPal", "amex": "American Express", "sepa_debit": "direct debit"}
    name = special.get(method.kind, method.kind.replace("_", " "))
    if method.kind in {"visa", "mastercard", "discover"}:
        name = name.capitalize()
    ending = f" ending in {method.last4}" if method.last4 else ""
    left = "" if method.balance_cents is None else f" ({format_price(method.balance_cents, '').strip()} left)"
    return f"your {name or 'payment method'}{ending}{left}"


def method_named(method_id: str, world: World) -> str:
    """A payment method by its id; one that is not in the account was used for the order."""
    method = world.account.method(method_id)
    return method_words(method) if method else "the payment method that was used"


def refund_line(order: Order, world: World) -> str:
    """How much money comes back for an order, where to, and when; "" where none does."""
    times = world.policy.sentences.get("refund_time", "")
    refund = order.refund
    if refund is None:
        is_coming = order.status in {"return_requested", "returned", "refund_pending"}
        return f"No money has been sent yet. {times}".strip() if is_coming else ""
    amount = f"Order {order.order_number}: {money(refund.amount_cents, order)} to {refund.to.replace('_', ' ')}"
    if refund.paid_at:
        return f"{amount}, sent on {day(refund.paid_at)}."
    since = f", under way since {day(refund.started_at)}" if refund.started_at else ""
    return f"{amount}, not sent yet{since}. {times}".strip()


def difference(extra_cents: int, method_id: str, order: Order, world: World) -> str:
    """Who pays whom how much for a change, as a sentence without its full stop."""
    if extra_cents > 0:
        return f"You pay {money(extra_cents, order)} more, with {method_named(method_id, world)}"
    if extra_cents < 0:
        return f"{money(-extra_cents, order)} go back to {method_named(method_id, world)}"
    return "The price stays the same"
