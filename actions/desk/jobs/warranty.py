"""A thing that has failed in use: whether the warranty still covers it, and a claim if it does."""

# ruff: noqa: E501 - patterns and sentences read best as they are
from __future__ import annotations

import re

from actions.desk.acts import FAULT
from actions.desk.case import Job, Piece
from actions.desk.jobs.which_order import one_of
from actions.desk.jobs.which_things import grouped
from actions.desk.outcome import Missing, Outcome, Proposal, Refused, Resolved
from actions.desk.turn import Heard
from actions.desk.wishes import Wish
from actions.desk.words import pieces_of
from actions.desk.world import World
from actions.shop.changes import ClaimWarranty, Pieces
from actions.shop.types import Order

LONGEST_FAULT = 300
"""Characters of the shopper's words that go into the claim."""


def resolve(wish: Wish, world: World, focus: Job | None) -> Resolved:
    """The thing that has failed."""
    arrived = world.allowed(ClaimWarranty)
    meant = list(world.orders_meant(wish.text, wish.orders))
    scope = meant if wish.orders else [order for order in meant if order in arrived] or arrived
    if named := world.named(wish.text, scope):
        return grouped("warranty", named, wish, world)
    if focus and focus.pieces and not wish.orders and world.order(focus.order):
        pieces = [Piece(piece.line_id, piece.quantity) for piece in focus.pieces]
        return Resolved([Job("warranty", focus.order, pieces, wish.text)])
    if len(scope) == 1 and len(scope[0].lines) > 1:
        return Resolved(question="line", offer=[f"{scope[0].order_number}/{line.line_id}" for line in scope[0].lines])
    if not scope or wish.orders:
        return one_of(scope, world, lambda order: Job("warranty", order.order_number, _all(order), wish.text))
    return Resolved(question="items")


def _all(order: Order) -> list[Piece]:
    return [Piece(line.line_id, line.quantity) for line in order.lines]


def propose(job: Job, order: Order, world: World) -> Outcome:
    """The claim in full; first, if need be, the question what is wrong."""
    pieces = [Pieces(piece.line_id, piece.quantity) for piece in job.pieces]
    fault = job.reason or (job.words if FAULT.search(job.words.lower()) else "")
    change = ClaimWarranty(order.order_number, pieces, fault[:LONGEST_FAULT])
    if refusal := world.refusal(change, order):
        return Refused(refusal)
    what = f"{pieces_of(order, job.pieces)} from order {order.order_number}"
    covered = f"{what} {_until(order, world)}"
    if not fault:
        return Missing("fault", f"{covered} For a claim, tell me what is wrong with it.")
    limits = world.policy.sentences.get("warranty_limits", "")
    does = f"open a warranty claim for {what} (“{change.fault}”). {covered} {limits}".strip().rstrip(".")
    told = f"The warranty claim for {what} is open, and a person looks at it. {world.policy.sentences.get('warranty_claim', '')}"
    return Proposal(change, does, told.strip())


def _until(order: Order, world: World) -> str:
    rule = world.policy.rules["warranty"]
    ends_at = rule.ends_at(order)
    return f"is under warranty until {ends_at.day} {ends_at:%B %Y}." if ends_at else "is under warranty."


def hear_fault(heard: Heard) -> bool:
    """The answer to what is wrong with it: any words that are neither a no nor a yes alone."""
    if heard.drops_it:
        heard.said.texts.append("All right, no claim then.")
        heard.case.close("The shopper wanted no warranty claim.")
        return True
    told = heard.after_yes_or_no
    if not re.search(r"\w{3}", told):
        heard.said.texts.append("I need a few words about what happened to it.")
        return True
    heard.job.reason = told
    return True
