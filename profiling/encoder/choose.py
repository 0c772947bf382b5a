"""Which encoder a machine gets."""

from __future__ import annotations

from pathlib import Path

from profiling.encoder.encoder import Encoder
from profiling.encoder.onnx_encoder import OnnxEncoder
from profiling.errors import ArtefactError
from profiling.settings import Settings

_DRIVER = Path("/proc/driver/nvidia/version")


def has_gpu() -> bool:
    """Whether torch can use a GPU here. torch is not even loaded where there is no driver."""
    if not _DRIVER.exists():
        return False
    import torch

    return bool(torch.cuda.is_available())


def open_encoder(settings: Settings) -> Encoder:
    """torch in half precision on a GPU, else int8 ONNX on the CPU; RAPPORT_DEVICE decides otherwise.

    Raises:
        ArtefactError: the model that is needed is not there.
    """
    if settings.device == "cuda" or (settings.device == "auto" and has_gpu()):
        from profiling.encoder.torch_encoder import TorchEncoder

        return TorchEncoder(settings.encoder_source, device="cuda")
    return OnnxEncoder(settings.encoder_dir, threads=settings.threads)


def open_nlu_encoder(settings: Settings) -> Encoder | None:
    """The encoder that Rasa reads messages with, on the CPU; None where it is not built."""
    try:
        return OnnxEncoder(settings.nlu_encoder_dir, threads=settings.threads)
    except ArtefactError:
        return None
