"""The inbox: messages that wait for an answer.

A process claims a message for some seconds and renews its claim while it works. When it dies, the claim runs out and
another process (or the same, started again) takes the message up.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.errors import ApiError, TurnLost
from bot.gateway.database import GatewayDatabase
from bot.gateway.sessions import Session
from bot.gateway.transcript import Transcript
from profiling.privacy import Vault, mask

MAX_WAITING = 20
"""Unanswered messages of one session; more are refused."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that this process answers. `attempt` counts from 1; `age_s` is how long ago it was accepted."""

    message_id: str
    session_id: str
    utterance: str
    item_id: str | None
    image_id: str | None
    attempt: int
    age_s: float


class Inbox:
    """Accepts messages and hands them out, those of a session one at a time and in their order."""

    def __init__(
        self, database: GatewayDatabase, transcript: Transcript, vault: Vault, *, owner: str, lease_s: float
    ) -> None:
        self._database = database
        self._transcript = transcript
        self._vault = vault
        self._owner = owner
        self._lease_s = lease_s

    def accept(
        self,
        session: Session,
        message_id: str,
        *,
        text: str,
        utterance: str,
        item_id: str | None = None,
        image_id: str | None = None,
    ) -> bool:
        """Stores a message and its event; False if the session has sent this id before, and then nothing is stored.

        Personal data is masked in what the transcript shows and sealed in what Rasa gets.

        Args:
            text: what the transcript shows.
            utterance: what Rasa gets.

        Raises:
            ApiError: the id belongs to another session, or too many messages wait.
        """
        text, utterance = mask(text), utterance if utterance.startswith("/") else self._vault.seal(utterance)
        with self._database.writing() as conn:
            known = conn.execute("SELECT session_id FROM messages WHERE message_id = ?", [message_id]).fetchone()
            if known and known[0] == session.session_id:
                return False
            if known:
                raise ApiError(409, "message_id_taken", "This message_id is in use. Send a new UUID.")
            waiting = conn.execute(
                "SELECT count(*) FROM messages WHERE session_id = ? AND state <> 'done'", [session.session_id]
            ).fetchone()[0]
            if waiting >= MAX_WAITING:
                raise ApiError(
                    429, "too_many_waiting", "Please wait until your earlier messages are answered.", retry_after_s=5
                )
            body = {"text": text, "image_id": image_id} if image_id else {"text": text}
            event_id = self._transcript.append(session.session_id, "message", body, message_id=message_id)
            accepted_at = datetime.now(UTC).isoformat()
            conn.execute(
                "INSERT INTO messages (message_id, session_id, event_id, utterance, item_id, image_id, accepted_at, "
                "state) VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting')",
                [message_id, session.session_id, event_id, utterance, item_id, image_id, accepted_at],
            )
        return True

    def claim(self, session_id: str) -> Claim | None:
        """The session's oldest unanswered message, unless another process works on it."""
        now = time.time()
        with self._database.writing() as conn:
            row = conn.execute(
                "SELECT * FROM messages WHERE session_id = ? AND state <> 'done' ORDER BY event_id LIMIT 1",
                [session_id],
            ).fetchone()
            if row is None or (row["state"] == "running" and row["lease_until"] > now and row["owner"] != self._owner):
                return None
            conn.execute(
                "UPDATE messages SET state = 'running', owner = ?, lease_until = ?, attempts = attempts + 1 "
                "WHERE message_id = ?",
                [self._owner, now + self._lease_s, row["message_id"]],
            )
        age = datetime.now(UTC) - datetime.fromisoformat(row["accepted_at"])
        return Claim(
            message_id=row["message_id"],
            session_id=session_id,
            utterance=row["utterance"],
            item_id=row["item_id"],
            image_id=row["image_id"],
            attempt=row["attempts"] + 1,
            age_s=age.total_seconds(),
        )

    def sessions_waiting(self) -> list[str]:
        """Sessions with a message that nobody works on."""
        with self._database.reading() as conn:
            rows = conn.execute(
                "SELECT DISTINCT session_id FROM messages "
                "WHERE state = 'waiting' OR (state = 'running' AND lease_until < ?)",
                [time.time()],
            ).fetchall()
        return [row[0] for row in rows]

    def renew(self, message_ids: Iterable[str]) -> None:
        """Keeps claims of this process for another lease."""
        until = time.time() + self._lease_s
        with self._database.writing() as conn:
            conn.executemany(
                "UPDATE messages SET lease_until = ? WHERE message_id = ? AND state = 'running' AND owner = ?",
                [[until, message_id, self._owner] for message_id in message_ids],
            )

    def hold(self, message_id: str) -> None:
        """Makes sure, within the caller's transaction, that the message is still ours.

        Raises:
            TurnLost: it is not.
        """
        with self._database.writing() as conn:
            changed = conn.execute(
                "UPDATE messages SET lease_until = ? WHERE message_id = ? AND state = 'running' AND owner = ?",
                [time.time() + self._lease_s, message_id, self._owner],
            ).rowcount
        if not changed:
            raise TurnLost(message_id)

    def done(self, message_id: str) -> None:
        """Marks the message as answered; what was said stays in the transcript only."""
        with self._database.writing() as conn:
            conn.execute("UPDATE messages SET state = 'done', utterance = '' WHERE message_id = ?", [message_id])

    def release(self) -> None:
        """Gives all claims of this process back at once, when it stops."""
        with self._database.writing() as conn:
            conn.execute("UPDATE messages SET lease_until = 0 WHERE state = 'running' AND owner = ?", [self._owner])
