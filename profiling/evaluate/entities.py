"""Precision, recall and F1 of entity spans, exact and by overlap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from profiling.entities.labels import canonical_label
from profiling.entities.spans import Span
from profiling.evaluate.jsonl import Row, first_of, read_jsonl
from profiling.types import Mention

ROUNDS = 1_000


@dataclass(frozen=True)
class LabelledText:
    """A text with all its spans."""

    text: str
    spans: frozenset[Span]


@dataclass(frozen=True)
class SpanEvaluator:
    """Scores a function that finds spans.

    A span is right if its start, end and label are (CoNLL). Labels that the file never uses are not scored: it may
    have been made for fewer than we know.
    """

    texts: Sequence[LabelledText]
    primary_metric = "f1"

    def __call__(self, extract: Callable[[str], Collection[Span]]) -> dict[str, Any]:
        """Micro figures with their 95 % interval, the figures of each label, and F1 where an overlap is enough."""
        labels = {span.label for text in self.texts for span in text.spans}
        found = [frozenset(span for span in extract(text.text) if span.label in labels) for text in self.texts]
        counts = np.array([_counts(text.spans, spans) for text, spans in zip(self.texts, found, strict=True)])
        low, high = _interval(counts)
        return _figures(*counts.sum(axis=0)) | {
            "f1_low": low,
            "f1_high": high,
            "overlap_f1": self._overlap_f1(found),
            "texts": len(self.texts),
            "spans": sum(len(text.spans) for text in self.texts),
            "labels": {label: self._of_label(label, found) for label in sorted(labels)},
        }

    def _of_label(self, label: str, found: Sequence[frozenset[Span]]) -> dict[str, float]:
        def only(spans: frozenset[Span]) -> frozenset[Span]:
            return frozenset(span for span in spans if span.label == label)

        pairs = zip(self.texts, found, strict=True)
        return _figures(*np.sum([_counts(only(text.spans), only(spans)) for text, spans in pairs], axis=0))

    def _overlap_f1(self, found: Sequence[frozenset[Span]]) -> float:
        right = expected = predicted = 0
        for text, spans in zip(self.texts, found, strict=True):
            hit = {span for span in text.spans if any(_overlap(span, other) for other in spans)}
            right, expected, predicted = right + len(hit), expected + len(text.spans), predicted + len(spans)
        return round(2 * right / (expected + predicted), 4) if expected + predicted else 0.0


def span_of(mention: Mention) -> Span:
    """A mention as a span."""
    return Span(mention.start, mention.end, mention.kind)


def read_labelled_texts(path: Path, *, part: str = "") -> list[LabelledText]:
    """Reads JSONL with `text` and `spans` (or `entities`).

    A span is `{"start", "end", "label"}` or `[start, end, label]`; labels in any case, with the usual other names.

    Raises:
        InputError: a row has another form, or a span lies outside its text; the message names the line.
    """
    return read_jsonl(path, _labelled_text, part=part)


def _labelled_text(row: Row) -> LabelledText:
    text = first_of(row, "text utterance sentence")
    if not isinstance(text, str):
        raise TypeError(f"text is {text!r}, not a string")
    return LabelledText(text, frozenset(_span(span, text) for span in first_of(row, "spans entities labels label")))


def _span(span: Any, text: str) -> Span:
    if isinstance(span, dict):
        values = (first_of(span, "start begin"), first_of(span, "end stop"), first_of(span, "label type entity tag"))
    elif isinstance(span, Sequence) and not isinstance(span, str) and len(span) == 3:
        values = (span[0], span[1], span[2])
    else:
        raise ValueError(f"span {span!r} is neither an object nor [start, end, label]")
    start, end, label = int(values[0]), int(values[1]), canonical_label(str(values[2]))
    if not 0 <= start < end <= len(text):
        raise ValueError(f"span {start}-{end} is outside its text of {len(text)} characters")
    return Span(start, end, label)


def _overlap(one: Span, other: Span) -> bool:
    return one.label == other.label and one.start < other.end and other.start < one.end


def _counts(expected: Collection[Span], found: Collection[Span]) -> tuple[int, int, int]:
    """Right, predicted, expected."""
    return sum((Counter(expected) & Counter(found)).values()), len(found), len(expected)


def _figures(right: int, predicted: int, expected: int) -> dict[str, float]:
    return {
        "precision": round(float(right / predicted), 4) if predicted else 0.0,
        "recall": round(float(right / expected), 4) if expected else 0.0,
        "f1": round(float(2 * right / (predicted + expected)), 4) if predicted + expected else 0.0,
    }


def _interval(counts: np.ndarray[Any, np.dtype[Any]]) -> tuple[float, float]:
    """95 % interval of micro-F1, by resampling texts with a fixed seed."""
    draws = np.random.default_rng(20_26).integers(len(counts), size=(ROUNDS, len(counts)))
    right, predicted, expected = counts[draws].sum(axis=1).T
    low, high = np.percentile(2 * right / np.maximum(predicted + expected, 1), [2.5, 97.5])
    return round(float(low), 4), round(float(high), 4)
