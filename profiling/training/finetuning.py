"""What every fine-tuning here shares: adapters, Hugging Face's Trainer, checkpoints to go on from, what is left."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from transformers import EarlyStoppingCallback, Trainer, TrainerCallback, TrainingArguments

from profiling.encoder.adapter import RECIPE
from profiling.encoder.onnx_export import quiet
from profiling.encoder.weights import locate_weights, sha256_of
from profiling.errors import InputError

Method = Literal["lora", "adalora", "full"]
Precision = Literal["fp32", "bf16", "fp16"]
LINEAR_LAYERS = ("query", "key", "value", "dense")
"""What the adapters change: every linear layer of the encoder; the embeddings stay as they are."""


@dataclass(frozen=True)
class Schedule:
    """How long and how fast to train. `rank` is that of the adapters' matrices; LoRA scales them by 2."""

    base: str
    method: Method = "lora"
    precision: Precision = "fp32"
    epochs: float = 3.0
    batch: int = 32
    learning_rate: float = 1e-3
    rank: int = 16
    seed: int = 7
    evaluate_every: int = 200
    patience: int = 4

    def steps(self, examples: int) -> int:
        """How often the weights change in all, over all processes."""
        processes = int(os.environ.get("WORLD_SIZE", "1"))  # as torchrun and accelerate say it
        return int(np.ceil(examples / (self.batch * processes)) * self.epochs)


class _Rows(torch.utils.data.Dataset[dict[str, Any]]):
    """Encoded texts as the Trainer takes them."""

    def __init__(self, rows: Sequence[dict[str, Any]]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, position: int) -> dict[str, Any]:
        return self._rows[position]


class _AllocateRanks(TrainerCallback):
    """AdaLoRA moves ranks to where the gradients say they matter, after each step while they are still there."""

    def on_optimizer_step(self, args: Any, state: Any, control: Any, **parts: Any) -> None:
        """See TrainerCallback."""
        parts["model"].base_model.update_and_allocate(state.global_step)


def last_checkpoint(schedule: Schedule, out: Path) -> str | None:
    """Where an interrupted run has got to.

    Raises:
        InputError: it was AdaLoRA, which cannot go on.
    """
    found = sorted((out / "checkpoints").glob("checkpoint-*"), key=lambda path: int(path.name.split("-")[1]))
    if found and schedule.method == "adalora":
        raise InputError(
            f"AdaLoRA cannot go on from {found[-1]}: how much each rank matters is not kept there; "
            f"delete {out}, or use --method lora"
        )
    return str(found[-1]) if found else None


def check_precision(schedule: Schedule) -> None:
    """Raises InputError where this machine cannot compute so."""
    if schedule.precision == "fp16" and not torch.cuda.is_available():
        raise InputError("fp16 needs a GPU; on the CPU use fp32, or bf16 where the processor has it")


def with_adapters(network: Any, schedule: Schedule, steps: int, *, heads: Sequence[str]) -> Any:
    """The network with adapters on its encoder, and its heads to be trained as they are; or all of it, for "full"."""
    if schedule.method == "full":
        return network
    from peft import AdaLoraConfig, LoraConfig, get_peft_model

    shared: dict[str, Any] = {
        "target_modules": rf"bert\.encoder\..*\.({'|'.join(LINEAR_LAYERS)})",
        "modules_to_save": list(heads),
        "lora_alpha": 2 * schedule.rank,
        "lora_dropout": 0.0,  # the encoder has its own
    }
    if schedule.method == "adalora":
        half = AdaLoraConfig(
            init_r=schedule.rank + schedule.rank // 2,
            target_r=schedule.rank,
            tinit=steps // 10,
            tfinal=steps // 2,
            deltaT=10,
            total_step=steps,
            **shared,
        )
        return get_peft_model(network, half)
    return get_peft_model(network, LoraConfig(r=schedule.rank, **shared))


def trainer_of(
    model: Any,
    schedule: Schedule,
    out: Path,
    *,
    training: Sequence[dict[str, Any]],
    validation: Sequence[dict[str, Any]],
    collate: Callable[[Any], Any],
    figures: Callable[[Any], dict[str, float]],
    best_by: str,
) -> Trainer:
    """The Trainer, which stops early where the validation rows get no better.

    Args:
        model: with its adapters.
        schedule: how long and how fast to train.
        out: folder for checkpoints and logs.
        training: encoded texts to learn from.
        validation: encoded texts to stop by.
        collate: makes a batch of some of them.
        figures: of the predictions on the validation texts.
        best_by: the figure that says which step was the best.
    """
    return Trainer(
        model=model,
        args=_arguments(schedule, out, schedule.steps(len(training)), best_by=best_by),
        train_dataset=_Rows(training),
        eval_dataset=_Rows(validation),
        data_collator=collate,
        compute_metrics=figures,
        callbacks=[
            EarlyStoppingCallback(schedule.patience),
            *([_AllocateRanks()] if schedule.method == "adalora" else []),
        ],
    )


def _arguments(schedule: Schedule, out: Path, steps: int, *, best_by: str) -> TrainingArguments:
    os.environ["TENSORBOARD_LOGGING_DIR"] = str(out / "logs")
    return TrainingArguments(
        output_dir=str(out / "checkpoints"),
        num_train_epochs=schedule.epochs,
        per_device_train_batch_size=schedule.batch,
        per_device_eval_batch_size=2 * schedule.batch,
        learning_rate=schedule.learning_rate,
        lr_scheduler_type="linear",
        warmup_steps=steps // 20,
        weight_decay=0.01,
        bf16=schedule.precision == "bf16",
        fp16=schedule.precision == "fp16",
        use_cpu=not torch.cuda.is_available(),
        train_sampling_strategy="group_by_length",
        eval_strategy="steps",
        save_strategy="steps",
        eval_steps=schedule.evaluate_every,
        save_steps=schedule.evaluate_every,
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model=best_by,
        logging_steps=20,
        report_to=["tensorboard"],
        label_names=["labels"],
        remove_unused_columns=False,
        dataloader_pin_memory=torch.cuda.is_available(),
        seed=schedule.seed,
    )


def save_trained(trainer: Any, schedule: Schedule, figures: Mapping[str, float], out: Path) -> None:
    """Writes the adapter or the whole network in half precision, and how it was made; `out` is made anew."""
    shutil.rmtree(out, ignore_errors=True)
    model: Any = trainer.model
    if schedule.method != "full":
        model.peft_config["default"].base_model_name_or_path = schedule.base
    options = {} if schedule.method == "full" else {"save_embedding_layers": False}
    with quiet():
        model.half().save_pretrained(str(out), **options)
    (out / "README.md").unlink(missing_ok=True)  # peft's template of a model card says nothing
    made = asdict(schedule) | {"base_sha256": sha256_of(locate_weights(schedule.base)), "validation": figures}
    (out / RECIPE).write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
