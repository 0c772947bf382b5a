from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import nn
from transformers import BertConfig

from profiling.encoder.weights import locate_weights
from profiling.sentiment.adapter import base_of
from profiling.sentiment.network import SentimentNetwork, from_encoder
from profiling.settings import Settings
from profiling.training.sentiment import Recipe, _best, _freeze, _logits, _with_adapters


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


def test_the_lowest_layers_stay_as_they_are() -> None:
    network = SentimentNetwork(
        BertConfig(hidden_size=8, num_attention_heads=2, num_hidden_layers=3, intermediate_size=8, vocab_size=50)
    )
    _freeze(network, 2)
    encoder, embeddings = network.train().bert.encoder, network.bert.embeddings
    assert not any(weights.requires_grad for part in (embeddings, encoder.layer[:2]) for weights in part.parameters())
    assert all(weights.requires_grad for weights in encoder.layer[2].parameters())
    assert [part.output.dropout.p for part in encoder.layer] == [0.0, 0.0, 0.1]


@pytest.mark.filterwarnings("ignore")  # peft warns about the next version of transformers
def test_our_adapter_is_gone_on_from_with_a_lower_rank() -> None:
    folder = Settings.sentiment_adapter
    recipe = Recipe(base_of(folder), start=str(folder), rank=4)
    model = _with_adapters(from_encoder(locate_weights(recipe.base)), recipe, steps=1)
    learnt = {name: weights for name, weights in model.named_parameters() if weights.requires_grad}
    assert {weights.shape[0] for name, weights in learnt.items() if "lora_A" in name} == {4}
    assert all(weights.abs().sum() > 0 for weights in learnt.values())


class Summing(nn.Module):
    """Says the sum of a text's ids."""

    def __init__(self) -> None:
        super().__init__()
        self.one = nn.Parameter(torch.ones(4))

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor) -> Any:
        return SimpleNamespace(logits=input_ids.sum(dim=1, keepdim=True) * self.one)


def test_what_is_calibrated_is_in_the_order_of_the_examples() -> None:
    rows = [
        {"input_ids": [1] * n, "attention_mask": [1] * n, "token_type_ids": [0] * n, "labels": [-1, -1]}
        for n in (3, 150, 7, 1, 160, 20) * 10
    ]
    trainer = SimpleNamespace(eval_dataset=rows, model=Summing())
    assert _logits(trainer, Recipe("any"))[:, 0].tolist() == [len(row["input_ids"]) for row in rows]
