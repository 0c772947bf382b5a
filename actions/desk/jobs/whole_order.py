"""An order that is called off as a whole, and why."""

from __future__ import annotations

import re

from actions.desk.case import Job
from actions.desk.wishes import Wish
from actions.desk.world import World
from actions.shop.changes import CancelOrder
from actions.shop.types import Order

_MISTAKE = re.compile(r"\b(?:mistake|mistakenly|accident\w*|wrong order|in error|by error)\b")
_NOT_NEEDED = re.compile(
    r"\bno longer\b|\bdon'?t (?:need|want)\b|\bnot needed\b|\bchanged my mind\b|\bnot need\b|\bfinancial\b|"
    r"\bany ?more\b"
)


def whole(order: Order, wish: Wish) -> Job:
    """Calls off all of it."""
    return Job("cancel", order.order_number, [], wish.text, reason=reason_in(wish.text))


def all_open(wish: Wish, world: World) -> list[Job]:
    """Calls off everything that still can be."""
    return [whole(order, wish) for order in world.allowed(CancelOrder)]


def reason_in(text: str) -> str:
    """The reason for a cancellation in the words that policies use, or ""."""
    said = text.lower()
    if _MISTAKE.search(said):
        return "ordered by mistake"
    return "no longer needed" if _NOT_NEEDED.search(said) else ""
