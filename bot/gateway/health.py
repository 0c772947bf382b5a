"""Whether the other processes answer."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import httpx

from bot.gateway.engine_store import EngineStore
from bot.rasa_client import RasaClient, answers

FRESH_S = 2.0


class Health:
    """Asks Rasa, the action server and the store; an answer is good for two seconds, so that nobody can flood them."""

    def __init__(self, rasa: RasaClient, engine: EngineStore, *, http: httpx.AsyncClient, actions_url: str) -> None:
        self._rasa = rasa
        self._engine = engine
        self._http = http
        self._actions_url = actions_url
        self._asking = asyncio.Lock()
        self._asked_at = -FRESH_S
        self._answer: dict[str, Any] = {}

    async def check(self) -> dict[str, Any]:
        """{"status": "ok" | "degraded", "parts": {"rasa", "actions", "store"}}."""
        async with self._asking:
            if time.monotonic() - self._asked_at >= FRESH_S:
                self._answer = await self._ask()
                self._asked_at = time.monotonic()
            return self._answer

    async def _ask(self) -> dict[str, Any]:
        rasa, actions, store = await asyncio.gather(
            self._rasa.is_up(), answers(self._http, f"{self._actions_url}/health"), self._engine.is_up()
        )
        parts = {"rasa": rasa, "actions": actions, "store": store}
        return {"status": "ok" if all(parts.values()) else "degraded", "parts": parts}
