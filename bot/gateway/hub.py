"""The hub wakes those who wait for new events of a session, also when another process has written them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from bot.gateway.database import GatewayDatabase

WATCH_EVERY_S = 0.25


class Hub:
    """Waiting and waking, within one event loop."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._waiting_for_all: set[asyncio.Event] = set()
        self.closing = False

    @contextmanager
    def listening(self, session_id: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever something happened in the session; the listener clears it."""
        bell = asyncio.Event()
        self._waiting[session_id].add(bell)
        try:
            yield bell
        finally:
            self._waiting[session_id].discard(bell)
            if not self._waiting[session_id]:
                del self._waiting[session_id]

    @contextmanager
    def listening_to_all(self) -> Iterator[asyncio.Event]:
        """An event that is set whenever something happened in any session."""
        bell = asyncio.Event()
        self._waiting_for_all.add(bell)
        try:
            yield bell
        finally:
            self._waiting_for_all.discard(bell)

    def listeners(self, session_id: str) -> int:
        """How many listen to the session."""
        return len(self._waiting.get(session_id, ()))

    def wake(self, session_id: str) -> None:
        """Tells the session's listeners that there is something to read."""
        for bell in (*self._waiting.get(session_id, ()), *self._waiting_for_all):
            bell.set()

    def close(self) -> None:
        """Sends all listeners home."""
        self.closing = True
        for session_id in self._waiting:
            self.wake(session_id)

    async def watch(self, database: GatewayDatabase) -> None:
        """Wakes all listeners after a write of another process. Runs until it is cancelled."""
        version = -1
        while True:
            await asyncio.sleep(WATCH_EVERY_S)
            if not self._waiting:
                continue
            seen = await asyncio.to_thread(lambda: database.data_version)
            if seen != version:
                version = seen
                for session_id in self._waiting:
                    self.wake(session_id)
