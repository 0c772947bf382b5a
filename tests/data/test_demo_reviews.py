"""The demo shop's reviews: of things in the catalogue, by shoppers who ordered them, each in its own words."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import pytest


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
