"""The demo shop's shoppers and orders agree with one another, with the catalogue and with the shop's terms."""

from __future__ import annotations

from typing import Any

import pytest

from tests.data.demo_shop import DATA, SHOP, read_json, validator

ON_THE_WAY = {"shipped", "in_transit", "out_for_delivery"}
BEFORE_DISPATCH = {"pending_payment", "paid", "processing", "packed"}


def test_forty_shoppers_fit_their_schema() -> None:
    shoppers = read_json(SHOP / "shoppers.json")
    check = validator("shop_shopper.json")
    assert [error.message for shopper in shoppers for error in check.iter_errors(shopper)] == []
    assert [shopper["shopper_id"] for shopper in shoppers] == [f"S{n:03}" for n in range(1, 41)]
    assert len({shopper["email"] for shopper in shoppers}) == 40


def test_shoppers_live_where_the_shop_delivers(shop: dict[str, Any], shoppers: dict[str, dict[str, Any]]) -> None:
    served = {country for zone in shop["shipping"]["zones"] for country in zone["countries"]}
    assert {shopper["address"]["country"] for shopper in shoppers.values()} <= served


def test_all_orders_fit_their_schema(orders: list[dict[str, Any]]) -> None:
    check = validator("shop_order.json")
    assert [f"{order['order_id']}: {e.message}" for order in orders for e in check.iter_errors(order)] == []
    assert [order["order_id"] for order in orders] == [f"W{n}" for n in range(1001, 1151)]


def test_every_status_appears(orders: list[dict[str, Any]]) -> None:
    statuses = read_json(DATA / "schemas" / "shop_order.json")["$defs"]["status"]["enum"]
    assert {order["status"] for order in orders} == set(statuses)


def test_ordered_items_are_in_the_catalogue_at_that_price(
    orders: list[dict[str, Any]], price_cents: dict[str, int]
) -> None:
    wrong = [
        (order["order_id"], line["sku"], line["unit_price_cents"], price_cents.get(line["sku"]))
        for order in orders
        for line in order["lines"]
        if price_cents.get(line["sku"]) != line["unit_price_cents"]
    ]
    assert wrong == []


def test_titles_are_the_catalogue_s(orders: list[dict[str, Any]], catalogue: list[dict[str, str]]) -> None:
    titles = {row["URL handle"]: row["Title"] for row in catalogue if row["Title"]}
    title_of = {row["SKU"]: titles[row["URL handle"]] for row in catalogue if row["SKU"]}
    assert [line["sku"] for order in orders for line in order["lines"] if line["title"] != title_of[line["sku"]]] == []


def test_totals_add_up(orders: list[dict[str, Any]]) -> None:
    for order in orders:
        goods_cents = sum(line["quantity"] * line["unit_price_cents"] for line in order["lines"])
        expected = goods_cents - order["discount_cents"] + order["shipping_cents"]
        assert order["total_cents"] == expected, order["order_id"]


def test_shipping_costs_what_the_shop_says(orders: list[dict[str, Any]], shop: dict[str, Any]) -> None:
    zones = {country: zone for zone in shop["shipping"]["zones"] for country in zone["countries"]}
    for order in orders:
        goods_cents = order["total_cents"] - order["shipping_cents"]
        zone = zones[order["shipping_address"]["country"]]
        if order["shipping_method"] == "standard":
            free = goods_cents >= zone["standard"]["free_from_cents"]
            expected = 0 if free else zone["standard"]["price_cents"]
        elif order["shipping_method"] == "express":
            expected = zone["express"]["price_cents"]
        else:
            expected = shop["shipping"]["pickup"]["price_cents"]
        assert order["shipping_cents"] == expected, order["order_id"]


def test_a_discount_is_what_its_code_gives(
    orders: list[dict[str, Any]], shop: dict[str, Any], catalogue: list[dict[str, str]]
) -> None:
    types = {row["URL handle"]: row["Type"] for row in catalogue if row["Type"]}
    type_of = {row["SKU"]: types[row["URL handle"]] for row in catalogue if row["SKU"]}
    solidarity = shop["social_policy"]["discount"]
    promotions = {promotion["code"]: promotion for promotion in shop["promotions"] + shop["past_promotions"]}
    promotions[solidarity["code_on_request"]] = {"percent": solidarity["percent"], "types": []}
    for order in orders:
        if order["promotion_code"] is None:
            assert order["discount_cents"] == 0, order["order_id"]
            continue
        promotion = promotions[order["promotion_code"]]
        counted_cents = sum(
            line["quantity"] * line["unit_price_cents"]
            for line in order["lines"]
            if not promotion["types"] or type_of[line["sku"]] in promotion["types"]
        )
        expected = promotion.get("amount_cents") or counted_cents * promotion["percent"] / 100
        assert order["discount_cents"] == pytest.approx(expected, abs=0.5), order["order_id"]
        assert order["discount_cents"] > 0, order["order_id"]


def test_orders_belong_to_shoppers_who_pay_their_own_way(
    orders: list[dict[str, Any]], shoppers: dict[str, dict[str, Any]]
) -> None:
    for order in orders:
        shopper = shoppers[order["shopper_id"]]
        own = [{"type": one["type"], "last4": one["last4"]} for one in shopper["payment_methods"]]
        assert order["payment"] in own, order["order_id"]
        assert order["placed_days_ago"] <= shopper["member_since_days_ago"], order["order_id"]


def test_every_shopper_has_ordered(orders: list[dict[str, Any]], shoppers: dict[str, dict[str, Any]]) -> None:
    assert {order["shopper_id"] for order in orders} == set(shoppers)


def test_order_numbers_grow_with_time(orders: list[dict[str, Any]]) -> None:
    days = [order["placed_days_ago"] for order in orders]
    assert days == sorted(days, reverse=True)


def test_a_history_runs_from_the_order_to_its_status(orders: list[dict[str, Any]]) -> None:
    for order in orders:
        days = [entry["days_ago"] for entry in order["history"]]
        assert days == sorted(days, reverse=True), order["order_id"]
        assert days[0] == order["placed_days_ago"], order["order_id"]
        assert order["history"][-1]["status"] == order["status"], order["order_id"]


def test_parcels_on_the_way_can_be_tracked(orders: list[dict[str, Any]]) -> None:
    for order in orders:
        if order["status"] in ON_THE_WAY:
            assert order["tracking_number"], order["order_id"]
            assert order["carrier"], order["order_id"]
            assert order["expected_in_days"] is not None, order["order_id"]
        if order["status"] in BEFORE_DISPATCH:
            assert order["tracking_number"] is None, order["order_id"]
            assert not any(line["delivered_quantity"] for line in order["lines"]), order["order_id"]


def test_delivered_quantities_fit_the_status(orders: list[dict[str, Any]]) -> None:
    for order in orders:
        ordered = sum(line["quantity"] for line in order["lines"])
        delivered = sum(line["delivered_quantity"] for line in order["lines"])
        assert all(line["delivered_quantity"] <= line["quantity"] for line in order["lines"]), order["order_id"]
        if order["status"] == "delivered":
            assert delivered == ordered, order["order_id"]
        if order["status"] == "partially_delivered":
            assert 0 < delivered < ordered, order["order_id"]


def test_returns_keep_the_shop_s_window(orders: list[dict[str, Any]], shop: dict[str, Any]) -> None:
    for order in orders:
        if order["return"] is None:
            continue
        key = "extended_for_gifts_days" if order["gift"] else "window_days"
        delivered_days_ago = max(e["days_ago"] for e in order["history"] if e["status"] == "delivered")
        assert delivered_days_ago - order["return"]["requested_days_ago"] <= shop["returns"][key], order["order_id"]
        assert set(order["return"]["skus"]) <= {line["sku"] for line in order["lines"]}, order["order_id"]


def test_refunds_and_exchanges_are_described(orders: list[dict[str, Any]], price_cents: dict[str, int]) -> None:
    for order in orders:
        refund, exchange = order["refund"], order["exchange"]
        if order["status"] in {"refund_pending", "refunded"}:
            assert refund, order["order_id"]
            assert (refund["paid_days_ago"] is None) == (order["status"] == "refund_pending"), order["order_id"]
        if refund:
            assert refund["amount_cents"] <= order["total_cents"], order["order_id"]
            assert refund["to"] == order["payment"]["type"], order["order_id"]
        if order["status"] == "exchanged":
            assert exchange, order["order_id"]
        if exchange:
            assert exchange["from_sku"] in {line["sku"] for line in order["lines"]}, order["order_id"]
            assert exchange["to_sku"] in price_cents, order["order_id"]
