"""A small BERT in ONNX: vectors of a text and of its word pieces. Knows nothing of Rasa."""

from __future__ import annotations

import json
import os
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

CACHED_TEXTS = 512
CACHED_LENGTH = 64  # characters: "yes", "show me more", names of quick replies


class EncoderNotBuilt(Exception):
    """The encoder's folder is not complete."""


class Encoding(NamedTuple):
    """One encoded text."""

    sentence: Vectors
    """Mean of the word pieces' states, unit length, shape (dimension,)."""
    pieces: Vectors
    """States of the word pieces without the special ones, shape (pieces, dimension)."""
    offsets: NDArray[np.int64]
    """Start and end of each piece in the text, in characters, shape (pieces, 2)."""


class OnnxSentenceModel:
    """Encodes one text at a time, so that a text has one vector only.

    The activations of an int8 model are scaled over the whole batch: a text encoded among 31 others has a mean
    cosine of .99 to the same text alone, and on one thread a batch is no faster.
    """

    def __init__(self, directory: Path, *, threads: int, max_length: int) -> None:
        import onnxruntime
        from tokenizers import Tokenizer as PieceTokenizer

        manifest = read_manifest(directory)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(
            str(directory / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._output = self._session.get_outputs()[0].name
        self._inputs = {node.name for node in self._session.get_inputs()}
        self._tokenizer = PieceTokenizer.from_file(str(directory / "tokenizer.json"))
        self._tokenizer.no_padding()  # the file pads every text to 128 pieces
        self._tokenizer.enable_truncation(max_length)
        self.fingerprint = str(manifest["fingerprint"])
        self.dimension = int(manifest["dimension"])
        self._cache: OrderedDict[str, Encoding] = OrderedDict()
        self._lock = threading.Lock()

    def encode(self, text: str) -> Encoding:
        """Vectors of `text`; word pieces beyond the model's length are left out."""
        with self._lock:
            if text in self._cache:
                self._cache.move_to_end(text)
                return self._cache[text]
        encoding = self._run(text)
        if len(text) <= CACHED_LENGTH:
            with self._lock:
                self._cache[text] = encoding
                if len(self._cache) > CACHED_TEXTS:
                    self._cache.popitem(last=False)
        return encoding

    def vector(self, text: str) -> Vectors:
        """The vector of `text` alone, shape (dimension,)."""
        return self.encode(text).sentence

    def knows(self, word: str) -> bool:
        """Whether the word, in small letters, is one piece."""
        return self._tokenizer.token_to_id(word) is not None

    def _run(self, text: str) -> Encoding:
        pieces = self._tokenizer.encode(text)
        feed = {
            "input_ids": np.array([pieces.ids], dtype=np.int64),
            "attention_mask": np.array([pieces.attention_mask], dtype=np.int64),
            "token_type_ids": np.array([pieces.type_ids], dtype=np.int64),
        }
        hidden = self._session.run([self._output], {name: feed[name] for name in self._inputs})[0][0]
        mean = hidden.mean(axis=0)
        ordinary = np.array(pieces.special_tokens_mask) == 0
        return Encoding(
            sentence=(mean / max(float(np.linalg.norm(mean)), 1e-12)).astype(np.float32),
            pieces=hidden[ordinary].astype(np.float32),
            offsets=np.array(pieces.offsets, dtype=np.int64)[ordinary],
        )


def encoder_directory(configured: str | None) -> Path:
    """Where the encoder lies: RAPPORT_ENCODER_DIR, else `configured`, else RAPPORT_HOME/models/nlu_encoder."""
    home = Path(os.environ.get("RAPPORT_HOME", ".rapport"))
    return Path(os.environ.get("RAPPORT_ENCODER_DIR") or configured or home / "models" / "nlu_encoder")


def read_manifest(directory: Path) -> dict[str, Any]:
    """The encoder's manifest.

    Raises:
        EncoderNotBuilt: the folder is not complete.
    """
    needed = ("manifest.json", "model.onnx", "tokenizer.json")
    if missing := [name for name in needed if not (directory / name).is_file()]:
        raise EncoderNotBuilt(
            f"The sentence encoder is not built: {directory} has no {', '.join(missing)}. "
            f"Run `make up`, or point RAPPORT_ENCODER_DIR at a folder that `python -m profiling build` made."
        )
    manifest: dict[str, Any] = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
    return manifest
