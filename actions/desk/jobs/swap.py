"""Other variants of what was ordered: changed in an open order, exchanged after a delivered one."""

# ruff: noqa: E501 - sentences and ladders of cases read best as they are
from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from actions.desk.case import Job, Piece
from actions.desk.jobs.payment import chosen
from actions.desk.jobs.variant import settle, unaffordable
from actions.desk.jobs.which_things import grouped
from actions.desk.outcome import Missing, Outcome, Proposal, Refused, Resolved
from actions.desk.policy import NAMES
from actions.desk.things import Named, all_meant, without_holder, without_what_stays
from actions.desk.wishes import Wish
from actions.desk.words import difference, line_of, method_named, money, options_of
from actions.desk.world import World
from actions.shop.changes import ChangeItems, ExchangeItems, Swap
from actions.shop.types import Order, OrderLine

_EVERYTHING = re.compile(r"\ball (?:of )?(?:my |the |your )?(?:items|things|products)|\beverything\b")
_TOTAL = re.compile(
    r"\b(?:cost|total|price|order|bill)\b[^.;]{0,20}\b(?:down to|to below|below|under|within)\s*[$€£]?\s*(\d[\d,]*(?:\.\d+)?)\b"
)
"""What the whole order may come to: "bring the total down to $950"."""
_FILLER = re.compile(r"(?:and|or|the|my|also|,|\s)*")


def resolve(wish: Wish, world: World, focus: Job | None) -> Resolved:
    """The things that are to become others."""
    able = [*world.allowed(ChangeItems), *world.allowed(ExchangeItems)]
    meant = list(world.orders_meant(wish.text, wish.orders))
    scope = [order for order in meant if order in able] or (meant if wish.orders else able)
    said = without_holder(wish.text)
    named = world.named(said, scope) or ([] if wish.orders else world.named(said, able))
    if _EVERYTHING.search(without_what_stays(wish.text)) or (not named and all_meant(wish.text)):
        focused = world.order(focus.order) if focus and not wish.orders and len(scope) > 1 else None
        orders = [focused] if focused else scope
        return Resolved([_others_for(order, order.lines, wish) for order in orders])
    if named:
        return grouped("swap", _inheriting(named), wish, world)
    if focus and focus.pieces:
        pieces = [Piece(piece.line_id, piece.quantity, wish.text) for piece in focus.pieces]
        return Resolved([Job("swap", focus.order, pieces, wish.text)])
    if len(scope) == 1 and len(scope[0].lines) == 1:
        return Resolved([_others_for(scope[0], scope[0].lines, wish)])
    return Resolved(question="items", offer=[scope[0].order_number] if len(scope) == 1 else [])


def _others_for(order: Order, lines: Sequence[OrderLine], wish: Wish) -> Job:
    pieces = [Piece(line.line_id, line.quantity, wish.text) for line in lines]
    return Job("swap", order.order_number, pieces, wish.text)


def _inheriting(named: Sequence[Named]) -> list[Named]:
    """A thing about which nothing is said becomes what the next one becomes: "the bed and the chair to the cheapest"."""
    result: list[Named] = []
    after = ""
    for thing in reversed(named):
        words = thing.wanted.strip(" ,.")
        says_nothing = len(words) < 5 or _FILLER.fullmatch(words) is not None
        after = after if says_nothing and after else thing.wanted
        result.append(replace(thing, wanted=after if says_nothing else thing.wanted))
    return result[::-1]


def propose(job: Job, order: Order, world: World) -> Outcome:
    """The change or exchange in full, once each piece has its variant."""
    kind = ChangeItems if order.status in world.policy.statuses(ChangeItems) else ExchangeItems
    method = chosen(job, order, world)
    if refusal := world.refusal(kind(order.order_number, [], method), order):
        return Refused(refusal)
    for piece in job.pieces:
        if not piece.item_id and (missing := settle(piece, order, world)):
            return missing
    swaps = [Swap(piece.line_id, piece.item_id, piece.quantity) for piece in job.pieces if piece.item_id]
    if not swaps:
        return Refused("That is the best there is already, so nothing changes.")
    if refusal := world.refusal(kind(order.order_number, swaps, method), order):
        return _otherwise(job, order, world, lambda other: kind(order.order_number, swaps, other), refusal=refusal)
    told, extra_cents = _told(job, order, world)
    limit = _TOTAL.search(job.words.lower())
    if limit and order.total_cents + extra_cents > (most := round(float(limit[1].replace(",", "")) * 100)):
        total = money(order.total_cents + extra_cents, order)
        return Refused(f"That is not possible: the order would still come to {total}, not to {money(most, order)}.")
    verb = "exchange" if kind is ExchangeItems else "change"
    paid = difference(extra_cents, method, order, world)
    does = f"{verb} in order {order.order_number}: {told}. {paid}"
    if world.policy.rules[NAMES[kind]].once:
        does += ". This can be done once for an order only, so tell me if anything else in it should change"
    number = order.order_number
    state = f"The exchange in order {number} is under way" if kind is ExchangeItems else f"Order {number} is changed"
    done = f"{state}: {told}. {paid}."
    return Proposal(kind(order.order_number, swaps, method), does, done, -extra_cents)


def _otherwise(
    job: Job, order: Order, world: World, make: Callable[[str], ChangeItems | ExchangeItems], *, refusal: str
) -> Outcome:
    """What is possible where this is not: paid as the order was, paid another way, or a variant that costs no more."""
    original = order.payment_method_id
    possible = [
        method.method_id for method in world.account.payment_methods if not world.refusal(make(method.method_id), order)
    ]
    if original in possible:
        return Refused(refusal, Job("swap", job.order, job.pieces, job.words, original))
    if possible:
        ways = " or ".join(method_named(method_id, world) for method_id in possible)
        return Missing("method", f"{refusal} Shall it be {ways} instead?", possible)
    method = world.account.method(chosen(job, order, world))
    if method is None or method.balance_cents is None or len(job.pieces) != 1:
        return Refused(refusal)
    return unaffordable(job.pieces[0], order, world, most_cents=method.balance_cents, refusal=refusal)


def _told(job: Job, order: Order, world: World) -> tuple[str, int]:
    """Each swap in words, and what they cost more in all, in cents."""
    told, extra_cents = [], 0
    for piece in job.pieces:
        line = line_of(order, piece)
        if variant := world.variant(piece.item_id, line):
            extra_cents += piece.quantity * (variant.price_cents - line.unit_price_cents)
            becomes = f"{options_of(variant.options)} at {money(variant.price_cents, order)} (paid: {money(line.unit_price_cents, order)})"
            told.append(f"{line.title} ({options_of(line.options)}) for {becomes}")
    return "; ".join(told), extra_cents
