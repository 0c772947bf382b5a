"""What the tests in Rasa's environment share: a tiny encoder, a tiny trained bot and an action server that obeys."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
collect_ignore_glob = ["test_*.py"] if importlib.util.find_spec("rasa") is None else []

if not collect_ignore_glob:
    sys.path.insert(0, str(ROOT))
    from bot.components import quiet_logs

    quiet_logs.prepare_environment()
    os.environ["RAPPORT_ENCODER_DIR"] = str(HERE / "tiny_encoder")

Answer = Callable[[dict[str, Any]], Any]
"""From a call's body to a JSON-like answer, or to (status, text)."""


class ObedientActionServer:
    """Answers /webhook as the test wishes; keeps the size and body of each call."""

    def __init__(self) -> None:
        self.answer: Answer = shop_answer
        self.delay_s = 0.0
        self.calls: list[dict[str, Any]] = []
        self.sizes: list[int] = []
        self.url = ""

    async def handle(self, request: Any) -> Any:
        """The web handler."""
        from aiohttp import web

        raw = await request.read()
        body = json.loads(raw)
        self.calls.append(body)
        self.sizes.append(len(raw))
        await asyncio.sleep(self.delay_s)
        answer = self.answer(body)
        if isinstance(answer, tuple):
            return web.Response(status=answer[0], text=answer[1], content_type="application/json")
        return web.json_response(answer)


def shop_answer(body: dict[str, Any]) -> dict[str, Any]:
    """A small shop: what it says depends on nothing but the tracker it gets."""
    tracker, slots = body["tracker"], body["tracker"]["slots"]
    events: list[dict[str, Any]] = []
    responses: list[dict[str, Any]] = []
    match body["next_action"]:
        case "action_observe_turn":
            known = {"event": "slot", "name": "language", "value": "en"}
            events = [known, {"event": "slot", "name": "turns", "value": (slots["turns"] or 0) + 1}]
        case "action_recommend":
            responses = [{"text": "Look."}, {"custom": {"items": [{"title": "Red shoe"}], "turn": slots["turns"]}}]
            events = [{"event": "slot", "name": "vip", "value": True}]
        case "action_order_status":
            responses = [{"text": f"{slots['order_number']} is on its way."}]
        case "action_return":
            responses = [{"text": f"{slots['order_number']} comes back: {slots['reason']}."}]
            events = [{"event": "slot", "name": name, "value": None} for name in ("order_number", "reason")]
        case "action_forget":
            responses = [{"text": "Forgotten."}]
            events = [{"event": "reset_slots"}]
        case "validate_return_form":
            requested = slots["requested_slot"]
            text = tracker["latest_message"]["text"]
            if requested == "reason" and slots["reason"] == "rubbish":
                events = [{"event": "slot", "name": "reason", "value": None}]
                responses = [{"text": f"'{text}' is no reason."}]
    return {"events": events, "responses": responses}


@pytest.fixture(scope="session")
def _action_loop() -> Iterator[ObedientActionServer]:
    from aiohttp import web

    server, loop, ready = ObedientActionServer(), asyncio.new_event_loop(), threading.Event()

    async def start() -> None:
        app = web.Application(client_max_size=10_000_000)
        app.router.add_post("/webhook", server.handle)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        server.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/webhook"  # type: ignore[union-attr]
        ready.set()

    def work() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(start())
        loop.run_forever()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert ready.wait(10)
    yield server
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)


@pytest.fixture
def action_server(_action_loop: ObedientActionServer) -> ObedientActionServer:
    """The action server, on its best behaviour."""
    _action_loop.answer, _action_loop.delay_s = shop_answer, 0.0
    _action_loop.calls.clear()
    _action_loop.sizes.clear()
    return _action_loop


@pytest.fixture(scope="session")
def trained_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny bot, trained by our own command."""
    from bot.components import train

    folder = tmp_path_factory.mktemp("models")
    bot = HERE / "tiny_bot"
    files = {"config": bot / "config.yml", "domain": bot / "domain.yml", "data": bot / "data.yml", "out": folder}
    train.main([f"--{name}={path}" for name, path in files.items()])
    (model,) = folder.glob("*.tar.gz")
    return model


@pytest.fixture
def make_agent(trained_model: Path, action_server: ObedientActionServer) -> Callable[..., Any]:
    """Makes agents of the tiny bot, patched, on a tracker store of choice."""
    from rasa.core.agent import Agent
    from rasa.utils.endpoints import EndpointConfig

    from bot.components import patches

    patches.apply()

    def make(store: Any = None) -> Any:
        return Agent.load(str(trained_model), tracker_store=store, action_endpoint=EndpointConfig(action_server.url))

    return make


@pytest.fixture(autouse=True)
async def _fresh_action_calls() -> Any:
    from bot.components import action_call

    action_call._failed.clear()
    yield
    await action_call.close()
