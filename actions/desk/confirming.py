"""The answer to "Shall I?": a yes, a no, or a correction of what was shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from actions.desk.case import Job
from actions.desk.jobs import problem
from actions.desk.jobs.registry import propose, resolve
from actions.desk.jobs.variant import ONLY, revise
from actions.desk.outcome import Proposal, Resolved
from actions.desk.things import left_out, without_left_out
from actions.desk.turn import Heard, still_wanted
from actions.desk.wishes import ACTS, order_numbers

_ONLY_DO = re.compile(
    r"\b(?:only|just)\b[^.,;]{0,25}\b(?:cancel|return|exchang|chang|modif|swap|send)\w*|"
    r"\b(?:cancel|return|exchang|chang|modif|swap)\w* (?:only|just)\b"
)
_ALSO = re.compile(r"\b(?:also|as well|too|in addition|and add)\b")


def hear_confirm(heard: Heard, *, make: Callable[[], None]) -> bool:
    """Takes the utterance as the answer; `make` makes the change that was shown. False if it is no answer."""
    job, case = heard.job, heard.case
    if _corrected(job, heard):
        return True
    if heard.is_yes:
        make()
        case.wishes += [wish for wish in heard.wishes if wish.act not in {job.act, "total"} or wish.orders]
        return True
    if heard.drops_it:
        heard.said.texts.append("All right, I leave that as it is.")
        case.close("The shopper decided against it.")
        case.wishes += [wish for wish in still_wanted(heard.wishes) if wish.act in ACTS]
        return True
    return _speaks_of_payment(job, heard)


def _speaks_of_payment(job: Job, heard: Heard) -> bool:
    """A payment method that is the one shown, or that cannot be chosen: what was shown is shown again."""
    order = heard.world.order(job.order)
    if order is None or any(wish.act != job.act for wish in heard.wishes):
        return False
    method = heard.world.method_in(heard.utterance, original=order.payment_method_id)
    if method is None:
        return False
    if job.act == "cancel" and method.method_id != order.payment_method_id:
        heard.said.texts.append("The money for a cancelled order can only go back the way it was paid.")
    return job.act in {"cancel", "return", "swap", "payment"}


def _corrected(job: Job, heard: Heard) -> bool:
    """A correction: another payment method, fewer or other things, another variant, another place, another wish."""
    rest = heard.after_yes_or_no
    changed = _pays_otherwise(job, rest, heard)
    if _keeps_only(job, rest, heard) or _narrows_down(job, rest, heard) or _wants_otherwise(job, rest, heard):
        return True
    if heard.is_yes or changed:
        return changed
    if job.act == "problem":
        return problem.revise(heard)
    if job.act == "swap":
        return revise(job, rest, heard.world)
    return job.act == "address" and _goes_elsewhere(job, rest, heard)


def _pays_otherwise(job: Job, rest: str, heard: Heard) -> bool:
    order = heard.world.order(job.order)
    original = order.payment_method_id if order else ""
    method = heard.world.method_in(rest, original=original)
    if method is None or job.act not in {"swap", "return", "payment"}:
        return False
    if method.method_id == (job.method_id or original):
        return False
    job.method_id = method.method_id
    return True


def _keeps_only(job: Job, rest: str, heard: Heard) -> bool:
    """ "Only the mug": what was not named is left out of the change."""
    order = heard.world.order(job.order)
    if order is None or not ONLY.search(rest.lower()):
        return False
    named = {line.line_id for thing in heard.world.named(rest, [order]) for _, line in thing.lines}
    picked = [piece for piece in job.pieces if piece.line_id in named]
    if not picked or len(picked) == len(job.pieces):
        return False
    job.pieces = picked
    return True


def _narrows_down(job: Job, rest: str, heard: Heard) -> bool:
    """ "Only cancel the order with the kettle", "I keep the tablet": other orders' changes of this kind go, too."""
    case = heard.case
    alike = [one for one in case.jobs if one.act == job.act and one.order]
    stays = left_out(rest)
    if not alike or job.act not in {"cancel", "return", "swap"} or not (stays or _ONLY_DO.search(rest.lower())):
        return False
    orders = [order for one in alike if (order := heard.world.order(one.order))]
    goes = without_left_out(rest)
    named = {(o.order_number, x.line_id) for thing in heard.world.named(goes, orders) for o, x in thing.lines}
    kept = {(o.order_number, x.line_id) for thing in heard.world.named(stays, orders) for o, x in thing.lines}
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
        heard.said.texts.append("All right, I leave that as it is.")
    if before == [(one.order, len(one.pieces)) for one in case.jobs if one in alike]:
        return False
    case.question = ""
    return True


def _wants_otherwise(job: Job, rest: str, heard: Heard) -> bool:
    """Another wish in the answer: more of the same change joins it, a different one replaces it or comes after it."""
    case, others = heard.case, [wish for wish in heard.wishes if wish.act in ACTS]
    said = rest.lower()
    if not others or job.act not in {"swap", "return"} or (heard.is_yes and not _ALSO.search(said)):
        return False
    other = others[0]
    resolved = resolve(other, heard.world, focus=job)
    if other.act == job.act and not resolved.question and {fresh.order for fresh in resolved.jobs} == {job.order}:
        for fresh in resolved.jobs:
            _join(job, fresh)
        return True
    if heard.is_yes or other.act == job.act:
        return False
    if not heard.is_no and not _touches(resolved, job) and _supersedes(resolved, heard):
        case.wishes += others
    elif heard.is_no or ONLY.search(said) or "instead" in said or _touches(resolved, job):
        case.focus = case.jobs.pop(0)
        case.wishes = [*others, *case.wishes]
    else:
        case.wishes += others
    return True


def _goes_elsewhere(job: Job, rest: str, heard: Heard) -> bool:
    other = propose(replace(job, words=rest, address={}), heard.world)
    if not isinstance(other, Proposal) or other.fingerprint == heard.case.shown:
        return False
    job.words = rest
    return True


def _join(job: Job, fresh: Job) -> None:
    """Pieces of the fresh job join the old one's; the same line is taken anew."""
    for piece in fresh.pieces:
        job.pieces = [*[old for old in job.pieces if old.line_id != piece.line_id], piece]
    job.method_id = fresh.method_id or job.method_id


def _supersedes(resolved: Resolved, heard: Heard) -> bool:
    """Whether what is wanted now takes the place of a job that is still to come: "return the mug instead"."""
    waiting = heard.case.jobs[1:]
    gone = [one for one in waiting if one.act in {"swap", "return"} and _touches(resolved, one)]
    heard.case.jobs[1:] = [one for one in waiting if not any(one is other for other in gone)]
    return bool(gone)


def _touches(resolved: Resolved, job: Job) -> bool:
    mine = {piece.line_id for piece in job.pieces}
    return any(fresh.order == job.order and {piece.line_id for piece in fresh.pieces} & mine for fresh in resolved.jobs)
