"""Which intent a text has, and how likely that answer is to be right. Knows nothing of Rasa.

Softmax regression on a sentence vector and hashed n-grams, and kernel regression on the vector. An encoder's vectors
have a direction in common that tells no intent from another (Mu and Viswanath 2018): the mean of the examples is taken
away. How far to trust the best answer, and whether messages are read clause by clause, is learnt from examples that a
model has not seen (folds).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.feature_extraction.text import HashingVectorizer

from bot.components.intent_scores import IntentRegressions, fit
from bot.components.kernel_regression import KernelRegression
from bot.components.softmax_regression import Block, Floats, SoftmaxRegression
from bot.components.spelling import count_words
from bot.components.trust import Judged, Trust, judge, learn_trust

WEIGHTS_FILE = "weights.npz"
LABELS_FILE = "labels.json"
RECIPE = "char_wb-2-4-13 word-1-2-12 centred, unit rows, balanced, kernel, trust and head start from folds, spelling"
"""Changes with the way a model is made, so that old ones are trained anew."""
ENOUGH_JUDGED = 3_000
"""Held-out examples from which the trust is learnt; of a large file not every fold is needed."""


@dataclass(frozen=True)
class IntentSettings:
    """How the model is fitted.

    regularisation: inverse strength of the penalty, as scikit-learn's C.
    char_weight, word_weight: length of the n-gram rows against the sentence vector's 1.0; 0 leaves a block out.
    kernel_weight: what the kernel regression's scores, of about 0 and 1, are multiplied by before they are added.
    max_iterations: of L-BFGS, for each fit.
    folds: for learning the trust; of a large file only the first ones are used.
    unknown_share: which share of the messages is expected to be of no intent.
    """

    regularisation: float = 30.0
    char_weight: float = 0.5
    word_weight: float = 0.35
    kernel_weight: float = 12.0
    max_iterations: int = 80
    folds: int = 4
    unknown_share: float = 0.12


@dataclass(frozen=True)
class IntentModel:
    """A fitted model. Make one with `train` or `load`."""

    settings: IntentSettings
    regressions: IntentRegressions
    trust: Trust
    centre: NDArray[np.float32]
    """Mean of the examples' sentence vectors, shape (dimension,)."""
    words: Mapping[str, int]
    """How often each word stands in the examples."""
    head_start: float = 0.1
    """So much less sure may two wishes in one message be than the whole: wishes.Customs.choose."""

    @property
    def labels(self) -> list[str]:
        """The intents, in the order of the columns."""
        return self.regressions.labels

    def confidences(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> Floats:
        """Of shape (texts, labels): the best intent's is the chance that it is right, the others' in proportion.

        Args:
            texts: what was written.
            vectors: their sentence vectors, of unit length, shape (texts, dimension).
        """
        scores = self.regressions.scores(_blocks(texts, _centred(vectors, self.centre), self.settings))
        shares = softmax(scores.sums(), axis=1)
        confidences: Floats = shares / shares.max(axis=1, keepdims=True) * self.trust.chances(scores)[:, None]
        return confidences

    def save(self, directory: Path) -> None:
        """Writes two files."""
        linear, kernel = self.regressions.softmax, self.regressions.kernel
        np.savez(
            directory / WEIGHTS_FILE,
            coefficients=linear.coefficients,
            bias=linear.bias,
            landmarks=kernel.landmarks,
            landmark_coefficients=kernel.coefficients,
            landmark_shares=kernel.shares,
            centre=self.centre,
        )
        content: dict[str, Any] = {"labels": self.labels, "head_start": self.head_start, "words": dict(self.words)}
        content |= {"trust": asdict(self.trust), "settings": asdict(self.settings)}
        (directory / LABELS_FILE).write_text(json.dumps(content), encoding="utf-8")

    @classmethod
    def load(cls, directory: Path) -> IntentModel:
        """What `save` wrote."""
        content = json.loads((directory / LABELS_FILE).read_text(encoding="utf-8"))
        with np.load(directory / WEIGHTS_FILE, allow_pickle=False) as weights:
            linear = SoftmaxRegression(content["labels"], weights["coefficients"], weights["bias"])
            arrays = (weights[name] for name in ("landmarks", "landmark_coefficients", "landmark_shares"))
            kernel = KernelRegression(*arrays)
            centre = weights["centre"]
        settings, trust = IntentSettings(**content["settings"]), Trust(**content["trust"])
        regressions = IntentRegressions(linear, kernel, settings.kernel_weight)
        return cls(settings, regressions, trust, centre, content["words"], content["head_start"])


class Fold(NamedTuple):
    """A model of some of the examples, and the rows that it has not seen."""

    model: IntentModel
    held: NDArray[np.intp]


def train(
    texts: Sequence[str], vectors: NDArray[np.float32], labels: Sequence[str], settings: IntentSettings
) -> tuple[IntentModel, list[Fold]]:
    """Fits the regression on all examples, and the trust on what models of the folds make of those they have not seen.

    Args:
        texts: the examples.
        vectors: their sentence vectors, of unit length, shape (examples, dimension).
        labels: their intents; OUT_OF_SCOPE for examples of what the bot does not do.
        settings: see IntentSettings.

    Returns:
        The model, and those of the folds, of as many as give ENOUGH_JUDGED held-out examples.
    """
    centre = vectors.mean(axis=0)
    blocks, names = _blocks(texts, _centred(vectors, centre), settings), np.array(labels)
    judged: list[Judged] = []
    fitted: list[tuple[IntentRegressions, NDArray[np.intp]]] = []
    for seen, held in _folds(names, settings.folds):
        if sum(len(rows) for _, rows in fitted) < ENOUGH_JUDGED:
            part = _fit([block[seen] for block in blocks], names[seen], settings)
            judged.append(judge(part.scores([block[held] for block in blocks]), part.labels, names[held]))
            fitted.append((part, held))
    trust, words = learn_trust(judged, settings.unknown_share), count_words(texts)
    model = IntentModel(settings, _fit(blocks, names, settings), trust, centre, words)
    return model, [Fold(replace(model, regressions=part), held) for part, held in fitted]


def _fit(blocks: Sequence[Block], names: NDArray[Any], settings: IntentSettings) -> IntentRegressions:
    return fit(
        blocks,
        list(names),
        regularisation=settings.regularisation,
        max_iterations=settings.max_iterations,
        kernel_weight=settings.kernel_weight,
    )


def _folds(names: NDArray[Any], count: int) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Rows to learn from and rows to hold out, each label spread over the folds."""
    rng = np.random.default_rng(1)
    fold = np.zeros(len(names), dtype=int)
    for name in np.unique(names):
        rows = rng.permutation(np.flatnonzero(names == name))
        fold[rows] = (np.arange(len(rows)) + rng.integers(count)) % count
    for number in range(count):
        seen, held = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        if len(seen) and len(held):
            yield seen, held


def _centred(vectors: NDArray[np.float32], centre: NDArray[np.float32]) -> NDArray[np.float32]:
    """Without what they have in common, of unit length again."""
    apart = vectors - centre
    lengths = np.linalg.norm(apart, axis=1, keepdims=True)
    unit: NDArray[np.float32] = (apart / np.maximum(lengths, 1e-6)).astype(np.float32)
    return unit


def _blocks(texts: Sequence[str], vectors: NDArray[np.float32], settings: IntentSettings) -> list[Block]:
    blocks: list[Block] = [np.asarray(vectors, dtype=np.float32)]
    for weight, analyzer, lengths, size in (
        (settings.char_weight, "char_wb", (2, 4), 2**13),
        (settings.word_weight, "word", (1, 2), 2**12),
    ):
        if weight:
            blocks.append(np.float32(weight) * _hashing(analyzer, lengths, size).transform(texts))
    return blocks


def _hashing(analyzer: str, lengths: tuple[int, int], size: int) -> HashingVectorizer:
    return HashingVectorizer(
        analyzer=analyzer,
        ngram_range=lengths,
        n_features=size,
        binary=True,
        alternate_sign=False,
        norm="l2",
        dtype=np.float32,
    )
