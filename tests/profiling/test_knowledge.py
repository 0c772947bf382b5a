"""What graph, reviews and arrival say about items: each is a reason only where it carries a part of the score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from profiling.engine import Engine
from profiling.errors import VocabularyError
from profiling.store.tickets import Ticket
from profiling.types import Impression, Item, Reason, Turn
from profiling.vocabulary import load_vocabulary
from tests.known_catalogue import ITEMS, load_items

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
BAG = Item(
    "bag", "Kettle bag", product_type="bag", price_cents=900, currency="EUR", colours=("black",),
    attributes={"Compatible with": "Steelworks kettle"},
)  # fmt: skip


def does(engine: Engine, kind: str, item_id: str, *, shopper_id: str = "s1", at: datetime = AT) -> None:
    engine.slates.record(f"{shopper_id}{kind}{item_id}{at}", kind, shopper_id=shopper_id, at=at, item_id=item_id)


def asks(engine: Engine, utterance: str, *, minutes: float = 60.0, shopper_id: str = "s1") -> dict[str, Impression]:
    at = AT + timedelta(minutes=minutes)
    message_id = f"{shopper_id}{minutes}"
    engine.observe(Turn(message_id, shopper_id, utterance, at, intent="recommend"))
    slate = engine.recommend(shopper_id, message_id=message_id, at=at, k=8)
    return {shown.item.item_id: shown for shown in slate.impressions}


def reason_of(shown: Impression, signal: str) -> Reason:
    return next(reason for reason in shown.reasons if reason.signal == signal)


def review(engine: Engine, product: str, aspect: str, sentiments: Sequence[str]) -> None:
    with engine.store.writing():
        for number, sentiment in enumerate(sentiments):
            review_id = f"{product}{aspect}{number}"
            engine.reviews.add(
                {
                    "review_id": review_id, "source": "test", "product": product, "rating": None, "text": "x",
                    "language": "en", "sentiment": sentiment, "probability": 0.9, "model": "m", "content_hash": "h",
                },
                [
                    {
                        "review_id": review_id, "aspect": aspect, "sentiment": sentiment, "probability": 0.9,
                        "start": 0, "end": 1, "quote": "x",
                    }
                ],
                [],
            )  # fmt: skip


def test_reviews_count_on_the_aspects_that_the_shopper_asks_about(engine: Engine) -> None:
    review(engine, "m-big", "button", ["positive"] * 4 + ["negative"])
    review(engine, "m-mini", "button", ["negative"] * 3)
    review(engine, "m-mini", "sound", ["positive"] * 9)
    plain = asks(engine, "a wireless mouse", shopper_id="other")
    shown = asks(engine, "a wireless mouse with good buttons")
    reason = reason_of(shown["m-big"], "praise")
    assert reason.text == "4 of 5 reviews praise the button"
    assert "praise" not in {reason.signal for reason in (*shown["m-mini"].reasons, *plain["m-big"].reasons)}
    assert shown["m-mini"].signals["praise"] < 0
    with engine.store.writing() as db:
        db.conn.execute("DELETE FROM reviews")
    without = asks(engine, "a wireless mouse with good buttons", minutes=61)["m-big"]
    assert without.score == pytest.approx(shown["m-big"].score - reason.weight, abs=1e-3)


def test_what_came_lately_is_new_and_the_first_feed_is_not(engine: Engine) -> None:
    assert not any("new" in shown.signals for shown in asks(engine, "wireless mouse").values())
    with engine.store.writing() as db:
        db.conn.execute("UPDATE items SET first_seen_at = ?", [(AT - timedelta(days=200)).isoformat()])
        db.conn.execute("UPDATE items SET first_seen_at = ? WHERE item_id = 'm-big'", [AT.isoformat()])
    engine.catalogue.rebuild()
    shown = asks(engine, "wireless mouse", minutes=61)["m-big"]
    reason = reason_of(shown, "new")
    assert reason.text == "new in the shop"
    with engine.store.writing() as db:
        db.conn.execute("UPDATE items SET first_seen_at = '' WHERE item_id <> 'm-big'")
    engine.catalogue.rebuild()
    assert "new" in asks(engine, "wireless mouse", minutes=61)["m-big"].signals, "new since it is kept when items came"
    with engine.store.writing() as db:
        db.conn.execute("UPDATE items SET first_seen_at = ''")
    engine.catalogue.rebuild()
    without = asks(engine, "wireless mouse", minutes=62)["m-big"]
    assert without.score == pytest.approx(shown.score - reason.weight, abs=1e-3)


def test_an_import_keeps_when_an_item_came(engine: Engine) -> None:
    with engine.store.writing() as db:
        db.conn.execute("UPDATE items SET first_seen_at = 'then'")
    load_items(engine, [replace(item, description=f"{item.description} changed") for item in ITEMS])
    rows = engine.store.db.conn.execute("SELECT DISTINCT first_seen_at, changed_at = 'then' FROM items").fetchall()
    assert [row[0] for row in rows] == ["then"]


def test_what_fits_or_resembles_the_shoppers_things_says_so_and_falls_without_the_graph(engine: Engine) -> None:
    kettle = next(item for item in ITEMS if item.item_id == "k-kettle")
    bag = replace(BAG, attributes={"Compatible with": kettle.title})
    load_items(engine, (*ITEMS, bag, replace(bag, item_id="bag-2", title="Big bag", colours=("red",), attributes={})))
    engine.embed()
    engine.catalogue.rebuild()
    engine.graph.refresh()
    does(engine, "purchase", "k-kettle")
    does(engine, "click", "m-mini")
    shown = asks(engine, "a bag")["bag"]
    fits, kin = reason_of(shown, "fits"), reason_of(shown, "kin")
    assert fits.text == f"fits your {kettle.title}"
    assert kin.text.startswith("black, like ")
    with engine.store.writing() as db:
        db.conn.execute("DELETE FROM triples")
    without = asks(engine, "a bag", minutes=61)["bag"]
    assert without.score == pytest.approx(shown.score - fits.weight - kin.weight, abs=1e-3)


def test_a_thing_is_not_like_itself(engine: Engine) -> None:
    engine.graph.refresh()
    does(engine, "click", "m-pebble")
    found = asks(engine, "a mouse")
    itself = found.get("m-pebble") or found["m-pebble-red"]
    assert "own" in itself.signals
    assert "kin" not in itself.signals
    assert any("kin" in shown.signals for shown in found.values())


def test_a_gift_has_nothing_to_do_with_the_shoppers_own_things(engine: Engine) -> None:
    kettle = next(item for item in ITEMS if item.item_id == "k-kettle")
    load_items(engine, (*ITEMS, replace(BAG, attributes={"Compatible with": kettle.title})))
    engine.catalogue.rebuild()
    engine.graph.refresh()
    does(engine, "purchase", "k-kettle")
    assert "fits" in asks(engine, "a bag")["bag"].signals
    assert not {"fits", "kin", "own"} & asks(engine, "a bag for my dad", minutes=61)["bag"].signals.keys()


def test_why_this_names_what_the_item_was_shown_with(engine: Engine) -> None:
    for other in range(4):
        does(engine, "purchase", "k-kettle", shopper_id=f"o{other}", at=AT - timedelta(minutes=2))
        does(engine, "purchase", "m-big", shopper_id=f"o{other}", at=AT - timedelta(minutes=1))
    now = datetime.now(UTC)
    does(engine, "purchase", "k-kettle", at=now - timedelta(minutes=5))
    engine.observe(Turn("w", "s1", "a wireless mouse", now, intent="recommend"))
    slate = engine.recommend("s1", at=now, k=8)
    shown = next(one for one in slate.impressions if one.item.item_id == "m-big")
    explained = engine.explain("s1", shown.item)
    text = f"people who bought your {engine.item('k-kettle').title} took it"
    assert text in {reason.text for reason in shown.reasons}
    assert [(reason.signal, reason.text) for reason in explained.reasons] == [
        (reason.signal, reason.text) for reason in shown.reasons
    ]
    for reason in shown.reasons:
        same = next(other for other in explained.reasons if other.signal == reason.signal)
        assert same.weight == pytest.approx(reason.weight, abs=1e-4)


def test_why_this_names_the_likeness_that_the_item_was_shown_with(engine: Engine) -> None:
    now = datetime.now(UTC)
    load_items(engine, (*ITEMS, BAG, replace(BAG, item_id="bag-2", title="Big bag", colours=("red",))))
    engine.embed()
    engine.catalogue.rebuild()
    engine.graph.refresh()
    does(engine, "click", "m-mini", at=now - timedelta(minutes=5))
    engine.observe(Turn("w", "s1", "a bag", now, intent="recommend"))
    shown = next(one for one in engine.recommend("s1", at=now, k=8).impressions if one.item.item_id == "bag")
    assert reason_of(engine.explain("s1", shown.item), "kin").text == reason_of(shown, "kin").text


def test_after_an_order_what_goes_with_it_but_not_while_a_complaint_is_open(engine: Engine) -> None:
    for other in range(3):
        for minute, item_id in enumerate(("k-kettle", "l-desk", "m-gone")):
            does(engine, "purchase", item_id, shopper_id=f"o{other}", at=AT + timedelta(minutes=minute))
    does(engine, "purchase", "k-kettle", at=AT)
    later = AT + timedelta(hours=2)
    [found] = engine.goes_with_orders("s1", k=3, at=later)
    assert (found.item.item_id, found.reason) == ("l-desk", f"others took it after {engine.item('k-kettle').title}")
    assert engine.goes_with_orders("nobody", k=3, at=later) == []
    assert engine.goes_with_orders("s1", k=3, at=AT + timedelta(days=90)) == []
    engine.tickets.open(Ticket("t", "s1", "c", "web", "angry", "", {}, opened_at=later, changed_at=later))
    assert engine.goes_with_orders("s1", k=3, at=later) == []
    engine.tickets.close("t", at=later)
    assert engine.goes_with_orders("s1", k=3, at=later)


def test_what_was_bought_comes_back_only_if_it_is_used_up(engine: Engine) -> None:
    tea = Item("tea", "Green leaf tea", product_type="tea", price_cents=500, currency="EUR")
    load_items(engine, (*ITEMS, tea))
    engine.catalogue.rebuild()
    for item_id in ("tea", "k-kettle"):
        does(engine, "purchase", item_id, at=AT - timedelta(days=100))
    assert "tea" in asks(engine, "tea")
    for other in ("k-kettle",):
        assert other not in asks(engine, "a kettle", minutes=61) or len(asks(engine, "a kettle", minutes=62)) == 1


def test_a_shop_says_itself_what_is_used_up(tmp_path: Path) -> None:
    assert {"tea", "dog food"} <= load_vocabulary(None).consumables
    assert "mouse" not in load_vocabulary(None).consumables
    own = tmp_path / "words.yml"
    own.write_text("consumables: [lamp, reed diffuser]\ndurables: [tea]\n", encoding="utf-8")
    found = load_vocabulary(own).consumables
    assert {"desk lamp", "reed diffuser", "dog food"} <= found
    assert "tea" not in found
    bad = tmp_path / "bad.yml"
    bad.write_text("consumables: {tea: yes}\n", encoding="utf-8")
    with pytest.raises(VocabularyError, match="list of product types"):
        load_vocabulary(bad)


def test_what_a_guest_does_after_a_merge_is_the_accounts_until_a_split(engine: Engine) -> None:
    engine.observe(Turn("g", "guest", "hello", AT, intent="greet"))
    does(engine, "click", "m-mini", shopper_id="guest")
    engine.memory.merge("guest", "account", proof="signed_login")
    does(engine, "purchase", "m-big", shopper_id="guest", at=AT + timedelta(minutes=1))
    does(engine, "purchase", "m-pebble", shopper_id="account", at=AT + timedelta(minutes=2))

    def owned(shopper_id: str) -> set[str]:
        return {one.item_id for one in engine.profile(shopper_id, at=AT + timedelta(hours=1)).interest.owned}

    assert owned("account") == owned("guest") == {"m-big", "m-pebble"}
    assert "m-big" not in asks(engine, "wireless mouse", shopper_id="account")
    engine.memory.split("guest")
    assert (owned("guest"), owned("account")) == ({"m-big"}, {"m-pebble"})
