"""Which of several things a text means, learnt from some wordings of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

REGULARISATION = 30.0
"""scikit-learn's C."""
WORDS_WEIGHT = 0.4
"""Length of the rows of TF-IDF (words, pairs of words) against 1.0 of an encoder's; chosen on folds of data/shop."""
RARE_FROM = 1_000
"""Number of wordings from which a word must stand in two of them: rarer ones slow the fit down and teach nothing."""

Vectors = NDArray[np.float32]


class WordingModel:
    """Softmax regression on the embeddings of one encoder or more and on TF-IDF of the words.

    Embeddings are centred: what all wordings share is taken away, so that encoders whose vectors lie close together
    (bge) weigh as much as others.

    Args:
        wordings: the texts to learn from.
        vectors: their embeddings, of unit length, shape (wordings, dimension), from each encoder.
        owners: what each of them means, from 0 to `count` - 1; there must be one at least.
        count: number of meanings.
        weights: what each of the texts counts, if not all one.
    """

    def __init__(
        self,
        wordings: Sequence[str],
        vectors: Sequence[Vectors],
        owners: NDArray[np.int64],
        *,
        count: int,
        weights: NDArray[Any] | None = None,
    ) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression

        self._count = count
        self._known = np.unique(owners)
        self._centres = [np.average(states, axis=0, weights=weights) for states in vectors]
        rarest = 2 if len(wordings) >= RARE_FROM else 1
        self._words: Any = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=rarest, dtype=np.float32)
        self._words.fit([*wordings, "any word"])  # scikit-learn refuses texts without a word
        self._model: Any = LogisticRegression(C=REGULARISATION)
        if len(self._known) > 1:  # scikit-learn refuses a single one
            self._model.fit(self._features(wordings, vectors), owners, sample_weight=weights)

    def chances(self, text: str, vectors: Sequence[Vectors]) -> NDArray[np.float64]:
        """Of each meaning, shape (count,); they sum to one.

        Args:
            text: what was written.
            vectors: its embedding from each encoder, shape (dimension,).
        """
        chances = np.zeros(self._count)
        if len(self._known) > 1:
            features = self._features([text], [vector[None, :] for vector in vectors])
            chances[self._known] = self._model.predict_proba(features)[0]
        else:
            chances[self._known] = 1.0
        return chances

    def _features(self, texts: Sequence[str], vectors: Sequence[Vectors]) -> Vectors:
        """Dense, shape (texts, features): with the embeddings in a sparse matrix the fit takes three times as long."""
        states = [_unit(rows - centre) for rows, centre in zip(vectors, self._centres, strict=True)]
        return np.hstack([*states, np.float32(WORDS_WEIGHT) * self._words.transform(texts).toarray()])


def _unit(rows: Vectors) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Vectors = (rows / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit
