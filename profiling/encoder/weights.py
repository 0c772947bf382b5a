"""Where an encoder's weights lie, and the float model made from them."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from pathlib import Path
from typing import Any

from profiling.errors import ArtefactError

WEIGHTS, READY, TOKENIZER, CONFIG = "model.safetensors", "model.onnx", "tokenizer.json", "config.json"


def locate_weights(source: str) -> Path:
    """The folder with `model.safetensors`, `config.json` and `tokenizer.json`, or with `model.onnx` and the last.

    Args:
        source: a folder; a package that carries the model in its folder `model/`; or package and folder in it, as in
            "package/models/small".

    Raises:
        ArtefactError: there is no such thing, or it is not complete.
    """
    folder = Path(source)
    if not folder.is_dir():
        package, _, inside = source.partition("/")
        spec = importlib.util.find_spec(package) if package.isidentifier() else None
        if spec is None or spec.origin is None:
            raise ArtefactError(f"no package and no folder {source!r} with a sentence encoder")
        folder = Path(spec.origin).parent / (inside or "model")
    if missing := [name for name in needed(folder) if not (folder / name).is_file()]:
        raise ArtefactError(f"{folder} has no {', '.join(missing)}")
    return folder


def needed(folder: Path) -> tuple[str, ...]:
    """The files that an encoder is made from."""
    ready = (folder / READY).is_file() and not (folder / WEIGHTS).is_file()
    return (READY, TOKENIZER) if ready else (WEIGHTS, CONFIG, TOKENIZER)


def sha256_of(weights: Path) -> str:
    """Of the file with the encoder's tensors."""
    return hashlib.sha256((weights / needed(weights)[0]).read_bytes()).hexdigest()


def load_float(weights: Path, **options: Any) -> Any:
    """The BERT of the folder in torch, without a pooling layer, ready for training or export.

    Args:
        options: for transformers, such as `attn_implementation` and `dtype`.

    Raises:
        ArtefactError: there is a ready ONNX model only, and it is no BERT that can be thawed.
    """
    import torch
    from transformers import BertModel

    from profiling.encoder.thawing import thaw

    if needed(weights)[0] == WEIGHTS:
        return BertModel.from_pretrained(str(weights), add_pooling_layer=False, **options)
    tensors = {name: torch.from_numpy(values) for name, values in thaw(weights / READY).items()}
    dtype = options.pop("dtype", torch.float32)
    model: Any = BertModel(load_config(weights, **options), add_pooling_layer=False)
    try:
        model.load_state_dict(tensors)
    except RuntimeError as error:
        raise ArtefactError(f"{weights}: the ONNX model is not the BERT that {CONFIG} describes ({error})") from error
    return model.to(dtype)


def load_config(weights: Path, **options: Any) -> Any:
    """What the folder's config.json says about the BERT.

    Raises:
        ArtefactError: there is no config.json, or it describes something else.
    """
    from transformers import BertConfig

    try:
        kind = json.loads((weights / CONFIG).read_text(encoding="utf-8"))["model_type"]
    except (OSError, ValueError, KeyError) as error:
        raise ArtefactError(f"{weights} has no usable {CONFIG} ({error}); the float model cannot be made") from error
    if kind != "bert":
        raise ArtefactError(f"{weights / CONFIG} describes {kind!r}, not a BERT")
    return BertConfig.from_pretrained(str(weights), **options)


def load_trainable_config(weights: Path) -> Any:
    """The same for a network that is to be trained over the encoder. Raises as `load_config` does."""
    config = load_config(weights)
    config.attn_implementation = "sdpa"
    config.attention_probs_dropout_prob = 0.0  # SDPA has no fast kernel with dropout on a CPU
    return config
