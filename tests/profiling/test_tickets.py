from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from profiling.store import Store
from profiling.store.codes import CodeStore
from profiling.store.tickets import Ticket, TicketMessage, TicketStore
from tests.profiling.histories import memory_at

NOW = datetime(2026, 5, 10, 12, tzinfo=UTC)


@pytest.fixture
def tickets() -> TicketStore:
    return TicketStore(Store(":memory:"))


def ticket(number: str, *, sender: str = "c1") -> Ticket:
    return Ticket(number, "s1", sender, "web", "angry", "Wants a refund", {"tried": ["looked"]}, NOW, NOW)


def test_a_conversation_has_one_open_ticket(tickets: TicketStore) -> None:
    said = [TicketMessage("m1", "shopper", "give me a person", NOW)]
    assert tickets.open(ticket("t1"), said) == ticket("t1")
    assert tickets.open(ticket("t2")).ticket_id == "t1"
    assert tickets.open(ticket("t3", sender="c2")).ticket_id == "t3"
    assert [opened.ticket_id for opened in tickets.unclosed()] == ["t1", "t3"]
    assert tickets.messages("t1") == said


def test_one_agent_takes_it_and_gives_it_back_to_the_bot(tickets: TicketStore) -> None:
    tickets.open(ticket("t1"))
    assert tickets.take("t1", agent="Ada", at=NOW)
    assert not tickets.take("t1", agent="Bob", at=NOW)
    taken = tickets.get("t1")
    assert taken is not None
    assert (taken.status, taken.agent) == ("taken", "Ada")
    assert tickets.add_message("t1", TicketMessage("a1", "agent", "Hello", NOW))
    assert not tickets.add_message("t1", TicketMessage("a1", "agent", "Hello", NOW))
    assert tickets.close("t1", at=NOW + timedelta(minutes=1))
    assert not tickets.close("t1", at=NOW)
    assert tickets.of_sender("c1") is None
    assert tickets.open(ticket("t2")).ticket_id == "t2"


def test_forgetting_takes_the_conversation_along(tickets: TicketStore) -> None:
    tickets.open(ticket("t1"), [TicketMessage("m1", "shopper", "x", NOW)])
    tickets.forget("s1")
    assert tickets.get("t1") is None
    assert tickets.messages("t1") == []


@pytest.fixture
def codes() -> CodeStore:
    return CodeStore(Store(":memory:"), tries=3, valid=timedelta(minutes=10), locked=timedelta(hours=1))


def test_a_code_works_once_and_for_its_subject_only(codes: CodeStore) -> None:
    code = codes.issue("a", at=NOW)
    assert code is not None
    assert len(code) == 6
    assert not codes.check("b", code, at=NOW)
    assert codes.check("a", code, at=NOW)
    assert not codes.check("a", code, at=NOW)


def test_a_code_runs_out(codes: CodeStore) -> None:
    code = codes.issue("a", at=NOW)
    assert code is not None
    assert not codes.check("a", code, at=NOW + timedelta(minutes=11))


def test_three_wrong_tries_lock_even_the_right_code_and_a_new_one(codes: CodeStore) -> None:
    code = codes.issue("a", at=NOW)
    assert code is not None
    wrong = "000000" if code != "000000" else "000001"
    for _ in range(2):
        assert not codes.check("a", wrong, at=NOW)
    assert codes.issue("a", at=NOW) is not None
    assert not codes.check("a", "x", at=NOW)
    assert codes.is_locked("a", at=NOW)
    assert codes.issue("a", at=NOW) is None
    assert not codes.check("a", code, at=NOW)
    assert codes.issue("a", at=NOW + timedelta(hours=2)) is not None


def test_a_ticket_follows_a_merge_and_a_split_and_is_forgotten_with_the_shopper() -> None:
    memory = memory_at()
    tickets = TicketStore(memory.store)
    tickets.open(ticket("t1"))
    tickets.open(Ticket("t2", "account", "c2", "web", "", "", {}, NOW, NOW))

    def owners() -> list[str]:
        return [opened.shopper_id for opened in tickets.unclosed()]

    memory.merge("s1", "account", proof="signed_login")
    assert owners() == ["account", "account"]
    assert tickets.angry_since("account") == NOW
    memory.split("s1")
    assert owners() == ["s1", "account"]
    memory.merge("s1", "account", proof="signed_login")
    memory.forget("s1")
    assert owners() == []
