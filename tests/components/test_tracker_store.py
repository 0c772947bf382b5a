"""Compact tracker store: the same dialogue as with Rasa's own store, in constant time and space."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import rasa.core.processor
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.tracker_store import InMemoryTrackerStore, TrackerStore, check_if_tracker_store_async
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    ConversationPaused,
    ReminderScheduled,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.slots import AnySlot, TextSlot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.components import tracker_store
from bot.components.conversation_file import ConversationFile
from bot.components.tracker_store import CompactTrackerStore, compact
from tests.components.conftest import ROOT

EXPIRE = "(an hour passes)"
TALK = ["hello", "red running shoes", "where is my order W1042", "what is the meaning of life", "forget me"]
FORM = ["i want to return this", "W1001", "it is far too small", "rubbish", "stop"]
STEPS = [*TALK, *FORM, "/greet", '/inform{"order_number": "W1111"}', "/restart", EXPIRE, ""]
serial = itertools.count()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CompactTrackerStore]:
    made = CompactTrackerStore(Domain.empty(), db=str(tmp_path / "rasa.db"))
    yield made
    made._file.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stores")


def bytes_on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def play(agent: Any, steps: list[str], sender_id: str) -> list[Any]:
    """What was said, and what the tracker knew, after each step."""
    seen = []
    hours = 0
    for number, step in enumerate(steps):
        hours += step == EXPIRE
        text = "hello" if step == EXPIRE else step
        rasa.core.processor.time = SimpleNamespace(time=lambda hours=hours: time.time() + 3_700 * hours)  # type: ignore[assignment]
        channel = CollectingOutputChannel()
        await agent.handle_message(UserMessage(text, channel, sender_id, metadata={"message_id": f"m{number}"}))
        hours = 0
        tracker = await agent.tracker_store.retrieve(sender_id)
        said = [(message.get("text"), message.get("custom")) for message in channel.messages]
        loop = (tracker.active_loop_name, tracker.is_active_loop_rejected)
        seen.append((step, said, tracker.current_slot_values(), loop, tracker.latest_action_name, tracker.is_paused()))
    rasa.core.processor.time = time
    return seen


def steps_with_a_back() -> st.SearchStrategy[list[str]]:
    """Going back further than the kept turns reach is the one thing that the store forgets, hence one step only."""
    talk = st.lists(st.sampled_from(STEPS), min_size=12, max_size=45)
    backs = st.lists(st.integers(0, 45), max_size=1)
    return st.builds(
        lambda steps, places: [step for n, step in enumerate(steps) for step in [step] + ["/back"] * places.count(n)],
        talk,
        backs,
    )


@given(steps=steps_with_a_back())
@example(steps=["i want to return this", "W1001", *["rubbish"] * 14, "it is far too small", "hello"])
@example(
    steps=[*["what is the meaning of life"] * 12, "red running shoes", *["hello"] * 14, "/back", "/back", "/greet"]
)
@example(steps=["red running shoes", *["hello"] * 14, "forget me", *["hello"] * 3, EXPIRE, "hello"])
@example(steps=["red running shoes", *["W1001"] * 14, EXPIRE, "hello", *["hello"] * 12, "/restart", "hello"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_dialogue_is_the_same_as_with_rasas_own_store(
    make_agent: Callable[..., Any], folder: Path, steps: list[str]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("KEPT_TURNS", 4), ("MOST_TURNS", 6), ("MOST_EVENTS", 120)):
            patch.setattr(tracker_store, name, value)
        compact_store = CompactTrackerStore(Domain.empty(), db=str(folder / f"{next(serial)}.db"))

        async def both() -> tuple[list[Any], list[Any]]:
            ours = await play(make_agent(compact_store), steps, "ours")
            theirs = await play(make_agent(InMemoryTrackerStore(Domain.empty())), steps, "theirs")
            from bot.components import action_call

            await action_call.close()
            return ours, theirs

        ours, theirs = asyncio.run(both())
        row = json.loads(compact_store._file.load("ours") or "[]")
        compact_store._file.close()
    for mine, rasas in zip(ours, theirs, strict=True):
        assert mine == rasas
    assert len(row) <= 120 + 60


async def test_a_thousand_turns_stay_small_and_fast(make_agent: Callable[..., Any], store: CompactTrackerStore) -> None:
    agent = make_agent(store)
    sizes, times = [], []
    for turn in range(1_000):
        started = time.perf_counter()
        await play(agent, [TALK[turn % 3]], "long")
        times.append(time.perf_counter() - started)
        sizes.append(len(store._file.load("long") or ""))
    assert max(sizes[500:]) <= 1.1 * max(sizes[20:100])
    early, late = sorted(times[50:350])[150], sorted(times[700:])[150]
    assert late < 1.5 * early
    tracker = await store.retrieve("long")
    assert tracker is not None
    assert tracker.get_slot("turns") == 1_000


async def test_the_rows_of_one_file_serve_several_workers(make_agent: Callable[..., Any], tmp_path: Path) -> None:
    stores = [CompactTrackerStore(Domain.empty(), db=str(tmp_path / "shared.db")) for _ in range(2)]
    agents = [make_agent(shared) for shared in stores]
    for turn in range(12):
        await play(agents[turn % 2], ["red running shoes"], "s")
    tracker = await stores[0].retrieve("s")
    assert tracker is not None
    assert tracker.get_slot("turns") == 12


def test_two_processes_write_without_losing_a_row(tmp_path: Path) -> None:
    path = tmp_path / "shared.db"
    script = (
        "import sys; from pathlib import Path; from bot.components.conversation_file import ConversationFile\n"
        "file = ConversationFile(Path(sys.argv[1]))\n"
        "for n in range(300): file.save(f'{sys.argv[2]}-{n}', '[]' * 500)\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", script, str(path), name], cwd=ROOT) for name in "ab"]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert len(ConversationFile(path).sender_ids()) == 600


def test_a_row_survives_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "rasa.db"
    script = (
        "import sys, time; from pathlib import Path; from bot.components.conversation_file import ConversationFile\n"
        "file = ConversationFile(Path(sys.argv[1]))\n"
        "for n in range(100_000): file.save('s', str(n)); print(n, flush=True)\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", script, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    for line in writer.stdout:
        if int(line) == 200:
            break
    writer.send_signal(signal.SIGKILL)
    last = max([200, *(int(line) for line in writer.stdout.read().split())])
    writer.wait(10)
    assert int(ConversationFile(path).load("s") or -1) in {last, last + 1}


async def test_an_erased_sender_leaves_no_trace_in_the_files(
    make_agent: Callable[..., Any], store: CompactTrackerStore, tmp_path: Path
) -> None:
    agent = make_agent(store)
    for turn in range(30):
        await play(agent, [f"red shoes for my cousin Wilhelmina {turn}"], "wilhelmina-7")
        await play(agent, ["hello"], f"other-{turn}")
    assert b"Wilhelmina" in bytes_on_disk(tmp_path)
    assert await store.erase("wilhelmina-7")
    content = bytes_on_disk(tmp_path)
    assert b"Wilhelmina" not in content
    assert b"wilhelmina-7" not in content
    assert not await store.exists("wilhelmina-7")
    assert await store.exists("other-3")
    assert await store.erase("never seen")


async def test_an_erasure_waits_for_a_reader_and_is_completed_later(store: CompactTrackerStore, tmp_path: Path) -> None:
    store._file.save("a", "secret")
    reader = sqlite3.connect(tmp_path / "rasa.db", isolation_level=None)
    reader.execute("BEGIN").execute("SELECT * FROM conversations").fetchall()
    store._file._connection.execute("PRAGMA busy_timeout = 50")
    assert not await store.erase("a")
    reader.close()
    assert await store.erase("a")
    assert b"secret" not in bytes_on_disk(tmp_path)


async def test_a_tracker_without_events_does_not_replace_a_row(store: CompactTrackerStore) -> None:
    full = DialogueStateTracker.from_events("s", [SessionStarted(), ActionExecuted("action_listen")], [])
    await store.save(full)
    await store.save(DialogueStateTracker.from_events("s", [], []))
    tracker = await store.retrieve("s")
    assert tracker is not None
    assert len(tracker.events) == 2


async def test_what_rasa_asks_of_a_store(store: CompactTrackerStore) -> None:
    assert check_if_tracker_store_async(store)
    assert await store.retrieve("nobody") is None
    assert not await store.exists("nobody")
    tracker = await store.get_or_create_tracker("somebody")
    await store.save(tracker)
    assert list(await store.keys()) == ["somebody"]
    full = await store.retrieve_full_tracker("somebody")
    assert full is not None
    assert [event.type_name for event in full.events] == ["action"]


def test_rasa_finds_it_by_its_name_in_endpoints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = "bot.components.tracker_store.CompactTrackerStore"
    named = TrackerStore.create(EndpointConfig(type=kind, db=str(tmp_path / "a" / "b.db")), Domain.empty())
    assert isinstance(named, CompactTrackerStore)
    assert (tmp_path / "a" / "b.db").exists()
    monkeypatch.setenv("RAPPORT_HOME", str(tmp_path / "home"))
    assert isinstance(TrackerStore.create(EndpointConfig(type=kind), Domain.empty()), CompactTrackerStore)
    assert (tmp_path / "home" / "rasa.db").exists()


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rasa.db"
    path.write_bytes(b"no database" * 1_000)
    with pytest.raises(sqlite3.DatabaseError, match=r"rasa\.db cannot be used"):
        ConversationFile(path)


async def test_a_damaged_row_starts_a_new_conversation(
    make_agent: Callable[..., Any], store: CompactTrackerStore
) -> None:
    agent = make_agent(store)
    await play(agent, ["hello"], "s")
    store._file.save("s", "{no json")
    ((_, said, *_),) = await play(agent, ["hello"], "s")
    assert said == [("Hello.", None)]


class TestSummary:
    """What stands before the kept turns."""

    slots = (TextSlot("name", mappings=[]), AnySlot("basket", mappings=[], initial_value=["bag"]))

    def tracker(self, *events: Any) -> DialogueStateTracker:
        turns = [[ActionExecuted("action_listen"), UserUttered(f"t{n}"), ActionExecuted("utter_x")] for n in range(20)]
        started = [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")]
        return DialogueStateTracker.from_events("s", [*started, *events, *itertools.chain(*turns)], list(self.slots))

    def after(self, tracker: DialogueStateTracker) -> DialogueStateTracker:
        events = compact(list(tracker.events), tracker)
        assert sum(isinstance(event, UserUttered) for event in events) <= tracker_store.KEPT_TURNS + 1
        return DialogueStateTracker.from_events("s", events, list(self.slots))

    def test_slots_that_differ_from_their_start(self) -> None:
        then = self.after(self.tracker(SlotSet("name", "Ada"), SlotSet("basket", None), SlotSet("name", "Grace")))
        assert then.current_slot_values() == {"name": "Grace", "basket": None}
        assert sum(isinstance(event, SlotSet) for event in then.events) == 2

    def test_a_pause(self) -> None:
        assert self.after(self.tracker(ConversationPaused())).is_paused()

    def test_an_active_form_and_what_triggered_it(self) -> None:
        then = self.after(self.tracker(UserUttered("return it"), ActionExecuted("a_form"), ActiveLoop("a_form")))
        assert then.active_loop_name == "a_form"
        assert then.active_loop is not None
        assert (then.active_loop.trigger_message or {})["text"] == "return it"

    def test_reminders_that_are_still_to_come(self) -> None:
        from datetime import UTC, datetime, timedelta

        soon = ReminderScheduled("greet", datetime.now(UTC) + timedelta(hours=5), name="soon")
        gone = ReminderScheduled("greet", datetime.now(UTC) - timedelta(hours=5), name="gone")
        then = self.after(self.tracker(soon, gone))
        assert [event.name for event in then.events if isinstance(event, ReminderScheduled)] == ["soon"]

    def test_summaries_do_not_pile_up(self) -> None:
        tracker = self.tracker(SlotSet("name", "Ada"))
        lengths = []
        for _ in range(30):
            tracker = self.after(tracker)
            for n in range(10):
                for event in (ActionExecuted("action_listen"), UserUttered(f"u{n}"), ActionExecuted("utter_x")):
                    tracker.update(event)
            lengths.append(len(tracker.events))
        assert lengths[-1] == lengths[1]


def test_the_file_module_needs_nothing_but_python() -> None:
    script = "import bot.components.conversation_file, sys; print('rasa' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
