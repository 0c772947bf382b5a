"""Builds the int8 ONNX encoder from packaged weights, and refuses a bad one."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from profiling.encoder.encoder import Vectors
from profiling.encoder.model_folder import read_manifest, replacing, write_manifest
from profiling.encoder.onnx_encoder import MAX_TOKENS, OnnxEncoder, mean_pool
from profiling.encoder.onnx_export import export_int8, quiet
from profiling.encoder.weights import READY, TOKENIZER, WEIGHTS, load_float, locate_weights, needed
from profiling.errors import ArtefactError

RECIPE = "onnx-int8-per-channel-1"
MIN_COSINE = 0.99
PROBES = (
    "I need a wireless mouse under 30, not from Logitech",
    "where is my order, it should have been here on monday",
    "love the colour, the fabric is itchy",
    "waterproof hiking boots size 42",
    "Do you ship to Norway?",
    "Kensington SlimBlade mouse RF Wireless Laser, black",
    "Merino jumper, fine knit, runs small, machine-washable at 30 degrees",
    "A quiet kettle with a swan neck spout for pour-over coffee, 0.9 litres",
    "forget everything you know about me",
    "size 9 us",
    "HP 301 ink cartridge black original",
    "ok",
)


def build_encoder(source: str, directory: Path) -> dict[str, Any]:
    """Exports, quantises and checks the encoder; a folder that is already up to date is left alone.

    Args:
        source: a package that carries a model in its folder `model/`, or a folder in sentence-transformers' layout,
            or one with a ready model.onnx and no weights, which is taken as it is.
        directory: is replaced as a whole, or not at all.

    Returns:
        The manifest: fingerprint, dimension, source; for what was exported here also the mean and lowest cosine against
        the float model.

    Raises:
        ArtefactError: no weights at the source, or the int8 model's mean cosine is below .99.
    """
    weights = locate_weights(source)
    fingerprint = fingerprint_of(weights)
    current = read_manifest(directory, (READY, TOKENIZER))
    if current.get("fingerprint") == fingerprint:
        return current
    with replacing(directory) as work:
        manifest: dict[str, Any] = {"fingerprint": fingerprint, "source": source}
        if (weights / WEIGHTS).is_file():
            manifest = _export_checked(weights, work, manifest)
        else:
            shutil.copyfile(weights / READY, work / READY)
            shutil.copyfile(weights / TOKENIZER, work / TOKENIZER)
            manifest["dimension"] = _dimension(work / READY)
        write_manifest(work, manifest)
    return manifest


def _export_checked(weights: Path, work: Path, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Exports into `work`; the manifest with what the comparison with the float model gave."""
    float_vectors = _export(weights, work)
    full = {**manifest, "dimension": int(float_vectors.shape[1])}
    write_manifest(work, full)
    cosines = (OnnxEncoder(work).encode(PROBES) * float_vectors).sum(axis=1)
    if cosines.mean() < MIN_COSINE:
        raise ArtefactError(f"int8 encoder is too far from {weights}: mean cosine {cosines.mean():.4f} < {MIN_COSINE}")
    return full | {"mean_cosine": float(cosines.mean()), "lowest_cosine": float(cosines.min())}


def _dimension(model: Path) -> int:
    """Length of the states that the model gives out first.

    Raises:
        ArtefactError: it gives out something else, such as ready sentence vectors.
    """
    import onnxruntime

    try:
        shape = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"]).get_outputs()[0].shape
    except Exception as error:  # onnxruntime raises bare exceptions
        raise ArtefactError(f"{model}: not an ONNX model ({error})") from error
    if len(shape) != 3 or not isinstance(shape[2], int):
        raise ArtefactError(f"{model}: its first output should be token states, but has the shape {shape}")
    return shape[2]


def _export(weights: Path, work: Path) -> Vectors:
    """Writes model.onnx and tokenizer.json into `work`; returns the float model's vectors of the probes."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import torch
    from tokenizers import Tokenizer

    with quiet():
        model = load_float(weights, attn_implementation="eager").eval()
        tokenizer = Tokenizer.from_file(str(weights / "tokenizer.json"))
        tokenizer.enable_truncation(MAX_TOKENS)
        tokenizer.enable_padding()
        encodings = tokenizer.encode_batch(list(PROBES))
        names = ("input_ids", "attention_mask", "token_type_ids")
        inputs = {
            name: torch.tensor([getattr(encoding, field) for encoding in encodings])
            for name, field in zip(names, ("ids", "attention_mask", "type_ids"), strict=True)
        }
        with torch.inference_mode():
            hidden = model(**inputs).last_hidden_state
        export_int8(model, inputs, work / "model.onnx", max_tokens=MAX_TOKENS)
    shutil.copyfile(weights / "tokenizer.json", work / "tokenizer.json")
    return mean_pool(hidden.numpy(), inputs["attention_mask"].numpy())


def fingerprint_of(weights: Path) -> str:
    """Hash of the weights and of the way they are exported."""
    digest = hashlib.sha256(RECIPE.encode())
    for name in needed(weights):
        digest.update((weights / name).read_bytes())
    return digest.hexdigest()[:16]
