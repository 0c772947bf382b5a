"""Which token classifier a machine gets."""

from __future__ import annotations

from profiling.entities.tagger.onnx_tagger import OnnxTagger
from profiling.entities.tagger.tagger import Tagger
from profiling.settings import Settings


def open_tagger(settings: Settings) -> Tagger:
    """int8 ONNX on the CPU: an utterance is too short to be worth a way to a GPU.

    Raises:
        ArtefactError: it was not built.
    """
    return OnnxTagger(settings.tagger_dir)
