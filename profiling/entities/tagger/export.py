"""Exports a network over word pieces as int8 ONNX: the entity model's, and the relation model's."""

from __future__ import annotations

import shutil
from pathlib import Path

import torch

from profiling.encoder.onnx_export import LINEAR, export_int8, quiet
from profiling.entities.tagger.network import LogitsOnly, TagNetwork
from profiling.entities.tagger.words import MAX_PIECES

FILES = ("model.onnx", "tokenizer.json")


def export_network(network: TagNetwork, weights: Path, directory: Path) -> None:
    """Writes FILES to a directory.

    Args:
        weights: the folder of the encoder that the network was trained on, with its tokenizer.
    """
    network.set_attn_implementation("eager")
    ids = torch.tensor([[101, 102, 103, 104], [101, 105, 106, 0]])
    example = {"input_ids": ids, "attention_mask": torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]])}
    with quiet():
        export_int8(LogitsOnly(network), example, directory / "model.onnx", max_tokens=MAX_PIECES, operations=LINEAR)
    shutil.copyfile(weights / "tokenizer.json", directory / "tokenizer.json")
