"""Sessions: who is talking. A device holds a random token; only its hash is stored."""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.errors import ApiError
from bot.gateway.database import GatewayDatabase

TOKEN_BYTES = 24

_COLUMNS = (
    "session_id, shopper_id, CASE dialogue WHEN '' THEN sender_id ELSE dialogue END AS sender_id, "
    "channel, locale, signed_until, guest_id"
)


@dataclass(frozen=True, slots=True)
class Session:
    """A conversation. `shopper_id` and `sender_id` stay on the server.

    `signed_until` is 0 for a guest, else when the account has to prove itself again (seconds since 1970). `guest_id` is
    the guest who signed in, until it is decided whether the account takes over what they said.
    """

    session_id: str
    shopper_id: str
    sender_id: str
    channel: str
    locale: str
    signed_until: float = 0.0
    guest_id: str = ""


class Sessions:
    """Opens sessions, signs them in, and finds them again by their token."""

    def __init__(self, database: GatewayDatabase) -> None:
        self._database = database

    def open(self, *, channel: str = "web", locale: str = "en") -> tuple[Session, str]:
        """A new guest; returns the session and its token, which cannot be had again."""
        return self._new(f"guest:{secrets.token_urlsafe(12)}", channel=channel, locale=locale, signed_until=0.0)

    def open_account(self, shopper_id: str, *, channel: str, locale: str, signed_until: float) -> tuple[Session, str]:
        """The account's latest conversation on this channel, or a new one; returns it and a token of its own.

        A new one goes on with the account's latest dialogue on any channel: what was asked there is still open.
        """
        with self._database.writing() as conn:
            rows = conn.execute(
                f"SELECT {_COLUMNS} FROM sessions WHERE shopper_id = ? ORDER BY created_at DESC, rowid DESC",  # noqa: S608
                [shopper_id],
            ).fetchall()
            row = next((row for row in rows if row["channel"] == channel), None)
            if row is None:
                dialogue = rows[0]["sender_id"] if rows else ""
                return self._new(
                    shopper_id, channel=channel, locale=locale, signed_until=signed_until, dialogue=dialogue
                )
            token = secrets.token_urlsafe(TOKEN_BYTES)
            conn.execute("INSERT INTO session_tokens VALUES (?, ?)", [_hash(token), row["session_id"]])
            return self.sign_in(Session(*row), shopper_id, signed_until=signed_until), token

    def sign_in(self, session: Session, shopper_id: str, *, signed_until: float) -> Session:
        """The session as the account's; what was said before stays in it.

        Raises:
            ApiError: it belongs to another account.
        """
        guest_id = session.guest_id
        if session.shopper_id != shopper_id:
            if session.signed_until:
                raise ApiError(409, "other_account", "This chat belongs to another account. Start a new one.")
            guest_id = session.shopper_id
        with self._database.writing() as conn:
            conn.execute(
                "UPDATE sessions SET shopper_id = ?, signed_until = ?, guest_id = ? WHERE session_id = ?",
                [shopper_id, signed_until, guest_id, session.session_id],
            )
        return self.by_id(session.session_id) or session

    def forget_guest(self, session: Session) -> None:
        """Notes that it is decided what becomes of the guest's profile."""
        with self._database.writing() as conn:
            conn.execute("UPDATE sessions SET guest_id = '' WHERE session_id = ?", [session.session_id])

    def remember_guest(self, session: Session, guest_id: str) -> None:
        """Notes that it is open again what becomes of a guest's profile."""
        with self._database.writing() as conn:
            conn.execute("UPDATE sessions SET guest_id = ? WHERE session_id = ?", [guest_id, session.session_id])

    def join(self, session: Session, other: Session) -> Session:
        """The session as `other`'s shopper's, in whose dialogue it goes on from now on."""
        with self._database.writing() as conn:
            conn.execute(
                "UPDATE sessions SET shopper_id = ?, dialogue = ?, signed_until = ? WHERE session_id = ?",
                [other.shopper_id, other.sender_id, other.signed_until, session.session_id],
            )
        return self.by_id(session.session_id) or session

    def by_token(self, token: str) -> Session | None:
        """The session that the token belongs to; None too for an account that has to prove itself again."""
        hashed = _hash(token)
        session = self._one(
            "token_hash = ?1 OR session_id = (SELECT session_id FROM session_tokens WHERE token_hash = ?1)", hashed
        )
        return None if session and 0 < session.signed_until < time.time() else session

    def by_id(self, session_id: str) -> Session | None:
        """The session of that id."""
        return self._one("session_id = ?", session_id)

    def of_shopper(self, session: Session) -> list[str]:
        """Ids of all sessions of the same shopper."""
        with self._database.reading() as conn:
            rows = conn.execute("SELECT session_id FROM sessions WHERE shopper_id = ?", [session.shopper_id]).fetchall()
        return [row[0] for row in rows]

    def of_dialogue(self, sender_id: str) -> list[str]:
        """Ids of the sessions that take part in a dialogue."""
        with self._database.reading() as conn:
            rows = conn.execute(
                "SELECT session_id FROM sessions WHERE (sender_id = ?1 AND dialogue = '') OR dialogue = ?1", [sender_id]
            ).fetchall()
        return [row[0] for row in rows]

    def _new(
        self, shopper_id: str, *, channel: str, locale: str, signed_until: float, dialogue: str = ""
    ) -> tuple[Session, str]:
        token, own_dialogue = secrets.token_urlsafe(TOKEN_BYTES), f"{channel}-{secrets.token_urlsafe(12)}"
        session = Session(
            session_id=secrets.token_urlsafe(12),
            shopper_id=shopper_id,
            sender_id=dialogue or own_dialogue,
            channel=channel,
            locale=locale,
            signed_until=signed_until,
        )
        with self._database.writing() as conn:
            conn.execute(
                "INSERT INTO sessions (session_id, token_hash, shopper_id, sender_id, channel, locale, created_at, "
                "signed_until, dialogue) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    session.session_id,
                    _hash(token),
                    session.shopper_id,
                    own_dialogue,
                    channel,
                    locale,
                    datetime.now(UTC).isoformat(timespec="seconds"),
                    signed_until,
                    dialogue,
                ],
            )
        return session, token

    def _one(self, where: str, value: str) -> Session | None:
        with self._database.reading() as conn:
            row = conn.execute(f"SELECT {_COLUMNS} FROM sessions WHERE {where}", [value]).fetchone()  # noqa: S608
        return Session(*row) if row else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
