"""Runs in Rasa's environment: what a trained model makes of labelled utterances, one JSON object a line.

.venv-rasa/bin/python tests/bench/nlu_predictions.py MODEL NLU_FILE OUT
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path.cwd()))


async def main(model: str, nlu_file: str, out: str) -> None:
    from rasa.core.agent import Agent
    from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

    agent = Agent.load(model)
    examples = RasaYAMLReader().read(nlu_file).intent_examples
    lines = []
    for example in examples:
        started = time.perf_counter()
        parsed = await agent.parse_message(example.get("text"))
        elapsed_ms = (time.perf_counter() - started) * 1000
        ranking = [entry for entry in parsed["intent_ranking"] if entry["name"] != "nlu_fallback"]
        line = {
            "text": example.get("text"),
            "intent": example.get("intent"),
            "kind": ((example.get("metadata") or {}).get("intent") or {}).get("kind", "plain"),
            "predicted": ranking[0]["name"] if ranking else None,
            "probability": ranking[0]["confidence"] if ranking else 0.0,
            "fallback": parsed["intent"]["name"] == "nlu_fallback",
            "entities": [[e["entity"], e["value"]] for e in parsed["entities"]],
            "expected_entities": [[e["entity"], e["value"]] for e in example.get("entities") or []],
            "ms": elapsed_ms,
        }
        lines.append(json.dumps(line, ensure_ascii=False) + "\n")
    Path(out).write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    import os

    os.environ.update(RASA_TELEMETRY_ENABLED="false", TF_CPP_MIN_LOG_LEVEL="3")
    asyncio.run(main(*sys.argv[1:4]))
