from __future__ import annotations

from pathlib import Path

import pytest

from profiling.errors import InputError
from profiling.evaluate.search import SearchEvaluator, ndcg, read_judgements


def test_ndcg_of_known_rankings() -> None:
    grades = {"a": 3, "b": 2, "c": 0}
    assert ndcg(["a", "b", "c"], grades, 10) == 1.0
    assert ndcg(["c", "x"], grades, 10) == 0.0
    ideal = 7 + 3 / 1.5849625
    assert ndcg(["b", "a"], grades, 10) == pytest.approx((3 + 7 / 1.5849625) / ideal)
    assert ndcg(["x"] * 10 + ["a"], grades, 10) == 0.0


def test_queries_without_anything_relevant_are_counted_and_left_out() -> None:
    evaluator = SearchEvaluator({"good": {"a": 1}, "hopeless": {"b": 0}})
    figures = evaluator(lambda query: ["a"])
    assert figures["ndcg@10"] == 1.0
    assert (figures["queries"], figures["queries_without_relevant_items"]) == (1.0, 1.0)


def test_judgements_are_read(tmp_path: Path) -> None:
    file = tmp_path / "ratings.csv"
    file.write_text("query,docid,rating\nwireless mouse,1,3\nwireless mouse,2,0\n", encoding="utf-8")
    assert read_judgements(file) == {"wireless mouse": {"1": 3, "2": 0}}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("query,docid\na,1\n", "no column rating"), ("query,docid,rating\na,1,3\na,2,good\n", r"line 3.*'good'")],
)
def test_bad_judgements_are_named_with_their_line(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "ratings.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=complaint):
        read_judgements(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.csv"):
        read_judgements(tmp_path / "none.csv")
