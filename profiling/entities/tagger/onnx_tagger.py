"""The token classifier on the CPU: BERT in ONNX, int8."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from profiling.encoder.cache import ContentCache
from profiling.encoder.onnx_export import open_session
from profiling.entities.tagger.tagger import Tagged, log_softmax, tags_of
from profiling.entities.tagger.words import load_tokenizer, words_of
from profiling.errors import ArtefactError


class OnnxTagger:
    """Thread-safe; remembers its last 4,096 texts.

    Raises:
        ArtefactError: the folder has no complete model.
    """

    def __init__(self, directory: Path) -> None:
        try:
            manifest = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
            self._fingerprint = str(manifest["fingerprint"])
            self._tags = tuple(tags_of(manifest["labels"]))
            self._tokenizer = load_tokenizer(directory / "tokenizer.json")
            self._session: Any = open_session(directory / "model.onnx", threads=1)
        except Exception as error:  # onnxruntime and tokenizers raise bare exceptions
            raise ArtefactError(
                f"no usable entity model in {directory} ({error}); build it with `python -m profiling build`"
            ) from error
        self._cache: ContentCache[Tagged] = ContentCache()

    @property
    def fingerprint(self) -> str:
        """Hash of the weights, the adapter and the way they were exported."""
        return self._fingerprint

    def tag(self, text: str) -> Tagged:
        """See Tagger. Words beyond 160 word pieces are not read."""
        return self._cache.through([text], lambda _: [self._run(text)])[0]

    def _run(self, text: str) -> Tagged:
        words = words_of(self._tokenizer, text)
        if not words.firsts:
            return Tagged((), self._tags, np.zeros((0, len(self._tags)), dtype=np.float32))
        ids = np.array([words.ids], dtype=np.int64)
        logits = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0][0]
        return Tagged(words.places, self._tags, log_softmax(logits[words.firsts]))
