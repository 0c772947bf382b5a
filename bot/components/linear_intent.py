"""Rasa intent classifier: the model of intent_model.py, with the sentence encoder that it reads messages with."""

from __future__ import annotations

import logging
from dataclasses import asdict, fields
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.intent_model import RECIPE, IntentModel, IntentSettings
from bot.components.intent_reader import IntentReader, Reading, learn
from bot.components.sentence_model import EncoderNotBuilt, OnnxSentenceModel, encoder_directory, read_manifest
from bot.components.softmax_regression import Floats
from bot.components.wishes import Customs

logger = logging.getLogger(__name__)
SECOND_WISH = "second_wish"
"""Where a message keeps the wish that its intent leaves out (intent_reader.SecondWish); the action server reads it."""
DEFAULTS: dict[str, Any] = {
    **asdict(IntentSettings()),
    "openings": [],
    "errands": [],
    "model_dir": None,
    "threads": 1,
    "max_length": 128,
    "ranking_length": 5,
}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(IntentClassifier, GraphComponent):
    """Needs no featurizer before it.

    The first intent's confidence is the chance that it is right; the other confidences are in proportion to it, so that
    they do not sum to one.

    Config:
        all of IntentSettings.
        openings, errands: see Customs.
        model_dir: the sentence encoder's folder; the environment variable RAPPORT_ENCODER_DIR wins over it, and without
            both it is `models/nlu_encoder` under RAPPORT_HOME.
        threads: of onnxruntime; two on a busy machine were up to 50 times slower than one.
        max_length: in word pieces, the special ones included.
        ranking_length: number of intents in `intent_ranking`.
    """

    @staticmethod
    def required_packages() -> list[str]:
        """Beyond Rasa's own."""
        return ["sklearn", "onnxruntime", "tokenizers"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """As measured on folds of data/nlu and of public sets: bot/evaluate/README.md."""
        return dict(DEFAULTS)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Changes with the encoder and with the way the model is made, which lie outside this class."""
        try:
            return f"{RECIPE} {read_manifest(encoder_directory(config.get('model_dir')))['fingerprint']}"
        except EncoderNotBuilt as error:
            raise InvalidConfigException(str(error)) from error

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: IntentModel | None = None,
    ) -> None:
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._model = model
        self._customs = Customs(tuple(config["openings"]), tuple(config["errands"]))
        directory = encoder_directory(config["model_dir"])
        try:
            self._encoder = OnnxSentenceModel(
                directory, threads=int(config["threads"]), max_length=int(config["max_length"])
            )
        except EncoderNotBuilt as error:
            raise InvalidConfigException(str(error)) from error

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LinearIntentClassifier:
        """See GraphComponent."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LinearIntentClassifier:
        """See GraphComponent; without a trained model each message gets no intent."""
        try:
            with model_storage.read_from(resource) as directory:
                model = IntentModel.load(directory)
        except (ValueError, FileNotFoundError):
            logger.warning("The intent classifier has not been trained.")
            return cls(config, model_storage, resource)
        return cls(config, model_storage, resource, model)

    def train(self, training_data: TrainingData) -> Resource:
        """See GraphComponent."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        if not examples:
            return self._resource
        names = {field.name for field in fields(IntentSettings)}
        self._model = learn(
            [example.get(TEXT) for example in examples],
            [example.get(INTENT) for example in examples],
            IntentSettings(**{name: value for name, value in self._config.items() if name in names}),
            encoder=self._encoder,
            customs=self._customs,
        )
        with self._storage.write_to(self._resource) as directory:
            self._model.save(directory)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets intent and ranking; a message without words, or with an intent payload ("/greet"), gets no intent."""
        for message in messages:
            reading = self._read(message.get(TEXT) or "")
            if reading and reading.second:
                message.set(SECOND_WISH, asdict(reading.second), add_to_output=True)
            ranking = self._ranking(reading.confidences) if reading else []
            intent = ranking[0] if ranking else {"name": None, "confidence": 0.0}
            message.set(INTENT, dict(intent), add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def _read(self, text: str) -> Reading | None:
        if self._model is None or not text.strip() or text.lstrip().startswith(INTENT_MESSAGE_PREFIX):
            return None
        return IntentReader(self._model, self._encoder, self._customs).read(text)

    def _ranking(self, confidences: Floats) -> list[dict[str, Any]]:
        labels = self._model.labels if self._model else []
        best = np.argsort(-confidences)[: int(self._config["ranking_length"])]
        return [{"name": labels[place], "confidence": float(confidences[place])} for place in best]
