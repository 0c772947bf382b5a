from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.responses import JSONResponse

from actions.shop import OutcomeUnknown, ShopUnavailable
from actions.shop.changes import Change, ExchangeItems, Pieces, ReturnItems, Swap
from actions.shop.shopify import Shopify
from tests.bot.servers import running_app
from tests.contract.fake_shopify import TOKEN, FakeShopify, throttled
from tests.contract.fake_shopify_records import order as order_record
from tests.contract.remote_shop_contract import CANCEL, Remote, RemoteShopContract, swap_in_501
from tests.contract.shop_contract import KnownShop


@contextmanager
def opened(folder: Path) -> Iterator[Remote]:
    shop = FakeShopify()
    folder.mkdir(exist_ok=True)
    with running_app(shop.app()) as url:
        client = Shopify(url, token=TOKEN, journal=folder / "journal.db", pause_s=0.01)
        stranger = Shopify(url, token="shpat_2", journal=folder / "other.db", pause_s=0.01)
        yield Remote(
            client=client,
            shop=shop,
            limit=throttled,
            product_count=151,
            stranger=stranger,
            writes=lambda: len(shop.mutations),
            money_back=lambda number: [
                order["totalRefundedSet"]["shopMoney"]["amount"]
                for order in shop.orders
                if order["name"] == f"#{number}" and order["totalRefundedSet"]["shopMoney"]["amount"] != "0.00"
            ],
        )
        client.close()
        stranger.close()


@pytest.fixture
def remote(tmp_path: Path) -> Iterator[Remote]:
    with opened(tmp_path) as remote:
        yield remote


@pytest.fixture
def client(remote: Remote) -> Shopify:
    assert isinstance(remote.client, Shopify)
    return remote.client


@pytest.fixture
def shop(remote: Remote) -> FakeShopify:
    assert isinstance(remote.shop, FakeShopify)
    return remote.shop


class TestShopify(RemoteShopContract):
    open_remote = staticmethod(opened)

    @pytest.fixture
    def known(self, remote: Remote, tmp_path: Path) -> KnownShop:
        return KnownShop(
            client=remote.client,
            shopper_id="7",
            email="ada@example.org",
            name="Ada Byron",
            postcode="53111",
            open_order="501",
            delivered_order="502",
            other_method="paypal",
            unreachable=lambda: Shopify("http://127.0.0.1:9", token=TOKEN, journal=tmp_path / "n.db", pause_s=0.01),
        )


def test_a_search_that_finds_more_gives_the_order_that_was_meant(client: Shopify, shop: FakeShopify) -> None:
    shop.orders[2]["name"] = "#5010"
    order = client.order("#501")
    assert order is not None
    assert order.order_number == "501"
    assert client.order('501" OR name:*') is None


@pytest.mark.parametrize(
    "fault",
    [
        JSONResponse({"errors": [{"message": "no", "extensions": {"code": "ACCESS_DENIED"}}], "data": {"orders": None}}),
        JSONResponse([]),
    ],
)  # fmt: skip
def test_an_answer_with_errors_is_no_order(client: Shopify, shop: FakeShopify, fault: JSONResponse) -> None:
    shop.faults = [fault] * 10
    with pytest.raises(ShopUnavailable):
        client.order("501")


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


def test_a_cheaper_variant_pays_the_difference_back(client: Shopify, shop: FakeShopify) -> None:
    assert client.apply(swap_in_501(client, "34"), key="k").refund_cents == 200
    assert shop.mutations == ["orderEditCommit", "refundCreate"]
    order = client.order("501")
    assert order is not None
    assert sorted((line.item_id, line.quantity) for line in order.lines) == [("31", 1), ("34", 1)]
    assert (order.total_cents, order.refund and order.refund.amount_cents) == (4270, 200)


def test_money_that_did_not_go_back_after_an_edit_goes_back_later(client: Shopify, shop: FakeShopify) -> None:
    payments, shop.orders[0]["transactions"] = shop.orders[0]["transactions"], []
    change = swap_in_501(client, "34")
    with pytest.raises(OutcomeUnknown, match="not paid back"):
        client.apply(change, key="k")
    assert client.receipt("k") is None
    shop.orders[0]["transactions"] = payments
    assert client.apply(change, key="k").refund_cents == 200
    assert shop.mutations == ["orderEditCommit", "refundCreate"]


def test_the_label_is_taken_off_the_refund_of_a_return(client: Shopify) -> None:
    order = client.order("502")
    assert order is not None
    change = ReturnItems("502", [], order.payment_method_id, label_cents=990)
    assert client.apply(change, key="k").refund_cents == -990


def test_an_earlier_return_of_something_else_is_not_taken_for_this_one(client: Shopify, shop: FakeShopify) -> None:
    things = [(shop.shirt[1], 1), (shop.shirt[0], 1)]
    shop.orders[1] = order_record(502, shop.customers[0], "2026-10-01T09:00:00Z", "paypal", things, delivered=True)
    order = client.order("502")
    assert order is not None
    first, second = (line.line_id for line in order.lines)
    client.apply(ReturnItems("502", [Pieces(first)], order.payment_method_id), key="earlier")
    later: list[Change] = [
        ReturnItems("502", [Pieces(second)], order.payment_method_id),
        ExchangeItems("502", [Swap(second, "34")], order.payment_method_id),
    ]
    for key, change in zip("ab", later, strict=True):
        shop.drops = True
        with pytest.raises(OutcomeUnknown):
            client.apply(change, key=key)
        shop.drops = False
        assert client.receipt(key) is None
    client.apply(later[0], key="a")
    assert client.receipt("a") is not None
    assert client.receipt("b") is None


def test_what_shopify_says_of_a_parcel_is_passed_on(client: Shopify) -> None:
    order = client.order("502")
    assert order is not None
    assert (order.carrier, order.tracking_number, order.status) == ("Tern Parcel", "TP1", "delivered")
    assert order.delivered_at is not None
