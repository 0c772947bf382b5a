"""The encoder on a GPU: the same BERT in torch, half precision, batches of similar length."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from profiling.encoder.batching import MicroBatcher, by_length
from profiling.encoder.build import fingerprint_of
from profiling.encoder.cache import ContentCache
from profiling.encoder.encoder import Vectors, readable
from profiling.encoder.onnx_encoder import MAX_TOKENS
from profiling.encoder.onnx_export import quiet
from profiling.encoder.weights import load_float, locate_weights

BATCH_TOKENS = 32_768
"""Tokens of a padded batch: large enough to keep an H100 busy with a network of this size, small beside its memory."""


class TorchEncoder:
    """Mean-pooled sentence embeddings, as OnnxEncoder gives them. Thread-safe; concurrent requests are batched.

    Args:
        source: a package or a folder with a sentence encoder.
        device: "cuda" computes in half precision, "cpu" in single precision.

    Raises:
        ArtefactError: no weights at the source.
    """

    def __init__(self, source: str, *, device: str) -> None:
        import torch
        from tokenizers import Tokenizer

        weights = locate_weights(source)
        self._torch: Any = torch
        self._device = device
        dtype = torch.float16 if device.startswith("cuda") else torch.float32
        with quiet():
            model = load_float(weights, attn_implementation="sdpa", dtype=dtype)
        self._model: Any = model.to(device).eval()
        self._tokenizer = Tokenizer.from_file(str(weights / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        self._dimension = int(model.config.hidden_size)
        self._fingerprint = f"{fingerprint_of(weights)}-{str(dtype).removeprefix('torch.')}"
        self._cache: ContentCache[Vectors] = ContentCache()
        self._batcher: MicroBatcher[str, Vectors] = MicroBatcher(self._run)

    @property
    def fingerprint(self) -> str:
        """Hash of the weights, and the precision."""
        return self._fingerprint

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See Encoder. Texts beyond 128 word pieces are cut."""
        vectors = self._cache.through(texts, lambda missing: self._batcher([texts[position] for position in missing]))
        return np.stack(vectors) if vectors else np.zeros((0, self._dimension), dtype=np.float32)

    def _run(self, texts: Sequence[str]) -> list[Vectors]:
        torch = self._torch
        encodings = self._tokenizer.encode_batch([readable(text) for text in texts])
        vectors: list[Vectors] = [np.empty(0, dtype=np.float32)] * len(texts)
        with torch.inference_mode():
            for batch in by_length([len(encoding.ids) for encoding in encodings], tokens=BATCH_TOKENS):
                arrays = padded([encodings[position] for position in batch])
                ids, mask, types = (torch.from_numpy(array).to(self._device) for array in arrays)
                hidden = self._model(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state.float()
                weights = mask.unsqueeze(-1)
                pooled = torch.nn.functional.normalize((hidden * weights).sum(1) / weights.sum(1), dim=1)
                for position, vector in zip(batch, pooled.cpu().numpy(), strict=True):
                    vectors[position] = vector
        return vectors


def padded(encodings: Sequence[Any]) -> tuple[np.ndarray[Any, np.dtype[np.int64]], ...]:
    """Ids, mask and types of shape (batch, tokens), filled up with zeros to the longest."""
    width = max(len(encoding.ids) for encoding in encodings)
    arrays = tuple(np.zeros((len(encodings), width), dtype=np.int64) for _ in range(3))
    for row, encoding in enumerate(encodings):
        for array, values in zip(arrays, (encoding.ids, encoding.attention_mask, encoding.type_ids), strict=True):
            array[row, : len(values)] = values
    return arrays
