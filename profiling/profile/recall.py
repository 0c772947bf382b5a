"""Recall: which of many remembered messages bear on a question.

Three signals are added: BM25 over word stems, the cosine of the sentence embeddings, and the neighbours: in a talk, the
answer often stands beside the message that shares the question's words.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from profiling.encoder import Encoder
from profiling.search.lexical import STOP_WORDS
from profiling.text.tokens import terms

Scores = NDArray[np.float64]
K1, B = 1.2, 0.75
COSINE_WEIGHT = 1.0
NEIGHBOUR_WEIGHT = 0.35
_ENDINGS = re.compile(r"(?:ing|ed|ly|ies|es|e|y)$")
_ASKING = STOP_WORDS | frozenset("did does has was were had kind many much type long often ever".split())


def stems(text: str) -> list[str]:
    """The words of a text without their endings; words of four letters and fewer stay as they are."""
    return [word if len(word) <= 4 else _ENDINGS.sub("", word) for word in terms(text)]


class Recall:
    """Messages in the order in which they were said, ready to be asked.

    Args:
        encoder: None means words alone.
    """

    def __init__(self, messages: Sequence[str], *, encoder: Encoder | None) -> None:
        self._encoder = encoder
        self._counts = [Counter(stems(message)) for message in messages]
        self._lengths = np.array([sum(counts.values()) for counts in self._counts], dtype=np.float64)
        self._documents = Counter(word for counts in self._counts for word in counts)
        self._vectors = encoder.encode(list(messages)) if encoder is not None and messages else None

    def search(self, question: str, k: int) -> list[int]:
        """Positions of the k messages that bear most on the question, the best first."""
        scores = self.scores(question)
        return [int(position) for position in np.argsort(-scores, kind="stable")[:k]]

    def scores(self, question: str) -> Scores:
        """How much each message bears on the question."""
        own = _share(self.bm25(question)) + COSINE_WEIGHT * self.cosine(question)
        return own + NEIGHBOUR_WEIGHT * _beside(own)

    def bm25(self, question: str) -> Scores:
        """BM25 of each message (Robertson and Zaragoza, 2009)."""
        scores = np.zeros(len(self._counts))
        words = {word for word in stems(question) if word not in _ASKING}
        if not len(scores) or not words:
            return scores
        norms = K1 * (1 - B + B * self._lengths / max(1.0, float(self._lengths.mean())))
        for word in sorted(words):
            known = self._documents.get(word, 0)
            idf = math.log(1 + (len(scores) - known + 0.5) / (known + 0.5))
            counts = np.array([counts.get(word, 0) for counts in self._counts], dtype=np.float64)
            scores += idf * counts * (K1 + 1) / (counts + norms)
        return scores

    def cosine(self, question: str) -> Scores:
        """Cosine of each message's embedding to the question's; 0 without an encoder."""
        if self._encoder is None or self._vectors is None:
            return np.zeros(len(self._counts))
        return np.asarray(self._vectors @ self._encoder.encode([question])[0], dtype=np.float64)


def _share(scores: Scores) -> Scores:
    best = float(scores.max(initial=0.0))
    return scores / best if best > 0 else scores


def _beside(scores: Scores) -> Scores:
    """The better of the two neighbours' scores."""
    padded = np.concatenate([[0.0], scores, [0.0]])
    beside: Scores = np.maximum(padded[:-2], padded[2:])[: len(scores)]
    return beside
