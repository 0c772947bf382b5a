from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

SMALL_SHOP = Path(__file__).with_name("small_shop.py")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_for(condition: Callable[[], object], *, limit_s: float = 15.0) -> None:
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


class SmallShop:
    """A supervisor in a process of its own, and what can be seen of it from outside."""

    def __init__(self, folder: Path, services: dict[str, list[str]], after: dict[str, list[str]]) -> None:
        self.folder = folder
        self.ports = {name: free_port() for name in services}
        plan = [[name, self.ports[name], after.get(name, []), options] for name, options in services.items()]
        self.output = folder / "output"
        with self.output.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, SMALL_SHOP, folder, json.dumps(plan)], stdout=file, stderr=subprocess.STDOUT
            )

    @property
    def text(self) -> str:
        return self.output.read_text()

    @property
    def started(self) -> list[tuple[str, int]]:
        with contextlib.suppress(FileNotFoundError):
            lines = (self.folder / "started").read_text().splitlines()
            return [(line.split()[0], int(line.split()[1])) for line in lines]
        return []

    def pids(self, name: str) -> list[int]:
        return [pid for started, pid in self.started if started == name]

    def wait_until_open(self) -> None:
        wait_for(lambda: "open" in self.text or self.process.poll() is not None)
        assert "open" in self.text

    def survivors(self) -> list[tuple[str, int]]:
        return [(name, pid) for name, pid in self.started if is_alive(pid)]

    def ask(self, name: str, path: str) -> None:
        with contextlib.suppress(OSError, urllib.error.URLError):
            urllib.request.urlopen(f"http://127.0.0.1:{self.ports[name]}{path}", timeout=5).close()


Open = Callable[..., SmallShop]


@pytest.fixture
def small_shop(tmp_path: Path) -> Iterator[Open]:
    shops: list[SmallShop] = []

    def start(services: dict[str, list[str]], after: dict[str, list[str]] | None = None) -> SmallShop:
        shops.append(SmallShop(tmp_path, services, after or {}))
        return shops[-1]

    yield start
    for shop in shops:
        if shop.process.poll() is None:
            shop.process.kill()
            shop.process.wait()


def test_a_service_starts_when_those_before_it_answer(small_shop: Open) -> None:
    shop = small_shop({"door": [], "brain": ["--slow-s", "0.6"], "hands": []}, {"door": ["brain", "hands"]})
    shop.wait_until_open()
    assert [name for name, _ in shop.started][-1] == "door"
    assert shop.text.index("✓ brain") < shop.text.index("✓ door") < shop.text.index("open")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_within_seconds(small_shop: Open, number: int) -> None:
    shop = small_shop({"brain": [], "hands": ["--stubborn", "--child"]})
    shop.wait_until_open()
    sent_at = time.monotonic()
    shop.process.send_signal(number)
    assert shop.process.wait(10) == 0
    assert time.monotonic() - sent_at < 5
    assert shop.survivors() == []
    assert len(shop.started) == 3
    assert "Traceback" not in shop.text


def test_a_signal_while_starting_stops_everything(small_shop: Open) -> None:
    shop = small_shop({"brain": ["--deaf"], "hands": []})
    wait_for(lambda: len(shop.started) == 2)
    shop.process.send_signal(signal.SIGINT)
    assert shop.process.wait(10) == 0
    assert shop.survivors() == []


def test_a_second_signal_does_not_wait(small_shop: Open) -> None:
    shop = small_shop({"brain": ["--stubborn"]})
    shop.wait_until_open()
    shop.process.send_signal(signal.SIGINT)
    time.sleep(0.2)
    shop.process.send_signal(signal.SIGINT)
    assert shop.process.wait(1) == 130
    wait_for(lambda: shop.survivors() == [], limit_s=2)


def test_killing_the_supervisor_leaves_no_process(small_shop: Open) -> None:
    shop = small_shop({"brain": ["--stubborn"], "hands": []})
    shop.wait_until_open()
    shop.process.kill()
    wait_for(lambda: shop.survivors() == [], limit_s=2)
    assert len(shop.started) == 2


def test_a_dead_process_is_started_again_and_it_is_said(small_shop: Open) -> None:
    shop = small_shop({"brain": [], "hands": []})
    shop.wait_until_open()
    shop.ask("brain", "/die")
    wait_for(lambda: "brain answers again" in shop.text)
    assert "brain stopped unexpectedly (exit code 7); starting it again (1 of 2)." in shop.text
    assert len(shop.pids("brain")) == 2
    assert len(shop.pids("hands")) == 1
    os.kill(shop.pids("brain")[-1], signal.SIGKILL)
    wait_for(lambda: len(shop.pids("brain")) == 3)
    assert "(signal SIGKILL); starting it again (2 of 2)" in shop.text


def test_a_process_that_keeps_dying_ends_the_run(small_shop: Open) -> None:
    shop = small_shop({"brain": ["--fail", "no memory left", "--fail-after", "2"], "hands": []})
    shop.wait_until_open()
    shop.ask("brain", "/die")
    assert shop.process.wait(10) == 1
    assert "brain stopped 3 times in 1 min." in shop.text
    assert "no memory left" in shop.text
    assert shop.survivors() == []


def test_a_process_that_does_not_start_ends_the_run_with_its_last_words(small_shop: Open) -> None:
    shop = small_shop({"brain": ["--fail", "There is no trained model."], "hands": []})
    assert shop.process.wait(10) == 1
    assert "✗ brain" in shop.text
    assert "brain did not start (exit code 1)." in shop.text
    assert "There is no trained model." in shop.text
    assert shop.survivors() == []


def test_a_process_that_never_answers_ends_the_run(small_shop: Open) -> None:
    shop = small_shop({"brain": ["--deaf"]})
    assert shop.process.wait(15) == 1
    assert "brain did not answer within 4 s." in shop.text
    assert shop.survivors() == []


def test_what_a_process_says_is_in_its_log(small_shop: Open) -> None:
    shop = small_shop({"brain": []})
    shop.wait_until_open()
    shop.ask("brain", "/something")
    wait_for(lambda: "asked for /something" in (shop.folder / "brain.log").read_text())
    assert "starting brain" in (shop.folder / "brain.log").read_text()
