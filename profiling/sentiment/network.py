"""The network: BERT with two small heads, one for the label, one for whether the writer would recommend."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn
from transformers import BertConfig, BertModel, PreTrainedModel
from transformers.modeling_outputs import SequenceClassifierOutput

from profiling.encoder.weights import load_float, load_trainable_config
from profiling.sentiment.model import LABELS

HEADS = ("label_head", "recommends_head")


class SentimentNetwork(PreTrainedModel):  # type: ignore[no-untyped-call]
    """Logits of shape (batch, 4): the three labels, then "would recommend".

    Pieces of type 1 are the aspect that is asked about. The heads see the mean over them, or over the whole text when
    there is no aspect.
    """

    config_class = BertConfig
    base_model_prefix = "bert"
    _supports_sdpa = True

    def __init__(self, config: BertConfig) -> None:
        super().__init__(config)
        self.bert = BertModel(config, add_pooling_layer=False)
        self.dropout = nn.Dropout(0.1)
        self.label_head = nn.Linear(config.hidden_size, len(LABELS))
        self.recommends_head = nn.Linear(config.hidden_size, 1)
        self.label_weights = torch.ones(len(LABELS))
        self.recommends_weight = torch.ones(1)
        self.post_init()  # type: ignore[no-untyped-call]

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        token_type_ids: torch.Tensor,
        labels: torch.Tensor | None = None,
    ) -> SequenceClassifierOutput:
        """`labels` has the columns label and recommends; -1 means unknown."""
        hidden = self.bert(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        logits = self.logits(hidden, attention_mask, token_type_ids)
        loss = None if labels is None else self._loss(logits, labels)
        return SequenceClassifierOutput(loss=loss, logits=logits)

    def logits(self, hidden: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor) -> torch.Tensor:
        """The heads on token states of shape (batch, tokens, dimension)."""
        has_aspect = token_type_ids.amax(dim=1, keepdim=True)
        mask = attention_mask * (token_type_ids * has_aspect + (1 - has_aspect))
        weights = mask.unsqueeze(-1).to(hidden.dtype)
        pooled = self.dropout((hidden * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1.0))
        return torch.cat([self.label_head(pooled), self.recommends_head(pooled)], dim=1)

    def _loss(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        logits = logits.float()
        label, recommends = labels[:, 0], labels[:, 1]
        label_weights, pos_weight = (x.to(logits.device) for x in (self.label_weights, self.recommends_weight))
        known = recommends >= 0
        loss = nn.functional.cross_entropy(logits[:, :3], label, weight=label_weights, ignore_index=-1, reduction="sum")
        loss = loss + nn.functional.binary_cross_entropy_with_logits(
            logits[known, 3],
            recommends[known].float(),
            pos_weight=pos_weight,
            reduction="sum",
        )
        return loss / len(labels)


class LogitsOnly(nn.Module):
    """The network with a plain tensor as its answer, as the ONNX exporter wants it."""

    def __init__(self, network: SentimentNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        """Logits of shape (batch, 4)."""
        logits: torch.Tensor = self.network(input_ids, attention_mask, token_type_ids).logits
        return logits


def from_encoder(weights: Path) -> SentimentNetwork:
    """The network over the packaged encoder's weights; its heads are still untrained."""
    config = load_trainable_config(weights)
    network = SentimentNetwork(config)
    network.name_or_path = str(weights)
    network.bert.load_state_dict(load_float(weights).state_dict())
    return network
