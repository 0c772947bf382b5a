"""`python -m profiling evaluate faq`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from profiling.faq import Faq
from profiling.settings import Settings


@click.command(name="faq")
@click.option(
    "--questions", default="data/labelled/faq_questions.jsonl", show_default=True, type=click.Path(path_type=Path)
)
@click.option("--faq", "answers", default="data/shop/faq.yml", show_default=True, type=click.Path(path_type=Path))
@click.option("--part", default="test", show_default=True, type=click.Choice(["dev", "test"]))
def evaluate_faq(questions: Path, answers: Path, part: str) -> None:
    """Right answers and honest "I don't know"s on questions in shoppers' words, beside plain word overlap."""
    from profiling.encoder import OnnxEncoder, open_nlu_encoder
    from profiling.evaluate.faq import evaluate_faq as measure
    from profiling.evaluate.faq import read_questions

    settings = Settings.from_environment()
    asked = read_questions(questions, part=part)
    encoder = OnnxEncoder(settings.encoder_dir, threads=settings.threads)
    ours = Faq(answers, encoder=encoder, second=open_nlu_encoder(settings))
    words = Faq(answers, encoder=None)
    figures = measure(lambda question: _entry_id(ours, question), asked)
    baseline = measure(lambda question: _entry_id(words, question), asked)
    click.echo(
        json.dumps(figures | {f"word_overlap_{name}": baseline[name] for name in ("right_first", "says_unknown")})
    )


def _entry_id(faq: Faq, question: str) -> str | None:
    found = faq.answer(question)
    return found[0].entry_id if found else None
