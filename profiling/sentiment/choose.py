"""Which sentiment model a machine gets."""

from __future__ import annotations

from profiling.encoder.choose import has_gpu
from profiling.sentiment.model import SentimentModel
from profiling.sentiment.onnx_model import OnnxSentiment
from profiling.settings import Settings


def open_sentiment(settings: Settings) -> SentimentModel:
    """torch in half precision on a GPU, else int8 ONNX on the CPU; RAPPORT_DEVICE decides otherwise.

    Raises:
        ArtefactError: the model that is needed is not there.
    """
    if settings.device == "cuda" or (settings.device == "auto" and has_gpu()):
        from profiling.sentiment.adapter import base_of
        from profiling.sentiment.torch_model import TorchSentiment

        adapter = settings.sentiment_adapter
        return TorchSentiment(adapter, base=base_of(adapter), device="cuda")
    return OnnxSentiment(settings.sentiment_dir, threads=settings.threads)
