"""The commands. Figures go to standard output, one JSON object on the last line; complaints to standard error."""

from __future__ import annotations

import json
from pathlib import Path

import click

from bot.errors import BotError

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def evaluate() -> None:
    """Measure the dialogue's models; each command prints one JSON object last."""


@evaluate.command()
@click.option("--train", "training", required=True, type=FILE, help="Labelled utterances to learn from.")
@click.option("--test", required=True, type=FILE, help="Labelled utterances to be measured on.")
@click.option("--shots", type=click.IntRange(min=1), help="Learn from at most so many utterances of each intent.")
@click.option("--seed", default=0, show_default=True, help="Of the sample that --shots draws.")
@click.option("--config", default="config.yml", show_default=True, type=FILE, help="The pipeline.")
@click.option(
    "--outliers",
    default="data/nlu/out_of_scope.yml",
    show_default=True,
    type=FILE,
    help="Utterances out of scope, for training files that have none.",
)
@click.option("--no-baseline", is_flag=True, help="Leave out TF-IDF with logistic regression.")
def intents(
    *, training: Path, test: Path, shots: int | None, seed: int, config: Path, outliers: Path, no_baseline: bool
) -> None:
    """Train the pipeline's intent classifier on one file and measure it on another.

    CSV or TSV with the columns text and label (or sentence, utterance; intent, category), JSON as CLINC150 has it, or
    Rasa's YAML. The labels oos, NO_NODES_DETECTED and out_of_scope mean out of scope.
    """
    from bot.components.sentence_model import EncoderNotBuilt
    from bot.evaluate import intents as measure
    from bot.evaluate.labelled import read_labelled, sample

    try:
        pipeline = measure.Pipeline.read(config)
        rows = read_labelled(training, part="train")
        if shots:
            rows = sample(rows, shots=shots, seed=seed)
        learnt = measure.with_outliers(rows, read_labelled(outliers, part="train"))
        asked = read_labelled(test, part="test")
        figures = measure.evaluate(pipeline, learnt, asked)
        if not no_baseline:
            figures |= measure.beside(measure.evaluate_baseline(learnt, asked, pipeline.threshold))
    except (BotError, EncoderNotBuilt) as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(figures))
