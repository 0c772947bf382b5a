"""The running bot around a simulated shopper: Rasa as a process of its own, the real actions in this one."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from actions.context import Context, make_desk
from actions.desk.mail import FolderMailer
from actions.desk.policy import Policy
from actions.registry import all_actions
from actions.server import build_app, serve, stop_while_starting
from actions.shop import ShopInfo
from bot.setup.services import shop_services
from bot.setup.settings import Settings as SetupSettings
from profiling import Settings
from profiling.encoder import open_nlu_encoder
from profiling.engine import Engine
from profiling.faq import Faq
from tests.e2e.system import free_ports, is_healthy
from tests.simulator.tau2_shop import Tau2Shop

SHOP = Path("data/shop")
POLICY = Path(__file__).with_name("policy.yml")
START_S = 180.0


class CurrentShop:
    """Stands for the shop of the task at hand."""

    def __init__(self) -> None:
        self.shop: Tau2Shop | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.shop, name)


class RunningBot:
    """Says things to Rasa and hears the replies."""

    def __init__(self, url: str, current: CurrentShop) -> None:
        self._client = httpx.Client(base_url=url, trust_env=False, timeout=60.0)
        self._current = current

    def use(self, shop: Tau2Shop) -> None:
        """The shop that the following conversations are about."""
        self._current.shop = shop

    def say(self, sender: str, text: str, number: int) -> str:
        """The bot's reply to a message; "" if it says nothing."""
        body = {"sender": sender, "message": text, "metadata": {"message_id": f"{sender}-{number}"}}
        replies = self._client.post("/webhooks/rest/webhook", json=body).raise_for_status().json()
        return "\n\n".join(reply["text"] for reply in replies if reply.get("text"))


def with_running_bot(talk: Callable[[RunningBot], None]) -> None:
    """Starts Rasa and the action server, runs `talk` in a thread, and stops both. Call it in the main thread."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        ports = free_ports(3)
        built = SetupSettings.from_environment()
        settings = replace(built, home=home, host="127.0.0.1", port=ports[0], rasa_port=ports[1], actions_port=ports[2])
        (home / "models").mkdir()
        for model in ("encoder", "nlu_encoder"):
            (home / "models" / model).symlink_to((built.home / "models" / model).resolve(), target_is_directory=True)
        current = CurrentShop()
        app = build_app(all_actions(_context(home, current)))
        stop_while_starting()
        with _rasa(settings) as rasa_url:
            done = threading.Thread(target=_talk, args=(talk, RunningBot(rasa_url, current)))
            done.start()
            serve(app, port=settings.actions_port)
            done.join()


def _talk(talk: Callable[[RunningBot], None], bot: RunningBot) -> None:
    try:
        talk(bot)
    finally:
        os.kill(os.getpid(), 15)  # ends `serve`


def _context(home: Path, current: CurrentShop) -> Context:
    settings = Settings(home=home)
    engine = Engine.open(settings)
    info = ShopInfo.read(SHOP / "shop.yml")
    shop: Any = current
    policy = Policy.read(POLICY)
    desk = make_desk(engine, info, shop, policy, FolderMailer(home / "outbox", info.email))
    faq = Faq(SHOP / "faq.yml", encoder=engine.encoder, second=open_nlu_encoder(settings))
    return Context(engine, info, faq, shop, desk)


@contextmanager
def _rasa(settings: SetupSettings) -> Iterator[str]:
    service = next(service for service in shop_services(settings) if service.name == "rasa")
    log = settings.home / "rasa.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(part) for part in service.argv],
            cwd=settings.root,
            env=settings.environment(),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + START_S
        while not is_healthy(service):
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"Rasa does not start:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
            time.sleep(0.3)
        yield f"http://{service.host}:{service.port}"
    finally:
        process.terminate()
        process.wait(20)
