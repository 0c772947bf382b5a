"""The whole turn over Rasa's REST channel: Rapport beside a plain Rasa bot, alternately and in one run.

    python -m tests.bench.bench_turn [--rounds 3] [--turns 10000] [--long 1000]

The plain bot is Rasa's default pipeline (DIET and TED) on the same training data, with actions that say one word. Both get the
same 200 messages, drawn from the held-out utterances of tests/dialogue/nlu_test.yml, in conversations of ten; once from one
shopper at a time and once from eight. Each time a message comes with other letters in capitals, so that no memory of the
models has seen it. Afterwards Rapport alone: 10,000 turns in short conversations, and one conversation of 1,000 turns with
turns of fresh conversations in between. Takes half an hour, most of it for the training of the plain bot.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import tempfile
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psutil

from bot.setup.settings import Settings
from tests.bench.record import percentiles, resident_mb, write_result
from tests.bench.trained import plain_bot
from tests.bench.utterances import read_utterances
from tests.e2e.system import System, free_ports, is_healthy_url, load_demo_shop, running_system

MESSAGES = 200
PER_CONVERSATION = 10
AT_ONCE = 8
BLOCK = 20
MANY_FROM, LONG_FROM, PARTS = 100, 1_000, 2_000
"""Spellings of the messages, so that each run has its own."""
START_S = 600.0
ACTIONS, RASA = "actions.jsonl", "rasa.jsonl"


@dataclass
class Bot:
    """A Rasa server with its action server."""

    name: str
    url: str
    pids: Sequence[int]
    cpu_start_s: float = 0.0
    times_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    @property
    def cpu_s(self) -> float:
        """Processor time that its processes have used so far: what a busy machine does not distort."""
        return sum(sum(psutil.Process(pid).cpu_times()[:2]) for pid in self.pids)

    @property
    def memory_mb(self) -> float:
        return round(sum(resident_mb(pid) for pid in self.pids), 1)


class Line:
    """One shopper's connection to a bot."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._http = httpx.Client(base_url=bot.url, timeout=120, trust_env=False)
        self.begin()

    def begin(self) -> None:
        """Starts a new conversation."""
        self._sender = uuid.uuid4().hex

    def say(self, text: str, *, into: str | None) -> float:
        """Sends a message and waits for the whole answer; returns the milliseconds and keeps them under `into`."""
        metadata = {"message_id": uuid.uuid4().hex, "shopper_id": self._sender, "channel": "bench"}
        body = {"sender": self._sender, "message": text, "metadata": metadata}
        started = time.perf_counter()
        response = self._http.post("/webhooks/rest/webhook", json=body)
        elapsed_ms = (time.perf_counter() - started) * 1000
        assert response.is_success, response.status_code
        assert response.json(), "no answer"
        if into:
            self._bot.times_ms[into].append(elapsed_ms)
        return elapsed_ms


def respelt(text: str, number: int) -> str:
    """The message with capitals after the bits of `number`; dots carry the bits for which it has too few letters."""
    letters = list(text.lower())
    for position, letter in enumerate(letters):
        if letter != letter.upper():
            number, bit = divmod(number, 2)
            letters[position] = letter.upper() if bit else letter
    return "".join(letters) + "." * number


def one_by_one(bot: Bot, messages: Sequence[str], *, into: str | None) -> None:
    line = Line(bot)
    for number, text in enumerate(messages):
        if number % PER_CONVERSATION == 0:
            line.begin()
        line.say(text, into=into)


def at_once(bot: Bot, messages: Sequence[str], *, into: str) -> None:
    shares = [messages[start::AT_ONCE] for start in range(AT_ONCE)]
    threads = [threading.Thread(target=one_by_one, args=(bot, share), kwargs={"into": into}) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def side_by_side(bots: Sequence[Bot], messages: Sequence[str], rounds: int) -> None:
    """Every block goes to all bots before the next one; who is first changes from block to block."""
    for bot in bots:
        one_by_one(bot, [respelt(text, 0) for text in messages[: 2 * PER_CONVERSATION]], into=None)
    for bot in bots:
        bot.cpu_start_s = bot.cpu_s
    for turn in range(rounds):
        spelt = [respelt(text, 2 * turn + 1) for text in messages]
        for number, start in enumerate(range(0, len(messages), BLOCK)):
            for bot in bots if number % 2 else reversed(bots):
                one_by_one(bot, spelt[start : start + BLOCK], into="1")
        spelt = [respelt(text, 2 * turn + 2) for text in messages]
        size = BLOCK * AT_ONCE // 2
        for number, start in enumerate(range(0, len(messages), size)):
            for bot in bots if number % 2 else reversed(bots):
                at_once(bot, spelt[start : start + size], into="8")


def many_turns(bot: Bot, messages: Sequence[str], count: int) -> dict[str, Any]:
    """Short conversations, eight at once; the medians and the memory along the way."""
    steps: list[dict[str, float]] = []
    step = max(1, count // 10)
    for number in range(0, count, step):
        into = f"many-{number}"
        before_s = bot.cpu_s
        turns = [divmod(turn, len(messages)) for turn in range(number, number + step)]
        at_once(bot, [respelt(messages[which], MANY_FROM + spelling) for spelling, which in turns], into=into)
        cpu_ms = round((bot.cpu_s - before_s) * 1000 / step, 2)
        steps.append(
            {"turns": number + step, **_short(bot.times_ms[into]), "cpu_ms": cpu_ms, "memory_mb": bot.memory_mb}
        )
        print("  many turns", steps[-1], flush=True)
    return {"turns": count, "steps": steps}


def long_conversation(bot: Bot, messages: Sequence[str], count: int) -> dict[str, Any]:
    """One conversation, with as many turns of fresh ones between: what the length itself costs is the ratio."""
    long, fresh = Line(bot), Line(bot)
    steps = []
    step = max(PER_CONVERSATION, count // 10)
    for number in range(0, count, step):
        times = {"long": [], "fresh": []}  # type: dict[str, list[float]]
        for turn in range(number, number + step):
            if turn % PER_CONVERSATION == 0:
                fresh.begin()
            spelling, which = divmod(turn, len(messages))
            for at, (name, line) in enumerate((("long", long), ("fresh", fresh))[:: 1 if turn % 2 else -1]):
                times[name].append(line.say(respelt(messages[which], LONG_FROM + 2 * spelling + at), into=None))
        medians = {name: float(np.median(values)) for name, values in times.items()}
        steps.append(
            {
                "turns": number + step,
                "p50_ms": round(medians["long"], 2),
                "ratio_to_fresh": round(medians["long"] / medians["fresh"], 3),
                "memory_mb": bot.memory_mb,
            }
        )
        print("  long conversation", steps[-1], flush=True)
    return {"turns": count, "steps": steps}


def where_it_goes(bot: Bot, folder: Path) -> dict[str, Any]:
    """Mean milliseconds a turn of one shopper at a time, from what the two processes wrote down."""
    turns = len(bot.times_ms["1"])
    spent: dict[str, float] = defaultdict(float)
    for path in (folder / ACTIONS, folder / RASA):
        for line in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            spent[line.get("part") or ("observing" if line["action"] == "action_observe_turn" else "answering")] += (
                line["ms"] / turns
            )
    whole = float(np.mean(bot.times_ms["1"]))
    between = spent["action_calls"] - spent["observing"] - spent["answering"]
    rest = whole - spent["nlu"] - spent["policies"] - spent["conversation"] - spent["action_calls"]
    parts = {
        "intent and entities (Rasa NLU)": spent["nlu"],
        "observing the turn: text, sentiment, entities, relations, facts": spent["observing"],
        "answering: actions, search, profile": spent["answering"],
        "between Rasa and the action server": between,
        "choosing actions (rules)": spent["policies"],
        "reading and keeping the conversation": spent["conversation"],
        "the rest of Rasa, HTTP": rest,
    }
    return {"turns": turns, "whole_turn_ms": round(whole, 2), "parts_ms": {k: round(v, 2) for k, v in parts.items()}}


@contextmanager
def rapport(folder: Path) -> Iterator[tuple[Bot, System]]:
    """Rasa with our launcher and the action server, both timed; the demo shop."""
    with running_system(folder / "home") as system:
        settings = system.settings
        load_demo_shop(system)
        actions = [str(settings.python), "-m", "tests.bench.action_servers", "timed"]
        system.use("actions", *actions, "--port", str(settings.actions_port), "--out", str(folder / ACTIONS))
        rasa = [str(settings.rasa_python), "-m", "tests.bench.timed_rasa", str(folder / RASA)]
        system.use("rasa", *rasa, "--port", str(settings.rasa_port), "--actions-url", settings.actions_url)
        system.start("actions", "rasa")
        yield Bot("rapport", settings.rasa_url, (system.pid("actions"), system.pid("rasa"))), system


@contextmanager
def plain(folder: Path, settings: Settings) -> Iterator[Bot]:
    """`rasa run` and an action server that says one word."""
    root = settings.root
    model = plain_bot(settings)
    port, actions_port = free_ports(2)
    (folder / "endpoints.yml").write_text(f"action_endpoint:\n  url: http://127.0.0.1:{actions_port}/webhook\n")
    (folder / "credentials.yml").write_text("rest:\n")
    rasa = [str(settings.rasa_python.with_name("rasa")), "run", "--interface", "127.0.0.1", "--port", str(port)]
    files = {"model": model, "endpoints": folder / "endpoints.yml", "credentials": folder / "credentials.yml"}
    servers = [
        [str(settings.python), "-m", "tests.bench.action_servers", "trivial", "--port", str(actions_port)],
        [*rasa, *(part for name, path in files.items() for part in (f"--{name}", str(path)))],
    ]
    processes = []
    try:
        for command in servers:
            with (folder / "plain.log").open("ab") as log:
                processes.append(
                    subprocess.Popen(command, cwd=root, env=settings.environment(), stdout=log, stderr=log)
                )
        deadline = time.monotonic() + START_S
        while not (
            is_healthy_url(f"http://127.0.0.1:{port}/") and is_healthy_url(f"http://127.0.0.1:{actions_port}/health")
        ):
            assert time.monotonic() < deadline, (folder / "plain.log").read_text()[-2_000:]
            time.sleep(0.5)
        yield Bot("plain", f"http://127.0.0.1:{port}", [process.pid for process in processes])
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(20)


def compared(ours: Bot, other: Bot) -> dict[str, Any]:
    """p95 of ours over the plain bot's, with its 95 % interval by resampling."""
    result = {}
    for load in ("1", "8"):
        rng = np.random.default_rng(2026)
        ratios = [
            np.percentile(rng.choice(ours.times_ms[load], len(ours.times_ms[load])), 95)
            / np.percentile(rng.choice(other.times_ms[load], len(other.times_ms[load])), 95)
            for _ in range(500)
        ]
        low, middle, high = np.percentile(ratios, [2.5, 50, 97.5])
        result[f"p95_ratio_{load}"] = round(float(middle), 3)
        result[f"p95_ratio_{load}_interval"] = [round(float(low), 3), round(float(high), 3)]
    return result


def _short(times_ms: Sequence[float]) -> dict[str, float]:
    return {"p50_ms": round(float(np.median(times_ms)), 2), "p95_ms": round(float(np.percentile(times_ms, 95)), 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="how often the 200 messages are sent")
    parser.add_argument("--turns", type=int, default=10_000)
    parser.add_argument("--long", type=int, default=1_000)
    options = parser.parse_args()
    settings = Settings.from_environment()
    utterances = [utterance.text for utterance in read_utterances(settings.root / "tests/dialogue/nlu_test.yml")]
    messages = random.Random(2026).sample(utterances, MESSAGES)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=settings.home)))
        (folder / "plain").mkdir()
        other = stack.enter_context(plain(folder / "plain", settings))
        ours, _ = stack.enter_context(rapport(folder))
        memory = {bot.name: {"start_mb": bot.memory_mb} for bot in (ours, other)}
        side_by_side([ours, other], messages, options.rounds)
        metrics: dict[str, Any] = {}
        for bot in (ours, other):
            memory[bot.name]["end_mb"] = bot.memory_mb
            metrics[bot.name] = {load: percentiles(bot.times_ms[load]) for load in ("1", "8")} | memory[bot.name]
            turns = sum(len(bot.times_ms[load]) for load in ("1", "8"))
            metrics[bot.name]["cpu_ms_per_turn"] = round((bot.cpu_s - bot.cpu_start_s) * 1000 / turns, 2)
            print(bot.name, metrics[bot.name], flush=True)
        metrics |= compared(ours, other)
        metrics["many_turns"] = many_turns(ours, messages, options.turns)
        metrics["long_conversation"] = long_conversation(ours, messages, options.long)
        ours.times_ms["1"].clear()
        for log in (ACTIONS, RASA):
            os.truncate(folder / log, 0)
        one_by_one(ours, [respelt(text, PARTS) for text in messages], into="1")
        metrics["where_it_goes"] = where_it_goes(ours, folder)
    data = "held-out utterances of tests/dialogue/nlu_test.yml on the demo shop"
    print(write_result("bench_turn", data=data, licence="Apache-2.0", n=MESSAGES * options.rounds, metrics=metrics))


if __name__ == "__main__":
    main()
