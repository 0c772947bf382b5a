"""The network: the lower layers of a BERT, with one linear head over each word piece."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn
from transformers import BertConfig, BertModel, PreTrainedModel
from transformers.modeling_outputs import TokenClassifierOutput

from profiling.encoder.weights import load_float, load_trainable_config
from profiling.entities.tagger.words import UNTAGGED

HEAD = "tag_head"


class TagNetwork(PreTrainedModel):  # type: ignore[no-untyped-call]
    """Logits of shape (batch, pieces, tags)."""

    config_class = BertConfig
    base_model_prefix = "bert"
    _supports_sdpa = True

    def __init__(self, config: BertConfig) -> None:
        super().__init__(config)
        self.bert = BertModel(config, add_pooling_layer=False)
        self.dropout = nn.Dropout(0.1)
        self.tag_head = nn.Linear(config.hidden_size, int(config.num_labels or 0))
        self.post_init()  # type: ignore[no-untyped-call]

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, labels: torch.Tensor | None = None
    ) -> TokenClassifierOutput:
        """`labels` has the position of each piece's tag, or UNTAGGED."""
        hidden = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        logits = self.tag_head(self.dropout(hidden))
        loss = None
        if labels is not None:
            loss = nn.functional.cross_entropy(logits.float().flatten(0, 1), labels.flatten(), ignore_index=UNTAGGED)
        return TokenClassifierOutput(loss=loss, logits=logits)


class LogitsOnly(nn.Module):
    """The network with a plain tensor as its answer, as the ONNX exporter wants it."""

    def __init__(self, network: TagNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Logits of shape (batch, pieces, tags)."""
        logits: torch.Tensor = self.network(input_ids, attention_mask).logits
        return logits


def from_encoder(weights: Path, *, layers: int, tags: int) -> TagNetwork:
    """The network over the first `layers` layers of an encoder's weights; its head is still untrained."""
    whole = load_float(weights)
    config = load_trainable_config(weights)
    config.num_hidden_layers = min(layers, config.num_hidden_layers)
    config.num_labels = tags
    network = TagNetwork(config)
    network.name_or_path = str(weights)
    kept = network.bert.state_dict().keys()
    network.bert.load_state_dict({name: value for name, value in whole.state_dict().items() if name in kept})
    return network
