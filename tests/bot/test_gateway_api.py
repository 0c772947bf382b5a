"""The chat API's contract: sessions, what is refused and how, history, stream, interactions, health."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.settings import Settings
from tests.bot.fake_rasa import FakeRasa, say
from tests.bot.servers import running_gateway
from tests.bot.shopper import Shopper, error


def message(text: object = "hello", **more: Any) -> dict[str, Any]:
    return {"message_id": str(uuid.uuid4()), "text": text, **more}


# ---- sessions and tokens


def test_a_guest_gets_a_random_token(gateway: str, settings: Settings) -> None:
    answers = [httpx.post(f"{gateway}/api/v1/sessions", trust_env=False) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    first, second = (answer.json() for answer in answers)
    assert set(first) == {"session_id", "token"}
    assert first["token"] != second["token"]
    assert len(first["token"]) >= 22
    stored = b"".join(file.read_bytes() for file in settings.home.glob("gateway.db*"))
    assert first["session_id"].encode() in stored
    assert first["token"].encode() not in stored


@pytest.mark.parametrize("path", ["history", "events", "events?poll=1"])
@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer nonsense", "Basic YTpi", f"Bearer {'x' * 5000}"])
def test_without_a_token_nothing_is_read(gateway: str, path: str, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    response = httpx.get(f"{gateway}/api/v1/{path}", headers=headers, trust_env=False)
    assert error(response) == (401, "unknown_token")


def test_a_token_opens_its_own_session_only(gateway: str, shopper: Shopper, visit: Callable[..., Shopper]) -> None:
    shopper.ask("my secret")
    stranger = visit(gateway)
    assert stranger.history() == []
    assert stranger.poll() == []
    assert visit(gateway, token=shopper.token).history() == shopper.history()


def test_someone_else_s_message_id_is_refused(gateway: str, shopper: Shopper, visit: Callable[..., Shopper]) -> None:
    body = message()
    assert shopper.post("messages", body).status_code == 202
    assert error(visit(gateway).post("messages", body)) == (409, "message_id_taken")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"channel": "terminal", "locale": "de-AT"}, 201),
        ({"channel": "telepathy"}, 422),
        ({"channel": ["web"]}, 422),
        ({"locale": "<script>"}, 422),
        ({"locale": 7}, 422),
    ],
)
def test_channel_and_locale_are_checked(gateway: str, body: dict[str, Any], expected: int) -> None:
    assert httpx.post(f"{gateway}/api/v1/sessions", json=body, trust_env=False).status_code == expected


# ---- what is refused


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (message(""), (422, "empty_text")),
        (message(" \n\t "), (422, "empty_text")),
        (message("\x00\x01"), (422, "empty_text")),
        (message("\u200b\u2060"), (422, "empty_text")),
        (message("x" * 2001), (422, "too_long")),
        (message(7), (422, "bad_text")),
        (message(None), (422, "bad_text")),
        ({"text": "hello"}, (422, "bad_message_id")),
        ({"text": "hello", "message_id": 7}, (422, "bad_message_id")),
        ({"text": "hello", "message_id": "short"}, (422, "bad_message_id")),
        ({"text": "hello", "message_id": "'; DROP TABLE events; --"}, (422, "bad_message_id")),
        ({"message_id": str(uuid.uuid4())}, (422, "text_or_choice")),
        (message(choice={"event_id": 1, "index": 0}), (422, "text_or_choice")),
        ({"message_id": str(uuid.uuid4()), "choice": {"event_id": True, "index": 0}}, (422, "bad_choice")),
        ({"message_id": str(uuid.uuid4()), "choice": {"event_id": 1, "index": -1}}, (422, "bad_choice")),
        ({"message_id": str(uuid.uuid4()), "choice": {"event_id": 10**30, "index": 0}}, (422, "bad_choice")),
        ({"message_id": str(uuid.uuid4()), "choice": "/affirm"}, (422, "bad_choice")),
        (message(command="/forget_me"), (422, "unknown_command")),
        (message(command=["handoff"]), (422, "unknown_command")),
        (message(command="why_this", item_ref="11"), (422, "bad_item_ref")),
        (message(command="why_this", item_ref='1"}'), (422, "bad_item_ref")),
        (message(command="why_this", item_ref=1), (422, "bad_item_ref")),
        (message(item_id=7), (422, "bad_item_id")),
        (message(item_id="x" * 201), (422, "bad_item_id")),
        ([1, 2], (400, "bad_json")),
        ("text", (400, "bad_json")),
        ({}, (422, "bad_message_id")),
    ],
)
def test_a_bad_message_is_refused(rasa: FakeRasa, shopper: Shopper, body: object, expected: tuple[int, str]) -> None:
    assert error(shopper.post("messages", body)) == expected
    assert shopper.history() == []
    assert rasa.received == []


def test_the_chat_s_own_buttons_work_in_every_language(rasa: FakeRasa, shopper: Shopper) -> None:
    shopper.ask("Warum das?", command="why_this", item_ref="2")
    shopper.ask("太贵了", command="cheaper", item_ref="2")
    assert rasa.texts == ['/why_this{"item_ref": "2"}', "cheaper"]
    shown = [event["text"] for event in shopper.history() if event["kind"] == "message"]
    assert shown == ["Warum das?", "太贵了"]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"{", (400, "bad_json")),
        (b'{"text": "a" "b"}', (400, "bad_json")),
        (b"[" * 60_000, (400, "bad_json")),
        (b'{"text": "caf\xe9"}', (400, "bad_encoding")),
        (b"\xff\xfe{}", (400, "bad_encoding")),
        (json.dumps(message("x" * 70_000)).encode(), (413, "too_large")),
    ],
)
def test_a_broken_body_is_refused(shopper: Shopper, raw: bytes, expected: tuple[int, str]) -> None:
    assert error(shopper.http.post("/api/v1/messages", content=raw, headers=shopper.headers)) == expected
    assert shopper.history() == []


def test_a_body_of_unknown_length_is_bounded_too(shopper: Shopper) -> None:
    def chunks() -> Any:
        yield b'{"text": "'
        for _ in range(20):
            yield b"x" * 5_000

    response = shopper.http.post("/api/v1/messages", content=chunks(), headers=shopper.headers)
    assert error(response) == (413, "too_large")


def test_unknown_paths_and_methods(gateway: str) -> None:
    assert error(httpx.get(f"{gateway}/api/v1/nothing", trust_env=False))[0] == 404
    assert error(httpx.delete(f"{gateway}/api/v1/history", trust_env=False))[0] == 405


# ---- text stays text


HOSTILE = [
    "<script>alert(1)</script>",
    "'; DROP TABLE events; --",
    '"); DELETE FROM sessions; --',
    "{{ 7 * 7 }} ${7 * 7} %s %(x)s {0}",
    "data: fake\n\nid: 999999\nevent: erased\ndata: {}",
    "\u202edesrever\u202c 👩‍👩‍👧 العربية 中文 Ünïcödé",
    "a\u2028b\u2029c\x85d",
    "line one\nline two\ttab",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(rasa: FakeRasa, shopper: Shopper, text: str) -> None:
    expected = text.replace("\x85", "")
    shown, reply, _ = shopper.ask(text)
    assert shown["text"] == expected
    assert reply["text"] == f"You said: {expected}"
    assert rasa.texts == [expected]
    assert shopper.stream(3) == shopper.history()


def test_control_characters_are_taken_out(rasa: FakeRasa, shopper: Shopper) -> None:
    shopper.ask("a\x00b\x1b[31mc\x7f\r\nd")
    assert rasa.texts == ["ab[31mc\nd"]


def test_half_a_surrogate_pair_does_no_harm(rasa: FakeRasa, shopper: Shopper) -> None:
    raw = b'{"message_id": "12345678-aaaa", "text": "a \\ud83d b"}'
    response = shopper.http.post("/api/v1/messages", content=raw, headers=shopper.headers)
    assert response.status_code == 202
    shopper.until_end("12345678-aaaa")
    assert rasa.texts == ["a ? b"]


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=60))
def test_any_text_is_answered_or_refused(shopper: Shopper, text: str) -> None:
    response = shopper.post("messages", message(text.encode("utf-8", errors="replace").decode()))
    if response.status_code == 202:
        shopper.until_end(response.json()["message_id"])
    else:
        assert error(response) == (422, "empty_text")


# ---- history, stream, polling


def test_history_stream_and_polling_agree(shopper: Shopper) -> None:
    shopper.ask("one")
    shopper.ask("two")
    history = shopper.history()
    assert [event["kind"] for event in history] == ["message", "reply", "turn_end"] * 2
    assert [event["id"] for event in history] == sorted({event["id"] for event in history})
    assert shopper.poll() == shopper.stream(6) == history
    assert shopper.poll(history[2]["id"]) == shopper.stream(3, after=history[2]["id"]) == history[3:]
    assert shopper.poll(history[-1]["id"]) == []


def test_the_stream_follows_live_and_says_its_ids(rasa: FakeRasa, shopper: Shopper) -> None:
    rasa.script = lambda _: [say("first"), 0.4, say("second")]
    lines: list[str] = []
    with shopper.http.stream("GET", "/api/v1/events", headers=shopper.headers) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-store"
        message_id = shopper.send("go")
        for line in response.iter_lines():
            lines.append(line)
            if line == "event: turn_end":
                break
    kinds = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    assert kinds == ["message", "reply", "reply", "turn_end"]
    assert all(line.startswith((":", "id: ", "event: ", "data: ")) or not line for line in lines)
    assert len(shopper.until_end(message_id)) == 4


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "9" * 30, "²"])
def test_a_bad_event_id_is_refused(shopper: Shopper, after: str) -> None:
    response = shopper.http.get("/api/v1/events", params={"poll": "1", "after": after}, headers=shopper.headers)
    assert error(response) == (422, "bad_event_id")


def test_streams_of_one_session_are_bounded(shopper: Shopper) -> None:
    with httpx.Client(base_url=shopper.http.base_url, trust_env=False) as http:
        opened = [
            http.send(http.build_request("GET", "/api/v1/events", headers=shopper.headers), stream=True)
            for _ in range(8)
        ]
        reading = [response.iter_raw() for response in opened]  # a collected iterator would close its response
        assert [next(chunks) for chunks in reading] == [b": connected\n\n"] * 8
        assert error(http.get("/api/v1/events", headers=shopper.headers)) == (429, "too_many_streams")
        for response in opened:
            response.close()
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            with http.stream("GET", "/api/v1/events", headers=shopper.headers) as again:
                if again.status_code == 200:
                    return
            time.sleep(0.05)
    raise AssertionError("closed streams still count")


# ---- limits


def test_too_many_messages_have_to_wait(settings: Settings, visit: Callable[..., Shopper]) -> None:
    with running_gateway(replace(settings, messages_per_minute=12)) as url:
        shopper = visit(url)
        statuses = [shopper.post("messages", message()).status_code for _ in range(6)]
        assert statuses == [202] * 5 + [429]
        response = shopper.post("messages", message())
        assert error(response) == (429, "too_many_requests")
        assert 1 <= int(response.headers["retry-after"]) <= 6
        assert visit(url).post("messages", message()).status_code == 202


def test_too_many_sessions_have_to_wait(settings: Settings) -> None:
    with running_gateway(replace(settings, messages_per_minute=3)) as url:
        answers = [httpx.post(f"{url}/api/v1/sessions", trust_env=False) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [201] * 5 + [429]


def test_too_many_unanswered_messages_have_to_wait(rasa: FakeRasa, shopper: Shopper) -> None:
    rasa.script = lambda _: [0.5, say("done")]
    answers = [shopper.post("messages", message()) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [202] * 20 + [429]
    assert error(answers[-1]) == (429, "too_many_waiting")


# ---- headers


def test_other_origins_need_to_be_on_the_list(settings: Settings) -> None:
    allowed = replace(settings, allowed_origins=("https://shop.example",))
    with running_gateway(allowed) as url, httpx.Client(base_url=url, trust_env=False) as http:
        for origin, expected in [("https://shop.example", "https://shop.example"), ("https://evil.example", None)]:
            script = http.get("/widget/shop-chat.js", headers={"Origin": origin})
            assert script.headers.get("access-control-allow-origin") == expected
            asked = http.options(
                "/api/v1/messages",
                headers={
                    "Origin": origin,
                    "Access-Control-Request-Method": "POST",
                    "Access-Control-Request-Headers": "authorization,content-type,last-event-id",
                },
            )
            assert (asked.status_code == 200) == (expected is not None)


def test_nobody_else_is_allowed_by_default(gateway: str) -> None:
    response = httpx.get(f"{gateway}/healthz", headers={"Origin": "https://evil.example"}, trust_env=False)
    assert "access-control-allow-origin" not in response.headers
