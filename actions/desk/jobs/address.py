"""Another address: for an open order, or in the shopper's address book."""

from __future__ import annotations

import re

from actions.desk.addresses import read_address
from actions.desk.case import Job
from actions.desk.outcome import Missing, Outcome, Proposal, Refused
from actions.desk.words import place
from actions.desk.world import World
from actions.shop.changes import ChangeAccountAddress, ChangeAddress
from actions.shop.types import Address, Order

_NOWHERE = Address("", "", "", "", "")
_ITSELF = re.compile(r"\b(?:default|profile|account|user|registered)\b ?", re.IGNORECASE)
"""What is to be changed, and not what it is to become: "my default address to be the Seattle one"."""
_SAYS_NO_ADDRESS = re.compile(
    r"^[^,.]*\b(?:change|update|correct)\b[^,.]*\baddress(?: book)?(?:,? please)?\W*$", re.IGNORECASE
)


def propose(job: Job, order: Order, world: World) -> Outcome:
    """The order's other address in full."""
    number = order.order_number
    address = Address(**job.address) if job.address else read_address(job.words, world, exclude=number)
    if refusal := world.refusal(ChangeAddress(number, address or _NOWHERE), order):
        return Refused(refusal)
    if address is None and order.address in world.goes_to(job.words):
        address = order.address
    if address is None:
        which = "Street, city and postcode please, or which of your addresses."
        return Missing("address", f"Where should order {number} go? {which}")
    if address == order.address:
        return Refused(f"Order {number} goes to {place(address)} already.")
    does = f"send order {number} to {place(address)}{_instead_of(order.address)}"
    return Proposal(ChangeAddress(number, address), does, f"Order {number} now goes to {place(address)}.")


def propose_for_account(job: Job, world: World) -> Outcome:
    """The account's other address in full."""
    address = Address(**job.address) if job.address else read_address(_ITSELF.sub("", job.words), world, exclude="")
    if _SAYS_NO_ADDRESS.search(job.words):
        address = None  # "change my default address" does not say that it is to be the default one
    address = address or _only_other_one(job, world)
    if address is None:
        which = "Street, city and postcode please, or the order that has it."
        return Missing("address", f"What is the new address? {which}")
    if address == world.account.address:
        return Refused(f"{place(address)} is the default address of your account already.")
    change = ChangeAccountAddress(world.account.shopper_id, address)
    does = f"make {place(address)} the default address of your account{_instead_of(world.account.address)}"
    return Proposal(change, does, f"{place(address)} is now the default address of your account.")


def _instead_of(address: Address | None) -> str:
    return f", instead of {place(address)}" if address else ""


def _only_other_one(job: Job, world: World) -> Address | None:
    """ "Look it up in my order": the only address of the orders that is not the account's."""
    if not re.search(r"order|look|recent|new", job.words.lower()):
        return None
    others = {order.address for order in world.orders if order.address and order.address != world.account.address}
    return others.pop() if len(others) == 1 else None
