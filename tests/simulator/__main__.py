"""`python -m tests.simulator --db FILE --tasks FILE`: simulated shoppers of tau2-bench's retail tasks talk to the bot.

The shopper is driven by rules and sees nothing but the task's instructions (tests/simulator/shopper.py); the bot is the
running one, Rasa with the real actions. A task succeeds if the database ends as after the benchmark's gold actions. The
benchmark's own shoppers are language models, so its published figures are of another protocol. One JSON object comes
last: tasks, in_scope, success (share of those in scope), forbidden_writes (writes that the benchmark's tools refused).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.simulator.shopper import Shopper, gold_writes, out_of_scope, read_script
from tests.simulator.tau2_shop import Database, Tau2Shop, ToolError

MAX_TURNS = 40


@dataclass(frozen=True)
class Result:
    """How one task ended."""

    task_id: str
    success: bool
    forbidden: Sequence[str]
    differs: Sequence[str]
    transcript: Sequence[tuple[str, str]]


def main() -> None:
    """Prints a line for each task out of scope or failed, then the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__.splitlines()[0])
    parser.add_argument("--db", type=Path, required=True, help="the benchmark's db.json")
    parser.add_argument("--tasks", type=Path, required=True, help="a list of tasks in the benchmark's form")
    parser.add_argument("--only", nargs="*", help="ids of tasks; default: all")
    parser.add_argument("--verbose", action="store_true", help="print the conversations too")
    options = parser.parse_args()
    records, tasks = _read(options.db, dict), _read(options.tasks, list)
    chosen = [task for task in tasks if not options.only or task["id"] in options.only]
    from tests.simulator.running_bot import RunningBot, with_running_bot

    def talk(bot: RunningBot) -> None:
        run_all(records, chosen, bot.use, bot.say, verbose=options.verbose)

    with_running_bot(talk)


def _read(path: Path, form: type) -> Any:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SystemExit(f"There is no {path}.") from None
    except (OSError, ValueError) as error:
        raise SystemExit(f"{path}: no JSON ({error})") from None
    if not isinstance(data, form):
        raise SystemExit(f"{path}: expected {'an object' if form is dict else 'a list of tasks'}")
    return data


def run_all(
    records: Mapping[str, Any],
    tasks: Sequence[Mapping[str, Any]],
    use: Callable[[Tau2Shop], None],
    say: Callable[[str, str, int], str],
    *,
    verbose: bool = False,
) -> dict[str, Any]:
    """Runs the tasks and prints what the command prints."""
    results = []
    for task in tasks:
        if reason := out_of_scope(task):
            sys.stdout.write(f"task {task['id']} is out of scope: {reason}\n")
            continue
        result = run(records, task, use, say)
        results.append(result)
        if verbose:
            sys.stdout.writelines(f"  {author}: {text}\n" for author, text in result.transcript)
        if not result.success:
            sys.stdout.write(f"task {task['id']} failed: {'; '.join(result.differs)}\n")
        sys.stdout.flush()
    figures = {
        "tasks": len(tasks),
        "in_scope": len(results),
        "success": round(sum(result.success for result in results) / max(len(results), 1), 4),
        "forbidden_writes": sum(len(result.forbidden) for result in results),
    }
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()
    return figures


def run(
    records: Mapping[str, Any],
    task: Mapping[str, Any],
    use: Callable[[Tau2Shop], None],
    say: Callable[[str, str, int], str],
) -> Result:
    """One conversation, and what it left behind against what it should have."""
    shop = Tau2Shop(records)
    use(shop)
    gold = Database(records)
    for action in gold_writes(task):
        try:
            gold.call(action["name"], action["arguments"])
        except ToolError:
            continue  # the benchmark counts such a call as none
    shopper = Shopper(
        read_script(task["user_scenario"]["instructions"]), seed=int("".join(filter(str.isdigit, task["id"])) or 0)
    )
    said, transcript = shopper.begins(), []
    for number in range(MAX_TURNS):
        reply = say(f"task-{task['id']}", said, number)
        transcript += [("shopper", said), ("bot", reply)]
        if "hand you over to a person" in reply:
            break
        following = shopper.answers(reply)
        if not following:
            break
        said = following
    differs = [
        f"{kind[:-1]} {key} is not as it should be"
        for kind in ("orders", "users")
        for key, record in gold.records[kind].items()
        if record != shop.database.records[kind][key]
    ]
    return Result(task["id"], not differs, shop.forbidden, differs, transcript)


if __name__ == "__main__":
    main()
