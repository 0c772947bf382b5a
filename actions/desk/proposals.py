"""From a job to the change that it asks for, in full and in words; or to what is still missing; or to why it cannot be."""

# ruff: noqa: E501 - patterns, sentences and ladders of cases read best as they are
from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from actions.desk.addresses import read_address
from actions.desk.case import Job, Piece
from actions.desk.options import choose, read_wanted
from actions.desk.policy import NAMES
from actions.desk.world import World
from actions.shop.changes import (
    CancelOrder,
    Change,
    ChangeAccountAddress,
    ChangeAddress,
    ChangeItems,
    ChangePayment,
    ChangeShipping,
    ExchangeItems,
    Pieces,
    ReportProblem,
    ReturnItems,
    Swap,
)
from actions.shop.types import Address, Order, OrderLine, PaymentMethod, Variant
from profiling.money import format_price

MAX_OFFERED = 8
_OWNED = re.compile(
    r"\b(?:pending|other|another|that|my) order\b|\bother one\b|\bthe (?:one|type|kind|other \w+(?: \w+)?) (?:that )?(?:i|is) |"
    r"\bsame (?:type|kind|one|variant) as\b|\bother (?:\w+ ){0,3}(?:i|in)\b"
)


@dataclass(frozen=True)
class Proposal:
    """A change that only waits for a yes. `does` completes "I will"."""

    change: Change
    does: str
    refund_cents: int = 0

    @property
    def fingerprint(self) -> str:
        """The same for the same change only."""
        return hashlib.sha256(f"{type(self.change).__name__}{asdict(self.change)}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Missing:
    """What has to be asked first."""

    question: str
    text: str
    offer: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True)
class Refused:
    """Why it cannot be done. `instead`: the same job in a way that can, where there is one."""

    text: str
    instead: Job | None = None


Outcome = Proposal | Missing | Refused


def propose(job: Job, world: World) -> Outcome:
    """What a job comes to as things stand now."""
    if job.act == "account_address":
        return _account_address(job, world)
    order = world.order(job.order)
    if order is None:
        return Refused("I find no such order in your account.")
    makers = {
        "cancel": _cancel, "return": _return, "swap": _swap, "address": _address, "payment": _payment,
        "shipping": _shipping, "problem": _problem,
    }  # fmt: skip
    return makers[job.act](job, order, world)


def _cancel(job: Job, order: Order, world: World) -> Outcome:
    rule = world.policy.rules.get("cancel")
    reason = job.reason or (rule.reasons[0] if rule and rule.reasons else "no reason given")
    change = CancelOrder(order.order_number, reason)
    if refusal := world.refusal(change, order):
        return Refused(refusal)
    if job.pieces:
        what = ", ".join(_line(order, piece).title for piece in job.pieces)
        return Missing("whole", f"I cannot take single items ({what}) out of an order. I can cancel the whole order {order.order_number} ({_money(order.total_cents, order)}) or leave it as it is. Shall I cancel the whole order?")  # fmt: skip
    if rule and rule.reasons and not job.reason:
        return Missing("reason", f"For what reason do you want to cancel order {order.order_number}: {' or '.join(rule.reasons)}?", rule.reasons)  # fmt: skip
    back = f"{_money(order.total_cents, order)} go back to {_method(order.payment_method_id, world)}"
    back = "nothing has been charged" if order.status == "pending_payment" else back
    why = f"; reason: {reason}" if job.reason else ""
    does = f"cancel order {order.order_number} ({_content(order)}{why}); {back}"
    return Proposal(change, does, 0 if order.status == "pending_payment" else order.total_cents)


def _return(job: Job, order: Order, world: World) -> Outcome:
    method = _chosen(job, order, world)
    pieces = [Pieces(piece.line_id, piece.quantity) for piece in job.pieces]
    change = ReturnItems(order.order_number, pieces, method, job.reason)
    if refusal := world.refusal(change, order):
        instead = Job("return", job.order, job.pieces, job.words, order.payment_method_id, job.reason)
        other = ReturnItems(order.order_number, pieces, order.payment_method_id, job.reason)
        return Refused(
            refusal, instead if method != order.payment_method_id and not world.refusal(other, order) else None
        )
    cents = sum(piece.quantity * _line(order, piece).unit_price_cents for piece in job.pieces)
    what = _told([(_line(order, piece), piece.quantity) for piece in job.pieces])
    does = f"start the return of {what} from order {order.order_number}; {_money(cents, order)} go to {_method(method, world)}"
    return Proposal(change, does, cents)


def _swap(job: Job, order: Order, world: World) -> Outcome:
    kind = ChangeItems if order.status in world.policy.statuses(ChangeItems) else ExchangeItems
    method = _chosen(job, order, world)
    if refusal := world.refusal(kind(order.order_number, [], method), order):
        return Refused(refusal)
    for piece in job.pieces:
        if not piece.item_id:
            asked = _settle(piece, order, world)
            if asked:
                return asked
    if not any(piece.item_id for piece in job.pieces):
        return Refused("That is the best there is already, so nothing changes.")
    swaps = [Swap(piece.line_id, piece.item_id, piece.quantity) for piece in job.pieces if piece.item_id]
    if not swaps:
        return Refused(f"Then nothing changes in order {order.order_number}.")
    change = kind(order.order_number, swaps, method)
    if refusal := world.refusal(change, order):
        instead = Job("swap", job.order, job.pieces, job.words, order.payment_method_id)
        other = kind(order.order_number, swaps, order.payment_method_id)
        return Refused(
            refusal, instead if method != order.payment_method_id and not world.refusal(other, order) else None
        )
    told, extra_cents = [], 0
    for piece in job.pieces:
        line, variant = _line(order, piece), world.variant(piece.item_id, _line(order, piece))
        if variant:
            extra_cents += piece.quantity * (variant.price_cents - line.unit_price_cents)
            told.append(f"{line.title} ({_options(line.options)}) for {_differing(line, variant, order)}")
    verb = "exchange" if kind is ExchangeItems else "change"
    does = f"{verb} in order {order.order_number}: {'; '.join(told)}. {_difference(extra_cents, method, order, world)}"
    if world.policy.rules[NAMES[kind]].once:
        does += ". This can be done once for an order only, so tell me if anything else in it should change"
    return Proposal(change, does, -extra_cents)


def _settle(piece: Piece, order: Order, world: World) -> Missing | None:
    """Finds the variant that a piece becomes, or says what is unclear about it."""
    line = _line(order, piece)
    variants = world.variants(line.product_id)
    wanted = read_wanted(piece.words, variants, title=line.title)
    owned = "" if wanted.values or wanted.more else owned_variant(piece.words, line, order, world)
    if owned and any(variant.item_id == owned and variant.available for variant in variants):
        piece.item_id = owned
        return None
    if not wanted.says_something:
        free = [variant for variant in variants if variant.available and variant.item_id != line.item_id]
        return Missing("variant", f"What should the {line.title} ({_options(line.options)}) become? There is:\n{_listed(free, order)}", _ids(free))  # fmt: skip
    choice = choose(line.options, line.item_id, line.unit_price_cents, wanted=wanted, variants=variants)
    if choice.settled and choice.variants and (choice.exact or wanted.price or len(choice.variants) == 1):
        if not choice.exact and not wanted.preferred and _silent_changes(line, choice.variants[0], wanted.values):
            return Missing("variant", f"There is no {line.title} that is exactly that. The nearest one available is:\n{_listed(choice.variants, order)}\nShall I take it?", _ids(choice.variants))  # fmt: skip
        if (choice.variants[0].price_cents - line.unit_price_cents) * wanted.price >= 0:
            piece.item_id = choice.variants[0].item_id  # else the present one is the cheapest (dearest) already
        return None
    if choice.variants:
        head = (
            f"These {line.title} variants fit"
            if choice.exact
            else f"No {line.title} is exactly that, but these are available"
        )
        return Missing("variant", f"{head}:\n{_listed(choice.variants, order)}\nWhich one?", _ids(choice.variants))
    others = [variant for variant in variants if variant.available and variant.item_id != line.item_id]
    return Missing("variant", f"That {line.title} is not available. There is:\n{_listed(others, order)}\nOne of these, or shall I leave it?", _ids(others))  # fmt: skip


def owned_variant(text: str, line: OrderLine, order: Order, world: World) -> str:
    """ "The one in my other order": the variant of the same product that another order, or another line, holds."""
    if not _OWNED.search(text.lower()):
        return ""
    scope = [other for other in world.orders_meant(text, ()) if other.order_number != order.order_number]
    lines = [held for other in [*scope, order] for held in other.lines if held.product_id == line.product_id]
    found = {held.item_id for held in lines if held.item_id != line.item_id}
    return found.pop() if len(found) == 1 else ""


def _silent_changes(line: OrderLine, variant: Variant, asked: object) -> bool:
    """Whether more would change than what was asked for."""
    names = set(asked) if isinstance(asked, dict) else set()
    return any(variant.options.get(name) != value for name, value in line.options.items() if name not in names)


def _address(job: Job, order: Order, world: World) -> Outcome:
    address = Address(**job.address) if job.address else read_address(job.words, world, exclude=order.order_number)
    if refusal := world.refusal(ChangeAddress(order.order_number, address or Address("", "", "", "", "")), order):
        return Refused(refusal)
    if address is None:
        return Missing(
            "address",
            f"Where should order {order.order_number} go? Street, city and postcode please, or which of your addresses.",
        )
    if address == order.address:
        return Refused(f"Order {order.order_number} goes to {_place(address)} already.")
    return Proposal(ChangeAddress(order.order_number, address), f"send order {order.order_number} to {_place(address)}")


def _account_address(job: Job, world: World) -> Outcome:
    address = Address(**job.address) if job.address else read_address(job.words, world, exclude="")
    if address is None:
        elsewhere = {
            order.address for order in world.orders if order.address and order.address != world.account.address
        }
        address = (
            elsewhere.pop() if len(elsewhere) == 1 and re.search(r"order|look|recent|new", job.words.lower()) else None
        )
    if address and address == world.account.address:
        return Refused(f"{_place(address)} is the default address of your account already.")
    if address is None:
        return Missing(
            "address", "What is the new address? Street, city and postcode please, or the order that has it."
        )
    return Proposal(
        ChangeAccountAddress(world.account.shopper_id, address),
        f"make {_place(address)} the default address of your account",
    )


def _payment(job: Job, order: Order, world: World) -> Outcome:
    method = (
        world.account.method(job.method_id)
        if job.method_id
        else world.method_in(job.words, original=order.payment_method_id)
    )
    if method is None:
        refusal = world.refusal(ChangePayment(order.order_number, "-"), order)
        if order.status not in world.policy.statuses(ChangePayment):
            return Refused(refusal)
        mine = [known for known in world.account.payment_methods if known.method_id != order.payment_method_id]
        names = ", ".join(method_words(known) for known in mine)
        return Missing("method", f"Which payment method should order {order.order_number} be paid with? You have {names or 'no other one'}.", [known.method_id for known in mine])  # fmt: skip
    change = ChangePayment(order.order_number, method.method_id)
    if refusal := world.refusal(change, order):
        return Refused(refusal)
    does = f"charge {_money(order.total_cents, order)} for order {order.order_number} to {method_words(method)} and pay {_method(order.payment_method_id, world)} back"
    return Proposal(change, does)


def _shipping(job: Job, order: Order, world: World) -> Outcome:
    rule = world.policy.rules.get("change_shipping")
    country = order.address.country if order.address else ""
    prices = rule.prices(country) if rule else {}
    said = job.words.lower().replace("pick up", "pickup").replace("pick-up", "pickup")
    method = job.detail or next(
        (name for name in prices if re.search(rf"\b{name}\b", said) and name != order.shipping_method), ""
    )
    refusal = world.refusal(ChangeShipping(order.order_number, method, 0), order)
    if refusal and (method or order.status not in world.policy.statuses(ChangeShipping)):
        return Refused(refusal)
    if not method:
        ways = ", ".join(f"{name} ({_money(cents, order)})" for name, cents in prices.items())
        return Missing("shipping", f"How should order {order.order_number} come? There is {ways}.", list(prices))
    fee_cents = prices[method] - order.shipping_cents
    does = f"send order {order.order_number} by {method} delivery. {_difference(fee_cents, order.payment_method_id, order, world)}"
    return Proposal(ChangeShipping(order.order_number, method, fee_cents), does, -fee_cents)


def _problem(job: Job, order: Order, world: World) -> Outcome:
    pieces = [Pieces(piece.line_id, piece.quantity) for piece in job.pieces]
    remedy = job.reason or ("enquiry" if job.detail == "late" else "")
    if refusal := world.refusal(ReportProblem(order.order_number, job.detail, pieces, remedy), order):
        return Refused(refusal)
    what = _told([(_line(order, piece), piece.quantity) for piece in job.pieces])
    if not remedy:
        return Missing("remedy", f"I am sorry about that. For {what} in order {order.order_number}: would you rather have a replacement or your money back?", ["replacement", "refund"])  # fmt: skip
    cents = (
        sum(piece.quantity * _line(order, piece).unit_price_cents for piece in job.pieces) if remedy == "refund" else 0
    )
    then = {
        "refund": f"{_money(cents, order)} go back to {_method(order.payment_method_id, world)}",
        "replacement": "a new one is sent to you free of charge",
        "enquiry": "we ask the carrier where it is and write to you",
    }[remedy]
    return Proposal(
        ReportProblem(order.order_number, job.detail, pieces, remedy),
        f"report {what} of order {order.order_number} as {job.detail}; {then}",
        cents,
    )


def method_words(method: PaymentMethod) -> str:
    """A payment method as one speaks of it: "your Visa ending in 4417"."""
    name = {"paypal": "PayPal", "amex": "American Express", "sepa_debit": "direct debit"}.get(
        method.kind, method.kind.replace("_", " ")
    )
    if method.kind in {"visa", "mastercard", "discover"}:
        name = name.capitalize()
    ending = f" ending in {method.last4}" if method.last4 else ""
    balance = (
        f" ({format_price(method.balance_cents, '')} left)".replace(" )", ")")
        if method.balance_cents is not None
        else ""
    )
    return f"your {name or 'payment method'}{ending}{balance}"


def _chosen(job: Job, order: Order, world: World) -> str:
    """The payment method that was asked for, else the one that the order was paid with."""
    named = world.method_in(job.words, original=order.payment_method_id)
    if not job.method_id and named is None and world.method_unknown(job.words):
        return "?"
    return job.method_id or (named.method_id if named else order.payment_method_id)


def _method(method_id: str, world: World) -> str:
    method = world.account.method(method_id)
    return method_words(method) if method else "the payment method that was used"


def _difference(extra_cents: int, method_id: str, order: Order, world: World) -> str:
    if extra_cents > 0:
        return f"You pay {_money(extra_cents, order)} more, with {_method(method_id, world)}"
    if extra_cents < 0:
        return f"{_money(-extra_cents, order)} go back to {_method(method_id, world)}"
    return "The price stays the same"


def _line(order: Order, piece: Piece) -> OrderLine:
    return next(line for line in order.lines if line.line_id == piece.line_id)


def _content(order: Order) -> str:
    return _told([(line, line.quantity) for line in order.lines])


def _told(lines: Sequence[tuple[OrderLine, int]]) -> str:
    return ", ".join(line.title if quantity == 1 else f"{quantity} × {line.title}" for line, quantity in lines)


def _options(options: object) -> str:
    return ", ".join(str(value) for value in options.values()) if isinstance(options, dict) else ""


def _differing(line: OrderLine, variant: Variant, order: Order) -> str:
    return f"{_options(variant.options)} at {_money(variant.price_cents, order)} (paid: {_money(line.unit_price_cents, order)})"


def _listed(variants: Sequence[Variant], order: Order) -> str:
    return "\n".join(
        f"{number}. {_options(variant.options)}, {_money(variant.price_cents, order)}"
        for number, variant in enumerate(variants[:MAX_OFFERED], 1)
    )


def _ids(variants: Sequence[Variant]) -> list[str]:
    return [variant.item_id for variant in variants[:MAX_OFFERED]]


def _place(address: Address) -> str:
    parts = (
        address.street,
        address.street2,
        f"{address.postcode} {address.city}".strip(),
        address.state,
        address.country,
    )
    return ", ".join(part for part in parts if part)


def _money(cents: int, order: Order) -> str:
    return format_price(cents, order.currency)
