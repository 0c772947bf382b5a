"""The log: what shoppers said, what we read in it, what they changed. Entries are added and erased, never altered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Literal

from profiling.errors import InputError
from profiling.graph import load_predicates
from profiling.store.database import Store
from profiling.types import Assertion, Mood, Row, Turn

_ASSERTION = ", ".join(f'"{field.name}"' for field in fields(Assertion))
CORRECTION = "correction:"
"""How the id of a turn begins that was not said but written into the profile, in the place of a fact."""
_AMONG = "AND message_id IN (SELECT value FROM json_each(?))"
_TABLES = ("turns", "changes", "slates", "interactions")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the log: a turn with its assertions, or a change.

    `need` is None unless it must stay what it was: some of what it followed from has been deleted since.

    `targets` are the assertions that a `retract` names, or the turn or retraction that an `undo` takes back.
    """

    entry_id: str
    kind: Literal["turn", "retract", "undo"]
    origin: str
    at: datetime
    learnt_at: datetime
    intent: str = ""
    wishing: bool = False
    released: tuple[str, ...] = ()
    assertions: tuple[Assertion, ...] = ()
    targets: tuple[str, ...] = ()
    need: str | None = None

    @property
    def order(self) -> tuple[datetime, str]:
        """Entries are replayed in this order, whatever the order in which they arrived."""
        return self.at, self.entry_id


class Log:
    """Reads and writes the log. Writes belong into a `store.writing()` block of the caller."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add_turn(
        self, turn: Turn, entry: Entry, *, shopper_id: str, language: str, need: str, mood: Mood | None = None
    ) -> bool:
        """Records a turn and what was read in it; False if this message is known already.

        Raises:
            InputError: an assertion with a predicate, or an object of a kind, that is not declared.
        """
        check_declared(entry.assertions)
        row = {
            **asdict(turn),
            "shopper_id": shopper_id,
            "origin": turn.shopper_id,
            "at": entry.at.isoformat(),
            "learnt_at": entry.learnt_at.isoformat(),
            "language": language,
            "need": need,
            "wishing": entry.wishing,
            "released": json.dumps(entry.released),
            "mood": mood.label if mood else None,
            "mood_probability": mood.probability if mood else None,
        }
        if not self._store.insert("turns", row):
            return False
        for assertion in entry.assertions:
            self._store.insert("assertions", asdict(assertion))
        return True

    def add_change(self, entry: Entry, *, shopper_id: str) -> bool:
        """Records a change; False if it is known already."""
        row = {
            "change_id": entry.entry_id,
            "shopper_id": shopper_id,
            "origin": entry.origin,
            "at": entry.at.isoformat(),
            "learnt_at": entry.learnt_at.isoformat(),
            "kind": entry.kind,
            "targets": json.dumps(entry.targets),
        }
        return self._store.insert("changes", row)

    def turn(self, message_id: str) -> Row | None:
        """The row of a turn, or None."""
        return next(iter(self._store.db.query("SELECT * FROM turns WHERE message_id = ?", [message_id])), None)

    def last_turn(self, shopper_id: str) -> Row | None:
        """The shopper's latest turn, or None."""
        rows = self._store.db.query(
            "SELECT * FROM turns WHERE shopper_id = ? ORDER BY at DESC, message_id DESC LIMIT 1", [shopper_id]
        )
        return next(iter(rows), None)

    def turns(self, shopper_id: str, *, limit: int = -1) -> list[Row]:
        """The shopper's turns, the latest first."""
        sql = "SELECT * FROM turns WHERE shopper_id = ? ORDER BY at DESC, message_id DESC LIMIT ?"
        return list(self._store.db.query(sql, [shopper_id, limit]))

    def last_of_conversation(self, sender_id: str) -> Row | None:
        """The latest turn of a conversation, whoever's it was, or None."""
        rows = self._store.db.query(
            "SELECT * FROM turns WHERE sender_id = ? ORDER BY at DESC, message_id DESC LIMIT 1", [sender_id]
        )
        return next(iter(rows), None)

    def last_order(self, shopper_id: str) -> tuple[datetime, str] | None:
        """The order of the shopper's latest entry."""
        latest = (
            "SELECT * FROM (SELECT at, {id} AS id FROM {table} WHERE shopper_id = :shopper "
            "ORDER BY at DESC, {id} DESC LIMIT 1)"
        )
        row = self._store.db.conn.execute(
            f"{latest.format(id='message_id', table='turns')} UNION ALL "
            f"{latest.format(id='change_id', table='changes')} ORDER BY at DESC, id DESC LIMIT 1",
            {"shopper": shopper_id},
        ).fetchone()
        return (datetime.fromisoformat(row[0]), row[1]) if row else None

    def entries(self, shopper_id: str, *, turns: Collection[str] | None = None) -> list[Entry]:
        """The shopper's whole log, in order; with `turns`, of the turns only those, but all changes."""
        among, ids = ("", []) if turns is None else (_AMONG, [json.dumps(sorted(turns))])
        said: dict[str, list[Assertion]] = {}
        for row in self._store.db.query(
            f"SELECT {_ASSERTION} FROM assertions WHERE message_id IN "
            f"(SELECT message_id FROM turns WHERE shopper_id = ? {among}) "
            'ORDER BY message_id, start, "end", assertion_id',
            [shopper_id, *ids],
        ):
            said.setdefault(row["message_id"], []).append(_assertion(row))
        rows = self._store.db.query(f"SELECT * FROM turns WHERE shopper_id = ? {among}", [shopper_id, *ids])
        changes = self._store.db.query("SELECT * FROM changes WHERE shopper_id = ?", [shopper_id])
        entries = [turn_entry(row, said.get(row["message_id"], ())) for row in rows]
        return sorted([*entries, *map(change_entry, changes)], key=lambda entry: entry.order)

    def said(self, message_id: str) -> list[Assertion]:
        """The assertions of one message, in the order of its words."""
        rows = self._store.db.query(
            f'SELECT {_ASSERTION} FROM assertions WHERE message_id = ? ORDER BY start, "end", assertion_id',
            [message_id],
        )
        return [_assertion(row) for row in rows]

    def shopper_ids(self) -> list[str]:
        """Everybody who has said something, in order."""
        rows = self._store.db.conn.execute("SELECT DISTINCT shopper_id FROM turns ORDER BY shopper_id")
        return [row[0] for row in rows]

    def first_seen_at(self, shopper_id: str) -> datetime | None:
        """When the shopper's first turn was."""
        row = self._store.db.conn.execute("SELECT min(at) FROM turns WHERE shopper_id = ?", [shopper_id]).fetchone()
        return datetime.fromisoformat(row[0]) if row[0] else None

    def everything(self, shopper_id: str) -> dict[str, list[Row]]:
        """All rows about a shopper, by table; facts are in the fact store."""
        tables = {name: f"SELECT * FROM {name} WHERE shopper_id = ?" for name in _TABLES}
        tables["assertions"] = (
            "SELECT * FROM assertions WHERE message_id IN (SELECT message_id FROM turns WHERE shopper_id = ?)"
        )
        tables["impressions"] = (
            "SELECT * FROM impressions WHERE slate_id IN (SELECT slate_id FROM slates WHERE shopper_id = ?)"
        )
        return {name: list(self._store.db.query(sql, [shopper_id])) for name, sql in tables.items()}

    def set_manner(self, message_id: str, traits: Sequence[Sequence[str]]) -> None:
        """Keeps with a turn how its reply followed the shopper: (trait, value, why) each."""
        self._store.db.conn.execute(
            "UPDATE turns SET manner = ? WHERE message_id = ?", [json.dumps(traits, ensure_ascii=False), message_id]
        )

    def set_needs(self, needs: Iterable[tuple[str, str]]) -> None:
        """Writes (need, message_id): the need that was open after each turn."""
        self._store.db.conn.executemany("UPDATE turns SET need = ? WHERE message_id = ?", needs)

    def needs(self, message_ids: Collection[str]) -> dict[str, str]:
        """The need that is open after each of these turns."""
        sql = "SELECT message_id, need FROM turns WHERE message_id IN (SELECT value FROM json_each(?))"
        return dict(self._store.db.conn.execute(sql, [json.dumps(sorted(message_ids))]).fetchall())

    def keep_needs(self, shopper_id: str) -> None:
        """The needs of the shopper's turns stay as they are from now on."""
        self._store.db.conn.execute("UPDATE turns SET need_kept = 1 WHERE shopper_id = ?", [shopper_id])

    def set_support(self, support: Iterable[tuple[str | None, str]]) -> None:
        """Writes (fact_id, assertion_id): which fact each assertion speaks for now."""
        self._store.db.conn.executemany("UPDATE assertions SET fact_id = ? WHERE assertion_id = ?", support)

    def clear_support(self, shopper_id: str) -> None:
        """Assertions of the shopper speak for no fact any more."""
        self._store.db.conn.execute(
            "UPDATE assertions SET fact_id = NULL WHERE fact_id IS NOT NULL AND message_id IN "
            "(SELECT message_id FROM turns WHERE shopper_id = ?)",
            [shopper_id],
        )

    def first_of_conversation(self, shopper_id: str, sender_id: str) -> tuple[datetime, str] | None:
        """The order of the shopper's first turn in a conversation."""
        sql = "SELECT at, message_id FROM turns WHERE shopper_id = ? AND sender_id = ? ORDER BY at, message_id LIMIT 1"
        row = self._store.db.conn.execute(sql, [shopper_id, sender_id]).fetchone()
        return (datetime.fromisoformat(row[0]), row[1]) if row else None

    def erase_conversation(self, shopper_id: str, sender_id: str) -> int:
        """Deletes the turns of one conversation, their assertions and their facts; returns how many turns."""
        conn = self._store.db.conn
        turns = "SELECT message_id FROM turns WHERE shopper_id = ? AND sender_id = ?"
        conn.execute(f"DELETE FROM facts WHERE message_id IN ({turns})", [shopper_id, sender_id])
        conn.execute(f"DELETE FROM slates WHERE message_id IN ({turns})", [shopper_id, sender_id])
        return conn.execute(
            "DELETE FROM turns WHERE shopper_id = ? AND sender_id = ?", [shopper_id, sender_id]
        ).rowcount

    def supporting(self, fact_ids: Sequence[str]) -> list[str]:
        """The assertions that speak for these facts."""
        marks = ", ".join("?" * len(fact_ids))
        rows = self._store.db.conn.execute(
            f"SELECT assertion_id FROM assertions WHERE fact_id IN ({marks}) ORDER BY assertion_id", list(fact_ids)
        )
        return [row[0] for row in rows]


def assertion_id(message_id: str, predicate: str, object_: str, start: int) -> str:
    """The same evidence always gives the same id, so that a repeated delivery adds nothing."""
    return hashlib.sha256("\x1f".join((message_id, predicate, object_, str(start))).encode()).hexdigest()[:16]


def check_declared(assertions: Iterable[Assertion]) -> None:
    """Refuses what graph/predicates.yml does not know.

    Raises:
        InputError: a predicate, or an object of a kind, that is not declared.
    """
    for assertion in assertions:
        predicate = load_predicates().get(assertion.predicate)
        if predicate is None or not predicate.takes(assertion.object):
            raise InputError(f"{assertion.predicate} {assertion.object}: not as declared in graph/predicates.yml")


def _assertion(row: Row) -> Assertion:
    return Assertion(**{**row, "lasting": bool(row["lasting"])})


def turn_entry(row: Row, assertions: Sequence[Assertion]) -> Entry:
    """The entry of a row of `turns` with its assertions."""
    return Entry(
        row["message_id"],
        "turn",
        row["origin"],
        datetime.fromisoformat(row["at"]),
        datetime.fromisoformat(row["learnt_at"]),
        row["intent"],
        bool(row["wishing"]),
        tuple(json.loads(row["released"])),
        tuple(assertions),
        need=row["need"] if row["need_kept"] else None,
    )


def change_entry(row: Row) -> Entry:
    """The entry of a row of `changes`."""
    return Entry(
        row["change_id"],
        row["kind"],
        row["origin"],
        datetime.fromisoformat(row["at"]),
        datetime.fromisoformat(row["learnt_at"]),
        targets=tuple(json.loads(row["targets"])),
    )
