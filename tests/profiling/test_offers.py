"""What a shop reports between two imports."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from profiling.engine import Engine
from profiling.store.offers import Delivery, Offer, OfferStore, Purchase

NOW = datetime(2026, 5, 10, 12, tzinfo=UTC)


def test_the_catalogue_is_read_anew_only_if_something_changed(engine: Engine) -> None:
    offers, version = OfferStore(engine.store), engine.catalogue.items.version
    assert offers.take(Delivery("d1", "a", NOW, [Offer(["nothing"], Decimal(1))]), at=NOW)
    assert engine.catalogue.items.version == version
    assert offers.take(Delivery("d2", "b", NOW, [Offer(["nothing", "m-mini"], stock_count=-3)]), at=NOW)
    assert engine.catalogue.items.version == version + 1
    assert engine.catalogue.items.get(["m-mini"])[0].stock_count == 0


def test_what_is_not_told_stays(engine: Engine) -> None:
    before = engine.catalogue.items.get(["m-mini"])[0]
    OfferStore(engine.store).take(Delivery("d", "a", NOW, [Offer(["m-mini"], Decimal("9.99"))]), at=NOW)
    after = engine.catalogue.items.get(["m-mini"])[0]
    assert (after.price_cents, after.availability, after.stock_count) == (999, before.availability, before.stock_count)


def test_ids_of_deliveries_are_kept_for_thirty_days(engine: Engine) -> None:
    offers = OfferStore(engine.store)
    offers.take(Delivery("d1", "a", NOW, []), at=NOW)
    later = NOW + timedelta(days=31)
    offers.take(Delivery("d2", "b", later, []), at=later)
    assert [row[0] for row in engine.store.db.conn.execute("SELECT delivery_id FROM deliveries")] == ["d2"]
    assert not offers.take(Delivery("d1", "a", NOW, []), at=later), "too old by now"


def test_a_purchase_in_the_shops_own_zone_is_kept_in_utc(engine: Engine) -> None:
    engine.memory.consent("account:1", "given", at=NOW)
    there = NOW.astimezone(timezone(timedelta(hours=-5)))
    OfferStore(engine.store).take(Delivery("d", "a", there, (), [Purchase("p", "account:1", ["m-mini"])]), at=NOW)
    assert _purchases(engine) == [("account:1", NOW.isoformat())]


def test_who_has_refused_to_be_remembered_is_not_noted_under_another_identity_either(engine: Engine) -> None:
    engine.memory.consent("account:1", "given", at=NOW)
    engine.memory.merge("account:1", "account:2", proof="owner", at=NOW)
    engine.memory.consent("account:1", "refused", at=NOW)
    OfferStore(engine.store).take(Delivery("d", "a", NOW, (), [Purchase("p", "account:1", ["m-mini"])]), at=NOW)
    assert _purchases(engine) == []


def _purchases(engine: Engine) -> list[tuple[str, str]]:
    return list(engine.store.db.conn.execute("SELECT shopper_id, at FROM interactions"))
