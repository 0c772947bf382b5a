"""The default sentiment model: BERT in ONNX, int8, on the CPU."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from profiling.encoder.built_model import BuiltModel
from profiling.encoder.cache import ContentCache
from profiling.sentiment.calibration import Calibration, Logits
from profiling.sentiment.model import UNSURE, Sentiment
from profiling.sentiment.tokens import Pieces, encode_pairs, has_words, load_tokenizer


class OnnxSentiment:
    """Thread-safe; remembers its last 4,096 judgements. `threads` texts are read at the same time.

    Raises:
        ArtefactError: the folder has no complete model.
    """

    def __init__(self, directory: Path, *, threads: int = 1) -> None:
        self._model = BuiltModel.open(directory, load_tokenizer, kind="sentiment model")
        self._calibration = Calibration.load(directory / "calibration.json")
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="sentiment") if threads > 1 else None
        self._cache: ContentCache[Sentiment] = ContentCache()

    @property
    def fingerprint(self) -> str:
        """Hash of the weights, the adapter and the way they were exported."""
        return self._model.fingerprint

    def classify(self, texts: Sequence[str], aspects: Sequence[str] | None = None) -> list[Sentiment]:
        """See SentimentModel. Text without a letter or an emoji is neutral, with little probability."""
        of = aspects or [""] * len(texts)
        keys = [f"{aspect}\x1f{text}" for text, aspect in zip(texts, of, strict=True)]
        return self._cache.through(
            keys, lambda missing: self._judge([texts[at] for at in missing], [of[at] for at in missing])
        )

    def logits(self, texts: Sequence[str], aspects: Sequence[str]) -> Logits:
        """What the network says, before calibration; shape (n, 4)."""
        encodings = encode_pairs(self._model.tokenizer, texts, aspects)
        rows = list(self._pool.map(self._run, encodings) if self._pool else map(self._run, encodings))
        return np.concatenate(rows) if rows else np.zeros((0, 4), dtype=np.float32)

    def _judge(self, texts: Sequence[str], aspects: Sequence[str]) -> list[Sentiment]:
        judged = self._calibration.judge(self.logits(texts, aspects), aspects)
        return [one if has_words(text) else UNSURE for one, text in zip(judged, texts, strict=True)]

    def _run(self, encoding: Pieces) -> Logits:
        return self._model.run(
            input_ids=encoding.ids, attention_mask=encoding.attention_mask, token_type_ids=encoding.type_ids
        )
