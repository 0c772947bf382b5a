"""Intent classifier: what it learns, how sure it is, and what it does with nothing."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.tokenizers.whitespace_tokenizer import WhitespaceTokenizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy import sparse

from bot.components.linear_intent import LinearIntentClassifier
from bot.components.sentence_encoder import SentenceEncoder
from bot.components.softmax_regression import SoftmaxRegression, fit

EXAMPLES = {
    "greet": ["hello", "hi", "hi there", "hello you", "good morning"],
    "order_status": ["where is my order", "where is my parcel", "track my order", "is my parcel near"],
    "recommend": ["red shoes", "blue shoes", "running shoes", "red boots"],
    "thank": ["thanks"],
}
SETTINGS: dict[str, Any] = {"regularisation": 10.0, "max_iterations": 60, "folds": 3}


def prepared(messages: list[Message]) -> list[Message]:
    tokenizer = WhitespaceTokenizer(WhitespaceTokenizer.get_default_config())
    return SentenceEncoder(SentenceEncoder.get_default_config(), "encoder").process(tokenizer.process(messages))


@pytest.fixture
def parts(tmp_path: Path) -> tuple[Any, ...]:
    config = LinearIntentClassifier.get_default_config()
    return config, LocalModelStorage(tmp_path), Resource("intents"), ExecutionContext(GraphSchema({}))


@pytest.fixture
def trained(parts: tuple[Any, ...]) -> LinearIntentClassifier:
    pairs = [(text, intent) for intent, texts in EXAMPLES.items() for text in texts]
    messages = prepared([Message({TEXT: text, INTENT: intent}) for text, intent in pairs])
    LinearIntentClassifier.create(*parts).train(TrainingData(messages))
    return LinearIntentClassifier.load(*parts)


def test_it_knows_what_it_was_taught_after_loading(trained: LinearIntentClassifier) -> None:
    messages = trained.process(prepared([Message({TEXT: "hello there"}), Message({TEXT: "where is that parcel"})]))
    assert [message.get(INTENT)["name"] for message in messages] == ["greet", "order_status"]
    for message in messages:
        ranking = message.get(INTENT_RANKING_KEY)
        assert ranking[0] == message.get(INTENT)
        assert sum(entry["confidence"] for entry in ranking) == pytest.approx(1.0, abs=1e-5)
        assert all(type(entry["confidence"]) is float for entry in ranking)


def test_the_stored_model_is_no_pickle(trained: LinearIntentClassifier, tmp_path: Path) -> None:
    stored = sorted(path.name for path in tmp_path.rglob("*") if path.is_file())
    assert stored == ["labels.json", "weights.npz"]
    weights = next(tmp_path.rglob("weights.npz"))
    with np.load(weights, allow_pickle=False) as arrays:
        assert sorted(arrays) == ["bias", "coefficients"]


@pytest.mark.parametrize("text", ["", "/greet"])
def test_a_message_without_features_gets_no_intent(trained: LinearIntentClassifier, text: str) -> None:
    (message,) = trained.process(prepared([Message({TEXT: text})]))
    assert message.get(INTENT) == {"name": None, "confidence": 0.0}
    assert message.get(INTENT_RANKING_KEY) == []


def test_without_a_featurizer_training_says_what_is_missing(parts: tuple[Any, ...]) -> None:
    with pytest.raises(InvalidConfigException, match="SentenceEncoder"):
        LinearIntentClassifier.create(*parts).train(TrainingData([Message({TEXT: "hello", INTENT: "greet"})]))


def test_without_examples_nothing_is_stored_and_nothing_breaks(parts: tuple[Any, ...]) -> None:
    LinearIntentClassifier.create(*parts).train(TrainingData([]))
    (message,) = LinearIntentClassifier.load(*parts).process(prepared([Message({TEXT: "hello"})]))
    assert message.get(INTENT)["name"] is None


def test_the_temperature_tames_a_model_that_learnt_noise() -> None:
    rng = np.random.default_rng(3)
    targets = rng.integers(0, 3, 700)
    features = np.hstack([np.eye(3)[targets], rng.normal(size=(700, 100))])
    targets = np.where(rng.random(700) < 0.4, rng.integers(0, 3, 700), targets)
    names = np.array(["a", "b", "c"])[targets]
    model = fit([features[:300]], names[:300], **{**SETTINGS, "regularisation": 3.0})
    unscaled = dataclasses.replace(model, temperature=1.0)
    gaps = []
    for candidate in (model, unscaled):
        chances = candidate.probabilities([features[300:]])
        right = np.array(model.labels)[chances.argmax(axis=1)] == names[300:]
        gaps.append(chances.max(axis=1).mean() - right.mean())
    assert gaps[1] > 0.1
    assert abs(gaps[0]) < 0.06


def test_dense_and_sparse_blocks_count_alike(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    features = rng.normal(size=(60, 4))
    labels = ["x" if row[0] > 0 else "y" for row in features]
    dense = fit([features[:, :2], features[:, 2:]], labels, **SETTINGS)
    mixed = fit([features[:, :2], sparse.csr_matrix(features[:, 2:])], labels, **SETTINGS)
    np.testing.assert_allclose(dense.coefficients, mixed.coefficients, atol=1e-3)
    dense.save(tmp_path, {"examples": 60})
    again, notes = SoftmaxRegression.load(tmp_path)
    assert notes == {"examples": 60}
    np.testing.assert_array_equal(
        again.probabilities([features[:, :2], features[:, 2:]]), dense.probabilities([features[:, :2], features[:, 2:]])
    )


def test_a_label_with_one_example_or_a_single_label_is_no_obstacle() -> None:
    assert fit([np.eye(3)], ["a", "a", "b"], **SETTINGS).temperature == 1.0
    assert fit([np.eye(2)], ["a", "a"], **SETTINGS).probabilities([np.eye(2)]).tolist() == [[1.0], [1.0]]
