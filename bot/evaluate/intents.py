"""How well the pipeline's classifier, with its settings in config.yml, does on labelled utterances."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.components.intent_model import IntentSettings
from bot.components.intent_reader import IntentReader, learn
from bot.components.sentence_model import OnnxSentenceModel, encoder_directory
from bot.components.trust import OUT_OF_SCOPE
from bot.components.wishes import Customs
from bot.errors import InputError
from bot.evaluate.labelled import Pair

CLASSIFIER = "bot.components.linear_intent.LinearIntentClassifier"
FALLBACK = "FallbackClassifier"


@dataclass(frozen=True)
class Pipeline:
    """What config.yml says about intents."""

    settings: IntentSettings
    threshold: float
    customs: Customs
    model_dir: str | None
    max_length: int

    @classmethod
    def read(cls, path: Path) -> Pipeline:
        """Reads Rasa's config.yml.

        Raises:
            InputError: the file is missing, or its pipeline has another classifier.
        """
        try:
            parts = {part["name"]: part for part in yaml.safe_load(path.read_text(encoding="utf-8"))["pipeline"]}
            names = {field.name for field in fields(IntentSettings)}
            chosen = {name: value for name, value in parts[CLASSIFIER].items() if name in names}
            classifier = parts[CLASSIFIER]
            return cls(
                IntentSettings(**chosen),
                threshold=float(parts[FALLBACK]["threshold"]),
                customs=Customs(tuple(classifier.get("openings", ())), tuple(classifier.get("errands", ()))),
                model_dir=classifier.get("model_dir"),
                max_length=int(classifier.get("max_length", 128)),
            )
        except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
            raise InputError(f"{path}: needs {CLASSIFIER} and {FALLBACK} in its pipeline ({error})") from error


def evaluate(pipeline: Pipeline, training: Sequence[Pair], test: Sequence[Pair]) -> dict[str, Any]:
    """Trains on one file, measures on the other.

    Where the test has utterances out of scope, an answer counts that is right and whose confidence reaches the
    pipeline's threshold. Where it has none, the best intent counts however sure it is, as in the published figures of
    such sets, and `threshold` is 0; `accuracy_at_threshold` says what the pipeline would lose.
    """
    encoder = OnnxSentenceModel(encoder_directory(pipeline.model_dir), threads=1, max_length=pipeline.max_length)
    started = time.perf_counter()
    texts, labels = _columns(training)
    model = learn(texts, labels, pipeline.settings, encoder=encoder, customs=pipeline.customs)
    training_s = time.perf_counter() - started
    asked, truth = _columns(test)
    confidences, times_ms = _confidences(IntentReader(model, encoder, pipeline.customs), asked)
    figures = _figures(model.labels, confidences, np.array(truth), pipeline.threshold)
    return figures | {
        "examples": len(training),
        "intents": len(set(labels) - {OUT_OF_SCOPE}),
        "test_in_scope": int(sum(label != OUT_OF_SCOPE for label in truth)),
        "test_out_of_scope": int(sum(label == OUT_OF_SCOPE for label in truth)),
        "training_s": round(training_s, 1),
        "p50_ms": round(float(np.median(times_ms)), 2),
        "p95_ms": round(float(np.percentile(times_ms, 95)), 2),
        "encoder": encoder.fingerprint,
    }


def evaluate_baseline(training: Sequence[Pair], test: Sequence[Pair], threshold: float) -> dict[str, Any]:
    """The same figures of TF-IDF on words and word pairs with logistic regression; its confidence is a probability."""
    texts, labels = _columns(training)
    asked, truth = _columns(test)
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    model = LogisticRegression(C=10.0, max_iter=200).fit(vectorizer.fit_transform(texts), labels)
    chances = model.predict_proba(vectorizer.transform(asked))
    return _figures([str(name) for name in model.classes_], chances, np.array(truth), threshold)


def _figures(
    labels: Sequence[str], confidences: NDArray[Any], truth: NDArray[np.str_], threshold: float
) -> dict[str, Any]:
    names = np.array(labels)
    inside = truth != OUT_OF_SCOPE
    closed = bool(inside.all())
    of_intents = np.where(names == OUT_OF_SCOPE, -1.0, confidences) if closed else confidences
    best, sure = names[of_intents.argmax(axis=1)], of_intents.max(axis=1)
    answered = (best != OUT_OF_SCOPE) & (sure >= threshold)
    right = best == truth
    at_threshold = _share((right & answered)[inside])
    return {
        "in_scope_accuracy": _share(right[inside]) if closed else at_threshold,
        "oos_recall": None if closed else _share(~answered[~inside]),
        "threshold": 0.0 if closed else threshold,
        "accuracy_at_threshold": at_threshold,
    }


def _share(hits: NDArray[np.bool_]) -> float | None:
    return round(float(hits.mean()), 4) if len(hits) else None


def _confidences(reader: IntentReader, texts: Sequence[str]) -> tuple[NDArray[Any], Sequence[float]]:
    """One text after the other with a clock beside them, as they come in a chat."""
    rows, times_ms = [], []
    for text in texts:
        started = time.perf_counter()
        rows.append(reader.read(text).confidences)
        times_ms.append((time.perf_counter() - started) * 1000)
    return np.stack(rows), times_ms


def _columns(pairs: Sequence[Pair]) -> tuple[list[str], list[str]]:
    return [text for text, _ in pairs], [label for _, label in pairs]


def with_outliers(training: Sequence[Pair], outliers: Sequence[Pair]) -> list[Pair]:
    """The training rows; those that have none out of scope get the ones of `outliers` (Hendrycks et al. 2019)."""
    if any(label == OUT_OF_SCOPE for _, label in training):
        return list(training)
    return [*training, *(pair for pair in outliers if pair[1] == OUT_OF_SCOPE)]


def beside(figures: Mapping[str, Any]) -> dict[str, Any]:
    """A baseline's figures, named so that they can stand in the same object."""
    return {f"baseline_{name}": value for name, value in figures.items() if name != "threshold"}
