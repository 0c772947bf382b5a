from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from profiling.cli import main
from profiling.encoder import OnnxEncoder
from profiling.errors import InputError
from profiling.evaluate.memory import MemoryEvaluator, read_locomo
from profiling.profile.recall import Recall

TALK = [
    "Anna: I have moved to Lisbon last month.",
    "Ben: How is the weather?",
    "Anna: Sunny. My dog Pixel loves the beach.",
    "Ben: I am learning to play the cello.",
    "Anna: Which piece do you practise?",
    "Ben: A suite by Bach.",
]


def test_words_meaning_and_neighbours_bear_on_a_question(encoder: OnnxEncoder) -> None:
    recall = Recall(TALK, encoder=encoder)
    assert recall.search("Where does Anna live now?", 1) == [0]
    assert recall.search("What is the name of the pet?", 1) == [2]
    assert 5 in recall.search("Which piece does Ben practise?", 3)  # it shares no word but the name; it stands beside


def test_without_an_encoder_words_count_alone_and_nothing_is_found_in_nothing(encoder: OnnxEncoder) -> None:
    assert Recall(TALK, encoder=None).search("cello", 1) == [3]
    assert Recall([], encoder=encoder).search("cello", 3) == []
    assert Recall(TALK, encoder=None).scores("of the").sum() == 0


def locomo(folder: Path) -> Path:
    turns = [
        {"speaker": line.split(":")[0], "dia_id": f"D1:{i}", "text": line.split(": ")[1]} for i, line in enumerate(TALK)
    ]
    qa = [
        {"question": "Where does Anna live?", "answer": "Lisbon", "evidence": ["D1:0"], "category": 4},
        {"question": "What does Ben practise?", "answer": "Bach", "evidence": ["D1:3; D1:5"], "category": 1},
        {"question": "Unknown?", "answer": "", "evidence": [], "category": 5},
    ]
    path = folder / "locomo.json.gz"
    path.write_bytes(gzip.compress(json.dumps([{"session_1": turns, "session_1_date_time": "", "qa": qa}]).encode()))
    return path


def test_the_evaluator_counts_the_evidence_found(tmp_path: Path, encoder: OnnxEncoder) -> None:
    figures = MemoryEvaluator(read_locomo(locomo(tmp_path)), k=6)(encoder)
    assert (figures["recall@6"], figures["questions"]) == (1.0, 2)
    assert (
        0 < MemoryEvaluator(read_locomo(locomo(tmp_path)), k=1)(encoder)["recall@1"] <= 0.75
    )  # two of three are wanted
    (tmp_path / "other.json").write_text("{}")
    with pytest.raises(InputError, match="not a LoCoMo file"):
        read_locomo(tmp_path / "missing.json")


def test_the_command_prints_one_json_object(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["evaluate", "memory", "--locomo", str(locomo(tmp_path))])
    assert result.exit_code == 0, result.output
    assert json.loads(result.output)["questions"] == 2
