"""The terminal's side of a chat: a pipe for programs, and a conversation for people."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from rich.console import Console

from bot import terminal
from bot.errors import ApiError, GatewayUnreachable
from bot.gateway_client import Event, GatewayClient

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def pipe(
    url: str,
    *,
    identity: Callable[[], str] | None = None,
    source: BinaryIO | None = None,
    target: TextIO | None = None,
) -> int:
    """Answers each line of `source` with one line of JSON on `target`; returns the exit code.

    The code is 1 if the gateway was never reached, or nobody reads the answers any more.
    """
    source, target = source or sys.stdin.buffer, target or sys.stdout
    asked = False
    with GatewayClient(url, identity=identity) as client:
        for line in source:
            asked = True
            try:
                target.write(
                    json.dumps(answer(client, line.decode("utf-8", errors="replace")), ensure_ascii=False) + "\n"
                )
                target.flush()
            except BrokenPipeError:
                return 1
        return int(asked and not client.reached)


def answer(client: GatewayClient, line: str) -> dict[str, Any]:
    """One turn as an object: what was said, or why it could not be."""
    text = line.strip()
    if not text:
        return {"error": "Please write something.", "code": "empty_text"}
    try:
        return summary(client.say(text))
    except ApiError as error:
        return {"error": error.message, "code": error.code}
    except GatewayUnreachable as error:
        return {"error": str(error), "code": "gateway_unreachable"}


def summary(events: Iterable[Event]) -> dict[str, Any]:
    """The events of a turn in one object."""
    events = list(events)
    replies = [event for event in events if event["kind"] == "reply"]
    end = events[-1]
    return {
        "text": "\n".join(reply["text"] for reply in replies if reply["text"]),
        "items": [item for reply in replies for item in reply.get("items", [])],
        "intent": end["intent"],
        "probability": end["probability"],
        "facts": [fact["text"] for fact in end["facts"]],
        "profile": [fact["text"] for reply in replies for fact in reply.get("facts", [])],
        "quick_replies": [choice["title"] for reply in replies for choice in reply["quick_replies"]],
        "order": next((reply["order"] for reply in replies if "order" in reply), None),
        "ms": end["ms"],
    }


def converse(
    url: str,
    *,
    identity: Callable[[], str] | None = None,
    explain: bool = False,
    console: Console | None = None,
    read: Callable[[], str] | None = None,
) -> int:
    """Talks until the person has enough; returns the exit code.

    Args:
        identity: as GatewayClient has it.
        explain: show below each turn what was understood, learned, and how long it took.
        read: gives the next line, and raises EOFError when there is none.
    """
    console = console or Console(highlight=False)
    read = read or (lambda: console.input("[bold]You[/bold] › "))
    console.print(
        "You are talking to the shop's bot. A number picks what it offers; Ctrl+D ends the chat.", style="dim"
    )
    offered: Mapping[int, tuple[int, int] | str] = {}
    with GatewayClient(url, identity=identity) as client:
        while True:
            try:
                text = read().strip()
            except (EOFError, KeyboardInterrupt):
                console.print()
                return 0
            if text:
                try:
                    with console.status("…"):
                        events = _take(client, text, offered)
                        files = [_save(client, event["download"]["name"]) for event in events if "download" in event]
                except ApiError as error:
                    console.print(error.message, style="yellow")
                except GatewayUnreachable as error:
                    console.print(f"{error} Start it with: python -m bot gateway", style="red")
                    return 1
                else:
                    offered = _show(console, events, explain=explain)
                    for file in files:
                        console.print(f"Saved as {file}", style="dim")


def _take(client: GatewayClient, text: str, offered: Mapping[int, tuple[int, int] | str]) -> list[Event]:
    picked = offered.get(int(text)) if text.isdecimal() and len(text) < 3 else None
    if picked is None:
        return client.say(text)
    return client.say(picked) if isinstance(picked, str) else client.choose(*picked)


def _save(client: GatewayClient, name: str) -> Path:
    """Writes a copy of the shopper's data into the working directory, over no other file."""
    path, number = Path(name), 1
    while path.exists():
        number += 1
        path = Path(name).with_stem(f"{Path(name).stem}-{number}")
    path.write_text(json.dumps(client.export(), ensure_ascii=False, indent=2), encoding="utf-8")
    return path


def _show(console: Console, events: list[Event], *, explain: bool) -> Mapping[int, tuple[int, int] | str]:
    """Prints a turn; returns what the numbers beside items and quick replies stand for."""
    offered: dict[int, tuple[int, int] | str] = {}
    for event in _plain(events):
        if event["kind"] == "erased":
            console.print("The conversation so far has been deleted.", style="dim")
        elif event["kind"] == "reply":
            first = len(offered) + 1
            for place, _ in enumerate(event.get("items", [])):
                offered[first + place] = f"the {ORDINALS[place]} one"
            first_choice = len(offered) + 1
            for index, _ in enumerate(event["quick_replies"]):
                offered[first_choice + index] = (event["id"], index)
            console.print(*terminal.render(event, first_item=first, first_choice=first_choice), sep="\n")
        elif event["kind"] == "turn_end":
            for side_line in terminal.side_lines(event) if explain else ():
                console.print(side_line, style="dim")
    return offered


def _plain(value: Any) -> Any:
    """The same without control characters: no text from a catalogue may steer the terminal."""
    if isinstance(value, str):
        return "".join(char for char in value if char in "\n\t" or unicodedata.category(char) != "Cc")
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return value
