from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.responses import HTMLResponse, JSONResponse, Response

from actions.shop import ChangeRefused, OutcomeUnknown, ShopUnavailable
from actions.shop.changes import CancelOrder, ChangeAddress
from actions.shop.woocommerce import WooCommerce
from tests.bot.servers import running_app
from tests.contract.fake_woocommerce import HOME, KEY, SECRET, FakeWooCommerce
from tests.contract.shop_contract import ELSEWHERE, KnownShop, ShopContract

CANCEL = CancelOrder("501", "no longer needed")


@pytest.fixture
def shop() -> FakeWooCommerce:
    return FakeWooCommerce()


@pytest.fixture
def url(shop: FakeWooCommerce) -> Iterator[str]:
    with running_app(shop.app()) as address:
        yield address


@pytest.fixture
def client(url: str, tmp_path: Path) -> Iterator[WooCommerce]:
    woocommerce = WooCommerce(url, key=KEY, secret=SECRET, journal=tmp_path / "journal.db", pause_s=0.01)
    yield woocommerce
    woocommerce.close()


class TestWooCommerce(ShopContract):
    @pytest.fixture
    def known(self, client: WooCommerce, tmp_path: Path) -> KnownShop:
        return KnownShop(
            client=client,
            shopper_id="7",
            email="ada@example.org",
            name="Ada Byron",
            postcode="53111",
            open_order="501",
            delivered_order="502",
            other_method="paypal",
            unreachable=lambda: WooCommerce(
                "http://127.0.0.1:9", key=KEY, secret=SECRET, journal=tmp_path / "none.db", pause_s=0.01
            ),
        )


def test_all_pages_are_read(client: WooCommerce) -> None:
    assert len(client.products()) == 122


def test_an_order_that_a_plugin_has_numbered_is_found(client: WooCommerce) -> None:
    order = client.order("#so-504")
    assert order is not None
    assert (order.order_number, order.status) == ("SO-504", "pending_payment")


def test_what_the_shop_says_of_a_parcel_is_passed_on(client: WooCommerce) -> None:
    order = client.order("502")
    assert order is not None
    assert (order.carrier, order.tracking_number, order.status) == ("Tern Parcel", "TP1", "delivered")
    assert order.lines[0].options == {"size": "M"}


def test_a_rate_limit_is_waited_for(client: WooCommerce, shop: FakeWooCommerce) -> None:
    shop.faults = [Response(status_code=429, headers={"Retry-After": "0"}) for _ in range(2)]
    assert client.order("501") is not None
    shop.faults = [Response(status_code=429, headers={"Retry-After": "0"})]
    assert client.apply(CANCEL, key="k").refund_cents == 5270


@pytest.mark.parametrize(
    "fault", [HTMLResponse("<html>Maintenance</html>"), Response(status_code=503), JSONResponse({}, 401)]
)
def test_nonsense_is_no_order(client: WooCommerce, shop: FakeWooCommerce, fault: Response) -> None:
    shop.faults = [fault] * 10
    with pytest.raises(ShopUnavailable):
        client.order("501")


def test_a_shop_that_is_down_before_a_change_has_changed_nothing(client: WooCommerce, shop: FakeWooCommerce) -> None:
    shop.faults = [Response(status_code=503)] * 10
    with pytest.raises(ShopUnavailable):
        client.apply(CANCEL, key="k")
    shop.faults = []
    assert client.receipt("k") is None
    assert shop.orders[501]["status"] == "processing"


def test_a_break_after_the_last_step_is_found_out_without_a_second_write(
    client: WooCommerce, shop: FakeWooCommerce
) -> None:
    shop.breaks_after = 1
    change = ChangeAddress("501", ELSEWHERE)
    with pytest.raises(OutcomeUnknown):
        client.apply(change, key="k")
    receipt = client.receipt("k")
    assert receipt is not None
    assert client.apply(change, key="k") == receipt
    assert [method for method, _ in shop.seen if method == "PUT"] == ["PUT"]


def test_a_break_between_two_steps_is_taken_up_where_it_broke(client: WooCommerce, shop: FakeWooCommerce) -> None:
    shop.refuses_refunds = True
    with pytest.raises(OutcomeUnknown, match="not paid back"):
        client.apply(CANCEL, key="k")
    assert client.receipt("k") is None
    shop.refuses_refunds = False
    assert client.apply(CANCEL, key="k").refund_cents == 5270
    assert [refund["total"] for refund in shop.orders[501]["refunds"]] == ["-52.70"]


def test_an_unpaid_order_gives_nothing_back(client: WooCommerce, shop: FakeWooCommerce) -> None:
    assert client.apply(CancelOrder("SO-504", "x"), key="k").refund_cents == 0
    assert shop.orders[504]["refunds"] == []


def test_a_completed_order_keeps_its_address(client: WooCommerce, shop: FakeWooCommerce) -> None:
    with pytest.raises(ChangeRefused):
        client.apply(ChangeAddress("502", replace(ELSEWHERE, street="Elsewhere 1")), key="k")
    assert shop.orders[502]["shipping"] == HOME


def test_credentials_do_not_travel_unencrypted(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="https"):
        WooCommerce("http://shop.example", key=KEY, secret=SECRET, journal=tmp_path / "j.db")
