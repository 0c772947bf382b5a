"""Word pieces of an utterance, and what the network's outputs for them say about its stretches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from profiling.encoder.encoder import readable
from profiling.entities.tagger.words import load_tokenizer
from profiling.relations.classifier.classifier import Probabilities
from profiling.relations.classifier.relations import RELATIONS

__all__ = ["Pieces", "load_tokenizer", "of_spans", "pieces_of"]


@dataclass(frozen=True, slots=True)
class Pieces:
    """Of each word piece its id and where it stands; signs that belong to no text stand at (0, 0)."""

    ids: list[int]
    places: list[tuple[int, int]]

    def within(self, start: int, end: int) -> list[int]:
        """Positions of the pieces that a stretch meets."""
        return [at for at, (first, last) in enumerate(self.places) if first < last and first < end and start < last]


def pieces_of(tokenizer: Tokenizer, text: str) -> Pieces:
    """The word pieces of a text, at most 160."""
    encoding = tokenizer.encode(readable(text))
    return Pieces(encoding.ids, encoding.offsets)


def of_spans(pieces: Pieces, logits: NDArray[np.float32], spans: Sequence[tuple[int, int]]) -> Probabilities:
    """For each stretch the probabilities that the mean of its pieces' logits gives; zeros where it has no piece.

    Args:
        logits: shape (pieces, relations).
    """
    probabilities = np.zeros((len(spans), len(RELATIONS)), dtype=np.float32)
    for row, (start, end) in enumerate(spans):
        if at := pieces.within(start, end):
            mean = logits[at].mean(axis=0)
            chances = np.exp(mean - mean.max())
            probabilities[row] = chances / chances.sum()
    return probabilities
