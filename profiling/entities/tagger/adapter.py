"""The trained part of the token classifier: an adapter with its head, and the encoder that it belongs to."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch

from profiling.encoder.onnx_export import quiet
from profiling.encoder.weights import locate_weights, sha256_of
from profiling.entities.tagger.network import TagNetwork, from_encoder
from profiling.errors import ArtefactError

RECIPE = "tagger-int8-per-channel-1"
_ADAPTER = ("adapter_model.safetensors", "adapter_config.json")
_WHOLE = ("model.safetensors", "config.json")


@dataclass(frozen=True)
class Trained:
    """An adapter's folder, the encoder's, and what the network needs to be put together."""

    folder: Path
    weights: Path
    labels: tuple[str, ...]
    layers: int

    @property
    def fingerprint(self) -> str:
        """Hash of encoder, adapter and the way they are exported."""
        digest = hashlib.sha256(RECIPE.encode())
        for file in (self.weights / "tokenizer.json", self.folder / "recipe.json", *_files(self.folder)):
            digest.update(file.read_bytes())
        digest.update(sha256_of(self.weights).encode())
        return digest.hexdigest()[:16]


def read_trained(folder: Path) -> Trained:
    """What `python -m profiling train entities` has left in a folder.

    Raises:
        ArtefactError: something is missing, or its encoder is another than it was trained on.
    """
    files = (*_files(folder), folder / "recipe.json")
    if missing := [file.name for file in files if not file.is_file()]:
        raise ArtefactError(f"{folder} has no {', '.join(missing)}; `python -m profiling train entities` makes it")
    try:
        recipe = json.loads((folder / "recipe.json").read_text(encoding="utf-8"))
        weights = locate_weights(recipe["base"])
        trained = Trained(folder, weights, tuple(recipe["labels"]), int(recipe["layers"]))
        wanted = recipe["base_sha256"]
    except (ValueError, KeyError, TypeError) as error:
        raise ArtefactError(
            f"{folder} has no usable recipe.json ({error!r}); `python -m profiling train entities` makes it"
        ) from error
    if wanted != sha256_of(weights):
        raise ArtefactError(f"the adapter in {folder} was trained on another encoder than {weights}; train it anew")
    return trained


def base_of(folder: Path) -> str:
    """The package or folder with the encoder that an adapter was trained on.

    Raises:
        ArtefactError: the adapter does not say.
    """
    try:
        return str(json.loads((folder / "recipe.json").read_text(encoding="utf-8"))["base"])
    except (OSError, ValueError, KeyError) as error:
        raise ArtefactError(
            f"{folder} has no usable recipe.json; `python -m profiling train entities` makes it"
        ) from error


def load_merged(trained: Trained) -> TagNetwork:
    """The network in single precision with the adapter added to its weights."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from peft import PeftModel

    with quiet():
        if (trained.folder / _WHOLE[0]).is_file():
            whole: Any = TagNetwork.from_pretrained(str(trained.folder), dtype=torch.float32)
            return cast(TagNetwork, whole.eval())
        network = from_encoder(trained.weights, layers=trained.layers, tags=1 + 2 * len(trained.labels))
        model: Any = PeftModel.from_pretrained(network, str(trained.folder))
        merged = model.merge_and_unload().to(torch.float32).eval()
    return cast(TagNetwork, merged)


def _files(folder: Path) -> list[Path]:
    return [folder / name for name in (_WHOLE if (folder / _WHOLE[0]).is_file() else _ADAPTER)]
