"""Calling an order off."""

# ruff: noqa: E501, PLR0911 - sentences and ladders of cases read best as they are
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from actions.desk.case import Job, Piece
from actions.desk.jobs import returns
from actions.desk.jobs.late import report_instead
from actions.desk.jobs.which_order import one_of
from actions.desk.jobs.whole_order import all_open, reason_in, whole
from actions.desk.outcome import Missing, Outcome, Proposal, Refused, Resolved
from actions.desk.things import Named, all_meant, holder, left_out, without_left_out
from actions.desk.turn import Heard, still_wanted
from actions.desk.wishes import Wish, order_numbers
from actions.desk.words import contents, line_of, method_named, money, refund_line, sentence
from actions.desk.world import World
from actions.shop.changes import CancelOrder, ReturnItems
from actions.shop.types import Order

_ONE_ITEM = re.compile(r"\b(?:that|this|the|one|single) (?:one |single )?item\b")
_IT = re.compile(r"\b(?:it|this|that|the) ?(?:whole |entire )?(?:order)?\b")
_WHOLE = re.compile(
    r"\b(?:whole|entire|complete) order|\border (?:with|containing)\b|\borders\b.*\bone (?:with|containing|that has)\b"
)
_IF = re.compile(r"\b(?:if|unless|in case)\b[^.;]*")
"""What is not to happen, or only then: "if that means cancelling the whole order, leave it"."""
KEPT_WHOLE = "The shopper kept the order, since single items cannot be cancelled."


def resolve(wish: Wish, world: World, focus: Job | None) -> Resolved:
    """The orders that are to be called off."""
    said = wish.text.lower()
    everything = all_meant(re.sub(r"\b(?:whole|entire) order\b", " ", said)) and bool(
        re.search(r"\borders?\b|\beverything\b|\bthings?\b", said)
    )
    scope = world.orders_meant(wish.text, wish.orders)
    if everything and re.search(r"\b(?:or|and) return", said):
        return Resolved([*all_open(wish, world), *returns.everything(wish, world)])
    if everything and (stays := left_out(wish.text)):
        wish, scope = _but_for(stays, wish, world)
    if wish.orders and not world.named(wish.text, scope):
        return Resolved([whole(order, wish) for order in scope])
    allowed = world.allowed(CancelOrder)
    opened = [order for order in scope if order in allowed]
    named = world.named(wish.text, opened)
    if named:
        return _orders_holding(named, wish, world)
    if everything and opened:
        return Resolved([whole(order, wish) for order in opened])
    if len(opened) == 1 and _ONE_ITEM.search(said):
        job = whole(opened[0], wish)
        job.pieces = [Piece(opened[0].lines[0].line_id)]
        return Resolved([job])
    if world.named(wish.text, world.allowed(ReturnItems)):
        return returns.resolve(wish, world, focus)
    if focus and world.order(focus.order) and not wish.orders and _IT.search(said):
        return Resolved([whole(world.existing(focus.order), wish)])
    if wish.orders and not opened:  # too late for them, which is what the shopper is to hear
        return Resolved([whole(order, wish) for order in scope])
    return one_of(opened, world, lambda order: whole(order, wish))


def _but_for(stays: str, wish: Wish, world: World) -> tuple[Wish, list[Order]]:
    """ "All my orders except the one with the mug": the wish without what stays, and the orders that are left."""
    kept = {order.order_number for thing in world.named(stays, world.allowed(CancelOrder)) for order, _ in thing.lines}
    kept.update(order_numbers(stays))
    numbers = tuple(number for number in wish.orders if number not in kept)
    rest = replace(wish, text=without_left_out(wish.text), orders=numbers)
    return rest, [order for order in world.orders_meant(rest.text, numbers) if order.order_number not in kept]


def _orders_holding(named: Sequence[Named], wish: Wish, world: World) -> Resolved:
    """An order that holds nothing else than what was named is cancelled; from another one nothing can be taken."""
    jobs: dict[str, Job] = {}
    for thing in named:
        for order, line in thing.lines[:1]:
            job = jobs.setdefault(order.order_number, whole(order, wish))
            job.pieces.append(Piece(line.line_id, line.quantity))
    said = _IF.sub(" ", wish.text.lower())
    is_whole = bool(_WHOLE.search(said) or holder(said))
    for job in jobs.values():
        if is_whole or len(job.pieces) == len(world.existing(job.order).lines):
            job.pieces = []
    return Resolved(list(jobs.values()))


def propose(job: Job, order: Order, world: World) -> Outcome:
    """The cancellation in full."""
    number, total = order.order_number, money(order.total_cents, order)
    rule = world.policy.rules.get("cancel")
    reasons = rule.reasons if rule else ()
    change = CancelOrder(number, job.reason or (reasons[0] if reasons else "no reason given"))
    if refusal := world.refusal(change, order):
        coming = refund_line(order, world)
        if order.status == "cancelled":
            return Refused(f"Order {number} is cancelled already. {coming}".strip())
        return Refused(f"{refusal} {coming}".strip(), report_instead(job, order, world, remedy="refund"))
    if job.pieces:
        what = ", ".join(line_of(order, piece).title for piece in job.pieces)
        return Missing("whole", f"I cannot take single items ({what}) out of an order. I can cancel the whole order {number} ({total}) or leave it as it is. Shall I cancel the whole order?")  # fmt: skip
    if reasons and not job.reason:
        return Missing("reason", f"For what reason do you want to cancel order {number}: {' or '.join(reasons)}?", reasons)  # fmt: skip
    is_paid = order.status != "pending_payment"
    back = (
        f"{total} go back to {method_named(order.payment_method_id, world)}" if is_paid else "nothing has been charged"
    )
    why = f"; reason: {job.reason}" if job.reason else ""
    does = f"cancel order {number} ({contents(order)}{why}); {back}"
    done = f"Order {number} is cancelled. {sentence(back)}"
    return Proposal(change, does, done, order.total_cents if is_paid else 0)


def hear_whole(heard: Heard) -> bool:
    """The answer to whether the whole order is to be called off."""
    job, case = heard.job, heard.case
    wants = heard.is_yes or bool(re.search(r"\b(?:whole|entire|cancel (?:it|the order))\b", heard.lowered))
    if wants and not heard.drops_it:
        job.pieces, job.reason = [], reason_in(heard.lowered) or job.reason
        return True
    others = [wish for wish in heard.wishes if wish.act != "cancel"]
    if heard.drops_it:
        heard.said.texts.append("All right, the order stays as it is.")
        case.close(KEPT_WHOLE)
        case.wishes += still_wanted(others)
        return True
    if any(wish.act in {"swap", "address", "payment", "account_address"} for wish in others):
        case.close(KEPT_WHOLE)
        case.wishes += others
        return True
    return False


def hear_reason(heard: Heard) -> bool:
    """The answer to why; it holds for all orders that are to be called off."""
    reason = reason_in(heard.utterance)
    if reason:
        for job in heard.case.jobs:
            if job.act == "cancel":
                job.reason = job.reason or reason
    elif heard.drops_it:
        heard.said.texts.append("All right, the order stays as it is.")
        heard.case.close("The shopper gave no reason for the cancellation.")
    else:
        heard.said.texts.append(f"I can only cancel for one of these reasons: {', '.join(heard.case.offer)}.")
    return True
