"""What a shop reports between two imports."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from profiling.engine import Engine
from profiling.store.offers import Delivery, Offer, OfferStore

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
