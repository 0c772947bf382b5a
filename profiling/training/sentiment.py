"""Fine-tunes BERT for sentiment: adapters or the whole network, with Hugging Face's Trainer and peft."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import TrainerCallback

from profiling.encoder.batching import by_length
from profiling.encoder.onnx_export import quiet
from profiling.encoder.weights import locate_weights
from profiling.errors import InputError
from profiling.evaluate.classification import macro_f1
from profiling.sentiment.adapter import CALIBRATION, locate_base
from profiling.sentiment.calibration import Logits
from profiling.sentiment.network import HEADS, SentimentNetwork, from_encoder
from profiling.sentiment.tokens import encode, load_tokenizer
from profiling.training.calibration import fit_calibration
from profiling.training.examples import Example
from profiling.training.finetuning import (
    Schedule,
    check_precision,
    last_checkpoint,
    save_trained,
    trainer_of,
    with_adapters,
)
from profiling.training.ranks import cut_down, rank_of

_UNMARKED = 16
_AVERAGED = 3
_CALIBRATION_TOKENS = 2_048


@dataclass(frozen=True)
class Recipe(Schedule):
    """How to train. `start` is the folder of a LoRA adapter to go on from, cut down to `rank` if its own is higher; ""
    begins anew. So many layers, the lowest, stay `frozen`.
    """

    start: str = ""
    frozen: int = 0


def _rows(examples: Sequence[Example], tokenizer: Tokenizer, *, unmarked: int = 0) -> list[dict[str, Any]]:
    """Every `unmarked`-th aspect is learnt as a second text, as the network meets those that a text does not name."""
    return [
        _row(example, tokenizer, marked=not unmarked or position % unmarked != 0)
        for position, example in enumerate(examples)
    ]


def _row(example: Example, tokenizer: Tokenizer, *, marked: bool) -> dict[str, Any]:
    encoding = encode(tokenizer, example.text, example.aspect, marked=marked)
    return {
        "input_ids": encoding.ids,
        "attention_mask": encoding.attention_mask,
        "token_type_ids": encoding.type_ids,
        "labels": [
            -1 if example.label is None else example.label,
            -1 if example.recommends is None else int(example.recommends),
        ],
    }


def _collate(rows: Sequence[dict[str, Any]]) -> dict[str, torch.Tensor]:
    width = max(len(row["input_ids"]) for row in rows)
    batch = {
        name: torch.tensor([row[name] + [0] * (width - len(row[name])) for row in rows])
        for name in ("input_ids", "attention_mask", "token_type_ids")
    }
    return batch | {"labels": torch.tensor([row["labels"] for row in rows])}


class _KeepLast(TrainerCallback):
    """Keeps the weights that the last evaluations saw, for their mean (Izmailov et al. 2018)."""

    def __init__(self) -> None:
        self.weights: deque[dict[str, torch.Tensor]] = deque(maxlen=_AVERAGED)

    def on_evaluate(self, args: Any, state: Any, control: Any, **parts: Any) -> None:
        """See TrainerCallback."""
        self.weights.append(_trained(parts["model"]))


def train(recipe: Recipe, training: Sequence[Example], validation: Sequence[Example], out: Path) -> dict[str, float]:
    """Trains, or goes on from the last checkpoint in `out`; the best network's adapter ends up in `out`/adapter: that
    of the best step, or the mean of the last three that were evaluated.

    Returns:
        The figures on the validation examples.

    Raises:
        InputError: fp16 without a GPU, nothing to learn from, or AdaLoRA that should go on.
    """
    _check(recipe, training, validation)
    checkpoint = last_checkpoint(recipe, out)
    weights = locate_weights(recipe.base)
    with quiet():
        network = from_encoder(weights)
    _weigh_classes(network, training)
    tokenizer = load_tokenizer(weights / "tokenizer.json")
    model = _with_adapters(network, recipe, recipe.steps(len(training)))
    _freeze(network, recipe.frozen)
    trainer = trainer_of(
        model,
        recipe,
        out,
        training=_rows(training, tokenizer, unmarked=_UNMARKED),
        validation=_rows(validation, tokenizer),
        collate=_collate,
        figures=_figures,
        best_by="mean_f1",
    )
    last = _KeepLast()
    if recipe.method != "adalora":  # its ranks move while it trains
        trainer.add_callback(last)
    trainer.train(resume_from_checkpoint=checkpoint)
    return _save(trainer, _best(trainer, last.weights), recipe, validation, out / "adapter")


def _check(recipe: Recipe, training: Sequence[Example], validation: Sequence[Example]) -> None:
    check_precision(recipe)
    if not training or not validation:
        raise InputError("too few examples: some are needed to learn from and some to stop by")
    if recipe.start and recipe.method != "lora":
        raise InputError(f"only --method lora goes on from an adapter, not {recipe.method}")


def _weigh_classes(network: SentimentNetwork, training: Sequence[Example]) -> None:
    """Rare classes count more, by the square root of how much rarer they are."""
    counts = np.bincount([e.label for e in training if e.label is not None], minlength=3).clip(min=1)
    weights = np.sqrt(counts.sum() / (len(counts) * counts))
    network.label_weights = torch.tensor(weights / weights.mean(), dtype=torch.float32)
    would = np.bincount([int(e.recommends) for e in training if e.recommends is not None], minlength=2).clip(min=1)
    network.recommends_weight = torch.tensor([np.sqrt(would[0] / would[1])], dtype=torch.float32)


def _with_adapters(network: SentimentNetwork, recipe: Recipe, steps: int) -> nn.Module:
    if recipe.start:
        return _with_started(network, recipe, steps)
    model: nn.Module = with_adapters(network, recipe, steps, heads=HEADS)
    return model


def _with_started(network: SentimentNetwork, recipe: Recipe, steps: int) -> nn.Module:
    from peft import PeftModel, set_peft_model_state_dict
    from safetensors.torch import load_file

    locate_base(Path(recipe.start), recipe.base)
    weights = load_file(Path(recipe.start) / "adapter_model.safetensors")
    if recipe.rank >= rank_of(weights):
        return PeftModel.from_pretrained(network, recipe.start, is_trainable=True)
    model: nn.Module = with_adapters(network, recipe, steps, heads=HEADS)
    set_peft_model_state_dict(model, cut_down(weights, recipe.rank))
    return model


def _freeze(network: SentimentNetwork, layers: int) -> None:
    """What lies below them stays too; without dropout, of which only what learns has a use."""
    for part in [network.bert.embeddings, *network.bert.encoder.layer[:layers]] if layers else []:
        part.requires_grad_(False)
        for module in part.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0


def _figures(prediction: Any) -> dict[str, float]:
    """Macro-F1 of the three labels, of recommends, and their mean, which says which network is the best."""
    logits, labels = prediction.predictions, prediction.label_ids
    label, would = labels[:, 0] >= 0, labels[:, 1] >= 0
    label_f1 = macro_f1(labels[label, 0], logits[label, :3].argmax(axis=1), classes=3)
    would_f1 = macro_f1(labels[would, 1], (logits[would, 3] > 0).astype(int), classes=2) if would.any() else label_f1
    return {"label_f1": label_f1, "recommends_f1": would_f1, "mean_f1": (label_f1 + would_f1) / 2}


def _best(trainer: Any, last: Sequence[Mapping[str, torch.Tensor]]) -> Any:
    """Leaves the model as it was at the best step, or with the mean of its last weights if that does better; returns
    its predictions on the validation examples.
    """
    best = trainer.predict(trainer.eval_dataset)
    if len(last) < _AVERAGED:
        return best
    of_best = _trained(trainer.model)
    _put(trainer.model, {name: torch.stack([weights[name] for weights in last]).mean(dim=0) for name in of_best})
    averaged = trainer.predict(trainer.eval_dataset)
    if _figures(averaged)["mean_f1"] > _figures(best)["mean_f1"]:
        return averaged
    _put(trainer.model, of_best)
    return best


def _trained(model: nn.Module) -> dict[str, torch.Tensor]:
    return {name: value.detach().clone() for name, value in model.named_parameters() if value.requires_grad}


def _put(model: nn.Module, weights: Mapping[str, torch.Tensor]) -> None:
    with torch.no_grad():
        for name, value in model.named_parameters():
            if name in weights:
                value.copy_(weights[name])


def _logits(trainer: Any, recipe: Recipe) -> Logits:
    """On the validation examples in their order, which the predictions of several processes do not keep."""
    rows, model = trainer.eval_dataset, trainer.model.eval()
    device = next(model.parameters()).device
    logits = np.zeros((len(rows), 4), dtype=np.float32)
    with torch.inference_mode(), torch.autocast(device.type, torch.bfloat16, enabled=recipe.precision == "bf16"):
        for batch in by_length([len(row["input_ids"]) for row in rows], tokens=_CALIBRATION_TOKENS):
            inputs = {name: tensor.to(device) for name, tensor in _collate([rows[at] for at in batch]).items()}
            del inputs["labels"]
            logits[batch] = model(**inputs).logits.float().cpu().numpy()
    return logits


def _save(trainer: Any, prediction: Any, recipe: Recipe, validation: Sequence[Example], out: Path) -> dict[str, float]:
    """Writes what was trained and its calibration; returns its figures on the validation examples."""
    figures = {name: round(value, 4) for name, value in _figures(prediction).items()}
    if trainer.is_world_process_zero():
        calibration = fit_calibration(_logits(trainer, recipe), validation)  # before saving makes the network half
        save_trained(trainer, recipe, figures, out)
        calibration.save(out / CALIBRATION)
    return figures
