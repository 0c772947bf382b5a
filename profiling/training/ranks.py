"""Makes an adapter smaller: each of its changes to a layer becomes the nearest one of a lower rank."""

from __future__ import annotations

from collections.abc import Mapping

import torch

_A, _B = ".lora_A.", ".lora_B."


def rank_of(weights: Mapping[str, torch.Tensor]) -> int:
    """The highest rank among the layers."""
    return max(value.shape[0] for name, value in weights.items() if _A in name)


def cut_down(weights: Mapping[str, torch.Tensor], rank: int) -> dict[str, torch.Tensor]:
    """The adapter's weights with products B A of at most this rank (Eckart and Young 1936); all else as it is."""
    smaller = dict(weights)
    for name in weights:
        if _A in name and len(weights[name]) > rank:
            other = name.replace(_A, _B)
            left, sizes, right = torch.linalg.svd(weights[other].double() @ weights[name].double(), full_matrices=False)
            roots = sizes[:rank].sqrt()
            smaller[other] = (left[:, :rank] * roots).to(weights[other].dtype).contiguous()
            smaller[name] = (roots[:, None] * right[:rank]).to(weights[name].dtype).contiguous()
    return smaller
