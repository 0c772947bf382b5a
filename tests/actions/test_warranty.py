"""A thing that has failed in use: the warranty is looked up, explained, and claimed once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from actions.context import Context
from actions.desk.wishes import read_wishes
from actions.service import claims
from profiling.errors import StoreError
from tests.actions.conftest import Desk
from tests.actions.talk import Talk, codes_sent, talk_of

__all__ = ["talk_of"]  # a fixture
TalkOf = Callable[..., Talk]
KETTLE, OWNER = "W1009", "S014"


def record(context: Context, number: str = KETTLE) -> dict[str, Any]:
    with sqlite3.connect(context.engine.settings.home / "shop.db") as conn:
        row = conn.execute("SELECT record FROM orders WHERE order_number = ?", [number]).fetchone()
    kept: dict[str, Any] = json.loads(row[0])
    return kept


def delivered(context: Context, at: datetime) -> None:
    """Sets the day on which the kettle came."""
    changed = record(context)
    for entry in changed["history"]:
        entry["at"] = at.isoformat()
    with sqlite3.connect(context.engine.settings.home / "shop.db") as conn:
        conn.execute("UPDATE orders SET record = ? WHERE order_number = ?", [json.dumps(changed), KETTLE])


def test_a_claim_from_the_first_words_to_the_row_and_the_ticket(talk_of: TalkOf, desk: Desk, context: Context) -> None:
    talk = talk_of(OWNER, guest=True)
    assert "So that nobody else" in talk.say("my kettle died after 8 months", "ask_warranty")
    owner = context.orders.account(OWNER)
    assert owner is not None
    talk.say(f"{KETTLE} {owner.email}")
    shown = talk.say(codes_sent(context)[-1])
    assert f"open a warranty claim for Moorland kettle 1.7 l from order {KETTLE}" in shown
    assert "my kettle died after 8 months" in shown
    came_at = talk.order(KETTLE).delivered_at
    assert f"is under warranty until {came_at.day} {came_at:%B} {came_at.year + 2}" in shown
    assert "accidents" in shown
    assert "claims" not in record(context)
    assert context.engine.tickets.unclosed() == []

    done = talk.say("yes", "affirm")
    assert "The warranty claim for Moorland kettle 1.7 l" in done
    assert "Is there anything else?" in done
    (claim,) = record(context)["claims"]
    assert claim["skus"] == [line["sku"] for line in record(context)["lines"] if "kettle" in line["title"]]
    assert claim["fault"] == "my kettle died after 8 months"
    (ticket,) = context.engine.tickets.unclosed()
    assert f"Warranty claim for order {KETTLE}" in ticket.summary
    assert ticket.status == "waiting"

    talk.say("yes", "affirm")
    assert len(record(context)["claims"]) == 1
    talk.say("my kettle died after 8 months", "ask_warranty")
    assert "open already" in talk.say("yes", "affirm")
    assert len(record(context)["claims"]) == 1


def test_whether_it_is_still_covered(talk_of: TalkOf, context: Context) -> None:
    talk = talk_of(OWNER)
    told = talk.say("is my kettle still under warranty?", "ask_warranty")
    assert "is under warranty until" in told
    assert "what is wrong" in told
    assert "no claim then" in talk.say("nothing, just asking. never mind")
    talk.say("is my kettle still under warranty?", "ask_warranty")
    assert "“the switch got stuck”" in talk.say("the switch got stuck")
    talk.say("no", "deny")
    assert "claims" not in record(context)


@pytest.mark.parametrize(("days", "over"), [(728, False), (733, True)])
def test_it_ends_after_two_years(talk_of: TalkOf, context: Context, *, days: int, over: bool) -> None:
    delivered(context, datetime.now(UTC) - timedelta(days=days))
    told = talk_of(OWNER).say("my kettle died, is it still under guarantee?", "ask_warranty")
    assert ("24 months from the day of delivery" in told) is over
    assert ("so it is over" in told) is over
    assert ("Shall I?" in told) is not over


def test_what_is_reported_too_late_becomes_a_claim(talk_of: TalkOf, context: Context) -> None:
    shown = talk_of(OWNER).say(f"the kettle from {KETTLE} is broken", "report_problem")
    assert "within 14 days" in shown
    assert "open a warranty claim for Moorland kettle" in shown


def test_which_thing_of_an_order_is_asked(talk_of: TalkOf, context: Context) -> None:
    talk = talk_of(OWNER)
    with sqlite3.connect(context.engine.settings.home / "shop.db") as conn:
        conn.execute("DELETE FROM orders WHERE shopper_id = ? AND order_number <> ?", [OWNER, KETTLE])
    assert "Which one do you mean?" in talk.say("i want to make a warranty claim", "ask_warranty")
    assert "Pannier messenger bag from order" in talk.say("the bag")
    shown = talk.say("the strap came off")
    assert "claim for Pannier messenger bag" in shown
    talk.say("yes", "affirm")
    assert record(context)["claims"][0]["fault"] == "the strap came off"


def test_nobody_claims_for_another_shopper(talk_of: TalkOf, context: Context) -> None:
    told = talk_of("S001").say(f"the kettle from {KETTLE} died after 8 months", "ask_warranty")
    assert "no order" in told
    assert "Moorland" not in told
    assert "claims" not in record(context)


def test_the_claim_is_told_though_no_ticket_can_be_written(
    talk_of: TalkOf, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreError("the disk is full")

    talk = talk_of(OWNER)
    talk.say("my kettle died after 8 months", "ask_warranty")
    monkeypatch.setattr(type(context.engine.tickets), "open", full)
    assert "The warranty claim for Moorland kettle" in talk.say("yes", "affirm")
    assert len(record(context)["claims"]) == 1


@pytest.mark.parametrize(
    "words",
    [
        "is order W1009 still under warranty",
        "the lamp from W1040 no longer turns on after three months",
        "my headphones broke, are they still under guarantee",
        "I want to make a warranty claim",
    ],
)
def test_own_things_are_the_desks(words: str) -> None:
    assert [wish.act for wish in read_wishes(words)] == ["warranty"]


@pytest.mark.parametrize(
    "words", ["how long is the warranty", "is a broken zip covered by warranty", "do you offer a warranty on tents"]
)
def test_the_warranty_in_general_is_no_claim(words: str, desk: Desk) -> None:
    assert read_wishes(words) == []
    desk.says(words, "ask_warranty", "action_answer_faq")
    assert not claims(desk.last_call)


def test_a_fault_is_the_reason_of_a_return() -> None:
    (wish,) = read_wishes("My kettle stopped working. I want to send it back.")
    assert wish.act == "return"
    assert "stopped working" in wish.text
