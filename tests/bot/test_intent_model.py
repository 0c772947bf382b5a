"""The intent model without Rasa: what it is sure of, and what it is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.components.intent_model import IntentModel, IntentSettings, train
from bot.components.trust import OUT_OF_SCOPE

SETTINGS = IntentSettings(char_weight=0.0, word_weight=0.0, unknown_share=0.3)
DIMENSION = 24


def unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    unit_rows: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit_rows


def around(centres: NDArray[np.float64], counts: int, *, seed: int) -> tuple[NDArray[np.float32], list[str]]:
    """`counts` noisy vectors near each centre; the labels are "0", "1", ..."""
    rng = np.random.default_rng(seed)
    rows = np.repeat(centres, counts, axis=0)
    return unit(rows + rng.normal(scale=0.1, size=rows.shape)), [
        str(n) for n in range(len(centres)) for _ in range(counts)
    ]


@pytest.fixture(scope="module")
def centres() -> NDArray[np.float64]:
    """Eight wishes; the last three are never taught."""
    return np.eye(DIMENSION)[:8]


@pytest.fixture(scope="module")
def model(centres: NDArray[np.float64]) -> IntentModel:
    vectors, labels = around(centres[:5], 20, seed=1)
    return train(["x"] * len(labels), vectors, labels, SETTINGS)[0]


def best(model: IntentModel, vectors: NDArray[np.float32]) -> tuple[list[str], NDArray[np.float64]]:
    confidences = model.confidences(["x"] * len(vectors), vectors)
    return [model.labels[place] for place in confidences.argmax(axis=1)], confidences.max(axis=1)


def test_it_is_sure_of_what_it_was_taught(model: IntentModel, centres: NDArray[np.float64]) -> None:
    vectors, labels = around(centres[:5], 30, seed=2)
    answers, confidences = best(model, vectors)
    assert np.mean(np.array(answers) == labels) > 0.95
    assert np.median(confidences) > 0.8


def test_it_is_unsure_of_wishes_that_nobody_taught_it(model: IntentModel, centres: NDArray[np.float64]) -> None:
    _, confidences = best(model, around(centres[5:], 30, seed=3)[0])
    assert np.mean(confidences < 0.5) > 0.85


def test_it_is_unsure_between_two_intents(model: IntentModel, centres: NDArray[np.float64]) -> None:
    middle = unit(centres[0:1] + centres[1:2])
    _, confidences = best(model, middle)
    _, sure = best(model, unit(centres[0:1]))
    assert confidences[0] < sure[0]


def test_what_all_sentence_vectors_share_tells_nothing(centres: NDArray[np.float64]) -> None:
    vectors, labels = around(centres[:5], 20, seed=9)
    asked, _ = around(centres, 5, seed=10)
    shared = np.full(DIMENSION, 2.0, dtype=np.float32)
    plain = train(["x"] * len(labels), vectors, labels, SETTINGS)[0]
    shifted = train(["x"] * len(labels), vectors + shared, labels, SETTINGS)[0]
    np.testing.assert_allclose(
        shifted.confidences(["x"] * len(asked), asked + shared),
        plain.confidences(["x"] * len(asked), asked),
        atol=1e-3,
    )


def test_the_confidence_keeps_its_word(centres: NDArray[np.float64]) -> None:
    """Where labels are noise in three cases of ten, an answer is right in about seven, and it says so."""
    rng = np.random.default_rng(4)
    vectors, labels = around(centres[:5], 80, seed=5)
    noisy = [str(rng.integers(5)) if rng.random() < 0.375 else label for label in labels]
    fresh, truth = around(centres[:5], 80, seed=6)
    expected = [str(rng.integers(5)) if rng.random() < 0.375 else label for label in truth]
    trained = train(["x"] * len(noisy), vectors, noisy, replace(SETTINGS, unknown_share=0.0))[0]
    answers, confidences = best(trained, fresh)
    assert abs(confidences.mean() - np.mean(np.array(answers) == expected)) < 0.08


def test_out_of_scope_examples_are_learnt_as_such(centres: NDArray[np.float64]) -> None:
    vectors, labels = around(centres[:6], 20, seed=7)
    names = [OUT_OF_SCOPE if label == "5" else label for label in labels]
    trained = train(["x"] * len(names), vectors, names, SETTINGS)[0]
    assert best(trained, unit(centres[5:6]))[0] == [OUT_OF_SCOPE]


def test_a_stored_model_answers_as_before_and_is_no_pickle(
    model: IntentModel, centres: NDArray[np.float64], tmp_path: Path
) -> None:
    model.save(tmp_path)
    vectors, _ = around(centres, 3, seed=8)
    again = IntentModel.load(tmp_path)
    np.testing.assert_array_equal(again.confidences(["x"] * 24, vectors), model.confidences(["x"] * 24, vectors))
    with np.load(tmp_path / "weights.npz", allow_pickle=False) as arrays:
        assert sorted(arrays) == [
            "bias",
            "centre",
            "coefficients",
            "landmark_coefficients",
            "landmark_shares",
            "landmarks",
        ]


@pytest.mark.parametrize("labels", [["a"], ["a", "a"], ["a", "b"], ["a", "a", "b"], [OUT_OF_SCOPE, "a"]])
def test_few_examples_are_no_obstacle(labels: list[str]) -> None:
    vectors = np.eye(4, dtype=np.float32)[: len(labels)]
    trained = train(["some words"] * len(labels), vectors, labels, IntentSettings())[0]
    confidences = trained.confidences(["other words"], vectors[:1])
    assert confidences.shape == (1, len(set(labels)))
    assert np.isfinite(confidences).all()
