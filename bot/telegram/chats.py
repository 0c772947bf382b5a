"""What the gateway keeps about Telegram: which chat is which session, how far it was served, what its buttons mean."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.gateway.database import GatewayDatabase
from bot.gateway.sessions import Session, Sessions

LINK_LIFETIME_S = 600
KEY_BYTES = 9
UPDATE_DAYS = 2
"""Telegram gives up on an update after a day."""

Action = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Chat:
    """A private chat with the bot. Events up to `sent_id` have been sent to it."""

    chat_id: int
    session_id: str
    language: str
    sent_id: int


class Chats:
    """Chats, seen updates, buttons and links in gateway.db. Synchronous: call the methods in a thread."""

    def __init__(self, database: GatewayDatabase, sessions: Sessions, *, owner: str, lease_s: float) -> None:
        self._database = database
        self._sessions = sessions
        self._owner = owner
        self._lease_s = lease_s

    def open(self, chat_id: int, *, language: str) -> tuple[Chat, Session]:
        """The chat and its session; both are made when they are not there."""
        with self._database.writing() as conn:
            chat = self.find(chat_id)
            session = self._sessions.by_id(chat.session_id) if chat else None
            if chat and session:
                return chat, session
            session, _ = self._sessions.open(channel="telegram", locale=language)
            conn.execute(
                "INSERT OR REPLACE INTO telegram_chats (chat_id, session_id, language) VALUES (?, ?, ?)",
                [chat_id, session.session_id, language],
            )
            return Chat(chat_id, session.session_id, language, 0), session

    def find(self, chat_id: int) -> Chat | None:
        """The chat, if it has written before."""
        with self._database.reading() as conn:
            row = conn.execute(
                "SELECT chat_id, session_id, language, sent_id FROM telegram_chats WHERE chat_id = ?", [chat_id]
            ).fetchone()
        return Chat(*row) if row else None

    def speak(self, chat_id: int, language: str) -> None:
        """Sets the chat's language."""
        with self._database.writing() as conn:
            conn.execute("UPDATE telegram_chats SET language = ? WHERE chat_id = ?", [language, chat_id])
            conn.execute(
                "UPDATE sessions SET locale = ? WHERE session_id = "
                "(SELECT session_id FROM telegram_chats WHERE chat_id = ?)",
                [language, chat_id],
            )

    # ---- updates

    def first_time(self, update_id: int) -> bool:
        """Notes an update; False if it was delivered before."""
        with self._database.writing() as conn:
            return (
                conn.execute("INSERT OR IGNORE INTO telegram_updates VALUES (?, ?)", [update_id, _now()]).rowcount == 1
            )

    def take_back(self, update_id: int) -> None:
        """Forgets that an update was seen: it could not be dealt with and has to come again."""
        with self._database.writing() as conn:
            conn.execute("DELETE FROM telegram_updates WHERE update_id = ?", [update_id])

    # ---- sending

    def behind(self) -> list[int]:
        """Chats with events that were not sent, and that no living process sends."""
        with self._database.reading() as conn:
            rows = conn.execute(
                "SELECT chat_id FROM telegram_chats c WHERE (sender = ? OR lease_until < ?) AND EXISTS "
                "(SELECT 1 FROM events e WHERE e.session_id = c.session_id AND e.id > c.sent_id)",
                [self._owner, time.time()],
            ).fetchall()
        return [row[0] for row in rows]

    def claim(self, chat_id: int) -> Chat | None:
        """The chat, for this process to send to; None while another one does."""
        now = time.time()
        with self._database.writing() as conn:
            taken = conn.execute(
                "UPDATE telegram_chats SET sender = ?, lease_until = ? "
                "WHERE chat_id = ? AND (sender = ? OR lease_until < ?)",
                [self._owner, now + self._lease_s, chat_id, self._owner, now],
            ).rowcount
        return self.find(chat_id) if taken else None

    def sent(self, chat_id: int, event_id: int) -> None:
        """Notes that everything up to this event is in the chat."""
        with self._database.writing() as conn:
            conn.execute(
                "UPDATE telegram_chats SET sent_id = max(sent_id, ?), lease_until = ? WHERE chat_id = ?",
                [event_id, time.time() + self._lease_s, chat_id],
            )

    def release(self) -> None:
        """Lets other processes send to this one's chats at once."""
        with self._database.writing() as conn:
            conn.execute("UPDATE telegram_chats SET lease_until = 0 WHERE sender = ?", [self._owner])

    # ---- buttons

    def button(self, chat_id: int, action: Action) -> str:
        """A key for what a button does: Telegram carries 64 bytes and anybody could send them."""
        key = secrets.token_urlsafe(KEY_BYTES)
        with self._database.writing() as conn:
            conn.execute("INSERT INTO telegram_buttons VALUES (?, ?, ?, ?)", [key, chat_id, _now(), json.dumps(action)])
        return key

    def action(self, chat_id: int, key: str) -> Action | None:
        """What a button of this chat does."""
        with self._database.reading() as conn:
            row = conn.execute(
                "SELECT action FROM telegram_buttons WHERE key = ? AND chat_id = ?", [key, chat_id]
            ).fetchone()
        return dict(json.loads(row[0])) if row else None

    # ---- links

    def link(self, session: Session) -> str:
        """A token for /start, with which one chat joins this session's shopper within ten minutes."""
        token = secrets.token_urlsafe(16)
        with self._database.writing() as conn:
            conn.execute(
                "INSERT INTO link_tokens VALUES (?, ?, ?)",
                [_hash(token), session.session_id, time.time() + LINK_LIFETIME_S],
            )
        return token

    def redeem(self, token: str) -> Session | None:
        """The session that the token is for, once."""
        with self._database.writing() as conn:
            row = conn.execute(
                "DELETE FROM link_tokens WHERE token_hash = ? RETURNING session_id, expires_at", [_hash(token)]
            ).fetchone()
        return self._sessions.by_id(row["session_id"]) if row and row["expires_at"] > time.time() else None

    def tidy(self, limit: str) -> None:
        """Deletes what nobody needs any more: old updates, dead links, and buttons made before `limit`."""
        updates = (datetime.now(UTC) - timedelta(days=UPDATE_DAYS)).isoformat()
        with self._database.writing() as conn:
            conn.execute("DELETE FROM telegram_updates WHERE at < ?", [updates])
            conn.execute("DELETE FROM telegram_buttons WHERE at < ?", [limit])
            conn.execute("DELETE FROM link_tokens WHERE expires_at < ?", [time.time()])


def masked(shopper_id: str) -> str:
    """An account's id so that its owner knows it and nobody else learns it."""
    name, at, domain = shopper_id.partition("@")
    return f"{name[:1]}***{at}{domain}"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat()
