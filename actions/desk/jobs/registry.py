"""All jobs: what resolves a wish, what proposes the change, and what hears the answer to a job's own question."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from actions.desk.addresses import holds_address
from actions.desk.case import Job
from actions.desk.jobs import (
    address,
    cancel,
    payment,
    problem,
    returns,
    shipping,
    subscription,
    swap,
    warranty,
    which_order,
)
from actions.desk.outcome import Outcome, Proposal, Refused, Resolved
from actions.desk.wishes import Wish, order_numbers
from actions.desk.world import World
from actions.shop.types import Order

_RESOLVERS: Mapping[str, Callable[[Wish, World, Job | None], Resolved]] = {
    "cancel": cancel.resolve,
    "return": returns.resolve,
    "swap": swap.resolve,
    "address": which_order.resolve,
    "payment": which_order.resolve,
    "shipping": which_order.resolve,
    "problem": problem.resolve,
    "warranty": warranty.resolve,
}
_OF_AN_ORDER: Mapping[str, Callable[[Job, Order, World], Outcome]] = {
    "cancel": cancel.propose,
    "return": returns.propose,
    "swap": swap.propose,
    "address": address.propose,
    "payment": payment.propose,
    "shipping": shipping.propose,
    "problem": problem.propose,
    "warranty": warranty.propose,
}
_OF_THE_ACCOUNT: Mapping[str, Callable[[Job, World], Outcome]] = {
    "account_address": address.propose_for_account,
    "skip": subscription.propose,
    "end": subscription.propose,
}
_THEM = re.compile(
    r"\b(?:them|these|those|it|both|all (?:of )?(?:them|two|three|four|five)|(?:the|these) (?:two|three|four|five))\b"
)
_THERE = re.compile(
    r"\b(?:there|th(?:at|is) (?:order|address|place|one)|the new (?:one|address|place|home|house))\b", re.IGNORECASE
)
_WENT_TO = re.compile(r"\b(?:sent|shipped|delivered|moved|moving|going|goes|went) .{0,30}\b(?:to|in)\b", re.IGNORECASE)
_SAME_ORDER = re.compile(r"\b(?:in it|(?:in|from|of) (?:that|this|the same) order)\b")


def resolve(wish: Wish, world: World, *, focus: Job | None = None) -> Resolved:
    """The jobs of a wish that changes something. `focus`: what was spoken of last."""
    if wish.act in {"account_address", "address"}:
        wish = _with_place(wish)
    if wish.act == "account_address":
        return Resolved([Job("account_address", words=wish.text)])
    unknown = [number for number in wish.orders if world.order(number) is None]
    if unknown and len(unknown) == len(wish.orders):
        near = [order.order_number for number in unknown for order in world.near(number)]
        return Resolved(question="order", offer=near, unknown=unknown[0])
    if focus and not wish.orders and _SAME_ORDER.search(wish.text.lower()):
        wish = replace(wish, orders=(focus.order,))
    return _RESOLVERS[wish.act](_with_things(wish, world), world, focus)


def _with_things(wish: Wish, world: World) -> Wish:
    """ "The mug and the lamp: ...? Return both of them": the things that "them" stands for, from the clause before."""
    if not _THEM.search(wish.text.lower()) or world.named(wish.text, world.orders):
        return wish
    holding = next((clause for clause in reversed(wish.before) if world.named(clause, world.orders)), "")
    return replace(wish, text=f"{holding} . {wish.text}") if holding else wish


def _with_place(wish: Wish) -> Wish:
    """ "My order W3 went to Leeds. Change my address to that one": the place, from the clause before."""
    if not _THERE.search(wish.text) or holds_address(wish.text):
        return wish
    telling = next((c for c in reversed(wish.before) if order_numbers(c) or _WENT_TO.search(c) or holds_address(c)), "")
    return replace(wish, text=f"{telling} . {wish.text}") if telling else wish


def propose(job: Job, world: World) -> Outcome:
    """What a job comes to as things stand now."""
    if job.act in _OF_THE_ACCOUNT:
        outcome = _OF_THE_ACCOUNT[job.act](job, world)
    elif order := world.order(job.order):
        outcome = _OF_AN_ORDER[job.act](job, order, world)
    else:
        return Refused("I find no such order in your account.")
    if isinstance(outcome, Proposal) and type(outcome.change) not in world.shop.supports:
        return Refused("The shop's system does not let me do that; a person can.")
    return outcome
