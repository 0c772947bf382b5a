from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.responses import Response

from actions.shop import ChangeRefused, OutcomeUnknown
from actions.shop.changes import CancelOrder, ExchangeItems, Pieces, ReportProblem, ReturnArrived, ReturnItems, Swap
from actions.shop.woocommerce import WooCommerce
from tests.bot.servers import running_app
from tests.contract.fake_woocommerce import KEY, SECRET, FakeWooCommerce
from tests.contract.remote_shop_contract import CANCEL, Remote, RemoteShopContract, swap_in_501
from tests.contract.shop_contract import KnownShop


@contextmanager
def opened(folder: Path) -> Iterator[Remote]:
    shop = FakeWooCommerce()
    folder.mkdir(exist_ok=True)
    with running_app(shop.app()) as url:
        client = WooCommerce(url, key=KEY, secret=SECRET, journal=folder / "journal.db", pause_s=0.01)
        stranger = WooCommerce(url, key=KEY, secret="?", journal=folder / "other.db", pause_s=0.01)
        yield Remote(
            client=client,
            shop=shop,
            limit=lambda: Response(status_code=429, headers={"Retry-After": "0"}),
            product_count=122,
            stranger=stranger,
            writes=lambda: sum(method != "GET" for method, _ in shop.seen),
            money_back=lambda number: [refund["total"] for refund in shop.orders[int(number)]["refunds"]],
        )
        client.close()
        stranger.close()


@pytest.fixture
def remote(tmp_path: Path) -> Iterator[Remote]:
    with opened(tmp_path) as remote:
        yield remote


@pytest.fixture
def client(remote: Remote) -> WooCommerce:
    assert isinstance(remote.client, WooCommerce)
    return remote.client


@pytest.fixture
def shop(remote: Remote) -> FakeWooCommerce:
    assert isinstance(remote.shop, FakeWooCommerce)
    return remote.shop


class TestWooCommerce(RemoteShopContract):
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
            unreachable=lambda: WooCommerce(
                "http://127.0.0.1:9", key=KEY, secret=SECRET, journal=tmp_path / "none.db", pause_s=0.01
            ),
        )


def test_an_order_that_a_plugin_has_numbered_is_found(client: WooCommerce) -> None:
    order = client.order("#so-504")
    assert order is not None
    assert (order.order_number, order.status) == ("SO-504", "pending_payment")


def test_what_the_shop_says_of_a_parcel_is_passed_on(client: WooCommerce) -> None:
    order = client.order("502")
    assert order is not None
    assert (order.carrier, order.tracking_number, order.status) == ("Tern Parcel", "TP1", "delivered")
    assert order.lines[0].options == {"size": "M"}


def test_a_refund_that_is_refused_is_taken_up_where_it_broke(client: WooCommerce, shop: FakeWooCommerce) -> None:
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


def test_another_price_is_left_to_a_person(client: WooCommerce, shop: FakeWooCommerce) -> None:
    with pytest.raises(ChangeRefused, match="does not cost the same"):
        client.apply(swap_in_501(client, "34"), key="k")
    assert [line["variation_id"] for line in shop.orders[501]["line_items"]] == [31, 0]


def test_one_piece_of_two_is_swapped(client: WooCommerce) -> None:
    client.apply(swap_in_501(client, "32"), key="k")
    order = client.order("501")
    assert order is not None
    assert [(line.item_id, line.quantity, line.unit_price_cents) for line in order.lines] == [
        ("31", 1, 1990),
        ("40", 1, 800),
        ("32", 1, 1990),
    ]


def test_a_reported_problem_is_a_note_for_the_shop(client: WooCommerce, shop: FakeWooCommerce) -> None:
    assert client.apply(ReportProblem("502", "wrong", [Pieces("3")], "replacement"), key="k").refund_cents == 0
    (note,) = shop.notes[502]
    assert note["note"] == "Reported in the chat: wrong: 1 × Thing. Wanted: replacement."
    assert not note["customer_note"]


RETURN = ReturnItems("502", [Pieces("3")], "paypal", label_cents=490)


def test_a_return_is_noted_and_paid_back_line_by_line_when_it_arrives(
    client: WooCommerce, shop: FakeWooCommerce
) -> None:
    receipt = client.apply(RETURN, key="k")
    assert (receipt.refund_cents, receipt.by_hand) == (1500, True)
    assert shop.orders[502]["refunds"] == []
    (note,) = shop.notes[502]
    assert note["note"] == "Return from the chat: 1 × Thing (3). On arrival pay back 15.00 EUR."
    order = client.order("502")
    assert order is not None
    assert (order.status, order.tracking_number) == ("return_requested", "TP1")
    with pytest.raises(ChangeRefused, match="agreed on already"):
        client.apply(RETURN, key="again")
    for _ in range(2):
        assert client.apply(ReturnArrived("502"), key="arrived:502").refund_cents == 1500
    assert [refund["total"] for refund in shop.orders[502]["refunds"]] == ["-15.00"]
    assert shop.refunded_lines == [{"id": 3, "quantity": 1, "refund_total": 19.9}]
    with pytest.raises(ChangeRefused, match="waits for no return"):
        client.apply(ReturnArrived("502"), key="other")
    after = client.order("502")
    assert after is not None
    assert after.status == "returned"


def test_what_was_agreed_on_meanwhile_is_not_overwritten(client: WooCommerce, shop: FakeWooCommerce) -> None:
    other = {"kind": "exchange", "pieces": [["3", 1]], "refund_cents": 0, "note": "Exchange."}
    way, record = client._journal._ways[ReturnItems], shop.orders[502]
    assert way.plan(RETURN) == 1500
    record["meta_data"] = [*record["meta_data"], {"key": "_rapport_return", "value": other}]
    with pytest.raises(ChangeRefused, match="agreed on already"):
        way.make(RETURN)
    assert [entry["value"] for entry in record["meta_data"] if entry["key"] == "_rapport_return"] == [other]


def test_a_return_that_has_arrived_was_made(client: WooCommerce, shop: FakeWooCommerce) -> None:
    client.apply(RETURN, key="k")
    client.apply(ReturnArrived("502"), key="arrived:502")
    assert client._journal._ways[ReturnItems].is_made(RETURN)


@pytest.mark.parametrize("place", [1, 2])
def test_an_arrival_is_paid_back_once_wherever_the_line_breaks(
    client: WooCommerce, shop: FakeWooCommerce, place: int
) -> None:
    client.apply(RETURN, key="k")
    shop.breaks_at = place
    with pytest.raises(OutcomeUnknown):
        client.apply(ReturnArrived("502"), key="arrived:502")
    assert (client.receipt("arrived:502") or client.apply(ReturnArrived("502"), key="arrived:502")).refund_cents == 1500
    assert [refund["total"] for refund in shop.orders[502]["refunds"]] == ["-15.00"]


def test_a_refund_of_an_arrival_that_the_payment_refuses_changes_nothing(
    client: WooCommerce, shop: FakeWooCommerce
) -> None:
    client.apply(RETURN, key="k")
    shop.refuses_refunds = True
    with pytest.raises(ChangeRefused, match="said no"):
        client.apply(ReturnArrived("502"), key="a")
    shop.refuses_refunds = False
    assert client.apply(ReturnArrived("502"), key="a").refund_cents == 1500


def test_taxes_go_back_with_their_line(client: WooCommerce, shop: FakeWooCommerce) -> None:
    (line,) = shop.orders[502]["line_items"]
    line |= {"total": "16.72", "total_tax": "3.18", "taxes": [{"id": 7, "total": "3.18", "subtotal": "3.18"}]}
    client.apply(RETURN, key="k")
    client.apply(ReturnArrived("502"), key="a")
    assert shop.refunded_lines[0]["refund_total"] == 16.72
    assert shop.refunded_lines[0]["refund_tax"] == [{"id": 7, "refund_total": 3.18}]


def test_what_is_on_its_way_or_paid_otherwise_does_not_come_back(client: WooCommerce) -> None:
    for change in (
        ReturnItems("501", [Pieces("1")], "stripe"),
        ReturnItems("502", [Pieces("3")], "stripe"),
        ReturnItems("502", [Pieces("3")], "paypal", label_cents=9_900),
        ExchangeItems("502", [Swap("3", "34")], "paypal"),
    ):
        with pytest.raises(ChangeRefused):
            client.apply(change, key=f"{change}")
        assert client.receipt(f"{change}") is None


def test_no_more_goes_back_than_was_paid(client: WooCommerce, shop: FakeWooCommerce) -> None:
    shop.orders[502]["refunds"].append({"id": 1, "reason": "a present", "total": "-20.00"})
    with pytest.raises(ChangeRefused, match="more than what was paid"):
        client.apply(ReportProblem("502", "damaged", [Pieces("3")], "refund"), key="k")


def test_credentials_do_not_travel_unencrypted(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="https"):
        WooCommerce("http://shop.example", key=KEY, secret=SECRET, journal=tmp_path / "j.db")
