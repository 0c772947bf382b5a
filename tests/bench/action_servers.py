"""Action servers for the benchmarks, each a process of its own.

    python -m tests.bench.action_servers trivial --port N
    python -m tests.bench.action_servers timed --port N --out FILE

`trivial` answers every action of domain.yml with one word. `timed` is Rapport's own, and writes a line for each action with
its name and the milliseconds that its work took.
"""

from __future__ import annotations

import argparse
import json
import threading
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import yaml
from rasa_sdk import Action
from rasa_sdk.interfaces import Tracker

from actions.call import Call, Reply, ShopAction
from actions.server import build_app, configure_logging, serve, stop_while_starting


class TrivialAction(Action):
    """Says "ok"; a form's validation accepts what there is."""

    def __init__(self, name: str) -> None:
        self._name = name

    def name(self) -> str:
        return self._name

    async def run(self, dispatcher: Any, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        del tracker, domain
        if not self._name.startswith("validate_"):
            dispatcher.utter_message(text="ok")
        return []


def trivial() -> list[Action]:
    domain = yaml.safe_load(Path("domain.yml").read_text(encoding="utf-8"))
    return [TrivialAction(name) for name in domain["actions"]]


def timed(out: Path) -> list[Action]:
    from actions.context import Context
    from actions.registry import all_actions

    actions = all_actions(Context.open())
    lock = threading.Lock()
    for action in actions:
        if isinstance(action, ShopAction):
            action.answer = _timed(action.name(), action.answer, out, lock)  # type: ignore[method-assign]
    return actions


def _timed(name: str, answer: Callable[[Call], Reply], out: Path, lock: threading.Lock) -> Callable[[Call], Reply]:
    @wraps(answer)
    def run(call: Call) -> Reply:
        started = time.perf_counter()
        try:
            return answer(call)
        finally:
            line = json.dumps({"action": name, "ms": (time.perf_counter() - started) * 1000})
            with lock, out.open("a", encoding="utf-8") as file:
                file.write(line + "\n")

    return run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=["trivial", "timed"])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--out", type=Path, default=Path("actions.jsonl"))
    options = parser.parse_args()
    stop_while_starting()
    configure_logging()
    serve(build_app(trivial() if options.kind == "trivial" else timed(options.out)), port=options.port)


if __name__ == "__main__":
    main()
