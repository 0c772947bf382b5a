"""What was asked of a shop system that keeps no keys: written down before the request leaves, closed after it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

from actions.shop.changes import Change, Pieces, Swap
from actions.shop.client import OutcomeUnknown, Receipt
from actions.shop.types import Address

_SCHEMA = """
CREATE TABLE IF NOT EXISTS changes (
    key TEXT PRIMARY KEY,
    change TEXT NOT NULL,
    refund_cents INTEGER NOT NULL,
    made INTEGER NOT NULL          -- 0: asked for, and it is not known whether it was made
)
"""
_KINDS = {kind.__name__: kind for kind in get_args(Change)}


class ChangeJournal:
    """Gives `apply` its "once only" and `receipt` its memory.

    Args:
        path: the SQLite file.
        is_made: asks the shop whether things are as a change wants them. Only used after a try that broke off.
    """

    def __init__(self, path: Path, *, is_made: Callable[[Change], bool]) -> None:
        self._path = path
        self._is_made = is_made

    def apply(self, change: Change, key: str, *, plan: Callable[[], int], make: Callable[[], None]) -> Receipt:
        """Makes the change unless it was made under this key.

        Args:
            change: what is to be made.
            key: of the change.
            plan: checks the change against the shop; returns what will go back to the shopper, in cents.
            make: does it; whatever it raises besides OutcomeUnknown means that nothing was changed.
        """
        if done := self.receipt(key):
            return done
        earlier = self._row(key)
        refund_cents = earlier[1] if earlier else plan()
        if earlier is None:
            with self._connected() as conn:
                conn.execute("INSERT INTO changes VALUES (?, ?, ?, 0)", [key, _written(change), refund_cents])
        try:
            make()
        except OutcomeUnknown:
            raise
        except Exception:
            if earlier is None:
                with self._connected() as conn:
                    conn.execute("DELETE FROM changes WHERE key = ?", [key])
            raise
        return self._close(key, refund_cents)

    def receipt(self, key: str) -> Receipt | None:
        """Of a change that was made; after a broken try the shop is asked how things stand."""
        row = self._row(key)
        if row is None:
            return None
        change, refund_cents, made = row
        if made:
            return Receipt(key, refund_cents)
        return self._close(key, refund_cents) if self._is_made(_read(change)) else None

    def _row(self, key: str) -> tuple[str, int, int] | None:
        with self._connected() as conn:
            row: tuple[str, int, int] | None = conn.execute(
                "SELECT change, refund_cents, made FROM changes WHERE key = ?", [key]
            ).fetchone()
        return row

    def _close(self, key: str, refund_cents: int) -> Receipt:
        with self._connected() as conn:
            conn.execute("UPDATE changes SET made = 1 WHERE key = ?", [key])
        return Receipt(key, refund_cents)

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._path, timeout=5)) as conn, conn:
            conn.execute(_SCHEMA)
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
