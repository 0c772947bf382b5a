"""What the demo shop tells: its FAQ and policies are complete, and quote the shop's numbers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.data.demo_shop import SHOP, euros, read_policy, read_yaml

TOPICS = {
    "shipping", "payment", "returns", "warranty", "orders", "products", "account", "store", "privacy", "promotions",
}  # fmt: skip


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
