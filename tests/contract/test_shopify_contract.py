from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.responses import HTMLResponse, JSONResponse, Response

from actions.shop import ChangeRefused, OutcomeUnknown, ShopUnavailable
from actions.shop.changes import CancelOrder, ChangeAddress
from actions.shop.shopify import Shopify
from tests.bot.servers import running_app
from tests.contract.fake_shopify import TOKEN, FakeShopify, throttled
from tests.contract.shop_contract import ELSEWHERE, KnownShop, ShopContract

CANCEL = CancelOrder("501", "no longer needed")


@pytest.fixture
def shop() -> FakeShopify:
    return FakeShopify()


@pytest.fixture
def url(shop: FakeShopify) -> Iterator[str]:
    with running_app(shop.app()) as address:
        yield address


@pytest.fixture
def client(url: str, tmp_path: Path) -> Iterator[Shopify]:
    shopify = Shopify(url, token=TOKEN, journal=tmp_path / "journal.db", pause_s=0.01)
    yield shopify
    shopify.close()


class TestShopify(ShopContract):
    @pytest.fixture
    def known(self, client: Shopify, tmp_path: Path) -> KnownShop:
        return KnownShop(
            client=client,
            shopper_id="7",
            email="ada@example.org",
            name="Ada Byron",
            postcode="53111",
            open_order="501",
            delivered_order="502",
            other_method="paypal",
            unreachable=lambda: Shopify("http://127.0.0.1:9", token=TOKEN, journal=tmp_path / "n.db", pause_s=0.01),
        )


def test_all_pages_are_read(client: Shopify) -> None:
    assert len(client.products()) == 151


def test_a_search_that_finds_more_gives_the_order_that_was_meant(client: Shopify, shop: FakeShopify) -> None:
    shop.orders[2]["name"] = "#5010"
    order = client.order("#501")
    assert order is not None
    assert order.order_number == "501"
    assert client.order('501" OR name:*') is None


def test_a_throttled_request_was_not_carried_out_and_is_sent_again(client: Shopify, shop: FakeShopify) -> None:
    shop.faults = [throttled(), throttled()]
    assert client.order("501") is not None
    shop.faults = [throttled()]
    assert client.apply(CANCEL, key="k").refund_cents == 4470
    assert shop.mutations == ["orderCancel"]


@pytest.mark.parametrize(
    "fault",
    [
        HTMLResponse("<html>Maintenance</html>"),
        Response(status_code=503),
        JSONResponse({"errors": [{"message": "no", "extensions": {"code": "ACCESS_DENIED"}}], "data": {"orders": None}}),
        JSONResponse([]),
    ],
)  # fmt: skip
def test_nonsense_is_no_order(client: Shopify, shop: FakeShopify, fault: Response) -> None:
    shop.faults = [fault] * 10
    with pytest.raises(ShopUnavailable):
        client.order("501")


def test_a_wrong_token_is_said_to_be_one(url: str, tmp_path: Path) -> None:
    client = Shopify(url, token="shpat_2", journal=tmp_path / "j.db", pause_s=0.01)
    with pytest.raises(ShopUnavailable, match="credentials"):
        client.order("501")
    client.close()


def test_a_cancellation_is_waited_for(client: Shopify, shop: FakeShopify) -> None:
    shop.job_polls = 4
    assert client.apply(CANCEL, key="k").refund_cents == 4470
    order = client.order("501")
    assert order is not None
    assert order.refund is not None
    assert order.refund.amount_cents == 4470


def test_a_cancellation_that_takes_too_long_is_found_out_later(client: Shopify, shop: FakeShopify) -> None:
    shop.job_polls = 1000
    with pytest.raises(OutcomeUnknown):
        client.apply(CANCEL, key="k")
    assert client.receipt("k") is None
    shop.finish()
    receipt = client.receipt("k")
    assert receipt is not None
    assert receipt.refund_cents == 4470
    assert client.apply(CANCEL, key="k") == receipt
    assert shop.mutations == ["orderCancel"]


def test_a_break_in_the_middle_leads_to_no_second_write(client: Shopify, shop: FakeShopify) -> None:
    shop.breaks_after = 1
    with pytest.raises(OutcomeUnknown):
        client.apply(ChangeAddress("501", ELSEWHERE), key="k")
    assert client.receipt("k") is not None
    client.apply(ChangeAddress("501", ELSEWHERE), key="k")
    assert shop.mutations == ["orderUpdate"]


def test_what_has_been_sent_keeps_its_address(client: Shopify) -> None:
    with pytest.raises(ChangeRefused):
        client.apply(ChangeAddress("502", ELSEWHERE), key="k")


def test_what_shopify_says_of_a_parcel_is_passed_on(client: Shopify) -> None:
    order = client.order("502")
    assert order is not None
    assert (order.carrier, order.tracking_number, order.status) == ("Tern Parcel", "TP1", "delivered")
    assert order.delivered_at is not None
