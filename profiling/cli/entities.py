"""Commands for the entity model: train, export, build."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from profiling.evaluate.entities import LabelledText

_VALIDATION_SHARE = 0.1
_COPIES = 2
_VARIABLE = "RAPPORT_ENTITIES"


@click.command(name="entities")
@click.option("--data", "paths", multiple=True, type=FILE, help="JSONL, a text with its spans a line; repeatable.")
@click.option("--part", default="", help="Only the rows of --data with this `part`.")
@click.option("--composed", default=2_000, show_default=True, help="How many of our composed utterances to add.")
@click.option("--varied", default=1_500, show_default=True, help="How many variations of the labelled ones to add.")
@click.option(
    "--written/--no-written", default=True, help="Whether to add those that we wrote by hand.", show_default=True
)
@base_option
@click.option("--layers", default=6, show_default=True, help="How many of its layers to keep, from below.")
@schedule_options(learning_rate=1.5e-3)
@out_option("entities")
def train_entities(
    *,
    paths: Sequence[Path],
    part: str,
    composed: int,
    varied: int,
    written: bool,
    base: str,
    out: Path | None,
    **recipe: Any,
) -> None:
    """Fine-tune BERT to tag entities: on your own labelled utterances, ours, or both. Any labels can be learnt.

    Watch it with `tensorboard --logdir OUT/logs`.
    """
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from profiling.entities.tagger.adapter import base_of
    from profiling.evaluate.entities import read_labelled_texts
    from profiling.training.compose import compose
    from profiling.training.entities import Recipe, train
    from profiling.training.marked import read_marked, read_written
    from profiling.training.varying import vary

    settings = Settings.from_environment()
    texts = [text for path in paths for text in read_labelled_texts(path, part=part)]
    texts += read_written() if written else []
    validation = [text for text in texts if is_held_out(text.text, _VALIDATION_SHARE)]
    labelled = [text for text in texts if not is_held_out(text.text, _VALIDATION_SHARE)]
    learnt = [*labelled * _COPIES, *vary(labelled, varied, seed=recipe["seed"])]
    learnt += [read_marked(line) for line in compose(composed, seed=recipe["seed"])]
    click.echo(f"{len(learnt)} utterances to learn from, {len(validation)} to stop by", err=True)
    folder = out or settings.home / "training" / "entities"
    made = Recipe(base or base_of(Settings.tagger_adapter), labels=_labels(learnt), **recipe)
    figures = train(made, learnt, validation, folder)
    echo_trained(figures, folder / "adapter", variable=_VARIABLE, task="entities")


@click.command(name="entities")
@export_options(variable=_VARIABLE, texts="Labelled utterances")
def export_entities(adapter: Path | None, path: Path | None, out: Path | None) -> None:
    """Merge the adapter, export int8 ONNX per channel; refused if span F1 drops by more than half a point."""
    settings = Settings.from_environment()
    click.echo(json.dumps(_build(adapter or settings.tagger_adapter, path, out or settings.tagger_dir)))


def build_entity_model(settings: Settings) -> str:
    """Builds the model that the settings name; says what was built."""
    manifest = _build(settings.tagger_adapter, None, settings.tagger_dir)
    return (
        f"entity model {manifest['fingerprint']}: span F1 {manifest['f1']:.4f} on its check, "
        f"{manifest['float_f1']:.4f} before quantisation"
    )


def _build(adapter: Path, data: Path | None, out: Path) -> dict[str, Any]:
    from profiling.entities.tagger.build import build_tagger
    from profiling.evaluate.entities import read_labelled_texts

    check = read_labelled_texts(data or Path(__file__).parents[1] / "entities" / "tagger" / "check.jsonl")
    with steps() as status:
        status("building the entity model (int8 ONNX)")
        return build_tagger(adapter, out, check=check)


def _labels(texts: Sequence[LabelledText]) -> tuple[str, ...]:
    """Ours in our order, then a shop's own."""
    from profiling.entities.labels import LABELS

    found = {span.label for text in texts for span in text.spans}
    return (*(label for label in LABELS if label in found), *sorted(found.difference(LABELS)))
