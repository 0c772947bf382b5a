"""A full disk: what cannot be written is not, nothing is corrupt, and the shopper gets an answer."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.context import Context
from actions.registry import all_actions

CALL = json.loads(Path("tests/contract/rapport_action_call.json").read_text(encoding="utf-8"))


def said(context: Context, action_name: str, utterance: str, intent: str) -> list[str]:
    """The texts that an action, run as the server runs it, answers to an utterance."""
    body: dict[str, Any] = json.loads(json.dumps(CALL))["tracker"]
    body["slots"] = {}
    body["latest_message"] |= {"text": utterance, "intent": {"name": intent, "confidence": 0.9}, "entities": []}
    body["latest_message"]["metadata"] = {"message_id": f"m-{utterance}-{intent}", "shopper_id": "s1"}
    dispatcher = CollectingDispatcher()
    action = next(each for each in all_actions(context) if each.name() == action_name)
    asyncio.run(action.run(dispatcher, Tracker.from_dict(body), {}))
    return [message["text"] for message in dispatcher.messages if message.get("text")]


def fill(context: Context) -> None:
    for number in range(100):
        context.engine.store.insert("chores", {"name": f"{number}", "taken_at": "x" * 200_000, "done_at": None})


@pytest.fixture
def full(context: Context) -> Context:
    """A store to which not a page can be added."""
    said(context, "action_observe_turn", "i hate wool", "state_preference")
    conn = context.engine.store.db.conn
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    conn.execute(f"PRAGMA max_page_count = {conn.execute('PRAGMA page_count').fetchone()[0]}")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        fill(context)
    return context


def test_the_turn_still_answers_and_nothing_is_corrupt(full: Context) -> None:
    assert said(full, "action_observe_turn", "i love silk " + "x" * 9_000, "state_preference") == []
    (answer,) = said(full, "action_answer_faq", "how do i return something", "ask_returns")
    assert "return" in answer.lower()
    (shown,) = said(full, "action_show_profile", "what do you know about me?", "ask_profile")
    assert "You do not like wool." in shown
    conn = full.engine.store.db.conn
    assert conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    conn.execute("PRAGMA max_page_count = 1000000")
    assert not full.engine.memory.rebuild("s1")
