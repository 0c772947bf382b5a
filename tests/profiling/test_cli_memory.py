"""The commands about shoppers, on a store with one guest and one account."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from profiling.cli import main
from profiling.engine import Engine
from profiling.profile.manner import Trait
from profiling.settings import Settings
from profiling.types import Turn
from tests.known_catalogue import ITEMS, load_items


@pytest.fixture
def home(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RAPPORT_HOME", str(settings.home))
    engine = Engine(settings, encoder=None)
    load_items(engine, ITEMS)
    for shopper_id, utterance in (("guest:1", "i love Boulderworks"), ("account", "i hate wool")):
        turn = Turn(f"m-{shopper_id}", shopper_id, utterance, datetime.now(UTC), intent="state_preference")
        engine.observe(turn)
    return settings.home


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == 0, result.output
    return result


def test_a_fact_is_shown_and_explained(home: Path) -> None:
    assert "Boulderworks" in run("show", "guest:1").output
    shown = json.loads(run("show", "account", "--json").output)
    assert [body["text"] for body in shown["preferences"]] == ["You do not like wool."]
    assert run("why", "account", shown["facts"][0]["fact_id"]).output.startswith("You said “i hate wool” on ")
    assert "nothing is known" in CliRunner().invoke(main, ["why", "nobody"]).output


def test_how_replies_followed_the_shopper_is_shown(home: Path, settings: Settings) -> None:
    engine = Engine(settings, encoder=None)
    engine.note_manner("m-account", [Trait("length", "short", "noted: You want short answers.")])
    shown = run("show", "account").output
    assert "New shopper." in shown
    assert "length: short (noted: You want short answers.)" in shown
    (reply,) = json.loads(run("show", "account", "--json").output)["replies"]
    assert reply["message_id"] == "m-account"
    assert "You want short answers" in run("export", "account").output


def test_a_merge_and_a_split(home: Path) -> None:
    before = run("rebuild", "account").output
    assert "2 facts hold" in run("merge", "guest:1", "account").output
    assert "guest:1" in json.loads(run("export", "account").output)["identities"]
    assert "is a part of account" in CliRunner().invoke(main, ["merge", "guest:1", "third"]).output
    run("split", "guest:1")
    assert run("rebuild", "account").output == before
    assert run("rebuild").output == "2 rebuilt, 0 changed.\n"


def test_a_copy_is_written_and_a_shopper_forgotten(home: Path, tmp_path: Path) -> None:
    run("backup", str(tmp_path / "copy.db"))
    assert b"i hate wool" in (tmp_path / "copy.db").read_bytes()
    assert "1 facts" in run("forget", "account", "--yes").output
    assert "Nothing is known" in run("show", "account").output
    assert json.loads(run("expire").output)["guests"] == 0


def test_a_damaged_store_names_the_way_out(home: Path) -> None:
    (home / "rapport.db").write_bytes(b"damaged" * 1000)
    for leftover in ("rapport.db-wal", "rapport.db-shm"):
        (home / leftover).unlink(missing_ok=True)
    result = CliRunner().invoke(main, ["show", "account"])
    assert result.exit_code == 1
    assert "python -m profiling backup" in result.output


def test_the_graph_is_shown_and_written(home: Path, tmp_path: Path) -> None:
    assert "shopper:guest:1 likes brand:Boulderworks" in run("graph", "shopper:guest:1").output
    assert "item:m-big has_brand brand:Boulderworks" in run("graph", "shopper:guest:1", "--to", "item:m-big").output
    run("graph", "shopper:guest:1", "--out", str(tmp_path / "me.ttl"))
    assert "Boulderworks" in (tmp_path / "me.ttl").read_text()


def test_a_node_and_a_path_that_are_not_there_are_told(home: Path) -> None:
    result = CliRunner().invoke(main, ["graph", "guest:1"])
    assert result.exit_code == 1
    assert "nothing leads out of 'guest:1'; a node is kind and name" in result.output
    unwritable = CliRunner().invoke(main, ["graph", "shopper:guest:1", "--out", str(home / "none" / "me.ttl")])
    assert "No such file or directory" in unwritable.output
    assert "--depth" in CliRunner().invoke(main, ["graph", "shopper:guest:1", "--depth", "0"]).output
    assert (
        "No path leads from shopper:guest:1 to item:none."
        in run("graph", "shopper:guest:1", "--to", "item:none").output
    )


def test_what_is_stored_is_scored(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "facts.jsonl"
    path.write_text('{"utterance": "i hate wool", "facts": [{"predicate": "dislikes", "object": "wool"}]}\n')
    figures = json.loads(run("evaluate", "facts", "--data", str(path), "--stored").output)
    assert (figures["precision"], figures["recall"], figures["wrong"]) == (1.0, 1.0, 0)
