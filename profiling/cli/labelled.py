"""`evaluate entities`, `evaluate facts` and `evaluate attributes`: quality on labelled files."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
import numpy as np

from profiling.engine import Engine
from profiling.evaluate.attributes import AttributeEvaluator, read_titles
from profiling.evaluate.baselines import gazetteer_alone, key_words_alone
from profiling.evaluate.entities import SpanEvaluator, read_labelled_texts, span_of
from profiling.evaluate.facts import FactEvaluator, read_labelled_utterances
from profiling.relations import Candidate, extract_candidates, is_request
from profiling.relations.gate import Gate
from profiling.types import Turn

Answer = TypeVar("Answer")
_DATA = click.option("--data", required=True, type=click.Path(path_type=Path), help="JSONL, one example a line.")
_PART = click.option("--part", default="", help="Only the rows with this `part`, as in dev or test.")


@click.command(name="entities")
@_DATA
@_PART
def evaluate_entities(data: Path, part: str) -> None:
    """Precision, recall and F1 of entity spans in a labelled file (text, spans)."""
    evaluator = SpanEvaluator(read_labelled_texts(data, part=part))
    extractor = Engine.open().catalogue.view.extractor
    find, times_ms = _timed(lambda text: {span_of(mention) for mention in extractor.mentions(text)})
    figures = evaluator(find)
    baseline = {"gazetteer_alone": _short(evaluator(gazetteer_alone(extractor.gazetteer)))}
    click.echo(json.dumps({**figures, "p50_ms": _p50(times_ms), "baselines": baseline}))


@click.command(name="facts")
@_DATA
@_PART
@click.option("--stored", is_flag=True, help="Score what is in the store afterwards, not what is read.")
def evaluate_facts(data: Path, part: str, stored: bool) -> None:
    """Precision and recall of the facts learnt from the utterances of a labelled file, and how many are wrong."""
    engine = Engine.open()
    evaluator = FactEvaluator(read_labelled_utterances(data, part=part), engine.vocabulary)
    extractor = engine.catalogue.view.extractor
    gate = Gate(extractor, engine.relations)

    def read(utterance: str) -> Sequence[Candidate]:
        mentions = extractor.mentions(utterance, by_form=True)
        wishing = is_request(utterance, mentions)
        found = extract_candidates(utterance, mentions, wishing=wishing)
        return gate(utterance, found, wishing=wishing)

    find, times_ms = _timed(_stored(engine) if stored else read)
    figures = evaluator(find)
    plain = evaluator(lambda utterance: key_words_alone(utterance, extractor.mentions(utterance, by_form=True)))
    baseline = {"key_words_alone": _short(plain)}
    click.echo(json.dumps({**figures, "p50_ms": _p50(times_ms), "baselines": baseline}))


@click.command(name="attributes")
@_DATA
def evaluate_attributes(data: Path) -> None:
    """F1 of attribute values in product titles (OA-Mine, AE-110k), without any training on them."""
    extractor = Engine.open().catalogue.view.extractor
    click.echo(json.dumps(AttributeEvaluator(read_titles(data))(extractor.mentions)))


def _stored(engine: Engine) -> Callable[[str], Sequence[Candidate]]:
    """What the profile of a shopper holds after an utterance, end to end; nothing of it stays."""

    def observe(utterance: str) -> Sequence[Candidate]:
        message_id = uuid.uuid4().hex
        shopper_id = f"unremembered:{message_id}"
        mentions = engine.catalogue.view.extractor.mentions(utterance, by_form=True)
        intent = "recommend" if is_request(utterance, mentions) else "state_preference"
        engine.observe(Turn(message_id, shopper_id, utterance, datetime.now(UTC), intent=intent))
        facts = engine.facts.open_facts(shopper_id)
        engine.memory.forget(shopper_id)
        return [
            Candidate(each.predicate, each.object, each.label, each.start, each.end, each.confidence, lasting=False)
            for each in facts
        ]

    return observe


def _short(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {name: figures[name] for name in ("precision", "recall", "f1", "wrong") if name in figures}


def _timed(function: Callable[[str], Answer]) -> tuple[Callable[[str], Answer], list[float]]:
    """The function, and a list that fills with the milliseconds of its calls."""
    times_ms: list[float] = []

    def timed(text: str) -> Answer:
        started = time.perf_counter()
        answer = function(text)
        times_ms.append((time.perf_counter() - started) * 1000)
        return answer

    return timed, times_ms


def _p50(times_ms: list[float]) -> float:
    return round(float(np.median(times_ms)), 3)
