"""Who is whom: versions, consent, merged identities, one-time codes, and the erasing of a shopper."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Literal

from profiling.errors import IdentityError
from profiling.store.database import Store
from profiling.store.tickets import TicketStore

Consent = Literal["unasked", "asked", "given", "refused"]
Proof = Literal["signed_login", "one_time_code", "owner", "said_so"]
CODE_BYTES = 16
CODE_TTL = timedelta(minutes=10)
_MOVED = ("turns", "changes", "slates", "interactions", "tickets", "notices")


class ShopperStore:
    """Reads and writes what belongs to a shopper as a whole. Writes belong into a `store.writing()` block."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def version(self, shopper_id: str) -> int | None:
        """A number that is another one after every change to what is known; None for an unknown shopper."""
        row = self._store.db.conn.execute("SELECT version FROM shoppers WHERE shopper_id = ?", [shopper_id]).fetchone()
        return int(row[0]) if row else None

    def touch(self, shopper_id: str) -> None:
        """Gives the shopper another version."""
        self._store.db.conn.execute(
            "INSERT INTO shoppers (shopper_id, version) VALUES (?, random()) "
            "ON CONFLICT (shopper_id) DO UPDATE SET version = excluded.version",
            [shopper_id],
        )

    def consent(self, shopper_id: str) -> Consent:
        """Whether the shopper wants to be remembered."""
        row = self._store.db.conn.execute("SELECT consent FROM shoppers WHERE shopper_id = ?", [shopper_id]).fetchone()
        return row[0] if row else "unasked"

    def consented_at(self, shopper_id: str) -> datetime | None:
        """When the shopper agreed to be remembered; None where they have not, or not any more."""
        row = self._store.db.conn.execute(
            "SELECT consent_at FROM shoppers WHERE shopper_id = ? AND consent = 'given'", [shopper_id]
        ).fetchone()
        return datetime.fromisoformat(row[0]) if row else None

    def set_consent(self, shopper_id: str, consent: Consent, *, at: datetime) -> None:
        """Notes the shopper's answer, or that they were asked."""
        self.touch(shopper_id)
        self._store.db.conn.execute(
            "UPDATE shoppers SET consent = ?, consent_at = ? WHERE shopper_id = ?",
            [consent, at.isoformat(), shopper_id],
        )

    def root(self, shopper_id: str) -> str:
        """The identity that this one was merged into, or itself."""
        conn = self._store.db.conn
        while row := conn.execute("SELECT target FROM identities WHERE source = ?", [shopper_id]).fetchone():
            shopper_id = row[0]
        return shopper_id

    def members(self, shopper_id: str) -> list[str]:
        """The identity and all that were merged into it, directly or not."""
        found = [shopper_id]
        for member in found:
            rows = self._store.db.conn.execute(
                "SELECT source FROM identities WHERE target = ? ORDER BY source", [member]
            )
            found += [row[0] for row in rows]
        return found

    def parts(self, shopper_id: str) -> list[str]:
        """What was merged into the identity itself, the latest last."""
        rows = self._store.db.conn.execute(
            "SELECT source FROM identities WHERE target = ? ORDER BY at, rowid", [shopper_id]
        )
        return [row[0] for row in rows]

    def link(self, source: str, target: str, *, proof: Proof, at: datetime) -> None:
        """Makes `source` a part of `target`; what it has said moves there and keeps its origin.

        Raises:
            IdentityError: they are one already, or `source` is a part of another identity.
        """
        if self.root(target) == self.root(source):
            raise IdentityError(f"{source} and {target} are one already")
        if self.root(source) != source:
            raise IdentityError(f"{source} is a part of {self.root(source)}")
        self._store.db.conn.execute(
            "INSERT INTO identities (source, target, proof, at) VALUES (?, ?, ?, ?)",
            [source, target, proof, at.isoformat()],
        )
        self._move(source, self.root(target))

    def unlink(self, source: str) -> str:
        """Takes `source` out of what it was merged into; returns that identity.

        Raises:
            IdentityError: it is not a part of any.
        """
        whole = self.root(source)
        if whole == source:
            raise IdentityError(f"{source} was not merged into another identity")
        self._store.db.conn.execute("DELETE FROM identities WHERE source = ?", [source])
        self._move(source, source)
        return whole

    def issue_code(self, shopper_id: str, *, at: datetime) -> str:
        """A code that links another identity to this one, once, within ten minutes. Only its hash is stored."""
        code = secrets.token_urlsafe(CODE_BYTES)
        self._store.db.conn.execute(
            "INSERT INTO link_codes (code_hash, shopper_id, expires_at) VALUES (?, ?, ?)",
            [_hash(code), shopper_id, (at + CODE_TTL).isoformat()],
        )
        return code

    def redeem_code(self, code: str, *, at: datetime) -> str:
        """The shopper that the code was issued to; the code is used up.

        Raises:
            IdentityError: no such code, or it was used, or it is too old.
        """
        used = self._store.db.conn.execute(
            "UPDATE link_codes SET used_at = ? WHERE code_hash = ? AND used_at IS NULL AND expires_at > ? "
            "RETURNING shopper_id",
            [at.isoformat(), _hash(code), at.isoformat()],
        ).fetchone()
        if used is None:
            raise IdentityError("this code is unknown, used or too old; ask for a new one")
        return str(used[0])

    def erase(self, shopper_id: str) -> int:
        """Deletes every row about the identity and its parts; returns the number of facts that were open."""
        conn = self._store.db.conn
        count = conn.execute(
            "SELECT count(*) FROM facts WHERE shopper_id = ? AND valid_to IS NULL", [shopper_id]
        ).fetchone()[0]
        members = self.members(shopper_id)
        for table in ("facts", *_MOVED):  # the rest goes with its parent rows
            conn.execute(f"DELETE FROM {table} WHERE shopper_id = ?", [shopper_id])
        for member in members:
            TicketStore(self._store).forget(member)
            conn.execute("DELETE FROM identities WHERE source = ? OR target = ?", [member, member])
            for table in ("link_codes", "shoppers"):
                conn.execute(f"DELETE FROM {table} WHERE shopper_id = ?", [member])
        return int(count)

    def _move(self, part: str, owner: str) -> None:
        """Gives what `part` and its own parts have said to `owner`."""
        members = self.members(part)
        marks = ", ".join("?" * len(members))
        for table in _MOVED:
            self._store.db.conn.execute(
                f"UPDATE {table} SET origin = coalesce(nullif(origin, ''), shopper_id), shopper_id = ? "
                f"WHERE origin IN ({marks}) OR (coalesce(origin, '') = '' AND shopper_id IN ({marks}))",
                [owner, *members, *members],
            )


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
