"""The action server as a process: starts, answers, keeps what was said to itself, and stops."""

from __future__ import annotations

import json
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).parents[2]
SECRET = "my aunt Wilhelmina is ill"
ACTIONS = """
import asyncio, logging, sys, time
from actions.server import build_app, configure_logging, serve, stop_while_starting
stop_while_starting()
configure_logging()
from rasa_sdk import Action

class Say(Action):
    def __init__(self, name, work):
        self._name, self._work = name, work
    def name(self):
        return self._name
    async def run(self, dispatcher, tracker, domain):
        await self._work(dispatcher, tracker, domain)
        return [{"event": "slot", "name": "said", "value": True}]

async def greet(dispatcher, tracker, domain):
    dispatcher.utter_message(text="Hello.", buttons=[{"title": "More", "payload": "/show_more"}])
    dispatcher.utter_message(json_message={"items": []})
async def fail(dispatcher, tracker, domain):
    raise ValueError(tracker.latest_message["text"])
async def wait(dispatcher, tracker, domain):
    await asyncio.sleep(0.7)
async def work(dispatcher, tracker, domain):
    await asyncio.to_thread(time.sleep, 1.0)
async def hang(dispatcher, tracker, domain):
    await asyncio.to_thread(time.sleep, 60)
async def tell(dispatcher, tracker, domain):
    dispatcher.utter_message(text=str(sorted(domain or {})))

works = {"greet": greet, "fail": fail, "wait": wait, "work": work, "hang": hang, "tell": tell}
serve(build_app([Say(name, work) for name, work in works.items()]), port=int(sys.argv[1]))
"""


class ActionServer:
    """A running server with a handful of actions."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = folder / "log.txt"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", ACTIONS, str(self.port)], cwd=ROOT, stdout=log, stderr=subprocess.STDOUT
            )

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + 30
        while "Action server ready" not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.02)

    def call(self, action: str, **more: Any) -> httpx.Response:
        tracker = {"sender_id": "web-1", "slots": {}, "latest_message": {"text": SECRET}, "events": []}
        body = {"next_action": action, "sender_id": "web-1", "tracker": tracker, "domain": {}, "version": "3.6.21"}
        return httpx.post(f"http://127.0.0.1:{self.port}/webhook", json=body | more, timeout=20)

    def stop(self, number: int = signal.SIGTERM) -> float:
        started = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(15)
        return time.monotonic() - started


@contextmanager
def serving(folder: Path) -> Iterator[ActionServer]:
    server = ActionServer(folder)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.kill()
        server.process.wait(10)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ActionServer]:
    with serving(tmp_path) as running:
        running.wait_until_ready()
        yield running


def test_it_answers_as_rasa_expects(server: ActionServer) -> None:
    answer = server.call("greet")
    assert answer.status_code == 200
    body = answer.json()
    assert body["events"] == [{"event": "slot", "name": "said", "value": True}]
    assert body["responses"][0]["text"] == "Hello."
    assert body["responses"][0]["buttons"] == [{"title": "More", "payload": "/show_more"}]
    assert body["responses"][1]["custom"] == {"items": []}


def test_a_failing_action_keeps_what_was_said_to_itself(server: ActionServer) -> None:
    answer = server.call("fail")
    assert answer.status_code == 500
    assert answer.json() == {"error": "The action failed.", "action_name": "fail"}
    log = server.log.read_text()
    assert "Action fail failed for sender web-1" in log
    assert "in fail" in log  # the frame
    assert "ValueError" in log
    assert "Wilhelmina" not in log


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"{broken Wilhelmina", 400), (b"", 400), (b"[]", 500), (b"x" * 4_100_000, 413), (b'{"next_action": "no"}', 404)],
)
def test_bad_requests_get_a_short_answer(server: ActionServer, content: bytes, status: int) -> None:
    answer = httpx.post(f"http://127.0.0.1:{server.port}/webhook", content=content)
    assert answer.status_code == status
    assert "error" in answer.json()
    assert len(answer.content) < 300
    assert "Wilhelmina" not in server.log.read_text() + answer.text


def test_the_domain_is_asked_for_once(server: ActionServer) -> None:
    assert server.call("tell", domain=None, domain_digest="d1").status_code == 449
    assert server.call("tell", domain={"slots": {}}, domain_digest="d1").json()["responses"][0]["text"] == "['slots']"
    assert server.call("tell", domain=None, domain_digest="d1").json()["responses"][0]["text"] == "['slots']"
    assert server.call("tell", domain=None, domain_digest="d2").status_code == 449


def test_blocking_work_in_a_thread_blocks_no_one_else(server: ActionServer) -> None:
    worker = threading.Thread(target=server.call, args=("work",))
    worker.start()
    time.sleep(0.2)
    started = time.monotonic()
    assert server.call("greet").status_code == 200
    assert time.monotonic() - started < 0.6
    worker.join()


def test_no_other_site_may_read_it_and_it_listens_on_loopback_only(server: ActionServer) -> None:
    answer = httpx.get(f"http://127.0.0.1:{server.port}/health", headers={"Origin": "https://elsewhere.example"})
    assert answer.json() == {"status": "ok"}
    assert "access-control-allow-origin" not in answer.headers
    rows = Path(f"/proc/{server.process.pid}/net/tcp").read_text().splitlines()[1:]
    listening = [
        row.split()[1] for row in rows if row.split()[3] == "0A" and row.split()[1].endswith(f"{server.port:04X}")
    ]
    assert listening == [f"0100007F:{server.port:04X}"]


def test_requests_leave_no_line_in_the_log(server: ActionServer) -> None:
    before = server.log.read_text()
    for _ in range(5):
        server.call("greet")
    assert server.log.read_text() == before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_at_any_moment_of_its_start(tmp_path: Path, number: int) -> None:
    for attempt in range(8):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        with serving(folder) as server:
            time.sleep(random.uniform(0.3, 1.5))
            assert server.stop(number) < 5
            assert "Traceback" not in server.log.read_text() or "KeyboardInterrupt" in server.log.read_text()


def test_a_running_action_ends_before_the_server_does(server: ActionServer) -> None:
    answers: list[httpx.Response] = []
    waiting = threading.Thread(target=lambda: answers.append(server.call("wait")))
    waiting.start()
    time.sleep(0.3)
    assert server.stop() < 5
    waiting.join()
    assert answers[0].status_code == 200
    assert server.process.returncode == 0


def test_an_action_that_hangs_does_not_keep_it(server: ActionServer) -> None:
    def call() -> None:
        with pytest.raises(httpx.HTTPError):
            server.call("hang")

    hanging = threading.Thread(target=call)
    hanging.start()
    time.sleep(0.3)
    assert server.stop() < 5
    hanging.join()


def test_domain_yml_and_the_registry_list_the_same_actions() -> None:
    import yaml

    from actions.registry import ACTIONS as REGISTERED

    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    custom = [name for name in domain["actions"] if not name.startswith("utter_")]
    assert sorted(custom) == sorted(action.action_name for action in REGISTERED)


def test_the_answers_are_json_that_rasa_can_read(server: ActionServer) -> None:
    assert json.loads(server.call("greet").content)
