"""The tables of figures in the READMEs, made from results/*.json: `make docs` writes it, a test says when it is out of date."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import reduce
from pathlib import Path
from typing import Any

from tests.bench import channels, dialogue, engine, recommendation
from tests.bench.figure import EVALUATE, Figure
from tests.bench.record import RESULTS

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"(?<=<!-- figures -->\n).*?(?=<!-- /figures -->)", re.DOTALL)


FIGURES: Sequence[Figure] = (
    Figure(
        "search over 19,406 products, NDCG@10 (36 judged queries)",
        "bench_quality",
        "{search/ndcg@10:.3f}",
        "plain BM25 {search/plain_bm25_ndcg@10:.3f}",
        f"{EVALUATE} search --catalogue DIR --judgements FILE",
    ),
    Figure(
        "a shopper's next item (Amazon Beauty, all items competing), HR@10",
        "bench_quality",
        "{beauty/hr@10:.3f}",
        "count model {beauty/baselines/count_model/hr@10:.3f}, item-kNN {beauty/baselines/item_knn/hr@10:.3f}",
        f"{EVALUATE} recommend --data FILE --attributes FILE",
    ),
    Figure(
        "a whole turn through Rasa against a plain Rasa bot (DIET, TED) in the same run, p95",
        "bench_turn",
        "{p95_ratio_1:.2f} times as long",
        "8 shoppers at once: {p95_ratio_8:.2f} times; p95 {rapport/1/p95_ms:.0f} and {rapport/8/p95_ms:.0f} ms",
        "python -m tests.bench.bench_turn",
    ),
    Figure(
        "orders put right by the chat alone (tau2 retail, development tasks in scope, used for tuning)",
        "bench_quality",
        "{service/success:.0%}",
        "forbidden writes: {service/forbidden_writes}",
        "python -m tests.simulator --db FILE --tasks FILE",
    ),
    Figure(
        "facts stored from 200 held-out utterances that are true",
        "bench_quality",
        "{stored_facts/precision:.0%}",
        "aim 95 %",
        f"{EVALUATE} facts --data data/labelled/facts.jsonl --part test --stored",
    ),
    engine.ASPECTS,
    engine.READ,
    channels.WIDGET,
    channels.FIRST_REPLY,
)

PAGES: Mapping[Path, Sequence[Figure]] = {
    ROOT / "README.md": FIGURES,
    ROOT / "profiling" / "README.md": engine.FIGURES,
    ROOT / "profiling" / "recommend" / "README.md": recommendation.FIGURES,
    ROOT / "bot" / "evaluate" / "README.md": dialogue.FIGURES,
    ROOT / "bot" / "widget" / "README.md": channels.FIGURES,
}


def table(figures: Sequence[Figure] = FIGURES, results: Path = RESULTS) -> str:
    """The table in Markdown; a figure without a result is left out, for it was not measured."""
    rows = [
        f"| {figure.what} | **{_fill(figure.reached, metrics)}** | {_fill(figure.beside, metrics)} | `{figure.command}` |"
        for figure in figures
        if (metrics := _metrics(results / f"{figure.result}.json"))
    ]
    return "\n".join(["| what | reached | beside | command |", "|---|---|---|---|", *rows]) + "\n"


def updated(readme: str, block: str) -> str:
    """The README's text with the table in its place."""
    return _BLOCK.sub(lambda _: block, readme)


def _metrics(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))["metrics"] if path.is_file() else {}


def _fill(text: str, metrics: dict[str, Any]) -> str:
    def value(match: re.Match[str]) -> str:
        found = reduce(_part, match["path"].split("/"), metrics)
        return format(found, match["format"] or "")

    return re.sub(r"\{(?P<path>[^}:]+)(?::(?P<format>[^}]*))?\}", value, text)


def _part(whole: Any, key: str) -> Any:
    return whole[int(key)] if isinstance(whole, list) else whole[key]


def main() -> None:
    """Writes the pages anew."""
    for page, figures in PAGES.items():
        page.write_text(updated(page.read_text(encoding="utf-8"), table(figures)), encoding="utf-8")


if __name__ == "__main__":
    main()
