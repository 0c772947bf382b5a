"""The demo shop's files agree with one another: catalogue, shoppers, orders, reviews, FAQ and policies."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

DATA = Path(__file__).parents[2] / "data"
SHOP = DATA / "shop"
TOPICS = {
    "shipping", "payment", "returns", "warranty", "orders", "products", "account", "store", "privacy", "promotions",
}  # fmt: skip
ON_THE_WAY = {"shipped", "in_transit", "out_for_delivery"}
BEFORE_DISPATCH = {"pending_payment", "paid", "processing", "packed"}


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def read_yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def read_policy(name: str) -> str:
    """A policy page with line breaks turned into spaces, so that a sentence can be looked for."""
    return " ".join((SHOP / "policies" / f"{name}.md").read_text(encoding="utf-8").split())


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def validator(schema_name: str) -> Draft202012Validator:
    schemas = {path.name: read_json(path) for path in (DATA / "schemas").glob("shop_*.json")}
    registry: Registry[Any] = Registry().with_resources(
        (name, Resource.from_contents(schema)) for name, schema in schemas.items()
    )
    return Draft202012Validator(schemas[schema_name], registry=registry)


def euros(cents: int) -> str:
    """Money as the pages write it: 4.90 €, but 60 €."""
    return f"{cents // 100} €" if cents % 100 == 0 else f"{cents / 100:.2f} €"


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


# ---- shoppers


def test_forty_shoppers_fit_their_schema() -> None:
    shoppers = read_json(SHOP / "shoppers.json")
    check = validator("shop_shopper.json")
    assert [error.message for shopper in shoppers for error in check.iter_errors(shopper)] == []
    assert [shopper["shopper_id"] for shopper in shoppers] == [f"S{n:03}" for n in range(1, 41)]
    assert len({shopper["email"] for shopper in shoppers}) == 40


def test_shoppers_live_where_the_shop_delivers(shop: dict[str, Any], shoppers: dict[str, dict[str, Any]]) -> None:
    served = {country for zone in shop["shipping"]["zones"] for country in zone["countries"]}
    assert {shopper["address"]["country"] for shopper in shoppers.values()} <= served


# ---- orders


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


# ---- reviews


def test_six_hundred_reviews_of_many_products(reviews: list[dict[str, str]], handle_of: dict[str, str]) -> None:
    per_handle = Counter(review["handle"] for review in reviews)
    assert [review["review_id"] for review in reviews] == [f"R{n:04}" for n in range(1, 601)]
    assert set(per_handle) <= set(handle_of.values())
    assert len(per_handle) >= 200
    assert max(per_handle.values()) <= 8
    assert [r["review_id"] for r in reviews if r["sku"] and handle_of[r["sku"]] != r["handle"]] == []


def test_ratings_are_spread_like_a_real_shop_s(reviews: list[dict[str, str]]) -> None:
    stars = Counter(int(review["rating"]) for review in reviews)
    shares = {rating: stars[rating] / len(reviews) for rating in range(1, 6)}
    assert shares == pytest.approx({5: 0.48, 4: 0.24, 3: 0.12, 2: 0.08, 1: 0.08}, abs=0.03)


def test_every_aspect_word_is_in_its_text(reviews: list[dict[str, str]]) -> None:
    for review in reviews:
        aspects, text = json.loads(review["aspects"]), review["text"].lower()
        assert set(aspects.values()) <= {"positive", "negative", "neutral"}, review["review_id"]
        missing = [aspect for aspect in aspects if not re.search(rf"\b{re.escape(aspect)}\b", text)]
        assert missing == [], review["review_id"]


def test_reviews_by_a_shopper_follow_an_order(
    reviews: list[dict[str, str]], orders: list[dict[str, Any]], handle_of: dict[str, str]
) -> None:
    first_day: dict[tuple[str, str], float] = {}
    for order in orders:
        for line in order["lines"]:
            first_day.setdefault((order["shopper_id"], handle_of[line["sku"]]), order["placed_days_ago"])
    signed = [review for review in reviews if review["shopper_id"]]
    assert 0.25 <= len(signed) / len(reviews) <= 0.42
    for review in signed:
        ordered = first_day.get((review["shopper_id"], review["handle"]))
        assert ordered is not None, review["review_id"]
        assert float(review["days_ago"]) < ordered, review["review_id"]
        assert review["verified"] == "true", review["review_id"]


def test_no_two_reviews_share_a_sentence(reviews: list[dict[str, str]]) -> None:
    owner: dict[str, str] = {}
    for review in reviews:
        for sentence in re.split(r"[.!?]+(?:\s|$)", review["text"].lower()):
            if len(sentence.split()) >= 3:
                key = " ".join(re.findall(r"\w+", sentence))
                assert owner.setdefault(key, review["review_id"]) == review["review_id"], sentence


# ---- FAQ


def test_sixty_questions_with_unique_ids(faq: list[dict[str, Any]]) -> None:
    assert len(faq) == len({entry["id"] for entry in faq}) == 60
    assert {entry["topic"] for entry in faq} == TOPICS
    wordings = [wording.lower() for entry in faq for wording in (entry["question"], *entry["also"])]
    assert len(wordings) == len(set(wordings))


@pytest.mark.parametrize("key", ["question", "answer"])
def test_questions_are_complete(faq: list[dict[str, Any]], key: str) -> None:
    for entry in faq:
        assert set(entry) == {"id", "topic", "question", "also", "answer", "source"}
        assert entry[key].strip()
        assert 15 <= len(entry["also"]) <= 40, entry["id"]
        assert entry["source"] is None or (SHOP / entry["source"]).is_file(), entry["id"]


# ---- policies


def test_unanswered_questions_are_not_answered(faq: list[dict[str, Any]]) -> None:
    unanswered = [question.lower() for question in read_yaml(SHOP / "faq_unanswered.yml")]
    assert len(unanswered) == len(set(unanswered)) >= 100
    assert not set(unanswered) & {wording.lower() for entry in faq for wording in (entry["question"], *entry["also"])}


def test_policies_have_a_readable_length() -> None:
    for path in (SHOP / "policies").glob("*.md"):
        assert 250 <= len(path.read_text(encoding="utf-8").split()) <= 500, path.name


def test_shipping_page_quotes_the_shop_s_prices(shop: dict[str, Any]) -> None:
    page = read_policy("shipping")
    shipping = shop["shipping"]
    for zone in shipping["zones"]:
        standard, express = zone["standard"], zone["express"]
        assert f"{euros(standard['price_cents'])}, {standard['working_days'][0]} to " in page
        assert f" to {standard['working_days'][1]} working days | {euros(standard['free_from_cents'])} |" in page
        assert f"| {euros(express['price_cents'])}, {express['working_days'][0]} " in page
    assert f"before {shipping['dispatch_cutoff']}" in page
    assert f"not moved for {shipping['lost_after_working_days']} working days" in page
    assert f"keep it for {shipping['pickup']['keep_for_days']} days" in page
    assert all(carrier in page for carrier in shipping["carriers"].values())


def test_returns_page_quotes_the_shop_s_windows(shop: dict[str, Any]) -> None:
    page, returns = read_policy("returns"), shop["returns"]
    assert f"{returns['window_days']} days from the day of delivery" in page
    assert f"marked as a gift, it is {returns['extended_for_gifts_days']} days" in page
    assert f"refund within {returns['refund_within_working_days']} working days" in page
    assert f"it costs {euros(returns['label_price_cents']['outside_eu'])}" in page
    assert f"within {returns['damaged_report_within_days']} days" in page
    assert all(thing in page for thing in returns["not_returnable"])


def test_warranty_page_quotes_the_shop_s_warranty(shop: dict[str, Any]) -> None:
    assert f"a warranty of {shop['warranty']['months']} months" in read_policy("warranty")
    assert f"up to {shop['warranty']['repair_within_working_days']} working days" in read_policy("warranty")
    assert f"{shop['warranty']['months']}-month warranty" in read_policy("returns")


def test_payment_page_names_every_way_to_pay(shop: dict[str, Any]) -> None:
    page = read_policy("payment")
    assert all(method["name"] in page for method in shop["payment"]["methods"])
    assert f"valid for {shop['payment']['gift_cards']['valid_years']} years" in page
    transfer = next(method for method in shop["payment"]["methods"] if method["id"] == "bank_transfer")
    assert f"pay within {transfer['pay_within_days']} days" in page


def test_privacy_page_quotes_the_shop_s_periods(shop: dict[str, Any]) -> None:
    page, privacy = read_policy("privacy"), shop["privacy"]
    assert f"| {privacy['chat_transcript_days']} days |" in page
    assert f"{privacy['account_deleted_after_inactive_months']} months" in page
    assert f"| {privacy['invoice_years']} years |" in page
    assert privacy["contact"] in page


def test_faq_quotes_the_shop_s_numbers(shop: dict[str, Any], faq: list[dict[str, Any]]) -> None:
    answers = {entry["id"]: entry["answer"] for entry in faq}
    assert f"free from {euros(shop['shipping']['free_from_cents'])}" in answers["shipping-free"]
    assert f"{shop['returns']['window_days']} days from the day of delivery" in answers["returns-window"]
    assert answers["warranty-length"].startswith(f"{shop['warranty']['months']} months")
    assert shop["contact"]["phone"] in answers["store-contact"]
    for promotion in shop["promotions"]:
        assert promotion["code"] in answers["promotions-current"]


def test_promotions_name_categories_of_the_catalogue(shop: dict[str, Any], catalogue: list[dict[str, str]]) -> None:
    assert 3 <= len(shop["promotions"]) <= 4
    types = {row["Type"] for row in catalogue if row["Type"]}
    for promotion in shop["promotions"]:
        assert set(promotion["types"]) <= types, promotion["id"]
