"""Kernel regression: what no plane parts, and the same with landmarks only."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.components import kernel_regression
from bot.components.kernel_regression import fit


def ring(count: int, *, seed: int) -> tuple[NDArray[np.float32], list[str]]:
    """Unit vectors on a circle whose quarters belong to "a" and "b" in turn: no straight line parts them."""
    angles = np.random.default_rng(seed).uniform(0, 2 * np.pi, count)
    labels = ["ab"[int(angle // (np.pi / 2)) % 2] for angle in angles]
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32), labels


def share_right(count: int) -> float:
    vectors, labels = ring(count, seed=1)
    asked, truth = ring(300, seed=2)
    answers = fit(vectors, labels).scores(asked).argmax(axis=1)
    return float(np.mean(np.array(["a", "b"])[answers] == np.array(truth)))


def test_it_parts_what_no_plane_does() -> None:
    assert share_right(200) > 0.95


def test_landmarks_do_nearly_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_regression, "MOST_EXAMPLES", 150)
    monkeypatch.setattr(kernel_regression, "LANDMARKS", 60)
    assert share_right(200) > 0.93


def test_a_known_example_scores_about_one_and_a_far_one_about_zero() -> None:
    corners = np.eye(12, dtype=np.float32)
    model = fit(np.repeat(corners[:8], 10, axis=0), [f"{place:02}" for place in range(8) for _ in range(10)])
    scores = model.scores(corners)
    assert np.allclose(np.diag(scores[:8]), 1.0, atol=0.15)
    assert scores[8:].max() < 0.3


def test_a_single_label_is_no_obstacle() -> None:
    assert fit(np.eye(2, dtype=np.float32), ["a", "a"]).scores(np.eye(2, dtype=np.float32)).shape == (2, 1)
