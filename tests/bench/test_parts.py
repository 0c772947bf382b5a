"""The parts of the benchmarks whose mistakes no figure would show."""

from __future__ import annotations

from pathlib import Path

import yaml

from tests.bench.bench_nlu import entity_f1, split, threshold_table
from tests.bench.bench_turn import respelt
from tests.bench.trained import write_plain_domain
from tests.bench.utterances import read_utterances

NLU = Path("data/nlu")


def test_utterances_are_read_as_they_were_typed(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(
        "nlu:\n- intent: compare\n  examples: |\n"
        '    - compare the [first]{"entity": "item_ref", "value": "1"} and [W1](order_number)\n'
        "- regex: order_number\n  examples: |\n    - W\\d+\n",
        encoding="utf-8",
    )
    (found,) = read_utterances(tmp_path)
    assert (found.text, found.intent) == ("compare the first and W1", "compare")


def test_a_split_keeps_every_example_once_and_all_intents(tmp_path: Path) -> None:
    larger, smaller = split(NLU, tmp_path / "split")
    whole, kept, held = (sorted(u.text for u in read_utterances(path)) for path in (NLU, larger, smaller))
    assert sorted(kept + held) == whole
    assert 0.15 < len(held) / len(whole) < 0.21
    assert {u.intent for u in read_utterances(larger)} == {u.intent for u in read_utterances(NLU)}


def test_a_threshold_trades_wrong_answers_for_questions() -> None:
    lines = [
        {"predicted": "greet", "intent": "greet", "probability": 0.9},
        {"predicted": "greet", "intent": "deny", "probability": 0.3},
    ]
    rows = {row["threshold"]: row for row in threshold_table(lines)}
    assert rows[0.3] == {"threshold": 0.3, "right": 0.5, "wrong": 0.5, "asked_again": 0.0}
    assert rows[0.35] == {"threshold": 0.35, "right": 0.5, "wrong": 0.0, "asked_again": 0.5}


def test_entities_count_by_value() -> None:
    line = {"entities": [["item_ref", "1"], ["item_ref", "2"]], "expected_entities": [["item_ref", "1"]]}
    assert entity_f1([line]) == 2 / 3
    assert entity_f1([]) == 1.0


def test_the_plain_bot_has_the_same_intents_and_calls_nothing_after_each_message(tmp_path: Path) -> None:
    ours, plain = Path("domain.yml"), tmp_path / "domain.yml"
    write_plain_domain(ours, plain)
    before, after = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in (ours, plain))
    assert after["intents"] == before["intents"]
    mappings = [mapping for slot in after["slots"].values() for mapping in slot["mappings"]]
    assert [mapping for mapping in mappings if "action" in mapping] == []
    assert set(before["actions"]) - set(after["actions"]) == {"action_observe_turn"}


def test_a_message_never_comes_in_the_same_spelling_twice() -> None:
    spelt = [respelt("ok", number) for number in range(50)]
    assert len(set(spelt)) == 50
    assert {text.rstrip(".").lower() for text in spelt} == {"ok"}
    assert len({respelt("where is my order 12", number) for number in range(3_000)}) == 3_000
