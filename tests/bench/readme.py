"""The README's table of figures, made from results/*.json: `make docs` writes it, a test says when it is out of date."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

from tests.bench.record import RESULTS

README = Path(__file__).parents[2] / "README.md"
_BLOCK = re.compile(r"(?<=<!-- figures -->\n).*?(?=<!-- /figures -->)", re.DOTALL)


@dataclass(frozen=True)
class Figure:
    """A row: what was measured, in which result, under which keys, beside what, and by which command.

    `reached` and `beside` are texts with {key/key} for values of the result's metrics, as in "{ours/p95_ms:.0f} ms".
    """

    what: str
    result: str
    reached: str
    beside: str
    command: str


FIGURES: Sequence[Figure] = ()


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
        found = reduce(lambda part, key: part[key], match["path"].split("/"), metrics)
        return format(found, match["format"] or "")

    return re.sub(r"\{(?P<path>[^}:]+)(?::(?P<format>[^}]*))?\}", value, text)


def main() -> None:
    """Writes the README anew."""
    README.write_text(updated(README.read_text(encoding="utf-8"), table()), encoding="utf-8")


if __name__ == "__main__":
    main()
