"""Another order or another thing than what was shown: "wait no, W1099", "the second one", "no, the flask"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from actions.desk import questions
from actions.desk.case import Job, Piece
from actions.desk.jobs.registry import resolve
from actions.desk.turn import Heard, without_denied
from actions.desk.wishes import ACTS, Wish, order_numbers, without_numbers
from actions.desk.world import digits
from actions.shop.changes import CancelOrder, Change, ChangeAddress, ChangePayment, ChangeShipping
from actions.shop.types import Order

ALSO = re.compile(r"\b(?:also|as well|too|in addition|and add)\b")
IN_WORDS = frozenset({"address", "account_address", "shipping", "payment"})
"""Changes that are read anew from the words alone: an order number in them may be the example to follow."""
_OF_A_WHOLE_ORDER: Mapping[str, type[Change]] = {
    "cancel": CancelOrder,
    "address": ChangeAddress,
    "payment": ChangePayment,
    "shipping": ChangeShipping,
}
_OF_THINGS = frozenset({"return", "swap", "cancel", "problem", "warranty"})
_OTHER = re.compile(r"\b(?:other|different) (?:one|order)\b|\bnot th(?:at|is) (?:one|order)\b|\bwrong order\b")
_NOTHING_ELSE = re.compile(
    r"\W*(?:(?:i|we|meant?|mean|it'?s|its|is|the|one|order|number|for|not|no|sorry|please|and|but)\b\W*)*"
)
_MEANS = re.compile(r"\b(?:meant?|instead|rather)\b")
_MOST_LISTED = 9


def means_another_order(job: Job, rest: str, heard: Heard) -> bool:
    """ "Wait no, W1099", "the second one", "the other order": the same change, of that order."""
    if heard.is_yes or not job.order or any(wish.act in ACTS and wish.act != job.act for wish in heard.wishes):
        return False
    positive = without_denied(rest)
    fresh = [number for number in order_numbers(positive) if digits(number) != digits(job.order)]
    if fresh and (job.act not in IN_WORDS or _NOTHING_ELSE.fullmatch(without_numbers(positive))):
        if ALSO.search(rest.lower()):
            heard.case.wishes.append(Wish(job.act, without_numbers(job.words), tuple(fresh)))
        else:
            _switch(job, heard, fresh)
        return True
    return job.act in _OF_A_WHOLE_ORDER and _points_at_another(job, heard)


def _points_at_another(job: Job, heard: Heard) -> bool:
    """ "The second one" of the orders that were listed; without a list, of those with which it can be done."""
    listed = [number for number in heard.case.listed if heard.world.order(number)]
    place = heard.picks_only(listed)
    if place is not None:
        if listed[place] != job.order:
            _switch(job, heard, [listed[place]])
        return True
    is_other = bool(_OTHER.search(heard.lowered))
    if not is_other and heard.picks_only(range(_MOST_LISTED)) is None:
        return False
    able = [order.order_number for order in heard.world.allowed(_OF_A_WHOLE_ORDER[job.act])]
    others = [number for number in (listed or able) if number != job.order]
    if not others:
        heard.said.texts.append(f"Order {job.order} is the only one of yours with which that can be done.")
    elif len(others) == 1 and (is_other or not listed):
        _switch(job, heard, others)
    else:
        _ask_which(job, others, heard)
    return True


def _ask_which(job: Job, numbers: Sequence[str], heard: Heard) -> None:
    case = heard.case
    case.jobs.pop(0)
    case.wishes.insert(0, Wish(job.act, without_numbers(job.words)))
    orders = [order for order in heard.world.orders if order.order_number in numbers]
    heard.ask("order", questions.which_order(orders), [order.order_number for order in orders])
    case.listed = case.offer


def _switch(job: Job, heard: Heard, numbers: Sequence[str]) -> None:
    """The same wish about other orders, in place of the job that was shown."""
    case = heard.case
    heard.said.texts.append(f"All right, not order {job.order}.")
    case.jobs.pop(0)
    case.question = ""
    wish = Wish(job.act, without_numbers(job.words), tuple(numbers))
    resolved = resolve(wish, heard.world)
    if resolved.question:
        case.wishes.insert(0, wish)
    else:
        case.jobs[:0] = [_like(job, fresh) for fresh in resolved.jobs]


def _like(job: Job, fresh: Job) -> Job:
    """The fresh job with what is known of the old one, wherever it says nothing itself."""
    is_whole = job.act in _OF_A_WHOLE_ORDER and not job.pieces
    return replace(
        fresh,
        pieces=[] if is_whole else fresh.pieces,
        reason=fresh.reason or job.reason,
        method_id=fresh.method_id or job.method_id,
        detail=fresh.detail or job.detail,
        address=job.address,
    )


def means_another_thing(job: Job, rest: str, heard: Heard) -> bool:
    """ "No, the flask": the same change, of what is named now. "No, also the flask": of that, too."""
    said = rest.lower()
    is_correction = heard.is_no or heard.intent == "correct" or bool(_MEANS.search(said))
    if heard.is_yes or not is_correction or job.act not in _OF_THINGS or any(w.act in ACTS for w in heard.wishes):
        return False
    positive, order = without_denied(rest), heard.world.existing(job.order)
    named = heard.world.named(positive, [order])
    if named and job.pieces:
        wanted = {line.line_id: thing.wanted for thing in named for _, line in thing.lines}
        return _takes_instead(job, wanted, order, adds=bool(ALSO.search(said)))
    return not named and _is_in_another_order(job, positive, order, heard)


def _is_in_another_order(job: Job, positive: str, order: Order, heard: Heard) -> bool:
    """ "No, the one with the mug": the thing that is named tells another order."""
    if not heard.world.named(positive, [other for other in heard.world.orders if other is not order]):
        return False
    is_whole = job.act == "cancel" and not job.pieces
    resolved = resolve(Wish(job.act, f"the order with {positive}" if is_whole else positive), heard.world)
    if resolved.question or any(fresh.order == job.order for fresh in resolved.jobs):
        return False
    heard.case.question = ""
    heard.case.jobs[:1] = [_like(job, fresh) for fresh in resolved.jobs]
    return True


def _takes_instead(job: Job, wanted: Mapping[str, str], order: Order, *, adds: bool) -> bool:
    """The things that are named, with what each is to become, in place of those that were shown or besides them."""
    held = {piece.line_id: piece for piece in job.pieces}
    if wanted.keys() == held.keys():
        return False
    if wanted.keys() <= held.keys():
        job.pieces = [piece for piece in job.pieces if piece.line_id in wanted]
        return job.act != "swap" or not any(words.strip(" ,.") for words in wanted.values())
    fresh = [
        held.get(line.line_id) or Piece(line.line_id, line.quantity, wanted[line.line_id])
        for line in order.lines
        if line.line_id in wanted
    ]
    job.pieces = [*(piece for piece in job.pieces if adds and piece not in fresh), *fresh]
    return True
