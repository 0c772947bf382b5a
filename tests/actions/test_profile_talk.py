"""The shopper sees, mends and deletes what is known."""

from __future__ import annotations

from tests.actions.conftest import Desk


def test_nothing_is_known_at_first(desk: Desk) -> None:
    assert desk.says("what do you know about me?", "ask_profile", "action_show_profile").text.startswith("Nothing yet")


def test_everything_said_is_told_with_its_words_and_nothing_else(desk: Desk) -> None:
    desk.says("I need a wireless mouse under 30, not from Logitech", "recommend", "action_recommend")
    desk.says("i hate wool", "state_preference", "action_note_preference")
    reply = desk.says("what do you know about me?", "ask_profile", "action_show_profile")
    assert [fact["quote"] for fact in reply.rich["facts"]] == ["wool", "wireless", "mouse", "under 30", "Logitech"]
    assert "About you:\n- You do not like wool. (“wool”)" in reply.text
    assert "What you are looking for now:" in reply.text


def test_a_noted_taste_is_repeated(desk: Desk) -> None:
    reply = desk.says("i hate wool and my shoe size is 42", "state_preference", "action_note_preference")
    assert reply.text == "Noted: You do not like wool. Your shoe size is 42."


def test_one_thing_is_forgotten_by_its_name(desk: Desk) -> None:
    desk.says("i hate wool and my shoe size is 42", "state_preference", "action_note_preference")
    reply = desk.says("forget my size", "forget_fact", "action_forget_fact")
    assert reply.text == "Forgotten: Your shoe size is 42."
    assert "size" not in desk.says("what do you know", "ask_profile", "action_show_profile").text


def test_what_is_wrong_is_asked_where_it_is_not_clear_and_closed_by_its_button(desk: Desk) -> None:
    desk.says("i hate wool and my shoe size is 42", "state_preference", "action_note_preference")
    reply = desk.says("that's wrong", "forget_fact", "action_forget_fact")
    assert [quick.title for quick in reply.quick_replies] == [
        "You do not like wool.", "Your shoe size is 42.", "Forget everything",
    ]  # fmt: skip
    fact_id = reply.quick_replies[0].payload.split('"')[3]
    closed = desk.says("", "forget_fact", "action_forget_fact", entities={"fact_id": [fact_id]})
    assert closed.text == "Forgotten: You do not like wool."


def test_everything_is_forgotten_after_a_yes_only(desk: Desk) -> None:
    desk.says("i hate wool", "state_preference", "action_note_preference")
    desk.says("forget me", "forget_me", "action_ask_forget")
    assert desk.slots["pending"] == "forget_me"
    desk.says("no", "deny", "action_keep_profile")
    assert desk.slots["pending"] is None
    desk.says("forget me", "forget_me", "action_ask_forget")
    reply = desk.says("yes", "affirm", "action_forget_me")
    assert reply.rich == {"erase": True}
    assert desk.context.engine.profile("s1").facts == ()


def test_a_yes_that_comes_later_answers_no_old_question(desk: Desk) -> None:
    desk.says("forget me", "forget_me", "action_ask_forget")
    desk.says("a mouse", "recommend", "action_recommend")
    assert desk.slots["pending"] is None
