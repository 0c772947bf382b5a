"""Another way of delivery for an open order."""

from __future__ import annotations

import re

from actions.desk.case import Job
from actions.desk.outcome import Missing, Outcome, Proposal, Refused
from actions.desk.words import difference, money
from actions.desk.world import World
from actions.shop.changes import ChangeShipping
from actions.shop.types import Order


def propose(job: Job, order: Order, world: World) -> Outcome:
    """The other way of delivery in full, with what it costs more or less."""
    number = order.order_number
    rule = world.policy.rules.get("change_shipping")
    prices = rule.prices(order.address.country if order.address else "") if rule else {}
    said = job.words.lower().replace("pick up", "pickup").replace("pick-up", "pickup")
    named = (way for way in prices if re.search(rf"\b{way}\b", said) and way != order.shipping_method)
    method = job.detail or next(named, "")
    refusal = world.refusal(ChangeShipping(number, method, 0), order)
    if refusal and (method or order.status not in world.policy.statuses(ChangeShipping)):
        return Refused(refusal)
    if not method:
        ways = ", ".join(f"{way} ({money(cents, order)})" for way, cents in prices.items())
        return Missing("shipping", f"How should order {number} come? There is {ways}.", list(prices))
    fee_cents = prices[method] - order.shipping_cents
    costs = difference(fee_cents, order.payment_method_id, order, world)
    before = f" instead of {order.shipping_method}" if order.shipping_method else ""
    does = f"send order {number} by {method} delivery{before}. {costs}"
    done = f"Order {number} now comes by {method} delivery. {costs}."
    return Proposal(ChangeShipping(number, method, fee_cents), does, done, -fee_cents)
