"""A FAISS index over item embeddings, saved with a manifest that says what it was built from."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from profiling.encoder.encoder import Vectors
from profiling.errors import ArtefactError

Kind = Literal["flat", "hnsw"]
EXACT_UP_TO = 100_000
"""Items up to which exact search is fast enough:

about 10 ms on one core at 384 dimensions. See tests/bench/bench_index.py.
"""
HNSW_LINKS = 32
HNSW_BUILD = 120
HNSW_SEARCH = 128


@dataclass(frozen=True)
class ItemIndex:
    """Vectors by position: position i is the i-th item of the snapshot that the index was built from."""

    faiss_index: Any
    kind: Kind
    key: str

    @classmethod
    def build(cls, vectors: Vectors, *, key: str, kind: Kind | None = None, threads: int = 1) -> ItemIndex:
        """An index over unit vectors of shape (items, dimension).

        Args:
            key: identifies what the vectors were made from, see `index_key`.
            kind: exact up to 100,000 items and HNSW above, unless told otherwise.
        """
        faiss = _faiss()

        faiss.omp_set_num_threads(threads)
        kind = kind or ("flat" if len(vectors) <= EXACT_UP_TO else "hnsw")
        dimension = vectors.shape[1]
        if kind == "flat":
            index = faiss.IndexFlatIP(dimension)
        else:
            index = faiss.IndexHNSWFlat(dimension, HNSW_LINKS, faiss.METRIC_INNER_PRODUCT)
            index.hnsw.efConstruction = HNSW_BUILD
            index.hnsw.efSearch = HNSW_SEARCH
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index, kind, key)

    def search(
        self, query: Vectors, k: int, *, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.int64], Vectors]:
        """The k nearest items of a query of shape (dimension,), the nearest first.

        Args:
            allowed: positions that may be returned, one boolean an item.

        Returns:
            (positions, scores); fewer than k when fewer are allowed.
        """
        faiss = _faiss()

        parameters = None
        if allowed is not None:
            bitmap = np.packbits(allowed, bitorder="little")
            selector = faiss.IDSelectorBitmap(len(allowed), faiss.swig_ptr(bitmap))
            parameters = (
                faiss.SearchParameters(sel=selector)
                if self.kind == "flat"
                else faiss.SearchParametersHNSW(sel=selector, efSearch=max(HNSW_SEARCH, k))
            )
        k = min(k, self.faiss_index.ntotal)
        if k == 0:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        scores, positions = self.faiss_index.search(query[None, :].astype(np.float32), k, params=parameters)
        found = positions[0] >= 0
        return positions[0][found], scores[0][found]

    def similarity(self, query: Vectors, positions: NDArray[np.int64]) -> Vectors:
        """Cosine of the query and each of the items at `positions`."""
        if not len(positions):
            return np.empty(0, dtype=np.float32)
        cosines: Vectors = self.vectors(positions) @ query
        return cosines

    def vectors(self, positions: NDArray[np.int64]) -> Vectors:
        """The vectors at `positions`, shape (len(positions), dimension)."""
        vectors: Vectors = self.faiss_index.reconstruct_batch(positions.astype(np.int64))
        return vectors

    def __len__(self) -> int:
        return int(self.faiss_index.ntotal)

    def save(self, directory: Path) -> None:
        """Writes the index and its manifest; a reader sees the old pair or the new one."""
        faiss = _faiss()

        directory.mkdir(parents=True, exist_ok=True)
        data: bytes = faiss.serialize_index(self.faiss_index).tobytes()
        manifest: dict[str, Any] = {
            "kind": self.kind,
            "key": self.key,
            "items": len(self),
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        name = f"items-{manifest['sha256'][:12]}.faiss"
        _replace(directory / name, data)
        _replace(directory / "manifest.json", json.dumps(manifest | {"file": name}, indent=2).encode())
        for old in directory.glob("items-*.faiss"):
            if old.name != name:
                old.unlink(missing_ok=True)

    @classmethod
    def load(cls, directory: Path) -> ItemIndex:
        """Reads a saved index.

        Raises:
            ArtefactError: there is none, or it is damaged; `python -m profiling index` builds it anew.
        """
        faiss = _faiss()

        try:
            manifest = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
            data = (directory / manifest["file"]).read_bytes()
            if hashlib.sha256(data).hexdigest() != manifest["sha256"]:
                raise ValueError("checksum differs")
            index = faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8))
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise ArtefactError(
                f"no usable index in {directory} ({error}); build it with `python -m profiling index`"
            ) from error
        return cls(index, manifest["kind"], manifest["key"])


def _faiss() -> Any:
    """The library, whose own type stubs lag behind it."""
    import faiss

    return faiss


def index_key(encoder: str, text_hashes: Sequence[str]) -> str:
    """Identifies the vectors of a catalogue: same encoder, same texts, same order give the same key."""
    digest = hashlib.sha256(encoder.encode())
    for text_hash in text_hashes:
        digest.update(text_hash.encode())
    return digest.hexdigest()[:32]


def _replace(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
