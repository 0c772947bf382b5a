from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from profiling.catalogue.facets import facets_of
from profiling.profile.memory import Memory
from profiling.profile.retention import expire, load_retention
from profiling.profile.telling import export
from profiling.store import Store
from profiling.store.items import ItemStore
from profiling.store.notices import LEASE, Notice, NoticeStore
from profiling.types import Item
from profiling.vocabulary import load_vocabulary

NOW = datetime(2026, 5, 10, 12, tzinfo=UTC)
LAMP = Item("lamp", "Stilt floor lamp", availability="out_of_stock", stock_count=0)
ASKED = Notice("n1", "s1", "c1", "lamp", "chat", "", "m1", NOW)
MAIL = replace(ASKED, notice_id="n2", way="mail", account="S001")
VOCABULARY = load_vocabulary()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store.db")


@pytest.fixture
def notices(store: Store) -> NoticeStore:
    feed(store, [LAMP])
    return NoticeStore(store)


def feed(store: Store, items: Sequence[Item]) -> None:
    """An import that has these items and no others."""
    kept = ItemStore(store, VOCABULARY)
    with store.writing():
        for item in items:
            kept.upsert(item, feed="demo", facets=facets_of(item, VOCABULARY))
        kept.leave_feed("demo", {item.item_id for item in items})


def test_a_wish_is_noted_once_for_each_way(notices: NoticeStore) -> None:
    assert notices.ask(ASKED)
    assert not notices.ask(replace(ASKED, notice_id="again", message_id="m2"))
    assert notices.ask(MAIL)
    assert notices.of_shopper("s1") == [ASKED, MAIL]
    assert notices.of_shopper("s2") == []


def test_it_is_due_when_the_item_is_back_and_not_before(store: Store, notices: NoticeStore) -> None:
    notices.ask(ASKED)
    assert notices.due("chat", at=NOW) == []
    for state in (
        replace(LAMP, availability="preorder"),
        replace(LAMP, availability="in_stock", stock_count=0),
    ):
        feed(store, [state])
        assert notices.due("chat", at=NOW) == []
    feed(store, [])  # it has left the shop
    assert notices.due("chat", at=NOW) == []
    for state in (
        replace(LAMP, availability="in_stock", stock_count=3),
        replace(LAMP, availability="in_stock", stock_count=None),
    ):
        feed(store, [state])
        assert notices.due("chat", at=NOW) == [ASKED]
        assert notices.due("mail", at=NOW) == []


def test_one_of_many_takes_it_and_what_was_sent_is_gone(store: Store, notices: NoticeStore) -> None:
    notices.ask(ASKED)
    feed(store, [replace(LAMP, availability="in_stock", stock_count=3)])
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: NoticeStore(store).take(ASKED, at=NOW), range(16))) == 1
    assert notices.due("chat", at=NOW) == []
    notices.give_back(ASKED)
    assert notices.due("chat", at=NOW) == [ASKED]
    assert notices.take(ASKED, at=NOW)
    assert notices.due("chat", at=NOW + LEASE + timedelta(seconds=1)) == [ASKED]  # whoever took it has died
    notices.sent(ASKED)
    assert notices.of_shopper("s1") == []
    assert not notices.take(ASKED, at=NOW + 2 * LEASE)


def test_one_account_gets_one_mail_though_asked_for_on_two_devices(notices: NoticeStore) -> None:
    other = replace(MAIL, notice_id="n3", shopper_id="s2", sender_id="c2")
    stranger = replace(MAIL, notice_id="n4", shopper_id="s3", account="S002")
    for notice in (ASKED, MAIL, other, stranger):
        assert notices.ask(notice)
    notices.sent(MAIL)
    assert notices.of_shopper("s2") == []
    assert notices.of_shopper("s1") == [ASKED]
    assert notices.of_shopper("s3") == [stranger]


def test_it_is_cancelled_by_its_shopper_only(notices: NoticeStore) -> None:
    notices.ask(ASKED)
    notices.ask(MAIL)
    assert notices.cancel("s2", ["lamp"]) == 0
    assert notices.cancel("s1", ["lamp", "nothing"]) == 1
    assert notices.of_shopper("s1") == []


def test_it_follows_the_shopper_and_is_forgotten_with_them(store: Store, notices: NoticeStore) -> None:
    memory = Memory(store, VOCABULARY.product_types)
    notices.ask(ASKED)
    memory.merge("s1", "account", proof="signed_login")
    (moved,) = notices.of_shopper("account")
    assert moved == replace(ASKED, shopper_id="account")
    (told,) = export(memory, "s1")["notices"]
    assert (told["item_id"], told["asked_at"]) == ("lamp", NOW.isoformat())
    memory.split("s1")
    assert notices.of_shopper("s1") == [ASKED]
    memory.merge("s1", "account", proof="signed_login")
    memory.forget("account")
    assert notices.of_shopper("account") == notices.of_shopper("s1") == []


def test_a_conversation_that_is_not_to_be_remembered_takes_its_wishes_along(store: Store, notices: NoticeStore) -> None:
    elsewhere = replace(ASKED, notice_id="n5", item_id="chair", sender_id="c2")
    notices.ask(ASKED)
    notices.ask(elsewhere)
    Memory(store, VOCABULARY.product_types).forget_conversation("s1", "c1")
    assert notices.of_shopper("s1") == [elsewhere]


def test_it_is_kept_for_its_time(store: Store, notices: NoticeStore) -> None:
    notices.ask(ASKED)
    memory, days = Memory(store, VOCABULARY.product_types), load_retention()
    assert expire(memory, days, at=NOW + timedelta(days=365))["notices"] == 0
    assert expire(memory, days, at=NOW + timedelta(days=366))["notices"] == 1
    assert notices.of_shopper("s1") == []
