"""Rasa featurizer: sentence and token vectors from a small BERT in ONNX."""

from __future__ import annotations

from typing import Any

import numpy as np
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

from bot.components.sentence_model import (
    EncoderNotBuilt,
    Encoding,
    OnnxSentenceModel,
    Vectors,
    encoder_directory,
    read_manifest,
)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(DenseFeaturizer, GraphComponent):
    """Gives each message one unit vector, and each of its tokens the mean of its word pieces.

    Config:
        model_dir: folder with model.onnx, tokenizer.json and manifest.json. The environment variable
            RAPPORT_ENCODER_DIR wins over it; without both it is `models/nlu_encoder` under RAPPORT_HOME.
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
        try:
            return str(read_manifest(encoder_directory(config.get("model_dir")))["fingerprint"])
        except EncoderNotBuilt as error:
            raise InvalidConfigException(str(error)) from error

    def __init__(self, config: dict[str, Any], name: str) -> None:
        super().__init__(name, config)
        directory = encoder_directory(config["model_dir"])
        threads, max_length = int(config["threads"]), int(config["max_length"])
        try:
            self._model = OnnxSentenceModel(directory, threads=threads, max_length=max_length)
        except EncoderNotBuilt as error:
            raise InvalidConfigException(str(error)) from error

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


def token_vectors(encoding: Encoding, tokens: list[Token]) -> Vectors:
    """Mean of the word pieces that overlap each token, shape (tokens, dimension); zeros where there is none."""
    starts, ends = np.array([(token.start, token.end) for token in tokens], dtype=np.int64).T
    overlap = (encoding.offsets[None, :, 0] < ends[:, None]) & (encoding.offsets[None, :, 1] > starts[:, None])
    weights = overlap.astype(np.float32) / np.maximum(overlap.sum(axis=1, keepdims=True), 1)
    vectors: Vectors = (weights @ encoding.pieces).astype(np.float32)
    return vectors
