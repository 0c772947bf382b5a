"""Back in stock: two running gateways, one import or report, and one sentence in the chat of who has asked for it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from bot.gateway.notices import EVERY_S
from bot.settings import Settings
from profiling.catalogue.importing import import_feed
from profiling.store import Store
from profiling.store.notices import Notice, NoticeStore
from profiling.vocabulary import load_vocabulary
from tests.bot.fake_rasa import FakeRasa
from tests.bot.servers import ROOT, running_gateway
from tests.bot.shopper import Shopper, texts

GONE = "LL-SHOE-012-BLK-43"
SECRET = "hush"
TOLD = "You wanted to know: Trail runner is back in stock, for €89.90."


@pytest.fixture
def store(settings: Settings, demo_catalogue: None) -> Iterator[Store]:
    store = Store(settings.engine_path)
    yield store
    store.close()


@pytest.fixture
def gateways(settings: Settings, store: Store) -> Iterator[list[str]]:
    both = replace(settings, shop_system="woocommerce", shop_webhook_secret=SECRET)
    with ExitStack() as stack:
        yield [stack.enter_context(running_gateway(both)) for _ in range(2)]


@pytest.fixture
def waiting(gateways: list[str], store: Store, rasa: FakeRasa, visit: Callable[..., Shopper]) -> Shopper:
    """A shopper who has asked to be told of the sold-out shoe."""
    shopper = visit(gateways[0])
    shopper.ask("tell me when it is back")
    said = rasa.received[-1]
    notice = Notice("n1", said["metadata"]["shopper_id"], said["sender"], GONE, "chat", "", "m1", datetime.now(UTC))
    assert NoticeStore(store).ask(notice)
    return shopper


def report(url: str, count: int, number: str) -> None:
    """The shop's webhook about the shoe's stock."""
    state = {"id": 5, "sku": GONE, "price": "89.90", "regular_price": "89.90", "manage_stock": True, "stock_quantity": count,
             "stock_status": "instock" if count else "outofstock", "date_modified_gmt": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}"}  # fmt: skip
    body = json.dumps(state).encode()
    signature = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
    headers = {"X-WC-Webhook-Topic": "product.updated", "X-WC-Webhook-Delivery-ID": number, "X-WC-Webhook-Signature": signature}  # fmt: skip
    assert httpx.post(f"{url}/webhooks/shop", content=body, headers=headers, trust_env=False).json() == {"taken": True}


def told(shopper: Shopper) -> list[str]:
    return [text for text in texts(shopper.history()) if "back in stock" in text]


def wait_until_told(shopper: Shopper) -> None:
    deadline = time.monotonic() + 30
    while not told(shopper):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_report_of_new_stock_is_told_once_by_one_gateway(gateways: list[str], waiting: Shopper, store: Store) -> None:
    time.sleep(EVERY_S * 1.5)
    assert told(waiting) == []
    report(gateways[1], 4, "d1")
    wait_until_told(waiting)
    report(gateways[0], 0, "d2")
    report(gateways[0], 7, "d3")
    time.sleep(EVERY_S * 2)
    assert told(waiting) == [TOLD]
    assert store.db["notices"].count == 0


def test_an_import_of_new_stock_is_told_and_a_stranger_hears_nothing(
    gateways: list[str], waiting: Shopper, store: Store, settings: Settings, visit: Callable[..., Shopper]
) -> None:
    stranger = visit(gateways[0])
    stranger.ask("hello")
    feed = (ROOT / "tests" / "bot" / "catalogue.csv").read_text(encoding="utf-8")
    changed = settings.home / "feed.csv"
    changed.write_text(feed.replace(f"{GONE},shop,0", f"{GONE},shop,9"), encoding="utf-8")
    import_feed(store, changed, vocabulary=load_vocabulary(), feed="demo")
    wait_until_told(waiting)
    assert told(waiting) == [TOLD]
    assert told(stranger) == []


def test_who_was_forgotten_hears_nothing(gateways: list[str], waiting: Shopper, store: Store) -> None:
    assert waiting.http.delete("/api/v1/profile", headers=waiting.headers).is_success
    assert store.db["notices"].count == 0
    report(gateways[0], 4, "d1")
    time.sleep(EVERY_S * 1.5)
    assert told(waiting) == []
