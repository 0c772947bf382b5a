"""Full text and embeddings together.

The score is BM25 as a share of the best hit's, plus the cosine of request and item, plus the share of the request's
information that the title covers. The weights were chosen on the 36 development queries of the Icecat judgements; a
reranker (ms-marco MiniLM, 10 ms a document) and a larger encoder (bge-small) gained nothing there. `python -m
profiling evaluate search`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from profiling.catalogue.snapshot import Mask, Snapshot
from profiling.encoder import Encoder
from profiling.index import VectorIndex
from profiling.search.lexical import LexicalSearch, content_terms

BM25_WEIGHT = 1.0
COSINE_WEIGHT = 0.6
COVERAGE_WEIGHT = 0.5
NEAR = 0.33
"""Cosine from which an item is taken to be about the request although it shares no word with it."""
MUCH_WORDING = 0.4
"""Score from words alone from which an item is taken to be about the request although its meaning is not near."""
POOL = 200
FEW = 2_000


@dataclass(frozen=True)
class Hits:
    """Positions in the snapshot, the best first, with the score, and the cosine that is part of it."""

    positions: NDArray[np.int64]
    scores: NDArray[np.float64]
    cosines: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def any_relevant(self) -> bool:
        """Whether anything shares a word with the request, or is near to it in meaning."""
        shares_words = self.scores > COSINE_WEIGHT * self.cosines + 1e-6
        return bool(shares_words.any() or (self.cosines >= NEAR).any())


class HybridSearch:
    """Ranks the items of a snapshot for a request in words. Without encoder or index it is full text alone."""

    def __init__(
        self, snapshot: Snapshot, lexical: LexicalSearch, *, encoder: Encoder | None, index: VectorIndex | None
    ) -> None:
        self._snapshot = snapshot
        self._lexical = lexical
        self._encoder = encoder
        self._index = index

    def search(self, request: str, k: int, *, allowed: Mask | None = None) -> Hits:
        """The k best items for the request among the allowed ones; all that are allowed when the request has no
        words.
        """
        words = content_terms(request)
        allowed = np.ones(len(self._snapshot), dtype=bool) if allowed is None else allowed
        lexical = self._bm25(words, allowed)
        query = self._encoder.encode([request])[0] if self._encoder and self._index and request.strip() else None
        near = (
            self._index.search(query, POOL, allowed=allowed)[0]
            if self._index and query is not None
            else np.array([], dtype=np.int64)
        )
        pool = np.union1d(np.flatnonzero(lexical), near).astype(np.int64)
        if not len(pool):
            pool = np.flatnonzero(allowed)[:POOL]
        cosines = (
            self._index.similarity(query, pool)
            if self._index and query is not None
            else np.zeros(len(pool), np.float32)
        )
        scores = BM25_WEIGHT * lexical[pool] + COSINE_WEIGHT * cosines + COVERAGE_WEIGHT * self._coverage(words, pool)
        order = np.lexsort((pool, -scores))[:k]
        return Hits(pool[order], scores[order], cosines[order])

    def near(self, request: str, *, allowed: Mask) -> Mask:
        """Which of the allowed items have to do with the request: by much of its wording, or by what they mean."""
        hits = self.search(request, POOL, allowed=allowed)
        found = (hits.scores - COSINE_WEIGHT * hits.cosines >= MUCH_WORDING) | (hits.cosines >= NEAR)
        mask = np.zeros(len(self._snapshot), dtype=bool)
        mask[hits.positions[found]] = True
        return mask

    def similar_to(self, item_id: str, positions: NDArray[np.int64]) -> NDArray[np.float32]:
        """Cosine between an item of the snapshot and others; 0 for an unknown item, or without an index."""
        position = self._snapshot.position_of(item_id)
        if self._index is None or position is None:
            return np.zeros(len(positions), dtype=np.float32)
        own = self._index.vectors(np.array([position]))[0]
        return self._index.similarity(own, positions)

    def _bm25(self, words: list[str], allowed: Mask) -> NDArray[np.float64]:
        """BM25 of every allowed item as a share of the best one's."""
        scores = np.zeros(len(self._snapshot))
        count = int(allowed.sum())
        among = self._snapshot.rowids[allowed] if count <= FEW else None
        k = 2 * POOL if count > len(allowed) / 2 else len(allowed)
        rowids, raw = self._lexical.bm25(words, k, among=among)
        known = np.isin(rowids, self._snapshot.rowids)
        positions = self._snapshot.positions(rowids[known])
        scores[positions] = raw[known]
        scores[~allowed] = 0.0
        best = scores.max(initial=0.0)
        return scores / best if best > 0 else scores

    def _coverage(self, words: list[str], pool: NDArray[np.int64]) -> NDArray[np.float64]:
        """Share of the request's inverse document frequency that stands in the title or type, shorter titles first."""
        covered, total = np.zeros(len(self._snapshot)), 0.0
        for word in words:
            rows = self._snapshot.positions(self._lexical.matching([word], columns=("title", "kind")))
            weight = float(np.log(1.0 + (len(self._snapshot) - len(rows) + 0.5) / (len(rows) + 0.5)))
            covered[rows] += weight
            total += weight
        if not total:
            return np.zeros(len(pool))
        shares: NDArray[np.float64] = covered[pool] / total
        return shares
