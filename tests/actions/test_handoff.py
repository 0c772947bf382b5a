"""When a person takes over: out of anger, of misunderstandings, or because one is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from actions.call import Call
from actions.context import Context
from actions.desk.case import Case
from actions.handoff import hand_over, note_for_people, reopens_at
from profiling import Mood
from tests.actions.conftest import Desk
from tests.actions.talk import Talk, shopper_of, talk_of

__all__ = ["talk_of"]  # a fixture


def test_what_is_not_understood_twice_leads_to_a_person(talk_of: Callable[..., Talk], context: Context) -> None:
    account, number = shopper_of("paid", context)
    talk = talk_of(account)
    talk.say(f"cancel {number}", "cancel_order")
    assert "did not get that" in talk.say("purple monkey dishwasher", "nlu_fallback")
    assert "person" in talk.say("blub", "nlu_fallback")
    assert talk.order(number).status == "paid"


def test_growing_anger_ends_at_a_person_with_a_ticket(talk_of: Callable[..., Talk], context: Context) -> None:
    account, number = shopper_of("delayed", context)
    talk = talk_of(account)
    assert "sorry" in talk.say(f"where the hell is {number}!!! this is ridiculous", "order_status").lower()
    talk.say("this is outrageous!!!", "complain")
    assert "hand you over to a person" in talk.say("I AM FURIOUS, you are useless", "complain")
    ticket = context.engine.tickets.unclosed()[0]
    assert ticket.mood == "angry"
    assert ticket.details["account"] == account


def test_a_bad_mood_alone_is_no_anger(
    talk_of: Callable[..., Talk], context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("profiling.engine.read_mood", lambda *_, **__: Mood("negative", 0.9))
    account, number = shopper_of("delayed", context)
    talk = talk_of(account)
    for utterance in (f"where is {number}", "it is late", "it was a present"):
        assert "hand you over" not in talk.say(utterance, "order_status")
    assert not context.engine.tickets.unclosed()


def test_a_bad_mood_keeps_anger_up(
    talk_of: Callable[..., Talk], context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("profiling.engine.read_mood", lambda *_, **__: Mood("negative", 0.9))
    account, number = shopper_of("delayed", context)
    talk = talk_of(account)
    talk.say(f"where is {number}!!! this is ridiculous", "order_status")
    talk.say("i have waited for weeks", "report_problem")
    assert "hand you over to a person" in talk.say("nobody answers my mails", "complain")


def test_a_person_is_called_with_all_that_was_said(desk: Desk, context: Context) -> None:
    text = desk.says("talk to a human", "handoff", "action_handoff").text
    assert context.info.email in text
    assert context.engine.tickets.unclosed()[0].summary.startswith("The shopper asks for a person")
    assert "already" in desk.says("hello? a human!", "handoff", "action_handoff").text


def test_a_note_for_people_becomes_a_conversation_with_all_that_was_said(context: Context) -> None:
    says = [("shopper", "my kettle died"), ("bot", "Your claim is open."), ("shopper", "and the lamp?"), ("bot", "?")]
    call = Call(
        "m1",
        "s1",
        "c1",
        "test",
        "my kettle died",
        "inform",
        0.9,
        {},
        item_on_screen=None,
        slots={},
        transcript=says[:2],
    )
    note_for_people(context, call, Case(), reason="Warranty claim")
    later = replace(call, message_id="m2", transcript=says)
    assert "already" not in hand_over(context, later, Case(), reason="The shopper asks for a person.").text
    (ticket,) = context.engine.tickets.unclosed()
    lines = [(line.author, line.text) for line in context.engine.tickets.messages(ticket.ticket_id)]
    assert lines == [*says, ("bot", "The shopper asks for a person.")]
    assert ticket.details["handed_over"]
    assert "already" in hand_over(context, later, Case(), reason="The shopper asks for a person.").text


def test_opening_hours_are_told_in_the_shops_time_zone() -> None:
    shop = {
        "time_zone": "Europe/Berlin",
        "team_hours": {"monday": ["09:00", "18:00"], "saturday": ["10:00", "14:00"], "sunday": None},
    }
    assert reopens_at(shop, datetime(2026, 5, 11, 8, tzinfo=UTC)) is None
    sunday = reopens_at(shop, datetime(2026, 5, 10, 8, tzinfo=UTC))
    assert sunday is not None
    assert (sunday.weekday(), sunday.hour) == (0, 9)
    assert reopens_at({}, datetime(2026, 5, 10, 8, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ("2026-05-11T08:00+00:00", "Somebody answers here in a moment."),
        ("2026-05-11T05:00+00:00", "today from 09:00 (Berlin time) on somebody answers here."),
        ("2026-05-11T18:00+00:00", "tomorrow from 09:00 (Berlin time) on"),
        ("2026-05-09T18:00+00:00", "Monday from 09:00 (Berlin time) on"),
    ],
)
def test_out_of_hours_the_shopper_hears_when_somebody_is_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, *, now: str, told: str
) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.fromisoformat(now).astimezone(tz)

    monkeypatch.setattr("actions.handoff.datetime", Clock)
    assert told in desk.says("talk to a human", "handoff", "action_handoff").text
