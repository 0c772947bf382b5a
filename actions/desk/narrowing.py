"""Less than what was shown: "only the mug", "just one of them", "only cancel the order with the kettle"."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import replace

from actions.desk.case import Job, Piece
from actions.desk.jobs.variant import ONLY
from actions.desk.questions import numbered
from actions.desk.things import left_out, without_left_out
from actions.desk.turn import LEFT_AS_IT_IS, Heard
from actions.desk.wishes import order_numbers
from actions.desk.words import line_of, options_of
from actions.shop.types import Order

_ONLY_DO = re.compile(
    r"\b(?:only|just)\b[^.,;]{0,25}\b(?:cancel|return|exchang|chang|modif|swap|send)\w*|"
    r"\b(?:cancel|return|exchang|chang|modif|swap)\w* (?:only|just)\b"
)
_COUNTS = {"one": 1, "1": 1, "single": 1, "two": 2, "2": 2, "three": 3, "3": 3, "four": 4, "4": 4}
_COUNT = rf"({'|'.join(_COUNTS)})"
_FEWER = re.compile(
    rf"\b(?:only|just) (?:(?:return|send back|cancel|change|exchange) )?(?:the )?{_COUNT}\b|"
    rf"^{_COUNT} (?:of (?:them|those|these)|is enough|only)\b"
)
_EACH = re.compile(r"\b(?:all|both|every)\b")


def keeps_only(job: Job, rest: str, heard: Heard) -> bool:
    """ "Only the mug": what was not named is left out of the change."""
    order = heard.world.order(job.order)
    if order is None or not ONLY.search(rest.lower()):
        return False
    named = heard.world.lines_named(rest, order)
    picked = [piece for piece in job.pieces if piece.line_id in named]
    if not picked or len(picked) == len(job.pieces):
        return False
    job.pieces = picked
    return True


def narrows_down(job: Job, rest: str, heard: Heard) -> bool:
    """ "Only cancel the order with the kettle", "I keep the tablet": other orders' changes of this kind go, too."""
    case = heard.case
    alike = [one for one in case.jobs if one.act == job.act and one.order]
    stays = left_out(rest)
    if not alike or job.act not in {"cancel", "return", "swap"} or not (stays or _ONLY_DO.search(rest.lower())):
        return False
    orders = [order for one in alike if (order := heard.world.order(one.order))]
    goes = without_left_out(rest)
    named, kept = heard.world.places_named(goes, orders), heard.world.places_named(stays, orders)
    numbers = {order.order_number for order in orders if order.order_number in order_numbers(goes)}
    before = [(one.order, len(one.pieces)) for one in alike]
    for one in alike:
        if job.act == "cancel":
            holds = one.order in numbers or any(number == one.order for number, _ in named)
            left = holds if named or numbers else not any(number == one.order for number, _ in kept)
        else:
            pieces = [piece for piece in one.pieces if (one.order, piece.line_id) not in kept]
            if (named or numbers) and ONLY.search(goes.lower()):
                pieces = [p for p in pieces if (one.order, p.line_id) in named or one.order in numbers]
            left = bool(pieces)
            one.pieces = pieces if left else one.pieces
        if not left:
            case.jobs.remove(one)
    if not [one for one in case.jobs if one.act == job.act]:
        heard.said.texts.append(LEFT_AS_IT_IS)
    if before == [(one.order, len(one.pieces)) for one in case.jobs if one in alike]:
        return False
    case.question = ""
    return True


def takes_fewer(job: Job, rest: str, heard: Heard) -> bool:
    """ "Just one of them": fewer pieces of the only thing, or of the one that is named; else it is asked which."""
    order = heard.world.order(job.order)
    match = _FEWER.search(rest.lower())
    if match is None or order is None or heard.is_yes:
        return False
    count = _COUNTS[match[1] or match[2]]
    named = heard.world.lines_named(rest, order)
    meant = [piece for piece in job.pieces if not named or piece.line_id in named]
    if len(meant) == 1:
        return _takes(count, of=meant[0], job=job)
    if named or sum(piece.quantity for piece in meant) <= count:
        return False
    _ask_which(meant, order, heard)
    return True


def _takes(count: int, *, of: Piece, job: Job) -> bool:
    if of.quantity <= count and len(job.pieces) == 1:
        return False
    job.pieces = [replace(of, quantity=min(of.quantity, count))]
    return True


def _ask_which(pieces: list[Piece], order: Order, heard: Heard) -> None:
    lines = [line_of(order, piece) for piece in pieces]
    told = (f"{line.title} ({options_of(line.options)})" if line.options else line.title for line in lines)
    heard.ask("piece", "\n".join(["Which of them?", *numbered(told)]), [line.line_id for line in lines])


def hear_piece(heard: Heard) -> bool:
    """The answer to which of the things of a change are meant."""
    job, offer = heard.job, heard.case.offer
    picked = _picked(heard, heard.world.existing(job.order))
    if not picked and heard.drops_it:
        heard.said.texts.append(LEFT_AS_IT_IS)
        heard.case.close("The shopper decided against it.")
        return True
    if picked & set(offer):
        job.pieces = [piece for piece in job.pieces if piece.line_id in picked]
        return True
    return False


def _picked(heard: Heard, order: Order) -> AbstractSet[str]:
    offer = heard.case.offer
    place = heard.picks(offer)
    if place is not None:
        return {offer[place]}
    return set(offer) if _EACH.search(heard.lowered) else heard.world.lines_named(heard.utterance, order)
