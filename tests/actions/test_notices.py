"""Sold out: when it comes, and being told when it is back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from actions.context import Context
from actions.desk.case import Case
from actions.desk.identity import Doorkeeper
from actions.desk.mail import MailNotSent
from actions.notices import expected, wanted
from actions.postman import Postman
from profiling import Engine, Item
from profiling.catalogue.facets import facets_of
from profiling.catalogue.importing import import_feed
from profiling.store import Store
from profiling.store.notices import LEASE
from profiling.vocabulary import load_vocabulary
from tests.actions.conftest import Desk
from tests.actions.talk import shopper_of

GONE = "m-gone"
NOW = datetime.now(UTC)


def write(engine: Engine, **fields: object) -> None:
    """The sold-out mouse as a later import has it."""
    (item,) = engine.catalogue.items.get([GONE])
    changed = replace(item, **fields)  # type: ignore[arg-type]
    with engine.store.writing():
        engine.catalogue.items.upsert(changed, feed="known", facets=facets_of(changed, engine.vocabulary))
        engine.catalogue.items.bump_version()


def mails(context: Context) -> list[Mapping[str, str]]:
    outbox = context.engine.settings.home / "outbox"
    return [message_from_bytes(path.read_bytes()) for path in sorted(outbox.glob("*.eml"))]


def looks_at(desk: Desk, item_id: str = GONE) -> None:
    desk.slots["focus_item"] = item_id


def test_the_offer_is_taken_and_nothing_is_noted_before(desk: Desk, context: Context) -> None:
    looks_at(desk)
    offer = desk.says("is it in stock?", "ask_availability", "action_answer_availability")
    assert offer.text == "Sorry, no. Ghost wireless mouse is sold out. Shall I tell you when it is back?"
    assert desk.slots["pending"] == "notice"
    assert context.engine.notices.of_shopper("s1") == []
    noted = desk.says("yes please", "affirm", "action_notice")
    assert "I tell you once, here in the chat, when Ghost wireless mouse is back" in noted.text
    assert "mail" not in noted.text
    (notice,) = context.engine.notices.of_shopper("s1")
    assert (notice.item_id, notice.way, notice.sender_id, notice.account) == (GONE, "chat", "c1", "")
    assert desk.slots["pending"] is None


def test_the_offer_is_refused(desk: Desk, context: Context) -> None:
    looks_at(desk)
    desk.says("is it in stock?", "ask_availability", "action_answer_availability")
    assert desk.says("no thanks", "deny", "action_notice").text == "All right, I note nothing."
    assert context.engine.notices.of_shopper("s1") == []


def test_the_day_is_told_if_the_shop_knows_one(desk: Desk, engine: Engine) -> None:
    day = (NOW + timedelta(days=9)).date()
    write(engine, attributes={"Available from": day.isoformat()})
    looks_at(desk)
    told = desk.says("when will it be back?", "ask_availability", "action_answer_availability").text
    assert f"It is expected on {day.day} {day:%B %Y}." in told


@pytest.mark.parametrize(
    ("attributes", "day"),
    [
        ({"Restock date": "2026-12-24T08:00+01:00"}, date(2026, 12, 24)),
        ({"Available from": "2026-12-01"}, date(2026, 12, 1)),
        ({"Available from": "2026-11-30"}, None),
        ({"Available from": "soon"}, None),
        ({"Weight": "2026-12-24"}, None),
    ],
)
def test_only_a_day_to_come_counts(attributes: dict[str, str], day: date | None) -> None:
    assert expected(Item("x", "X", attributes=attributes), today=date(2026, 12, 1)) == day


def test_feeds_say_the_day_in_their_own_ways(tmp_path: Path) -> None:
    google = "id\ttitle\tlink\timage_link\tprice\tavailability\tavailability_date\n1\tMug\thttps://x.example/1\t\t8.00 EUR\tout_of_stock\t2099-01-02T00:00+0100\n"
    schema = '<script type="application/ld+json">{"@context":"https://schema.org","@type":"Product","sku":"2","name":"Bowl","offers":{"@type":"Offer","price":"9","priceCurrency":"EUR","availability":"OutOfStock","availabilityStarts":"2099-02-03"}}</script>'  # fmt: skip
    days = []
    for name, text in (("google.tsv", google), ("page.html", schema)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        store = Store(":memory:")
        import_feed(store, tmp_path / name, vocabulary=load_vocabulary(), feed="f")
        (row,) = store.db.query("SELECT attributes FROM items")
        days.append("2099-0" in row["attributes"])
    assert days == [True, True]


def test_a_signed_shopper_gets_a_mail_once(desk: Desk, context: Context, engine: Engine) -> None:
    desk.signed_as = "S001"
    looks_at(desk)
    noted = desk.says("tell me when it is back in stock", "nlu_fallback", "action_notice").text
    assert "here in the chat and by mail" in noted
    assert "noted already" in desk.says("let me know when it's available again", "inform", "action_notice").text
    postman = Postman(context)
    assert postman.round(at=NOW) == 0
    write(engine, availability="in_stock", stock_count=4)
    assert postman.round(at=NOW) == 1
    (mail,) = mails(context)
    owner = context.orders.account("S001")
    assert owner is not None
    assert (mail["To"], mail["Subject"]) == (owner.email, "Ghost wireless mouse is back")
    assert postman.round(at=NOW + timedelta(hours=1)) == 0
    assert [notice.way for notice in engine.notices.of_shopper("s1")] == ["chat"]  # the gateway's


def test_who_proved_it_at_the_desk_gets_a_mail_too(desk: Desk, context: Context, engine: Engine) -> None:
    account, _ = shopper_of("paid", context)
    desk.slots["case"] = Case(account=account, known_to="2999-01-01T00:00:00+00:00").to_slot()
    looks_at(desk)
    desk.says("ping me once it is available again", "inform", "action_notice")
    assert {notice.account for notice in engine.notices.of_shopper("s1")} == {"", account}


def test_a_proof_that_has_run_out_counts_no_more(desk: Desk, context: Context, engine: Engine) -> None:
    account, _ = shopper_of("paid", context)
    desk.slots["case"] = Case(account=account, known_to="2020-01-01T00:00:00+00:00").to_slot()
    looks_at(desk)
    desk.says("ping me once it is available again", "inform", "action_notice")
    assert [notice.way for notice in engine.notices.of_shopper("s1")] == ["chat"]


def test_a_mail_that_cannot_be_sent_waits_and_holds_up_no_other(
    desk: Desk, context: Context, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for account in ("S001", "S002"):
        desk.signed_as = account
        looks_at(desk)
        desk.says("tell me when it is back", "inform", "action_notice")
        with engine.store.writing() as db:
            db.conn.execute("UPDATE notices SET shopper_id = ? WHERE account = ?", [account, account])
    write(engine, availability="in_stock", stock_count=4)
    first, second = (context.orders.account(account) for account in ("S001", "S002"))
    assert first is not None
    assert second is not None
    send = type(context.desk.door).mail

    def refuses(door: Doorkeeper, to: str, subject: str, text: str) -> None:
        if to == first.email:
            raise MailNotSent("refused")
        send(door, to, subject, text)

    with monkeypatch.context() as patch:
        patch.setattr(type(context.desk.door), "mail", refuses)
        with pytest.raises(MailNotSent):
            Postman(context).round(at=NOW)
    assert [mail["To"] for mail in mails(context)] == [second.email]
    assert Postman(context).round(at=NOW + timedelta(seconds=20)) == 0
    assert Postman(context).round(at=NOW + LEASE + timedelta(seconds=1)) == 1


def test_they_are_listed_and_cancelled(desk: Desk, engine: Engine) -> None:
    assert "nothing that I am to tell" in desk.says("which notices do i have", "inform", "action_notice").text
    looks_at(desk)
    desk.says("tell me when it is back", "inform", "action_notice")
    assert "- Ghost wireless mouse" in desk.says("which alerts do I have?", "inform", "action_notice").text
    told = desk.says("cancel the notice", "stop", "action_notice").text
    assert "Ghost wireless mouse any more" in told
    assert engine.notices.of_shopper("s1") == []


def test_what_is_named_counts_and_what_can_be_had_needs_no_notice(desk: Desk, engine: Engine) -> None:
    looks_at(desk, "m-pebble")
    desk.says("let me know when the ghost wireless mouse is back", "inform", "action_notice")
    assert [notice.item_id for notice in engine.notices.of_shopper("s1")] == [GONE]
    told = desk.says("let me know when the boulder wireless mouse is back", "inform", "action_notice").text
    assert told == "Boulder wireless mouse can be had now, for €24.90."


def test_nothing_is_noted_while_nothing_may_be_remembered(desk: Desk, engine: Engine) -> None:
    desk.slots["memory"] = "off"
    looks_at(desk)
    assert "I keep nothing" in desk.says("tell me when it is back", "inform", "action_notice").text
    assert engine.store.db["notices"].count == 0


def test_the_desk_keeps_its_question(desk: Desk, context: Context) -> None:
    """A yes is the answer to the desk's question, never to an offer made in between."""
    account, number = shopper_of("paid", context)
    desk.slots["case"] = Case(account=account, known_to="2999-01-01T00:00:00+00:00").to_slot()
    desk.says(f"cancel {number}", "cancel_order", "action_desk")
    looks_at(desk)
    aside = desk.says("is the ghost wireless mouse in stock?", "ask_availability", "action_desk").text
    assert "is sold out." in aside
    assert "Shall I tell you" not in aside
    assert "Back to where we were" in aside
    desk.says("yes", "affirm", "action_desk")
    assert context.engine.notices.of_shopper("s1") == []
    order = context.orders.order(number)
    assert order is not None
    assert order.status == "cancelled"


@pytest.mark.parametrize(
    ("words", "wants"),
    [
        ("Tell me when it's back", "ask"),
        ("can you email me as soon as the red one is available again?", "ask"),
        ("notify me if you get more of them", "ask"),
        ("put me on the waiting list", "ask"),
        ("i want a back-in-stock alert", "ask"),
        ("please cancel my alerts", "cancel"),
        ("you don't need to notify me about the mouse, don't tell me any more", "cancel"),
        ("stop the notifications", "cancel"),
        ("what reminders have I set?", "list"),
        ("show my notices", "list"),
        ("let me know when my refund is back on my card", None),
        ("tell me when my order is available for pick-up", None),
        ("tell me about the mouse", None),
        ("is it back in stock?", None),
        ("when is the agent back?", None),
        ("don't tell me it is late again", None),
        ("i never got any notification about my parcel", None),
        ("cancel my order without further notice", None),
        ("don't tell me", "cancel"),
        ("write a review", None),
        ("do you have an alarm clock", None),
    ],
)
def test_what_is_meant(words: str, wants: str | None) -> None:
    assert wanted(words) == wants
