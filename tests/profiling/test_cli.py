"""The command line, as a shop owner types it."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from profiling.cli import main
from profiling.settings import Settings

CATALOGUE = "item_id,title,price,colour,brand\n" + "".join(
    f"{number},{title},{price},{colour},{brand}\n"
    for number, title, price, colour, brand in (
        (1, "Pebble wireless mouse", 19, "black", "Minnow"),
        (2, "Boulder wireless mouse", 29, "grey", "Logitech"),
        (3, "Heron kettle", 54, "silver", "Hob"),
    )
)


@pytest.fixture
def run(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("RAPPORT_HOME", str(settings.home))
    (tmp_path / "feed.csv").write_text(CATALOGUE, encoding="utf-8")

    def run(*arguments: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(
            main, [argument.replace("FEED", str(tmp_path / "feed.csv")) for argument in arguments], input=typed
        )

    return run


def test_from_a_feed_to_a_recommendation(run) -> None:  # type: ignore[no-untyped-def]
    assert "3 added" in run("import", "FEED", "--feed", "shop").output
    assert "index of 3 items (flat)" in run("index").output
    assert "0 items embedded" in run("index").output
    result = run("recommend", "a wireless mouse under 30, not from Logitech", "--shopper", "s1", "--json")
    answer = json.loads(result.output.splitlines()[-1])
    assert [item["item_id"] for item in answer["items"]] == ["1"]
    shown = json.loads(run("show", "s1", "--json").output)
    assert [fact["quote"] for fact in shown["facts"]] == ["wireless", "mouse", "under 30", "Logitech"]
    assert "under 30" in run("show", "s1").output
    assert "4 facts" in run("forget", "s1", typed="y\n").output
    assert json.loads(run("show", "s1", "--json").output)["facts"] == []


def test_a_passing_guest_leaves_nothing(run) -> None:  # type: ignore[no-untyped-def]
    run("import", "FEED")
    output = run("recommend", "a mouse for under 5").output
    assert "Nothing satisfies all of this." in output
    assert "without “at most €5.00”: 2 products" in output


def test_less_than_one_item_is_no_request() -> None:
    result = CliRunner().invoke(main, ["recommend", "a mouse", "-k", "-1"])
    assert result.exit_code == 2
    assert "-k" in result.output


def test_a_bad_row_is_told_with_its_line(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "feed.csv").write_text(CATALOGUE + "4,Lamp,-5,white,Hob\n", encoding="utf-8")
    result = run("import", "FEED")
    assert result.exit_code == 0
    assert "1 rejected" in result.output
    assert "line 5" in result.output


def test_duplicates_odd_prices_and_a_cell_without_end_are_told_and_skipped(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    with (tmp_path / "feed.csv").open("w", encoding="utf-8") as feed:
        feed.write("item_id,title,price\n1,A mouse,5\n1,Another mouse,6\n2,A kettle,\n3,A lamp,abc\n")
        feed.write('4,A pan,"1.299,00 €"\n5,A mug,-5\n6,')
        for _ in range(50):
            feed.write("x" * 1_000_000)
        feed.write(",7\n7,A bowl,8\n")
    result = run("import", "FEED")
    assert result.exit_code == 0
    assert "4 added" in result.output
    assert "4 rejected" in result.output
    assert [line.split(":")[0].strip() for line in result.output.splitlines() if line.startswith("  line")] == [
        "line 3", "line 5", "line 7", "line 8",
    ]  # fmt: skip
    assert "1,299" in run("recommend", "a pan").output


def test_a_missing_file_is_one_sentence_and_exit_code_1(run) -> None:  # type: ignore[no-untyped-def]
    result = run("import", "/no/such/feed.csv")
    assert result.exit_code == 1
    assert result.output.strip().startswith("Error: /no/such/feed.csv")
    assert "Traceback" not in result.output


def test_search_is_evaluated_on_any_catalogue_and_judgements(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "ratings.csv").write_text(
        "query,docid,rating\nwireless mouse,1,3\nwireless mouse,3,0\n", encoding="utf-8"
    )
    result = run("evaluate", "search", "--catalogue", "FEED", "--judgements", str(tmp_path / "ratings.csv"))
    figures = json.loads(result.output.splitlines()[-1])
    assert figures["items"] == 3
    assert 0.5 < figures["ndcg@10"] <= 1.0


def commands(group: click.Group, prefix: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name, command in group.commands.items():
        found += commands(command, (*prefix, name)) if isinstance(command, click.Group) else [(*prefix, name)]
    return found


def test_every_command_explains_itself_and_stands_in_the_readme() -> None:
    readme = Path("profiling/README.md").read_text(encoding="utf-8")
    for command in commands(main):
        help_text = CliRunner().invoke(main, [*command, "--help"]).output
        assert len(help_text.splitlines()) > 4, command
        assert f"python -m profiling {' '.join(command)}" in readme, command
