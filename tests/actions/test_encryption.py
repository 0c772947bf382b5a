"""What the action server writes, encrypted at rest: the demo shop's orders, the journal of changes, mails."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from actions.desk.mail import open_mailer
from actions.desk.outbox import read_mails
from actions.shop.changes import CancelOrder
from actions.shop.client import ShopUnavailable
from actions.shop.demo import DemoShop
from actions.shop.demo_load import load_demo_shop
from actions.shop.journal import ChangeJournal
from profiling.errors import StoreError
from profiling.privacy.file_seal import FileSeal
from tests.actions.conftest import SHOP


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    pytest.importorskip("sqlcipher3")
    monkeypatch.setenv("RAPPORT_DATABASE_KEY", "it's a passphrase")
    return tmp_path


def clear(home: Path, *words: bytes) -> list[str]:
    """Files that hold one of the words."""
    return [
        path.name for path in home.rglob("*") if path.is_file() and any(word in path.read_bytes() for word in words)
    ]


def test_orders_are_encrypted_and_a_shop_that_is_loaded_anew_is_read_anew(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, now = home / "shop.db", datetime.now(UTC)
    load_demo_shop(SHOP, path, now=now - timedelta(days=1))
    shop = DemoShop(path, currency="EUR")
    account = shop.account("S001")
    assert account is not None
    assert clear(home, account.email.encode(), account.name.encode(), b"SQLite format 3") == []
    before = shop.orders("S001")[0].placed_at
    load_demo_shop(SHOP, path, now=now)
    assert shop.orders("S001")[0].placed_at - before == timedelta(days=1)
    for passphrase in ("another", ""):
        monkeypatch.setenv("RAPPORT_DATABASE_KEY", passphrase)
        with pytest.raises(ShopUnavailable):
            DemoShop(path, currency="EUR").account("S001")


def test_the_journal_of_changes_is_encrypted(home: Path) -> None:
    class Way:
        def plan(self, change: CancelOrder) -> int:
            return 7

        def make(self, change: CancelOrder) -> None: ...

        def is_made(self, change: CancelOrder) -> bool:
            return True

    change = CancelOrder("W-quokka", "quokka")
    journal = ChangeJournal(home / "changes.db", {CancelOrder: Way()})
    assert journal.apply(change, key="k").refund_cents == 7
    assert journal.receipt("k") is not None
    assert clear(home, b"quokka") == []
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(home / "changes.db").execute("SELECT * FROM changes")


def test_mails_that_are_not_sent_are_sealed_and_can_be_read_by_the_owner(home: Path) -> None:
    mailer = open_mailer({"RAPPORT_DATABASE_KEY": "it's a passphrase"}, home=home, sender="shop@example.org")
    for code in ("111111", "222222"):
        mailer.send("quokka@example.org", f"Your code: {code}", f"Your code: {code}")
    assert clear(home, b"quokka", b"111111") == []
    mails = read_mails(home / "outbox", FileSeal("it's a passphrase", home))
    assert [b"Your code: 111111" in mail for mail in mails] == [True, False]
    with pytest.raises(StoreError, match="RAPPORT_DATABASE_KEY"):
        read_mails(home / "outbox", FileSeal("", home))
