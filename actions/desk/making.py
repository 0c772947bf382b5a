"""Making the change that was shown and confirmed: once, and found out about where the shop's system breaks off.

The journal's key is made of what was shown and of when the shopper first proved who they are. So a second yes is about
the same change, however it went at first, also where a new proof was needed in between. The same wish in a later case
is a new one.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import asdict

from actions.desk.case import Case, Job
from actions.desk.jobs.registry import propose
from actions.desk.outcome import Proposal
from actions.desk.turn import Said
from actions.desk.world import World
from actions.shop.changes import Change, ClaimWarranty
from actions.shop.client import ChangeRefused, OutcomeUnknown, Receipt, ShopClient, ShopUnavailable

logger = logging.getLogger(__name__)
CHANGED_MEANWHILE = "Something has changed in the meantime."
MADE_BEFORE = "I have looked: it was made when you said yes."
BROKE_OFF = "The shop's system broke off in the middle. I have looked: nothing was changed so far. Shall I try again?"
UNSEEN = "The shop's system broke off in the middle, and I cannot see yet whether it was done. Shall I look again?"
HALF_DONE = "The shop's system broke off half-way: a part is done and a part is not. A person looks after the rest."
DOWN = "The shop's system does not answer just now. Nothing was changed. Shall I try again?"


def make(case: Case, world: World, said: Said, *, sender_id: str) -> None:
    """Makes the first job's change, unless it is another one by now than the shopper was shown."""
    job = case.jobs[0]
    key = hashlib.sha256(f"{sender_id}|{case.began_at}|{case.number}|{case.shown}".encode()).hexdigest()[:32]
    outcome = propose(job, world)
    if not isinstance(outcome, Proposal) or outcome.fingerprint != case.shown:
        _find_out(case, world, said, key=key)
        return
    try:
        receipt = _applied(world.shop, outcome.change, key)
        if receipt is None:
            _look(case, world, said)
            return
    except ShopUnavailable:
        said.texts.append(DOWN)
        return
    except OutcomeUnknown:
        said.texts.append(UNSEEN)
        return
    except ChangeRefused as error:
        said.texts.append(f"The shop's system did not accept that: {error}")
        case.close(f"Refused by the shop: {error}")
        return
    logger.info("change made: %s key=%s", type(outcome.change).__name__, key)
    case.refund_cents += receipt.refund_cents
    _keep_former(case, world, job)
    note = {"return": "return_label", "cancel": "cancel_time" if receipt.refund_cents else ""}.get(job.act, "")
    said.texts.append(" ".join(part for part in (outcome.done, world.policy.sentences.get(note, "")) if part))
    if isinstance(outcome.change, ClaimWarranty):
        said.ticket = f"Warranty claim for order {job.order}: {outcome.change.fault}"
    elif receipt.by_hand:
        said.ticket = f"To be finished by hand in the shop's system. The shopper was told: {outcome.done}"
    case.close(outcome.done)


def _keep_former(case: Case, world: World, job: Job) -> None:
    """The address that was replaced, for whoever wants it back."""
    order = world.order(job.order)
    address = {"address": order.address if order else None, "account_address": world.account.address}.get(job.act)
    if address:
        case.former[job.order] = asdict(address)


def _applied(shop: ShopClient, change: Change, key: str) -> Receipt | None:
    """The receipt; None where the shop broke off, and there is none.

    Raises:
        OutcomeUnknown: the shop broke off, and cannot be asked either, or an earlier yes is being carried out.
    """
    try:
        return shop.apply(change, key=key)
    except OutcomeUnknown as broken:
        try:
            return shop.receipt(key)
        except ShopUnavailable:
            raise broken from None


def _look(case: Case, world: World, said: Said) -> None:
    """After a break: either all is as it was before, or a part was done and a person is needed."""
    try:
        now = propose(case.jobs[0], World(world.shop, world.policy, world.account, world.former))
    except ShopUnavailable:
        said.texts.append(UNSEEN)
        return
    if isinstance(now, Proposal) and now.fingerprint == case.shown:
        said.texts.append(BROKE_OFF)
        return
    said.texts.append(HALF_DONE)
    said.person = "The shop's system broke off half-way through a change that the shopper had confirmed."
    case.close(HALF_DONE)


def _find_out(case: Case, world: World, said: Said, *, key: str) -> None:
    """Things are not as they were shown: because an earlier yes was carried out after all, or for another reason."""
    try:
        receipt = world.shop.receipt(key)
    except (ShopUnavailable, OutcomeUnknown):
        said.texts.append(UNSEEN)
        return
    if receipt is None:
        said.texts.append(CHANGED_MEANWHILE)
        return
    job = case.jobs[0]
    case.refund_cents += receipt.refund_cents
    said.texts.append(MADE_BEFORE)
    if receipt.by_hand:
        said.ticket = f"To be finished by hand in the shop's system: {job.act} in order {job.order}."
    case.close(MADE_BEFORE)
