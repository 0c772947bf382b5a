"""The transcript: an append-only list of events a session, and the erasing of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from bot.gateway.database import GatewayDatabase
from bot.gateway.sessions import Session

EventKind = Literal["message", "reply", "turn_end", "erased"]
Event = dict[str, Any]

PAGE = 500
"""Events that one answer holds at most."""


class Transcript:
    """Reads and writes events. Event ids rise and are never used twice, also after an erasure."""

    def __init__(self, database: GatewayDatabase) -> None:
        self._database = database

    def append(
        self,
        session_id: str,
        kind: EventKind,
        body: Mapping[str, Any],
        *,
        message_id: str | None = None,
        payloads: Sequence[str] = (),
    ) -> int:
        """Adds one event; returns its id. Joins the caller's transaction."""
        with self._database.writing() as conn:
            cursor = conn.execute(
                "INSERT INTO events (session_id, kind, at, message_id, body, payloads) VALUES (?, ?, ?, ?, ?, ?)",
                [session_id, kind, _now(), message_id, _json(body), _json(list(payloads))],
            )
        return int(cursor.lastrowid or 0)

    def after(self, session_id: str, event_id: int) -> list[Event]:
        """The next events that follow `event_id`, oldest first, at most PAGE."""
        with self._database.reading() as conn:
            rows = conn.execute(
                "SELECT * FROM events WHERE session_id = ? AND id > ? ORDER BY id LIMIT ?", [session_id, event_id, PAGE]
            ).fetchall()
        return [_event(row) for row in rows]

    def latest(self, session_id: str) -> list[Event]:
        """The last PAGE events, oldest first."""
        with self._database.reading() as conn:
            rows = conn.execute(
                "SELECT * FROM events WHERE session_id = ? ORDER BY id DESC LIMIT ?", [session_id, PAGE]
            ).fetchall()
        return [_event(row) for row in reversed(rows)]

    def of_shopper(self, session: Session) -> list[dict[str, Any]]:
        """All that was said in all sessions of a shopper: [{"channel", "created_at", "events"}], the oldest first."""
        with self._database.reading() as conn:
            sessions = conn.execute(
                "SELECT session_id, channel, created_at FROM sessions WHERE shopper_id = ? ORDER BY created_at, rowid",
                [session.shopper_id],
            ).fetchall()
            events = {
                row["session_id"]: conn.execute(
                    "SELECT * FROM events WHERE session_id = ? ORDER BY id", [row["session_id"]]
                ).fetchall()
                for row in sessions
            }
        return [
            {
                "channel": row["channel"],
                "created_at": row["created_at"],
                "events": [_event(event) for event in events[row["session_id"]]],
            }
            for row in sessions
        ]

    def payload(self, session_id: str, event_id: int, index: int) -> tuple[str, str] | None:
        """(title, payload) of a quick reply that this session was shown."""
        with self._database.reading() as conn:
            row = conn.execute(
                "SELECT body, payloads FROM events WHERE id = ? AND session_id = ? AND kind = 'reply'",
                [event_id, session_id],
            ).fetchone()
        payloads = json.loads(row["payloads"]) if row else []
        if not 0 <= index < len(payloads):
            return None
        return json.loads(row["body"])["quick_replies"][index]["title"], payloads[index]

    def replied(self, message_id: str) -> bool:
        """Whether a reply to the message has been stored."""
        with self._database.reading() as conn:
            found = conn.execute(
                "SELECT 1 FROM events WHERE message_id = ? AND kind = 'reply'", [message_id]
            ).fetchone()
        return found is not None

    def erase(self, session_ids: Iterable[str]) -> None:
        """Deletes what the shopper and the bot have said in these sessions.

        Messages that still wait for their answer came after the wish to be forgotten: they stay.
        """
        with self._database.writing() as conn:
            for session_id in session_ids:
                conn.execute(
                    "DELETE FROM events WHERE session_id = ? AND id NOT IN "
                    "(SELECT event_id FROM messages WHERE session_id = ? AND state = 'waiting')",
                    [session_id, session_id],
                )
                conn.execute("DELETE FROM messages WHERE session_id = ? AND state = 'done'", [session_id])
                conn.execute(
                    "UPDATE messages SET utterance = '' WHERE session_id = ? AND state = 'running'", [session_id]
                )
                self.append(session_id, "erased", {})

    def delete_older_than(self, limit: str) -> int:
        """Deletes events before `limit` (ISO 8601), and sessions without any since then; returns how many events."""
        with self._database.writing() as conn:
            count = conn.execute(
                "DELETE FROM events WHERE at < ? AND id NOT IN (SELECT event_id FROM messages WHERE state <> 'done')",
                [limit],
            ).rowcount
            conn.execute("DELETE FROM messages WHERE state = 'done' AND accepted_at < ?", [limit])
            conn.execute(
                "DELETE FROM sessions WHERE created_at < ? AND session_id NOT IN (SELECT session_id FROM events) "
                "AND session_id NOT IN (SELECT session_id FROM images)",
                [limit],
            )
        return count


def _event(row: sqlite3.Row) -> Event:
    body: Event = json.loads(row["body"])
    return {"id": row["id"], "kind": row["kind"], "at": row["at"], "message_id": row["message_id"], **body}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
