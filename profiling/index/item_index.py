"""A FAISS index over item embeddings, saved with the encoder and the texts that it was built from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from profiling.encoder.encoder import Vectors
from profiling.index import files
from profiling.index.approximate import (
    CANDIDATES,
    GPU_MOST,
    Kind,
    build_hnsw,
    build_ivf_pq,
    candidates,
    kind_for,
    on_gpu,
)
from profiling.index.library import load_faiss

Texts = NDArray[np.bytes_]
"""Hashes of texts, 16 bytes each; none where an item has no vector."""
NO_TEXTS: Texts = np.empty(0, dtype="S16")
FEW_ALLOWED = 20_000
"""Allowed items up to which each is compared: what is near may be all forbidden, and an approximate search would end
among what is not allowed."""


@dataclass(frozen=True)
class ItemIndex:
    """Vectors by position: position i is the i-th item of the snapshot that the index was built from.

    `exact` holds the vectors; `structure` finds candidates in a large catalogue and is None where the kind is "flat".
    `encoder` is the fingerprint of what made the vectors, `texts` has what each was made from; `gpu` is a copy of
    `exact` on a GPU.
    """

    exact: Any
    structure: Any | None
    kind: Kind
    encoder: str
    texts: Texts
    gpu: Any | None = None

    @classmethod
    def build(
        cls,
        vectors: Vectors,
        *,
        encoder: str,
        texts: Texts = NO_TEXTS,
        kind: Kind | None = None,
        threads: int = 1,
        device: str = "cpu",
    ) -> ItemIndex:
        """An index over unit vectors of shape (items, dimension).

        Args:
            encoder: fingerprint of what made the vectors.
            texts: what each was made from, see `texts_of`.
            kind: by the number of items unless told otherwise, see `kind_for`.
            device: "auto" or "cuda" puts a copy of the vectors onto a GPU where there is one.
        """
        faiss = load_faiss()

        faiss.omp_set_num_threads(threads)
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        exact = faiss.IndexFlatIP(vectors.shape[1])
        exact.add(vectors)
        kind = kind or kind_for(len(vectors))
        builders = {"hnsw": build_hnsw, "ivf_pq": build_ivf_pq}
        structure = builders[kind](vectors) if kind in builders else None
        return cls(exact, structure, kind, encoder, texts, on_gpu(exact, device))

    def search(
        self, query: Vectors, k: int, *, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.int64], Vectors]:
        """The k nearest items of a query of shape (dimension,), the nearest first.

        Args:
            allowed: positions that may be returned, one boolean an item.

        Returns:
            (positions, cosines); fewer than k when fewer are allowed.
        """
        query = np.ascontiguousarray(query, dtype=np.float32)
        count = len(self) if allowed is None else int(np.count_nonzero(allowed))
        k = min(k, count)
        if k == 0:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        if self.structure is None and self.gpu is None:
            return self._exactly(query, k, allowed)
        if allowed is not None and count <= FEW_ALLOWED:
            pool = np.flatnonzero(allowed)
        else:
            pool = self._candidates(query, k, allowed)
        if len(pool) < k:
            return self._exactly(query, k, allowed)
        cosines = self.similarity(query, pool)
        best = np.argsort(-cosines, kind="stable")[:k]
        return pool[best], cosines[best]

    def similarity(self, query: Vectors, positions: NDArray[np.int64]) -> Vectors:
        """Cosine of the query and each of the items at `positions`."""
        if not len(positions):
            return np.empty(0, dtype=np.float32)
        cosines: Vectors = self.vectors(positions) @ query
        return cosines

    def vectors(self, positions: NDArray[np.int64]) -> Vectors:
        """The vectors at `positions`, shape (len(positions), dimension)."""
        vectors: Vectors = self.exact.reconstruct_batch(positions.astype(np.int64))
        return vectors

    @property
    def dimension(self) -> int:
        """Of the vectors."""
        return int(self.exact.d)

    def __len__(self) -> int:
        return int(self.exact.ntotal)

    def save(self, directory: Path) -> None:
        """Writes the index and its manifest; a reader sees the old pair or the new one, at no moment none."""
        parts = {"vectors": self.exact} | ({} if self.structure is None else {"candidates": self.structure})
        about = {"kind": self.kind, "encoder": self.encoder, "items": len(self)}
        files.save(directory, {**parts, "texts": self.texts}, about)

    @classmethod
    def load(cls, directory: Path, *, device: str = "cpu") -> ItemIndex:
        """Maps a saved index into memory: processes that use the same one share it.

        Raises:
            ArtefactError: there is none, or it is damaged; `python -m profiling index` builds it anew.
        """
        parts, manifest = files.load(directory)
        exact, structure = parts["vectors"], parts.get("candidates")
        return cls(exact, structure, manifest["kind"], manifest["encoder"], parts["texts"], on_gpu(exact, device))

    def _exactly(self, query: Vectors, k: int, allowed: NDArray[np.bool_] | None) -> tuple[NDArray[np.int64], Vectors]:
        faiss = load_faiss()

        parameters = None
        if allowed is not None:
            bitmap = np.packbits(allowed, bitorder="little")
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(len(allowed), faiss.swig_ptr(bitmap)))
        cosines, positions = self.exact.search(query[None, :], k, params=parameters)
        found = positions[0] >= 0
        return positions[0][found], cosines[0][found]

    def _candidates(self, query: Vectors, k: int, allowed: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        """A GPU looks at every vector, and has no filter: it is asked for as many more as are forbidden."""
        if self.gpu is None:
            return candidates(self.structure, self.kind, query, k, allowed=allowed)
        share = 1.0 if allowed is None else np.count_nonzero(allowed) / len(self)
        wanted = min(len(self), GPU_MOST, int(max(CANDIDATES, 2 * k) / share))
        found: NDArray[np.int64] = self.gpu.search(query[None, :], wanted)[1][0]
        found = found[found >= 0]
        return found if allowed is None else found[allowed[found]]


def texts_of(text_hashes: Sequence[str]) -> Texts:
    """Hexadecimal hashes as bytes; '' stands for an item without a vector."""
    return np.array([bytes.fromhex(text_hash) for text_hash in text_hashes], dtype="S16")
