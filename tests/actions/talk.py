"""Whole conversations with the service desk of the demo shop."""

from __future__ import annotations

import email
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from actions.context import Context
from actions.desk.case import Case
from tests.actions.conftest import SHOP, Desk


class Talk:
    """A shopper at the desk, known already unless `guest`."""

    def __init__(self, desk: Desk, account: str, *, guest: bool = False) -> None:
        self.desk = desk
        self.account = account
        self.shop = desk.context.orders
        if not guest:
            known = Case(account=account, known_to="2999-01-01T00:00:00+00:00", began_at="2026-01-01T00:00:00+00:00")
            desk.slots["case"] = known.to_slot()

    def say(self, utterance: str, intent: str = "inform") -> str:
        # through JSON, as the slot travels in reality
        if self.desk.slots.get("case"):
            self.desk.slots["case"] = json.loads(json.dumps(self.desk.slots["case"]))
        return self.desk.says(utterance, intent, "action_desk").text

    def order(self, number: str) -> Any:
        order = self.shop.order(number)
        assert order is not None
        return order


def shopper_of(status: str, context: Context) -> tuple[str, str]:
    """(account, order number) of an order that stands so."""
    orders = json.loads((SHOP / "orders.json").read_text(encoding="utf-8"))
    found = next(order for order in orders if order["status"] == status)
    del context
    return found["shopper_id"], found["order_id"]


def recent(context: Context, *, lines: int = 1) -> tuple[str, str]:
    """(account, order number) of an order that was delivered lately."""
    for place in range(1, 41):
        for order in context.orders.orders(f"S{place:03}"):
            fresh = order.delivered_at and (datetime.now(UTC) - order.delivered_at).days < 20
            if order.status == "delivered" and fresh and len(order.lines) >= lines:
                return order.shopper_id, order.order_number
    raise AssertionError("no fresh order")


def codes_sent(context: Context) -> list[str]:
    outbox = context.engine.settings.home / "outbox"
    mails = [
        email.message_from_bytes(path.read_bytes())
        for path in sorted(outbox.glob("*.eml"), key=lambda p: p.stat().st_mtime_ns)
    ]
    return [match[0] for mail in mails if (match := re.search(r"\d{6}", str(mail["Subject"])))]


@pytest.fixture
def talk_of(desk: Desk) -> Callable[..., Talk]:
    def make(account: str, *, guest: bool = False) -> Talk:
        return Talk(desk, account, guest=guest)

    return make
