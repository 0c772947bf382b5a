"""The default encoder: BERT in ONNX, int8, on the CPU."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from profiling.encoder.built_model import BuiltModel
from profiling.encoder.cache import ContentCache
from profiling.encoder.encoder import Vectors, readable

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MAX_TOKENS = 128


class OnnxEncoder:
    """Mean-pooled sentence embeddings. Thread-safe; remembers the vectors of the last 4,096 texts.

    Raises:
        ArtefactError: the folder has no complete model.
    """

    def __init__(self, directory: Path, *, threads: int = 1) -> None:
        self._model = BuiltModel.open(
            directory, _load_tokenizer, kind="sentence encoder", facts=["dimension"], threads=threads
        )
        self._dimension = int(self._model.manifest["dimension"])
        self._cache: ContentCache[Vectors] = ContentCache()

    @property
    def fingerprint(self) -> str:
        """Hash of the source weights and the way they were exported."""
        return self._model.fingerprint

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See Encoder. Texts beyond 128 word pieces are cut."""
        vectors = self._cache.through(texts, lambda missing: [self._run(texts[position]) for position in missing])
        return np.stack(vectors) if vectors else np.zeros((0, self._dimension), dtype=np.float32)

    def _run(self, text: str) -> Vectors:
        encoding = self._model.tokenizer.encode(readable(text))
        hidden = self._model.run(
            input_ids=encoding.ids, attention_mask=encoding.attention_mask, token_type_ids=encoding.type_ids
        )
        vector: Vectors = mean_pool(hidden, np.array([encoding.attention_mask], dtype=np.int64))[0]
        return vector


def _load_tokenizer(file: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.no_padding()
    return tokenizer


def mean_pool(hidden: Vectors, mask: np.ndarray[Any, np.dtype[np.int64]]) -> Vectors:
    """Unit vectors from token states of shape (batch, tokens, dimension), padding left out."""
    weights = mask[:, :, None].astype(np.float32)
    pooled = (hidden * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1.0)
    norms = np.linalg.norm(pooled, axis=1, keepdims=True)
    unit: Vectors = (pooled / np.maximum(norms, 1e-12)).astype(np.float32)
    return unit
