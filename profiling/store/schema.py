"""The schema's history: every change that a database has been through, or will be when it is opened.

A change is a new function at the end of migrations.py; old ones are never edited after a release.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("rapport")


def run(db: Database, *statements: str) -> None:
    """Statements one after the other."""
    for statement in statements:
        db.conn.execute(statement)
