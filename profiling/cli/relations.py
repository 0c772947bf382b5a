"""Commands for the relation model: train, export, build."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from profiling.cli.finetuning import (
    FILE,
    base_option,
    echo_trained,
    export_options,
    is_held_out,
    out_option,
    schedule_options,
)
from profiling.cli.progress import steps
from profiling.settings import Settings

_VALIDATION_SHARE = 0.08
_VARIABLE = "RAPPORT_RELATIONS"


@click.command(name="relations")
@click.option("--data", "paths", multiple=True, type=FILE, help="Marked utterances, one a line; repeatable.")
@click.option("--written/--no-written", default=True, help="Whether to add those that we wrote.", show_default=True)
@base_option
@click.option("--layers", default=6, show_default=True, help="How many of its layers to keep, from below.")
@click.option("--composed", default=1_500, show_default=True, help="How many of our composed utterances to add.")
@click.option("--copies", default=3, show_default=True, help="How often an utterance is learnt, about other wares.")
@schedule_options(learning_rate=1e-3)
@out_option("relations")
def train_relations(
    *, paths: Sequence[Path], written: bool, composed: int, base: str, out: Path | None, **recipe: Any
) -> None:
    """Fine-tune BERT to tell what shoppers have to do with what they name: "i hate [wool](dislikes:material)".

    Watch it with `tensorboard --logdir OUT/logs`.
    """
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from profiling.relations.classifier.adapter import base_of
    from profiling.training.marked import marked_lines
    from profiling.training.relation_frames import compose_relations
    from profiling.training.relations import Recipe, read_line, read_utterances, train

    settings = Settings.from_environment()
    lines = [line for path in paths for line in marked_lines(path)]
    texts = [*map(read_line, lines), *(read_utterances() if written else [])]
    held = [is_held_out(text.labelled.text, _VALIDATION_SHARE) for text in texts]
    learnt = [text for text, is_held in zip(texts, held, strict=True) if not is_held]
    learnt += map(read_line, compose_relations(composed, seed=recipe["seed"]))
    validation = [text.labelled for text, is_held in zip(texts, held, strict=True) if is_held]
    click.echo(f"{len(learnt)} utterances to learn from, {len(validation)} to stop by", err=True)
    folder = out or settings.home / "training" / "relations"
    figures = train(Recipe(base or base_of(Settings.relations_adapter), **recipe), learnt, validation, folder)
    echo_trained(figures, folder / "adapter", variable=_VARIABLE, task="relations")


@click.command(name="relations")
@export_options(variable=_VARIABLE, texts="Marked utterances")
def export_relations(adapter: Path | None, path: Path | None, out: Path | None) -> None:
    """Merge the adapter, export int8 ONNX per channel; refused if it is right a point less often."""
    settings = Settings.from_environment()
    click.echo(json.dumps(_build(adapter or settings.relations_adapter, path, out or settings.relations_dir)))


def build_relation_model(settings: Settings) -> str:
    """Builds the model that the settings name; says what was built."""
    manifest = _build(settings.relations_adapter, None, settings.relations_dir)
    return (
        f"relation model {manifest['fingerprint']}: {manifest['right']:.4f} right on its check, "
        f"{manifest['float_right']:.4f} before quantisation"
    )


def _build(adapter: Path, data: Path | None, out: Path) -> dict[str, Any]:
    from profiling.relations.classifier.build import build_classifier
    from profiling.training.marked import marked_lines, read_marked

    file = data or Path(__file__).parents[1] / "relations" / "classifier" / "check.txt"
    check = [read_marked(line) for line in marked_lines(file)]
    with steps() as status:
        status("building the relation model (int8 ONNX)")
        return build_classifier(adapter, out, check=check)
