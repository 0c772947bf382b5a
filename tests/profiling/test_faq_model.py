from __future__ import annotations

import numpy as np
import pytest

from profiling.faq_model import WordingModel

WORDINGS = ["when do you open", "opening hours", "where can i park", "is there a car park"]
OWNERS = np.array([0, 0, 1, 1])


def vectors_of(seed: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    rows = np.random.default_rng(seed).normal(size=(5, 8)) + 4.0 * np.repeat(np.eye(8)[:3], (2, 2, 1), axis=0)
    return rows.astype(np.float32)


def test_each_encoder_is_heard() -> None:
    one, two = vectors_of(1), vectors_of(2)
    model = WordingModel(WORDINGS, [one[:4], two[:4]], OWNERS, count=3)
    both = model.chances("some words", [one[0], two[0]])
    assert both.argmax() == 0
    assert both[0] > model.chances("some words", [one[0], two[2]])[0]
    assert both[2] == 0.0
    assert both.sum() == pytest.approx(1.0)


def test_what_all_vectors_share_changes_nothing() -> None:
    rows, shared = vectors_of(1), np.full(8, 3.0, dtype=np.float32)
    plain = WordingModel(WORDINGS, [rows[:4]], OWNERS, count=2).chances("hours", [rows[4]])
    moved = WordingModel(WORDINGS, [rows[:4] + shared], OWNERS, count=2).chances("hours", [rows[4] + shared])
    assert moved == pytest.approx(plain, abs=1e-3)


def test_a_single_meaning_is_certain() -> None:
    rows = vectors_of(1)
    model = WordingModel(WORDINGS, [rows[:4]], np.ones(4, dtype=np.int64), count=2)
    assert model.chances("hours", [rows[4]]).tolist() == [0.0, 1.0]
