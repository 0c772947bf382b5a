"""The gateway's door to the engine's database: what a turn taught the engine, and what the shopper did with items."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from bot.errors import ApiError
from bot.gateway.sessions import Session
from profiling.errors import StoreError
from profiling.profile.manner import kept_with
from profiling.profile.persons import APART
from profiling.profile.profile import tell
from profiling.store import Store
from profiling.store.connection import database_key, errors
from profiling.store.facts import FactStore
from profiling.store.log import Log
from profiling.store.slates import SlateStore
from profiling.types import Fact, Row

T = TypeVar("T")

_log = logging.getLogger("rapport.engine")


@dataclass(frozen=True)
class Observation:
    """What the engine made of one message; all empty when it has no row for it."""

    intent: str | None = None
    probability: float | None = None
    language: str | None = None
    mood: str | None = None
    facts: list[dict[str, str]] = field(default_factory=list)
    manner: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Interaction:
    """What a shopper did with an item, a slate or a reply."""

    interaction_id: str
    kind: str
    item_id: str | None = None
    slate_id: str | None = None
    message_id: str | None = None


class EngineStore:
    """Runs work on the store in two threads of its own.

    The store is opened when it is first needed, and tried again as long as it is broken.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._store: Store | None = None
        self._opening = threading.Lock()
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="engine-store")

    async def run(self, work: Callable[[Store], T]) -> T:
        """The result of `work` on the store.

        Raises:
            StoreError: the database cannot be opened, read or written.
        """
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._work, work)

    async def observation(self, message_id: str, session: Session) -> Observation:
        """What the engine noted about a message of this shopper; empty if it did not see it or the store is broken."""
        try:
            return await self.run(lambda store: _observation(store, message_id, session))
        except StoreError as error:
            _log.error("message %s: no observation: %s", message_id, error)
            return Observation()

    async def record(self, interaction: Interaction, shopper_id: str) -> None:
        """Stores an interaction once.

        Raises:
            ApiError: item or slate are not known, or the slate was shown to somebody else.
            StoreError: the database cannot be written.
        """
        await self.run(lambda store: _record(store, interaction, shopper_id))

    async def is_up(self) -> bool:
        """Whether the store can be read."""
        try:
            return await self.run(lambda store: store.db.conn.execute("SELECT 1").fetchone() is not None)
        except StoreError:
            return False

    def close(self) -> None:
        """Waits for the work that runs, then lets go of the store."""
        self._threads.shutdown()
        if self._store is not None:
            self._store.close()

    def _work(self, work: Callable[[Store], T]) -> T:
        try:
            with self._opening:
                self._store = self._store or Store(self._path)
            return work(self._store)
        except errors(database_key()) as error:
            raise StoreError(f"{self._path}: {error}") from error


def _observation(store: Store, message_id: str, session: Session) -> Observation:
    facts = FactStore(store)
    turn = Log(store).turn(message_id)
    if turn is None or not _is_theirs(turn, session):
        return Observation()
    new = [_told(fact, turn["language"]) for fact in facts.of_message(message_id) if fact.valid_to is None]
    return Observation(
        intent=turn["intent"] or None,
        probability=turn["probability"],
        language=turn["language"] or None,
        mood=turn.get("mood"),
        facts=new,
        manner=[trait.tell() for trait in kept_with(turn)],
    )


def _is_theirs(turn: Row, session: Session) -> bool:
    """Whether a turn is the session's shopper's, or that of another person on their device."""
    origin, sender_id = str(turn["origin"]), str(turn["sender_id"])
    return origin == session.shopper_id or (origin.startswith(APART) and sender_id == session.sender_id)


def _told(fact: Fact, language: str) -> dict[str, str]:
    return {
        "fact_id": fact.fact_id,
        "text": tell(fact, language),
        "quote": fact.quote,
        "at": fact.valid_from.isoformat(),
    }


def _record(store: Store, interaction: Interaction, shopper_id: str) -> None:
    with store.writing() as db:
        item_id, slate_id = interaction.item_id, interaction.slate_id
        if item_id and not db.conn.execute("SELECT 1 FROM items WHERE item_id = ?", [item_id]).fetchone():
            raise ApiError(404, "unknown_item", "There is no such item.")
        shown = db.conn.execute("SELECT shopper_id FROM slates WHERE slate_id = ?", [slate_id]).fetchone()
        if slate_id and (shown is None or shown[0] != shopper_id):
            raise ApiError(404, "unknown_slate", "These recommendations were not shown to you.")
        SlateStore(store).record(
            interaction.interaction_id,
            interaction.kind,
            shopper_id=shopper_id,
            at=datetime.now(UTC),
            item_id=item_id,
            slate_id=slate_id,
            message_id=interaction.message_id,
        )
