"""The default encoder: BERT in ONNX, int8, on the CPU."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from profiling.encoder.cache import ContentCache
from profiling.encoder.encoder import Vectors, readable
from profiling.errors import ArtefactError

MAX_TOKENS = 128


class OnnxEncoder:
    """Mean-pooled sentence embeddings. Thread-safe; remembers the vectors of the last 4,096 texts.

    Raises:
        ArtefactError: the folder has no complete model.
    """

    def __init__(self, directory: Path, *, threads: int = 1) -> None:
        from tokenizers import Tokenizer

        from profiling.encoder.onnx_export import open_session

        try:
            manifest = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
            tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
            self._session: Any = open_session(directory / "model.onnx", threads=threads)
        except Exception as error:  # onnxruntime and tokenizers raise bare exceptions
            raise ArtefactError(
                f"no usable sentence encoder in {directory} ({error}); build it with `python -m profiling build`"
            ) from error
        tokenizer.enable_truncation(MAX_TOKENS)
        tokenizer.no_padding()
        self._tokenizer = tokenizer
        self._inputs = {node.name for node in self._session.get_inputs()}
        self._fingerprint = str(manifest["fingerprint"])
        self._dimension = int(manifest["dimension"])
        self._cache: ContentCache[Vectors] = ContentCache()

    @property
    def fingerprint(self) -> str:
        """Hash of the source weights and the way they were exported."""
        return self._fingerprint

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See Encoder. Texts beyond 128 word pieces are cut."""
        vectors = self._cache.through(texts, lambda missing: [self._run(texts[position]) for position in missing])
        return np.stack(vectors) if vectors else np.zeros((0, self._dimension), dtype=np.float32)

    def _run(self, text: str) -> Vectors:
        """One text at a time: an int8 model scales its activations over the batch, so that a text would get another
        vector in other company; and on one thread a batch is no faster.
        """
        encoding = self._tokenizer.encode(readable(text))
        mask = np.array([encoding.attention_mask], dtype=np.int64)
        feed = {
            "input_ids": np.array([encoding.ids], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.array([encoding.type_ids], dtype=np.int64),
        }
        hidden = self._session.run(None, {name: feed[name] for name in self._inputs})[0]
        vector: Vectors = mean_pool(hidden, mask)[0]
        return vector


def mean_pool(hidden: Vectors, mask: np.ndarray[Any, np.dtype[np.int64]]) -> Vectors:
    """Unit vectors from token states of shape (batch, tokens, dimension), padding left out."""
    weights = mask[:, :, None].astype(np.float32)
    pooled = (hidden * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1.0)
    norms = np.linalg.norm(pooled, axis=1, keepdims=True)
    unit: Vectors = (pooled / np.maximum(norms, 1e-12)).astype(np.float32)
    return unit
