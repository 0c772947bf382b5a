"""How both networks that judge word pieces, of entities and of relations, are fine-tuned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from profiling.entities.tagger.network import HEAD, TagNetwork
from profiling.entities.tagger.words import UNTAGGED
from profiling.training.finetuning import Schedule, last_checkpoint, save_trained, trainer_of, with_adapters


def fit(
    network: TagNetwork,
    schedule: Schedule,
    out: Path,
    *,
    training: Sequence[dict[str, Any]],
    validation: Sequence[dict[str, Any]],
    figures: Callable[[Any], dict[str, float]],
    best_by: str,
    evaluations: int,
) -> dict[str, float]:
    """Trains, or goes on from the last checkpoint in `out`; the best network's adapter ends up in `out`/adapter.

    Args:
        network: its head is still untrained.
        schedule: is written down beside the adapter.
        out: what the folder holds from an interrupted run is taken up.
        training: rows of `input_ids`, `attention_mask` and `labels`.
        validation: rows like them.
        figures: of the Trainer's predictions on the validation rows.
        best_by: the figure that says which step was the best.
        evaluations: how often a run looks at the validation rows, the last time after its last step.

    Returns:
        The figures on the validation rows.

    Raises:
        InputError: AdaLoRA should go on.
    """
    checkpoint = last_checkpoint(schedule, out)
    steps = schedule.steps(len(training))
    trainer: Any = trainer_of(
        with_adapters(network, schedule, steps, heads=(HEAD,)),
        replace(schedule, evaluate_every=-(-steps // evaluations)),
        out,
        training=training,
        validation=validation,
        collate=_collate,
        figures=figures,
        best_by=best_by,
    )
    trainer.train(resume_from_checkpoint=checkpoint)
    reached = {name: round(value, 4) for name, value in figures(trainer.predict(trainer.eval_dataset)).items()}
    if trainer.is_world_process_zero():
        save_trained(trainer, schedule, reached, out / "adapter")
    return reached


def _collate(rows: Sequence[dict[str, Any]]) -> dict[str, torch.Tensor]:
    """Rows of one width; what fills them up is not learnt."""
    width = max(len(row["input_ids"]) for row in rows)
    filling = {"input_ids": 0, "attention_mask": 0, "labels": UNTAGGED}
    return {
        name: torch.tensor([row[name] + [filler] * (width - len(row[name])) for row in rows])
        for name, filler in filling.items()
    }
