"""`evaluate entities` and `evaluate facts`: figures of known answers, and files as others write them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from profiling.entities.labels import canonical_label
from profiling.entities.spans import Span
from profiling.errors import InputError
from profiling.evaluate.attributes import AttributeEvaluator, read_titles
from profiling.evaluate.baselines import key_words_alone
from profiling.evaluate.entities import LabelledText, SpanEvaluator, read_labelled_texts
from profiling.evaluate.facts import Expected, FactEvaluator, LabelledUtterance, read_labelled_utterances
from profiling.relations import Candidate
from profiling.types import Mention
from profiling.vocabulary import load_vocabulary


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_span_figures_of_a_known_answer() -> None:
    texts = [LabelledText("red nike shoes", frozenset({Span(0, 3, "colour"), Span(4, 8, "brand")}))]
    figures = SpanEvaluator(texts)(lambda text: {Span(0, 3, "colour"), Span(4, 14, "brand"), Span(9, 14, "date")})
    assert (figures["precision"], figures["recall"], figures["f1"]) == (0.5, 0.5, 0.5)
    assert figures["overlap_f1"] == 1.0
    assert figures["labels"]["colour"]["f1"] == 1.0
    assert figures["labels"]["brand"]["f1"] == 0.0
    assert "date" not in figures["labels"]  # the file knows no dates, so they are not scored


@pytest.mark.parametrize(
    "row",
    [
        {"text": "red shoes", "spans": [{"start": 0, "end": 3, "label": "colour"}]},
        {"text": "red shoes", "entities": [[0, 3, "COLOR"]]},
        {"utterance": "red shoes", "spans": [{"start": 0, "end": 3, "type": "Colour", "text": "red"}]},
    ],
)
def test_spans_are_read_as_others_write_them(tmp_path: Path, row: object) -> None:
    assert read_labelled_texts(write(tmp_path / "x.jsonl", row)) == [
        LabelledText("red shoes", frozenset({Span(0, 3, "colour")}))
    ]


@pytest.mark.parametrize(
    ("name", "label"),
    [("Product Type", "product_type"), ("price/budget", "price"), ("B-BRAND", "brand"), ("roast", "roast")],
)
def test_labels_have_many_names(name: str, label: str) -> None:
    assert canonical_label(name) == label


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('{"text": "red", "spans": [[0, 9, "colour"]]}', "line 1: span 0-9 is outside"),
        ('{"text": "red"}', "line 1: no 'spans or entities"),
        ('{"text": "red", "spans": ["red"]}', "line 1: span 'red' is neither"),
        ("red,colour", "line 1: no JSON"),
        ('["red"]', "line 1: expected a JSON object"),
        ("", "no rows"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, complaint: str) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text(line, encoding="utf-8")
    with pytest.raises(InputError, match=complaint):
        read_labelled_texts(file)


def test_another_encoding_and_a_missing_file_are_named(tmp_path: Path) -> None:
    (tmp_path / "latin.jsonl").write_bytes(
        '{"text": "red", "spans": []}\n{"text": "grün", "spans": []}'.encode("latin-1")
    )
    with pytest.raises(InputError, match="line 2: not UTF-8"):
        read_labelled_texts(tmp_path / "latin.jsonl")
    with pytest.raises(InputError, match="none"):
        read_labelled_texts(tmp_path / "none.jsonl")


def test_a_part_is_picked(tmp_path: Path) -> None:
    rows = [{"text": part, "spans": [], "part": part} for part in ("dev", "test")]
    file = write(tmp_path / "x.jsonl", *rows)
    assert [text.text for text in read_labelled_texts(file, part="test")] == ["test"]
    assert len(read_labelled_texts(file)) == 2


def candidate(utterance: str, predicate: str, node: str, quote: str) -> Candidate:
    start = utterance.index(quote)
    return Candidate(predicate, node, node.partition(":")[2], start, start + len(quote), 0.9, lasting=False)


def test_fact_figures_of_a_known_answer() -> None:
    said = "navy jeans under thirty bucks, i hate wool"
    expected = (Expected("in_colour", "navy"), Expected("budget_max", "30"), Expected("likes", "wool"))
    found = [
        candidate(said, "in_colour", "colour:blue", "navy"),
        candidate(said, "budget_max", "price_max:3000", "under thirty bucks"),
        candidate(said, "dislikes", "material:wool", "wool"),
    ]
    evaluator = FactEvaluator([LabelledUtterance(said, (*expected, Expected("dislikes", "silk")))], load_vocabulary())
    figures = evaluator(lambda utterance: found)
    assert (figures["precision"], figures["recall"], figures["wrong"]) == (0.6667, 0.5, 1)


def test_a_coarser_file_is_read_with_its_own_predicates() -> None:
    said = "black jeans, not from HP"
    evaluator = FactEvaluator(
        [LabelledUtterance(said, (Expected("wants", "black jeans"), Expected("avoids", "HP")))], load_vocabulary()
    )
    figures = evaluator(
        lambda utterance: [
            candidate(said, "in_colour", "colour:black", "black"),
            candidate(said, "wants", "product_type:jeans", "jeans"),
            candidate(said, "excludes", "brand:HP", "HP"),
        ]
    )
    assert (figures["recall"], figures["wrong"]) == (1.0, 0)


def test_a_file_without_any_fact_counts_every_stored_one_as_wrong() -> None:
    said = "is it red?"
    figures = FactEvaluator([LabelledUtterance(said, ())], load_vocabulary())(
        lambda utterance: [candidate(said, "in_colour", "colour:red", "red")]
    )
    assert (figures["precision"], figures["wrong"]) == (0.0, 1)


@pytest.mark.parametrize(
    "row",
    [
        {"utterance": "i hate wool", "facts": [{"predicate": "dislikes", "object": "wool"}]},
        {"text": "i hate wool", "expected": [["dislikes", "wool"]]},
        {"utterance": "i hate wool", "expected_facts": [["shopper", "dislikes", "wool"]]},
        {"utterance": "i hate wool", "facts": ["dislikes: wool"]},
        {"utterance": "i hate wool", "facts": [{"relation": "HATES", "value": "wool"}]},
    ],
)
def test_facts_are_read_as_others_write_them(tmp_path: Path, row: object) -> None:
    assert read_labelled_utterances(write(tmp_path / "x.jsonl", row)) == [
        LabelledUtterance("i hate wool", (Expected("dislikes", "wool"),))
    ]


def test_attribute_figures_of_a_known_answer(tmp_path: Path) -> None:
    rows = [
        {
            "input": "Crocs clog navy",
            "category": "Shoes",
            "target_scores": {"Brand": {"Crocs": 1}, "Color": {"Navy": 1}},
        },
        {"input": "red clog", "category": "Shoes", "target_scores": {"Color": {"n/a": 1}, "Toe Style": {"round": 1}}},
    ]
    titles = read_titles(write(tmp_path / "x.jsonl", *rows))
    said = {"Crocs clog navy": [("brand", "Crocs"), ("colour", "navy")], "red clog": [("colour", "red")]}

    def extract(text: str) -> list[Mention]:
        return [Mention(kind, f"{kind}:x", "x", words, 0, len(words)) for kind, words in said[text]]

    figures = AttributeEvaluator(titles)(extract)
    assert (figures["precision"], figures["recall"], figures["values"]) == (0.6667, 0.6667, 3)
    assert figures["values_of_unknown_attributes"] == 1


def test_the_baseline_goes_by_key_words_alone() -> None:
    def mention(kind: str, text: str, start: int) -> Mention:
        return Mention(kind, f"{kind}:{text}", text, text, start, start + len(text))

    def read(utterance: str, found: Mention) -> list[str]:
        return [candidate.predicate for candidate in key_words_alone(utterance, [found])]

    assert read("i hate wool", mention("material", "wool", 7)) == ["dislikes"]
    assert read("my sister hates wool", mention("material", "wool", 16)) == ["owns"]
    assert read("in wool", mention("material", "wool", 3)) == ["of_material"]
    assert read("under 30", Mention("price", "price_max:3000", "30", "under 30", 0, 8)) == ["budget_max"]
