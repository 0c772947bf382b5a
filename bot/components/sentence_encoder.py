"""Rasa featurizer: sentence and token vectors from a small BERT in ONNX."""

from __future__ import annotations

import json
import os
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import DENSE_FEATURIZABLE_ATTRIBUTES, TOKENS_NAMES
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

Vectors = NDArray[np.float32]

CACHED_TEXTS = 512
CACHED_LENGTH = 64  # characters: "yes", "show me more", names of quick replies


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


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(DenseFeaturizer, GraphComponent):
    """Gives each message one unit vector, and each of its tokens the mean of its word pieces.

    Config:
        model_dir: folder with model.onnx, tokenizer.json and manifest.json. The environment variable
            RAPPORT_ENCODER_DIR wins over it; without both it is `models/encoder` under RAPPORT_HOME.
        threads: of onnxruntime.
        max_length: in word pieces, the special ones included.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """A tokenizer must come first."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Beyond Rasa's own; their versions enter the fingerprint."""
        return ["onnxruntime", "tokenizers"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """One thread, because two on a busy machine were up to 50 times slower."""
        return {**DenseFeaturizer.get_default_config(), "model_dir": None, "threads": 1, "max_length": 128}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Another encoder means training again."""
        return str(read_manifest(encoder_directory(config.get("model_dir")))["fingerprint"])

    def __init__(self, config: dict[str, Any], name: str) -> None:
        super().__init__(name, config)
        directory = encoder_directory(config["model_dir"])
        self._model = OnnxSentenceModel(directory, threads=int(config["threads"]), max_length=int(config["max_length"]))

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoder:
        """See GraphComponent."""
        return cls(config, execution_context.node_name or cls.__name__)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """See GraphComponent."""
        if int(config["threads"]) < 1 or int(config["max_length"]) < 8:
            raise InvalidConfigException("SentenceEncoder needs threads >= 1 and max_length >= 8.")

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds features to whatever text the tokenizer has split; an intent payload ("/greet") needs none."""
        for message in messages:
            for attribute in DENSE_FEATURIZABLE_ATTRIBUTES:
                text, tokens = message.get(attribute) or "", message.get(TOKENS_NAMES[attribute])
                if tokens and text.strip() and not text.lstrip().startswith(INTENT_MESSAGE_PREFIX):
                    encoding = self._model.encode(text)
                    self.add_features_to_message(
                        sequence=token_vectors(encoding, tokens),
                        sentence=encoding.sentence[None, :],
                        attribute=attribute,
                        message=message,
                    )
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """See GraphComponent; one text after the other, about 1 ms each."""
        self.process(training_data.training_examples)
        return training_data


def encoder_directory(configured: str | None) -> Path:
    """Where the encoder lies: RAPPORT_ENCODER_DIR, else `configured`, else RAPPORT_HOME/models/encoder."""
    home = Path(os.environ.get("RAPPORT_HOME", ".rapport"))
    return Path(os.environ.get("RAPPORT_ENCODER_DIR") or configured or home / "models" / "encoder")


def read_manifest(directory: Path) -> dict[str, Any]:
    """The encoder's manifest.

    Raises:
        InvalidConfigException: the folder is not complete.
    """
    needed = ("manifest.json", "model.onnx", "tokenizer.json")
    if missing := [name for name in needed if not (directory / name).is_file()]:
        raise InvalidConfigException(
            f"The sentence encoder is not built: {directory} has no {', '.join(missing)}. "
            f"Run `make up`, or point RAPPORT_ENCODER_DIR at a folder that `python -m profiling build` made."
        )
    manifest: dict[str, Any] = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def token_vectors(encoding: Encoding, tokens: list[Token]) -> Vectors:
    """Mean of the word pieces that overlap each token, shape (tokens, dimension); zeros where there is none."""
    starts, ends = np.array([(token.start, token.end) for token in tokens], dtype=np.int64).T
    overlap = (encoding.offsets[None, :, 0] < ends[:, None]) & (encoding.offsets[None, :, 1] > starts[:, None])
    weights = overlap.astype(np.float32) / np.maximum(overlap.sum(axis=1, keepdims=True), 1)
    vectors: Vectors = (weights @ encoding.pieces).astype(np.float32)
    return vectors
