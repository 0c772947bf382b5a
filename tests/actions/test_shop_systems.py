from __future__ import annotations

from pathlib import Path

import pytest

from actions.shop.demo import DemoShop
from actions.shop.shopify import Shopify
from actions.shop.systems import open_shop
from actions.shop.woocommerce import WooCommerce

WOOCOMMERCE = {
    "RAPPORT_SHOP_SYSTEM": "woocommerce",
    "RAPPORT_SHOP_URL": "https://shop.example",
    "RAPPORT_SHOP_KEY": "ck_1",
    "RAPPORT_SHOP_SECRET": "cs_1",
}
SHOPIFY = {"RAPPORT_SHOP_SYSTEM": "shopify", "RAPPORT_SHOP_URL": "https://a.example", "RAPPORT_SHOP_TOKEN": "shpat_1"}


@pytest.mark.parametrize(("values", "kind"), [({}, DemoShop), (WOOCOMMERCE, WooCommerce), (SHOPIFY, Shopify)])
def test_the_environment_chooses_the_system(tmp_path: Path, values: dict[str, str], kind: type) -> None:
    assert isinstance(open_shop(values, home=tmp_path, currency="EUR"), kind)


@pytest.mark.parametrize("missing", ["RAPPORT_SHOP_URL", "RAPPORT_SHOP_KEY", "RAPPORT_SHOP_SECRET"])
def test_what_is_missing_is_named(tmp_path: Path, missing: str) -> None:
    with pytest.raises(ValueError, match=missing):
        open_shop({**WOOCOMMERCE, missing: " "}, home=tmp_path, currency="EUR")


def test_an_unknown_system_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="demo, woocommerce, shopify"):
        open_shop({"RAPPORT_SHOP_SYSTEM": "magento"}, home=tmp_path, currency="EUR")
