"""The README says what the results say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench.figure import Figure
from tests.bench.readme import PAGES, table, updated

FIGURE = Figure("a turn", "bench_turn", "{ours/p95_ms:.0f} ms", "plain bot {plain/p95_ms:.0f} ms", "make bench")


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_is_up_to_date(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert "<!-- figures -->" in text
    assert updated(text, table(PAGES[page])) == text, "run `make docs`"


def test_a_row_is_filled_from_the_result(tmp_path: Path) -> None:
    metrics = {"ours": {"p95_ms": 20.6}, "plain": {"p95_ms": 31.2}}
    (tmp_path / "bench_turn.json").write_text(json.dumps({"metrics": metrics}), encoding="utf-8")
    assert "| a turn | **21 ms** | plain bot 31 ms | `make bench` |" in table([FIGURE], tmp_path)


def test_what_was_not_measured_is_not_shown(tmp_path: Path) -> None:
    assert "a turn" not in table([FIGURE], tmp_path)


def test_a_result_without_the_value_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "bench_turn.json").write_text('{"metrics": {"ours": {}}}', encoding="utf-8")
    with pytest.raises(KeyError):
        table([FIGURE], tmp_path)
