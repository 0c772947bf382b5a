"""Merges the adapter into the encoder, exports it as int8 ONNX, and refuses a bad result."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from profiling.encoder.batching import by_length
from profiling.encoder.model_folder import read_manifest, replacing, write_manifest
from profiling.encoder.onnx_export import LINEAR, export_int8, quiet
from profiling.encoder.torch_encoder import padded
from profiling.errors import ArtefactError
from profiling.evaluate.classification import macro_f1
from profiling.sentiment.adapter import CALIBRATION, fingerprint_of, load_merged, locate_base
from profiling.sentiment.calibration import Logits
from profiling.sentiment.onnx_model import OnnxSentiment
from profiling.sentiment.tokens import MAX_PIECES, encode_pairs, load_tokenizer

MAX_DROP = 0.005
_FILES = ("model.onnx", "tokenizer.json", CALIBRATION)
_BATCH_TOKENS = 2_048
INPUTS = ("input_ids", "attention_mask", "token_type_ids")


@dataclass(frozen=True)
class Check:
    """Texts with the position of their label in LABELS, by which the float and the int8 network are compared."""

    texts: Sequence[str]
    aspects: Sequence[str]
    labels: Sequence[int]


def build_sentiment(source: str, directory: Path, *, adapter: Path, check: Check) -> dict[str, Any]:
    """Makes `directory` anew, or leaves it alone if it is up to date.

    Returns:
        The manifest: fingerprint, and macro-F1 on the check of the float and of the int8 network.

    Raises:
        ArtefactError: the adapter is incomplete or belongs to another encoder, or int8 loses more than half a point.
    """
    weights = locate_base(adapter, source)
    fingerprint = fingerprint_of(weights, adapter)
    manifest = read_manifest(directory, _FILES)
    if manifest.get("fingerprint") == fingerprint:
        return manifest
    with replacing(directory) as work:
        manifest = {"fingerprint": fingerprint, "source": source}
        float_logits = _export(weights, adapter, work, check)
        write_manifest(work, manifest)
        logits = OnnxSentiment(work).logits(check.texts, check.aspects)
        manifest |= _compare(float_logits, logits, check)
        write_manifest(work, manifest)
    return manifest


def _export(weights: Path, adapter: Path, work: Path, check: Check) -> Logits:
    """Writes the folder's files but the manifest; returns the float network's logits on the check."""
    import torch

    from profiling.sentiment.network import LogitsOnly

    network = load_merged(weights, adapter)
    network.set_attn_implementation("eager")
    tokenizer = load_tokenizer(weights / "tokenizer.json")
    encodings = encode_pairs(tokenizer, check.texts, check.aspects)
    logits = np.zeros((len(encodings), 4), dtype=np.float32)
    with torch.inference_mode():
        for batch in by_length([len(encoding.ids) for encoding in encodings], tokens=_BATCH_TOKENS):
            inputs = [torch.from_numpy(array) for array in padded([encodings[position] for position in batch])]
            logits[batch] = network(*inputs).logits.numpy()
    example = dict(zip(INPUTS, inputs, strict=True))
    with quiet():
        export_int8(LogitsOnly(network), example, work / "model.onnx", max_tokens=MAX_PIECES, operations=LINEAR)
    for file in (weights / "tokenizer.json", adapter / CALIBRATION):
        shutil.copyfile(file, work / file.name)
    return logits


def _compare(float_logits: Logits, logits: Logits, check: Check) -> dict[str, float]:
    before, after = (macro_f1(check.labels, rows[:, :3].argmax(axis=1), classes=3) for rows in (float_logits, logits))
    if before - after > MAX_DROP:
        raise ArtefactError(
            f"the int8 sentiment model is worse than the float one: macro-F1 {after:.4f} after {before:.4f}"
        )
    return {"float_macro_f1": round(before, 4), "macro_f1": round(after, 4)}
