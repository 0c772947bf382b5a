"""What shoppers may do with what is known about them: see, mend, have it forgotten, take it into their account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from bot.errors import ApiError
from bot.gateway.engine_store import EngineStore
from profiling.errors import StoreError
from profiling.profile.profile import read_profile
from profiling.store import Store
from profiling.store.facts import FactStore

T = TypeVar("T")
BY_SHOPPER = "shopper"
"""What closed a fact that was taken back outside of the talk."""


class Profiles:
    """Works on the engine's database.

    Raises:
        ApiError: 503, when the database cannot be read or written.
    """

    def __init__(self, engine: EngineStore) -> None:
        self._engine = engine

    async def facts(self, shopper_id: str) -> list[dict[str, Any]]:
        """What holds now, in the order of "what do you know about me?"."""
        return await self._run(lambda store: _facts(store, shopper_id))

    async def close(self, shopper_id: str, fact_id: str) -> None:
        """Closes a fact: it is wrong, or no longer true.

        Raises:
            ApiError: 404, this shopper has no such open fact.
        """
        if not await self._run(lambda store: _close(store, shopper_id, fact_id)):
            raise ApiError(404, "unknown_fact", "That is not among the things that I know about you.")

    async def forget(self, shopper_id: str) -> int:
        """Deletes all that the engine has about the shopper; returns how many facts were known."""
        return await self._run(lambda store: _erase(store, shopper_id))

    async def merge(self, guest_id: str, shopper_id: str) -> None:
        """Makes what a guest said and did the account's."""
        await self._run(lambda store: _merge(store, guest_id, shopper_id))

    async def _run(self, work: Callable[[Store], T]) -> T:
        try:
            return await self._engine.run(work)
        except StoreError:
            raise ApiError(503, "store_unavailable", "This is out of reach right now.", retry_after_s=10) from None


def _facts(store: Store, shopper_id: str) -> list[dict[str, Any]]:
    facts = FactStore(store)
    last = facts.last_turn(shopper_id)
    profile = read_profile(
        shopper_id,
        facts.open_facts(shopper_id),
        language=last["language"] if last else "en",
        need=last["need"] if last else "",
        at=datetime.now(UTC),
    )
    return [
        {"fact_id": fact.fact_id, "text": text, "quote": fact.quote, "at": fact.valid_from.isoformat()}
        for fact, text in profile.tell()
    ]


def _close(store: Store, shopper_id: str, fact_id: str) -> bool:
    facts = FactStore(store)
    with store.writing():
        known = any(fact.fact_id == fact_id for fact in facts.open_facts(shopper_id))
        if known:
            facts.close([fact_id], at=datetime.now(UTC), by=BY_SHOPPER)
    return known


def _erase(store: Store, shopper_id: str) -> int:
    with store.writing():
        count = FactStore(store).erase(shopper_id)
    store.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # deleted is deleted, in the log too
    return count


def _merge(store: Store, guest_id: str, shopper_id: str) -> None:
    with store.writing() as db:
        for table in ("turns", "facts", "slates", "interactions"):
            db.conn.execute(f"UPDATE {table} SET shopper_id = ? WHERE shopper_id = ?", [shopper_id, guest_id])  # noqa: S608
