"""The whole of Rapport as processes on free ports: the action server, Rasa and the gateway, as `make up` starts them."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx

from bot.setup.recipe import MODEL
from bot.setup.services import Service, shop_services
from bot.setup.settings import Settings

START_S = 180.0
STOP_S = 15.0
NOT_BUILT = "no trained dialogue; `make train` makes it"


class System:
    """Three running processes over one RAPPORT_HOME. Each can be stopped, killed and started again."""

    def __init__(self, settings: Settings, variables: Mapping[str, str] | None = None) -> None:
        self.settings = settings
        self.environment = settings.environment() | {"RAPPORT_MESSAGES_PER_MINUTE": "0"} | dict(variables or {})
        self._services = {service.name: service for service in shop_services(settings)}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def use(self, name: str, *argv: str) -> None:
        """Starts another command in the place of a process; it must listen on the same port."""
        self._services[name] = replace(self._services[name], argv=argv)

    @property
    def url(self) -> str:
        """The gateway's address."""
        return self.settings.url

    def command(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs a command of the engine's environment to its end."""
        return subprocess.run(
            [self.settings.python, *arguments],
            cwd=self.settings.root,
            env=self.environment | variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=STOP_S * 40,
        )

    def start(self, *names: str) -> None:
        """Starts processes, all unless named, and waits until each answers."""
        names = names or tuple(self._services)
        self.settings.logs.mkdir(parents=True, exist_ok=True)
        for name in names:
            with self.log(name).open("ab") as log:
                self._processes[name] = subprocess.Popen(
                    [str(part) for part in self._services[name].argv],
                    cwd=self.settings.root,
                    env=self.environment,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
        for name in names:
            self._wait(self._services[name])

    def pid(self, name: str) -> int:
        """The process id of a running part."""
        return self._processes[name].pid

    def kill(self, name: str) -> None:
        """Ends a process without warning, as a crash does."""
        self._processes[name].kill()
        self._processes[name].wait(STOP_S)

    def stop(self) -> None:
        """Ends what runs, the gateway first."""
        for name in ("gateway", "rasa", "actions"):
            process = self._processes.pop(name, None)
            if process is not None and process.poll() is None:
                process.terminate()
                try:
                    process.wait(STOP_S)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait(STOP_S)

    def log(self, name: str) -> Path:
        """What a process has printed."""
        return self.settings.logs / f"{name}.log"

    def _wait(self, service: Service) -> None:
        deadline = time.monotonic() + START_S
        while not is_healthy(service):
            said = self.log(service.name).read_text(encoding="utf-8", errors="replace")[-4_000:]
            assert self._processes[service.name].poll() is None, f"{service.title} has ended:\n{said}"
            assert time.monotonic() < deadline, f"{service.title} does not answer:\n{said}"
            time.sleep(0.1)


def is_healthy(service: Service) -> bool:
    """Whether the process answers."""
    return is_healthy_url(f"http://{service.host}:{service.port}{service.health_path}")


def is_healthy_url(url: str) -> bool:
    """Whether a GET is answered with success."""
    try:
        return httpx.get(url, trust_env=False, timeout=5.0).is_success
    except httpx.TransportError:
        return False


@contextmanager
def running_system(home: Path, *, actions_port: int = 0, **variables: str) -> Iterator[System]:
    """A system over `home`, not started yet; whatever was started is stopped in the end."""
    built = Settings.from_environment()
    ports = free_ports(3)
    settings = replace(
        built, home=home, host="127.0.0.1", port=ports[0], rasa_port=ports[1], actions_port=actions_port or ports[2]
    )
    (home / "models").mkdir(parents=True, exist_ok=True)
    for model in (built.home / "models").iterdir():
        if not (home / "models" / model.name).exists():
            (home / "models" / model.name).symlink_to(model.resolve(), target_is_directory=True)
    system = System(settings, variables)
    try:
        yield system
    finally:
        system.stop()


def load_demo_shop(system: System) -> None:
    """The demo catalogue with its index, and the orders."""
    for arguments in (
        ("-m", "profiling", "import", "data/shop/catalogue.csv", "--feed", "demo"),
        ("-m", "profiling", "index"),
        ("-m", "actions.shop", "load", "data/shop"),
    ):
        done = system.command(*arguments)
        assert done.returncode == 0, done.stderr


def is_trained() -> bool:
    """Whether there are all the models to start with."""
    settings = Settings.from_environment()
    return (settings.root / "models" / MODEL).exists() and all(
        (settings.home / "models" / model).exists() for model in ("encoder", "nlu_encoder", "sentiment", "entities")
    )


def free_ports(count: int) -> list[int]:
    """Ports of the loopback interface that nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for sock in sockets:
            sock.bind(("127.0.0.1", 0))
        return [int(sock.getsockname()[1]) for sock in sockets]
    finally:
        for sock in sockets:
            sock.close()


def shared_data() -> Path | None:
    """The folder with data that is not in the repository, if RAPPORT_SHARED_DATA names one."""
    folder = os.environ.get("RAPPORT_SHARED_DATA")
    return Path(folder) if folder and Path(folder).is_dir() else None
