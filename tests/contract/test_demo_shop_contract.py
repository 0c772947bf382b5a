from __future__ import annotations

from pathlib import Path

import pytest

from actions.shop.demo import DemoShop
from actions.shop.demo_load import load_demo_shop
from tests.contract.shop_contract import KnownShop, ShopContract


class TestDemoShop(ShopContract):
    @pytest.fixture
    def known(self, tmp_path: Path) -> KnownShop:
        load_demo_shop(Path("data/shop"), tmp_path / "shop.db")
        shop = DemoShop(tmp_path / "shop.db", currency="EUR")
        account = shop.account("S001")
        assert account is not None
        orders = shop.orders("S001")
        opened = next(order for order in orders if order.status == "paid")
        assert account.address is not None
        return KnownShop(
            client=shop,
            shopper_id="S001",
            email=account.email,
            name=account.name,
            postcode=account.address.postcode,
            open_order=opened.order_number,
            delivered_order=next(order.order_number for order in orders if order.status == "delivered"),
            other_method=next(
                method.method_id for method in account.payment_methods if method.method_id != opened.payment_method_id
            ),
            unreachable=lambda: DemoShop(tmp_path / "none.db", currency="EUR"),
        )
