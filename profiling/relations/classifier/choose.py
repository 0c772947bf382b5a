"""Which relation classifier a machine gets."""

from __future__ import annotations

from profiling.relations.classifier.classifier import RelationClassifier
from profiling.relations.classifier.onnx_classifier import OnnxClassifier
from profiling.settings import Settings


def open_relations(settings: Settings) -> RelationClassifier:
    """int8 ONNX on the CPU: an utterance is too short to be worth a way to a GPU.

    Raises:
        ArtefactError: it was not built.
    """
    return OnnxClassifier(settings.relations_dir)
