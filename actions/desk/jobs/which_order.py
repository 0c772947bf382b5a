"""Which order a change of a whole order is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from actions.desk.addresses import read_address
from actions.desk.case import Job
from actions.desk.outcome import Resolved
from actions.desk.wishes import Wish, order_numbers
from actions.desk.world import World
from actions.shop.changes import Change, ChangeAddress, ChangePayment, ChangeShipping
from actions.shop.types import Order

_KINDS: dict[str, type[Change]] = {"address": ChangeAddress, "payment": ChangePayment, "shipping": ChangeShipping}

_ALL_ORDERS = re.compile(
    r"\b(?:all|both|every|each)\b[^.,;]{0,30}\border|\beverything (?:that|which|i|in|pending|open|still)\b"
)
_EXAMPLE = re.compile(
    r"\b(?:as|like|(?:to|with|by) the (?:address|one)|where .{0,40}|address .{0,30})\s+"
    r"(?:(?:for|of|in|from|on|my|the|that|order|with|number) )*(#?w?\d{4,}\b)",
    re.IGNORECASE,
)
"""The order that has what the others are to get: "the same as order W3"."""
_TARGET = re.compile(
    r"(?<!\bis )(?<!\bwas )(?<!\bbeing )(?<!\bbeen )\b(?:sent|shipped|delivered) to (?:my|our|the)\b[^.,;]*",
    re.IGNORECASE,
)
"""Where an order is to go, which does not tell which order it is: "have the order with the lamp sent to my home"."""


def one_of(scope: Sequence[Order], world: World, make: Callable[[Order], Job]) -> Resolved:
    """The job, where only one order can be meant; else the question which."""
    if len(scope) == 1:
        return Resolved([make(scope[0])])
    return Resolved(question="order", offer=[order.order_number for order in (scope or world.orders)])


def resolve(wish: Wish, world: World, focus: Job | None) -> Resolved:
    """The order whose address, payment or delivery is to be changed."""
    allowed = world.allowed(_KINDS[wish.act])
    numbers = _to_be_changed(wish)
    told = _TARGET.sub(" ", wish.text) if wish.act == "address" else wish.text
    scope = [order for order in world.orders_meant(told, numbers) if numbers or order in allowed]
    if len(scope) > 1 and (len(numbers) > 1 or _ALL_ORDERS.search(wish.text.lower())):
        return Resolved([Job(wish.act, order.order_number, words=wish.text) for order in scope])
    if len(scope) > 1 and not numbers:
        scope = _narrow(scope, wish, world, focus)
    return one_of(scope, world, lambda order: Job(wish.act, order.order_number, words=wish.text))


def _to_be_changed(wish: Wish) -> list[str]:
    """The order numbers but for those whose address the others are to get: "W1 and W2 to the same as W3"."""
    given = [number for match in _EXAMPLE.finditer(wish.text) for number in order_numbers(match[1])]
    return [number for number in wish.orders if number not in given] or list(wish.orders[:1])


def _narrow(scope: list[Order], wish: Wish, world: World, focus: Job | None) -> list[Order]:
    holding = {order.order_number for thing in world.named(wish.text, scope) for order, _ in thing.lines}
    if holding and wish.act != "address":
        return [order for order in scope if order.order_number in holding]
    if wish.act == "address":
        target = read_address(wish.text, world, exclude="")
        elsewhere = [order for order in scope if target and order.address != target]
        held = [order for order in elsewhere if order.order_number in holding]
        if 1 in {len(elsewhere), len(held)}:
            return elsewhere if len(elsewhere) == 1 else held
    if focus and any(order.order_number == focus.order for order in scope):
        return [order for order in scope if order.order_number == focus.order]
    return scope[:1] if re.search(r"\b(?:recent|latest|last|just placed)\b", wish.text.lower()) else scope
