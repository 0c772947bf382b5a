"""The default encoder: BERT in ONNX, int8, on the CPU."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from profiling.encoder.encoder import Vectors
from profiling.errors import ArtefactError

MAX_TOKENS = 128
BATCH = 32
CACHE_SIZE = 4_096


class OnnxEncoder:
    """Mean-pooled sentence embeddings. Thread-safe; remembers the vectors of the last 4,096 short texts.

    Raises:
        ArtefactError: the folder has no complete model.
    """

    def __init__(self, directory: Path, *, threads: int = 1) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        try:
            manifest = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
            tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads
            options.inter_op_num_threads = 1
            self._session: Any = onnxruntime.InferenceSession(
                str(directory / "model.onnx"), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime and tokenizers raise bare exceptions
            raise ArtefactError(
                f"no usable sentence encoder in {directory} ({error}); build it with `python -m profiling build`"
            ) from error
        tokenizer.enable_truncation(MAX_TOKENS)
        tokenizer.enable_padding()
        self._tokenizer = tokenizer
        self._inputs = {node.name for node in self._session.get_inputs()}
        self._fingerprint = str(manifest["fingerprint"])
        self._dimension = int(manifest["dimension"])
        self._cache: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

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
        vectors = np.zeros((len(texts), self._dimension), dtype=np.float32)
        missing: list[int] = []
        with self._lock:
            for position, text in enumerate(texts):
                cached = self._cache.get(text)
                if cached is None:
                    missing.append(position)
                else:
                    self._cache.move_to_end(text)
                    vectors[position] = cached
        missing.sort(key=lambda position: len(texts[position]))
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            vectors[batch] = self._run([texts[position] for position in batch])
        if len(missing) <= BATCH:
            self._remember([(texts[position], vectors[position]) for position in missing])
        return vectors

    def _run(self, texts: Sequence[str]) -> Vectors:
        encodings = self._tokenizer.encode_batch(list(texts))
        mask = np.array([encoding.attention_mask for encoding in encodings], dtype=np.int64)
        feed = {
            "input_ids": np.array([encoding.ids for encoding in encodings], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.array([encoding.type_ids for encoding in encodings], dtype=np.int64),
        }
        hidden = self._session.run(None, {name: feed[name] for name in self._inputs})[0]
        return mean_pool(hidden, mask)

    def _remember(self, pairs: Sequence[tuple[str, Vectors]]) -> None:
        with self._lock:
            for text, vector in pairs:
                self._cache[text] = vector.copy()
            while len(self._cache) > CACHE_SIZE:
                self._cache.popitem(last=False)


def mean_pool(hidden: Vectors, mask: np.ndarray[Any, np.dtype[np.int64]]) -> Vectors:
    """Unit vectors from token states of shape (batch, tokens, dimension), padding left out."""
    weights = mask[:, :, None].astype(np.float32)
    pooled = (hidden * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1.0)
    norms = np.linalg.norm(pooled, axis=1, keepdims=True)
    unit: Vectors = (pooled / np.maximum(norms, 1e-12)).astype(np.float32)
    return unit
