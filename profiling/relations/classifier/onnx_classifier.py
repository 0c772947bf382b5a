"""The relation classifier on the CPU: BERT in ONNX, int8."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from profiling.encoder.cache import ContentCache
from profiling.encoder.onnx_export import open_session
from profiling.errors import ArtefactError
from profiling.relations.classifier.classifier import Probabilities
from profiling.relations.classifier.pieces import Pieces, load_tokenizer, of_spans, pieces_of

Logits = NDArray[np.float32]


class OnnxClassifier:
    """Thread-safe; remembers its last 4,096 texts.

    Raises:
        ArtefactError: the folder has no complete model.
    """

    def __init__(self, directory: Path) -> None:
        try:
            manifest = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
            self._fingerprint = str(manifest["fingerprint"])
            self._tokenizer = load_tokenizer(directory / "tokenizer.json")
            self._session: Any = open_session(directory / "model.onnx", threads=1)
        except Exception as error:  # onnxruntime and tokenizers raise bare exceptions
            raise ArtefactError(
                f"no usable relation model in {directory} ({error}); build it with `python -m profiling build`"
            ) from error
        self._cache: ContentCache[tuple[Pieces, Logits]] = ContentCache()

    @property
    def fingerprint(self) -> str:
        """Hash of the weights, the adapter and the way they were exported."""
        return self._fingerprint

    def classify(self, text: str, spans: Sequence[tuple[int, int]]) -> Probabilities:
        """See RelationClassifier. Words beyond 160 word pieces are not read."""
        pieces, logits = self._cache.through([text], lambda _: [self._run(text)])[0]
        return of_spans(pieces, logits, spans)

    def _run(self, text: str) -> tuple[Pieces, Logits]:
        pieces = pieces_of(self._tokenizer, text)
        ids = np.array([pieces.ids], dtype=np.int64)
        return pieces, self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0][0]
