"""The answer to "Shall I?": a yes, a no, or a correction of what was shown."""

from __future__ import annotations

from collections.abc import Callable

from actions.desk import correcting
from actions.desk.case import Job
from actions.desk.jobs.problem import gives_way
from actions.desk.jobs.registry import resolve
from actions.desk.jobs.variant import NOT_FOUND, ONLY
from actions.desk.narrowing import keeps_only, narrows_down, takes_fewer
from actions.desk.outcome import Resolved
from actions.desk.reserves import holds_back
from actions.desk.switching import ALSO, means_another_order, means_another_thing
from actions.desk.turn import LEFT_AS_IT_IS, Heard, still_wanted
from actions.desk.wishes import ACTS


def hear_confirm(heard: Heard, *, make: Callable[[], None]) -> bool:
    """Takes the utterance as the answer; `make` makes the change that was shown. False if it is no answer."""
    job, case = heard.job, heard.case
    if _corrected(job, heard):
        return True
    if heard.is_yes:
        return _hear_yes(job, heard, make=make)
    if heard.corrects and (heard.is_no or heard.intent == "correct") and not still_wanted(heard.wishes):
        _not_understood(job, heard)
        return True
    if heard.drops_it:
        heard.said.texts.append(LEFT_AS_IT_IS)
        case.close("The shopper decided against it.")
        case.wishes += [wish for wish in still_wanted(heard.wishes) if wish.act in ACTS]
        return True
    return _speaks_of_payment(job, heard)


def _hear_yes(job: Job, heard: Heard, *, make: Callable[[], None]) -> bool:
    """Makes the change, unless the yes has a reserve: then what is asked is answered, and it is shown again."""
    if not holds_back(job, heard):
        make()
        heard.case.wishes += [wish for wish in heard.wishes if wish.act not in {job.act, "total"} or wish.orders]
        return True
    if any(wish.act != job.act or wish.orders for wish in heard.wishes):
        return False
    heard.said.texts.append(correcting.WHAT_ELSE)
    return True


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
    is_paid_otherwise = _pays_otherwise(job, rest, heard)
    if gives_way(heard):
        return True
    ways = (keeps_only, narrows_down, _wants_otherwise, takes_fewer, means_another_order)
    if any(way(job, rest, heard) for way in ways) or is_paid_otherwise:
        return True
    return correcting.revises(job, rest, heard) or means_another_thing(job, rest, heard)


def _not_understood(job: Job, heard: Heard) -> None:
    """What was shown is not wanted, and what is wanted instead is not clear: the question stays open."""
    if job.act == "swap" and len(job.pieces) == 1:
        heard.said.texts.append(NOT_FOUND)
        job.pieces[0].item_id = job.pieces[0].words = ""
    else:
        heard.said.texts.append(correcting.WHAT_ELSE)


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


def _wants_otherwise(job: Job, rest: str, heard: Heard) -> bool:
    """Another wish in the answer: more of the same change joins it, a different one replaces it or comes after it."""
    case, others = heard.case, [wish for wish in heard.wishes if wish.act in ACTS]
    said = rest.lower()
    if not others or job.act not in {"swap", "return"} or (heard.is_yes and not ALSO.search(said)):
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
