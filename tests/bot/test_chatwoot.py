"""Chatwoot as the inbox: a ticket goes there, an agent's answers come back, resolving hands back to the bot."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest

from bot.chatwoot import AgentSays, Resolved
from bot.errors import ApiError, ChatwootUnavailable
from bot.gateway.chatwoot import ChatwootBridge
from bot.gateway.database import GatewayDatabase
from bot.settings import Settings
from profiling.store import Store
from profiling.store.tickets import Ticket, TicketMessage, TicketStore
from tests.bot.fake_chatwoot import ACCOUNT, INBOX, SECRET, TOKEN, FakeChatwoot, agent_says, deliver, resolved
from tests.bot.fake_rasa import FakeRasa
from tests.bot.servers import running_app, running_gateway
from tests.bot.shopper import Shopper

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def chatwoot() -> FakeChatwoot:
    return FakeChatwoot()


@pytest.fixture
def settings(settings: Settings, chatwoot: FakeChatwoot) -> Iterator[Settings]:
    with running_app(chatwoot.app()) as url:
        yield replace(settings, chatwoot_url=url, chatwoot_token=TOKEN, chatwoot_account=ACCOUNT, chatwoot_inbox=INBOX, chatwoot_secret=SECRET)  # fmt: skip


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def call_for_a_person(rasa: FakeRasa, settings: Settings, shopper: Shopper, ticket_id: str = "t-1") -> None:
    shopper.ask("where is my parcel?")
    sent = rasa.received[-1]
    details = {
        "tried": ["Looked up W1042."],
        "facts": ["Your shoe size is 42."],
        "orders": ["W1042"],
        "account": "S001",
    }
    shopper_id = sent["metadata"]["shopper_id"]
    ticket = Ticket(ticket_id, shopper_id, sent["sender"], "web", "negative", "Parcel missing.", details, NOW, NOW)
    store = Store(settings.engine_path)
    TicketStore(store).open(ticket, [TicketMessage(f"{ticket_id}:0", "shopper", "where is my parcel?", NOW)])
    store.close()


@pytest.fixture
def handed_over(rasa: FakeRasa, settings: Settings, shopper: Shopper, chatwoot: FakeChatwoot) -> Shopper:
    call_for_a_person(rasa, settings, shopper)
    until(lambda: len(chatwoot.said("note")) == 1)
    return shopper


def said(shopper: Shopper) -> list[tuple[str, str]]:
    return [(event.get("agent", ""), event["text"]) for event in shopper.history() if event["kind"] == "reply"]


def test_a_ticket_becomes_a_conversation_with_all_that_is_known(handed_over: Shopper, chatwoot: FakeChatwoot) -> None:
    (note,) = chatwoot.said("note")
    for expected in (
        "Parcel missing.",
        "Mood: negative",
        "Account: S001",
        "Orders: W1042",
        "Tried: Looked up W1042.",
        "Known: Your shoe size",
        "shopper: where is my parcel?",
    ):
        assert expected in note
    assert chatwoot.said("shopper") == []
    assert chatwoot.conversations[0]["custom_attributes"] == {"ticket": "t-1"}


def test_an_agent_answers_and_hands_back(
    rasa: FakeRasa, gateway: str, handed_over: Shopper, chatwoot: FakeChatwoot
) -> None:
    handed_over.ask("still there?")
    assert rasa.texts[-1] == "still there?"  # until somebody answers, the bot does
    assert deliver(gateway, agent_says(900, "I ask the carrier.")).status_code == 200
    assert said(handed_over)[-2:] == [
        ("", "Mina Roth from our team is here now and reads what you write."),
        ("Mina Roth", "I ask the carrier."),
    ]
    handed_over.ask("it should have come on Monday")
    until(lambda: chatwoot.said("shopper") == ["still there?", "it should have come on Monday"])
    assert rasa.texts[-1] == "still there?"
    deliver(gateway, resolved())
    assert said(handed_over)[-1][1].startswith("Mina Roth has handed you back to me")
    handed_over.ask("thanks")
    assert rasa.texts[-1] == "thanks"
    assert len(chatwoot.messages) == 3


def test_a_webhook_counts_once_and_notes_stay_inside(gateway: str, handed_over: Shopper) -> None:
    for _ in range(2):
        deliver(gateway, agent_says(900, "I ask the carrier."))
    deliver(gateway, agent_says(901, "She is difficult.", private=True))
    deliver(gateway, agent_says(902, "where is my parcel?", message_type="incoming"))
    deliver(gateway, agent_says(903, "For somebody else.", conversation=77))
    picture = [{"data_url": "https://chat.example/label.pdf"}]
    deliver(gateway, agent_says(904, "", content=None, attachments=picture))
    assert [text for agent, text in said(handed_over) if agent] == [
        "I ask the carrier.",
        "https://chat.example/label.pdf",
    ]


def test_what_is_not_signed_by_chatwoot_or_old_is_refused(gateway: str, handed_over: Shopper) -> None:
    event = agent_says(900, "Give me your card number.")
    assert deliver(gateway, event, secret="guessed").status_code == 401
    assert deliver(gateway, event, secret="").status_code == 401
    assert deliver(gateway, event, age_s=301).status_code == 401
    assert httpx.post(f"{gateway}/webhooks/chatwoot", json=event, trust_env=False).status_code == 401
    for nonsense in ([], {}, {"event": "message_created", "message_type": "outgoing", "content": "x"}):
        assert deliver(gateway, nonsense).status_code == 400
    assert all(not agent for agent, _ in said(handed_over))


def test_while_chatwoot_is_down_the_ticket_waits(
    rasa: FakeRasa, settings: Settings, shopper: Shopper, chatwoot: FakeChatwoot
) -> None:
    chatwoot.broken = 2
    call_for_a_person(rasa, settings, shopper)
    until(lambda: len(chatwoot.said("note")) == 1)
    assert (len(chatwoot.contacts), len(chatwoot.conversations)) == (1, 1)


def test_a_second_ticket_of_a_shopper_is_a_conversation_of_the_same_contact(
    rasa: FakeRasa, settings: Settings, gateway: str, handed_over: Shopper, chatwoot: FakeChatwoot
) -> None:
    deliver(gateway, resolved())
    call_for_a_person(rasa, settings, handed_over, "t-2")
    until(lambda: len(chatwoot.conversations) == 2)
    assert len(chatwoot.contacts) == 1
    deliver(gateway, agent_says(905, "Me again.", conversation=2))
    assert said(handed_over)[-1] == ("Mina Roth", "Me again.")


def test_a_ticket_that_is_closed_here_is_closed_there(
    settings: Settings, handed_over: Shopper, chatwoot: FakeChatwoot
) -> None:
    store = Store(settings.engine_path)
    TicketStore(store).close("t-1", at=NOW)
    store.close()
    until(lambda: chatwoot.conversations[0]["status"] == "resolved")


def test_who_is_forgotten_is_deleted_there(handed_over: Shopper, chatwoot: FakeChatwoot) -> None:
    assert handed_over.http.delete("/api/v1/profile", headers=handed_over.headers).is_success
    until(lambda: chatwoot.contacts == [])
    assert chatwoot.said("note") == [chatwoot.said("note")[0]]


def test_where_the_token_may_not_delete_an_administrator_is_asked(handed_over: Shopper, chatwoot: FakeChatwoot) -> None:
    chatwoot.is_administrator = False
    assert handed_over.http.delete("/api/v1/profile", headers=handed_over.headers).is_success
    until(lambda: chatwoot.conversations[0]["status"] == "resolved")
    assert chatwoot.said("note")[-1].endswith("an administrator has to delete this contact.")


def test_a_note_for_the_people_at_the_shop_is_no_conversation(
    rasa: FakeRasa, settings: Settings, handed_over: Shopper, chatwoot: FakeChatwoot
) -> None:
    store = Store(settings.engine_path)
    with store.writing() as db:
        db.conn.execute("UPDATE tickets SET details = json_set(details, '$.handed_over', json('false'))")
    handed_over.ask("something private")
    TicketStore(store).hand_over("t-1")
    handed_over.ask("is somebody there?")
    store.close()
    until(lambda: chatwoot.said("shopper") == ["is somebody there?"])


def test_a_conversation_that_was_deleted_there_holds_up_no_other(
    rasa: FakeRasa,
    settings: Settings,
    gateway: str,
    handed_over: Shopper,
    *,
    chatwoot: FakeChatwoot,
    visit: Callable[..., Shopper],
) -> None:
    deliver(gateway, agent_says(900, "I ask the carrier."))
    chatwoot.lost.add(1)
    handed_over.ask("and?")
    call_for_a_person(rasa, settings, visit(gateway), "t-2")
    until(lambda: len(chatwoot.said("note")) == 2)


class BusyHandoff:
    """Its database is out of reach at first, and somebody else always takes the ticket at the same moment."""

    def __init__(self) -> None:
        self.failures, self.back, self.answers = 1, list[str](), list[str]()

    async def hand_back(self, ticket_id: str) -> None:
        if self.failures:
            self.failures -= 1
            raise ApiError(503, "store_unavailable", "Later.")
        self.back.append(ticket_id)

    async def conversation(self, ticket_id: str) -> Any:
        return SimpleNamespace(ticket=SimpleNamespace(ticket_id=ticket_id, status="waiting"))

    async def take(self, ticket_id: str, agent: str) -> None:
        raise ApiError(409, "taken", f"{ticket_id}: {agent} was slower.")

    async def answer(self, _: str, text: str, *, message_id: str) -> None:
        self.answers.append(f"{message_id} {text}")


def test_no_word_and_no_end_gets_lost_between_two_webhooks(tmp_path: Path) -> None:
    database, handoff = GatewayDatabase(tmp_path / "gateway.db"), BusyHandoff()
    with database.writing() as conn:
        conn.execute("INSERT INTO chatwoot (ticket_id, conversation, owner) VALUES ('t-1', 1, 'x')")
    bridge = ChatwootBridge(cast("Any", None), cast("Any", handoff), database)
    asyncio.run(bridge.hear(AgentSays(1, 900, "Mina Roth", "Hello.")))
    assert handoff.answers == ["chatwoot:900 Hello."]
    with pytest.raises(ApiError):
        asyncio.run(bridge.hear(Resolved(1)))
    asyncio.run(bridge.hear(Resolved(1)))
    assert handoff.back == ["t-1"]
    database.close()


def test_the_log_says_once_that_chatwoot_is_down_and_once_that_it_is_back(caplog: pytest.LogCaptureFixture) -> None:
    bridge = ChatwootBridge(cast("Any", None), cast("Any", None), cast("Any", None))

    async def work(error: Exception | None = None) -> None:
        if error:
            raise error

    async def rounds() -> None:
        for error in (ChatwootUnavailable("no answer"), ChatwootUnavailable("no answer"), None, None):
            await bridge._try("tickets", work(error))

    with caplog.at_level("INFO", logger="rapport.chatwoot"):
        asyncio.run(rounds())
    assert caplog.messages == ["tickets: no answer", "tickets: works again"]


def test_without_chatwoot_there_is_no_door(settings: Settings) -> None:
    with running_gateway(replace(settings, chatwoot_url="")) as url:
        assert deliver(url, resolved()).status_code == 404
