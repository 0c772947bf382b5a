"""Webhooks of a shop system at the running gateway: signed bodies, forged ones, replays, reports out of order."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.settings import Settings
from profiling.store import Store
from tests.bot.servers import running_gateway

SECRET = "hush"
NOW = datetime.now(UTC)
Send = Callable[..., httpx.Response]


def signed(body: bytes, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


@pytest.fixture(params=["shopify", "woocommerce"])
def system(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def url(settings: Settings, system: str, demo_catalogue: None) -> Iterator[str]:
    with running_gateway(replace(settings, shop_system=system, shop_webhook_secret=SECRET)) as address:
        yield address


@pytest.fixture
def send(url: str, system: str) -> Send:
    """Sends a report as the system does."""
    names = {
        "shopify": ("X-Shopify-Topic", "X-Shopify-Webhook-Id", "X-Shopify-Hmac-Sha256"),
        "woocommerce": ("X-WC-Webhook-Topic", "X-WC-Webhook-Delivery-ID", "X-WC-Webhook-Signature"),
    }[system]

    def post(
        topic: str, content: Any, number: str, *, secret: str = SECRET, body: bytes | None = None
    ) -> httpx.Response:
        raw = json.dumps(content).encode()
        topic = topic if system == "shopify" else topic.replace("products/update", "product.updated").replace("orders/create", "order.created")  # fmt: skip
        headers = dict(zip(names, (topic, number, signed(raw, secret)), strict=True))
        return httpx.post(
            f"{url}/webhooks/shop", content=raw if body is None else body, headers=headers, trust_env=False
        )

    return post


def mug(system: str, *, price: str, count: int, at: datetime = NOW) -> dict[str, Any]:
    """The blue mug as the system tells of it."""
    if system == "shopify":
        variant = {"id": 5, "sku": "LL-MUG-001-BLU", "price": price, "compare_at_price": None, "inventory_management": "shopify",
                   "inventory_policy": "deny", "inventory_quantity": count}  # fmt: skip
        return {"id": 1, "title": "Mug", "updated_at": at.isoformat(), "variants": [variant]}
    return {"id": 5, "sku": "LL-MUG-001-BLU", "price": price, "regular_price": price, "manage_stock": True, "stock_quantity": count,
            "stock_status": "instock" if count else "outofstock", "date_modified_gmt": f"{at:%Y-%m-%dT%H:%M:%S}"}  # fmt: skip


def item(settings: Settings) -> tuple[int, str, int]:
    store = Store(settings.engine_path)
    row = store.db.conn.execute(
        "SELECT price_cents, availability, stock_count FROM items WHERE item_id = 'LL-MUG-001-BLU'"
    ).fetchone()
    store.close()
    return tuple(row)


def test_a_signed_report_changes_price_and_stock(send: Send, settings: Settings, system: str) -> None:
    assert item(settings) == (1800, "in_stock", 12)
    assert send("products/update", mug(system, price="15.50", count=0), "d1").json() == {"taken": True}
    assert item(settings) == (1550, "out_of_stock", 0)


def test_a_report_that_is_not_signed_by_the_shop_changes_nothing(send: Send, settings: Settings, system: str) -> None:
    report = mug(system, price="0.01", count=1)
    assert send("products/update", report, "d1", secret="other").status_code == 401
    assert send("products/update", report, "d1", secret="").status_code == 401
    swapped = json.dumps(report).replace("0.01", "0.02").encode()
    assert send("products/update", report, "d1", body=swapped).status_code == 401
    assert item(settings) == (1800, "in_stock", 12)


def test_a_replay_and_an_older_report_change_nothing(send: Send, settings: Settings, system: str) -> None:
    first = mug(system, price="15.00", count=3, at=NOW - timedelta(minutes=5))
    second = mug(system, price="16.00", count=2)
    send("products/update", first, "d1")
    send("products/update", second, "d2")
    assert send("products/update", first, "d1").json() == {"taken": False}, "a replay"
    late = mug(system, price="14.00", count=9, at=NOW - timedelta(minutes=3))
    assert send("products/update", late, "d3").json() == {"taken": False}, "overtaken on its way"
    ancient = mug(system, price="1.00", count=9, at=NOW - timedelta(days=31))
    assert send("products/update", ancient, "d4").json() == {"taken": False}
    assert item(settings) == (1600, "in_stock", 2)


def test_nonsense_with_the_right_signature_is_refused(send: Send, settings: Settings) -> None:
    for content in (
        [],
        {"id": 1},
        {"id": 1, "variants": [{"id": 2, "price": "free"}], "stock_status": None, "price": "free"},
    ):
        assert send("products/update", content, "d1").status_code == 400
    assert item(settings) == (1800, "in_stock", 12)


def test_what_is_of_no_use_is_answered_with_success(send: Send, system: str) -> None:
    assert send("customers/update", {}, "d1").json() == {"taken": False}
    unknown = {**mug(system, price="1.00", count=1), "sku": "?", "id": 77}
    for variant in unknown.get("variants", []):
        variant["sku"] = "?"
    assert send("products/update", unknown, "d2").status_code == 200


def test_a_purchase_counts_for_a_shopper_who_is_known(send: Send, settings: Settings, system: str) -> None:
    store = Store(settings.engine_path)
    with store.writing() as db:
        for shopper, consent in (("7", "given"), ("8", "refused")):
            db.conn.execute("INSERT INTO shoppers (shopper_id, version, consent) VALUES (?, 1, ?)", [shopper, consent])
    for shopper in (7, 8, 9):
        line = {"id": shopper, "sku": "LL-MUG-001-BLU", "variant_id": 5, "product_id": 5, "variation_id": 0}
        order = {"id": shopper, "customer_id": shopper, "customer": {"id": shopper}, "line_items": [line],
                 "created_at": NOW.isoformat(), "date_created_gmt": f"{NOW:%Y-%m-%dT%H:%M:%S}"}  # fmt: skip
        assert send("orders/create", order, f"d{shopper}").json() == {"taken": True}
    rows = store.db.conn.execute("SELECT shopper_id, kind, item_id FROM interactions").fetchall()
    store.close()
    assert [tuple(row) for row in rows] == [("7", "purchase", "LL-MUG-001-BLU")]


def test_without_a_secret_there_is_no_door(settings: Settings) -> None:
    with running_gateway(replace(settings, shop_system="shopify")) as url:
        assert httpx.post(f"{url}/webhooks/shop", content=b"{}", trust_env=False).status_code == 404


def test_woocommerce_may_try_the_address_out(settings: Settings) -> None:
    with running_gateway(replace(settings, shop_system="woocommerce", shop_webhook_secret=SECRET)) as url:
        ping = httpx.post(f"{url}/webhooks/shop", content=b"webhook_id=12", trust_env=False)
        assert (ping.status_code, ping.json()) == (200, {"taken": False})
