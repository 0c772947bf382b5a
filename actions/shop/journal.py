"""What was asked of a shop system that keeps no keys: written down before the request leaves, closed after it."""

from __future__ import annotations

import json
import sqlite3
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
    made INTEGER NOT NULL          -- 0: asked for, and it is not known whether it was made
)
"""
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
    """

    def __init__(self, path: Path, ways: Mapping[type[Change], Way]) -> None:
        self._path = path
        self._ways = ways

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
        earlier = self._row(key)
        refund_cents = earlier[1] if earlier else way.plan(change)
        if earlier is None:
            with self._connected() as conn:
                conn.execute("INSERT INTO changes VALUES (?, ?, ?, 0)", [key, _written(change), refund_cents])
        try:
            way.make(change)
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
        asked = _read(change)
        return self._close(key, refund_cents) if self._ways[type(asked)].is_made(asked) else None

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
        with closing(connect(str(self._path), database_key())) as conn:
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
