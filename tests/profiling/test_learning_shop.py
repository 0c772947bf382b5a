"""Recommendations that learn: from each reaction at once, and from the log of slates by refitting."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from click.testing import CliRunner

from profiling.cli.commands import main
from profiling.encoder import OnnxEncoder
from profiling.engine import Engine
from profiling.learn.log import NAMES, LoggedSlate, LoggedTrial, read_log
from profiling.learn.off_policy import LoggedChoices, doubly_robust, ips, snips
from profiling.learn.refit import compare_refitted, target_probabilities
from profiling.recommend.exploration import draw
from profiling.recommend.signals import WEIGHTS
from profiling.settings import Settings
from profiling.store import Store
from profiling.store.behaviour import MOST_PER_DAY, BehaviourStore
from profiling.store.rankers import RankerStore
from profiling.types import Impression, Turn

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)


def does(engine: Engine, kind: str, item_id: str, *, shopper_id: str = "s1", minutes: float = 0.0, **more: str) -> None:
    engine.slates.record(
        f"{shopper_id}{kind}{item_id}{minutes}{more}", kind, shopper_id=shopper_id,
        at=AT + timedelta(minutes=minutes), item_id=item_id, **more,
    )  # fmt: skip


def asks(engine: Engine, utterance: str, *, shopper_id: str = "s1", minutes: float = 60.0) -> dict[str, Impression]:
    at = AT + timedelta(minutes=minutes)
    message_id = f"{shopper_id}{minutes}"
    engine.observe(Turn(message_id, shopper_id, utterance, at, intent="recommend"))
    slate = engine.recommend(shopper_id, message_id=message_id, at=at, k=8)
    return {shown.item.item_id: shown for shown in slate.impressions}


def forget(engine: Engine, fact_ids: Sequence[str]) -> None:
    engine.memory.retract("s1", fact_ids, at=AT + timedelta(minutes=60), by="test")


def signals_of(shown: Impression) -> set[str]:
    return {reason.signal for reason in shown.reasons}


def test_a_thumb_down_counts_in_the_next_slate(engine: Engine) -> None:
    before = asks(engine, "wireless mouse")
    first = next(iter(before))
    does(engine, "thumb_down", first, minutes=61)
    after = asks(engine, "wireless mouse", minutes=62)
    assert after[first].score < before[first].score - 0.1
    assert next(iter(after)) != first


def test_what_others_took_next_moves_up_and_says_so_and_falls_without_it(engine: Engine) -> None:
    alone = asks(engine, "wireless mouse")["m-big"].score
    for other in range(6):
        does(engine, "purchase", "r-1", shopper_id=f"o{other}", minutes=1)
        does(engine, "purchase", "m-big", shopper_id=f"o{other}", minutes=2)
    does(engine, "add_to_cart", "r-1", minutes=61)
    shown = asks(engine, "wireless mouse", minutes=62)["m-big"]
    reason = next(reason for reason in shown.reasons if reason.signal == "taken_next")
    assert reason.text == "others took it after Squall rain jacket"
    with engine.store.writing() as db:
        db.conn.execute("DELETE FROM item_pairs")
    without = asks(engine, "wireless mouse", minutes=63)["m-big"]
    assert without.score == pytest.approx(shown.score - reason.weight, abs=1e-3)
    assert without.score > alone  # it is popular now
    assert "popular" in signals_of(without)


def test_a_named_taste_carries_its_share_of_the_score(engine: Engine) -> None:
    engine.observe(Turn("t", "s1", "I love Boulderworks", AT, intent="state_preference"))
    shown = asks(engine, "wireless mouse")["m-big"]
    taste = next(reason for reason in shown.reasons if reason.signal == "taste")
    forget(engine, taste.fact_ids)
    without = asks(engine, "wireless mouse", minutes=61)["m-big"]
    assert without.score == pytest.approx(shown.score - taste.weight, abs=1e-3)


def test_a_named_wish_carries_its_share_of_the_score(engine: Engine) -> None:
    shown = asks(engine, "a mouse under 30")["m-mini"]
    wish = next(reason for reason in shown.reasons if reason.signal == "wish")
    forget(engine, wish.fact_ids)
    profile = engine.profile("s1", at=AT + timedelta(minutes=60))
    slate = engine.catalogue.view.recommender.recommend(profile, k=8)
    without = next(i for i in slate.impressions if i.item.item_id == shown.item.item_id)
    assert without.score == pytest.approx(shown.score - wish.weight, abs=1e-3)


def test_what_was_bought_is_not_offered_again_unless_it_is_used_up(engine: Engine) -> None:
    assert "k-kettle" in asks(engine, "a kettle")
    does(engine, "purchase", "m-mini", minutes=61)
    assert "m-mini" not in asks(engine, "wireless mouse", minutes=62)


def test_a_bot_that_clicks_ten_thousand_times_moves_little(engine: Engine) -> None:
    counts = BehaviourStore(engine.store)
    with engine.store.writing():
        for number in range(1_000):
            does(engine, "click", "m-big", shopper_id="bot", minutes=number / 100)
            does(engine, "click", f"m-{number}", shopper_id="bot", minutes=number / 100)
    for other in range(3):
        does(engine, "purchase", "m-mini", shopper_id=f"o{other}")
    popularity = counts.popularity(["m-big", "m-mini"], at=AT)
    assert popularity["m-big"] < popularity["m-mini"]
    total = engine.store.db.conn.execute("SELECT count(*) FROM item_popularity").fetchone()[0]
    assert total <= MOST_PER_DAY + 3


def test_an_interaction_with_an_unknown_item_is_harmless(engine: Engine) -> None:
    does(engine, "purchase", "no-such-item")
    does(engine, "click", "m-mini", minutes=1)
    assert asks(engine, "wireless mouse")


def test_a_gift_leaves_the_own_taste_and_size_alone(engine: Engine) -> None:
    engine.observe(Turn("t1", "s1", "I love Boulderworks", AT, intent="state_preference"))
    engine.observe(Turn("t2", "s1", "i hate wool", AT, intent="state_preference"))
    own = asks(engine, "wireless mouse")["m-big"]
    assert "taste" in signals_of(own)
    gift = asks(engine, "a wireless mouse for my dad", minutes=61)["m-big"]
    assert "taste" not in signals_of(gift)
    slate_id = engine.store.db.conn.execute("SELECT slate_id FROM slates ORDER BY at DESC").fetchone()[0]
    does(engine, "thumb_up", "m-mini", minutes=62, slate_id=slate_id)
    assert BehaviourStore(engine.store).recent("s1", at=AT + timedelta(minutes=63)) == []
    does(engine, "thumb_up", "m-mini", minutes=63)
    assert len(BehaviourStore(engine.store).recent("s1", at=AT + timedelta(minutes=64))) == 1


def test_what_goes_with_an_item_is_of_another_kind_and_to_be_had(engine: Engine) -> None:
    assert engine.goes_with(engine.item("k-kettle"), k=2) == []
    for other in range(3):
        for minute, item_id in enumerate(("k-kettle", "l-desk", "m-gone", "m-mini")):
            does(engine, "purchase", item_id, shopper_id=f"o{other}", minutes=minute)
    assert [found.item.item_id for found in engine.goes_with(engine.item("k-kettle"), k=5)] == ["l-desk", "m-mini"]
    assert engine.goes_with(engine.item("m-mini"), k=5) == []


def test_counts_fade_with_time(engine: Engine) -> None:
    does(engine, "purchase", "m-mini")
    counts = BehaviourStore(engine.store)
    now, later = (counts.popularity(["m-mini"], at=AT + timedelta(days=days))["m-mini"] for days in (0, 60))
    assert later == pytest.approx(now / 2)


def test_the_last_place_is_drawn_within_the_wishes_and_logged(
    settings: Settings, engine: Engine, encoder: OnnxEncoder
) -> None:
    trying = Engine(replace(settings, exploration=0.9), encoder=encoder)
    shown, drawn = set(), 0
    for number in range(25):
        at = AT + timedelta(minutes=number)
        trying.observe(Turn(f"x{number}", f"s{number}", "wireless mouse under 30", at, intent="recommend"))
        slate = trying.recommend(f"s{number}", at=at, k=2)
        assert all((i.item.price_cents or 0) <= 3000 for i in slate.impressions)
        shown.add(slate.impressions[-1].item.item_id)
        drawn += slate.trial is not None
    assert drawn == 25
    assert len(shown) > 1
    rows = [row[0] for row in engine.store.db.conn.execute("SELECT propensity FROM impressions WHERE position = 1")]
    assert all(0 < propensity < 1 for propensity in rows)
    log = read_log(engine.store)
    assert len(log) == 25
    assert all(slate.trial and slate.trial.probabilities.sum() == pytest.approx(1.0) for slate in log)


def test_what_is_logged_is_what_the_slate_was_chosen_by(
    settings: Settings, engine: Engine, encoder: OnnxEncoder
) -> None:
    """From the logged signals the serving policy's own probabilities follow, and the order of its slate."""
    trying = Engine(replace(settings, exploration=0.5), encoder=encoder)
    live = np.array([WEIGHTS[name] for name in NAMES])
    for number, wish in enumerate(("wireless mouse", "mouse under 30", "shoes", "a jacket", "black mouse")):
        does(engine, "click", "m-mini", shopper_id=f"s{number}", minutes=number - 60)
        at = AT + timedelta(minutes=number)
        trying.observe(Turn(f"x{number}", f"s{number}", wish, at, intent="recommend"))
        slate = trying.recommend(f"s{number}", at=at, k=3)
        shown = [sum(WEIGHTS[name] * value for name, value in one.signals.items()) for one in slate.impressions]
        assert shown[:2] == sorted(shown[:2], reverse=True)
    trials = [logged.trial for logged in read_log(engine.store) if logged.trial]
    assert len(trials) > 2
    for trial in trials:
        assert target_probabilities(trial.signals, live, share=0.5) == pytest.approx(trial.probabilities)
    assert any(trial.signals[:, NAMES.index("variety")].any() for trial in trials)


def test_each_slate_says_what_made_the_shop_show_it(engine: Engine) -> None:
    engine.observe(Turn("a", "s1", "wireless mouse", AT, intent="recommend"))
    first = engine.recommend("s1", message_id="a", at=AT, k=2)
    more = engine.recommend("s1", message_id="b", at=AT + timedelta(minutes=1), k=2, occasion="more")
    engine.observe(Turn("c", "s1", "more like this one", AT + timedelta(minutes=2), item_id="m-mini", intent="refine"))
    similar = engine.recommend("s1", message_id="c", at=AT + timedelta(minutes=3), k=2)
    tried = engine.recommend("s1", message_id="d", at=AT + timedelta(minutes=4), k=2, occasion="command")
    beside = engine.log_shown("s1", [(engine.item("l-desk"), "fits")], occasion="complement", message_id="e")
    assert beside == engine.log_shown("s1", [(engine.item("l-desk"), "fits")], occasion="complement", message_id="e")
    rows = dict(engine.store.db.conn.execute("SELECT slate_id, occasion FROM slates").fetchall())
    assert rows == {
        first.slate_id: "request",
        more.slate_id: "more",
        similar.slate_id: "similar",
        tried.slate_id: "command",
        beside: "complement",
    }
    assert {slate.occasion for slate in read_log(engine.store)} <= {"request", "more", "similar"}
    assert len(read_log(engine.store)) == sum(len(slate.impressions) > 1 for slate in (first, more, similar))
    shown = [item.item_id for item in engine.last_slate("s1")]
    assert shown == [one.item.item_id for one in tried.impressions]  # what was named beside it is no list to pick from


def test_the_same_turn_draws_the_same() -> None:
    draws = [draw([1.0, 0.9, 0.8], share=0.5, seed="x") for _ in range(3)]
    assert len(set(draws)) == 1
    assert draws[0].probabilities == pytest.approx((2 / 3, 1 / 6, 1 / 6))


def made_log(truth: Mapping[str, float], count: int, *, trials: bool = True) -> list[LoggedSlate]:
    """Slates of three; what is taken follows the true weights."""
    rng = np.random.default_rng(4)
    weights = np.array([truth.get(name, 0.0) for name in NAMES])
    slates = []
    for number in range(count):
        signals = rng.random((3, len(NAMES)))
        rewards = np.zeros(3)
        rewards[int(np.argmax(signals @ weights + 0.3 * rng.gumbel(size=3)))] = 1.0
        probabilities = np.array([0.9, 0.05, 0.05])
        chosen = int(rng.choice(3, p=probabilities))
        trial = LoggedTrial(signals, probabilities, chosen, rewards[chosen]) if trials else None
        slates.append(LoggedSlate(str(number), "request", signals, rewards, trial))
    return slates


def test_a_better_ranker_is_found_and_an_equal_one_is_not_promoted() -> None:
    better = compare_refitted(made_log({"popular": 2.0, "taken_next": 2.0}, 600), WEIGHTS)
    assert better.verdict == "better"
    assert better.weights["popular"] > WEIGHTS["popular"]
    assert better.occasions == {"request": 600}
    assert better.new_off_policy["doubly_robust"].value > better.live_off_policy["doubly_robust"].value
    equal = compare_refitted(made_log({**WEIGHTS}, 600), WEIGHTS)
    assert not equal.better


@pytest.mark.parametrize("count", [0, 1, 20])
def test_too_little_is_no_ground_for_a_change(count: int) -> None:
    comparison = compare_refitted(made_log({"popular": 2.0}, count), WEIGHTS)
    assert comparison.verdict.startswith("too few")


def test_off_policy_estimates_find_the_true_value() -> None:
    rng = np.random.default_rng(0)
    logged = np.array([0.8, 0.2])
    target = np.array([0.1, 0.9])
    chances = np.array([0.2, 0.6])
    chosen = rng.choice(2, p=logged, size=20_000)
    rewards = (rng.random(20_000) < chances[chosen]).astype(np.float64)
    model = np.array([0.3, 0.3])
    log = LoggedChoices(rewards, logged[chosen], target[chosen], model[chosen], np.full(20_000, target @ model))
    truth = float(target @ chances)
    for estimate in (ips(log), snips(log), doubly_robust(log)):
        assert estimate.low < truth < estimate.high
        assert estimate.high - estimate.low < 0.1
    assert doubly_robust(log).high - doubly_robust(log).low < ips(log).high - ips(log).low


def test_estimates_of_nothing_are_nothing() -> None:
    nothing = LoggedChoices(*[np.empty(0)] * 5)
    assert [f(nothing).value for f in (ips, snips, doubly_robust)] == [0.0, 0.0, 0.0]


def test_versions_are_kept_and_rolled_back(tmp_path) -> None:  # type: ignore[no-untyped-def]
    rankers = RankerStore(Store(tmp_path / "r.db"))
    for version, promoted in ((1, True), (2, False), (3, True)):
        rankers.add({"popular": float(version)}, {"promoted": promoted}, at=AT, promote=promoted)
    assert rankers.live().version == 3
    assert [rankers.roll_back().version for _ in range(3)] == [1, 0, 0]
    assert rankers.live().weights == {}
    assert rankers.add({}, {"promoted": True}, at=AT, promote=True).version == 4


def test_the_command_refits_promotes_and_goes_back(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody takes what is popular, whatever the search says."""
    monkeypatch.setenv("RAPPORT_HOME", str(engine.settings.home))
    for number, slate in enumerate(made_log({"popular": 3.0}, 400, trials=False)):
        items = {f"i{row}": dict(zip(NAMES, slate.signals[row].tolist(), strict=True)) for row in range(3)}
        engine.slates.add(
            f"slate{number}", (), shopper_id=f"s{number}", message_id="", need="", at=AT + timedelta(seconds=number),
            request={"signals": items, "trial": None},
        )  # fmt: skip
        does(engine, "purchase", f"i{slate.rewards.argmax()}", shopper_id=f"s{number}", slate_id=f"slate{number}")
    result = CliRunner().invoke(main, ["learn"], catch_exceptions=False)
    figures = json.loads(result.output.splitlines()[-1])
    assert figures["verdict"] == "better"
    folder = engine.settings.home / "learn" / "0001"
    assert {path.name for path in folder.iterdir()} == {"report.md", "weights.png", "off_policy.png"}
    assert engine.rankers.live().version == 1
    assert "# Count model: " in (folder / "report.md").read_text(encoding="utf-8")
    back = CliRunner().invoke(main, ["learn", "--roll-back"], catch_exceptions=False)
    assert json.loads(back.output) == {"ranker": 0, "count_model": 0}
