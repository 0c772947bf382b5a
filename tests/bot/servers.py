"""Servers on loopback for tests: in a thread, or in a process of their own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import uvicorn
from starlette.applications import Starlette

from bot.gateway.app import create_app
from bot.gateway.server import GatewayServer
from bot.settings import Settings

ROOT = Path(__file__).parents[2]


def listening_socket(port: int = 0) -> tuple[socket.socket, str]:
    """A bound socket, on a free port unless one is named, and its address."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", port))
    return sock, f"http://127.0.0.1:{sock.getsockname()[1]}"


@contextmanager
def running(server: uvicorn.Server, *, port: int = 0) -> Iterator[str]:
    """Runs a server in a thread; yields its address."""
    sock, url = listening_socket(port)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.01)
    try:
        yield url
    finally:
        server.should_exit = True
        thread.join(15)
        sock.close()
        assert not thread.is_alive(), "the server did not stop"


@contextmanager
def running_app(app: Starlette) -> Iterator[str]:
    """Runs any application in a thread."""
    config = uvicorn.Config(app, log_config=None, access_log=False, ws="none", timeout_graceful_shutdown=1)
    with running(uvicorn.Server(config)) as url:
        yield url


@contextmanager
def running_gateway(settings: Settings, *, port: int = 0) -> Iterator[str]:
    """Runs a gateway in a thread."""
    with running(GatewayServer(create_app(settings)), port=port) as url:
        yield url


@contextmanager
def gateway_process(settings: Settings) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Runs `python -m bot gateway`; yields its address and the process, which the test may kill."""
    sock, url = listening_socket()
    sock.close()
    environment = os.environ | {
        "RAPPORT_HOME": str(settings.home),
        "RAPPORT_PORT": url.rpartition(":")[2],
        "RAPPORT_RASA_URL": settings.rasa_url,
        "RAPPORT_SHOP": str(settings.shop_dir),
        "RAPPORT_MESSAGES_PER_MINUTE": "0",
        "RAPPORT_LEASE_S": str(int(settings.lease_s)),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "gateway"], cwd=ROOT, env=environment, stderr=subprocess.PIPE
    )
    try:
        _wait_until_up(url, process)
        yield url, process
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=20)


def _wait_until_up(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(f"{url}/healthz", trust_env=False)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the gateway did not start")
