from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.bench_quality import EVALUATIONS, Evaluation, last_json


def test_each_evaluation_has_a_name_of_its_own() -> None:
    assert len({evaluation.name for evaluation in EVALUATIONS}) == len(EVALUATIONS)


def test_what_is_not_there_is_left_out(tmp_path: Path) -> None:
    evaluation = Evaluation("beauty", "evaluate recommend --data SHARED/a.txt")
    assert evaluation.command(None) is None
    assert evaluation.command(tmp_path) is None
    (tmp_path / "a.txt").write_text("1 2 3", encoding="utf-8")
    command = evaluation.command(tmp_path)
    assert command is not None
    assert command[2:] == ["profiling", "evaluate", "recommend", "--data", str(tmp_path / "a.txt")]


def test_a_quoted_word_of_a_command_is_one_word() -> None:
    command = Evaluation("clothing", "evaluate sentiment --text 'Review Text'").command(None)
    assert command is not None
    assert command[-1] == "Review Text"


def test_the_last_object_counts() -> None:
    assert last_json('reading\n{"a": 1}\n{"b": 2}\ndone\n') == {"b": 2}
    with pytest.raises(ValueError, match="no JSON"):
        last_json("nothing")
