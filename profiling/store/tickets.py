"""Tickets: conversations that wait for a person at the shop.

The actions open a ticket; the gateway's inbox lists, takes, answers and closes it. `details` is a JSON object with

    tried       what the bot did or could not do, a list of sentences
    facts       what is known about the shopper, a list of sentences
    orders      order numbers that the talk was about
    account     the shop's own id of the shopper, "" while nobody proved who they are
    reopens_at  when the shop's people are there again (ISO 8601), "" while they are there now
    handed_over whether the shopper waits for a person; false where people have something to do and the bot goes on

The transcript so far is in `messages`, and so is what shopper and agent write to each other afterwards. While a ticket
is `taken` the gateway sends the shopper's messages to the agent; `closed` gives the conversation back to the bot.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from profiling.store.database import Store

_COLUMNS = "ticket_id, shopper_id, sender_id, channel, status, mood, summary, details, agent, opened_at, changed_at"


@dataclass(frozen=True, slots=True)
class Ticket:
    """One call for a person. `status` is waiting, taken or closed."""

    ticket_id: str
    shopper_id: str
    sender_id: str
    channel: str
    mood: str
    summary: str
    details: Mapping[str, Any]
    opened_at: datetime
    changed_at: datetime
    status: str = "waiting"
    agent: str = ""


@dataclass(frozen=True, slots=True)
class TicketMessage:
    """A line of a ticket's conversation. `author` is shopper, bot or agent."""

    message_id: str
    author: str
    text: str
    at: datetime


class TicketStore:
    """Reads and writes tickets."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def open(self, ticket: Ticket, messages: Sequence[TicketMessage] = ()) -> Ticket:
        """Opens a ticket with its transcript; a conversation that has an open one already gets that one back."""
        with self._store.writing():
            if known := self.of_sender(ticket.sender_id):
                return known
            row = {name: getattr(ticket, name) for name in _COLUMNS.split(", ")}
            row |= {"details": json.dumps(dict(ticket.details), ensure_ascii=False)}
            row |= {"opened_at": ticket.opened_at.isoformat(), "changed_at": ticket.changed_at.isoformat()}
            self._store.insert("tickets", row)
            for message in messages:
                self.add_message(ticket.ticket_id, message)
            return ticket

    def get(self, ticket_id: str) -> Ticket | None:
        """The ticket with this id."""
        return next(iter(self._query("ticket_id = ?", ticket_id)), None)

    def of_sender(self, sender_id: str) -> Ticket | None:
        """The conversation's ticket that is not closed."""
        return next(iter(self._query("sender_id = ? AND status <> 'closed'", sender_id)), None)

    def unclosed(self) -> list[Ticket]:
        """Everything that waits or is being worked on, the oldest first."""
        return self._query("status <> 'closed'")

    def angry_since(self, shopper_id: str) -> datetime | None:
        """When the oldest unclosed ticket of a shopper in a bad mood was opened; None where there is none."""
        found = self._query("shopper_id = ? AND status <> 'closed' AND mood IN ('angry', 'negative')", shopper_id)
        return found[0].opened_at if found else None

    def take(self, ticket_id: str, *, agent: str, at: datetime) -> bool:
        """The agent takes a waiting ticket; False if another one was quicker."""
        return self._set("status = 'taken', agent = ?", [agent], ticket_id, "status = 'waiting'", at)

    def close(self, ticket_id: str, *, at: datetime) -> bool:
        """The conversation goes back to the bot; False if it is closed already."""
        return self._set("status = 'closed'", [], ticket_id, "status <> 'closed'", at)

    def hand_over(self, ticket_id: str) -> None:
        """The shopper waits for a person by now, where the ticket was a note only."""
        sql = "UPDATE tickets SET details = json_set(details, '$.handed_over', json('true')) WHERE ticket_id = ?"
        with self._store.writing() as db:
            db.conn.execute(sql, [ticket_id])

    def add_message(self, ticket_id: str, message: TicketMessage) -> bool:
        """Adds a line; False if this message is there already."""
        row = {
            "message_id": message.message_id,
            "ticket_id": ticket_id,
            "author": message.author,
            "text": message.text,
            "at": message.at.isoformat(),
        }
        with self._store.writing():
            return self._store.insert("ticket_messages", row)

    def messages(self, ticket_id: str) -> list[TicketMessage]:
        """The conversation, the oldest line first."""
        rows = self._store.db.conn.execute(
            "SELECT message_id, author, text, at FROM ticket_messages WHERE ticket_id = ? ORDER BY at, rowid",
            [ticket_id],
        )
        return [TicketMessage(number, author, text, datetime.fromisoformat(at)) for number, author, text, at in rows]

    def forget(self, shopper_id: str) -> None:
        """Deletes the shopper's tickets and all that was said in them."""
        with self._store.writing() as db:
            db.conn.execute("DELETE FROM tickets WHERE shopper_id = ?", [shopper_id])

    def _set(self, change: str, values: list[str], ticket_id: str, condition: str, at: datetime) -> bool:
        sql = f"UPDATE tickets SET {change}, changed_at = ? WHERE ticket_id = ? AND {condition}"
        with self._store.writing() as db:
            return bool(db.conn.execute(sql, [*values, at.isoformat(), ticket_id]).rowcount == 1)

    def _query(self, where: str, *values: str) -> list[Ticket]:
        rows = self._store.db.query(f"SELECT {_COLUMNS} FROM tickets WHERE {where} ORDER BY opened_at", values)
        return [
            Ticket(
                **{
                    **row,
                    "details": json.loads(row["details"]),
                    "opened_at": datetime.fromisoformat(row["opened_at"]),
                    "changed_at": datetime.fromisoformat(row["changed_at"]),
                }
            )
            for row in rows
        ]
