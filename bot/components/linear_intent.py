"""Rasa intent classifier: the model of intent_model.py on the vectors of a dense featurizer."""

from __future__ import annotations

import logging
from dataclasses import asdict, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components import intent_model
from bot.components.intent_model import IntentModel, IntentSettings

logger = logging.getLogger(__name__)
DEFAULTS: dict[str, Any] = {**asdict(IntentSettings()), "ranking_length": 5}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(IntentClassifier, GraphComponent):
    """Needs a dense featurizer before it, such as SentenceEncoder.

    The first intent's confidence is the chance that it is right; the other confidences are in proportion to it, so that
    they do not sum to one.

    Config:
        all of IntentSettings.
        ranking_length: number of intents in `intent_ranking`.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """A featurizer must come first."""
        return [Featurizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Beyond Rasa's own."""
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """As measured on folds of data/nlu and of public sets: bot/evaluate/README.md."""
        return dict(DEFAULTS)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Changes with the way the model is made, which lies outside this class."""
        return intent_model.RECIPE

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
        self._model = intent_model.train(
            [example.get(TEXT) for example in examples],
            _vectors(examples),
            [example.get(INTENT) for example in examples],
            IntentSettings(**{name: value for name, value in self._config.items() if name in names}),
        )
        with self._storage.write_to(self._resource) as directory:
            self._model.save(directory)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """See GraphComponent."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets intent and ranking; a message without features (empty, or an intent payload) gets no intent."""
        for message in messages:
            ranking: list[dict[str, Any]] = []
            if self._model is not None and message.get_dense_features(TEXT)[1] is not None:
                confidences = self._model.confidences([message.get(TEXT)], _vectors([message]))[0]
                best = np.argsort(-confidences)[: int(self._config["ranking_length"])]
                ranking = [
                    {"name": self._model.labels[place], "confidence": float(confidences[place])} for place in best
                ]
            intent = ranking[0] if ranking else {"name": None, "confidence": 0.0}
            message.set(INTENT, dict(intent), add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages


def _vectors(messages: list[Message]) -> NDArray[np.float32]:
    sentences = [message.get_dense_features(TEXT)[1] for message in messages]
    if any(sentence is None for sentence in sentences):
        raise InvalidConfigException(
            "LinearIntentClassifier needs a dense featurizer before it in config.yml, e.g. SentenceEncoder."
        )
    return np.concatenate([sentence.features for sentence in sentences]).astype(np.float32)
