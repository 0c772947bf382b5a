from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from profiling.errors import InputError
from profiling.profile.retention import UNREMEMBERED, expire, load_retention
from tests.profiling.histories import START, known, memory_at, tell

RED, BLUE = ("likes", "colour:red"), ("likes", "colour:blue")


def test_each_kind_is_kept_for_its_own_time() -> None:
    memory = memory_at()
    for shopper_id in (f"{UNREMEMBERED}c1", "guest:a", "guest:merged", "account"):
        tell(memory, f"m-{shopper_id}", RED, shopper_id=shopper_id)
    memory.merge("guest:merged", "guest:owner", proof="one_time_code")
    left = {}
    for days in (2, 200, 400, 1200):
        expire(memory, load_retention(), at=START + timedelta(days=days))
        left[days] = sorted({row["shopper_id"] for row in memory.store.db.query("SELECT shopper_id FROM turns")})
    assert left[2] == ["account", "guest:a", "guest:owner"]
    assert left[200] == left[400] == ["account", "guest:owner"]
    assert left[1200] == []


def test_old_words_go_and_what_was_noted_from_them_stays() -> None:
    memory = memory_at()
    tell(memory, "m1", RED, shopper_id="account")
    assert expire(memory, load_retention(), at=START + timedelta(days=400))["utterances"] == 1
    assert memory.log.turn("m1")["utterance"] == ""  # type: ignore[index]
    assert not memory.rebuild("account")
    assert known(memory, "account") == {RED}


def test_what_was_taken_back_is_deleted_and_what_it_had_ended_stays_ended() -> None:
    memory = memory_at()
    tell(memory, "m1", RED, BLUE)
    tell(memory, "m2", ("dislikes", "colour:red"), minute=1)
    fact = next(fact for fact in memory.facts.open_facts("s1") if fact.predicate == "dislikes")
    retracted = memory.retract("s1", [fact.fact_id], at=START + timedelta(minutes=2), by="m3")[0].retracted_at
    assert retracted is not None
    assert expire(memory, load_retention(), at=retracted + timedelta(days=29))["retracted"] == 0
    assert expire(memory, load_retention(), at=retracted + timedelta(days=31))["retracted"] == 2
    assert [fact.object for fact in memory.facts.all_facts("s1")] == ["colour:blue"]


def test_a_shop_may_set_its_own_times(tmp_path: Path) -> None:
    own = tmp_path / "retention.yml"
    own.write_text("guests: 30\n")
    assert load_retention(own)["guests"] == 30
    own.write_text("gosts: 30\n")
    with pytest.raises(InputError, match="gosts"):
        load_retention(own)
    for damaged in ("{guests: 30", "- guests"):
        own.write_text(damaged)
        with pytest.raises(InputError, match=r"retention\.yml: "):
            load_retention(own)
    with pytest.raises(InputError, match=r"none\.yml"):
        load_retention(tmp_path / "none.yml")
