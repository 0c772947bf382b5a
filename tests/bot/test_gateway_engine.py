"""What passes between the gateway and the engine's database: notes of a turn, and interactions."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.settings import Settings
from profiling.profile.replay import replay
from profiling.store import Store
from profiling.store.facts import FactStore
from profiling.store.log import Entry, Log
from profiling.store.slates import SlateStore
from profiling.types import Assertion, Turn
from profiling.vocabulary import load_vocabulary
from tests.bot.fake_rasa import FakeRasa, say
from tests.bot.servers import running_gateway
from tests.bot.shopper import Shopper, error, texts

SAID_AT = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
"""Not a fixed day: the gateway deletes what is too old as soon as it runs."""


def note_turn(settings: Settings, message_id: str, shopper_id: str) -> None:
    """Does what the engine does when it sees "my size is 42"."""
    store = Store(settings.engine_path)
    at = SAID_AT
    turn = Turn(message_id, shopper_id, "my size is 42", at, intent="state_preference", probability=0.9)
    assertion = Assertion(
        assertion_id=f"fact of {message_id}",
        message_id=message_id,
        predicate="shoe_size_is",
        object="size:42",
        label="42",
        lasting=True,
        confidence=0.9,
        start=11,
        end=13,
        quote="42",
        extractor="test",
    )
    entry = Entry(message_id, "turn", shopper_id, at, at, assertions=(assertion,))
    with store.writing():
        Log(store).add_turn(turn, entry, shopper_id=shopper_id, language="en", need="")
        book = replay([entry], shopper_id=shopper_id, types=load_vocabulary(None).product_types)
        FactStore(store).put(book.facts.values())
        Log(store).set_manner(message_id, [("length", "short", "noted: You want short answers.")])
        Log(store).set_support((fact_id, assertion_id) for assertion_id, fact_id in book.support.items())
    store.close()


def test_the_end_of_a_turn_tells_what_was_noted(rasa: FakeRasa, shopper: Shopper, settings: Settings) -> None:
    def script(sent: dict[str, Any]) -> list[Any]:
        note_turn(settings, sent["metadata"]["message_id"], sent["metadata"]["shopper_id"])
        return [say("Noted.")]

    rasa.script = script
    end = shopper.ask("my size is 42")[-1]
    assert (end["intent"], end["probability"], end["language"]) == ("state_preference", 0.9, "en")
    assert end["manner"] == ["length: short (noted: You want short answers.)"]
    (fact,) = end["facts"]
    assert fact == {
        "fact_id": f"fact of {end['message_id']}",
        "text": "Your shoe size is 42.",
        "quote": "42",
        "at": SAID_AT.isoformat(),
    }


def test_what_was_noted_about_others_stays_there(rasa: FakeRasa, shopper: Shopper, settings: Settings) -> None:
    def script(sent: dict[str, Any]) -> list[Any]:
        note_turn(settings, sent["metadata"]["message_id"], "guest:somebody-else")
        return [say("Noted.")]

    rasa.script = script
    end = shopper.ask("my size is 42")[-1]
    assert (end["intent"], end["facts"]) == (None, [])


def interaction(**more: Any) -> dict[str, Any]:
    return {"interaction_id": str(uuid.uuid4()), "kind": "click", "item_id": "LL-MUG-001-BLU", **more}


@pytest.fixture
def stocked(settings: Settings, demo_catalogue: None) -> Settings:
    """A store with the test's catalogue, and a slate that somebody else was shown."""
    store = Store(settings.engine_path)
    SlateStore(store).add(
        "s1", [], shopper_id="guest:somebody-else", message_id="m", need="", at=datetime.now(UTC), request={}
    )
    store.close()
    return settings


def stored(settings: Settings) -> list[tuple[Any, ...]]:
    conn = sqlite3.connect(settings.engine_path)
    rows = conn.execute("SELECT interaction_id, shopper_id, kind, weight, item_id FROM interactions").fetchall()
    conn.close()
    return rows


def test_an_interaction_counts_once(shopper: Shopper, stocked: Settings) -> None:
    body = interaction(kind="add_to_cart")
    answers = [shopper.post("interactions", body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    ((interaction_id, shopper_id, kind, weight, item_id),) = stored(stocked)
    assert (interaction_id, kind, item_id) == (body["interaction_id"], "add_to_cart", "LL-MUG-001-BLU")
    assert weight > 0
    assert shopper_id.startswith("guest:")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"kind": "purchase"}, (422, "unknown_kind")),
        ({"kind": None}, (422, "unknown_kind")),
        ({"item_id": "LL-NOTHING"}, (404, "unknown_item")),
        ({"slate_id": "s1"}, (404, "unknown_slate")),
        ({"slate_id": "s2"}, (404, "unknown_slate")),
        ({"item_id": None}, (422, "no_subject")),
        ({"interaction_id": "1"}, (422, "bad_interaction_id")),
    ],
)
def test_a_bad_interaction_is_refused(
    shopper: Shopper, stocked: Settings, more: dict[str, Any], expected: tuple[int, str]
) -> None:
    assert error(shopper.post("interactions", interaction(**more))) == expected
    assert stored(stocked) == []


def test_the_chat_lives_without_the_engine_s_store(settings: Settings, visit: Callable[..., Shopper]) -> None:
    settings.home.mkdir()
    settings.engine_path.write_bytes(b"this is no database, it is a text file of some length" * 100)
    with running_gateway(settings) as url:
        shopper = visit(url)
        assert texts(shopper.ask("hello")) == ["You said: hello"]
        assert error(shopper.post("interactions", interaction())) == (503, "store_unavailable")
        assert shopper.http.get("/healthz").json()["parts"]["store"] is False
        assert shopper.http.get("/").status_code == 200
