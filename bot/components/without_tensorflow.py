"""Keeps TensorFlow out of a Rasa server whose model has no use for it."""

from __future__ import annotations

import json
import sys
import tarfile
from pathlib import Path
from types import ModuleType
from typing import Any

CLASSES = {
    "rasa.utils.tensorflow.callback": ("RasaTrainingLogger", "RasaModelCheckpoint"),
    "rasa.utils.tensorflow.data_generator": ("RasaDataGenerator", "RasaBatchDataGenerator"),
}
"""The only modules through which Rasa's server imports TensorFlow; their classes serve neural training alone."""
FREE_OF_TENSORFLOW = (
    "bot.components.",
    "rasa.core.policies.ensemble.",
    "rasa.core.policies.memoization.",
    "rasa.core.policies.rule_policy.",
    "rasa.graph_components.",
    "rasa.nlu.classifiers.fallback_classifier.",
    "rasa.nlu.classifiers.keyword_intent_classifier.",
    "rasa.nlu.classifiers.logistic_regression_classifier.",
    "rasa.nlu.classifiers.regex_message_handler.",
    "rasa.nlu.extractors.",
    "rasa.nlu.featurizers.sparse_featurizer.",
    "rasa.nlu.tokenizers.",
)


def model_needs_tensorflow(model: Path) -> bool:
    """Whether the trained model in this archive has a component that we do not know to be free of it."""
    with tarfile.open(model) as archive:
        content = archive.extractfile("metadata.json")
        metadata: dict[str, Any] = json.load(content) if content else {}
    nodes = metadata.get("predict_schema", {}).get("nodes", {})
    return not nodes or any(not node["uses"].startswith(FREE_OF_TENSORFLOW) for node in nodes.values())


def keep_out() -> None:
    """Puts placeholders in the place of two modules; to be called before Rasa is imported.

    Rasa imports TensorFlow on any start, for base classes that only training uses.
    """
    for module_name, class_names in CLASSES.items():
        module = ModuleType(module_name)
        for class_name in class_names:
            setattr(module, class_name, type(class_name, (), {"__init__": _refuse}))
        sys.modules[module_name] = module


def skip_training_graph() -> None:
    """Reads a model's graph for prediction only; the one for training names every validator, hence TensorFlow.

    Only fine-tuning, which a server never does, looks at it.
    """
    from rasa.engine.storage.storage import ModelMetadata

    original = ModelMetadata.from_dict.__func__

    def from_dict(cls: type[ModelMetadata], serialized: dict[str, Any]) -> ModelMetadata:
        return original(cls, {**serialized, "train_schema": {"nodes": {}}})

    ModelMetadata.from_dict = classmethod(from_dict)


def _refuse(self: Any, *args: Any, **kwargs: Any) -> None:
    raise RuntimeError("This server runs without TensorFlow; train with `python -m bot.components.train`.")
