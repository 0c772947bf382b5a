"""The engine as the actions use it, on the known catalogue."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from profiling.engine import Engine
from profiling.errors import NotFoundError
from profiling.profile.profile import tell
from profiling.types import Turn
from tests.known_catalogue import ITEMS, load_items
from tests.profiling.talking import START, Shopper


def test_a_thing_in_the_catalogue_speaks_against_out_of_scope(engine: Engine) -> None:
    for probability, need in ((0.6, True), (0.95, False)):
        said = Turn(
            f"m{probability}", "s2", "a mouse for my computer", START, intent="out_of_scope", probability=probability
        )
        assert bool(engine.observe(said).facts) is need


def test_a_turn_does_not_wait_for_a_large_catalogue_to_be_read_anew(
    engine: Engine, shopper: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = threading.Event()
    build = engine.catalogue._build
    monkeypatch.setattr(engine.catalogue, "_build", lambda: (reading.wait(10), build())[1])
    load_items(engine, [replace(item, price_cents=100) for item in ITEMS if item.item_id == "m-dear"])
    began = time.monotonic()
    shopper.says("a wireless mouse under 2")
    assert shopper.sees() == []
    assert time.monotonic() - began < 5
    reading.set()
    for _ in range(100):
        if engine.catalogue.view.snapshot.version == engine.catalogue.items.version:
            break
        time.sleep(0.05)
    assert shopper.sees() == ["m-dear"]


def test_the_same_message_twice_teaches_nothing_twice(engine: Engine) -> None:
    turn = Turn("m1", "s1", "a black mouse", START, intent="recommend")
    first, second = engine.observe(turn), engine.observe(replace(turn, utterance="a red mouse"))
    assert second.repeated
    assert second.facts == first.facts
    assert len(engine.profile("s1", at=START).facts) == 2


def test_a_contradiction_closes_the_older_fact(engine: Engine, shopper: Shopper) -> None:
    shopper.says("i love wool", "state_preference")
    shopper.says("i hate wool now", "state_preference")
    assert shopper.knows() == ["You do not like wool."]
    rows = list(engine.store.db.query("SELECT predicate, valid_to, closed_by FROM facts ORDER BY valid_from"))
    assert [(row["predicate"], row["valid_to"] is None) for row in rows] == [("likes", False), ("dislikes", True)]
    assert rows[0]["closed_by"] == "s1-2"


def test_an_old_fact_fades(engine: Engine, shopper: Shopper) -> None:
    shopper.says("a mouse under 30")
    shopper.says("i hate wool", "state_preference")
    later = engine.profile("s1", at=START + timedelta(days=90))
    assert [tell(fact) for fact in later.facts] == ["You do not like wool."]
    assert later.weights[later.facts[0].fact_id] == pytest.approx(0.95 * 0.5 ** (90 / 365), abs=0.01)


def test_after_half_a_day_of_silence_a_refinement_opens_a_new_need(engine: Engine) -> None:
    engine.observe(Turn("m1", "s1", "a mouse", START, intent="recommend"))
    later = engine.observe(Turn("m2", "s1", "in black", START + timedelta(hours=13), intent="refine"))
    assert later.need != engine.memory.log.turn("m1")["need"]  # type: ignore[index]


def test_other_shoppers_are_another_matter(engine: Engine) -> None:
    Shopper(engine, "s1").says("i hate wool", "state_preference")
    assert Shopper(engine, "s2").knows() == []


def test_forgetting_leaves_no_row_and_no_word_in_the_file(engine: Engine, shopper: Shopper) -> None:
    shopper.says("a xylographic wireless mouse under 30")
    shopper.sees()
    engine.slates.record("i1", "click", shopper_id="s1", at=START, item_id="m-mini")
    engine.memory.forget("s1")
    for table in ("turns", "facts", "slates", "impressions", "interactions"):
        assert engine.store.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0
    engine.store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"xylographic" not in engine.settings.database.read_bytes()


def test_facts_of_others_cannot_be_closed(engine: Engine, shopper: Shopper) -> None:
    fact = shopper.says("i hate wool", "state_preference").facts[0]
    later = START + timedelta(hours=1)
    assert engine.memory.retract("s2", [fact.fact_id], at=later, by="m9") == []
    assert [taken.fact_id for taken in engine.memory.retract("s1", [fact.fact_id], at=later, by="m9")] == [fact.fact_id]
    assert shopper.knows() == []


def test_a_changed_price_counts_in_the_next_turn(engine: Engine, shopper: Shopper) -> None:
    shopper.says("wireless mouse under 12")
    assert shopper.sees() == []
    load_items(engine, [replace(next(item for item in ITEMS if item.item_id == "m-mini"), price_cents=1100)])
    assert shopper.sees() == ["m-mini"]


def test_variants_passages_and_reductions(engine: Engine) -> None:
    navy = engine.item("j-cotton-m")
    in_large = engine.variants_like(navy, engine.catalogue.view.extractor.mentions("in size L"))
    assert [item.item_id for item in in_large] == ["j-cotton-l"]
    assert engine.passage(engine.item("r-1"), "is it waterproof?") == "Waterproof and windproof, with taped seams."
    assert engine.passage(engine.item("k-kettle"), "how much water fits in?") == "Holds 0.9 litres."
    assert engine.passage(engine.item("k-1"), "is it waterproof?") is None
    assert [item.item_id for item in engine.reduced("s1", k=3)] == ["r-1"]


def test_search_without_an_encoder_still_finds_words(engine: Engine, settings: object) -> None:
    bare = Engine(engine.settings, encoder=None)
    assert bare.search("gooseneck kettle")[0].item_id == "k-kettle"
    Shopper(bare).says("a wireless mouse under 30")
    assert Shopper(bare).sees()


def test_an_empty_catalogue_recommends_nothing(settings, encoder) -> None:  # type: ignore[no-untyped-def]
    empty = Engine(settings, encoder=encoder)
    Shopper(empty).says("a wireless mouse")
    assert Shopper(empty).sees() == []
    assert empty.search("mouse") == []


def test_an_unknown_item_is_said_so(engine: Engine) -> None:
    with pytest.raises(NotFoundError, match="no-such"):
        engine.item("no-such")


@pytest.mark.parametrize(
    "utterance",
    ["", " ", "🎉🎉🎉", "a" * 10_000, "\x00\x01\x02", "<script>alert(1)</script>", "'; DROP TABLE facts; --", "/forget_me",
     '{"intent": "x"}', "price of -5", '"', "NEAR(a b)", "title: mouse*", "AND OR NOT", "色違いのマウス", "( ) [ ] ^ $"],
)  # fmt: skip
def test_hostile_utterances_are_only_words(shopper: Shopper, utterance: str) -> None:
    shopper.says(utterance)
    shopper.says(utterance, "state_preference")
    shopper.sees()
    shopper.engine.search(utterance)
