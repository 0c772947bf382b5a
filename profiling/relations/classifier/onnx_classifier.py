"""The relation classifier on the CPU: BERT in ONNX, int8."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from profiling.encoder.built_model import BuiltModel
from profiling.encoder.cache import ContentCache
from profiling.relations.classifier.classifier import Probabilities
from profiling.relations.classifier.pieces import Pieces, load_tokenizer, of_spans, pieces_of

Logits = NDArray[np.float32]


class OnnxClassifier:
    """Thread-safe; remembers its last 4,096 texts.

    Raises:
        ArtefactError: the folder has no complete model.
    """

    def __init__(self, directory: Path) -> None:
        self._model = BuiltModel.open(directory, load_tokenizer, kind="relation model")
        self._cache: ContentCache[tuple[Pieces, Logits]] = ContentCache()

    @property
    def fingerprint(self) -> str:
        """Hash of the weights, the adapter and the way they were exported."""
        return self._model.fingerprint

    def classify(self, text: str, spans: Sequence[tuple[int, int]]) -> Probabilities:
        """See RelationClassifier. Words beyond 160 word pieces are not read."""
        pieces, logits = self._cache.through([text], lambda _: [self._run(text)])[0]
        return of_spans(pieces, logits, spans)

    def _run(self, text: str) -> tuple[Pieces, Logits]:
        pieces = pieces_of(self._model.tokenizer, text)
        return pieces, self._model.run(input_ids=pieces.ids, attention_mask=[1] * len(pieces.ids))[0]
