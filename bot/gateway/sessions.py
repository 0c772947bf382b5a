"""Sessions: who is talking. A guest holds a random token; only its hash is stored."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.gateway.database import GatewayDatabase

TOKEN_BYTES = 24


@dataclass(frozen=True, slots=True)
class Session:
    """A conversation on one device. `shopper_id` and `sender_id` stay on the server."""

    session_id: str
    shopper_id: str
    sender_id: str
    channel: str
    locale: str


class Sessions:
    """Opens sessions and finds them again by their token."""

    def __init__(self, database: GatewayDatabase) -> None:
        self._database = database

    def open(self, *, channel: str = "web", locale: str = "en") -> tuple[Session, str]:
        """A new guest; returns the session and its token, which cannot be had again."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        session = Session(
            session_id=secrets.token_urlsafe(12),
            shopper_id=f"guest:{secrets.token_urlsafe(12)}",
            sender_id=f"{channel}-{secrets.token_urlsafe(12)}",
            channel=channel,
            locale=locale,
        )
        with self._database.writing() as conn:
            conn.execute(
                "INSERT INTO sessions (session_id, token_hash, shopper_id, sender_id, channel, locale, created_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    session.session_id,
                    _hash(token),
                    session.shopper_id,
                    session.sender_id,
                    channel,
                    locale,
                    datetime.now(UTC).isoformat(timespec="seconds"),
                ],
            )
        return session, token

    def by_token(self, token: str) -> Session | None:
        """The session that the token belongs to."""
        return self._one("token_hash", _hash(token))

    def by_id(self, session_id: str) -> Session | None:
        """The session of that id."""
        return self._one("session_id", session_id)

    def _one(self, column: str, value: str) -> Session | None:
        with self._database.reading() as conn:
            row = conn.execute(
                f"SELECT session_id, shopper_id, sender_id, channel, locale FROM sessions WHERE {column} = ?",  # noqa: S608
                [value],
            ).fetchone()
        return Session(*row) if row else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
