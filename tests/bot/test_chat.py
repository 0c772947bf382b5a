"""The terminal client: one JSON object a line for programs, and a conversation for people."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bot.chat import converse, pipe
from bot.settings import Settings
from tests.bot.fake_rasa import FakeRasa, card, echo, say, show
from tests.bot.servers import ROOT, running_gateway
from tests.bot.test_gateway_engine import note_turn

NOBODY = "http://127.0.0.1:9"


def piped(url: str, raw: bytes) -> tuple[list[dict[str, Any]], int]:
    target = io.StringIO()
    code = pipe(url, source=io.BytesIO(raw), target=target)
    return [json.loads(line) for line in target.getvalue().splitlines()], code


def test_one_object_for_each_line(rasa: FakeRasa, gateway: str) -> None:
    rasa.script = lambda message: [
        say("Two mugs:", ("More", "/show_more")),
        show(items=[card(), card("LL-MUG-001-RED")]),
        say(f"for {message['message']}"),
    ]
    answers, code = piped(gateway, b"one\ntwo")
    assert code == 0
    assert [answer["text"] for answer in answers] == ["Two mugs:\nfor one", "Two mugs:\nfor two"]
    first = answers[0]
    assert list(first) == [
        "text", "items", "intent", "probability", "facts", "profile", "quick_replies", "order", "ms",
    ]  # fmt: skip
    assert [item["item_id"] for item in first["items"]] == ["LL-MUG-001-BLU", "LL-MUG-001-RED"]
    assert (first["intent"], first["facts"], first["profile"], first["order"]) == (None, [], [], None)
    assert first["quick_replies"] == ["More"]
    assert isinstance(first["ms"], int)
    assert len({message["sender"] for message in rasa.received}) == 1
    assert rasa.received[0]["metadata"]["channel"] == "terminal"


def test_profile_and_order_are_told(rasa: FakeRasa, gateway: str) -> None:
    fact = {"fact_id": "f", "text": "You like blue.", "quote": "blue", "at": "2026-01-01T00:00:00+00:00"}
    order = {"order_number": "W1042", "status": "shipped", "status_text": "On its way", "lines": []}
    rasa.script = lambda _: [say("This:"), show(facts=[fact]), say("That:"), show(order=order)]
    (answer,), _ = piped(gateway, b"what do you know?\n")
    assert (answer["profile"], answer["order"]) == (["You like blue."], order)


def test_bad_lines_are_answered_too(rasa: FakeRasa, gateway: str) -> None:
    raw = b"\n  \nfine\n" + b"x" * 3000 + b"\ncaf\xe9 \xff\n\x00\x00\n/forget_me\n"
    answers, code = piped(gateway, raw)
    assert code == 0
    codes = ["empty_text", "empty_text", None, "too_long", None, "empty_text", None]
    assert [answer.get("code") for answer in answers] == codes
    assert all(isinstance(answer.get("error", ""), str) for answer in answers)
    assert rasa.texts == ["fine", "caf\ufffd \ufffd", "‘/forget_me"]


def test_nobody_there() -> None:
    answers, code = piped(NOBODY, b"hello\nanybody?\n")
    assert code == 1
    assert [answer["code"] for answer in answers] == ["gateway_unreachable"] * 2


def test_something_else_is_there(rasa_url: str) -> None:
    answers, _ = piped(rasa_url, b"hello\n")
    assert answers[0]["code"] == "gateway_unreachable"


def test_a_session_that_is_gone_is_replaced(settings: Settings) -> None:
    target = io.StringIO()
    with running_gateway(settings) as url:

        def lines() -> Iterator[bytes]:
            yield b"one\n"
            conn = sqlite3.connect(settings.transcript_path)
            conn.executescript("DELETE FROM messages; DELETE FROM events; DELETE FROM sessions;")
            conn.close()
            yield b"two\n"

        assert pipe(url, source=lines(), target=target) == 0  # type: ignore[arg-type]
    assert [json.loads(line)["text"] for line in target.getvalue().splitlines()] == ["You said: one", "You said: two"]


def test_too_fast_means_waiting(settings: Settings) -> None:
    with running_gateway(replace(settings, messages_per_minute=60)) as url:
        answers, code = piped(url, b"hello\n" * 22)
    assert code == 0
    assert [answer.get("text") for answer in answers] == ["You said: hello"] * 22


def test_as_a_command(gateway: str) -> None:
    command = [sys.executable, "-m", "bot", "chat", "--json", "--url"]
    done = subprocess.run([*command, gateway], input="grüezi\n".encode(), capture_output=True, cwd=ROOT, check=True)
    assert json.loads(done.stdout)["text"] == "You said: grüezi"
    lost = subprocess.run([*command, NOBODY], input=b"hello\n", capture_output=True, cwd=ROOT, check=False)
    assert (lost.returncode, json.loads(lost.stdout)["code"]) == (1, "gateway_unreachable")


def test_commands_are_listed_without_being_loaded() -> None:
    code = "import sys, bot.__main__ as m; m.main(['--help'], standalone_mode=False); print('starlette' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=True, text=True)
    assert "gateway" in done.stdout
    assert done.stdout.rstrip().endswith("False")


# ---- for people


def talk(url: str, *lines: str) -> tuple[str, int]:
    console = Console(file=io.StringIO(), width=110)
    waiting = iter(lines)

    def read() -> str:
        try:
            return next(waiting)
        except StopIteration:
            raise EOFError from None

    code = converse(url, console=console, read=read)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue(), code


def test_a_conversation(rasa: FakeRasa, gateway: str) -> None:
    def script(message: dict[str, Any]) -> list[Any]:
        if message["message"] != "a mug":
            return list(echo(message))
        return [say("Look at **these**:", ("Cheaper", "/refine"), ("Other", "/show_more")), show(items=[card()] * 2)]

    rasa.script = script
    shown, code = talk(gateway, "a mug", "4", "a mug", "2", "9", "   ")
    assert code == 0
    assert "Look at these:" in shown
    assert "Stoneware mug" in shown
    assert "€18.00" in shown
    assert rasa.texts == ["a mug", "/show_more", "a mug", "the second one", "9"]


def test_everything_a_reply_may_hold(rasa: FakeRasa, gateway: str) -> None:
    fact = {"fact_id": "f", "text": "You like blue.", "quote": "blue", "at": "2026-01-01T00:00:00+00:00"}
    lines = [{"title": "Mug", "quantity": 2}]
    order = {
        "order_number": "W1042",
        "status": "shipped",
        "status_text": "On its way",
        "carrier": "Tern",
        "lines": lines,
    }
    rows = [{"label": "Weight", "values": ["1 kg", "2 kg"]}]
    comparison = {"item_ids": ["A", "B"], "titles": ["Iron pan", "[b]Steel pan[/b]"], "rows": rows}
    hostile = card(title="[red]Mug[/red] \x1b[31m", stock_text="2 left")
    form = {"fields": [{"label": "Order number"}, {"label": "E-mail address"}], "submit": "Send"}
    rasa.script = lambda _: [
        show(facts=[fact], order=order, comparison=comparison, items=[hostile], form=form),
        show(erase=True),
    ]
    shown, _ = talk(gateway, "all of it")
    for expected in (
        "You like blue.",
        "“blue”",
        "W1042",
        "2 × Mug",
        "Weight",
        "2 kg",
        "[b]Steel pan[/b]",
        "[red]Mug[/red]",
        "2 left",
        "✎ Order number, E-mail",
    ):
        assert expected in shown, shown
    assert "deleted" in shown
    assert "\x1b[31m" not in shown


def test_a_copy_of_the_data_is_saved_over_nothing_else(
    rasa: FakeRasa, gateway: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my-data.json").write_text("mine", encoding="utf-8")
    rasa.script = lambda _: [say("Here:"), show(download={"name": "my-data.json"})]
    shown, _ = talk(gateway, "send me my data")
    assert "Saved as my-data-2.json" in shown
    copy = json.loads((tmp_path / "my-data-2.json").read_text(encoding="utf-8"))
    assert copy["conversations"][0]["events"][0]["text"] == "send me my data"
    assert (tmp_path / "my-data.json").read_text(encoding="utf-8") == "mine"


def test_a_refusal_does_not_end_the_conversation(gateway: str) -> None:
    shown, code = talk(gateway, "x" * 3000, "hello")
    assert "too long" in shown
    assert "You said: hello" in shown
    assert code == 0


def test_no_gateway_says_how_to_start_it() -> None:
    shown, code = talk(NOBODY, "hello")
    assert code == 1
    assert "python -m bot gateway" in shown


def test_explain_tells_what_was_understood_and_learned(rasa: FakeRasa, gateway: str, settings: Settings) -> None:
    def script(message: dict[str, Any]) -> list[Any]:
        note_turn(settings, message["metadata"]["message_id"], message["metadata"]["shopper_id"])
        return list(echo(message))

    rasa.script = script
    console = Console(file=io.StringIO(), width=110)
    lines = iter(["my size is 42"])

    def read() -> str:
        for line in lines:
            return line
        raise EOFError

    assert converse(gateway, explain=True, console=console, read=read) == 0
    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    assert "state_preference 0.90 · en · " in shown
    assert "ms" in shown
    assert "+ Your shoe size is 42. “42”" in shown
    assert "~ length: short (noted: You want short answers.)" in shown


def test_without_explain_there_are_no_side_lines(gateway: str) -> None:
    shown, _ = talk(gateway, "hello")
    assert " ms" not in shown


def test_a_shopper_of_the_shop_goes_on_where_they_were(rasa: FakeRasa, settings: Settings) -> None:
    secret = "a secret of the shop, long enough"
    with running_gateway(replace(settings, identity_secret=secret)) as url:
        command = [sys.executable, "-m", "bot", "chat", "--json", "--shopper", "S001", "--url", url]
        environment = os.environ | {"RAPPORT_IDENTITY_SECRET": secret}
        for text in (b"one", b"two"):
            subprocess.run(command, input=text, capture_output=True, cwd=ROOT, env=environment, check=True)
    assert [message["metadata"]["shopper_id"] for message in rasa.received] == ["S001", "S001"]
    assert len({message["sender"] for message in rasa.received}) == 1


def test_nobody_is_signed_in_without_the_secret() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "RAPPORT_IDENTITY_SECRET"}
    command = [sys.executable, "-m", "bot", "sign", "S001"]
    done = subprocess.run(command, capture_output=True, cwd=ROOT, env=environment, check=False, text=True)
    assert done.returncode == 1
    assert "RAPPORT_IDENTITY_SECRET is not set" in done.stderr
