"""The Rasa server as a process: starts, answers, says nothing it should not, and stops."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tarfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.components import without_tensorflow
from tests.components.conftest import HERE, ROOT, ObedientActionServer

SECRET = "where is my parcel, aunt Wilhelmina"


class Server:
    """A running `python -m bot.components.serve`."""

    def __init__(self, folder: Path, model: Path, action_url: str, *more: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        endpoints, credentials = folder / "endpoints.yml", folder / "credentials.yml"
        kind = "bot.components.tracker_store.CompactTrackerStore"
        endpoints.write_text(
            f"action_endpoint:\n  url: {action_url}\ntracker_store:\n  type: {kind}\n  db: {folder / 'rasa.db'}\n"
        )
        credentials.write_text("rest:\nsocketio:\n  user_message_evt: user_uttered\n")
        self.log = folder / "log.txt"
        command = [sys.executable, "-m", "bot.components.serve", "--port", str(self.port), "--model", str(model)]
        command += ["--endpoints", str(endpoints), "--credentials", str(credentials), *more]
        environment = {**os.environ, "RAPPORT_ENCODER_DIR": str(HERE / "tiny_encoder"), "RAPPORT_ACTION_TIMEOUT_S": "5"}
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=self.log.open("w"), stderr=subprocess.STDOUT
        )

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + 60
        while "Rasa ready" not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)

    def request(self, path: str, body: Any = None, *, method: str | None = None, origin: str = "") -> Any:
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, method=method)
        if origin:
            request.add_header("Origin", origin)
        with contextlib.suppress(urllib.error.HTTPError):
            return urllib.request.urlopen(request, timeout=30)
        try:
            urllib.request.urlopen(request, timeout=30)
        except urllib.error.HTTPError as error:
            return error
        raise AssertionError("no longer an error")

    def say(self, text: str, sender: str = "web-1") -> list[Any]:
        body = {"sender": sender, "message": text, "metadata": {"message_id": f"m-{time.monotonic_ns()}"}}
        answer = self.request("/webhooks/rest/webhook?stream=true", body)
        return [json.loads(line) for line in answer.read().splitlines() if line.strip()]

    def stop(self, number: int = signal.SIGTERM) -> float:
        started = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(15)
        return time.monotonic() - started


@contextlib.contextmanager
def serving(*arguments: Any) -> Iterator[Server]:
    server = Server(*arguments)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.kill()
        server.process.wait(10)


def test_a_conversation_over_the_rest_channel(
    trained_model: Path, action_server: ObedientActionServer, tmp_path: Path
) -> None:
    with serving(tmp_path, trained_model.parent, action_server.url) as server:
        server.wait_until_ready()
        assert server.say("hello") == [{"recipient_id": "web-1", "text": "Hello."}]
        look, items = server.say("red running shoes")
        assert look["text"] == "Look."
        assert items["custom"]["items"][0]["title"] == "Red shoe"
        assert [line["text"] for line in server.say(SECRET)] == ["None is on its way."]
        action_server.answer = lambda body: (500, SECRET)
        assert [line["text"] for line in server.say(SECRET)] == ["A part of me is asleep."]
        assert server.say("/nonsense Wilhelmina")
        assert server.request("/webhooks/rest/webhook", b"{broken Wilhelmina").status == 400
        server.say("/greet{broken Wilhelmina")
        assert (
            server.request("/", origin="https://elsewhere.example").headers.get("Access-Control-Allow-Origin") is None
        )
        for path in ("/model/parse", "/conversations/web-1/tracker", "/status", "/webhooks/socketio/"):
            assert server.request(path).status == 404
        assert server.request("/webhooks/rest/webhook", b"x" * 300_000).status == 413
        assert server.stop() < 5
        assert server.process.returncode == 0
    log = server.log.read_text()
    assert "Wilhelmina" not in log
    assert "Ignored in" in log
    assert "socketio" in log
    assert "Warning" not in log
    assert len(log.splitlines()) < 40, log


def test_it_listens_on_the_loopback_interface_only(
    trained_model: Path, action_server: ObedientActionServer, tmp_path: Path
) -> None:
    with serving(tmp_path, trained_model, action_server.url) as server:
        server.wait_until_ready()
        listening = [line.split() for line in Path(f"/proc/{server.process.pid}/net/tcp").read_text().splitlines()[1:]]
        ours = [parts[1] for parts in listening if parts[1].endswith(f":{server.port:04X}") and parts[3] == "0A"]
        assert ours == [f"0100007F:{server.port:04X}"]


def test_the_action_server_can_be_elsewhere(
    trained_model: Path, action_server: ObedientActionServer, tmp_path: Path
) -> None:
    url = action_server.url.removesuffix("/webhook")
    with serving(tmp_path, trained_model, "http://127.0.0.1:9/webhook", "--actions-url", url) as server:
        server.wait_until_ready()
        assert server.say("red running shoes")[0]["text"] == "Look."


@pytest.mark.parametrize("path", ["nowhere", "nowhere/model.tar.gz", "."])
def test_a_wrong_model_is_refused(path: str, tmp_path: Path) -> None:
    with serving(tmp_path, tmp_path / path, "http://127.0.0.1:9/webhook") as server:
        assert server.process.wait(30) == 1
    assert "no trained model" in server.log.read_text()


def test_a_damaged_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.tar.gz").write_bytes(b"not an archive")
    with serving(tmp_path, tmp_path, "http://127.0.0.1:9/webhook") as server:
        assert server.process.wait(30) == 1
    assert "cannot be loaded" in server.log.read_text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_at_any_moment_of_its_start(trained_model: Path, tmp_path: Path, number: int) -> None:
    for attempt in range(4):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        with serving(folder, trained_model, "http://127.0.0.1:9/webhook") as server:
            time.sleep(random.uniform(0.3, 3.0))
            assert server.stop(number) < 5
            assert server.process.returncode == 0, server.log.read_text()
        assert "Traceback" not in server.log.read_text()


def test_a_running_turn_ends_before_the_server_does(
    trained_model: Path, action_server: ObedientActionServer, tmp_path: Path
) -> None:
    with serving(tmp_path, trained_model, action_server.url) as server:
        server.wait_until_ready()
        server.say("hello")
        action_server.delay_s = 0.7
        answers: list[Any] = []
        turn = threading.Thread(target=lambda: answers.extend(server.say("red running shoes")))
        turn.start()
        time.sleep(0.3)
        assert server.stop() < 5
        turn.join(5)
    assert answers[0]["text"] == "Look."


def test_tensorflow_stays_out(trained_model: Path, action_server: ObedientActionServer, tmp_path: Path) -> None:
    assert not without_tensorflow.model_needs_tensorflow(trained_model)
    with serving(tmp_path, trained_model, action_server.url) as server:
        server.wait_until_ready()
        assert "libtensorflow" not in Path(f"/proc/{server.process.pid}/maps").read_text()


def test_a_model_with_a_neural_part_gets_tensorflow(tmp_path: Path) -> None:
    for used, needed in (
        ("rasa.core.policies.rule_policy.RulePolicy", False),
        ("bot.components.linear_intent.LinearIntentClassifier", False),
        ("rasa.nlu.classifiers.diet_classifier.DIETClassifier", True),
        ("somebody.elses.Component", True),
    ):
        metadata = tmp_path / "metadata.json"
        metadata.write_text(json.dumps({"predict_schema": {"nodes": {"a": {"uses": used}}}}))
        with tarfile.open(tmp_path / "model.tar.gz", "w:gz") as archive:
            archive.add(metadata, "metadata.json")
        assert without_tensorflow.model_needs_tensorflow(tmp_path / "model.tar.gz") is needed


def test_rasa_still_imports_tensorflow_for_nothing() -> None:
    import inspect

    from rasa.utils.tensorflow import callback, data_generator

    assert "import tensorflow as tf" in inspect.getsource(callback)
    assert "from tensorflow.keras.utils import Sequence" in inspect.getsource(data_generator)
    for module, names in without_tensorflow.CLASSES.items():
        for name in names:
            assert hasattr(sys.modules[module], name)
