"""The demo shop: its shoppers, orders, reviews, catalogue and questions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.data.demo_shop import SHOP, read_csv, read_json, read_yaml


@pytest.fixture(scope="module")
def shop() -> dict[str, Any]:
    return read_yaml(SHOP / "shop.yml")


@pytest.fixture(scope="module")
def faq() -> list[dict[str, Any]]:
    return read_yaml(SHOP / "faq.yml")


@pytest.fixture(scope="module")
def shoppers() -> dict[str, dict[str, Any]]:
    return {shopper["shopper_id"]: shopper for shopper in read_json(SHOP / "shoppers.json")}


@pytest.fixture(scope="module")
def orders() -> list[dict[str, Any]]:
    return read_json(SHOP / "orders.json")


@pytest.fixture(scope="module")
def reviews() -> list[dict[str, str]]:
    return read_csv(SHOP / "reviews.csv")


@pytest.fixture(scope="module")
def catalogue() -> list[dict[str, str]]:
    return read_csv(SHOP / "catalogue.csv")


@pytest.fixture(scope="module")
def price_cents(catalogue: list[dict[str, str]]) -> dict[str, int]:
    return {row["SKU"]: round(float(row["Price"]) * 100) for row in catalogue if row["SKU"]}


@pytest.fixture(scope="module")
def handle_of(catalogue: list[dict[str, str]]) -> dict[str, str]:
    return {row["SKU"]: row["URL handle"] for row in catalogue if row["SKU"]}
