"""Which of several things a text means, learnt from some wordings of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

REGULARISATION = 30.0
WORDS_WEIGHT = 0.4
"""Length of the rows of TF-IDF (words, pairs of words) against 1.0 of the embeddings; chosen on folds of data/shop."""


class WordingModel:
    """Softmax regression on embeddings and on TF-IDF of the words.

    Args:
        wordings: the texts to learn from.
        vectors: their embeddings, of unit length, shape (wordings, dimension).
        owners: what each of them means, from 0 to `count` - 1; there must be one at least.
        count: number of meanings.
    """

    def __init__(
        self, wordings: Sequence[str], vectors: NDArray[np.float32], owners: NDArray[np.int64], *, count: int
    ) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression

        self._count = count
        self._only = int(owners[0]) if len(set(owners.tolist())) == 1 else None
        self._words: Any = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
        self._words.fit([*wordings, "any word"])  # scikit-learn refuses texts without a word
        self._model: Any = LogisticRegression(C=REGULARISATION, max_iter=200, tol=1e-3)
        if self._only is None:
            self._model.fit(self._features(wordings, vectors), owners)

    def chances(self, text: str, vector: NDArray[np.float32]) -> NDArray[np.float64]:
        """Of each meaning, shape (count,); they sum to one.

        Args:
            text: what was written.
            vector: its embedding, shape (dimension,).
        """
        chances = np.zeros(self._count)
        if self._only is not None:
            chances[self._only] = 1.0
        else:
            chances[self._model.classes_] = self._model.predict_proba(self._features([text], vector[None, :]))[0]
        return chances

    def _features(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> Any:
        from scipy import sparse

        words = WORDS_WEIGHT * self._words.transform(texts)
        return sparse.hstack([sparse.csr_matrix(vectors.astype(np.float64)), words]).tocsr()
