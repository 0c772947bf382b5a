"""What shoppers may do with what is known about them: see, mend, have it forgotten, take it into their account."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from bot.errors import ApiError
from bot.gateway.engine_store import EngineStore
from profiling.errors import StoreError
from profiling.profile.memory import Memory
from profiling.store import Store
from profiling.vocabulary import load_vocabulary

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
        if not await self._run(lambda store: _retract(store, shopper_id, fact_id)):
            raise ApiError(404, "unknown_fact", "That is not among the things that I know about you.")

    async def forget(self, shopper_id: str) -> int:
        """Deletes all that the engine has about the shopper; returns how many facts were known."""
        return await self._run(lambda store: _memory(store).forget(shopper_id))

    async def merge(self, guest_id: str, shopper_id: str) -> None:
        """Makes what a guest said and did the account's."""
        await self._run(lambda store: _memory(store).merge(guest_id, shopper_id, proof="signed_login"))

    async def _run(self, work: Callable[[Store], T]) -> T:
        try:
            return await self._engine.run(work)
        except StoreError:
            raise ApiError(503, "store_unavailable", "This is out of reach right now.", retry_after_s=10) from None


def _memory(store: Store) -> Memory:
    return Memory(store, load_vocabulary(None).product_types)


def _facts(store: Store, shopper_id: str) -> list[dict[str, Any]]:
    return [
        {"fact_id": fact.fact_id, "text": text, "quote": fact.quote, "at": fact.valid_from.isoformat()}
        for fact, text in _memory(store).profile(shopper_id).tell()
    ]


def _retract(store: Store, shopper_id: str, fact_id: str) -> bool:
    memory = _memory(store)
    known = any(fact.valid_to is None for fact in memory.facts.get(memory.shoppers.root(shopper_id), [fact_id]))
    return known and bool(
        memory.retract(shopper_id, [fact_id], at=datetime.now(UTC), by=f"{BY_SHOPPER}:{secrets.token_hex(8)}")
    )
