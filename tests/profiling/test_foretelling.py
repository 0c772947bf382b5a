"""The count model of the shop's own log: fitted, kept only if better, and a signal with a reason of its own."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from click.testing import CliRunner

from profiling.cli.commands import main
from profiling.engine import Engine
from profiling.errors import ArtefactError
from profiling.learn.behaviour import BehaviourModel
from profiling.learn.foretelling import Foretelling
from profiling.learn.shop_log import MOST_OF_ONE, read_shop_log
from profiling.types import Impression, Turn

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
RING = ("k-kettle", "m-big", "l-desk", "r-1", "m-mini", "s-42", "pad-1", "b-42")
"""What every shopper of the test takes, in this order, from anywhere in the ring on."""


def fill(engine: Engine, shoppers: int = 120) -> None:
    rng = np.random.default_rng(3)
    with engine.store.writing():
        for number in range(shoppers):
            start, first_day = int(rng.integers(len(RING))), float(rng.integers(-60, -6))
            for step in range(4):
                item_id = RING[(start + step) % len(RING)]
                at = AT + timedelta(days=first_day + step if step < 3 else -1)
                engine.slates.record(f"{number}-{step}", "purchase", shopper_id=f"o{number}", at=at, item_id=item_id)


def asks(engine: Engine, minutes: float) -> dict[str, Impression]:
    at = AT + timedelta(minutes=minutes)
    engine.observe(Turn(f"m{minutes}", "s1", "wireless mouse", at, intent="recommend"))
    return {shown.item.item_id: shown for shown in engine.recommend("s1", at=at, k=8).impressions}


@pytest.fixture
def shop(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setenv("RAPPORT_HOME", str(engine.settings.home))
    fill(engine)
    return engine


def test_learning_keeps_the_model_and_the_shop_uses_it_at_once(shop: Engine) -> None:
    for minute, item_id in enumerate(("b-42", "k-kettle")):
        shop.slates.record(item_id, "click", shopper_id="s1", at=AT + timedelta(minutes=minute), item_id=item_id)
    assert "foretold" not in asks(shop, 10)["m-big"].signals
    result = CliRunner().invoke(main, ["learn"], catch_exceptions=False)
    found = json.loads(result.output.splitlines()[-1])["foretelling"]
    assert found["kept"], found
    shown = asks(shop, 11)["m-big"]
    reason = next(reason for reason in shown.reasons if reason.signal == "foretold")
    assert shown.signals["foretold"] == 1.0
    shop.settings.foretelling.unlink()
    assert asks(shop, 12)["m-big"].score == pytest.approx(shown.score - reason.weight, abs=1e-3)


def test_too_short_a_log_keeps_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_HOME", str(engine.settings.home))
    for shoppers in (0, 5):
        fill(engine, shoppers)
        result = CliRunner().invoke(main, ["learn"], catch_exceptions=False)
        assert not json.loads(result.output.splitlines()[-1])["foretelling"]["kept"]
    assert not engine.settings.foretelling.exists()


def test_saved_and_loaded_it_foretells_the_same(shop: Engine) -> None:
    log = read_shop_log(shop.store)
    model = Foretelling(BehaviourModel.fit(log.histories, log.attributes), log.item_ids)
    path = shop.settings.foretelling
    model.save(path)
    loaded = Foretelling.load(path)
    assert loaded.after(["k-kettle", "b-42"]) == pytest.approx(model.after(["k-kettle", "b-42"]))
    assert next(iter(loaded.after(["k-kettle", "b-42"]))) == "m-big"
    assert loaded.after([]) == loaded.after(["no such item"]) == {}


def test_a_damaged_model_is_named_and_ranks_nothing(shop: Engine, caplog: pytest.LogCaptureFixture) -> None:
    path = shop.settings.foretelling
    path.parent.mkdir(parents=True)
    path.write_bytes(b"PK\x03\x04 and nothing more")
    with pytest.raises(ArtefactError, match="profiling learn"):
        Foretelling.load(path)
    with caplog.at_level(logging.WARNING):
        assert asks(shop, 10)
    assert "live counts" in caplog.text


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
