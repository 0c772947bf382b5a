"""The sentiment model's commands, as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from profiling.cli import main
from profiling.sentiment.adapter import base_of
from profiling.settings import Settings

TEXTS = (
    "text,label,stars\n"
    "I love it and would buy it again,positive,5\n"
    "Terrible. It broke at once.,negative,1\n"
    "It comes with two batteries.,neutral,3\n"
)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("RAPPORT_HOME", str(Path(Settings.from_environment().home).resolve()))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, [argument.replace("TMP", str(tmp_path)) for argument in arguments])

    return run


def figures(result: Result) -> dict[str, object]:
    assert result.exit_code == 0, result.output
    values: dict[str, object] = json.loads(result.output.splitlines()[-1])
    return values


def test_three_classes_with_figures_baselines_matrix_and_picture(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.csv").write_text(TEXTS)
    result = run("evaluate", "sentiment", "--data", "TMP/a.csv", "--text", "text", "--label", "label", "--out", "TMP")
    values = figures(result)
    assert (values["n"], values["accuracy"], values["macro_f1"]) == (3, 1.0, 1.0)
    assert values["confusion"] == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert 0 <= values["ece"] <= 1  # type: ignore[operator]
    assert {"vader_macro_f1", "majority_macro_f1", "ece_interval"} <= set(values)
    assert "true \\ predicted" in result.output
    assert Path(str(values["picture"])).read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("thresholds", [["2,4"], ["2", "4"], ["2 4"]])
def test_a_number_with_thresholds(run, tmp_path: Path, thresholds: list[str]) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.csv").write_text(TEXTS)
    command = ("evaluate", "sentiment", "--data", "TMP/a.csv", "--text", "text", "--label", "stars", "--out", "TMP")
    assert figures(run(*command, "--thresholds", *thresholds))["macro_f1"] == 1.0


def test_a_negative_threshold(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.csv").write_text("text,mean\nI love it,2.5\nIt broke at once,-3\nIt has two pockets,0.1\n")
    command = ("evaluate", "sentiment", "--data", "TMP/a.csv", "--text", "text", "--label", "mean", "--out", "TMP")
    assert figures(run(*command, "--thresholds", "-0.5", "0.5"))["n"] == 3


def test_recommended_or_not_beside_a_linear_model(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    lines = "".join(f"I love coat number {n} so much,1\nCoat number {n} is awful and broke,0\n" for n in range(60))
    (tmp_path / "a.csv").write_text(f"words,would\n{lines}")
    command = ("evaluate", "sentiment", "--data", "TMP/a.csv", "--text", "words", "--label", "would", "--out", "TMP")
    values = figures(run(*command, "--split", "test"))
    assert len(values["confusion"]) == 2  # type: ignore[arg-type]
    assert values["macro_f1"] > 0.9  # type: ignore[operator]
    assert values["tfidf_linear_macro_f1"] == 1.0


def test_aspects(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.seg").write_text(
        "The $T$ is great but the fan is awful .\nscreen\n1\nThe screen is great but the $T$ is awful .\nfan\n-1\n"
    )
    values = figures(run("evaluate", "aspects", "--data", "TMP/a.seg", "--out", "TMP"))
    assert (values["n"], values["accuracy"]) == (2, 1.0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--text", "words", "--label", "label"], "no column 'words'"),
        (["--text", "text", "--label", "stars", "--thresholds", "low"], "expected one or two numbers"),
        (["--text", "text", "--label", "stars", "--thresholds", "4,2"], "the lower first"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(run, tmp_path: Path, arguments: list[str], message: str) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.csv").write_text(TEXTS)
    result = run("evaluate", "sentiment", "--data", "TMP/a.csv", *arguments)
    assert result.exit_code != 0
    assert message in result.output
    assert "Traceback" not in result.output


def test_half_precision_needs_a_gpu(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    rows = "".join(f"good coat {n},positive\nbad coat {n},negative\n" for n in range(40))
    (tmp_path / "a.csv").write_text(f"text,label\n{rows}")
    result = run("train", "sentiment", "--data", "TMP/a.csv", "--precision", "fp16", "--out", "TMP/out")
    assert result.exit_code != 0
    assert "fp16 needs a GPU" in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--start", "TMP/none"), "has no usable recipe.json"),
        (("--start", "shipped", "--method", "full"), "only --method lora goes on"),
    ],
)
def test_what_cannot_be_gone_on_from(run, tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:  # type: ignore[no-untyped-def]
    rows = "".join(f"good coat {n},positive\nbad coat {n},negative\n" for n in range(40))
    (tmp_path / "a.csv").write_text(f"text,label\n{rows}")
    result = run("train", "sentiment", "--data", "TMP/a.csv", "--out", "TMP/out", *arguments)
    assert result.exit_code != 0
    assert message in result.output


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # Trainer and peft warn about their own next versions
@pytest.mark.parametrize("method", ["lora", "adalora", "full"])
def test_train_resume_export_and_use(run, tmp_path: Path, monkeypatch, method: str) -> None:  # type: ignore[no-untyped-def]
    rows = "".join(f"a good coat {n},positive\na bad coat {n},negative\na coat {n},neutral\n" for n in range(60))
    (tmp_path / "a.csv").write_text(f"text,label\n{rows}")
    rate = "1e-4" if method == "full" else "3e-3"
    command = (
        "train",
        "sentiment",
        "--data",
        "TMP/a.csv",
        "--method",
        method,
        "--learning-rate",
        rate,
        "--out",
        "TMP/out",
    )
    first = figures(run(*command, "--epochs", "6", "--batch", "16"))
    assert first["label_f1"] > 0.8  # type: ignore[operator]
    assert base_of(tmp_path / "out" / "adapter") == base_of(Settings.sentiment_adapter)
    assert list((tmp_path / "out" / "logs").glob("events*"))
    steps = sorted(path.name for path in (tmp_path / "out" / "checkpoints").iterdir())
    resumed = run(*command, "--epochs", "6", "--batch", "16")
    if method == "adalora":
        assert "AdaLoRA cannot go on" in resumed.output
    else:
        assert figures(resumed)["label_f1"] == pytest.approx(first["label_f1"], abs=0.01)
    assert sorted(path.name for path in (tmp_path / "out" / "checkpoints").iterdir()) == steps
    if method == "lora":
        figures(run(*command, "--start", "shipped", "--epochs", "0.2", "--out", "TMP/further"))
    exported = figures(
        run("export", "sentiment", "--adapter", "TMP/out/adapter", "--data", "TMP/a.csv", "--out", "TMP/model")
    )
    assert exported["macro_f1"] > 0.8  # type: ignore[operator]
    monkeypatch.setattr(Settings, "sentiment_dir", property(lambda self: tmp_path / "model"))
    values = figures(
        run("evaluate", "sentiment", "--data", "TMP/a.csv", "--text", "text", "--label", "label", "--out", "TMP")
    )
    assert values["macro_f1"] == pytest.approx(exported["macro_f1"], abs=0.02)
