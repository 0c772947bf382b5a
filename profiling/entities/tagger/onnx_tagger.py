"""The token classifier on the CPU: BERT in ONNX, int8."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from profiling.encoder.built_model import BuiltModel
from profiling.encoder.cache import ContentCache
from profiling.entities.tagger.tagger import Tagged, log_softmax, tags_of
from profiling.entities.tagger.words import load_tokenizer, words_of


class OnnxTagger:
    """Thread-safe; remembers its last 4,096 texts.

    Raises:
        ArtefactError: the folder has no complete model.
    """

    def __init__(self, directory: Path) -> None:
        self._model = BuiltModel.open(directory, load_tokenizer, kind="entity model", facts=["labels"])
        self._tags = tuple(tags_of(self._model.manifest["labels"]))
        self._cache: ContentCache[Tagged] = ContentCache()

    @property
    def fingerprint(self) -> str:
        """Hash of the weights, the adapter and the way they were exported."""
        return self._model.fingerprint

    def tag(self, text: str) -> Tagged:
        """See Tagger. Words beyond 160 word pieces are not read."""
        return self._cache.through([text], lambda _: [self._run(text)])[0]

    def _run(self, text: str) -> Tagged:
        words = words_of(self._model.tokenizer, text)
        if not words.firsts:
            return Tagged((), self._tags, np.zeros((0, len(self._tags)), dtype=np.float32))
        logits = self._model.run(input_ids=words.ids, attention_mask=[1] * len(words.ids))[0]
        return Tagged(words.places, self._tags, log_softmax(logits[words.firsts]))
