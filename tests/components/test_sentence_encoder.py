"""Sentence encoder: vectors for sentences and tokens, and a clear word when it is not built."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.nlu.tokenizers.whitespace_tokenizer import WhitespaceTokenizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.sentence_encoder import SentenceEncoder, token_vectors
from bot.components.sentence_model import (
    CACHED_LENGTH,
    CACHED_TEXTS,
    OnnxSentenceModel,
    encoder_directory,
    read_manifest,
)
from tests.components.conftest import HERE

TINY = HERE / "tiny_encoder"


@pytest.fixture
def model() -> OnnxSentenceModel:
    return OnnxSentenceModel(TINY, threads=1, max_length=16)


def featurised(*texts: str, **config: Any) -> list[Message]:
    component = SentenceEncoder({**SentenceEncoder.get_default_config(), **config}, "encoder")
    tokenizer = WhitespaceTokenizer(WhitespaceTokenizer.get_default_config())
    return component.process(tokenizer.process([Message({TEXT: text}) for text in texts]))


def test_a_sentence_has_one_unit_vector_and_each_token_one_vector() -> None:
    sequence, sentence = featurised("red running shoes")[0].get_dense_features(TEXT)
    assert sequence is not None
    assert sentence is not None
    assert sequence.features.shape == (3, 16)
    assert sentence.features.shape == (1, 16)
    assert np.linalg.norm(sentence.features) == pytest.approx(1.0, abs=1e-5)


def test_a_token_is_the_mean_of_its_word_pieces(model: OnnxSentenceModel) -> None:
    encoding = model.encode("red xyz")
    vectors = token_vectors(encoding, [Token("red", 0), Token("xyz", 4)])
    assert encoding.pieces.shape[0] == 4  # red x ##y ##z
    np.testing.assert_allclose(vectors[0], encoding.pieces[0], rtol=1e-5)
    np.testing.assert_allclose(vectors[1], encoding.pieces[1:].mean(axis=0), rtol=1e-5)


def test_a_token_beyond_the_models_length_is_zero(model: OnnxSentenceModel) -> None:
    text = "red " * 40
    tokens = [Token("red", 4 * place) for place in range(40)]
    vectors = token_vectors(model.encode(text), tokens)
    assert vectors[0].any()
    assert not vectors[-1].any()


def test_a_text_has_the_same_vector_alone_and_in_company() -> None:
    alone = featurised("where is my order")[0].get_dense_features(TEXT)[1]
    among = featurised("hello", "a much longer text that pads the others", "where is my order")[2]
    assert alone is not None
    np.testing.assert_array_equal(alone.features, among.get_dense_features(TEXT)[1].features)  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["", "   ", "/greet", '  /inform{"order_number": "W1042"}'])
def test_empty_texts_and_intent_payloads_get_no_features(text: str) -> None:
    assert featurised(text)[0].get_dense_features(TEXT) == (None, None)


@pytest.mark.parametrize("text", ["日本語", "🙂🙂", "a" * 5_000, "tab\tand\nnewline", "?!", "\u200d", "ǅž"])
def test_no_text_breaks_it(text: str) -> None:
    message = featurised(text)[0]
    if message.get(TOKENS_NAMES[TEXT]):
        sentence = message.get_dense_features(TEXT)[1]
        assert sentence is not None
        assert np.isfinite(sentence.features).all()


def test_the_cache_is_bounded_and_keeps_short_texts_only(model: OnnxSentenceModel) -> None:
    for number in range(CACHED_TEXTS + 50):
        model.encode(f"order {number}")
    model.encode("x" * (CACHED_LENGTH + 1))
    assert len(model._cache) == CACHED_TEXTS
    assert model.encode("order 549") is model.encode("order 549")


def test_training_data_gets_features() -> None:
    tokenizer = WhitespaceTokenizer(WhitespaceTokenizer.get_default_config())
    data = tokenizer.process_training_data(TrainingData([Message({TEXT: "hello there", "intent": "greet"})]))
    component = SentenceEncoder(SentenceEncoder.get_default_config(), "encoder")
    example = component.process_training_data(data).training_examples[0]
    assert example.get_dense_features(TEXT)[0].features.shape == (2, 16)  # type: ignore[union-attr]


def test_a_missing_encoder_says_how_to_build_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_ENCODER_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(InvalidConfigException, match=r"make up"):
        SentenceEncoder(SentenceEncoder.get_default_config(), "encoder")


def test_the_fingerprint_follows_the_encoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = SentenceEncoder.fingerprint_addon({})
    other = tmp_path / "encoder"
    shutil.copytree(TINY, other)
    (other / "manifest.json").write_text(json.dumps({**read_manifest(TINY), "fingerprint": "tiny-2"}))
    monkeypatch.setenv("RAPPORT_ENCODER_DIR", str(other))
    assert before == "tiny-1"
    assert SentenceEncoder.fingerprint_addon({}) == "tiny-2"


def test_where_the_encoder_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAPPORT_ENCODER_DIR")
    monkeypatch.delenv("RAPPORT_HOME", raising=False)
    assert encoder_directory(None) == Path(".rapport/models/nlu_encoder")
    monkeypatch.setenv("RAPPORT_HOME", "/srv/rapport")
    assert encoder_directory(None) == Path("/srv/rapport/models/nlu_encoder")
    assert encoder_directory("elsewhere") == Path("elsewhere")
    monkeypatch.setenv("RAPPORT_ENCODER_DIR", "/opt/encoder")
    assert encoder_directory("elsewhere") == Path("/opt/encoder")


@pytest.mark.parametrize("config", [{"threads": 0}, {"max_length": 2}])
def test_nonsense_in_the_configuration_is_refused(config: dict[str, int]) -> None:
    with pytest.raises(InvalidConfigException):
        featurised("hello", **config)
