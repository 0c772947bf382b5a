"""What a fine-tuning leaves in a folder: an adapter or a whole network, and the recipe that names its encoder."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

import torch
from transformers import PreTrainedModel

from profiling.encoder.onnx_export import quiet
from profiling.encoder.weights import TOKENIZER, locate_weights, sha256_of
from profiling.errors import ArtefactError

RECIPE = "recipe.json"
_ADAPTER = ("adapter_model.safetensors", "adapter_config.json")
_WHOLE = ("model.safetensors", "config.json")
Network = TypeVar("Network", bound=PreTrainedModel)


def is_whole(folder: Path) -> bool:
    """Whether the whole network was trained, and not an adapter."""
    return (folder / _WHOLE[0]).is_file()


def files_of(folder: Path) -> list[Path]:
    """The trained weights and their configuration."""
    return [folder / name for name in (_WHOLE if is_whole(folder) else _ADAPTER)]


def check_complete(folder: Path, *, others: Sequence[str] = (), task: str) -> None:
    """Raises ArtefactError where one of the files is missing that `train TASK` makes."""
    files = [*files_of(folder), *(folder / name for name in others), folder / RECIPE]
    if missing := [file.name for file in files if not file.is_file()]:
        raise ArtefactError(f"{folder} has no {', '.join(missing)}; `python -m profiling train {task}` makes it")


def read_recipe(folder: Path, *, task: str) -> dict[str, Any]:
    """How it was trained: `base`, the package or folder with its encoder, `base_sha256` and what its task needs.

    Raises:
        ArtefactError: the folder does not say.
    """
    try:
        recipe: dict[str, Any] = json.loads((folder / RECIPE).read_text(encoding="utf-8"))
        return recipe | {"base": str(recipe["base"]), "base_sha256": str(recipe["base_sha256"])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ArtefactError(
            f"{folder} has no usable {RECIPE} ({error!r}); `python -m profiling train {task}` makes it"
        ) from error


def read_trained(folder: Path, *, task: str) -> tuple[dict[str, Any], Path]:
    """The recipe, and the folder with the weights of the encoder that it names.

    Raises:
        ArtefactError: something is missing, or the encoder is another than it was trained on.
    """
    check_complete(folder, task=task)
    recipe = read_recipe(folder, task=task)
    weights = locate_weights(recipe["base"])
    check_encoder(folder, recipe["base_sha256"], weights)
    return recipe, weights


def check_encoder(folder: Path, wanted: str, weights: Path) -> None:
    """Raises ArtefactError unless `wanted` is the hash of the encoder in `weights`."""
    if wanted != sha256_of(weights):
        raise ArtefactError(f"the adapter in {folder} was trained on another encoder than {weights}; train it anew")


def load_merged(kind: type[Network], folder: Path, untrained: Callable[[], Network]) -> Network:
    """The network in single precision with the adapter added to its weights; or the whole network, if all of it was
    trained.
    """
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from peft import PeftModel

    with quiet():
        if is_whole(folder):
            whole: Any = kind.from_pretrained(str(folder), dtype=torch.float32)
            return cast(Network, whole.eval())
        model: Any = PeftModel.from_pretrained(untrained(), str(folder))
        return cast(Network, model.merge_and_unload().to(torch.float32).eval())


def fingerprint_of(export: str, weights: Path, files: Sequence[Path]) -> str:
    """Hash of the encoder, of the trained files, and of `export`, the way they are exported."""
    digest = hashlib.sha256(export.encode())
    for file in (weights / TOKENIZER, *files):
        digest.update(file.read_bytes())
    digest.update(sha256_of(weights).encode())
    return digest.hexdigest()[:16]
