"""Facts as the log stands now: `profiling.profile.replay` makes them. They are closed, never overwritten."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from profiling.store.database import Store
from profiling.types import Fact

_COLUMNS = tuple(field.name for field in fields(Fact))
_INSTANTS = tuple(
    _COLUMNS.index(name) for name in ("valid_from", "valid_to", "learnt_at", "retracted_at", "confirmed_at")
)
_fields = attrgetter(*_COLUMNS)
_SELECT = "SELECT " + ", ".join(f'facts."{name}"' for name in _COLUMNS) + " FROM facts"
_INSERT = (
    f"INSERT INTO facts ({', '.join(chr(34) + name + chr(34) for name in _COLUMNS)}) "
    f"VALUES ({', '.join('?' * len(_COLUMNS))}) ON CONFLICT (fact_id) DO UPDATE SET "
    + ", ".join(f'"{name}" = excluded."{name}"' for name in _COLUMNS[1:])
)
_IN_ORDER = "ORDER BY valid_from, message_id, start, predicate"


class FactStore:
    """Reads and writes facts. Writes belong into a `store.writing()` block of the caller."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, facts: Iterable[Fact]) -> None:
        """Writes facts, in place of those with the same id."""
        self._store.db.conn.executemany(_INSERT, (_values(fact) for fact in facts))

    def clear(self, shopper_id: str) -> None:
        """Deletes a shopper's facts; the log that they were made from stays."""
        self._store.db.conn.execute("DELETE FROM facts WHERE shopper_id = ?", [shopper_id])

    def delete(self, fact_ids: Iterable[str]) -> None:
        """Deletes these facts."""
        self._store.db.conn.executemany("DELETE FROM facts WHERE fact_id = ?", ((fact_id,) for fact_id in fact_ids))

    def within(
        self, shopper_id: str, subjects: Collection[str], strands: Collection[tuple[Collection[str], str]]
    ) -> list[Fact]:
        """Facts about one of the subjects, or about the shopper with a predicate of a strand and its object, if it has
        one; closed ones too.
        """
        whole = sorted({name for names, object_ in strands if not object_ for name in names})
        single = sorted({f"{name} {object_}" for names, object_ in strands if object_ for name in names})
        among = "IN (SELECT value FROM json_each(?))"
        return self._read(
            f"WHERE shopper_id = ? AND (subject {among} OR (subject = 'shopper' AND "
            f"(predicate {among} OR predicate || ' ' || object {among}))) {_IN_ORDER}",
            [shopper_id, *(json.dumps(values) for values in (sorted(subjects), whole, single))],
        )

    def open_facts(self, shopper_id: str) -> list[Fact]:
        """Facts that hold, in the order in which they were said."""
        return self._read("WHERE shopper_id = ? AND valid_to IS NULL " + _IN_ORDER, [shopper_id])

    def all_facts(self, shopper_id: str) -> list[Fact]:
        """Every fact, closed and retracted ones too, in the order in which they were said."""
        return self._read("WHERE shopper_id = ? " + _IN_ORDER, [shopper_id])

    def touching(
        self, shopper_id: str, subjects: Sequence[str], *, objects: Sequence[str], predicates: Sequence[str]
    ) -> list[Fact]:
        """Open facts about one of the subjects with one of the objects or predicates."""
        found: dict[str, Fact] = {}
        for column, values in (("object", objects), ("predicate", predicates)):
            marks = ", ".join("?" * len(values))
            where = f"WHERE shopper_id = ? AND subject IN (?, ?) AND {column} IN ({marks}) AND valid_to IS NULL "
            rows = self._read(where + _IN_ORDER, [shopper_id, subjects[0], subjects[-1], *values])
            found |= {fact.fact_id: fact for fact in rows}
        return list(found.values())

    def about(self, shopper_id: str, subject: str, *, limit: int = -1) -> list[Fact]:
        """Open facts about one subject, the first so many in no order."""
        return self._read(
            "WHERE shopper_id = ? AND subject = ? AND valid_to IS NULL LIMIT ?", [shopper_id, subject, limit]
        )

    def of_message(self, message_id: str) -> list[Fact]:
        """Facts that a message gave rise to or confirmed, closed ones too."""
        return self._read(
            "WHERE fact_id IN (SELECT fact_id FROM assertions WHERE message_id = ?) ORDER BY start, predicate",
            [message_id],
        )

    def get(self, shopper_id: str, fact_ids: Sequence[str]) -> list[Fact]:
        """Those of the facts that are this shopper's, in the order asked for."""
        marks = ", ".join("?" * len(fact_ids))
        rows = self._read(f"WHERE shopper_id = ? AND fact_id IN ({marks})", [shopper_id, *fact_ids])
        by_id = {fact.fact_id: fact for fact in rows}
        return [by_id[fact_id] for fact_id in fact_ids if fact_id in by_id]

    def _read(self, where: str, values: Sequence[object]) -> list[Fact]:
        return [_fact(row) for row in self._store.db.conn.execute(f"{_SELECT} {where}", values)]


def _values(fact: Fact) -> list[object]:
    return [value.isoformat() if isinstance(value, datetime) else value for value in _fields(fact)]


def _fact(row: Sequence[Any]) -> Fact:
    """A fact from its columns in order; read by the million, so without a dictionary in between."""
    values: list[Any] = list(row)
    for place in _INSTANTS:
        values[place] = datetime.fromisoformat(values[place]) if values[place] else None
    return Fact(*values)
