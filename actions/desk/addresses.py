"""Addresses in a shopper's words: "my default address", "the same as order W123", "12 Mill Lane, Leeds LS1 4AB"."""

# ruff: noqa: E501 - patterns, sentences and ladders of cases read best as they are
from __future__ import annotations

import re
from dataclasses import replace

from actions.desk.us_states import state_of
from actions.desk.wishes import order_numbers, without_numbers
from actions.desk.world import World
from actions.shop.types import Address

_DEFAULT = re.compile(r"\b(?:default|profile|account|home|usual|billing|registered)\b.{0,25}\b(?:address|home|place|one)\b|\bdefault\b|\bsame address as (?:last time|before|usual)\b")  # fmt: skip
_ELSEWHERE = re.compile(
    r"\b(?:in|from|of|on|to) (?:my|the|a|another|our) (?:\w+ )?order\b|look it up|(?:new|current) (?:home|house|address)|another order|other order|shown in",
    re.IGNORECASE,
)
_FORMER = re.compile(
    r"\b(?:address|it) back\b|\bback (?:again )?to\b|\b(?:original|previous|former) address\b|\bas it was\b",
    re.IGNORECASE,
)
_UNIT = re.compile(r"\b(suite|apt\.?|apartment|unit|floor|flat)\s*#?\s*(\w+)", re.IGNORECASE)
_US = re.compile(
    r"(?P<street>\d+\s+[\w .'-]+?)\s*,\s*(?:(?P<unit>(?:suite|apt\.?|apartment|unit|floor|flat)\s*#?\s*\w+)\s*,\s*)?"
    r"(?P<city>[A-Za-z .'-]+?)\s*,\s*(?:(?P<state>[A-Za-z]{2})\s*,?\s*)?(?P<zip>\d{5})\b",
    re.IGNORECASE,
)
_EUROPE = re.compile(
    r"(?P<street>[A-Za-zÀ-ÿ][\wÀ-ÿ .'-]*?\s\d+\s?\w?|\d+\w?\s+[A-Za-zÀ-ÿ][\wÀ-ÿ .'-]*?)\s*,\s*"
    r"(?P<zip>\d{4,6}|\d{3} \d{2})\s+(?P<city>[A-Za-zÀ-ÿ][\wÀ-ÿ .'-]+?)(?:\s*,\s*(?P<country>[A-Za-z]{2,}))?\s*(?:[.!?]|$)"
)

_LEAD = re.compile(r"\b(?:to|is|at|into|address)\b(?=.*\w)", re.IGNORECASE)
"""What stands before a street: "send it to", "my new address is"."""


def read_address(text: str, world: World, *, exclude: str) -> Address | None:
    """The address that a text means, or None where it is not clear.

    Args:
        exclude: number of the order whose address is to be changed.
    """
    current = next((order.address for order in world.orders if order.order_number == exclude), None)
    if told := written(text, world):
        return told
    if _FORMER.search(text) and (former := world.former.get(exclude)):
        return Address(**former)
    for number in order_numbers(text):
        order = world.order(number)
        if order and order.order_number != exclude and order.address:
            return order.address
    unit = _UNIT.search(text)
    base = current or world.account.address
    if unit and base:
        return replace(base, street2=f"{unit[1].capitalize().rstrip('.')} {unit[2]}")
    if _ELSEWHERE.search(text) or not _DEFAULT.search(text.lower()):
        found = _of_another_order(text, world, exclude)
        if found:
            return found
    return world.account.address if _DEFAULT.search(text.lower()) and world.account.address else None


def holds_address(text: str) -> bool:
    """Whether a text holds an address in full."""
    return bool(_US.search(text) or _EUROPE.search(text))


def written(text: str, world: World) -> Address | None:
    """The address that a text holds in full."""
    text = without_numbers(text)
    name = world.account.address.name if world.account.address else world.account.name
    match = _US.search(text)
    if match:
        unit = match["unit"] or ""
        return Address(
            name,
            _LEAD.split(match["street"])[-1].strip(),
            match["zip"],
            match["city"].strip(),
            "USA",
            unit.strip().title(),
            (match["state"] or state_of(match["zip"])).upper(),
        )
    match = _EUROPE.search(text)
    if match:
        country = match["country"] or (world.account.address.country if world.account.address else "")
        street = _LEAD.split(match["street"])[-1].strip()
        return Address(name, street, match["zip"], match["city"].strip(), country)
    return None


def _of_another_order(text: str, world: World, exclude: str) -> Address | None:
    """The address of the order with a thing that is named, of a city that is named, or the only other one there is."""
    current = next((order.address for order in world.orders if order.order_number == exclude), None)
    others = [order for order in world.orders if order.order_number != exclude and order.address]
    if re.search(r"\bsame address as (?:last time|before)\b", text.lower()) and others:
        return others[0].address
    by_city = [address for address in world.goes_to(text) if address != current]
    if len(by_city) == 1:
        return by_city[0]
    if not _ELSEWHERE.search(text):
        return None
    named = world.named(text, others)
    holding = list(dict.fromkeys(order.address for thing in named for order, _ in thing.lines if order.address))
    if len(holding) == 1:
        return holding[0]
    new = list(
        dict.fromkeys(order.address for order in others if order.address and order.address != world.account.address)
    )
    return new[0] if len(new) == 1 else None
