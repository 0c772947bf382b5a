"""Calls of the action server: small, bounded in time, and honest when they fail."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from typing import Any

import pytest
from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.components import action_call, patches
from tests.components.conftest import ObedientActionServer, shop_answer

SECRET = "where is my parcel, i am so ashamed"
ASLEEP = "A part of me is asleep."


async def say(agent: Any, text: str, *, sender_id: str = "s", message_id: str | None = None) -> list[str]:
    channel = CollectingOutputChannel()
    metadata = {"message_id": message_id or f"m-{time.monotonic_ns()}"}
    await agent.handle_message(UserMessage(text, channel, sender_id, metadata=metadata))
    return [message.get("text", "") for message in channel.messages]


def failing(action: str, answer: Any) -> Any:
    return lambda body: answer if body["next_action"] == action else shop_answer(body)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((500, json.dumps({"error": "boom", "request_body": SECRET})), "status 500"),
        ((404, "{}"), "status 404"),
        ((400, "{}"), "status 400"),
        ((200, "<html>" + SECRET), "not JSON"),
        ((200, "[1, 2]"), "makes no sense"),
        ((200, "null"), "makes no sense"),
        ({"events": [{"event": "no_such_event", "name": SECRET}], "responses": []}, "makes no sense"),
        ({"events": [], "responses": [3]}, "makes no sense"),
        ({"events": SECRET}, "makes no sense"),
    ],
)
async def test_a_failed_action_is_said_honestly_and_logged_without_words(
    make_agent: Any, action_server: ObedientActionServer, caplog: pytest.LogCaptureFixture, answer: Any, reason: str
) -> None:
    action_server.answer = failing("action_order_status", answer)
    agent = make_agent()
    with caplog.at_level(logging.INFO):
        assert await say(agent, SECRET, message_id="m-1") == [ASLEEP]
    warning = next(record for record in caplog.records if "action_order_status" in record.getMessage())
    assert reason in warning.getMessage()
    assert "sender s, message m-1" in warning.getMessage()
    assert "ashamed" not in caplog.text
    assert await say(agent, "hello") == ["Hello."]


async def test_an_action_server_that_is_down_leaves_the_rest_working(make_agent: Any) -> None:
    agent = make_agent()
    agent.processor.action_endpoint = EndpointConfig("http://127.0.0.1:9/webhook")
    assert await say(agent, "hello") == ["Hello."]
    assert await say(agent, "red running shoes") == [ASLEEP]
    assert await say(agent, "bye") == ["Goodbye."]


async def test_a_domain_without_the_response_gets_our_sentence(make_agent: Any) -> None:
    agent = make_agent()
    agent.processor.action_endpoint = None
    agent.domain.responses.pop("utter_part_down")
    assert await say(agent, "red running shoes") == [action_call.DOWN_TEXT]


async def test_a_slow_action_ends_at_the_limit(
    make_agent: Any, action_server: ObedientActionServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPPORT_ACTION_TIMEOUT_S", "0.3")
    monkeypatch.setattr(action_call, "SLOT_LIMIT_S", 0.2)
    agent = make_agent()
    action_server.delay_s = 5.0
    started = time.monotonic()
    assert await say(agent, "red running shoes") == [ASLEEP]
    assert time.monotonic() - started < 1.5


async def test_a_failure_while_slots_are_filled_is_silent_and_short(
    make_agent: Any, action_server: ObedientActionServer, caplog: pytest.LogCaptureFixture
) -> None:
    agent = make_agent()
    action_server.answer = failing("action_observe_turn", (500, "{}"))
    with caplog.at_level(logging.WARNING):
        assert await say(agent, "hello") == ["Hello."]
    assert "action_observe_turn" in caplog.text
    assert action_call.SLOT_LIMIT_S <= 2.0
    assert action_call.time_limit_s() == 8.0


async def test_one_turn_says_it_once_even_in_a_form(make_agent: Any) -> None:
    agent = make_agent()
    await say(agent, "i want to return this")
    agent.processor.action_endpoint = EndpointConfig("http://127.0.0.1:9/webhook")
    assert (await say(agent, "W1042")).count(ASLEEP) == 1
    assert (await say(agent, "too small")).count(ASLEEP) == 1


async def test_further_calls_of_a_failed_turn_are_short(
    make_agent: Any, action_server: ObedientActionServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPPORT_ACTION_TIMEOUT_S", "0.6")
    monkeypatch.setattr(action_call, "SLOT_LIMIT_S", 0.1)
    agent = make_agent()
    await say(agent, "i want to return this")
    action_server.delay_s = 3.0
    started = time.monotonic()
    await say(agent, "W1042 please")
    assert time.monotonic() - started < 1.5


async def test_a_rejection_by_the_action_stays_a_rejection(
    make_agent: Any, action_server: ObedientActionServer
) -> None:
    agent = make_agent()
    await say(agent, "i want to return this")
    rejection = (400, json.dumps({"action_name": "validate_return_form", "error": "no"}))
    action_server.answer = failing("validate_return_form", rejection)
    assert ASLEEP not in await say(agent, "hello")


async def test_an_unknown_domain_is_sent_once(make_agent: Any, action_server: ObedientActionServer) -> None:
    known: set[str] = set()

    def answer(body: dict[str, Any]) -> Any:
        if "domain" in body:
            known.add(body["domain_digest"])
        return shop_answer(body) if body["domain_digest"] in known else (449, "{}")

    action_server.answer = answer
    agent = make_agent()
    assert await say(agent, "where is my order W1042") == ["W1042 is on its way."]
    assert await say(agent, "where is my order W1042") == ["W1042 is on its way."]
    with_domain = [body for body in action_server.calls if "domain" in body]
    assert len(with_domain) == 1
    assert with_domain[0]["domain"]["intents"]


async def test_a_call_stays_small_in_a_long_conversation(make_agent: Any, action_server: ObedientActionServer) -> None:
    agent = make_agent()
    sizes = []
    for _ in range(40):
        action_server.sizes.clear()
        await say(agent, "red running shoes", sender_id="long")
        sizes.append(max(action_server.sizes))
    assert sizes[-1] < 1.05 * sizes[5]
    tracker = await agent.tracker_store.retrieve("long")
    rasas_own = RemoteAction("action_recommend", None)._action_call_format(tracker, agent.domain)
    assert len(json.dumps(rasas_own)) > 10 * sizes[-1]


async def test_what_is_sent_is_what_an_action_needs(make_agent: Any, action_server: ObedientActionServer) -> None:
    agent = make_agent()
    for text in ("hello", "bye", "i want to return this", "it is W1042"):
        await say(agent, text, message_id=f"id of {text}")
    body = action_server.calls[-1]
    tracker = body["tracker"]
    assert body["sender_id"] == "s"
    assert tracker["latest_message"]["text"] == "it is W1042"
    assert tracker["latest_message"]["metadata"] == {"message_id": "id of it is W1042"}
    assert tracker["active_loop"]["name"] == "return_form"
    assert tracker["slots"]["order_number"] == "W1042"
    said = [event["text"] for event in tracker["events"] if event["event"] == "user"]
    assert said == ["i want to return this", "it is W1042"]


async def test_connections_are_used_again(make_agent: Any, action_server: ObedientActionServer) -> None:
    agent = make_agent()
    await say(agent, "hello")
    session = action_call._sessions[asyncio.get_running_loop()]
    await say(agent, "red running shoes")
    assert action_call._sessions[asyncio.get_running_loop()] is session
    connections = [key for key, kept in session.connector._conns.items() if kept]  # type: ignore[union-attr]
    assert len(connections) == 1


def test_memory_of_failures_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    patches.apply()
    monkeypatch.setattr(action_call, "REMEMBERED_FAILURES", 3)
    action_call._failed.clear()

    async def fail_for(sender_id: str) -> None:
        from rasa.core.nlg import TemplatedNaturalLanguageGenerator
        from rasa.shared.core.domain import Domain

        tracker = DialogueStateTracker.from_events(sender_id, [], [])
        events = await RemoteAction("action_x", None).run(
            CollectingOutputChannel(), TemplatedNaturalLanguageGenerator({}), tracker, Domain.empty()
        )
        assert len(events) == 1

    for number in range(10):
        asyncio.run(fail_for(f"s{number}"))
    assert list(action_call._failed) == ["s7", "s8", "s9"]
