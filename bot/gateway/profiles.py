"""What shoppers may do with what is known about them: see, mend, have it forgotten, take it into their account."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from bot.errors import ApiError
from bot.gateway.engine_store import EngineStore
from bot.gateway.sessions import Session
from profiling.entities import EntityExtractor
from profiling.errors import IdentityError, InputError, NotFoundError, StoreError
from profiling.profile.correction import correct
from profiling.profile.memory import Memory
from profiling.profile.persons import APART, who_talks
from profiling.profile.profile import tell
from profiling.profile.telling import export
from profiling.settings import Settings
from profiling.store import Store
from profiling.store.shoppers import Consent
from profiling.text.words import WordList
from profiling.types import Fact
from profiling.vocabulary import load_vocabulary

T = TypeVar("T")
ToldFact = dict[str, str]
"""A fact as the shopper sees it: fact_id, text, quote, at."""
UNKNOWN_FACT = "That is not among the things that I know about you."
BY_SHOPPER = "shopper"
"""What closed a fact that was taken back outside of the talk."""


class Profiles:
    """Works on the engine's database.

    Raises:
        ApiError: 503, when the database cannot be read or written.
    """

    def __init__(self, engine: EngineStore) -> None:
        self._engine = engine

    async def who_talks(self, session: Session) -> str:
        """The shopper whose words the conversation takes now: the session's, or another person on the device."""
        now = datetime.now(UTC)
        return await self._run(lambda store: who_talks(_memory(store), session.shopper_id, session.sender_id, at=now))

    async def facts(self, shopper_id: str) -> list[ToldFact]:
        """What holds now, in the order of "what do you know about me?"."""
        return await self._run(lambda store: _facts(store, shopper_id))

    async def close(self, shopper_id: str, fact_id: str) -> None:
        """Closes a fact: it is wrong, or no longer true.

        Raises:
            ApiError: 404, this shopper has no such open fact.
        """
        if not await self._run(lambda store: _retract(store, shopper_id, fact_id)):
            raise ApiError(404, "unknown_fact", UNKNOWN_FACT)

    async def correct(self, shopper_id: str, fact_id: str, value: str) -> ToldFact:
        """Puts another value in the place of a fact's; returns the new fact.

        Raises:
            ApiError: 404, this shopper has no such open fact; 422, the value means nothing of that kind.
        """
        try:
            return await self._run(lambda store: _correct(store, shopper_id, fact_id, value))
        except NotFoundError:
            raise ApiError(404, "unknown_fact", UNKNOWN_FACT) from None
        except InputError:
            raise ApiError(422, "bad_value", "I do not know that value. Tell me in the chat.") from None

    async def undo(self, shopper_id: str) -> tuple[list[ToldFact], list[ToldFact]]:
        """Takes the last change back; returns the facts that are gone, and those that hold again."""
        return await self._run(lambda store: _undo(store, shopper_id))

    async def export(self, shopper_id: str) -> dict[str, Any]:
        """A copy of all that the engine has about the shopper."""
        return await self._run(lambda store: export(_memory(store), shopper_id))

    async def consent(self, shopper_id: str) -> str:
        """Whether the shopper wants to be remembered: unasked, asked, given, refused."""
        return await self._run(lambda store: _memory(store).consent_of(shopper_id))

    async def set_consent(self, shopper_id: str, consent: Consent) -> None:
        """Notes the answer; a refusal also deletes what is known."""
        await self._run(lambda store: _set_consent(store, shopper_id, consent))

    async def forget(self, shopper_id: str) -> int:
        """Deletes all that the engine has about the shopper; returns how many facts were known."""
        return await self._run(lambda store: _memory(store).forget(shopper_id))

    async def merge(self, guest_id: str, shopper_id: str) -> None:
        """Makes what a guest said and did the account's; once more changes nothing.

        Raises:
            ApiError: 409, the guest is a part of another account.
        """
        try:
            await self._run(lambda store: _merge(_memory(store), guest_id, shopper_id))
        except IdentityError:
            raise ApiError(409, "other_account", "What was said before belongs to another account.") from None

    async def issue_code(self, shopper_id: str) -> str:
        """A code by which a guest shows, once and within ten minutes, that they are this shopper."""
        return await self._run(lambda store: _memory(store).issue_code(shopper_id))

    async def redeem_code(self, guest_id: str, code: str) -> None:
        """Makes what a guest said a part of what is known about the shopper who has made the code.

        Raises:
            ApiError: 409, the code is unknown, used or too old, or the guest is a part of a shopper already.
        """
        try:
            await self._run(lambda store: _memory(store).redeem_code(guest_id, code))
        except IdentityError as error:
            raise ApiError(409, "bad_code", "This code does not hold: ask for a new one.") from error

    async def merged(self, shopper_id: str) -> list[str]:
        """The guests that the account has taken in, the latest last; not one who has said to be the same person."""

        def parts(store: Store) -> list[str]:
            shoppers = _memory(store).shoppers
            return [part for part in shoppers.parts(shoppers.root(shopper_id)) if not part.startswith(APART)]

        return await self._run(parts)

    async def split(self, guest_id: str) -> None:
        """Takes a guest out of the account again: both are what they would be without the merge."""
        await self._run(lambda store: _memory(store).split(guest_id))

    async def _run(self, work: Callable[[Store], T]) -> T:
        try:
            return await self._engine.run(work)
        except StoreError:
            raise ApiError(503, "store_unavailable", "This is out of reach right now.", retry_after_s=10) from None


def _memory(store: Store) -> Memory:
    return Memory(store, load_vocabulary(None).product_types)


def _merge(memory: Memory, guest_id: str, shopper_id: str) -> None:
    if not memory.is_one(guest_id, shopper_id):
        memory.merge(guest_id, shopper_id, proof="signed_login")


def _facts(store: Store, shopper_id: str) -> list[ToldFact]:
    profile = _memory(store).profile(shopper_id)
    return [_told(fact, text) for fact, text in profile.tell(profile.language)]


def _told(fact: Fact, text: str) -> ToldFact:
    return {
        "fact_id": fact.fact_id,
        "text": text,
        "quote": fact.quote,
        "at": fact.valid_from.isoformat(),
    }


def _retract(store: Store, shopper_id: str, fact_id: str) -> bool:
    memory = _memory(store)
    known = any(fact.valid_to is None for fact in memory.facts.get(memory.shoppers.root(shopper_id), [fact_id]))
    return known and bool(memory.retract(shopper_id, [fact_id], at=datetime.now(UTC), by=_by()))


def _undo(store: Store, shopper_id: str) -> tuple[list[ToldFact], list[ToldFact]]:
    memory = _memory(store)
    undone, language = memory.undo(shopper_id, at=datetime.now(UTC), by=_by()), memory.profile(shopper_id).language
    gone, back = (undone.removed, undone.restored) if undone else ((), ())
    return [_told(fact, tell(fact, language)) for fact in gone], [_told(fact, tell(fact, language)) for fact in back]


def _correct(store: Store, shopper_id: str, fact_id: str, value: str) -> ToldFact:
    brands = store.db.conn.execute("SELECT DISTINCT brand FROM items WHERE brand <> ''")
    extractor = EntityExtractor(
        load_vocabulary(None),
        brands=[row[0] for row in brands],
        nodes=(),
        words=WordList(),
        currency=Settings.from_environment().currency,
    )
    now, memory = datetime.now(UTC), _memory(store)
    fact = correct(memory, shopper_id, fact_id, value, find=extractor.mentions, at=now, by=_by())
    return _told(fact, tell(fact, memory.profile(shopper_id).language))


def _by() -> str:
    """Names a change that was made outside of the talk, as a message names one that was made in it."""
    return f"{BY_SHOPPER}:{secrets.token_hex(8)}"


def _set_consent(store: Store, shopper_id: str, consent: Consent) -> None:
    memory = _memory(store)
    if consent == "refused":
        memory.forget(shopper_id)
    memory.consent(shopper_id, consent, at=datetime.now(UTC))
