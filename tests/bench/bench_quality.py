"""Quality, by the evaluation commands as anyone would run them: the last JSON line of each is written down.

    RAPPORT_SHARED_DATA=FOLDER python -m tests.bench.bench_quality [--only NAME ...]

What needs data that is not in the repository is left out, and said so, where RAPPORT_SHARED_DATA does not name it.
Figures that are not measured anew stay as they were.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.record import RESULTS, write_result

NAME = "bench_quality"


@dataclass(frozen=True)
class Evaluation:
    """A command; SHARED in its arguments stands for the folder with data that is not ours to ship."""

    name: str
    arguments: str
    module: str = "profiling"

    def command(self, shared: Path | None) -> list[str] | None:
        """The command, or None where a file of it is missing."""
        words = shlex.split(self.arguments)
        if any(word.startswith("SHARED/") for word in words):
            if shared is None:
                return None
            words = [word.replace("SHARED", str(shared), 1) if word.startswith("SHARED/") else word for word in words]
        missing = [word for word in words if "/" in word and not Path(word).exists()]
        return None if missing else [sys.executable, "-m", self.module, *words]


SEQUENCES = "evaluate recommend --data SHARED/recsys/s3rec_{0}.txt.gz"
ATTRIBUTES = "--attributes SHARED/recsys/s3rec_{0}_item2attributes.json.gz"
EVALUATIONS: Sequence[Evaluation] = (
    Evaluation("search", "evaluate search --catalogue SHARED/catalogue --judgements SHARED/search_icecat/ratings.csv"),
    Evaluation("beauty", f"{SEQUENCES} {ATTRIBUTES}".format("Beauty")),
    Evaluation("toys", f"{SEQUENCES} {ATTRIBUTES}".format("Toys_and_Games")),
    Evaluation("cold", f"{SEQUENCES} {ATTRIBUTES} --protocol cold".format("Beauty")),
    Evaluation(
        "games",
        "evaluate recommend --data SHARED/recsys/amazon_games6k_valid.inter.gz"
        " --attributes SHARED/recsys/amazon_games_item_titles.tsv.gz",
    ),
    Evaluation(
        "next_basket",
        "evaluate recommend --data SHARED/purchases/online_retail_2010-12_2011-10.csv.gz --protocol next-basket",
    ),
    Evaluation(
        "time_split",
        "evaluate recommend --data SHARED/purchases/online_retail_2010-12_2011-10.csv.gz --protocol time-split",
    ),
    Evaluation("entities", "evaluate entities --data data/labelled/entities.jsonl --part test"),
    Evaluation("oa_mine", "evaluate attributes --data SHARED/ner/oa-mine_train.jsonl"),
    Evaluation("ae_110k", "evaluate attributes --data SHARED/ner/ae-110k_train.jsonl"),
    Evaluation("facts", "evaluate facts --data data/labelled/facts.jsonl --part test"),
    Evaluation("stored_facts", "evaluate facts --data data/labelled/facts.jsonl --part test --stored"),
    Evaluation("faq", "evaluate faq --part test"),
    Evaluation(
        "clothing",
        "evaluate sentiment --data SHARED/reviews_en/womens_clothing_dev80.csv.gz --split test"
        " --text Title --text 'Review Text' --label 'Recommended IND'",
    ),
    Evaluation("cells", "evaluate sentiment --data SHARED/sentiment/amazon_cells_labelled.txt --split test"),
    Evaluation("aspects_mams", "evaluate aspects --data SHARED/absa/mams_atsa_val.xml.gz"),
    Evaluation("aspects_laptops", "evaluate aspects --data SHARED/absa/semeval14_Laptops_Train.xml.seg"),
    Evaluation("locomo", "evaluate memory --locomo SHARED/memory/locomo_dev3.json.gz --skip 1"),
    Evaluation(
        "service",
        "--db SHARED/demo_sources/tau2_retail/db.json --tasks SHARED/dialogue/tau2_retail_tasks_dev.json",
        module="tests.simulator",
    ),
)


def last_json(output: str) -> dict[str, Any]:
    """The last line of a command's output that is a JSON object.

    Raises:
        ValueError: there is none.
    """
    for line in reversed(output.splitlines()):
        if line.startswith("{"):
            return dict(json.loads(line))
    raise ValueError("the command printed no JSON object")


def main() -> None:
    """Runs what can be run, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", help="names of evaluations")
    only = parser.parse_args().only
    folder = os.environ.get("RAPPORT_SHARED_DATA")
    path = RESULTS / f"{NAME}.json"
    metrics: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["metrics"] if path.is_file() else {}
    for evaluation in EVALUATIONS:
        if only and evaluation.name not in only:
            continue
        command = evaluation.command(Path(folder) if folder else None)
        if command is None:
            print(f"{evaluation.name}: left out, its data is not there", flush=True)
            continue
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{evaluation.name}: {done.stderr[-2_000:]}")
        metrics[evaluation.name] = last_json(done.stdout)
        print(f"{evaluation.name}: {json.dumps(metrics[evaluation.name])}", flush=True)
        write_result(NAME, data="see the commands", licence="see the commands", n=len(metrics), metrics=metrics)


if __name__ == "__main__":
    main()
