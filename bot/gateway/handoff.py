"""Conversations in which a person at the shop has taken over: who talks to whom, until it is handed back to the bot."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from bot.errors import ApiError
from bot.gateway.engine_store import EngineStore
from bot.gateway.hub import Hub
from bot.gateway.inbox import Claim
from bot.gateway.records import Records
from bot.gateway.sessions import Session
from profiling.errors import StoreError
from profiling.store import Store
from profiling.store.log import Log
from profiling.store.shoppers import ShopperStore
from profiling.store.tickets import Ticket, TicketMessage, TicketStore
from profiling.text.translation import load_translations

T = TypeVar("T")

SENTENCES = Path(__file__).with_name("sentences.yml")
TAKEN = "{agent} from our team is here now and reads what you write."
BACK = "{agent} has handed you back to me, the bot. Your conversation is still here."


@dataclass(frozen=True, slots=True)
class Conversation:
    """A ticket with what was said."""

    ticket: Ticket
    messages: list[TicketMessage]


class Handoff:
    """Between the tickets in the engine's database and the transcripts that shoppers see.

    Raises:
        ApiError: no such ticket, not in that state any more, or the engine's database is out of reach.
    """

    def __init__(self, engine: EngineStore, records: Records, hub: Hub) -> None:
        self._engine = engine
        self._records = records
        self._hub = hub

    async def passes(self, session: Session, claim: Claim) -> bool:
        """Gives a shopper's message to the person who has taken their ticket.

        False if nobody has: the bot answers, and whoever comes reads what was said while the shopper waited.
        """
        message = TicketMessage(claim.message_id, "shopper", claim.utterance, datetime.now(UTC))
        try:
            return await self._engine.run(lambda store: _pass(TicketStore(store), session.sender_id, message))
        except StoreError:
            return False  # the bot answers rather than nobody

    async def queue(self) -> list[Ticket]:
        """Everything that waits or is being worked on, the oldest first."""
        return await self._run(lambda tickets: tickets.unclosed())

    async def is_forgotten(self, ticket_id: str) -> bool:
        """Whether there is no such ticket any more: the shopper wanted to be forgotten."""
        return await self._run(lambda tickets: tickets.get(ticket_id) is None)

    async def conversation(self, ticket_id: str) -> Conversation:
        """One ticket."""
        ticket = await self._run(lambda tickets: tickets.get(ticket_id))
        if ticket is None:
            raise ApiError(404, "unknown_ticket", "There is no such conversation.")
        return Conversation(ticket, await self._run(lambda tickets: tickets.messages(ticket_id)))

    async def take(self, ticket_id: str, agent: str) -> None:
        """The agent takes over; the shopper is told so."""
        now = datetime.now(UTC)
        if not await self._run(lambda tickets: tickets.take(ticket_id, agent=agent, at=now)):
            raise ApiError(409, "taken", "Somebody else was quicker.")
        conversation = await self.conversation(ticket_id)
        await self._tell(conversation, await self._say(TAKEN, conversation.ticket, agent=agent), agent="")

    async def answer(self, ticket_id: str, text: str, *, message_id: str | None = None) -> None:
        """The agent's words, in the shopper's chat; the same `message_id` counts once."""
        conversation = await self.conversation(ticket_id)
        if conversation.ticket.status != "taken":
            raise ApiError(409, "not_taken", "Take the conversation first.")
        message = TicketMessage(message_id or str(uuid.uuid4()), "agent", text, datetime.now(UTC))
        if await self._run(lambda tickets: tickets.add_message(ticket_id, message)):
            await self._tell(conversation, text, agent=conversation.ticket.agent)

    async def hand_back(self, ticket_id: str) -> None:
        """The bot answers again; the shopper is told so."""
        conversation = await self.conversation(ticket_id)
        now = datetime.now(UTC)
        if not await self._run(lambda tickets: tickets.close(ticket_id, at=now)):
            raise ApiError(409, "closed", "This conversation is closed already.")
        if conversation.ticket.status == "taken":
            text = await self._say(BACK, conversation.ticket, agent=conversation.ticket.agent)
            await self._tell(conversation, text, agent="")

    async def _say(self, sentence: str, ticket: Ticket, *, agent: str) -> str:
        """One of our sentences in the language that the shopper writes."""
        try:
            language = await self._engine.run(lambda store: _language(store, ticket.shopper_id))
        except StoreError:
            language = "en"
        return load_translations(SENTENCES).say(sentence, language, agent=agent)

    async def _tell(self, conversation: Conversation, text: str, *, agent: str) -> None:
        body = {"text": text, "quick_replies": [], **({"agent": agent} if agent else {})}
        for session_id in await asyncio.to_thread(self._records.announce, conversation.ticket.sender_id, body):
            self._hub.wake(session_id)

    async def _run(self, work: Callable[[TicketStore], T]) -> T:
        try:
            return await self._engine.run(lambda store: work(TicketStore(store)))
        except StoreError:
            raise ApiError(503, "store_unavailable", "This is out of reach right now.", retry_after_s=10) from None


def _language(store: Store, shopper_id: str) -> str:
    last = Log(store).last_turn(ShopperStore(store).root(shopper_id))
    return str(last["language"]) if last else "en"


def _pass(tickets: TicketStore, sender_id: str, message: TicketMessage) -> bool:
    ticket = tickets.of_sender(sender_id)
    if ticket is None or not (ticket.status == "taken" or ticket.details.get("handed_over", True)):
        return False  # a note for the people at the shop is no conversation with them
    tickets.add_message(ticket.ticket_id, message)
    return ticket.status == "taken"
