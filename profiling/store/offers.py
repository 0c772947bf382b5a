"""What a shop system reports between two imports: prices, stock and purchases. Each delivery counts once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from profiling.money import to_cents
from profiling.store.database import Store
from profiling.store.shoppers import ShopperStore
from profiling.store.slates import SlateStore

REMEMBERED = timedelta(days=30)
"""How long the id of a delivery is kept; a delivery about something that changed longer ago is not taken."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a variant costs and whether it can be had; None where the shop does not say.

    `ids` are the names under which the catalogue may know it: the first known one counts. `list_price` is what it cost
    before, if it is reduced.
    """

    ids: Sequence[str]
    price: Decimal | None = None
    list_price: Decimal | None = None
    stock_count: int | None = None
    available: bool | None = None


@dataclass(frozen=True, slots=True)
class Purchase:
    """Somebody has bought something. `purchase_id` is the same for the same line of the same order only."""

    purchase_id: str
    shopper_id: str
    ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One report. `subject` is what it is about, `changed_at` when that changed in the shop."""

    delivery_id: str
    subject: str
    changed_at: datetime
    offers: Sequence[Offer] = ()
    purchases: Sequence[Purchase] = ()


class OfferStore:
    """Brings the catalogue up to what the shop reports."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def take(self, delivery: Delivery, *, at: datetime) -> bool:
        """Takes a delivery; False if it was taken before, is too old, or something newer is known of its subject."""
        with self._store.writing() as db:
            db.conn.execute("DELETE FROM deliveries WHERE received_at < ?", [(at - REMEMBERED).isoformat()])
            if at - delivery.changed_at > REMEMBERED or self._newer_known(delivery):
                return False
            row = {
                "delivery_id": delivery.delivery_id,
                "subject": delivery.subject,
                "changed_at": delivery.changed_at.isoformat(),
                "received_at": at.isoformat(),
            }
            if not self._store.insert("deliveries", row):
                return False
            changed = [self._apply(offer) for offer in delivery.offers]
            if any(changed):
                db.conn.execute("UPDATE catalogue_version SET version = version + 1")
            for purchase in delivery.purchases:
                self._note(purchase, delivery.changed_at)
            return True

    def _newer_known(self, delivery: Delivery) -> bool:
        times = self._store.db.conn.execute("SELECT changed_at FROM deliveries WHERE subject = ?", [delivery.subject])
        return any(datetime.fromisoformat(row[0]) > delivery.changed_at for row in times)

    def _apply(self, offer: Offer) -> bool:
        item = self._item(offer.ids)
        if item is None:
            return False
        item_id, currency = item
        fields: dict[str, Any] = {}
        if offer.price is not None and (cents := to_cents(offer.price, currency)) is not None:
            fields["price_cents"] = cents
            fields["list_price_cents"] = to_cents(offer.list_price, currency) if offer.list_price else None
        if offer.stock_count is not None:
            fields["stock_count"] = max(offer.stock_count, 0)
        if offer.available is not None:
            fields["availability"] = "in_stock" if offer.available else "out_of_stock"
        if not fields:
            return False
        fields["content_hash"] = ""  # so that the next import writes the item, whatever it says
        settings = ", ".join(f"{name} = ?" for name in fields)
        self._store.db.conn.execute(f"UPDATE items SET {settings} WHERE item_id = ?", [*fields.values(), item_id])
        return True

    def _note(self, purchase: Purchase, at: datetime) -> None:
        """Only for shoppers who have talked to us, and have not refused to be remembered."""
        root = ShopperStore(self._store).root(purchase.shopper_id)
        known = self._store.db.conn.execute(
            "SELECT 1 FROM shoppers WHERE shopper_id = ? AND consent <> 'refused'", [root]
        ).fetchone()
        item = self._item(purchase.ids)
        if known and item:
            SlateStore(self._store).record(
                purchase.purchase_id, "purchase", shopper_id=purchase.shopper_id, at=at, item_id=item[0]
            )

    def _item(self, ids: Sequence[str]) -> tuple[str, str] | None:
        """(item_id, currency) of the first id that the catalogue knows."""
        for item_id in ids:
            row = self._store.db.conn.execute(
                "SELECT item_id, currency FROM items WHERE item_id = ?", [item_id]
            ).fetchone()
            if row:
                return row[0], row[1] or ""
        return None
