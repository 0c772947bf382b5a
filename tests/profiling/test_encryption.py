"""The store encrypted at rest."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from profiling.errors import StoreError
from tests.profiling.histories import known, memory_at, tell

RED = ("likes", "colour:quokkared")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    pytest.importorskip("sqlcipher3")
    monkeypatch.setenv("RAPPORT_DATABASE_KEY", "it's a passphrase")
    memory = memory_at(tmp_path / "rapport.db")
    tell(memory, "m1", RED)
    memory.store.back_up(tmp_path / "backup.db")
    memory.store.close()
    return tmp_path


def test_nothing_on_the_disk_can_be_read_without_the_passphrase(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in path.iterdir():
        assert b"quokkared" not in file.read_bytes()
        assert not file.read_bytes().startswith(b"SQLite format 3")
    monkeypatch.setenv("RAPPORT_DATABASE_KEY", "a wrong one")
    with pytest.raises(StoreError, match="another RAPPORT_DATABASE_KEY"):
        memory_at(path / "rapport.db")
    monkeypatch.delenv("RAPPORT_DATABASE_KEY")
    with pytest.raises(StoreError):
        memory_at(path / "rapport.db")
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(path / "rapport.db").execute("SELECT * FROM turns")


def test_with_the_passphrase_all_is_there_and_in_the_backup_too(path: Path) -> None:
    for name in ("rapport.db", "backup.db"):
        memory = memory_at(path / name)
        assert known(memory) == {RED}
        assert not memory.rebuild("s1")
        assert memory.undo("s1", at=memory.facts.all_facts("s1")[0].valid_from, by="u1") is not None
        memory.store.close()
