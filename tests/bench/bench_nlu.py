"""Intents and entities: plain DIET, our sentence features with DIET, our features with the linear classifier; and the fallback.

    python -m tests.bench.bench_nlu [--only plain_diet encoder_linear]

All three are trained on data/nlu and asked the held-out utterances of tests/dialogue/nlu_test.yml. The threshold of the
fallback is chosen on training data alone: a model of four fifths of it is asked the last fifth, and the threshold with most
right answers after taking off the wrong ones wins. Trained models are kept; the first run takes half an hour.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from bot.setup.settings import Settings
from tests.bench.record import percentiles, write_result
from tests.bench.trained import PIPELINES, dialogue_data, plain_bot, trained

PIPELINE_NAMES = ("plain_diet", "encoder_diet", "encoder_linear")
FIFTHS = 5
THRESHOLDS = [round(0.05 * step, 2) for step in range(1, 18)]

Prediction = Mapping[str, Any]


def predictions(settings: Settings, model: Path, utterances: Path, folder: Path) -> list[Prediction]:
    """What a model makes of labelled utterances, in Rasa's environment."""
    out = folder / "predictions.jsonl"
    script = Path("tests/bench/nlu_predictions.py")
    command = [settings.rasa_python, script, model, utterances, out]
    subprocess.run(command, cwd=settings.root, env=settings.environment(), check=True, stderr=subprocess.DEVNULL)
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def figures(found: Sequence[Prediction]) -> dict[str, Any]:
    right = np.array([line["predicted"] == line["intent"] for line in found])
    half = 1.96 * right.std() / np.sqrt(len(right))
    kinds = defaultdict(list)
    for line, correct in zip(found, right, strict=True):
        kinds[line["kind"]].append(correct)
    return {
        "intent_accuracy": round(float(right.mean()), 4),
        "intent_accuracy_interval": [round(float(right.mean() - half), 4), round(float(right.mean() + half), 4)],
        "by_kind": {kind: [round(float(np.mean(values)), 4), len(values)] for kind, values in sorted(kinds.items())},
        "entity_f1": round(entity_f1(found), 4),
        **percentiles([line["ms"] for line in found]),
    }


def entity_f1(found: Sequence[Prediction]) -> float:
    """Over pairs of entity and value; a value counts once an utterance."""
    pairs = [({tuple(e) for e in line["entities"]}, {tuple(e) for e in line["expected_entities"]}) for line in found]
    hits = sum(len(own & expected) for own, expected in pairs)
    total = sum(len(own) + len(expected) for own, expected in pairs)
    return 2 * hits / total if total else 1.0


def threshold_table(found: Sequence[Prediction]) -> list[dict[str, float]]:
    """For each threshold the shares that are answered rightly, wrongly, and asked again."""
    probability = np.array([line["probability"] for line in found])
    right = np.array([line["predicted"] == line["intent"] for line in found])
    return [
        {
            "threshold": threshold,
            "right": round(float((right & (probability >= threshold)).mean()), 4),
            "wrong": round(float((~right & (probability >= threshold)).mean()), 4),
            "asked_again": round(float((probability < threshold).mean()), 4),
        }
        for threshold in THRESHOLDS
    ]


def split(nlu: Path, folder: Path) -> tuple[Path, Path]:
    """Four fifths of the examples of each intent, and the last fifth; synonyms, regexes and the like stay in the former."""
    rng = random.Random(2026)
    larger, smaller = folder / "larger", folder / "smaller.yml"
    shutil.rmtree(folder, ignore_errors=True)
    larger.mkdir(parents=True)
    held: list[dict[str, str]] = []
    for file in sorted(nlu.glob("*.yml")):
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        for group in content["nlu"]:
            if "intent" in group:
                lines = group["examples"].splitlines()
                last = set(rng.sample(range(len(lines)), len(lines) // FIFTHS))
                held.append({"intent": group["intent"], "examples": _joined(lines, last)})
                group["examples"] = _joined(lines, set(range(len(lines))) - last)
        _write(larger / file.name, content)
    _write(smaller, {"version": "3.1", "nlu": held})
    return larger, smaller


def _joined(lines: Sequence[str], kept: set[int]) -> str:
    return "".join(f"{line}\n" for number, line in enumerate(lines) if number in kept)


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(yaml.safe_dump(dict(content), allow_unicode=True, sort_keys=False), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--only", nargs="+", default=PIPELINE_NAMES, choices=PIPELINE_NAMES, help="leave the others out"
    )
    only = parser.parse_args().only
    settings = Settings.from_environment()
    root, domain, data = settings.root, settings.root / "domain.yml", dialogue_data(settings.root)
    models = {
        "plain_diet": lambda: plain_bot(settings),
        "encoder_diet": lambda: trained(PIPELINES / "encoder_diet.yml", domain=domain, data=data, name="encoder_diet"),
        "encoder_linear": lambda: trained(root / "config.yml", domain=domain, data=data, name="encoder_linear"),
    }
    metrics: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(dir=settings.home) as name:
        folder = Path(name)
        for pipeline in only:
            model = models[pipeline]()
            found = predictions(settings, model, root / "tests/dialogue/nlu_test.yml", folder)
            metrics[pipeline] = figures(found) | {"model_bytes": model.stat().st_size}
            print(pipeline, metrics[pipeline], flush=True)
        larger, smaller = split(root / "data/nlu", settings.home / "bench" / "split")
        others = [path for path in data if path != root / "data/nlu"]
        model = trained(root / "config.yml", domain=domain, data=[larger, *others], name="four_fifths")
        table = threshold_table(predictions(settings, model, smaller, folder))
    best = max(table, key=lambda row: row["right"] - row["wrong"])
    metrics["fallback"] = {"best_threshold": best["threshold"], "table": table}
    print(best, flush=True)
    count = len(found)
    print(write_result("bench_nlu", data="tests/dialogue/nlu_test.yml", licence="Apache-2.0", n=count, metrics=metrics))


if __name__ == "__main__":
    main()
