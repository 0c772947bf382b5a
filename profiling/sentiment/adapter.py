"""The trained part: an adapter with its heads, and the encoder that it belongs to."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any, cast

import torch

from profiling.encoder.weights import locate_weights, sha256_of
from profiling.errors import ArtefactError
from profiling.sentiment.network import SentimentNetwork, from_encoder

RECIPE = "sentiment-int8-per-channel-3"
CALIBRATION = "calibration.json"
_ADAPTER = ("adapter_model.safetensors", "adapter_config.json")
_WHOLE = ("model.safetensors", "config.json")


def locate_base(adapter: Path, source: str) -> Path:
    """The folder with the encoder's weights, once it is certain that the adapter was trained on them.

    Raises:
        ArtefactError: something is missing, or the adapter belongs to another encoder.
    """
    if missing := [name for name in (*_parts(adapter), "recipe.json") if not (adapter / name).is_file()]:
        raise ArtefactError(f"{adapter} has no {', '.join(missing)}; `python -m profiling train sentiment` makes it")
    weights = locate_weights(source)
    wanted = json.loads((adapter / "recipe.json").read_text(encoding="utf-8"))["base_sha256"]
    if wanted != sha256_of(weights):
        raise ArtefactError(f"the adapter in {adapter} was trained on another encoder than {source}; train it anew")
    return weights


def base_of(adapter: Path) -> str:
    """The package or folder with the encoder that the adapter was trained on, whatever the search now uses.

    Raises:
        ArtefactError: the adapter does not say.
    """
    try:
        return str(json.loads((adapter / "recipe.json").read_text(encoding="utf-8"))["base"])
    except (OSError, ValueError, KeyError) as error:
        raise ArtefactError(
            f"{adapter} has no usable recipe.json; `python -m profiling train sentiment` makes it"
        ) from error


def load_merged(weights: Path, adapter: Path) -> SentimentNetwork:
    """The network in single precision with the adapter added to its weights; or the whole network, if all of it was
    trained.
    """
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from peft import PeftModel

    from profiling.encoder.onnx_export import quiet

    with quiet():
        if _parts(adapter)[0] in _WHOLE:
            whole: Any = SentimentNetwork.from_pretrained(str(adapter), dtype=torch.float32)
            return cast(SentimentNetwork, whole.eval())
        model: Any = PeftModel.from_pretrained(from_encoder(weights), str(adapter))
        merged = model.merge_and_unload().to(torch.float32).eval()
    return cast(SentimentNetwork, merged)


def fingerprint_of(weights: Path, adapter: Path) -> str:
    """Hash of encoder, adapter, calibration and the way they are exported."""
    digest = hashlib.sha256(RECIPE.encode())
    for file in (weights / "tokenizer.json", *(adapter / name for name in _parts(adapter))):
        digest.update(file.read_bytes())
    digest.update(sha256_of(weights).encode())
    return digest.hexdigest()[:16]


def _parts(adapter: Path) -> tuple[str, ...]:
    return (*(_WHOLE if (adapter / _WHOLE[0]).is_file() else _ADAPTER), CALIBRATION)
