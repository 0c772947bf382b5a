"""What is accepted is answered: across a stop, a crash, and between two processes on one gateway.db."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import ApiError, TranscriptError
from bot.gateway import app
from bot.gateway.records import Records
from bot.gateway.replies import Reply
from bot.gateway.server import QuietFormatter
from bot.settings import Settings
from tests.bot.fake_rasa import FakeRasa, echo, say, show
from tests.bot.servers import ROOT, gateway_process, running_gateway
from tests.bot.shopper import Shopper, texts

Visit = Callable[..., Shopper]


def wait_for(condition: Callable[[], bool], *, limit_s: float = 10.0) -> None:
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_message_that_was_not_answered_when_the_gateway_died_is_answered_after_it(
    rasa: FakeRasa, settings: Settings, visit: Visit
) -> None:
    rasa.script = lambda _: [60.0]
    with gateway_process(settings) as (url, process):
        shopper = visit(url)
        first, second = shopper.send("a mug, please"), shopper.send("and a plate")
        wait_for(lambda: len(rasa.received) == 1)
        process.kill()
        process.wait()
    rasa.script = echo
    with running_gateway(settings) as url:
        again = visit(url, token=shopper.token)
        again.until_end(second)
        assert texts(again.history()) == ["You said: a mug, please", "You said: and a plate"]
        assert [m["metadata"]["message_id"] for m in rasa.received] == [first, first, second]
        assert [event["kind"] for event in again.history()].count("turn_end") == 2


def test_a_half_answered_message_is_not_asked_again(rasa: FakeRasa, settings: Settings, visit: Visit) -> None:
    rasa.script = lambda _: [say("The first half"), 60.0]
    with gateway_process(settings) as (url, process):
        shopper = visit(url)
        message_id = shopper.send("cancel my order")
        wait_for(lambda: len(shopper.history()) == 2)
        process.kill()
        process.wait()
    with running_gateway(settings) as url:
        events = visit(url, token=shopper.token).until_end(message_id)
        assert texts(events)[0] == "The first half"
        assert "this may not be all" in texts(events)[1]
        assert events[-1]["degraded"] is True
        assert len(rasa.received) == 1


def test_a_message_that_kills_twice_is_apologised_for(rasa: FakeRasa, settings: Settings, visit: Visit) -> None:
    rasa.script = lambda _: [60.0]
    with gateway_process(settings) as (url, process):
        shopper = visit(url)
        message_id = shopper.send("boom")
        wait_for(lambda: len(rasa.received) == 1)
        process.kill()
        process.wait()
    with gateway_process(settings) as (_, process):
        wait_for(lambda: len(rasa.received) == 2)
        process.kill()
        process.wait()
    with running_gateway(settings) as url:
        events = visit(url, token=shopper.token).until_end(message_id, limit_s=15)
        assert "I cannot answer right now" in texts(events)[0]
        assert len(rasa.received) == 2


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_is_quick_and_hands_its_message_back(
    rasa: FakeRasa, settings: Settings, visit: Visit, sent: signal.Signals
) -> None:
    rasa.script = lambda _: [60.0]
    with gateway_process(settings) as (url, process):
        shopper = visit(url)
        message_id = shopper.send("a mug, please")
        with shopper.http.stream("GET", "/api/v1/events", headers=shopper.headers) as stream:
            lines = stream.iter_lines()
            next(lines)
            wait_for(lambda: len(rasa.received) == 1)
            started = time.monotonic()
            process.send_signal(sent)
            assert process.wait(timeout=15) == 0
        assert time.monotonic() - started < 6
        output = process.stderr.read().decode() if process.stderr else ""
        assert "Traceback" not in output
        assert "mug" not in output
    rasa.script = echo
    with running_gateway(settings) as url:
        started = time.monotonic()
        assert texts(visit(url, token=shopper.token).until_end(message_id)) == ["You said: a mug, please"]
        assert time.monotonic() - started < 1.5


def test_two_gateways_on_one_file(rasa: FakeRasa, settings: Settings, visit: Visit) -> None:
    rasa.script = lambda message: [0.05, *echo(message)]
    with running_gateway(settings) as url, gateway_process(settings) as (other_url, _):
        here = [visit(url) for _ in range(3)]
        there = [visit(other_url, token=shopper.token) for shopper in here]
        sent = [
            (near if number % 2 else far).send(f"number {number}")
            for number in range(10)
            for near, far in zip(here, there, strict=True)
        ]
        for near, far, last in zip(here, there, sent[-3:], strict=True):
            near.until_end(last)
            assert near.history() == far.history() == far.stream(30)
            kinds = [event["kind"] for event in near.history()]
            assert (kinds.count("message"), kinds.count("reply"), kinds.count("turn_end")) == (10, 10, 10)
            assert texts(near.history()) == [f"You said: number {number}" for number in range(10)]
        assert len(rasa.received) == 30


def test_a_stream_hears_what_the_other_gateway_says(settings: Settings, visit: Visit) -> None:
    with running_gateway(settings) as url, gateway_process(settings) as (other_url, _):
        near = visit(url)
        far = visit(other_url, token=near.token)
        with near.http.stream("GET", "/api/v1/events", headers=near.headers) as response:
            lines = response.iter_lines()
            next(lines)
            far.send("hello from the other side")
            started = time.monotonic()
            assert any("You said: hello" in line for line in lines)
            assert time.monotonic() - started < 2


# ---- the records by themselves


def records(settings: Settings) -> Records:
    return Records(settings.transcript_path, images_dir=settings.images_dir, lease_s=settings.lease_s)


def test_only_one_process_holds_a_message(settings: Settings) -> None:
    first, second = records(settings), records(settings)
    session, _ = first.sessions.open()
    assert first.inbox.accept(session, "message-1", text="hello", utterance="hello")
    claim = first.inbox.claim(session.session_id)
    assert claim
    assert second.inbox.claim(session.session_id) is None
    assert second.inbox.sessions_waiting() == []
    first.inbox.release()
    assert second.inbox.sessions_waiting() == [session.session_id]
    taken = second.inbox.claim(session.session_id)
    assert taken
    assert taken.attempt == 2
    with pytest.raises(Exception, match="message-1"):
        first.say(session, claim, Reply(text="too late"))
    with pytest.raises(Exception, match="message-1"):
        first.end(claim, {})
    second.say(session, taken, Reply(text="in time"))
    second.end(taken, {})
    assert [event["kind"] for event in first.transcript.latest(session.session_id)] == ["message", "reply", "turn_end"]
    assert first.inbox.claim(session.session_id) is None
    for opened in (first, second):
        opened.database.close()


def test_an_utterance_is_not_kept_twice(settings: Settings) -> None:
    opened = records(settings)
    session, _ = opened.sessions.open()
    opened.inbox.accept(session, "message-1", text="hello", utterance="hello")
    claim = opened.inbox.claim(session.session_id)
    assert claim
    opened.end(claim, {})
    with opened.database.reading() as conn:
        assert conn.execute("SELECT utterance FROM messages").fetchone()[0] == ""
    opened.database.close()


def test_only_what_is_worked_on_is_renewed(settings: Settings) -> None:
    opened = records(replace(settings, lease_s=0.2))
    sessions = [opened.sessions.open()[0] for _ in range(2)]
    for number, session in enumerate(sessions):
        opened.inbox.accept(session, f"message-{number}", text="hello", utterance="hello")
        assert opened.inbox.claim(session.session_id)
    time.sleep(0.15)
    opened.inbox.renew(["message-1"])
    time.sleep(0.1)
    assert opened.inbox.sessions_waiting() == [sessions[0].session_id]
    opened.database.close()


def test_logs_do_not_quote_a_shopper() -> None:
    record = logging.LogRecord("x", logging.ERROR, "x", 1, "failed", (), None)
    try:
        "my secret".encode("ascii", errors="strict").decode("utf-16")
    except UnicodeDecodeError as error:
        record.exc_info = (type(error), error, error.__traceback__)
    text = QuietFormatter("%(message)s").format(record)
    assert "UnicodeDecodeError" in text
    assert "test_gateway_restart" in text
    assert "truncated" not in text


@pytest.mark.parametrize(
    ("environment", "said"), [({"RAPPORT_PORT": "x"}, "whole number"), ({"RAPPORT_HOME": "{home}"}, "not a database")]
)
def test_a_bad_start_is_explained_in_one_line(tmp_path: Path, environment: dict[str, str], said: str) -> None:
    (tmp_path / "gateway.db").write_bytes(b"no database at all" * 1000)
    given = os.environ | {name: value.format(home=tmp_path) for name, value in environment.items()}
    command = [sys.executable, "-m", "bot", "gateway"]
    done = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_day_on_which_nothing_could_be_deleted_is_not_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "TIDY_EVERY_S", 0.0)
    locked, deleted = [True, True, False], asyncio.Event()

    async def delete() -> None:
        if locked.pop(0):
            raise OSError("database is locked")
        deleted.set()
        await asyncio.sleep(60)

    async def days() -> None:
        watcher = asyncio.create_task(app._daily("old transcripts", delete))
        await asyncio.wait_for(deleted.wait(), 5)
        watcher.cancel()

    asyncio.run(days())
    assert locked == []


def test_old_transcripts_are_deleted(settings: Settings) -> None:
    opened = records(settings)
    session, token = opened.sessions.open()
    young, young_token = opened.sessions.open()
    for owner, key in [(session, "message-1"), (young, "message-2")]:
        opened.inbox.accept(owner, key, text="hello", utterance="hello")
        claim = opened.inbox.claim(owner.session_id)
        assert claim
        opened.end(claim, {})
    with opened.database.writing() as conn:
        for table, column in [("events", "at"), ("sessions", "created_at")]:
            conn.execute(f"UPDATE {table} SET {column} = '2001-01-01' WHERE session_id = ?", [session.session_id])
    assert opened.delete_older_than(90) == 2
    assert opened.sessions.by_token(token) is None
    assert opened.sessions.by_token(young_token) == young
    assert len(opened.transcript.latest(young.session_id)) == 2
    opened.database.close()


def test_a_file_of_a_newer_version_is_left_alone(settings: Settings) -> None:
    opened = records(settings)
    with opened.database.writing() as conn:
        conn.execute("UPDATE _sqlite_migrations SET name = 'm999_the_future' WHERE name LIKE 'm001%'")
    opened.database.close()
    with pytest.raises(TranscriptError, match="newer version"):
        records(settings)
    settings.transcript_path.write_bytes(b"not a database at all" * 1000)
    with pytest.raises(TranscriptError, match="not a database"):
        records(settings)


def test_the_inbox_refuses_a_message_id_of_another_session(settings: Settings) -> None:
    opened = records(settings)
    (first, _), (second, _) = opened.sessions.open(), opened.sessions.open()
    assert opened.inbox.accept(first, "message-1", text="a", utterance="a")
    assert not opened.inbox.accept(first, "message-1", text="b", utterance="b")
    with pytest.raises(ApiError, match="in use"):
        opened.inbox.accept(second, "message-1", text="c", utterance="c")
    opened.database.close()


def test_an_erasure_reaches_all_sessions_of_the_shopper(settings: Settings, rasa: FakeRasa, visit: Visit) -> None:
    opened = records(settings)
    with running_gateway(settings) as url:
        phone, desk, stranger = visit(url), visit(url), visit(url)
        for shopper in (phone, desk, stranger):
            shopper.ask("remember me")
        with opened.database.writing() as conn:  # as a shop's login will do
            ids = [row[0] for row in conn.execute("SELECT shopper_id FROM sessions ORDER BY rowid")]
            conn.execute("UPDATE sessions SET shopper_id = ? WHERE shopper_id = ?", [ids[0], ids[1]])
        rasa.script = lambda _: [say("Gone."), show(erase=True)]
        phone.send("forget me")
        wait_for(lambda: [event["kind"] for event in desk.history()] == ["erased"])
        assert len(stranger.history()) == 3
    opened.database.close()


def test_a_lost_database_is_a_new_chat(settings: Settings, visit: Visit) -> None:
    with running_gateway(settings) as url:
        token = visit(url).token
    with running_gateway(replace(settings, home=settings.home / "new")) as url:
        response = visit(url, token=token).http.get("/api/v1/history", headers={"Authorization": f"Bearer {token}"})
        assert response.json()["error"]["code"] == "unknown_token"
