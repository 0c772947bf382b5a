"""The sentiment model in torch: half precision on a GPU, single precision on the CPU, batches of similar length."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch

from profiling.encoder.batching import MicroBatcher, by_length
from profiling.encoder.cache import ContentCache
from profiling.encoder.torch_encoder import BATCH_TOKENS, padded
from profiling.sentiment.adapter import fingerprint_of, load_merged, locate_base
from profiling.sentiment.calibration import Calibration, Logits
from profiling.sentiment.model import UNSURE, Sentiment
from profiling.sentiment.tokens import encode_pairs, has_words, load_tokenizer

Pair = tuple[str, str]


class TorchSentiment:
    """Thread-safe; concurrent requests are batched.

    Args:
        adapter: folder with adapter, heads and calibration.
        base: package or folder with the encoder that the adapter was trained on.
    """

    def __init__(self, adapter: Path, *, base: str, device: str) -> None:
        weights = locate_base(adapter, base)
        dtype = torch.float16 if device.startswith("cuda") else torch.float32
        self._network = cast(Any, load_merged(weights, adapter))
        self._network.to(device=device, dtype=dtype).eval()
        self._device = device
        self._tokenizer = load_tokenizer(weights / "tokenizer.json")
        self._calibration = Calibration.load(adapter / "calibration.json")
        self._fingerprint = f"{fingerprint_of(weights, adapter)}-{str(dtype).removeprefix('torch.')}"
        self._cache: ContentCache[Sentiment] = ContentCache()
        self._batcher: MicroBatcher[Pair, Sentiment] = MicroBatcher(self._judge)

    @property
    def fingerprint(self) -> str:
        """Hash of the weights and the adapter, and the precision."""
        return self._fingerprint

    def classify(self, texts: Sequence[str], aspects: Sequence[str] | None = None) -> list[Sentiment]:
        """See SentimentModel. Text without a letter or an emoji is neutral, with little probability."""
        pairs = list(zip(texts, aspects or [""] * len(texts), strict=True))
        keys = [f"{aspect}\x1f{text}" for text, aspect in pairs]
        return self._cache.through(keys, lambda missing: self._batcher([pairs[at] for at in missing]))

    def logits(self, texts: Sequence[str], aspects: Sequence[str]) -> Logits:
        """What the network says, before calibration; shape (n, 4)."""
        encodings = encode_pairs(self._tokenizer, texts, aspects)
        rows = np.zeros((len(texts), 4), dtype=np.float32)
        with torch.inference_mode():
            for batch in by_length([len(encoding.ids) for encoding in encodings], tokens=BATCH_TOKENS):
                inputs = [torch.from_numpy(array).to(self._device) for array in padded([encodings[at] for at in batch])]
                rows[batch] = self._network(*inputs).logits.float().cpu().numpy()
        return rows

    def _judge(self, pairs: Sequence[Pair]) -> list[Sentiment]:
        texts, aspects = [text for text, _ in pairs], [aspect for _, aspect in pairs]
        judged = self._calibration.judge(self.logits(texts, aspects), aspects)
        return [one if has_words(text) else UNSURE for one, text in zip(judged, texts, strict=True)]
