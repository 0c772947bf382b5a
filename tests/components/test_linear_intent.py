"""Intent classifier: what it learns, how sure it is, and what it does with nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy import sparse

from bot.components.linear_intent import SECOND_WISH, LinearIntentClassifier
from bot.components.softmax_regression import fit

EXAMPLES = {
    "greet": ["hello", "hi", "hi there", "hello you", "good morning"],
    "order_status": ["where is my order", "where is my parcel", "track my order", "is my parcel near"],
    "recommend": ["red shoes", "blue shoes", "running shoes", "red boots"],
    "thank": ["thanks"],
}
SETTINGS: dict[str, Any] = {"regularisation": 10.0, "max_iterations": 60}


@pytest.fixture
def parts(tmp_path: Path) -> tuple[Any, ...]:
    # the tiny encoder knows no meaning: here the letters have to tell
    config = LinearIntentClassifier.get_default_config() | {
        "char_weight": 3.0,
        "word_weight": 2.0,
        "kernel_weight": 0.0,
    }
    return config, LocalModelStorage(tmp_path), Resource("intents"), ExecutionContext(GraphSchema({}))


@pytest.fixture
def trained(parts: tuple[Any, ...]) -> LinearIntentClassifier:
    pairs = [(text, intent) for intent, texts in EXAMPLES.items() for text in texts]
    messages = [Message({TEXT: text, INTENT: intent}) for text, intent in pairs]
    LinearIntentClassifier.create(*parts).train(TrainingData(messages))
    return LinearIntentClassifier.load(*parts)


def test_it_knows_what_it_was_taught_after_loading(trained: LinearIntentClassifier) -> None:
    messages = trained.process([Message({TEXT: "hello there"}), Message({TEXT: "where is that parcel"})])
    assert [message.get(INTENT)["name"] for message in messages] == ["greet", "order_status"]
    for message in messages:
        ranking = message.get(INTENT_RANKING_KEY)
        assert ranking[0] == message.get(INTENT)
        confidences = [entry["confidence"] for entry in ranking]
        assert 1.0 >= confidences[0] > 0.5 > confidences[1]
        assert confidences == sorted(confidences, reverse=True)
        assert all(type(entry["confidence"]) is float for entry in ranking)


def test_the_stored_model_is_no_pickle(trained: LinearIntentClassifier, tmp_path: Path) -> None:
    stored = sorted(path.name for path in tmp_path.rglob("*") if path.is_file())
    assert stored == ["labels.json", "weights.npz"]
    weights = next(tmp_path.rglob("weights.npz"))
    with np.load(weights, allow_pickle=False) as arrays:
        assert sorted(arrays) == [
            "bias",
            "centre",
            "coefficients",
            "landmark_coefficients",
            "landmark_shares",
            "landmarks",
        ]


@pytest.mark.parametrize("text", ["", "/greet"])
def test_a_message_without_features_gets_no_intent(trained: LinearIntentClassifier, text: str) -> None:
    (message,) = trained.process([Message({TEXT: text})])
    assert message.get(INTENT) == {"name": None, "confidence": 0.0}
    assert message.get(INTENT_RANKING_KEY) == []


def test_the_first_wish_counts_and_a_greeting_is_none(parts: tuple[Any, ...]) -> None:
    pairs = [(text, intent) for intent, texts in EXAMPLES.items() for text in texts]
    messages = [Message({TEXT: text, INTENT: intent}) for text, intent in pairs]
    LinearIntentClassifier.create(*parts).train(TrainingData(messages))
    parts[0]["openings"] = ["greet"]
    message = Message({TEXT: "hello you. where is my order and i want red shoes"})
    LinearIntentClassifier.load(*parts).process([message])
    assert message.get(INTENT)["name"] == "order_status"


def test_without_an_encoder_the_reason_is_said(
    parts: tuple[Any, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPPORT_ENCODER_DIR", str(tmp_path))
    with pytest.raises(InvalidConfigException, match="not built"):
        LinearIntentClassifier.create(*parts)
    with pytest.raises(InvalidConfigException, match="not built"):
        LinearIntentClassifier.fingerprint_addon({})


def test_without_examples_nothing_is_stored_and_nothing_breaks(parts: tuple[Any, ...]) -> None:
    LinearIntentClassifier.create(*parts).train(TrainingData([]))
    (message,) = LinearIntentClassifier.load(*parts).process([Message({TEXT: "hello"})])
    assert message.get(INTENT)["name"] is None


def test_dense_and_sparse_blocks_count_alike() -> None:
    rng = np.random.default_rng(5)
    features = rng.normal(size=(60, 4))
    labels = ["x" if row[0] > 0 else "y" for row in features]
    dense = fit([features[:, :2], features[:, 2:]], labels, **SETTINGS)
    mixed = fit([features[:, :2], sparse.csr_matrix(features[:, 2:], dtype=np.float32)], labels, **SETTINGS)
    np.testing.assert_allclose(dense.coefficients, mixed.coefficients, atol=1e-3)


def test_a_single_label_is_no_obstacle() -> None:
    assert fit([np.eye(2)], ["a", "a"], **SETTINGS).scores([np.eye(2)]).shape == (2, 1)


def test_a_second_wish_is_kept_with_the_message(trained: LinearIntentClassifier) -> None:
    (message,) = trained.process([Message({TEXT: "where is my order, also red shoes blue shoes"})])
    assert message.get(INTENT)["name"] == "order_status"
    wish = message.as_dict(only_output_properties=True)[SECOND_WISH]
    assert (wish["intent"], wish["text"]) == ("recommend", "red shoes blue shoes")


def test_one_wish_leaves_no_second(trained: LinearIntentClassifier) -> None:
    (message,) = trained.process([Message({TEXT: "where is my order"})])
    assert SECOND_WISH not in message.as_dict(only_output_properties=True)
