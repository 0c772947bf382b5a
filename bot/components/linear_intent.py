"""Rasa intent classifier: logistic regression on sentence vectors and hashed n-grams."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
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
from sklearn.feature_extraction.text import HashingVectorizer

from bot.components.softmax_regression import Block, SoftmaxRegression, fit

logger = logging.getLogger(__name__)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(IntentClassifier, GraphComponent):
    """Needs a dense featurizer before it, such as SentenceEncoder.

    Each n-gram block has rows of unit length times its weight, as long as the sentence vector: raw counts, as
    CountVectorsFeaturizer gives them, would drown it.

    Config:
        regularisation: inverse strength of the penalty, as scikit-learn's C.
        char_weight, word_weight: length of the n-gram rows against the sentence vector's 1.0; 0 leaves a block out.
        max_iterations, calibration_folds: see `softmax_regression.fit`.
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
        """Chosen by five-fold cross-validation on data/nlu."""
        return {
            "regularisation": 50.0,
            "char_weight": 1.0,
            "word_weight": 0.7,
            "max_iterations": 80,
            "calibration_folds": 3,
            "ranking_length": 5,
        }

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Changes with the way features are made, which lies outside this class."""
        return "char_wb-2-4-13 word-1-2-12 unit rows, balanced, temperature"

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: SoftmaxRegression | None = None,
    ) -> None:
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._model = model
        self._vectorizers = [
            (float(config["char_weight"]), _hashing("char_wb", (2, 4), 2**13)),
            (float(config["word_weight"]), _hashing("word", (1, 2), 2**12)),
        ]

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
                model, _ = SoftmaxRegression.load(directory)
        except (ValueError, FileNotFoundError):
            logger.warning("The intent classifier has not been trained.")
            return cls(config, model_storage, resource)
        return cls(config, model_storage, resource, model)

    def train(self, training_data: TrainingData) -> Resource:
        """See GraphComponent."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        if not examples:
            return self._resource
        self._model = fit(
            self._blocks(examples),
            [example.get(INTENT) for example in examples],
            regularisation=float(self._config["regularisation"]),
            max_iterations=int(self._config["max_iterations"]),
            folds=int(self._config["calibration_folds"]),
        )
        with self._storage.write_to(self._resource) as directory:
            self._model.save(directory, {"examples": len(examples)})
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
                chances = self._model.probabilities(self._blocks([message]))[0]
                best = np.argsort(-chances)[: int(self._config["ranking_length"])]
                ranking = [{"name": self._model.labels[place], "confidence": float(chances[place])} for place in best]
            intent = ranking[0] if ranking else {"name": None, "confidence": 0.0}
            message.set(INTENT, dict(intent), add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def _blocks(self, messages: list[Message]) -> list[Block]:
        sentences = [message.get_dense_features(TEXT)[1] for message in messages]
        if any(sentence is None for sentence in sentences):
            raise InvalidConfigException(
                "LinearIntentClassifier needs a dense featurizer before it in config.yml, e.g. SentenceEncoder."
            )
        texts = [message.get(TEXT) for message in messages]
        blocks: list[Block] = [np.concatenate([sentence.features for sentence in sentences]).astype(np.float32)]
        for weight, vectorizer in self._vectorizers:
            if weight:
                blocks.append(weight * vectorizer.transform(texts))
        return blocks


def _hashing(analyzer: str, ngram_range: tuple[int, int], size: int) -> HashingVectorizer:
    return HashingVectorizer(
        analyzer=analyzer,
        ngram_range=ngram_range,
        n_features=size,
        binary=True,
        alternate_sign=False,
        norm="l2",
        dtype=np.float32,
    )
