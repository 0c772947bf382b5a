"""The hand-written gold sets keep to their own rules."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from profiling.entities.labels import LABELS
from profiling.graph import load_predicates

FOLDER = Path(__file__).parents[2] / "data" / "labelled"


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    ("name", "count", "text"),
    [("entities.jsonl", 600, "text"), ("entities_fresh.jsonl", 132, "text"), ("facts.jsonl", 400, "utterance")],
)
def test_half_of_each_set_is_for_testing_and_no_text_is_in_both(name: str, count: int, text: str) -> None:
    assert Counter(row["part"] for row in rows(name)) == {"dev": count // 2, "test": count // 2}
    texts = [" ".join(row[text].lower().split()) for row in rows(name)]
    assert [text for text, times in Counter(texts).items() if times > 1] == []


def test_no_written_utterance_is_one_of_the_gold_set() -> None:
    gold, written = (
        [" ".join(row["utterance"].lower().split()) for row in rows(name)]
        for name in ("facts.jsonl", "facts_written.jsonl")
    )
    assert not set(gold) & set(written)
    assert len(set(written)) == len(written)


@pytest.mark.parametrize("name", ["entities.jsonl", "entities_fresh.jsonl"])
def test_spans_are_stretches_of_their_text(name: str) -> None:
    for row in rows(name):
        spans = sorted(row["spans"], key=lambda span: span["start"])
        for span in spans:
            quote = row["text"][span["start"] : span["end"]]
            assert span["label"] in LABELS, row
            assert quote, row
            assert quote == quote.strip(), row
        assert all(one["end"] <= other["start"] for one, other in pairwise(spans)), row


def test_every_label_is_there_often_enough_to_be_measured() -> None:
    for part in ("dev", "test"):
        counts = Counter(
            span["label"] for row in rows("entities.jsonl") if row["part"] == part for span in row["spans"]
        )
        assert all(counts[label] >= 10 for label in LABELS), counts


def test_facts_use_declared_predicates_and_many_utterances_have_none() -> None:
    facts = [fact for name in ("facts.jsonl", "facts_written.jsonl") for row in rows(name) for fact in row["facts"]]
    assert {fact["predicate"] for fact in facts} <= set(load_predicates())
    assert all(fact["object"] for fact in facts)
    assert sum(not row["facts"] for row in rows("facts.jsonl")) > 100
