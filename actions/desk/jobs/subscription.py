"""What comes again and again: leaving one delivery out, and ending it."""

from __future__ import annotations

from datetime import timedelta

from actions.desk.case import Job
from actions.desk.outcome import Outcome, Proposal, Refused, Resolved
from actions.desk.wishes import Wish
from actions.desk.words import day, sentence
from actions.desk.world import World
from actions.shop.changes import CancelSubscription, SkipDelivery
from actions.shop.types import Subscription
from profiling.money import format_price

ACTS = {"skip_subscription": "skip", "cancel_subscription": "end"}


def resolve(wish: Wish, world: World) -> Resolved:
    """The subscription that is meant; no job where there are several that it can be, or none."""
    running = [one for one in _of_shopper(world) if one.active]
    fitting = [one for one in running if _is_named(one, wish.text.lower())]
    chosen = fitting or (running if len(running) == 1 else [])
    return Resolved([Job(ACTS[wish.act], detail=one.subscription_id, words=wish.text) for one in chosen[:1]])


def propose(job: Job, world: World) -> Outcome:
    """The change of the subscription in full."""
    one = next((one for one in _of_shopper(world) if one.subscription_id == job.detail), None)
    if one is None or not one.active:
        return Refused("That subscription does not run any more.")
    if job.act == "skip":
        after = day(one.next_at + timedelta(days=one.every_days))
        left_out = f"the delivery of {one.title} on {day(one.next_at)}"
        done = f"{sentence(left_out)[:-1]} is left out. The next one comes on {after}."
        return Proposal(SkipDelivery(job.detail), f"leave out {left_out}; the next one comes on {after}", done)
    price = format_price(one.price_cents, world.currency)
    does = f"end the subscription of {one.title} ({price} every {one.every_days} days)"
    done = f"The subscription of {one.title} has ended. Nothing more comes, and nothing more is charged."
    return Proposal(CancelSubscription(job.detail), does, done)


def _of_shopper(world: World) -> list[Subscription]:
    return list(world.shop.subscriptions(world.account.shopper_id))


def _is_named(one: Subscription, said: str) -> bool:
    first_words = one.title.lower().replace(",", "").split()[:2]
    return one.subscription_id.lower() in said or any(word in said for word in first_words)
