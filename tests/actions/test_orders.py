from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from actions.context import Context
from actions.orders import email_in, order_number_in
from actions.shop.client import ShopUnavailable
from actions.shop.demo import DemoShop
from actions.shop.demo_load import dated, load_demo_shop
from tests.actions.conftest import SHOP, Desk


def first_order(status: str) -> tuple[dict, str]:  # type: ignore[type-arg]
    orders = json.loads((SHOP / "orders.json").read_text(encoding="utf-8"))
    shoppers = {s["shopper_id"]: s for s in json.loads((SHOP / "shoppers.json").read_text(encoding="utf-8"))}
    order = next(order for order in orders if order["status"] == status)
    return order, shoppers[order["shopper_id"]]["email"]


def asks(desk: Desk, number: str, email: str):  # type: ignore[no-untyped-def]
    desk.says("", "inform", "validate_order_form", fills={"order_number": number, "order_email": email})
    return desk.says("", "inform", "action_order_status")


@pytest.mark.parametrize(
    "status", ["in_transit", "delivered", "lost", "cancelled", "partially_delivered", "pending_payment"]
)
def test_an_order_is_told_to_who_knows_number_and_mail(desk: Desk, status: str) -> None:
    order, email = first_order(status)
    reply = asks(desk, order["order_id"].lower(), f" {email.upper()} ")
    assert order["order_id"] in reply.text
    assert reply.rich["order"]["status"] == status
    assert len(reply.rich["order"]["lines"]) == len(order["lines"])
    assert desk.slots["order_number"] is None


def test_a_wrong_mail_tells_nothing_and_three_wrong_tries_lock(desk: Desk) -> None:
    order, email = first_order("in_transit")
    for _ in range(2):
        reply = asks(desk, order["order_id"], "somebody@example.org")
        assert "no order with that number and that e-mail" in reply.text
        assert reply.rich == {}
    assert "I stop here" in asks(desk, "W9999", "somebody@example.org").text
    assert "I stop here" in asks(desk, order["order_id"], email).text


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("#w1042", "W1042"), ("W-1042", "W1042"), ("1042", "W1042"), ("w 1042", "W1042"), ("it's 1042 i think", "W1042"),
        ("1234567890", "1234567890"), ("no idea", None), ("12", None),
    ],
)  # fmt: skip
def test_order_numbers_are_read_as_people_write_them(typed: str, number: str | None) -> None:
    assert order_number_in(typed) == number


@pytest.mark.parametrize(
    ("typed", "email"),
    [
        ("Anna@Example.org.", "anna@example.org"),
        ("mail is a@b.example thx", "a@b.example"),
        ("not an address", None),
        ("@", None),
    ],
)
def test_addresses_are_read_as_people_write_them(typed: str, email: str | None) -> None:
    assert email_in(typed) == email


def test_what_is_no_address_is_asked_for_again_and_old_answers_stay(desk: Desk) -> None:
    desk.says("", "inform", "validate_order_form", fills={"order_number": "W1042"})
    desk.says("", "inform", "validate_order_form", fills={"order_email": "not an address"})
    assert (desk.slots["order_number"], desk.slots["order_email"]) == ("W1042", None)


def test_a_shop_that_is_down_is_said_so(desk: Desk, context: Context, tmp_path: Path) -> None:
    with pytest.raises(ShopUnavailable):
        DemoShop(tmp_path / "none.db", currency="EUR").order("W1042")
    (context.engine.settings.home / "shop.db").unlink()
    assert "cannot reach" in asks(desk, "W1042", "a@example.org").text


def test_days_become_dates_from_the_day_of_loading(tmp_path: Path) -> None:
    now = datetime(2026, 5, 10, 12, tzinfo=UTC)
    record = {
        "placed_days_ago": 2,
        "expected_in_days": 1.5,
        "history": [{"days_ago": 1, "note": "x"}],
        "sent_days_ago": None,
    }
    assert dated(record, now) == {
        "placed_at": "2026-05-08T12:00:00+00:00",
        "expected_at": "2026-05-12T00:00:00+00:00",
        "history": [{"at": "2026-05-09T12:00:00+00:00", "note": "x"}],
        "sent_at": None,
    }
    assert load_demo_shop(SHOP, tmp_path / "shop.db", now=now) == 150


@pytest.mark.parametrize(
    "intent",
    ["cancel_order", "change_order", "change_address", "return_item", "exchange_item", "refund_status", "report_problem", "invoice", "complain"],
)  # fmt: skip
def test_what_only_a_person_can_do_is_said_with_the_way_to_one(desk: Desk, intent: str) -> None:
    reply = desk.says("i want my money back", intent, "action_service_request")
    assert desk.context.info.email in reply.text
    assert "Talk to a person" in [quick.title for quick in reply.quick_replies]


def test_the_way_to_a_person(desk: Desk) -> None:
    text = desk.says("talk to a human", "handoff", "action_handoff").text
    assert desk.context.info.email in text
    assert "Monday to Friday 09:00-18:00" in text


def test_faq_by_intent_and_honest_silence(desk: Desk) -> None:
    assert "4.90" in desk.says("what does delivery cost", "ask_shipping", "action_answer_faq").text
    assert "no sure answer" in desk.says("do you pay in doubloons on the moon", "ask_store", "action_answer_faq").text
