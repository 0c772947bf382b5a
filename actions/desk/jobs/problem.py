"""A parcel that is late, lost, damaged, wrong or incomplete."""

# ruff: noqa: E501 - sentences read best as they are
from __future__ import annotations

import re
from dataclasses import replace

from actions.desk.acts import FAULT
from actions.desk.case import Job, Piece
from actions.desk.jobs.late import kind_of, not_lost_yet
from actions.desk.jobs.which_order import one_of
from actions.desk.jobs.which_things import grouped
from actions.desk.outcome import Missing, Outcome, Proposal, Refused, Resolved
from actions.desk.turn import Heard
from actions.desk.wishes import Wish
from actions.desk.words import method_named, money, pieces_of, price_of, sentence
from actions.desk.world import World
from actions.shop.changes import ClaimWarranty, Pieces, ReportProblem
from actions.shop.types import Order

_KINDS = {
    "lost": r"\blost\b|never (?:arrived|came|got|received)|not (?:arrived|here|received)|ha(?:sn'?|ven'?)t (?:arrived|come|received|got)|"
    r"\bnothing (?:has |ever )?(?:arrived|came)|\b(?:got|received) nothing\b|\bdid(?:n'?t| not) (?:get|receive|come|arrive)\b",
    "late": r"\blate\b|still waiting|delayed|\bstuck\b|taking (?:so|too) long|not moving",
    "wrong": r"\bwrong\b|\bnot what i ordere?d\b|\binstead of\b",
    "missing": r"\bmissing\b|incomplete|\bonly (?:one|two|half|\d+)\b|\bhalf of\b",
    "damaged": r"damaged|broken?|smashed|cracked|torn|ripped|faulty|defective",
}
_REMEDIES = {
    "refund": re.compile(r"\b(?:refund|money|cash)"),
    "replacement": re.compile(
        r"\b(?:replace\w*|new|another|again|once more|re-?send|exchange|right ones?)\b|\bsend\b(?! (?:\w+ ){0,3}back\b)"
    ),
}

_ASKED_AT_ONCE = {
    "refund": r"\b(?:refund(?:ed)?|money back)\b",
    "replacement": r"\breplacement\b|\b(?:send|get) (?:me )?(?:a new|another) one\b",
}


def resolve(wish: Wish, world: World, focus: Job | None) -> Resolved:
    """The order, and the things of it, that something is wrong with."""
    kind = _kind_in(wish.text) or "damaged"
    allowed = world.allowed(ReportProblem)
    scope = [order for order in world.orders_meant(wish.text, wish.orders) if wish.orders or order in allowed]
    if kind in {"lost", "late"} and not wish.orders:
        scope = [order for order in scope if order.status != "delivered"] or scope
    named = world.named(re.sub(_KINDS[kind], " ", wish.text.lower()), scope)  # "late" is no "Late Shift jeans"
    if named and len({order.order_number for thing in named for order, _ in thing.lines}) == 1:
        found = grouped("problem", named, wish, world)
        return replace(found, jobs=[replace(job, detail=kind, reason=_remedy_in(wish.text)) for job in found.jobs])
    if focus and not wish.orders and world.order(focus.order):
        scope = [world.existing(focus.order)]

    def report(order: Order) -> Job:
        pieces = [Piece(line.line_id, line.quantity) for line in order.lines]
        return Job("problem", order.order_number, pieces, wish.text, reason=_remedy_in(wish.text), detail=kind)

    return one_of(scope, world, report)


def propose(job: Job, order: Order, world: World) -> Outcome:
    """The report in full, with what the shopper gets."""
    number = order.order_number
    pieces = [Pieces(piece.line_id, piece.quantity) for piece in job.pieces]
    kind = kind_of(job, order, world)
    remedy = job.reason or ("enquiry" if kind == "late" else "")
    change = ReportProblem(number, kind, pieces, remedy)
    if refusal := world.refusal(change, order):
        claim = Job("warranty", number, job.pieces, job.words)
        can_claim = kind == "damaged" and not world.refusal(ClaimWarranty(number, pieces, job.words), order)
        return Refused(refusal, claim if can_claim else None)
    if kind == "late" and remedy != "enquiry":
        return Refused(not_lost_yet(order, world), replace(job, reason="enquiry"))
    what = pieces_of(order, job.pieces)
    if not remedy:
        return Missing("remedy", f"I am sorry about that. For {what} in order {number}: would you rather have a replacement or your money back?", ["replacement", "refund"])  # fmt: skip
    cents = price_of(order, job.pieces) if remedy == "refund" else 0
    then = {
        "refund": f"{money(cents, order)} go back to {method_named(order.payment_method_id, world)}",
        "replacement": "the same is sent to you once more, free of charge",
        "enquiry": "we ask the carrier where it is and write to you",
    }[remedy]
    as_what = f"{what} of order {number} as {kind}"
    done = f"I have reported {as_what}. {sentence(then)}"
    return Proposal(change, f"report {as_what}; {then}", done, cents)


def hear_remedy(heard: Heard) -> bool:
    """The answer to what the shopper would rather have, or more about what is wrong."""
    if gives_way(heard) or revise(heard.job, heard):
        return True
    if heard.is_yes:
        heard.said.texts.append("Which of the two?")
    elif _kind_in(heard.utterance) or FAULT.search(heard.lowered):
        heard.job.words = f"{heard.job.words} . {heard.utterance}"
        heard.said.texts.append("Noted.")
    else:
        return False
    return True


def gives_way(heard: Heard) -> bool:
    """ "Cancel it", of an order that is late or came wrong: the order is meant, and not the report of it."""
    case = heard.case
    others = [wish for wish in heard.wishes if wish.act == "cancel"]
    if case.jobs[0].act != "problem" or heard.is_yes or not others:
        return False
    case.focus, case.question = case.jobs.pop(0), ""
    case.wishes = [*others, *case.wishes]
    return True


def revise(job: Job, heard: Heard) -> bool:
    """Takes the remedy from the words, and the things where they name some of them; False where both stay as they are."""
    order = heard.world.existing(job.order)
    before = (job.reason, len(job.pieces))
    job.reason = next((remedy for remedy, said in _REMEDIES.items() if said.search(heard.lowered)), job.reason)
    named = heard.world.lines_named(heard.utterance, order)
    if picked := [piece for piece in job.pieces if piece.line_id in named]:
        job.pieces, job.detail = picked, _kind_in(heard.utterance) or job.detail
    return before != (job.reason, len(job.pieces))


def _remedy_in(text: str) -> str:
    """The remedy that is asked for in so many words from the start."""
    said = text.lower()
    return next((remedy for remedy, pattern in _ASKED_AT_ONCE.items() if re.search(pattern, said)), "")


def _kind_in(text: str) -> str:
    said = text.lower().replace("’", "'")
    return next((kind for kind, pattern in _KINDS.items() if re.search(pattern, said)), "")
