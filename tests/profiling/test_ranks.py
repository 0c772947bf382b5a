from __future__ import annotations

import pytest
import torch

from profiling.training.ranks import cut_down, rank_of

A, B, HEAD = "layer.lora_A.weight", "layer.lora_B.weight", "head.weight"


def adapter(*, true_rank: int) -> dict[str, torch.Tensor]:
    """Matrices of rank 16 whose product has a lower one."""
    random = torch.Generator().manual_seed(3)
    left, right = torch.randn(16, true_rank, generator=random), torch.randn(true_rank, 16, generator=random)
    weights = {A: torch.randn(16, 40, generator=random), B: torch.randn(50, 16, generator=random) @ left @ right}
    return weights | {HEAD: torch.ones(3, 40)}


def test_a_change_of_a_low_rank_is_kept() -> None:
    weights = adapter(true_rank=4)
    smaller = cut_down(weights, 4)
    assert (rank_of(weights), rank_of(smaller)) == (16, 4)
    assert smaller[B] @ smaller[A] == pytest.approx(weights[B] @ weights[A], abs=1e-3)
    assert smaller[HEAD] is weights[HEAD]


def test_of_a_change_of_a_higher_rank_the_largest_part_is_kept() -> None:
    weights = adapter(true_rank=8)
    whole, smaller = weights[B] @ weights[A], cut_down(weights, 4)
    left_out = torch.linalg.svdvals(whole)[4:].square().sum().sqrt()
    assert torch.dist(smaller[B] @ smaller[A], whole).item() == pytest.approx(left_out.item(), rel=1e-3)


def test_what_is_small_enough_stays() -> None:
    weights = adapter(true_rank=4)
    assert cut_down(weights, 16) == weights
