"""The count model of the shop's own log: fitted, kept only if better, and a signal with a reason of its own."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from profiling.cli.commands import main
from profiling.engine import Engine
from profiling.errors import ArtefactError
from profiling.evaluate.foretelling import LiveModel, compare_fitted
from profiling.learn.behaviour import BehaviourModel
from profiling.learn.foretelling import Foretelling, version_file
from profiling.learn.shop_log import MOST_OF_ONE, read_shop_log
from profiling.store import Store
from profiling.store.rankers import MODELS_KEPT, CountModelStore, CountModelVersion, RankerStore
from profiling.types import Impression, Turn

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
RING = ("k-kettle", "m-big", "l-desk", "r-1", "m-mini", "s-42", "pad-1", "b-42")
"""What every shopper of the test takes, in this order, from anywhere in the ring on."""


LATEST = AT - timedelta(days=1)


def fill(engine: Engine, ring: Sequence[str] = RING, *, shoppers: int = 120, days_later: int = 0) -> None:
    rng = np.random.default_rng(3)
    with engine.store.writing():
        for number in range(shoppers):
            start, first_day = int(rng.integers(len(ring))), float(rng.integers(-60, -6))
            for step in range(4):
                at = (AT + timedelta(days=first_day + step) if step < 3 else LATEST) + timedelta(days=days_later)
                one = f"{days_later}-{number}"
                engine.slates.record(
                    f"{one}-{step}", "purchase", shopper_id=one, at=at, item_id=ring[(start + step) % len(ring)]
                )


def asks(engine: Engine, minutes: float) -> dict[str, Impression]:
    at = AT + timedelta(minutes=minutes)
    engine.observe(Turn(f"m{minutes}", "s1", "wireless mouse", at, intent="recommend"))
    return {shown.item.item_id: shown for shown in engine.recommend("s1", at=at, k=8).impressions}


@pytest.fixture
def shop(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setenv("RAPPORT_HOME", str(engine.settings.home))
    fill(engine)
    return engine


def learns(*options: str) -> dict[str, Any]:
    result = CliRunner().invoke(main, ["learn", *options], catch_exceptions=False)
    figures: dict[str, Any] = json.loads(result.output.splitlines()[-1])
    return figures


def test_learning_keeps_the_model_and_the_shop_uses_it_at_once(shop: Engine) -> None:
    for minute, item_id in enumerate(("b-42", "k-kettle")):
        shop.slates.record(item_id, "click", shopper_id="s1", at=AT + timedelta(minutes=minute), item_id=item_id)
    assert "foretold" not in asks(shop, 10)["m-big"].signals
    found = learns()["count_model"]
    assert found["promoted"], found
    assert found["new"] >= found["plain"]
    shown = asks(shop, 11)["m-big"]
    reason = next(reason for reason in shown.reasons if reason.signal == "foretold")
    assert shown.signals["foretold"] == 1.0
    assert learns("--roll-back") == {"ranker": 0, "count_model": 0}
    assert asks(shop, 12)["m-big"].score == pytest.approx(shown.score - reason.weight, abs=1e-3)


def test_nothing_is_promoted_without_new_shoppers_or_in_a_dry_run(shop: Engine) -> None:
    assert not learns("--dry-run")["count_model"]["promoted"]
    assert learns()["count_model"]["version"] == 1
    again = learns()["count_model"]
    assert not again["promoted"], again
    assert CountModelStore(shop.store).live() == CountModelVersion(1, LATEST)


def test_a_model_that_knows_more_is_promoted_and_each_can_be_rolled_back(shop: Engine) -> None:
    """After the first fit shoppers go round the ring in the other direction."""
    learns()
    fill(shop, RING[::-1], days_later=70)
    found = learns()["count_model"]
    assert (found["promoted"], found["version"]) == (True, 2)
    assert found["new"] > found["live"] + 0.1
    likeliest = [next(iter(shop.foretelling.after(["k-kettle"])))]
    promoted = shop.rankers.add({"popular": 2.0}, {"promoted": True}, at=AT, promote=True).version
    assert learns("--roll-back", "count-model") == {"ranker": promoted, "count_model": 1}
    likeliest += [next(iter(shop.foretelling.after(["k-kettle"])))]
    assert likeliest == ["b-42", "m-big"]
    assert learns("--roll-back", "ranker") == {"ranker": 0, "count_model": 1}
    assert learns("--roll-back") == {"ranker": 0, "count_model": 0}
    assert shop.foretelling.after(["k-kettle"]) == {}


def test_a_model_that_is_worse_than_the_live_one_is_not_promoted(shop: Engine) -> None:
    """The live model knows where shoppers go from now on; those before went anywhere."""
    log = read_shop_log(shop.store)
    live = LiveModel(Foretelling(BehaviourModel.fit(log.histories, log.attributes), log.item_ids), float("-inf"))
    days = log.histories.days
    assert days is not None
    late = days >= np.quantile(days, 0.9)
    mixed = np.where(late, log.histories.items, np.random.default_rng(1).permutation(log.histories.items))
    found = compare_fitted(replace(log, histories=replace(log.histories, items=mixed)), live)
    assert found.verdict.startswith("worse")
    assert found.live is not None
    assert found.live > found.new


def test_only_the_latest_versions_are_kept(tmp_path: Path) -> None:
    versions = CountModelStore(Store(tmp_path / "v.db"))
    kept: list[int] = []
    for _ in range(MODELS_KEPT + 2):
        kept = versions.promote(versions.next_version(), {}, at=AT, known_to=AT)
    assert kept == list(range(3, MODELS_KEPT + 3))
    for version in (6, 5, 4, 3):
        assert versions.roll_back() == CountModelVersion(version, AT)
    assert versions.roll_back() is None
    assert versions.next_version() == MODELS_KEPT + 3


def test_what_was_rolled_back_does_not_come_back_by_rolling_back(tmp_path: Path) -> None:
    store = Store(tmp_path / "v.db")
    versions, rankers = CountModelStore(store), RankerStore(store)
    for number in (1, 2):
        versions.promote(number, {}, at=AT, known_to=AT)
        rankers.add({}, {"promoted": True}, at=AT, promote=True)
    versions.roll_back(), rankers.roll_back()
    versions.promote(3, {}, at=AT, known_to=AT), rankers.add({}, {"promoted": True}, at=AT, promote=True)
    assert versions.roll_back() == CountModelVersion(1, AT)
    assert rankers.roll_back().version == 1


def test_too_short_a_log_keeps_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_HOME", str(engine.settings.home))
    for shoppers in (0, 5):
        fill(engine, shoppers=shoppers)
        assert not learns()["count_model"]["promoted"]
    assert not engine.settings.count_models.exists()


def test_saved_and_loaded_it_foretells_the_same(shop: Engine) -> None:
    log = read_shop_log(shop.store)
    model = Foretelling(BehaviourModel.fit(log.histories, log.attributes), log.item_ids)
    path = version_file(shop.settings.count_models, 1)
    model.save(path)
    loaded = Foretelling.load(path)
    assert loaded.after(["k-kettle", "b-42"]) == pytest.approx(model.after(["k-kettle", "b-42"]))
    assert next(iter(loaded.after(["k-kettle", "b-42"]))) == "m-big"
    assert loaded.after([]) == loaded.after(["no such item"]) == {}


def test_a_damaged_model_is_named_ranks_nothing_and_is_replaced(shop: Engine, caplog: pytest.LogCaptureFixture) -> None:
    learns()
    path = version_file(shop.settings.count_models, 1)
    path.write_bytes(b"PK\x03\x04 and nothing more")
    with pytest.raises(ArtefactError, match="profiling learn"):
        Foretelling.load(path)
    with caplog.at_level(logging.WARNING):
        assert asks(shop, 10)
    assert "live counts" in caplog.text
    assert learns()["count_model"]["version"] == 2
    assert shop.foretelling.after(["k-kettle"])


def test_a_bot_teaches_no_more_than_its_latest_and_a_gift_nothing(engine: Engine) -> None:
    with engine.store.writing() as db:
        for number in range(MOST_OF_ONE + 50):
            at = AT + timedelta(minutes=number)
            engine.slates.record(f"b{number}", "click", shopper_id="bot", at=at, item_id=RING[number % 8])
        db.conn.execute(
            "INSERT INTO slates (slate_id, shopper_id, message_id, need, at, request) VALUES (?, ?, ?, ?, ?, ?)",
            ["g", "giver", "", "", AT.isoformat(), '{"gift": true}'],
        )
        engine.slates.record("x", "purchase", shopper_id="giver", at=AT, item_id="m-big", slate_id="g")
    log = read_shop_log(engine.store)
    assert len(log.histories) == 1
    assert len(log.histories.items) == MOST_OF_ONE
