"""Making the change that was shown and confirmed: once, and found out about where the shop's system breaks off."""

from __future__ import annotations

import hashlib
import logging

from actions.desk.case import Case
from actions.desk.jobs.registry import propose
from actions.desk.outcome import Proposal
from actions.desk.turn import Said
from actions.desk.world import World
from actions.shop.changes import Change
from actions.shop.client import ChangeRefused, OutcomeUnknown, Receipt, ShopClient, ShopUnavailable

logger = logging.getLogger(__name__)
CHANGED_MEANWHILE = "Something has changed in the meantime."
BROKE_OFF = "The shop's system broke off in the middle. I have looked: nothing was changed. Shall I try again?"
DOWN = "The shop's system does not answer just now. Nothing was changed. Shall I try again?"


def make(case: Case, world: World, said: Said, *, sender_id: str) -> None:
    """Makes the first job's change, unless it is another one by now than the shopper was shown."""
    job = case.jobs[0]
    outcome = propose(job, world)
    if not isinstance(outcome, Proposal) or outcome.fingerprint != case.shown:
        said.texts.append(CHANGED_MEANWHILE)
        return
    key = hashlib.sha256(f"{sender_id}|{case.number}|{outcome.fingerprint}".encode()).hexdigest()[:32]
    try:
        receipt = _applied(world.shop, outcome.change, key)
    except ShopUnavailable:
        said.texts.append(DOWN)
        return
    except ChangeRefused as error:
        said.texts.append(f"The shop's system did not accept that: {error}")
        case.close(f"Refused by the shop: {error}")
        return
    if receipt is None:
        said.texts.append(BROKE_OFF)
        return
    logger.info("change made: %s key=%s", type(outcome.change).__name__, key)
    case.refund_cents += receipt.refund_cents
    note = {"return": "return_label", "cancel": "cancel_time" if receipt.refund_cents else ""}.get(job.act, "")
    said.texts.append(" ".join(part for part in (outcome.done, world.policy.sentences.get(note, "")) if part))
    case.close(outcome.done)


def _applied(shop: ShopClient, change: Change, key: str) -> Receipt | None:
    """The receipt; None where the shop broke off, and a look shows that nothing was changed."""
    try:
        return shop.apply(change, key=key)
    except OutcomeUnknown:
        return shop.receipt(key)
