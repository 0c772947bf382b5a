"""One-time codes that prove that an e-mail address is the shopper's, and the lock after too many wrong tries.

Codes are kept as hashes only. A `subject` is whatever is being proved, such as an order number with an address.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from profiling.store.database import Store

DIGITS = 6


class CodeStore:
    """Issues and checks codes."""

    def __init__(self, store: Store, *, tries: int, valid: timedelta, locked: timedelta) -> None:
        self._store = store
        self._tries = tries
        self._valid = valid
        self._locked = locked

    def issue(self, subject: str, *, at: datetime) -> str | None:
        """A new code in place of any older one; None while the subject is locked. Wrong tries stay counted."""
        code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
        with self._store.writing() as db:
            if self.is_locked(subject, at=at):
                return None
            db.conn.execute(
                "INSERT INTO one_time_codes VALUES (?, ?, ?, 0, '') ON CONFLICT (subject) DO UPDATE SET "
                "code_hash = excluded.code_hash, valid_to = excluded.valid_to",
                [_hash(subject), _hash(subject + code), (at + self._valid).isoformat()],
            )
        return code

    def check(self, subject: str, code: str, *, at: datetime) -> bool:
        """Whether this is the code, still valid and not used; a right code is used up, a wrong one counts as a try."""
        with self._store.writing() as db:
            row = db.conn.execute(
                "SELECT code_hash, valid_to FROM one_time_codes WHERE subject = ?", [_hash(subject)]
            ).fetchone()
            if row is None or self.is_locked(subject, at=at):
                return False
            right = hmac.compare_digest(row[0], _hash(subject + code)) and at.isoformat() < row[1]
            if right:
                db.conn.execute("DELETE FROM one_time_codes WHERE subject = ?", [_hash(subject)])
                return True
        self.wrong(subject, at=at)
        return False

    def wrong(self, subject: str, *, at: datetime) -> None:
        """Counts a wrong try; with the last one that is allowed the subject is locked."""
        with self._store.writing() as db:
            db.conn.execute(
                "INSERT INTO one_time_codes VALUES (?, '', ?, 1, '') ON CONFLICT (subject) DO UPDATE SET "
                "wrong_tries = wrong_tries + 1",
                [_hash(subject), at.isoformat()],
            )
            db.conn.execute(
                "UPDATE one_time_codes SET code_hash = '', wrong_tries = 0, locked_to = ? "
                "WHERE subject = ? AND wrong_tries >= ?",
                [(at + self._locked).isoformat(), _hash(subject), self._tries],
            )

    def is_locked(self, subject: str, *, at: datetime) -> bool:
        """Whether too many wrong tries were made lately."""
        row = self._store.db.conn.execute(
            "SELECT locked_to FROM one_time_codes WHERE subject = ?", [_hash(subject)]
        ).fetchone()
        return bool(row and row[0] > at.isoformat())


def _hash(text: str) -> str:
    return hashlib.sha256(text.casefold().encode()).hexdigest()
