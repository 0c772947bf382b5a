"""Another variant, place, way or remedy than what was shown: the change is revised, and shown again in full.

Nothing is made here: whatever a correction comes to waits for a yes of its own.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import asdict, replace

from actions.desk.address_parts import mended
from actions.desk.addresses import holds_address
from actions.desk.case import Job
from actions.desk.jobs import problem
from actions.desk.jobs.registry import propose
from actions.desk.jobs.variant import revise
from actions.desk.outcome import Missing, Proposal, Refused
from actions.desk.switching import IN_WORDS
from actions.desk.turn import Heard
from actions.desk.wishes import ACTS
from actions.shop.changes import ChangeAccountAddress, ChangeAddress

WHAT_ELSE = "Tell me what should be different, or say no."
_CONTRAST = re.compile(r"\b(?:but|except|only|just|instead|actually|rather)\b")


def revises(job: Job, rest: str, heard: Heard) -> bool:
    """Takes what the words want otherwise; with a yes only where that is not what was shown."""
    wishes_more = any(wish.act in ACTS for wish in heard.wishes) and not _CONTRAST.search(heard.lowered)
    if not rest or (heard.is_yes and wishes_more):
        return False
    fresh = deepcopy(job)
    if not _revised(fresh, rest, heard) or (heard.is_yes and not _is_another(fresh, heard)):
        return False
    heard.case.jobs[0] = fresh
    return True


def _is_another(job: Job, heard: Heard) -> bool:
    outcome = propose(job, heard.world)
    return isinstance(outcome, Missing) or (isinstance(outcome, Proposal) and outcome.fingerprint != heard.case.shown)


def _revised(job: Job, rest: str, heard: Heard) -> bool:
    if job.act == "problem":
        return not heard.is_yes and problem.revise(job, heard)
    if job.act == "swap":
        return revise(job, rest, heard)
    return job.act in IN_WORDS and (_mends_place(job, rest, heard) or _goes_another_way(job, rest, heard))


def _mends_place(job: Job, rest: str, heard: Heard) -> bool:
    """ "Number 14, not 12", "the postcode is 10999": the address that was shown, with that part of it."""
    if holds_address(rest):
        return False  # another place in full, whose words are no parts of the one that was shown
    shown = propose(job, heard.world)
    if not isinstance(shown, Proposal) or not isinstance(shown.change, ChangeAddress | ChangeAccountAddress):
        return False
    address = mended(shown.change.address, rest)
    if address is None or address == shown.change.address:
        return False
    job.address = asdict(address)
    return True


def _goes_another_way(job: Job, rest: str, heard: Heard) -> bool:
    """The words alone make another change of this kind, or say why there is none."""
    outcome = propose(replace(job, words=rest, address={}, method_id=""), heard.world)
    if isinstance(outcome, Missing) or (isinstance(outcome, Proposal) and outcome.fingerprint == heard.case.shown):
        return False
    if isinstance(outcome, Refused) and (heard.is_yes or job.act != "shipping"):
        return False
    job.words, job.address, job.method_id = rest, {}, ""
    return True
