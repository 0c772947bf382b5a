"""`python -m bot evaluate intents`: the files it reads, and the figures it prints."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.errors import InputError
from bot.evaluate.labelled import read_labelled, sample

TINY = Path("tests/components/tiny_encoder")
WORDS = {
    "greet": ["hello", "hi", "hello hi", "hi hello you"],
    "track": ["where order", "where parcel", "order where", "parcel where is"],
}


def write_csv(path: Path, rows: list[tuple[str, str]], heading: str = "text,label") -> Path:
    path.write_text("\n".join([heading, *(f"{text},{label}" for text, label in rows)]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def training(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "train.csv", [(text, label) for label, texts in WORDS.items() for text in texts])


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> dict[str, object]:
    monkeypatch.setenv("RAPPORT_ENCODER_DIR", str(TINY))
    done = CliRunner().invoke(main, ["evaluate", "intents", *map(str, arguments)])
    assert done.exit_code == 0, done.output
    figures: dict[str, object] = json.loads(done.output.splitlines()[-1])
    return figures


def test_a_test_with_out_of_scope_counts_at_the_pipelines_threshold(
    monkeypatch: pytest.MonkeyPatch, training: Path, tmp_path: Path
) -> None:
    test = write_csv(
        tmp_path / "test.csv",
        [("hello hello", "greet"), ("where is order", "track"), ("zq 77 xw", "NO_NODES_DETECTED")],
    )
    figures = run(monkeypatch, "--train", training, "--test", test)
    assert figures["threshold"] == 0.4
    assert figures["test_in_scope"] == 2
    assert figures["test_out_of_scope"] == 1
    assert figures["oos_recall"] == 1.0
    assert isinstance(figures["in_scope_accuracy"], float)
    assert float(str(figures["p50_ms"])) > 0
    assert "baseline_in_scope_accuracy" in figures


def test_a_closed_test_counts_the_best_intent(monkeypatch: pytest.MonkeyPatch, training: Path, tmp_path: Path) -> None:
    test = write_csv(tmp_path / "test.csv", [("hello hello", "greet"), ("where parcel order", "track")])
    figures = run(monkeypatch, "--train", training, "--test", test, "--no-baseline")
    assert figures["in_scope_accuracy"] == 1.0
    assert figures["threshold"] == 0.0
    assert figures["oos_recall"] is None


def test_shots_bound_the_training(monkeypatch: pytest.MonkeyPatch, training: Path, tmp_path: Path) -> None:
    outliers = write_csv(tmp_path / "outliers.csv", [("yes", "out_of_scope"), ("no", "oos")])
    figures = run(
        monkeypatch, "--train", training, "--test", training, "--shots", "2", "--outliers", outliers, "--no-baseline"
    )
    assert figures["examples"] == 2 * 2 + 2


def test_a_missing_encoder_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, training: Path, tmp_path: Path
) -> None:
    monkeypatch.setenv("RAPPORT_ENCODER_DIR", str(tmp_path / "nowhere"))
    done = CliRunner().invoke(main, ["evaluate", "intents", "--train", str(training), "--test", str(training)])
    assert done.exit_code == 1
    assert "not built" in done.output


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", 'sentence,label\n"hi, you",greet\nwhat?,NO_NODES_DETECTED\n'),
        ("a.csv", "\ufefflabel,text,\ngreet,\"hi, you\",\noos,what?,\n"),
        ("a.tsv", "utterance\tintent\nhi, you\tgreet\nwhat?\tood\n"),
        ("a.json", json.dumps({"train": [["hi, you", "greet"]], "oos_train": [["what?", "oos"]], "val": [["no", "x"]]})),
        ("a.json", json.dumps([{"text": "hi, you", "intent": "greet"}, {"text": "what?", "intent": "oos"}])),
        ("a.yml", "nlu:\n- intent: greet\n  examples: |\n    - hi, [you]{\"entity\": \"who\"}\n- intent: oos\n  examples: |\n    - what?\n"),
    ],
)  # fmt: skip
def test_all_forms_are_read_alike(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert sorted(read_labelled(path, part="train")) == [("hi, you", "greet"), ("what?", "out_of_scope")]


@pytest.mark.parametrize("content", ["", "a,b\nx,y\n", "text,label\n", "text,label\nhello,\n"])
def test_another_form_is_refused_with_the_files_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"odd\.csv"):
        read_labelled(path, part="test")


def test_a_sample_depends_on_its_seed_only() -> None:
    pairs = [(f"text {number}", f"label {number % 3}") for number in range(60)]
    first = sample(pairs, shots=4, seed=1)
    assert first == sample(pairs, shots=4, seed=1) != sample(pairs, shots=4, seed=2)
    assert sorted(label for _, label in first) == sorted(f"label {number}" for number in range(3) for _ in range(4))


@pytest.mark.slow
@pytest.mark.parametrize("shop", ["curekart", "sofmattress"])
def test_real_queries_to_shop_bots(monkeypatch: pytest.MonkeyPatch, encoder: object, tmp_path: Path, shop: str) -> None:
    """Every fourth training query held out, another shop's queries as out of scope; the real test sets stay unseen."""
    folder = Path(os.environ.get("RAPPORT_SHARED_DATA", "")) / "intents"
    if not os.environ.get("RAPPORT_SHARED_DATA") or not (folder / "hint3_v1_curekart_train.csv").is_file():
        pytest.skip("RAPPORT_SHARED_DATA names no folder with intents/hint3_v1_curekart_train.csv")
    rows = read_labelled(folder / f"hint3_v1_{shop}_train.csv", part="train")
    foreign = [(text, "oos") for text, _ in read_labelled(folder / "hint3_v1_powerplay11_train.csv", part="train")]
    paths = {"train": tmp_path / "train.json", "test": tmp_path / "test.json"}
    paths["train"].write_text(json.dumps([row for place, row in enumerate(rows) if place % 4]), encoding="utf-8")
    paths["test"].write_text(json.dumps(rows[::4] + foreign), encoding="utf-8")
    done = CliRunner().invoke(
        main, ["evaluate", "intents", "--train", str(paths["train"]), "--test", str(paths["test"])]
    )
    figures = json.loads(done.output.splitlines()[-1])
    assert figures["in_scope_accuracy"] > max(0.75, figures["baseline_in_scope_accuracy"])
    assert figures["oos_recall"] > 0.6
