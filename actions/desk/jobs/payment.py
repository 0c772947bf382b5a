"""Paying an open order another way, and the payment method that a change goes over."""

# ruff: noqa: E501 - sentences read best as they are
from __future__ import annotations

from actions.desk.case import Job
from actions.desk.outcome import Missing, Outcome, Proposal, Refused
from actions.desk.words import method_named, method_words, money
from actions.desk.world import World
from actions.shop.changes import ChangePayment
from actions.shop.types import Order

NONE_OF_THEIRS = "?"
"""Stands for a payment method that was named and that the shopper does not have."""


def propose(job: Job, order: Order, world: World) -> Outcome:
    """The other payment method in full."""
    number, original = order.order_number, order.payment_method_id
    method = world.account.method(job.method_id) if job.method_id else world.method_in(job.words, original=original)
    if method is None:
        if order.status not in world.policy.statuses(ChangePayment):
            return Refused(world.refusal(ChangePayment(number, "-"), order))
        others = [known for known in world.account.payment_methods if known.method_id != original]
        if not others:
            return Refused(
                f"Order {number} is paid with {method_named(original, world)}, and your account has no other payment method."
            )
        names = ", ".join(method_words(known) for known in others)
        return Missing("method", f"Which payment method should order {number} be paid with? You have {names}.", [known.method_id for known in others])  # fmt: skip
    change = ChangePayment(number, method.method_id)
    if refusal := world.refusal(change, order):
        return Refused(refusal)
    total, before = money(order.total_cents, order), method_named(original, world)
    does = f"charge {total} for order {number} to {method_words(method)} and pay {before} back"
    done = f"Order {number} is now paid with {method_words(method)}. {total} go back to {before}."
    return Proposal(change, does, done)


def chosen(job: Job, order: Order, world: World) -> str:
    """The payment method that was asked for, else the one that the order was paid with."""
    if job.method_id:
        return job.method_id
    named = world.method_in(job.words, original=order.payment_method_id)
    if named is None and world.method_unknown(job.words):
        return NONE_OF_THEIRS
    return named.method_id if named else order.payment_method_id
