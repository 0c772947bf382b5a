"""What every token classifier does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from profiling.entities.spans import Span

LogProbabilities = NDArray[np.float32]


@dataclass(frozen=True)
class Tagged:
    """The words of a text with how likely each tag is.

    `places` are [start, end) of each word; `tags` are "O" and then "B-" and "I-" of each label; `scores` has the
    natural logarithms of the probabilities, shape (words, tags). Words behind the last one that was read are missing.
    """

    places: Sequence[tuple[int, int]]
    tags: Sequence[str]
    scores: LogProbabilities


class Tagger(Protocol):
    """Tags the words of a text."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same text may get other tags."""

    def tag(self, text: str) -> Tagged:
        """The words of one text; none where there is none."""


def tags_of(labels: Sequence[str]) -> list[str]:
    """The tags of some labels, as the network's outputs are ordered."""
    return ["O", *(f"{prefix}-{label}" for label in labels for prefix in "BI")]


def tag_words(places: Sequence[tuple[int, int]], spans: Iterable[Span]) -> list[str]:
    """One tag a word. A word that a span covers only in part belongs to it if it begins in it."""
    tags = ["O"] * len(places)
    for span in spans:
        inside = [at for at, (start, _) in enumerate(places) if span.start <= start < span.end]
        for at in inside:
            tags[at] = f"{'B' if at == inside[0] else 'I'}-{span.label}"
    return tags


def log_softmax(logits: LogProbabilities) -> LogProbabilities:
    """Logarithms of the probabilities along the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    scores: LogProbabilities = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return scores
