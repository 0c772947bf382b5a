from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import nn

from profiling.training.sentiment import _best


class Leaning(nn.Module):
    """Right about everything, but for what it leans to."""

    def __init__(self, lean: float) -> None:
        super().__init__()
        self.lean = nn.Parameter(torch.tensor([lean, 0.0, 0.0, 0.0]))
        self.frozen = nn.Parameter(torch.ones(1), requires_grad=False)


class Trainer:
    eval_dataset = None

    def __init__(self, lean: float) -> None:
        self.model = Leaning(lean)

    def predict(self, dataset: None) -> Any:
        rows = torch.eye(3, 4)
        rows[:, 3] = torch.tensor([-1.0, -1.0, 1.0])
        labels = torch.tensor([[0, 0], [1, 0], [2, 1]])
        return SimpleNamespace(predictions=(rows + self.model.lean.detach()).numpy(), label_ids=labels.numpy())


def weights(*leans: float) -> list[dict[str, torch.Tensor]]:
    return [{"lean": torch.tensor([lean, 0.0, 0.0, 0.0])} for lean in leans]


@pytest.mark.parametrize(
    ("best", "last", "kept"),
    [
        (5.0, (6.0, -6.0, 0.0), 0.0),  # the mean does better than any of them
        (0.5, (6.0, 6.0, 6.0), 0.5),
        (0.5, (0.0, 0.0), 0.5),  # too few to take a mean of
        (0.5, (0.1, 0.2, 0.3), 0.5),  # no better
    ],
)
def test_the_mean_of_the_last_weights_is_kept_if_it_does_better(
    best: float, last: tuple[float, ...], kept: float
) -> None:
    trainer = Trainer(best)
    prediction = _best(trainer, weights(*last))
    assert trainer.model.lean[0].item() == pytest.approx(kept)
    assert (prediction.predictions == trainer.predict(None).predictions).all()
