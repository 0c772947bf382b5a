"""What a ShopClient over HTTP must do besides: pages, rate limits, nonsense, and a line that breaks in the middle."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol

import pytest
from starlette.responses import HTMLResponse, JSONResponse, Response

from actions.shop import ChangeRefused, Order, OutcomeUnknown, ShopClient, ShopUnavailable
from actions.shop.changes import (
    CancelOrder,
    Change,
    ChangeAccountAddress,
    ChangeAddress,
    ChangeItems,
    ClaimWarranty,
    ExchangeItems,
    Pieces,
    ReportProblem,
    ReturnItems,
    Swap,
)
from tests.contract.shop_contract import ELSEWHERE, ShopContract

CANCEL = CancelOrder("501", "no longer needed")


class FakeShop(Protocol):
    """The server behind the client. `breaks_at`: the write of that number from now is done, and then fails."""

    faults: list[Response]
    breaks_at: int


@dataclass(frozen=True)
class Remote:
    """A client and its server. Order 501 is open with two of line 0, order 502 was delivered, both are shopper 7's."""

    client: ShopClient
    shop: FakeShop
    limit: Callable[[], Response]
    product_count: int
    stranger: ShopClient
    """The same with wrong credentials."""
    writes: Callable[[], int]
    """How many writes the server has carried out that must not be repeated."""
    money_back: Callable[[str], Sequence[str]]
    """Amounts paid back for an order."""


def changes(client: ShopClient) -> list[Change]:
    """One of each kind that the client supports, all possible."""
    opened, delivered = client.order("501"), client.order("502")
    assert opened is not None
    assert delivered is not None
    one, came = opened.lines[0], delivered.lines[0]
    candidates: list[Change] = [
        CANCEL,
        ChangeItems("501", [Swap(one.line_id, "32")], opened.payment_method_id),
        ChangeAddress("501", ELSEWHERE),
        ChangeAccountAddress("7", ELSEWHERE),
        ReturnItems("502", [Pieces(came.line_id)], delivered.payment_method_id),
        ExchangeItems("502", [Swap(came.line_id, "31")], delivered.payment_method_id),
        ReportProblem("502", "damaged", [Pieces(came.line_id)], "refund"),
        ClaimWarranty("502", [Pieces(came.line_id)], "the seam opened"),
    ]
    return [change for change in candidates if type(change) in client.supports]


class RemoteShopContract(ShopContract):
    """The suite. A subclass gives `open_remote`, which makes a fresh shop with its server."""

    open_remote: Callable[[Any], AbstractContextManager[Remote]]

    @pytest.fixture
    def remote(self, tmp_path: Any) -> Iterator[Remote]:
        with self.open_remote(tmp_path) as remote:
            yield remote

    def test_all_pages_are_read(self, remote: Remote) -> None:
        assert len(remote.client.products()) == remote.product_count

    def test_a_rate_limit_is_waited_for(self, remote: Remote) -> None:
        remote.shop.faults = [remote.limit(), remote.limit()]
        assert remote.client.order("501") is not None
        remote.shop.faults = [remote.limit()]
        assert remote.client.apply(CANCEL, key="k").refund_cents > 0
        assert len(remote.money_back("501")) == 1

    @pytest.mark.parametrize(
        "fault", [HTMLResponse("<html>Maintenance</html>"), Response(status_code=503), JSONResponse({}, 401)]
    )
    def test_nonsense_is_no_order(self, remote: Remote, fault: Response) -> None:
        remote.shop.faults = [fault] * 10
        with pytest.raises(ShopUnavailable):
            remote.client.order("501")

    def test_wrong_credentials_are_said_to_be_wrong(self, remote: Remote) -> None:
        with pytest.raises(ShopUnavailable, match="credentials"):
            remote.stranger.order("501")

    def test_a_shop_that_is_down_before_a_change_has_changed_nothing(self, remote: Remote) -> None:
        for change in changes(remote.client):
            before = told(remote.client)
            remote.shop.faults = [Response(status_code=503)] * 10
            with pytest.raises(ShopUnavailable):
                remote.client.apply(change, key=f"{change}")
            remote.shop.faults = []
            assert remote.client.receipt(f"{change}") is None
            assert told(remote.client) == before

    def test_every_change_ends_well_wherever_the_line_breaks(self, tmp_path: Any) -> None:
        with self.open_remote(tmp_path / "list") as remote:
            kinds = len(changes(remote.client))
        for kind in range(kinds):
            with self.open_remote(tmp_path / f"{kind}") as remote:
                receipt = remote.client.apply(changes(remote.client)[kind], key="k")
                expected = (
                    receipt,
                    told(remote.client),
                    remote.writes(),
                    remote.money_back("501"),
                    remote.money_back("502"),
                )
            for place in count(1):
                with self.open_remote(tmp_path / f"{kind}-{place}") as remote:
                    change = changes(remote.client)[kind]
                    remote.shop.breaks_at = place
                    with suppress(OutcomeUnknown):
                        remote.client.apply(change, key="k")
                    has_broken, remote.shop.breaks_at = remote.shop.breaks_at == 0, 0
                    again = remote.client.receipt("k") or remote.client.apply(change, key="k")
                    assert (
                        again,
                        told(remote.client),
                        remote.writes(),
                        remote.money_back("501"),
                        remote.money_back("502"),
                    ) == expected, f"{type(change).__name__}, broken at write {place}"
                if not has_broken:
                    break  # there are no more writes than that

    def test_what_was_sent_or_is_done_keeps_its_address_and_its_items(self, remote: Remote) -> None:
        order = remote.client.order("502")
        assert order is not None
        for change in (
            ChangeAddress("502", ELSEWHERE),
            ChangeItems("502", [Swap(order.lines[0].line_id, "31")], ""),
        ):
            with pytest.raises(ChangeRefused):
                remote.client.apply(change, key="k")
        assert remote.client.order("502") == order

    def test_what_costs_more_or_is_sold_out_is_left_to_a_person(self, remote: Remote) -> None:
        for item_id in ("33", "77"):
            with pytest.raises(ChangeRefused):
                remote.client.apply(swap_in_501(remote.client, item_id), key=item_id)

    def test_a_variant_that_the_order_has_already_is_left_to_a_person(self, remote: Remote) -> None:
        remote.client.apply(swap_in_501(remote.client, "32"), key="first")
        before = told(remote.client)
        with pytest.raises(ChangeRefused, match="already"):
            remote.client.apply(swap_in_501(remote.client, "32"), key="second")
        assert told(remote.client) == before


def told(client: ShopClient) -> tuple[Order | None, Order | None, object]:
    """How things stand, but for what the system numbers by itself."""
    return client.order("501"), client.order("502"), client.account("7")


def swap_in_501(client: ShopClient, item_id: str) -> ChangeItems:
    order = client.order("501")
    assert order is not None
    return ChangeItems("501", [Swap(order.lines[0].line_id, item_id)], order.payment_method_id)
