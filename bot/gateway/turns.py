"""Turns: each message goes to Rasa once, those of a session in their order, and each gets an answer.

A turn belongs to the gateway, not to the connection that brought the message: it goes on when the shopper's browser is
gone. A message that a stopped process left behind is sent to Rasa again if nothing was said to it yet, else it gets an
honest sentence.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from typing import Any, Protocol

from bot.errors import RasaUnavailable, TurnLost
from bot.gateway.engine_store import EngineStore, Observation
from bot.gateway.handoff import Handoff
from bot.gateway.hub import Hub
from bot.gateway.inbox import Claim
from bot.gateway.metrics import Metrics
from bot.gateway.records import Records
from bot.gateway.replies import Reply, joined
from bot.gateway.sessions import Session

MAX_AT_ONCE = 32
MAX_ATTEMPTS = 2
MAX_AGE_S = 600
"""An older message is apologised for, not answered: the shopper has moved on."""

_log = logging.getLogger("rapport.turns")


class Dialogue(Protocol):
    """What answers utterances: `bot.rasa_client.RasaClient`."""

    def stream(self, sender_id: str, text: str, metadata: Mapping[str, Any]) -> AsyncIterator[dict[str, Any]]:
        """Rasa's replies to one utterance, as they come."""
        ...


class Turns:
    """Works the inbox off, with one task for each session that has something in it."""

    def __init__(
        self,
        records: Records,
        dialogue: Dialogue,
        *,
        engine: EngineStore,
        hub: Hub,
        metrics: Metrics,
        handoff: Handoff,
        contact: str = "",
        lease_s: float = 10.0,
    ) -> None:
        self._records = records
        self._dialogue = dialogue
        self._engine = engine
        self._hub = hub
        self._metrics = metrics
        self._handoff = handoff
        self._contact = contact
        self._sweep_every_s = min(1.0, lease_s / 4)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._answering: set[str] = set()
        self._slots = asyncio.Semaphore(MAX_AT_ONCE)
        self._stopping = False

    def wake(self, session_id: str) -> None:
        """Tells that the session has a new message; returns at once."""
        self._again.add(session_id)
        if session_id not in self._tasks and not self._stopping:
            self._tasks[session_id] = asyncio.create_task(self._work(session_id))

    async def sweep(self) -> None:
        """Renews our claims and takes up what a stopped process left behind. Runs until it is cancelled."""
        while True:
            try:
                if self._answering:
                    await asyncio.to_thread(self._records.inbox.renew, list(self._answering))
                for session_id in await asyncio.to_thread(self._records.inbox.sessions_waiting):
                    self.wake(session_id)
            except Exception as error:  # noqa: BLE001  # the sweep must outlive a locked database
                _log.error("sweep failed: %s", type(error).__name__)
            await asyncio.sleep(self._sweep_every_s)

    async def stop(self, *, grace_s: float = 2.0) -> None:
        """Gives running turns a moment to end, then hands their messages back."""
        self._stopping = True
        tasks = list(self._tasks.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.to_thread(self._records.inbox.release)

    async def _work(self, session_id: str) -> None:
        try:
            while session_id in self._again and not self._stopping:
                self._again.discard(session_id)
                async with self._slots:
                    while not self._stopping and (claimed := await asyncio.to_thread(self._claim, session_id)):
                        await self._answer(*claimed)
        except Exception as error:  # noqa: BLE001  # the sweep takes the session up again
            _log.error("session %s: stopped: %s", session_id, type(error).__name__)
        finally:
            del self._tasks[session_id]
            if not self._stopping and session_id in self._again:
                self.wake(session_id)

    def _claim(self, session_id: str) -> tuple[Claim, Session | None] | None:
        """The next message and its session, in one go: each hand-over to a thread is waited for on a busy machine."""
        claim = self._records.inbox.claim(session_id)
        return (claim, self._records.sessions.by_id(session_id)) if claim else None

    async def _answer(self, claim: Claim, session: Session | None) -> None:
        self._answering.add(claim.message_id)
        try:
            await self._turn(claim, session)
        except TurnLost:
            _log.warning("message %s: another process has taken it over", claim.message_id)
        finally:
            self._answering.discard(claim.message_id)

    async def _turn(self, claim: Claim, session: Session | None) -> None:
        started = time.perf_counter()
        if session is None:
            await asyncio.to_thread(self._records.inbox.done, claim.message_id)
            return
        degraded = await self._converse(session, claim)
        seen = await self._engine.observation(claim.message_id, session)
        took_s = time.perf_counter() - started
        ms = round(took_s * 1000)
        await self._end(claim, seen, ms=ms, degraded=degraded)
        self._metrics.turn.observe(took_s)
        self._metrics.turns.labels(session.channel, str(degraded).lower()).inc()
        _log.info("message %s: %d ms%s", claim.message_id, ms, ", degraded" if degraded else "")

    async def _converse(self, session: Session, claim: Claim) -> bool:
        """Says all that there is to say to the message; returns whether the shopper got less than they should."""
        if not claim.utterance:
            return True
        if await self._handoff.passes(session, claim):
            return False
        said = claim.attempt > 1 and await asyncio.to_thread(self._records.transcript.replied, claim.message_id)
        failed = said or claim.attempt > MAX_ATTEMPTS or claim.age_s > MAX_AGE_S
        if not failed:
            try:
                said = await self._ask(session, claim)
            except _Failed as failure:
                said, failed = failure.said, True
        if said and not failed:
            return False
        await self._say(session, claim, Reply(text=self._partial() if said else self._sorry()))
        return True

    async def _ask(self, session: Session, claim: Claim) -> bool:
        said, asked_at = False, time.perf_counter()
        metadata = {
            "message_id": claim.message_id,
            "shopper_id": session.shopper_id,
            "channel": session.channel,
            "item_id": claim.item_id,
            "image_id": claim.image_id,
            "locale": session.locale,
            "signed_in": session.signed_until > 0,
        }
        try:
            async with aclosing(joined(self._dialogue.stream(session.sender_id, claim.utterance, metadata))) as replies:
                async for reply in replies:
                    await self._say(session, claim, reply)
                    if not said:
                        self._metrics.first_reply.observe(claim.age_s + time.perf_counter() - asked_at)
                    said = True
        except RasaUnavailable as error:
            _log.error("message %s: Rasa: %s", claim.message_id, error)
            raise _Failed(said) from error
        except TurnLost:
            raise
        except Exception as error:
            _log.exception("message %s: %s", claim.message_id, type(error).__name__)
            raise _Failed(said) from error
        return said

    async def _say(self, session: Session, claim: Claim, reply: Reply) -> None:
        for session_id in await asyncio.to_thread(self._records.say, session, claim, reply):
            self._hub.wake(session_id)

    async def _end(self, claim: Claim, seen: Observation, *, ms: int, degraded: bool) -> None:
        body = {
            "intent": seen.intent,
            "probability": seen.probability,
            "language": seen.language,
            "mood": seen.mood,
            "facts": seen.facts,
            "manner": seen.manner,
            "ms": ms,
            "degraded": degraded,
        }
        await asyncio.to_thread(self._records.end, claim, body)
        self._hub.wake(claim.session_id)

    def _sorry(self) -> str:
        elsewhere = f" If it is urgent, you can write to {self._contact}." if self._contact else ""
        return f"I cannot answer right now, I am sorry. Your message is kept; please try again in a moment.{elsewhere}"

    def _partial(self) -> str:
        elsewhere = f", or write to {self._contact}" if self._contact else ""
        return f"I was interrupted there, so this may not be all. Please ask me again{elsewhere}."


class _Failed(Exception):
    """The dialogue broke off; `said` tells whether a reply had come before."""

    def __init__(self, said: bool) -> None:
        super().__init__()
        self.said = said
