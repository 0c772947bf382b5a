"""What is back in stock is told in the chat to those who have asked for it."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

from bot.gateway.engine_store import EngineStore
from bot.gateway.hub import Hub
from bot.gateway.records import Records
from profiling.errors import StoreError
from profiling.money import format_price
from profiling.store.notices import Notice, NoticeStore

EVERY_S = 3.0
_log = logging.getLogger("rapport.notices")


class Notices:
    """Tells each notice once. Several gateways may look for them: each is told by one."""

    def __init__(self, engine: EngineStore, records: Records, hub: Hub) -> None:
        self._engine = engine
        self._records = records
        self._hub = hub

    async def run(self) -> None:
        """Runs until it is cancelled."""
        is_failing = False
        while True:
            try:
                await self.tell(at=datetime.now(UTC))
                is_failing = False
            except Exception as error:  # noqa: BLE001  # a broken database is tried again
                if not is_failing:  # once: rounds are seconds apart
                    _log.error("notices wait: %s", error if isinstance(error, StoreError) else type(error).__name__)
                is_failing = True
            await asyncio.sleep(EVERY_S)

    async def tell(self, *, at: datetime) -> int:
        """One round; returns how many notices were told."""
        told = 0
        for notice in await self._engine.run(lambda store: NoticeStore(store).due("chat", at=at)):
            told += await self._tell(notice, at=at)
        return told

    async def _tell(self, notice: Notice, *, at: datetime) -> bool:
        text = await self._engine.run(
            lambda store: (
                _text(store.db.conn.execute(_ITEM, [notice.item_id]).fetchone())
                if NoticeStore(store).take(notice, at=at)
                else ""
            )
        )
        if not text:
            return False
        body = {"text": text, "quick_replies": []}
        for session_id in await asyncio.to_thread(self._records.announce, notice.sender_id, body):
            self._hub.wake(session_id)
        await self._engine.run(lambda store: NoticeStore(store).sent(notice))
        _log.info("notice %s told", notice.notice_id)
        return True


_ITEM = "SELECT title, price_cents, currency FROM items WHERE item_id = ?"


def _text(row: tuple[str, int | None, str]) -> str:
    title, price_cents, currency = row
    price = f", for {format_price(price_cents, currency)}" if price_cents is not None else ""
    return f"You wanted to know: {title} is back in stock{price}."
