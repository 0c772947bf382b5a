"""Sentence encoder: texts in, unit vectors out."""

from profiling.encoder.choose import open_encoder, open_nlu_encoder
from profiling.encoder.encoder import Encoder
from profiling.encoder.onnx_encoder import OnnxEncoder

__all__ = ["Encoder", "OnnxEncoder", "open_encoder", "open_nlu_encoder"]
