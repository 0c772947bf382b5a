"""Two people on one device: asked about, kept apart, put together only when they say so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from actions.desk.case import Case
from profiling.engine import Engine
from profiling.types import Turn
from tests.actions.conftest import Desk


@pytest.fixture
def anna(desk: Desk) -> Desk:
    desk.says("my name is Anna and i hate wool", "state_preference", "action_note_preference")
    return desk


def tastes(engine: Engine, shopper_id: str) -> set[str]:
    return {fact.object for fact in engine.profile(shopper_id).facts}


def asks(desk: Desk, utterance: str = "this is my husband now, my shoe size is 46") -> str:
    reply = desk.says(utterance, "state_preference", "action_ask_person")
    assert "are you somebody else than Anna?" in reply.text
    assert desk.slots["pending"] == "person"
    return str(desk.slots["apart"])


def test_another_person_is_asked_about_and_kept_apart_from_that_very_message(anna: Desk) -> None:
    engine = anna.context.engine
    other = asks(anna)
    assert tastes(engine, "s1") == {"name:Anna", "material:wool"}
    assert tastes(engine, other) == {"size:46"}
    reply = anna.says("yes", "affirm", "action_other_person")
    assert "stays apart from what I know about Anna" in reply.text
    anna.says("i love silk", "state_preference", "action_note_preference")
    assert tastes(engine, other) == {"size:46", "material:silk"}
    assert tastes(engine, "s1") == {"name:Anna", "material:wool"}


def test_a_no_puts_it_together_and_it_can_be_split_again(anna: Desk) -> None:
    engine = anna.context.engine
    other = asks(anna)
    anna.says("no", "deny", "action_same_person")
    assert tastes(engine, "s1") == {"name:Anna", "material:wool", "size:46"}
    engine.memory.split(other)
    assert tastes(engine, "s1") == {"name:Anna", "material:wool"}


def test_without_an_answer_nothing_is_put_together(anna: Desk) -> None:
    engine = anna.context.engine
    other = asks(anna)
    anna.says("i love silk", "state_preference", "action_note_preference")
    assert anna.slots["apart"] == other
    assert "material:silk" in tastes(engine, other) - tastes(engine, "s1")


def test_the_first_person_comes_back_and_the_other_one_finds_their_notes_again(anna: Desk) -> None:
    engine = anna.context.engine
    other = asks(anna, "my name is Tom and i hate silk")
    anna.says("it's me again, and i love linen", "state_preference", "action_note_preference")
    assert anna.slots["apart"] is None
    assert "material:linen" in tastes(engine, "s1") - tastes(engine, other)
    assert asks(anna, "my name is Tom") == other


def test_coming_back_is_no_consent_and_nothing_else_either(anna: Desk) -> None:
    asks(anna)
    reply = anna.says("it's me again", "resume_memory", "action_ask_person")
    assert reply.text == "Welcome back, Anna. What can I do for you?"
    assert anna.slots["apart"] is None
    assert anna.context.engine.memory.consent_of("s1") != "given"
    assert "stays apart" not in anna.says("yes", "affirm", "action_other_person").text


def test_who_said_to_be_one_is_not_asked_again(anna: Desk) -> None:
    asks(anna, "my name is Tom")
    anna.says("no", "deny", "action_same_person")
    anna.says("my name is Anna", "state_preference", "action_note_preference")
    anna.says("my name is Tom", "state_preference", "action_note_preference")
    assert anna.slots["pending"] != "ask_person"


def test_an_order_s_name_and_an_unknown_shopper_are_not_asked_about(desk: Desk, anna: Desk) -> None:
    anna.says("where is my order", "order_status", "action_desk")
    anna.says("my name is Tom", "inform", "action_desk")
    assert anna.slots.get("apart") is None
    anna.slots.clear()
    anna.context.engine.memory.forget("s1")
    anna.says("this is my husband now", "inform", "action_acknowledge")
    assert anna.slots.get("apart") is None


def test_a_wish_of_another_person_is_met_without_the_first_one_s_taste(anna: Desk) -> None:
    anna.says("a black mouse under 30", "recommend", "action_recommend")
    reply = anna.says("wife here, i need a jacket", "recommend", "action_ask_person")
    assert reply.rich["items"]
    assert "somebody else than Anna" in reply.text
    facts = anna.context.engine.profile(anna.slots["apart"]).facts
    assert {fact.predicate for fact in facts} & {"in_colour", "budget_max", "dislikes", "is_called"} == set()


def test_the_next_conversation_is_the_first_person_s_again(anna: Desk) -> None:
    engine = anna.context.engine
    other = asks(anna)
    old = datetime.now(UTC) - timedelta(days=1)
    engine.memory.forget(other)
    engine.observe(Turn("old", other, "i love silk", old, intent="state_preference"))
    anna.says("hello", "greet", "action_acknowledge")
    assert anna.slots["apart"] is None


def test_another_person_has_no_rights_in_the_account(anna: Desk) -> None:
    anna.signed_as = "S001"
    asks(anna)
    anna.says("yes", "affirm", "action_other_person")
    assert anna.last_call.signed_as == ""
    assert anna.slots["case"] is None
    anna.says("it's me again", "greet", "action_acknowledge")
    anna.says("hello", "greet", "action_acknowledge")
    assert anna.last_call.signed_as == "S001"


def test_what_another_person_has_proved_is_not_the_first_one_s(anna: Desk) -> None:
    asks(anna)
    anna.says("yes", "affirm", "action_other_person")
    anna.slots["case"] = Case(account="S002", known_to="2999-01-01T00:00:00+00:00").to_slot()
    anna.says("it's me again", "greet", "action_ask_person")
    assert "e-mail" in anna.says("where is my order", "order_status", "action_desk").text
    assert anna.slots["apart"] is None


def test_another_person_gets_no_more_codes_than_one(anna: Desk) -> None:
    anna.slots["case"] = Case(claim={"email": "anna@example.org"}, mails=2).to_slot()
    asks(anna)
    assert Case.from_slot(anna.slots["case"]) == Case(mails=2)
    anna.says("yes", "affirm", "action_other_person")
    anna.says("it's me again", "greet", "action_ask_person")
    assert Case.from_slot(anna.slots["case"]).mails == 2


def test_another_person_stays_one_when_nothing_of_theirs_is_kept(anna: Desk) -> None:
    anna.signed_as = "S001"
    other = asks(anna)
    anna.context.engine.memory.forget(other)
    anna.says("hello", "greet", "action_acknowledge")
    assert (anna.last_call.shopper_id, anna.last_call.signed_as) == (other, "")
    anna.slots["memory"] = "2026-05-01T10:00:00+00:00"
    anna.says("forget me", "forget_me", "action_forget_me")
    assert (anna.last_call.identity, anna.last_call.signed_as) == (other, "")
    assert tastes(anna.context.engine, "s1") == {"name:Anna", "material:wool"}


def test_the_rules_hold_whatever_intent_the_words_are_taken_for() -> None:
    domain = yaml.safe_load(Path("domain.yml").read_text(encoding="utf-8"))
    rules = yaml.safe_load(Path("data/rules/persons.yml").read_text(encoding="utf-8"))["rules"]
    claimed = [{step["intent"] for step in rule["steps"][0]["or"]} for rule in rules if "or" in rule["steps"][0]]
    assert claimed == [{*domain["intents"], "nlu_fallback"}] * 2


def test_what_another_person_wants_forgotten_takes_nothing_of_the_first_one_with_it(anna: Desk) -> None:
    other = asks(anna)
    reply = anna.says("yes", "affirm", "action_forget_me")
    assert reply.rich == {"erase": "conversation"}
    assert anna.slots == {"apart": other}
    assert tastes(anna.context.engine, "s1") == {"name:Anna", "material:wool"}
    assert tastes(anna.context.engine, other) == set()
