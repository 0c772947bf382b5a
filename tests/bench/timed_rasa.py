"""Runs in Rasa's environment: Rapport's Rasa server, which writes down what each part of a turn took.

    .venv-rasa/bin/python -m tests.bench.timed_rasa FILE [options of bot.components.serve]

FILE gets a line a call: {"part": ..., "ms": ...}. Parts do not overlap: `nlu`, `policies`, `conversation` (read and kept),
`action_calls` (to the action server and back).
"""

from __future__ import annotations

import inspect
import json
import sys
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TextIO

from bot.components import serve


def measure(out: TextIO) -> None:
    """Times the methods that a turn consists of, in this process."""
    from rasa.core.processor import MessageProcessor

    from bot.components import action_call
    from bot.components.tracker_store import CompactTrackerStore

    for owner, method, part in (
        (MessageProcessor, "parse_message", "nlu"),
        (MessageProcessor, "predict_next_with_tracker_if_should", "policies"),
        (CompactTrackerStore, "retrieve", "conversation"),
        (CompactTrackerStore, "save", "conversation"),
        (action_call, "_post", "action_calls"),
    ):
        setattr(owner, method, _timed(getattr(owner, method), part, out))


def _timed(function: Callable[..., Any], part: str, out: TextIO) -> Callable[..., Any]:
    def note(started: float) -> None:
        out.write(json.dumps({"part": part, "ms": (time.perf_counter() - started) * 1000}) + "\n")

    @wraps(function)
    async def later(*arguments: Any, **named: Any) -> Any:
        started = time.perf_counter()
        try:
            return await function(*arguments, **named)
        finally:
            note(started)

    @wraps(function)
    def now(*arguments: Any, **named: Any) -> Any:
        started = time.perf_counter()
        try:
            return function(*arguments, **named)
        finally:
            note(started)

    return later if inspect.iscoroutinefunction(function) else now


def main() -> None:
    with Path(sys.argv[1]).open("a", buffering=1, encoding="utf-8") as out:
        load = serve._load_agent

        async def load_and_measure(*arguments: Any) -> Any:
            agent = await load(*arguments)
            measure(out)
            return agent

        serve._load_agent = load_and_measure
        serve.main(sys.argv[2:])


if __name__ == "__main__":
    main()
