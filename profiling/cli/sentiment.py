"""Commands for the sentiment model: train, evaluate, export, build."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from profiling.cli.finetuning import FILE, base_option, echo_trained, export_options, out_option, schedule_options
from profiling.cli.progress import counter, steps
from profiling.errors import InputError
from profiling.settings import Settings

if TYPE_CHECKING:
    from profiling.sentiment.build import Check
    from profiling.training.examples import Columns

_CHECK_SIZE = 400
_VARIABLE = "RAPPORT_SENTIMENT"
_data = click.option("--data", "paths", required=True, multiple=True, type=FILE, help="Labelled texts; repeatable.")
_text = click.option("--text", "text", multiple=True, help="Column with the text; repeatable: title, then text.")
_label = click.option("--label", default="", help="Column with the label: negative/neutral/positive, or a number.")
_split = click.option(
    "--split",
    default="all",
    type=click.Choice(["all", "train", "validation", "test"]),
    show_default=True,
    help="Only this part of the file, as training divides it: by a hash of the text.",
)


@click.command(name="sentiment")
@_data
@_text
@_label
@click.option("--thresholds", default="", help="What a number means: NEGATIVE_UP_TO,POSITIVE_FROM")
@click.option(
    "--aspects",
    "notes",
    multiple=True,
    type=FILE,
    help="CSV file: key of a text in --data, aspect, label; repeatable.",
)
@base_option
@schedule_options(learning_rate=1e-3)
@click.option("--start", default="", metavar="FOLDER|shipped", help="Go on from a LoRA adapter on your own texts.")
@click.option("--frozen", default=0, show_default=True, help="So many of the lowest layers stay as they are.")
@out_option("sentiment")
def train_sentiment(
    *,
    paths: Sequence[Path],
    text: tuple[str, ...],
    label: str,
    thresholds: str,
    notes: Sequence[Path],
    base: str,
    out: Path | None,
    start: str,
    **recipe: Any,
) -> None:
    """Fine-tune BERT for sentiment. Watch it with `tensorboard --logdir OUT/logs`."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from profiling.sentiment.adapter import base_of
    from profiling.training.assemble import assemble
    from profiling.training.sentiment import Recipe, train

    settings = Settings.from_environment()
    columns = _columns(text, label, (thresholds,)) if text or label else None
    training, validation = assemble(paths, columns, notes=notes)
    click.echo(f"{len(training)} examples to learn from, {len(validation)} to stop by", err=True)
    folder = out or settings.home / "training" / "sentiment"
    start = str(Settings.sentiment_adapter) if start == "shipped" else start
    base = base or base_of(Path(start) if start else Settings.sentiment_adapter)
    figures = train(Recipe(base, start=start, **recipe), training, validation, folder)
    echo_trained(figures, folder / "adapter", variable=_VARIABLE, task="sentiment")


@click.command(name="sentiment", context_settings={"ignore_unknown_options": True})
@click.option("--data", "path", required=True, type=FILE, help="CSV file, or one text, tab and 0 or 1 a line (.txt).")
@_text
@_label
@click.option(
    "--thresholds",
    default="",
    metavar="LOW[,HIGH]",
    help="What a number means: up to LOW negative, from HIGH on positive; one number: from there on positive.",
)
@click.argument("more_thresholds", nargs=-1)
@_split
@click.option("--out", type=FILE, help="Where the picture goes; RAPPORT_HOME/evaluate if not given.")
def evaluate_sentiment(
    *,
    path: Path,
    text: tuple[str, ...],
    label: str,
    thresholds: str,
    more_thresholds: tuple[str, ...],
    split: str,
    out: Path | None,
) -> None:
    """Accuracy, macro-F1 and calibration on whole texts, beside a lexicon and a linear model.

    A file with only positive and negative texts, or 0 and 1, is judged by "would recommend".
    """
    from profiling.evaluate.sentiment import SentimentEvaluator, part_of
    from profiling.training.examples import read_examples

    examples = read_examples(path, _columns(text, label, (thresholds, *more_thresholds)))
    evaluator = SentimentEvaluator([e for e in part_of(examples, split) if e.label is not None])
    baselines = evaluator.majority() | evaluator.lexicon()
    if split in {"validation", "test"}:
        baselines |= evaluator.linear(part_of(examples, "train"))
    _report(evaluator, baselines, path, out)


@click.command(name="aspects")
@click.option(
    "--data", "path", required=True, type=FILE, help="MAMS or SemEval XML, .seg, or CSV with an aspect column."
)
@_split
@click.option("--out", type=FILE, help="Where the picture goes; RAPPORT_HOME/evaluate if not given.")
def evaluate_aspects(path: Path, split: str, out: Path | None) -> None:
    """Accuracy and macro-F1 on aspects of a sentence, beside a lexicon that reads the whole sentence."""
    from profiling.evaluate.sentiment import SentimentEvaluator, part_of
    from profiling.training.examples import read_examples

    examples = [example for example in part_of(read_examples(path), split) if example.aspect]
    if not examples:
        raise InputError(f"{path}: no labelled aspect in it; a CSV file needs a column 'aspect'")
    evaluator = SentimentEvaluator(examples)
    _report(evaluator, evaluator.majority() | evaluator.lexicon(), path, out)


@click.command(name="sentiment")
@export_options(variable=_VARIABLE, texts="Labelled texts")
def export_sentiment(adapter: Path | None, path: Path | None, out: Path | None) -> None:
    """Merge the adapter, export int8 ONNX per channel; refused if macro-F1 drops by more than half a point."""
    settings = Settings.from_environment()
    click.echo(json.dumps(_build(adapter or settings.sentiment_adapter, path, out or settings.sentiment_dir)))


def build_sentiment_model(settings: Settings) -> str:
    """Builds the model that the settings name; says what was built."""
    manifest = _build(settings.sentiment_adapter, None, settings.sentiment_dir)
    return (
        f"sentiment model {manifest['fingerprint']}: macro-F1 {manifest['macro_f1']:.4f} on its check, "
        f"{manifest['float_macro_f1']:.4f} before quantisation"
    )


def _build(adapter: Path, data: Path | None, out: Path) -> dict[str, Any]:
    from profiling.sentiment.adapter import base_of
    from profiling.sentiment.build import build_sentiment

    with steps() as status:
        status("building the sentiment model (int8 ONNX)")
        return build_sentiment(base_of(adapter), out, adapter=adapter, check=_check(data))


def _check(data: Path | None) -> Check:
    """What the int8 model is compared by: hand-written texts, and those of our training file held back by its split."""
    from profiling.evaluate.sentiment import part_of
    from profiling.sentiment.build import Check
    from profiling.training.examples import read_examples

    package = Path(__file__).parents[1]
    if data is None:
        examples = read_examples(package / "sentiment" / "check.csv")
        examples += part_of(read_examples(package / "training" / "written.csv.gz"), "validation")[:_CHECK_SIZE]
    else:
        examples = read_examples(data)
    known = [(e.text, e.aspect, e.label) for e in examples if e.label is not None]
    return Check([text for text, _, _ in known], [aspect for _, aspect, _ in known], [label for _, _, label in known])


def _report(evaluator: Any, baselines: dict[str, float], path: Path, out: Path | None) -> None:
    from profiling.evaluate.sentiment import draw_confusion
    from profiling.sentiment.choose import open_sentiment

    settings = Settings.from_environment()
    model = open_sentiment(settings)
    with counter("reading", unit="texts", total=len(evaluator.examples)) as advance:
        figures = evaluator(model, on_batch=advance)
    picture = (out or settings.home / "evaluate") / f"confusion-{path.name.partition('.')[0]}.png"
    draw_confusion(figures["confusion"], evaluator.names, picture, title=f"{path.name}, n = {figures['n']}")
    width = max(map(len, evaluator.names)) + 2
    click.echo("true \\ predicted".ljust(18) + "".join(name.rjust(width) for name in evaluator.names))
    for name, counts in zip(evaluator.names, figures["confusion"], strict=True):
        click.echo(name.ljust(18) + "".join(str(count).rjust(width) for count in counts))
    click.echo(json.dumps(figures | baselines | {"model": model.fingerprint, "picture": str(picture)}))


def _columns(text: tuple[str, ...], label: str, thresholds: Sequence[str]) -> Columns:
    from profiling.training.examples import Columns

    numbers = " ".join(thresholds).replace(",", " ").split()
    try:
        limits = tuple(float(number) for number in numbers)
    except ValueError:
        raise click.BadParameter(
            f"{' '.join(numbers)!r}: expected one or two numbers", param_hint="--thresholds"
        ) from None
    if len(limits) > 2 or list(limits) != sorted(limits):
        raise click.BadParameter("expected one or two numbers, the lower first", param_hint="--thresholds")
    return Columns(text=text, label=label, thresholds=limits)
