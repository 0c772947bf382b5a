"""The models on the CPU, int8 ONNX against float torch: one utterance, and many reviews.

    python -m tests.bench.bench_models [--reviews 400]

Utterances are those of the dialogue's held-out test set; an utterance goes through language, entities, sentiment and
relations as a turn does, each text once, so that no cache helps. Reviews are the demo shop's, cut to 60 words. Both
models run alternately in this process; the ratios are of the same run.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import yaml

from profiling.engine import Engine
from profiling.entities.tagger.adapter import read_trained
from profiling.entities.tagger.build import TorchTagger
from profiling.entities.tagger.choose import open_tagger
from profiling.profile.observe import read_utterance
from profiling.relations.classifier.adapter import read_trained as read_trained_relations
from profiling.relations.classifier.build import TorchClassifier
from profiling.relations.classifier.choose import open_relations
from profiling.relations.gate import Gate
from profiling.sentiment import SentimentModel
from profiling.sentiment.adapter import base_of
from profiling.sentiment.mood import read_mood
from profiling.sentiment.onnx_model import OnnxSentiment
from profiling.sentiment.torch_model import TorchSentiment
from profiling.settings import Settings
from profiling.text.language import detect_language
from profiling.types import Turn
from tests.bench.record import RESULTS, percentiles, write_result

ROOT = Path(__file__).parents[2]
WORDS = 60
ROUND = 40
PARTS = ("language", "entities", "relations", "sentiment")


def read_utterances() -> list[str]:
    intents = yaml.safe_load((ROOT / "tests/dialogue/nlu_test.yml").read_text(encoding="utf-8"))["nlu"]
    lines = [line for intent in intents for line in intent.get("examples", "").splitlines()]
    return sorted({line.removeprefix("- ").strip() for line in lines if line.startswith("- ") and "[" not in line})


def read_reviews(count: int) -> list[str]:
    with (ROOT / "data/shop/reviews.csv").open(encoding="utf-8", newline="") as file:
        words = " ".join(row["text"] for row in csv.DictReader(file)).split()
    return [" ".join(words[start : start + WORDS]) for start in range(0, WORDS * count, WORDS)][:count]


def understand(engine: Engine, model: SentimentModel, utterance: str) -> dict[str, float]:
    """Milliseconds of CPU of each part, which other work on the machine does not lengthen."""
    times_s = [time.thread_time()]
    language = detect_language(utterance)
    times_s.append(time.thread_time())
    mentions = engine.catalogue.view.extractor.mentions(utterance)
    times_s.append(time.thread_time())
    turn = Turn("m", "s", utterance, datetime.now(UTC), intent="recommend")
    gate = Gate(engine.catalogue.view.extractor, engine.relations)
    read_utterance(turn, language=language, mentions=mentions, gate=gate)
    times_s.append(time.thread_time())
    read_mood(model, utterance, language="en")
    times_s.append(time.thread_time())
    return dict(zip(PARTS, np.diff(times_s) * 1000, strict=True))


def rate(classify: Callable[[Sequence[str]], object], texts: Sequence[str]) -> float:
    started = time.perf_counter()
    classify(texts)
    return len(texts) / (time.perf_counter() - started)


def _speed(rates: Mapping[str, Sequence[float]]) -> dict[str, object]:
    return {
        "reviews_per_s": {name: round(float(np.median(values)), 1) for name, values in rates.items()},
        "reviews_times_faster": round(float(np.median(np.array(rates["int8"]) / np.array(rates["torch_float"]))), 2),
    }


def main() -> None:
    import torch

    parser = argparse.ArgumentParser()
    parser.add_argument("--reviews", type=int, default=400, help="0 leaves the figures of reviews as they were")
    count = parser.parse_args().reviews
    settings = replace(Settings.from_environment(), device="cpu")
    engines = {
        "int8": Engine(settings, encoder=None, tagger=open_tagger(settings), relations=open_relations(settings)),
        "torch_float": Engine(
            settings,
            encoder=None,
            tagger=TorchTagger(read_trained(settings.tagger_adapter)),
            relations=TorchClassifier(read_trained_relations(settings.relations_adapter)),
        ),
    }
    onnx = OnnxSentiment(settings.sentiment_dir)
    floats = TorchSentiment(settings.sentiment_adapter, base=base_of(settings.sentiment_adapter), device="cpu")
    utterances = read_utterances()
    for name, model in (("int8", onnx), ("torch_float", floats)):
        understand(engines[name], model, "warm up the models and the language detector")
    torch.set_num_threads(1)
    times: dict[str, list[float]] = {"int8": [], "torch_float": []}
    parts: dict[str, list[dict[str, float]]] = {"int8": [], "torch_float": []}
    for utterance in utterances:
        for name, model in (("int8", onnx), ("torch_float", floats)):
            started = time.perf_counter()
            parts[name].append(understand(engines[name], model, utterance))
            times[name].append((time.perf_counter() - started) * 1000)
    onnx_2 = OnnxSentiment(settings.sentiment_dir, threads=2)
    torch.set_num_threads(2)
    reviews, rates = read_reviews(count), {"int8": [], "torch_float": []}  # type: ignore[var-annotated]
    for start in range(0, len(reviews), ROUND):
        part = reviews[start : start + ROUND]
        rates["int8"].append(rate(onnx_2.classify, part))
        rates["torch_float"].append(rate(floats.classify, part))
    before = json.loads((RESULTS / "bench_models.json").read_text(encoding="utf-8"))["metrics"]
    figures = {name: percentiles(values) for name, values in times.items()}
    cpu_ms = {name: float(np.median([sum(part.values()) for part in each])) for name, each in parts.items()}
    metrics = {
        "utterance": figures,
        "utterance_cpu_p50_ms": {name: round(value, 3) for name, value in cpu_ms.items()},
        "utterance_cpu_times_faster": round(cpu_ms["torch_float"] / cpu_ms["int8"], 2),
        "utterance_parts_cpu_p50_ms": {
            part: round(float(np.median([each[part] for each in parts["int8"]])), 3) for part in PARTS
        },
        "utterance_times_faster": round(figures["torch_float"]["p50_ms"] / figures["int8"]["p50_ms"], 2),
        **(_speed(rates) if count else {name: before[name] for name in ("reviews_per_s", "reviews_times_faster")}),
        "threads": {"utterance": 1, "reviews": 2},
    }
    print(metrics)
    write_result(
        "bench_models",
        data="tests/dialogue/nlu_test.yml; data/shop/reviews.csv cut to 60 words",
        licence="Apache-2.0, written for Rapport",
        n=len(utterances) + len(reviews),
        metrics=metrics,
    )


if __name__ == "__main__":
    main()
