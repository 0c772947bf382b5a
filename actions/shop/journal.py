"""What was asked of a shop system that keeps no keys: written down before the request leaves, closed after it."""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol, get_args

from actions.shop.changes import Change, Pieces, Swap
from actions.shop.client import ChangeRefused, OutcomeUnknown, Receipt
from actions.shop.types import Address
from profiling.store.connection import connect, database_key

_SCHEMA = """
CREATE TABLE IF NOT EXISTS changes (
    key TEXT PRIMARY KEY,
    change TEXT NOT NULL,
    refund_cents INTEGER NOT NULL,
    made INTEGER NOT NULL,         -- 0: asked for, and it is not known whether it was made
    owner TEXT NOT NULL DEFAULT '',
    lease_until REAL NOT NULL DEFAULT 0
)
"""
_LATER_COLUMNS = {"owner": "TEXT NOT NULL DEFAULT ''", "lease_until": "REAL NOT NULL DEFAULT 0"}
_ROW = "SELECT change, refund_cents, made, lease_until FROM changes WHERE key = ?"
BUSY = "the same change is being made just now"
LEASE_S = 120.0
"""So long a change belongs to the try that makes it, longer than a slow shop takes. A killed one lets go after it."""
_KINDS = {kind.__name__: kind for kind in get_args(Change)}


class Way(Protocol):
    """How a shop system makes one kind of change; `change` is of that kind."""

    def plan(self, change: Any) -> int:
        """Checks it against the shop; returns what will go back to the shopper, in cents. May raise ChangeRefused."""

    def make(self, change: Any) -> None:
        """Does it; whatever it raises besides OutcomeUnknown means that nothing was changed.

        Called again after a break, it goes on where it broke.
        """

    def is_made(self, change: Any) -> bool:
        """Whether things are as the change wants them. Only asked after a break."""


class ChangeJournal:
    """Gives a shop client its `supports`, `apply` ("once only") and `receipt`.

    Args:
        path: the SQLite file.
        ways: how each kind of change is made; the others are refused.
        by_hand: the kinds that people at the shop have to finish.
        lease_s: how long one try keeps others off.
    """

    def __init__(
        self,
        path: Path,
        ways: Mapping[type[Change], Way],
        *,
        by_hand: frozenset[type[Change]] = frozenset(),
        lease_s: float = LEASE_S,
    ) -> None:
        self._path = path
        self._ways = ways
        self._by_hand = by_hand
        self._lease_s = lease_s

    @property
    def supports(self) -> frozenset[type[Change]]:
        """The kinds of change that there is a way for."""
        return frozenset(self._ways)

    def apply(self, change: Change, *, key: str) -> Receipt:
        """Makes the change unless it was made under this key. Raises as ShopClient.apply does."""
        way = self._ways.get(type(change))
        if way is None:
            raise ChangeRefused("A person has to make this change.")
        if done := self.receipt(key):
            return done
        planned_cents = way.plan(change) if self._row(key) is None else 0
        owner = secrets.token_hex(8)
        is_fresh = self._take(key, change, planned_cents, owner=owner)
        try:
            way.make(change)
        except OutcomeUnknown:
            self._let_go(key, owner)
            raise
        except Exception:
            self._let_go(key, owner, undone=is_fresh)
            raise
        return self._close(key)

    def receipt(self, key: str) -> Receipt | None:
        """Of a change that was made; after a broken try the shop is asked how things stand.

        Raises:
            OutcomeUnknown: a try, in this process or another one, is making it.
        """
        row = self._row(key)
        if row is None:
            return None
        change = _read(row["change"])
        if row["made"] or self._ways[type(change)].is_made(change):
            return self._close(key)
        if self._is_held(row):
            raise OutcomeUnknown(BUSY)
        return None

    def _take(self, key: str, change: Change, planned_cents: int, *, owner: str) -> bool:
        """Takes the change for one try; whether nothing was known of it before.

        Raises:
            OutcomeUnknown: another try has it, or has made it meanwhile.
        """
        with self._connected() as conn:
            conn.execute("BEGIN IMMEDIATE")
            row = conn.execute(_ROW, [key]).fetchone()
            if row is not None and (row["made"] or self._is_held(row)):
                raise OutcomeUnknown(BUSY)
            conn.execute(
                "INSERT OR IGNORE INTO changes (key, change, refund_cents, made) VALUES (?, ?, ?, 0)",
                [key, _written(change), planned_cents],
            )
            lease = [owner, time.monotonic() + self._lease_s, key]
            conn.execute("UPDATE changes SET owner = ?, lease_until = ? WHERE key = ?", lease)
            conn.execute("COMMIT")  # what ends without it, by an exception or a crash, is taken back
        return row is None

    def _is_held(self, row: sqlite3.Row) -> bool:
        """Whether a try has the change; further ahead than a lease reaches: from before the machine's last start."""
        now = time.monotonic()  # the same for all processes of the machine, whoever sets its clock
        return bool(now < row["lease_until"] <= now + max(self._lease_s, LEASE_S))

    def _let_go(self, key: str, owner: str, *, undone: bool = False) -> None:
        """Ends a try that has failed; `undone`: nothing was changed, so nothing has to be remembered."""
        sql = "DELETE FROM changes" if undone else "UPDATE changes SET lease_until = 0"
        with self._connected() as conn:
            conn.execute(f"{sql} WHERE key = ? AND owner = ?", [key, owner])

    def _row(self, key: str) -> sqlite3.Row | None:
        with self._connected() as conn:
            row: sqlite3.Row | None = conn.execute(_ROW, [key]).fetchone()
        return row

    def _close(self, key: str) -> Receipt:
        """Notes that a change was made; what goes back is what was planned first."""
        with self._connected() as conn:
            conn.execute("UPDATE changes SET made = 1, lease_until = 0 WHERE key = ?", [key])
            row = conn.execute(_ROW, [key]).fetchone()
        return Receipt(key, row["refund_cents"], type(_read(row["change"])) in self._by_hand)

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(connect(str(self._path), database_key(), named_rows=True)) as conn:
            conn.execute(_SCHEMA)
            known = {row[1] for row in conn.execute("PRAGMA table_info(changes)")}
            for name, kind in _LATER_COLUMNS.items():
                if name not in known:
                    conn.execute(f"ALTER TABLE changes ADD COLUMN {name} {kind}")
            yield conn


def _written(change: Change) -> str:
    return json.dumps({"kind": type(change).__name__, "change": asdict(change)}, ensure_ascii=False)


def _read(text: str) -> Change:
    content = json.loads(text)
    fields: dict[str, Any] = {name: _field(name, value) for name, value in content["change"].items()}
    change: Change = _KINDS[content["kind"]](**fields)
    return change


def _field(name: str, value: Any) -> Any:
    parts: Mapping[str, Callable[..., Any]] = {"pieces": Pieces, "swaps": Swap}
    if name == "address":
        return Address(**value)
    return [parts[name](**part) for part in value] if name in parts else value
