"""Which intent a text has, and how likely that answer is to be right. Knows nothing of Rasa.

Softmax regression on a sentence vector and hashed n-grams. An encoder's vectors have a direction in common that tells
no intent from another (Mu and Viswanath 2018): the mean of the examples is taken away. How far to trust the best answer
is learnt from texts that the model has not seen (folds): from the total of the scores, which is low for a text that is
like nothing in the training data (Liu et al. 2020, energy), and from the share of the best one. What an unknown wish
looks like is learnt from the same folds, with the right intent's score taken away, so that no data set needs
out-of-scope examples.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logsumexp
from sklearn.feature_extraction.text import HashingVectorizer

from bot.components.softmax_regression import Block, Floats, SoftmaxRegression, fit, softmax
from bot.components.spelling import count_words

WEIGHTS_FILE = "weights.npz"
LABELS_FILE = "labels.json"
RECIPE = "char_wb-2-4-13 word-1-2-12 centred, unit rows, balanced, trust and clauses from folds, spelling"
"""Changes with the way a model is made, so that old ones are trained anew."""
ENOUGH_JUDGED = 3_000
"""Held-out examples from which the trust is learnt; of a large file not every fold is needed."""
OUT_OF_SCOPE = "out_of_scope"
"""The label of what the bot does not do; the model learns it like any other, but does not learn to trust it."""


@dataclass(frozen=True)
class IntentSettings:
    """How the model is fitted.

    regularisation: inverse strength of the penalty, as scikit-learn's C.
    char_weight, word_weight: length of the n-gram rows against the sentence vector's 1.0; 0 leaves a block out.
    max_iterations: of L-BFGS, for each fit.
    folds: for learning the trust; of a large file only the first ones are used.
    unknown_share: which share of the messages is expected to be of no intent.
    """

    regularisation: float = 30.0
    char_weight: float = 0.5
    word_weight: float = 0.35
    max_iterations: int = 80
    folds: int = 4
    unknown_share: float = 0.3


@dataclass(frozen=True)
class Trust:
    """The chance that the best answer is right: logistic in the total of the scores and the best one's log share."""

    total: float
    share: float
    bias: float

    def chances(self, scores: Floats) -> Floats:
        """For each row, in [0, 1]."""
        signals = _signals(scores)
        chances: Floats = expit(signals @ np.array([self.total, self.share]) + self.bias)
        return chances


@dataclass(frozen=True)
class IntentModel:
    """A fitted model. Make one with `train` or `load`."""

    settings: IntentSettings
    regression: SoftmaxRegression
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
        return self.regression.labels

    def confidences(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> Floats:
        """Of shape (texts, labels): the best intent's is the chance that it is right, the others' in proportion.

        Args:
            texts: what was written.
            vectors: their sentence vectors, of unit length, shape (texts, dimension).
        """
        scores = self.regression.scores(_blocks(texts, _centred(vectors, self.centre), self.settings))
        shares = softmax(scores)
        confidences: Floats = shares / shares.max(axis=1, keepdims=True) * self.trust.chances(scores)[:, None]
        return confidences

    def save(self, directory: Path) -> None:
        """Writes two files."""
        weights, bias = self.regression.coefficients, self.regression.bias
        np.savez(directory / WEIGHTS_FILE, coefficients=weights, bias=bias, centre=self.centre)
        content: dict[str, Any] = {"labels": self.labels, "head_start": self.head_start, "words": dict(self.words)}
        content |= {"trust": asdict(self.trust), "settings": asdict(self.settings)}
        (directory / LABELS_FILE).write_text(json.dumps(content), encoding="utf-8")

    @classmethod
    def load(cls, directory: Path) -> IntentModel:
        """What `save` wrote."""
        content = json.loads((directory / LABELS_FILE).read_text(encoding="utf-8"))
        with np.load(directory / WEIGHTS_FILE, allow_pickle=False) as weights:
            regression = SoftmaxRegression(content["labels"], weights["coefficients"], weights["bias"])
            centre = weights["centre"]
        settings, trust = IntentSettings(**content["settings"]), Trust(**content["trust"])
        return cls(settings, regression, trust, centre, content["words"], content["head_start"])


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
    judged: list[_Judged] = []
    fitted: list[tuple[SoftmaxRegression, NDArray[np.intp]]] = []
    for seen, held in _folds(names, settings.folds):
        if sum(len(rows) for _, rows in fitted) < ENOUGH_JUDGED:
            part = _fit([block[seen] for block in blocks], names[seen], settings)
            judged.append(_judge(part.scores([block[held] for block in blocks]), part.labels, names[held]))
            fitted.append((part, held))
    trust, words = _learn_trust(judged, settings.unknown_share), count_words(texts)
    model = IntentModel(settings, _fit(blocks, names, settings), trust, centre, words)
    return model, [Fold(replace(model, regression=part), held) for part, held in fitted]


class _Judged(NamedTuple):
    """Signals of held-out answers, and which of them were right; `unknown` are signals of wishes nobody has taught."""

    known: Floats
    right: NDArray[np.bool_]
    unknown: Floats


def _fit(blocks: Sequence[Block], names: NDArray[Any], settings: IntentSettings) -> SoftmaxRegression:
    return fit(blocks, list(names), regularisation=settings.regularisation, max_iterations=settings.max_iterations)


def _judge(scores: Floats, labels: Sequence[str], truth: NDArray[Any]) -> _Judged:
    names = np.array(labels)
    best = names[scores.argmax(axis=1)]
    inside = truth != OUT_OF_SCOPE
    answered = best != OUT_OF_SCOPE  # what is called out of scope needs no trust to be turned away
    without = np.where(names[None, :] == truth[:, None], -np.inf, scores)
    strayed = names[without.argmax(axis=1)] != OUT_OF_SCOPE if len(names) > 1 else np.zeros(len(truth), dtype=bool)
    foreign = _signals(np.concatenate([without[inside & strayed], scores[~inside & answered]]))
    known = inside & answered
    return _Judged(_signals(scores[known]), best[known] == truth[known], foreign)


def _learn_trust(judged: Sequence[_Judged], unknown_share: float) -> Trust:
    """Logistic regression whose slopes are never negative, drawn to 1 where there are few examples."""
    known = np.concatenate([fold.known for fold in judged] or [np.empty((0, 2))])
    unknown = np.concatenate([fold.unknown for fold in judged] or [np.empty((0, 2))])
    right = np.concatenate([*(fold.right for fold in judged), np.zeros(len(unknown), dtype=bool)])
    weights = np.concatenate(
        [
            np.full(len(known), 1 - unknown_share),
            np.full(len(unknown), unknown_share * len(known) / max(len(unknown), 1)),
        ]
    )
    signs = np.where(right, 1.0, -1.0)
    signals = np.concatenate([known, unknown])

    def loss(slopes: Floats) -> float:
        odds = signals @ slopes[:2] + slopes[2]
        return float(weights @ np.logaddexp(0, -signs * odds) + 0.5 * ((slopes - (1.0, 1.0, 0.0)) ** 2).sum())

    bounds = [(0.0, None), (0.0, None), (None, None)]
    total, share, bias = minimize(loss, np.array([1.0, 1.0, 0.0]), method="L-BFGS-B", bounds=bounds).x
    return Trust(float(total), float(share), float(bias))


def _signals(scores: Floats) -> Floats:
    """The total and the best one's log share of each row, shape (rows, 2)."""
    totals = logsumexp(scores, axis=1) if len(scores) else np.empty(0)
    return np.stack([totals, scores.max(axis=1, initial=-np.inf) - totals], axis=1)


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
