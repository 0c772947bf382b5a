"""How well a sentiment model reads whole texts and aspects, beside what a lexicon and a linear model get."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from profiling.errors import InputError
from profiling.evaluate.classification import Labels, calibration_error, confusion, interval, macro_f1
from profiling.sentiment.model import LABELS, Sentiment, SentimentModel
from profiling.training.examples import Example, split_of

NEUTRAL = LABELS.index("neutral")
CHUNK = 256
_CLEAR = 0.05  # of VADER's compound: its authors' threshold


@dataclass(frozen=True)
class SentimentEvaluator:
    """Compares judgements with labels. A file without neutral texts asks for two classes: would recommend or not.

    `primary_metric` is macro-F1; all figures are in [0, 1].
    """

    examples: Sequence[Example]
    primary_metric: str = "macro_f1"

    def __post_init__(self) -> None:
        if not any(example.label is not None for example in self.examples):
            raise InputError("none of the texts has a label")

    @property
    def names(self) -> tuple[str, ...]:
        """The classes, in the order of the confusion matrix."""
        return tuple(name for name in LABELS if name != "neutral") if self._binary else LABELS

    def __call__(self, model: SentimentModel, *, on_batch: Callable[[int], None] = lambda _: None) -> dict[str, Any]:
        """`n`, `accuracy`, `macro_f1`, `ece`, each of them with its 95 % interval, and `confusion` (rows: truth)."""
        judged: list[Sentiment] = []
        for start in range(0, len(self._labelled), CHUNK):
            batch = self._labelled[start : start + CHUNK]
            judged += model.classify([e.text for e in batch], [e.aspect for e in batch])
            on_batch(len(batch))
        predicted, sure = self._predictions(judged)
        figures: dict[str, Any] = {"n": len(judged)}
        for name, figure in self._figures(predicted, sure).items():
            figures[name] = round(figure(np.arange(len(judged))), 4)
            figures[f"{name}_interval"] = interval(figure, len(judged))
        return figures | {"confusion": confusion(self._truth, predicted, classes=len(self.names)).tolist()}

    def lexicon(self) -> dict[str, float]:
        """VADER on the whole text, if it is installed; else nothing."""
        try:
            from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
        except ImportError:
            return {}
        vader = SentimentIntensityAnalyzer()
        scores = np.array([vader.polarity_scores(example.text)["compound"] for example in self._labelled])
        if self._binary:
            return self._baseline("vader", (scores > 0).astype(np.int64))
        return self._baseline("vader", np.where(scores >= _CLEAR, 2, np.where(scores <= -_CLEAR, 0, NEUTRAL)))

    def linear(self, training: Sequence[Example]) -> dict[str, float]:
        """TF-IDF of words and word pairs with logistic regression, trained on other texts with the same labels."""
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression

        known = [example for example in training if example.label is not None]
        vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        classifier = LogisticRegression(C=10, max_iter=1000, class_weight="balanced")
        classifier.fit(vectorizer.fit_transform([e.text for e in known]), self._classes(known))
        predicted = classifier.predict(vectorizer.transform([e.text for e in self._labelled]))
        return self._baseline("tfidf_linear", predicted)

    def majority(self) -> dict[str, float]:
        """Always the commonest class."""
        commonest = int(np.bincount(self._truth).argmax())
        return self._baseline("majority", np.full(len(self._truth), commonest, dtype=np.int64))

    @property
    def _labelled(self) -> list[Example]:
        return [example for example in self.examples if example.label is not None]

    @property
    def _binary(self) -> bool:
        return not any(example.label == NEUTRAL or example.aspect for example in self.examples)

    @property
    def _truth(self) -> Labels:
        return self._classes(self._labelled)

    def _classes(self, examples: Sequence[Example]) -> Labels:
        labels = np.array([example.label for example in examples], dtype=np.int64)
        return labels // 2 if self._binary else labels

    def _predictions(self, judged: Sequence[Sentiment]) -> tuple[Labels, NDArray[Any]]:
        if self._binary:
            would = np.array([one.recommends for one in judged])
            return (would > 0.5).astype(np.int64), np.maximum(would, 1 - would)
        labels = np.array([LABELS.index(one.label) for one in judged], dtype=np.int64)
        return labels, np.array([one.probability for one in judged])

    def _figures(self, predicted: Labels, sure: NDArray[Any]) -> dict[str, Callable[[Labels], float]]:
        truth, classes = self._truth, len(self.names)
        return {
            "accuracy": lambda at: float((truth[at] == predicted[at]).mean()),
            "macro_f1": lambda at: macro_f1(truth[at], predicted[at], classes=classes),
            "ece": lambda at: calibration_error(truth[at], predicted[at], sure[at]),
        }

    def _baseline(self, name: str, predicted: Labels) -> dict[str, float]:
        return {
            f"{name}_accuracy": round(float((self._truth == predicted).mean()), 4),
            f"{name}_macro_f1": round(macro_f1(self._truth, predicted, classes=len(self.names)), 4),
        }


def part_of(examples: Sequence[Example], split: str) -> list[Example]:
    """The examples of one split, or all."""
    return [example for example in examples if split in {"all", split_of(example)}]


def draw_confusion(counts: Sequence[Sequence[int]], names: Sequence[str], file: Path, *, title: str) -> None:
    """A picture of the matrix: shares of each true class, with the counts written in."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    matrix = np.asarray(counts)
    shares = matrix / matrix.sum(axis=1, keepdims=True).clip(min=1)
    figure = Figure(figsize=(1.6 + 1.2 * len(names), 1.2 + 1.1 * len(names)), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(names)), names)
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel("predicted")
    axes.set_ylabel("true")
    axes.set_title(title)
    for row, column in np.ndindex(*matrix.shape):
        colour = "white" if shares[row, column] > 0.5 else "black"
        axes.text(column, row, str(matrix[row, column]), ha="center", va="center", color=colour)
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, dpi=120)
