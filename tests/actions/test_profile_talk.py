"""The shopper sees, mends and deletes what is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.actions.conftest import Desk
from tests.profiling.histories import tell


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
    assert reply.text.startswith("Noted: You do not like wool. Your shoe size is 42.")


def test_a_mended_fact_is_repeated(desk: Desk) -> None:
    desk.says("my shoe size is 42", "state_preference", "action_note_preference")
    reply = desk.says("that's wrong, my shoe size is 41", "correct", "action_recommend")
    assert reply.text == "Noted: Your shoe size is 41."


def test_consent_is_asked_once_and_a_no_is_honoured(desk: Desk) -> None:
    reply = desk.says("i hate wool", "state_preference", "action_note_preference")
    assert reply.text.endswith("Shall I remember this for your next visit? You can have it deleted any time.")
    assert desk.slots["pending"] == "consent"
    desk.says("no", "deny", "action_decline_memory")
    assert desk.slots["memory"]
    desk.says("i hate silk", "state_preference", "action_note_preference")
    assert desk.context.engine.profile("s1").facts == ()
    desk.slots.clear()  # another conversation
    reply = desk.says("i hate linen", "state_preference", "action_note_preference")
    assert "Shall I" not in reply.text
    assert desk.slots["memory"]
    assert desk.context.engine.profile("s1").facts == ()
    desk.says("you may remember me", "resume_memory", "action_resume_memory")
    reply = desk.says("i hate wool", "state_preference", "action_note_preference")
    assert "Shall I" not in reply.text
    assert len(desk.context.engine.profile("s1").facts) == 1


def test_a_yes_is_not_asked_for_again(desk: Desk) -> None:
    desk.says("i hate wool", "state_preference", "action_note_preference")
    desk.says("yes", "affirm", "action_accept_memory")
    assert desk.slots["pending"] is None
    assert desk.says("i hate silk", "state_preference", "action_note_preference").text == "Noted: You do not like silk."


def test_a_conversation_that_is_not_to_be_remembered_still_works_and_leaves_nothing(desk: Desk) -> None:
    desk.says("i hate wool", "state_preference", "action_note_preference")
    desk.sender_id = "c2"
    desk.says("my shoe size is 42", "state_preference", "action_note_preference")
    reply = desk.says("don't remember this conversation", "pause_memory", "action_pause_memory")
    assert "Deleted notes of it: 1. What I knew before stays (notes: 1)." in reply.text
    paused = desk.says("i hate silk", "state_preference", "action_note_preference")
    assert paused.text == "Noted for this conversation alone: You do not like silk."
    desk.says("a wireless mouse under 30", "recommend", "action_recommend")
    refined = desk.says("in black", "refine", "action_recommend")
    assert refined.rich["items"]
    assert [fact.label for fact in desk.context.engine.profile("s1").facts] == ["wool"]
    assert "already" in desk.says("don't remember this", "pause_memory", "action_pause_memory").text
    desk.says("remember again", "resume_memory", "action_resume_memory")
    assert desk.context.engine.store.db.execute(
        "SELECT count(*) FROM turns WHERE shopper_id LIKE 'unremembered:%'"
    ).fetchone() == (0,)
    desk.says("my shoe size is 43", "state_preference", "action_note_preference")
    assert len(desk.context.engine.profile("s1").facts) == 2


def test_why_a_fact_is_believed_is_told_with_the_words_and_the_date(desk: Desk) -> None:
    desk.says("i love red and my shoe size is 42", "state_preference", "action_note_preference")
    reply = desk.says("why do you think I like red?", "why_fact", "action_why_fact")
    assert reply.text.startswith("You said “i love red and my shoe size is 42” on ")
    assert reply.text.endswith("so I noted: You like red.")
    assert [fact["text"] for fact in reply.rich["facts"]] == ["You like red."]
    reply = desk.says("why do you think I like blue?", "why_fact", "action_why_fact")
    assert reply.text == "I have no note that says so."
    assert "42" in desk.says("how do you know that?", "why_fact", "action_why_fact").text


def test_the_last_change_is_undone(desk: Desk) -> None:
    desk.says("i love red", "state_preference", "action_note_preference")
    desk.says("forget red", "forget_fact", "action_forget_fact")
    assert desk.says("undo that", "undo", "action_undo").text == "Noted again: You like red."
    assert desk.says("undo that", "undo", "action_undo").text == "Taken back: You like red."
    assert desk.says("undo that", "undo", "action_undo").text == "There is nothing that I could undo."


def test_all_data_is_handed_over_as_a_file(desk: Desk) -> None:
    desk.says("i love red", "state_preference", "action_note_preference")
    reply = desk.says("send me my data", "export_data", "action_export_data")
    assert "messages: 2, notes: 1, recommendations: 0" in reply.text
    assert reply.rich == {"download": {"name": "my-data.json"}}


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


@pytest.mark.parametrize("words", ["that's wrong", "no, that isn't true", "Wrong!"])
@pytest.mark.parametrize("action", ["action_acknowledge", "action_decline_memory"])
def test_wrong_is_what_was_just_told_whatever_the_intent(desk: Desk, words: str, action: str) -> None:
    told = desk.says("i hate wool", "state_preference", "action_note_preference")
    desk.transcript = [("bot", told.text), ("shopper", words)]
    assert desk.says(words, "deny", action).text == "Forgotten: You do not like wool."
    assert desk.context.engine.profile("s1").facts == ()
    desk.says("i hate wool and my shoe size is 42", "state_preference", "action_note_preference")
    desk.transcript = [("bot", desk.says("", "ask_profile", "action_show_profile").text), ("shopper", words)]
    reply = desk.says(words, "deny", action)
    assert reply.text == "Which of these is wrong?"
    assert len(reply.quick_replies) == 3


def test_wrong_is_no_more_than_a_no_where_nothing_was_told(desk: Desk) -> None:
    desk.says("i hate wool", "state_preference", "action_note_preference")
    desk.transcript = [("bot", "Anything else?"), ("shopper", "that's wrong")]
    assert desk.says("that's wrong", "deny", "action_acknowledge").text.startswith("All right.")
    assert len(desk.context.engine.profile("s1").facts) == 1


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


def test_the_name_is_used_only_where_it_was_given(desk: Desk) -> None:
    desk.says("hello", "greet", "action_acknowledge")
    assert desk.slots.get("shopper_name") is None
    desk.says("my name is Anna Schmidt", "state_preference", "action_note_preference")
    assert (desk.slots["shopper_name"], desk.slots["greeting"]) == ("Anna", "by_name")
    desk.says("forget my name", "forget_fact", "action_forget_fact")
    desk.says("hello", "greet", "action_acknowledge")
    assert (desk.slots["shopper_name"], desk.slots["greeting"]) == (None, "hello")


def test_call_me_back_is_no_name(desk: Desk) -> None:
    desk.says("Call me Back please", "handoff", "action_handoff")
    assert desk.slots.get("shopper_name") is None


def test_a_consent_that_is_given_outside_of_the_talk_ends_a_pause(desk: Desk) -> None:
    memory = desk.context.engine.memory
    memory.consent("s1", "given", at=datetime.now(UTC) - timedelta(days=7))
    desk.says("don't remember this conversation", "pause_memory", "action_pause_memory")
    desk.says("i hate silk", "state_preference", "action_note_preference")
    assert desk.slots["memory"]  # what was agreed to last week says nothing about this conversation
    memory.consent("s1", "given", at=datetime.now(UTC))  # in the profile panel
    desk.says("i hate wool", "state_preference", "action_note_preference")
    assert desk.slots["memory"] is None
    assert [fact.label for fact in desk.context.engine.profile("s1").facts] == ["wool"]
    assert memory.log.turns("unremembered:c1") == []


def test_a_very_long_profile_is_told_in_part_and_the_rest_is_counted(desk: Desk) -> None:
    memory = desk.context.engine.memory
    said = [("likes", f"brand:b{number}") for number in range(130)]
    for first in range(0, len(said), 10):
        tell(memory, f"long-{first}", *said[first : first + 10], shopper_id="s1", at=datetime.now(UTC))
    reply = desk.says("what do you know about me?", "ask_profile", "action_show_profile")
    assert len(reply.rich["facts"]) == 100
    assert "And 30 more; “send me my data” has them all." in reply.text
