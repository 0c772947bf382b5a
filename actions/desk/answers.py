"""Questions about the shopper's own orders and account, answered from the shop's rows."""

# ruff: noqa: E501 - patterns, sentences and ladders of cases read best as they are
from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from actions.desk.case import Case
from actions.desk.options import plain, read_wanted
from actions.desk.things import spots
from actions.desk.wishes import Wish
from actions.desk.words import day, method_words, money, options_of, order_line, refund_line
from actions.desk.world import World
from actions.shop.types import Order, Variant
from profiling.money import format_price

MAX_LISTED = 12
ABOUT_ORDERS = frozenset({"status", "refund", "count", "total", "items"})
"""Questions after which the order that they were about is what is spoken of."""

_COMING_BACK = frozenset({"return_requested", "returned", "refund_pending"})
"""States of an order that money is to come back for."""


def answer(wish: Wish, world: World, case: Case) -> str:
    """The answer to a wish that changes nothing."""
    return _MAKERS[wish.act](wish, world, case)


def _meant(wish: Wish, world: World, case: Case) -> Sequence[Order]:
    orders = world.orders_meant(wish.text, wish.orders)
    if wish.orders:
        return orders
    if re.search(r"\bcancel", wish.text.lower()):
        return [order for order in orders if order.status == "cancelled"] or orders
    named = world.named(wish.text, orders)
    holding = list(dict.fromkeys(order.order_number for thing in named for order, _ in thing.lines))
    if holding:
        return [order for order in orders if order.order_number in holding]
    if case.focus and (order := world.order(case.focus.order)):
        return [order]
    return orders


def _status(wish: Wish, world: World, case: Case) -> str:
    orders = _meant(wish, world, case)
    if not orders and (near := [one for number in wish.orders for one in world.near(number)]):
        head = f"I find no order {wish.orders[0]} in your account. Do you mean this?"
        return "\n".join([head, *(told(one, world) for one in near)])
    if not orders:
        return "I find no such order in your account. Yours are: " + "; ".join(
            order_line(order) for order in world.orders[:MAX_LISTED]
        )
    if len(orders) > 1:
        moving = [
            order
            for order in orders
            if order.status not in {"delivered", "cancelled", "refunded", "returned", "exchanged"}
        ]
        shown = moving or orders
        if len(shown) > 1:
            return "Your orders:\n" + "\n".join(
                f"{n}. {order_line(order)}" for n, order in enumerate(shown[:MAX_LISTED], 1)
            )
        orders = shown
    return told(orders[0], world)


def told(order: Order, world: World) -> str:
    """How an order stands."""
    parts = [f"Order {order_line(order)}."]
    if order.note:
        parts.append(f"Last news{f' of {day(order.note_at)}' if order.note_at else ''}: {order.note.rstrip('.')}.")
    if order.expected_at:
        parts.append(f"Expected on {day(order.expected_at)}.")
    if order.tracking_number:
        parts.append(f"Tracking: {order.carrier} {order.tracking_number}.".replace("  ", " "))
    method = world.account.method(order.payment_method_id)
    parts.append(f"Total {money(order.total_cents, order)}{f', paid with {method_words(method)}' if method else ''}.")
    if order.status in _COMING_BACK:
        parts.append(refund_line(order, world))
    if order.status in {"delayed", "lost"}:
        parts.insert(0, "I am sorry about this.")
    return " ".join(parts)


def _when(wish: Wish, world: World, case: Case) -> str:
    """When what is spoken of is there: the money where some is on its way, else the parcel."""
    order = next(iter(_meant(wish, world, case)), None)
    if order is None:
        return "I have no date for it."
    if order.refund or order.status in _COMING_BACK:
        return _refund(wish, world, case)
    if order.expected_at and not order.delivered_at:
        return f"Order {order.order_number} is expected on {day(order.expected_at)}."
    if order.delivered_at:
        return f"Order {order.order_number} was delivered on {day(order.delivered_at)}."
    return f"I have no date for order {order.order_number} yet."


def _refund(wish: Wish, world: World, case: Case) -> str:
    orders = [order for order in _meant(wish, world, case) if order.refund]
    coming = [order for order in _meant(wish, world, case) if order.status in _COMING_BACK and not order.refund]
    if coming and not orders:
        return told(coming[0], world)
    if not orders:
        return "I see no refund under way in your account. " + world.policy.sentences.get("refund_time", "")
    return "\n".join(refund_line(order, world) for order in orders)


def _balance(wish: Wish, world: World, case: Case) -> str:
    del wish, case
    cards = [method for method in world.account.payment_methods if method.kind == "gift_card"]
    known = [method for method in cards if method.balance_cents is not None]
    if not known:
        return (
            "There is no gift card in your account."
            if not cards
            else "I do not see the balance of your gift card here."
        )
    currency = world.currency
    return " ".join(f"Your gift card has {format_price(method.balance_cents or 0, currency)} left." for method in known)


def _products(text: str, world: World) -> list[str]:
    titles = dict(world.catalogue)
    found = spots(plain(text), titles)
    owned = {line.product_id for order in world.orders for line in order.lines}
    ids = [product_id for _, _, products in found for product_id in products]
    return [product_id for product_id in ids if product_id in owned] or ids


def _count(wish: Wish, world: World, case: Case) -> str:
    del case
    products = _products(wish.text, world)
    if not products:
        return "Which product do you mean?"
    variants = world.variants(products[0])
    available = [variant for variant in variants if variant.available]
    fitting = _asked(wish.text, available)
    currency = world.currency
    lines = [
        f"- {options_of(variant.options)}: {format_price(variant.price_cents, currency)}"
        for variant in fitting[:MAX_LISTED]
    ]
    head = f"{available[0].title if available else 'That'}: {len(available)} options are available."
    return "\n".join([head, *lines])


def _asked(text: str, variants: Sequence[Variant]) -> Sequence[Variant]:
    wanted = read_wanted(text, variants)
    fitting = [v for v in variants if all(v.options.get(name) in values for name, values in wanted.values.items())]
    if wanted.below_cents is not None:
        fitting = [variant for variant in fitting if variant.price_cents < wanted.below_cents]
    ranked = sorted(fitting, key=lambda variant: variant.price_cents, reverse=wanted.price > 0)
    return ranked[:1] if wanted.price else ranked


def _total(wish: Wish, world: World, case: Case) -> str:
    said = wish.text.lower()
    if re.search(r"\b(?:refund|get back|money back|back in total|save)\b", said) and case.done:
        currency = world.currency
        return f"In all, {format_price(max(case.refund_cents, 0), currency)} go back to you for what we did here."
    if re.search(r"\bmost expensive\b", said):
        order = next(iter(_meant(wish, world, case)), None)
        if order:
            line = max(order.lines, key=lambda line: line.unit_price_cents)
            return f"The most expensive item of order {order.order_number} is the {line.title}: {money(line.unit_price_cents, order)}."
    if re.search(r"\b(?:cheapest|available|under|below|less than)\b", said) and _products(wish.text, world):
        return _count(wish, world, case)
    lines = [(order, line) for thing in world.named(wish.text, world.orders) for order, line in thing.lines]
    if lines:
        prices = "; ".join(
            f"{line.title} in {order.order_number}: {money(line.unit_price_cents, order)}" for order, line in lines
        )
        total = sum(line.quantity * line.unit_price_cents for _, line in lines)
        return f"{prices}. Together {money(total, lines[0][0])}." if len(lines) > 1 else f"{prices}."
    orders = _meant(wish, world, case)
    return "\n".join(
        f"Order {order.order_number} came to {money(order.total_cents, order)}." for order in orders[:MAX_LISTED]
    )


def _items(wish: Wish, world: World, case: Case) -> str:
    named = world.named(wish.text, world.orders)
    if named:
        pairs = [(order, line) for thing in named for order, line in thing.lines]
        return "\n".join(
            f"- {line.title} ({options_of(line.options)}), order {order.order_number}" for order, line in pairs
        )
    lines = [f"{order_line(order)}" for order in (_meant(wish, world, case) or world.orders)[:MAX_LISTED]]
    return "Your orders:\n" + "\n".join(lines)


def _subscriptions(wish: Wish, world: World, case: Case) -> str:
    del wish, case
    running = [one for one in world.shop.subscriptions(world.account.shopper_id) if one.active]
    if not running:
        return "You have no subscription that runs."
    return "\n".join(
        f"{one.title}, every {one.every_days} days, next on {day(one.next_at)} ({one.subscription_id})"
        for one in running
    )


def _account(wish: Wish, world: World, case: Case) -> str:
    del wish, case
    account = world.account
    address = account.address
    place = f"{address.street}, {address.postcode} {address.city}" if address else "none"
    methods = ", ".join(method_words(method) for method in account.payment_methods)
    return f"{account.name}, {account.email}. Address: {place}. Payment methods: {methods or 'none'}."


def _split(wish: Wish, world: World, case: Case) -> str:
    del wish, world, case
    return "One payment method pays for a whole order; it cannot be split, and a balance cannot be applied to a part."


def _add(wish: Wish, world: World, case: Case) -> str:
    del wish, world, case
    return "I cannot add things to an order or place a new one; the shop's pages do that."


_MAKERS: Mapping[str, Callable[[Wish, World, Case], str]] = {
    "status": _status,
    "when": _when,
    "refund": _refund,
    "balance": _balance,
    "count": _count,
    "total": _total,
    "items": _items,
    "subscriptions": _subscriptions,
    "skip_subscription": _subscriptions,
    "cancel_subscription": _subscriptions,
    "account": _account,
    "split": _split,
    "add": _add,
}
