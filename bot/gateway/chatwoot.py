"""Chatwoot as the inbox: tickets become conversations there, agents' answers come back by webhook."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import sqlite3
import time
from collections.abc import Awaitable, Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.chatwoot import AgentSays, Chatwoot, Resolved, is_genuine, read_event
from bot.errors import ApiError, ChatwootUnavailable
from bot.gateway.bodies import read_bytes
from bot.gateway.database import GatewayDatabase
from bot.gateway.handoff import Handoff
from bot.gateway.limits import MAX_BODY_BYTES
from bot.gateway.parts import parts_of
from profiling.store.tickets import Ticket, TicketMessage

EVERY_S = 1.0
LEASE_S = 30.0
"""So long a ticket belongs to the gateway process that carries it over."""
FORGET = "The shopper wants to be forgotten: an administrator has to delete this contact."
_log = logging.getLogger("rapport.chatwoot")


class ChatwootBridge:
    """Carries tickets and shoppers' words to Chatwoot, and agents' words back. Messages arrive at least once."""

    def __init__(self, chatwoot: Chatwoot, handoff: Handoff, database: GatewayDatabase) -> None:
        self._chatwoot = chatwoot
        self._handoff = handoff
        self._database = database
        self._owner = secrets.token_hex(8)
        self._failing: set[str] = set()

    async def run(self) -> None:
        """Runs until it is cancelled; while Chatwoot is down, tickets wait (and are in our own inbox too)."""
        while True:
            await self._try("tickets", self.carry())
            await asyncio.sleep(EVERY_S)

    async def carry(self) -> None:
        """One round: what is new goes to Chatwoot, what was closed here is closed there."""
        tickets = await self._handoff.queue()
        for ticket in tickets:
            if await asyncio.to_thread(self._lease, ticket.ticket_id):
                await self._try(f"ticket {ticket.ticket_id}", self._carry(ticket))
        closed = await asyncio.to_thread(self._closed, [ticket.ticket_id for ticket in tickets])
        for ticket_id, conversation in closed:
            await self._try(f"ticket {ticket_id}", self._resolve(ticket_id, conversation))

    async def hear(self, event: AgentSays | Resolved) -> None:
        """Does what an agent did in Chatwoot; what concerns no open ticket of ours is left alone."""
        ticket_id = await asyncio.to_thread(self._ticket, event.conversation)
        if ticket_id is None:
            return
        if isinstance(event, Resolved):
            await self._handoff.hand_back(ticket_id)  # first: if it fails, Chatwoot tries again, and we still know it
            await asyncio.to_thread(self._forget, ticket_id)
            return
        if (await self._handoff.conversation(ticket_id)).ticket.status == "waiting":
            await self._take(ticket_id, event.agent)
        await self._handoff.answer(ticket_id, event.text, message_id=f"chatwoot:{event.message_id}")

    async def _take(self, ticket_id: str, agent: str) -> None:
        """Takes the ticket, unless another webhook of the same moment was quicker."""
        try:
            await self._handoff.take(ticket_id, agent)
        except ApiError as error:
            if error.status != 409:
                raise

    async def _try(self, what: str, work: Awaitable[None]) -> None:
        """Does the work; where it fails the next round tries again, and nothing else has to wait for it.

        The log says once that it fails, and once that it works again: rounds are a second apart.
        """
        try:
            await work
        except Exception as error:  # noqa: BLE001  # the next round tries again
            if what not in self._failing:
                known = isinstance(error, (ApiError, ChatwootUnavailable))
                _log.error("%s: %s", what, error if known else type(error).__name__, exc_info=not known)
            self._failing.add(what)
        else:
            if what in self._failing:
                _log.info("%s: works again", what)
            self._failing.discard(what)

    async def _resolve(self, ticket_id: str, conversation: int) -> None:
        if not await self._handoff.is_forgotten(ticket_id):
            await self._chatwoot.resolve(conversation)
        elif not await self._chatwoot.forget(conversation):
            await self._chatwoot.note(conversation, FORGET)
            await self._chatwoot.resolve(conversation)
            _log.warning("conversation %d: an administrator has to delete the contact in Chatwoot", conversation)
        await asyncio.to_thread(self._forget, ticket_id)

    async def _carry(self, ticket: Ticket) -> None:
        conversation, sent_count = await asyncio.to_thread(self._state, ticket.ticket_id)
        messages = (await self._handoff.conversation(ticket.ticket_id)).messages
        if conversation is None:
            contact = await self._chatwoot.contact(ticket.shopper_id, name="Shopper")
            conversation = await self._chatwoot.conversation(contact, ticket_id=ticket.ticket_id)
            await self._chatwoot.note(conversation, _briefing(ticket, messages))
            sent_count = len(messages)
            await asyncio.to_thread(self._note, ticket.ticket_id, conversation, sent_count)
        for place, message in enumerate(messages[sent_count:], sent_count + 1):
            if message.author == "shopper":
                await self._chatwoot.shopper_says(conversation, message.text)
            await asyncio.to_thread(self._note, ticket.ticket_id, conversation, place)

    def _lease(self, ticket_id: str) -> bool:
        now = time.time()
        with self._database.writing() as conn:
            conn.execute("INSERT OR IGNORE INTO chatwoot (ticket_id, owner) VALUES (?, ?)", [ticket_id, self._owner])
            changed = conn.execute(
                "UPDATE chatwoot SET owner = ?, lease_until = ? WHERE ticket_id = ? AND (owner = ? OR lease_until < ?)",
                [self._owner, now + LEASE_S, ticket_id, self._owner, now],
            ).rowcount
        return changed == 1

    def _state(self, ticket_id: str) -> tuple[int | None, int]:
        row = self._row("SELECT conversation, sent_count FROM chatwoot WHERE ticket_id = ?", ticket_id)
        return (row["conversation"], row["sent_count"]) if row else (None, 0)

    def _ticket(self, conversation: int) -> str | None:
        row = self._row("SELECT ticket_id FROM chatwoot WHERE conversation = ?", conversation)
        return str(row["ticket_id"]) if row else None

    def _row(self, sql: str, value: object) -> sqlite3.Row | None:
        with self._database.reading() as conn:
            row: sqlite3.Row | None = conn.execute(sql, [value]).fetchone()
        return row

    def _note(self, ticket_id: str, conversation: int, sent_count: int) -> None:
        with self._database.writing() as conn:
            conn.execute(
                "UPDATE chatwoot SET conversation = ?, sent_count = ? WHERE ticket_id = ?",
                [conversation, sent_count, ticket_id],
            )

    def _closed(self, open_ids: Sequence[str]) -> list[tuple[str, int]]:
        """(ticket, conversation) of the tickets that are closed by now."""
        sql = (
            "SELECT ticket_id, conversation FROM chatwoot WHERE conversation IS NOT NULL "
            "AND ticket_id NOT IN (SELECT value FROM json_each(?))"
        )
        with self._database.reading() as conn:
            return [(row[0], row[1]) for row in conn.execute(sql, [json.dumps(list(open_ids))])]

    def _forget(self, ticket_id: str) -> None:
        with self._database.writing() as conn:
            conn.execute("DELETE FROM chatwoot WHERE ticket_id = ?", [ticket_id])


def _briefing(ticket: Ticket, messages: Sequence[TicketMessage]) -> str:
    """All that an agent should know, as one note."""
    details = ticket.details
    rows = [
        ticket.summary or "Asked for a person.",
        f"Channel: {ticket.channel}",
        f"Mood: {ticket.mood}" if ticket.mood else "",
        f"Account: {details['account']}" if details.get("account") else "",
        *(
            f"{label}: {' · '.join(details[key])}"
            for label, key in (("Orders", "orders"), ("Tried", "tried"), ("Known", "facts"))
            if details.get(key)
        ),
    ]
    said = [f"{message.author}: {message.text}" for message in messages]
    return "\n".join([*(row for row in rows if row), "", *said])


async def webhook(request: Request) -> Response:
    """POST /webhooks/chatwoot: something has happened in Chatwoot, which signs it."""
    parts = parts_of(request)
    if parts.chatwoot is None:
        raise ApiError(404, "no_chatwoot", "This shop has no Chatwoot.")
    body = await read_bytes(request, limit=MAX_BODY_BYTES)
    if not is_genuine(request.headers, body, secret=parts.settings.chatwoot_secret):
        raise ApiError(401, "bad_signature", "This is not signed by Chatwoot.")
    try:
        event = read_event(json.loads(body))
    except (ValueError, AttributeError, TypeError) as error:
        raise ApiError(400, "bad_event", "This is not what Chatwoot's documentation says.") from error
    if event:
        try:
            await parts.chatwoot.hear(event)
        except ApiError as error:
            if error.status == 503:
                raise
            _log.warning("conversation %d: %s", event.conversation, error.code)  # closed or forgotten here meanwhile
    return JSONResponse({})


ROUTES = [Route("/webhooks/chatwoot", webhook, methods=["POST"])]
