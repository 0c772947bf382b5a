"""Which order a change of a whole order is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from actions.desk.addresses import read_address
from actions.desk.case import Job
from actions.desk.outcome import Resolved
from actions.desk.wishes import Wish
from actions.desk.world import World
from actions.shop.changes import Change, ChangeAddress, ChangePayment, ChangeShipping
from actions.shop.types import Order

_KINDS: dict[str, type[Change]] = {"address": ChangeAddress, "payment": ChangePayment, "shipping": ChangeShipping}


def one_of(scope: Sequence[Order], world: World, make: Callable[[Order], Job]) -> Resolved:
    """The job, where only one order can be meant; else the question which."""
    if len(scope) == 1:
        return Resolved([make(scope[0])])
    return Resolved(question="order", offer=[order.order_number for order in (scope or world.orders)])


def resolve(wish: Wish, world: World, focus: Job | None) -> Resolved:
    """The order whose address, payment or delivery is to be changed."""
    allowed = world.allowed(_KINDS[wish.act])
    scope = [order for order in world.orders_meant(wish.text, wish.orders[:1]) if wish.orders or order in allowed]
    if len(scope) > 1 and not wish.orders:
        scope = _narrow(scope, wish, world, focus)
    return one_of(scope, world, lambda order: Job(wish.act, order.order_number, words=wish.text))


def _narrow(scope: list[Order], wish: Wish, world: World, focus: Job | None) -> list[Order]:
    holding = {order.order_number for thing in world.named(wish.text, scope) for order, _ in thing.lines}
    if holding and wish.act != "address":
        return [order for order in scope if order.order_number in holding]
    if wish.act == "address":
        target = read_address(wish.text, world, exclude="")
        elsewhere = [order for order in scope if target and order.address != target]
        if len(elsewhere) == 1:
            return elsewhere
    if focus and any(order.order_number == focus.order for order in scope):
        return [order for order in scope if order.order_number == focus.order]
    return scope[:1] if re.search(r"\b(?:recent|latest|last|just placed)\b", wish.text.lower()) else scope
