"""A Rasa server for tests: it streams what a script says for each message, and notes what it was sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

Step = dict[str, Any] | float | bytes
"""A reply, seconds to wait, or bytes to send as they are."""

Script = Callable[[dict[str, Any]], Sequence[Step] | Response]


def say(text: str, *buttons: tuple[str, str]) -> dict[str, Any]:
    """A text as Rasa sends it, with buttons given as (title, payload)."""
    reply: dict[str, Any] = {"recipient_id": "x", "text": text}
    if buttons:
        reply["buttons"] = [{"title": title, "payload": payload} for title, payload in buttons]
    return reply


def show(**custom: Any) -> dict[str, Any]:
    """A custom payload as Rasa sends it."""
    return {"recipient_id": "x", "custom": custom}


def card(item_id: str = "LL-MUG-001-BLU", **more: Any) -> dict[str, Any]:
    """An item card that fits reply.json."""
    price = {"cents": 1800, "currency": "EUR", "text": "€18.00"}
    plain = {"title": "Stoneware mug", "price": price, "availability": "in_stock", "reason": "blue, as you like it"}
    return {"item_id": item_id, **plain, **more}


def echo(message: dict[str, Any]) -> Sequence[Step]:
    """Says what it heard."""
    return [say(f"You said: {message['message']}")]


@dataclass
class FakeRasa:
    """The script may be changed between messages."""

    script: Script = echo
    received: list[dict[str, Any]] = field(default_factory=list)
    running: int = 0
    most_running: int = 0

    @property
    def texts(self) -> list[str]:
        """What was said to it, in order."""
        return [message["message"] for message in self.received]

    def app(self) -> Starlette:
        """The server's application."""
        return Starlette(
            routes=[
                Route("/", lambda _: PlainTextResponse("Hello from Rasa: 3.6.21")),
                Route("/webhooks/rest/webhook", self._webhook, methods=["POST"]),
            ]
        )

    async def _webhook(self, request: Request) -> Response:
        assert request.query_params["stream"] == "true"
        message = await request.json()
        self.received.append(message)
        answer = self.script(message)
        if isinstance(answer, Response):
            return answer
        return StreamingResponse(self._lines(answer), media_type="text/event-stream")

    async def _lines(self, steps: Sequence[Step]) -> AsyncIterator[bytes]:
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            for step in steps:
                if isinstance(step, float):
                    await asyncio.sleep(step)
                else:
                    yield step if isinstance(step, bytes) else json.dumps(step).encode() + b"\n"
        finally:
            self.running -= 1
