"""Two people on one device: the profile panel is that of the person who talks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.settings import Settings
from profiling.profile.memory import Memory
from profiling.profile.persons import APART
from tests.bot.fake_rasa import FakeRasa, say, show
from tests.bot.shopper import Shopper
from tests.profiling.histories import Said, known, memory_at, tell

TOM = f"{APART}tom"
ANNA_SIZE: Said = ("shoe_size_is", "size:38")
TOM_SIZE: Said = ("shoe_size_is", "size:46")


@pytest.fixture
def both(rasa: FakeRasa, settings: Settings, shopper: Shopper) -> Shopper:
    """Anna has told her size, then Tom his; what begins with "Tom" is his, as the dialogue sees it."""

    def script(sent: dict[str, Any]) -> list[Any]:
        meta, text = sent["metadata"], sent["message"]
        memory = memory_at(settings.engine_path)
        whose = TOM if text.startswith("Tom") else meta["shopper_id"]
        said = {"Anna's size": [ANNA_SIZE], "Tom's size": [TOM_SIZE]}.get(text, [])
        tell(memory, meta["message_id"], *said, shopper_id=whose, sender_id=sent["sender"], at=datetime.now(UTC))
        memory.store.close()
        return [say("Gone."), show(erase="conversation")] if "forget" in text else [say("Yes.")]

    rasa.script = script
    shopper.ask("Anna's size")
    return shopper


def anna_of(memory: Memory) -> str:
    (anna,) = set(memory.log.shopper_ids()) - {TOM}
    return anna


def panel(shopper: Shopper) -> list[str]:
    body = shopper.http.get("/api/v1/profile", headers=shopper.headers).json()
    return [fact["text"] for fact in body["facts"]]


def test_the_panel_shows_who_talks(both: Shopper) -> None:
    assert panel(both) == ["Your shoe size is 38."]
    noted = both.ask("Tom's size")[-1]
    assert [fact["text"] for fact in noted["facts"]] == ["Your shoe size is 46."]
    assert panel(both) == ["Your shoe size is 46."]
    both.ask("It's me again")
    assert panel(both) == ["Your shoe size is 38."]


def test_who_talks_mends_their_own_notes_and_takes_their_own_data_along(both: Shopper, settings: Settings) -> None:
    (fact,) = both.ask("Tom's size")[-1]["facts"]
    copy = both.http.get("/api/v1/profile/export", headers=both.headers).json()
    assert [fact["label"] for fact in copy["facts"]] == ["46"]
    assert {turn["origin"] for turn in copy["turns"]} == {TOM}
    assert copy["conversations"] == []  # Anna's words are in them
    deleted = both.http.delete(f"/api/v1/profile/facts/{fact['fact_id']}", headers=both.headers)
    assert (deleted.status_code, panel(both)) == (204, [])
    memory = memory_at(settings.engine_path)
    assert known(memory, anna_of(memory)) == {ANNA_SIZE}
    memory.store.close()
    assert both.post("profile/undo", {}).json()["restored"][0]["text"] == "Your shoe size is 46."


def test_what_another_person_wants_forgotten_is_not_the_first_one_s(both: Shopper) -> None:
    both.ask("Tom's size")
    assert both.http.delete("/api/v1/profile", headers=both.headers).json() == {"facts_count": 1}
    assert panel(both) == ["Your shoe size is 38."]
    assert [event["kind"] for event in both.history()] == ["erased"]


def test_who_said_to_be_the_same_person_is_nobody_to_take_out_again(both: Shopper, settings: Settings) -> None:
    both.ask("Tom's size")
    memory = memory_at(settings.engine_path)
    memory.merge(TOM, anna_of(memory), proof="said_so")
    memory.store.close()
    body = both.http.get("/api/v1/profile", headers=both.headers).json()
    assert (panel(both), body["can_split"]) == (["Your shoe size is 46."], False)


def test_a_conversation_alone_can_be_erased(rasa: FakeRasa, both: Shopper) -> None:
    both.until_end(both.send("Tom: forget me"))
    assert [event["kind"] for event in both.history()] == ["erased", "reply", "turn_end"]
