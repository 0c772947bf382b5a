"""Sending things of a delivered order back."""

# ruff: noqa: PLR0911 - ladders of cases read best as they are
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from actions.desk.case import Job, Piece
from actions.desk.jobs.late import is_late, report_instead
from actions.desk.jobs.payment import chosen
from actions.desk.jobs.which_order import one_of
from actions.desk.jobs.which_things import grouped
from actions.desk.jobs.whole_order import all_open
from actions.desk.outcome import Outcome, Proposal, Refused, Resolved
from actions.desk.things import all_meant, holder, left_out, without_holder, without_left_out
from actions.desk.wishes import Wish
from actions.desk.words import method_named, money, pieces_of, price_of, refund_line, sentence
from actions.desk.world import World
from actions.shop.changes import Pieces, ReturnItems
from actions.shop.types import Order, OrderLine

_PRICED = re.compile(r"\b(cheapest|least expensive|most expensive|priciest) (?:thing|item|one|product|article)\b")


def resolve(wish: Wish, world: World, focus: Job | None) -> Resolved:
    """The things that are to come back."""
    meant = list(world.orders_meant(wish.text, wish.orders))
    allowed = world.allowed(ReturnItems)
    scope = [order for order in meant if order in allowed]
    scope = meant if wish.orders and not scope else scope
    named = world.named(without_left_out(without_holder(wish.text)), scope)
    stays = world.named(left_out(wish.text), scope)
    whole = all_meant(wish.text) or bool(holder(wish.text) and len(scope) == 1)
    if not named and (priced := _by_price(wish, scope)):
        return Resolved([priced])
    if (stays and (whole or not named)) or (whole and not named):
        return _all_of_it(wish, world, scope)
    if named:
        return grouped("return", named, wish, world)
    elsewhere = world.named(wish.text, world.orders)
    if elsewhere:
        return grouped("return", elsewhere, wish, world)
    if focus and focus.pieces and not wish.orders:
        pieces = [Piece(piece.line_id, piece.quantity) for piece in focus.pieces]
        return Resolved([Job("return", focus.order, pieces, wish.text)])
    late = world.order(focus.order) if focus and not wish.orders else None
    if late and is_late(late, world.now):
        return Resolved([_back(late, late.lines, wish)])
    if len(scope) == 1 and len(scope[0].lines) == 1:
        return Resolved([_back(scope[0], scope[0].lines, wish)])
    return Resolved(question="items", offer=[scope[0].order_number] if len(scope) == 1 else [])


def _all_of_it(wish: Wish, world: World, scope: Sequence[Order]) -> Resolved:
    said = wish.text.lower()
    if not wish.orders and re.search(r"\bcancel\b", said):
        return Resolved([*all_open(wish, world), *everything(wish, world)])
    of_all_orders = re.search(r"\borders\b|\ball (?:(?:the|my) )?(?:things|items)|everything|anything", said)
    if len(scope) == 1 or wish.orders or of_all_orders:
        return Resolved(everything(wish, world, scope))
    return one_of(scope, world, lambda order: _back(order, _coming_back(order, wish, world), wish))


def _by_price(wish: Wish, scope: Sequence[Order]) -> Job | None:
    """ "The cheapest thing in the order": the one thing, told by its price."""
    match = _PRICED.search(wish.text.lower())
    lines = [(order, line) for order in scope for line in order.lines]
    if match is None or not lines:
        return None
    ranked = sorted(lines, key=lambda pair: pair[1].unit_price_cents)
    order, line = ranked[0] if match[1] in {"cheapest", "least expensive"} else ranked[-1]
    return _back(order, [line], wish)


def everything(wish: Wish, world: World, scope: Sequence[Order] | None = None) -> list[Job]:
    """All of these orders, or of all that may come back, but for what the wish says is to stay."""
    orders = world.allowed(ReturnItems) if scope is None else scope
    jobs = [_back(order, _coming_back(order, wish, world), wish) for order in orders]
    return [job for job in jobs if job.pieces]


def _coming_back(order: Order, wish: Wish, world: World) -> list[OrderLine]:
    stays = {line.line_id for thing in world.named(left_out(wish.text), [order]) for _, line in thing.lines}
    return [line for line in order.lines if line.line_id not in stays]


def _back(order: Order, lines: Sequence[OrderLine], wish: Wish) -> Job:
    return Job("return", order.order_number, [Piece(line.line_id, line.quantity) for line in lines], wish.text)


def propose(job: Job, order: Order, world: World) -> Outcome:
    """The return in full."""
    method = chosen(job, order, world)
    pieces = [Pieces(piece.line_id, piece.quantity) for piece in job.pieces]
    label_cents = world.policy.return_label_cents(order)
    change = ReturnItems(order.order_number, pieces, method, job.reason, label_cents)
    if refusal := world.refusal(change, order):
        original = order.payment_method_id
        possible = not world.refusal(replace(change, payment_method_id=original), order)
        if method != original and possible:
            return Refused(refusal, Job("return", job.order, job.pieces, job.words, original, job.reason))
        coming = refund_line(order, world)
        return Refused(f"{refusal} {coming}".strip(), report_instead(job, order, world, remedy="refund"))
    cents = price_of(order, job.pieces)
    what = f"the return of {pieces_of(order, job.pieces)} from order {order.order_number}"
    less = f" ({money(cents, order)} less {money(label_cents, order)} for the label)" if label_cents else ""
    money_back = f"{money(cents - label_cents, order)} go to {method_named(method, world)}{less}"
    done = f"{sentence(what)[:-1]} is under way. {sentence(money_back)}"
    return Proposal(change, f"start {what}; {money_back}", done, cents - label_cents)
