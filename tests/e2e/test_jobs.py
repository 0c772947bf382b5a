"""Every job of the desk over the running system: from the greeting, in a shopper's words, to the row that has changed.

One shopper a job, so that none sees what another has done. What the shop knows is read from its database by this test's own SQL.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from typing import Any

import httpx
import jwt
import pytest

from tests.bot.shopper import Shopper, texts
from tests.e2e.conftest import IDENTITY_SECRET
from tests.e2e.system import System

pytestmark = pytest.mark.system

Record = Mapping[str, Any]
HELLO = ("hi", "")


class Rows:
    """The databases of the running system, and its outgoing mail."""

    def __init__(self, system: System) -> None:
        self._home = system.settings.home

    def query(self, database: str, sql: str, *values: str) -> list[tuple[Any, ...]]:
        with sqlite3.connect(f"file:{self._home / database}?mode=ro", uri=True) as conn:
            return conn.execute(sql, values).fetchall()

    def order(self, number: str) -> Record:
        ((text,),) = self.query("shop.db", "SELECT record FROM orders WHERE order_number = ?", number)
        record: Record = json.loads(text)
        return record

    def shopper(self, account: str) -> Record:
        ((text,),) = self.query("shop.db", "SELECT record FROM shoppers WHERE shopper_id = ?", account)
        record: Record = json.loads(text)
        return record

    def subscription(self, number: str) -> tuple[datetime, bool]:
        sql = "SELECT next_at, active FROM subscriptions WHERE subscription_id = ?"
        ((next_at, active),) = self.query("shop.db", sql, number)
        return datetime.fromisoformat(next_at), bool(active)

    def changes(self) -> list[tuple[str, str]]:
        return self.query("shop.db", "SELECT kind, change FROM changes")

    def mails_to(self, address: str) -> list[str]:
        mails = [message_from_bytes(path.read_bytes()) for path in (self._home / "outbox").glob("*.eml")]
        return [str(mail["Subject"]) for mail in mails if mail["To"] == address]


@dataclass(frozen=True)
class Job:
    """`turns`: what the shopper says, and what the answer must hold. `holds`: whether the rows are as they should be.

    `change`: the kind of the one change that is made; "" for a job that changes nothing at the shop.
    """

    account: str
    turns: Sequence[tuple[str, str]]
    holds: Callable[[Rows], bool] = lambda rows: True
    change: str = ""


def problem(number: str, kind: str, remedy: str) -> Callable[[Rows], bool]:
    return lambda rows: [(one["kind"], one["remedy"]) for one in rows.order(number)["problems"]] == [(kind, remedy)]


JOBS: dict[str, Job] = {
    "order status and tracking": Job(
        "S001",
        [HELLO, ("where is my order W1042?", "W1042 (on its way)"), ("thank you", "")],
        lambda rows: rows.order("W1042")["status"] == "in_transit",
    ),
    "cancel": Job(
        "S036",
        [HELLO, ("I would like to cancel order W1147", "I will cancel order W1147"), ("yes please", "Order W1147 is cancelled. €158.90 go back")],
        lambda rows: (rows.order("W1147")["status"], rows.order("W1147")["refund"]["amount_cents"]) == ("cancelled", 15_890),
        "CancelOrder",
    ),
    "change items": Job(
        "S023",
        [HELLO, ("I ordered the wrong size, please change the running shoe in W1148 to size 39", "I will change in order W1148"), ("yes", "Order W1148 is changed")],
        lambda rows: {line["sku"] for line in rows.order("W1148")["lines"]} == {"LL-SHOE-004-COR-39", "LL-KNIT-009-COR-L"},
        "ChangeItems",
    ),
    "change the address": Job(
        "S006",
        [
            HELLO,
            ("can you change the delivery address of W1145?", "Where should order W1145 go?"),
            ("Lindenstrasse 8, 10969 Berlin", "I will send order W1145 to Lindenstrasse 8"),
            ("yes", "now goes to Lindenstrasse 8"),
        ],
        lambda rows: rows.order("W1145")["shipping_address"]["city"] == "Berlin",
        "ChangeAddress",
    ),
    "change the payment": Job(
        "S024",
        [HELLO, ("change the payment method of W1135 to my gift card", "to your gift card"), ("yes", "is now paid with your gift card")],
        lambda rows: rows.order("W1135")["payment"]["type"] == "gift_card"
        and rows.shopper("S024")["payment_methods"][1]["balance_cents"] == 12_500 - rows.order("W1135")["total_cents"],
        "ChangePayment",
    ),
    "change the delivery": Job(
        "S032",
        [HELLO, ("I need it sooner, can W1138 come by express delivery?", "by express delivery instead of standard"), ("yes", "now comes by express delivery")],
        lambda rows: rows.order("W1138")["shipping_method"] == "express",
        "ChangeShipping",
    ),
    "return": Job(
        "S015",
        [HELLO, ("I don't like the market tote from W1105, I want to send it back", "the return of Market tote from order W1105"), ("yes", "is under way")],
        lambda rows: rows.order("W1105")["return"]["skus"] == ["LL-BAGS-009-OFW"] and rows.order("W1105")["status"] == "return_requested",
        "ReturnItems",
    ),
    "exchange": Job(
        "S012",
        [HELLO, ("the wellington from W1099 is too small, exchange it for size 30", "exchange in order W1099"), ("yes", "The exchange in order W1099 is under way")],
        lambda rows: rows.order("W1099")["exchanges"] == [{"from_sku": "LL-SHOE-014-YEL-28", "to_sku": "LL-SHOE-014-YEL-30", "quantity": 1}],
        "ExchangeItems",
    ),
    "refund: when, how much, where to": Job(
        "S003",
        [HELLO, ("when do I get my refund for W1098?", "The money arrives within 5 working days")],
        lambda rows: rows.order("W1098")["status"] == "refund_pending",
    ),
    "late parcel": Job(
        "S013",
        [HELLO, ("my order W1110 is late, where is it stuck", "we ask the carrier where it is"), ("yes", "I have reported")],
        problem("W1110", "late", "enquiry"),
        "ReportProblem",
    ),
    "lost parcel": Job(
        "S020",
        [HELLO, ("my parcel W1100 got lost", "a replacement or your money back"), ("send me new ones", "the same is sent to you once more"), ("yes", "I have reported")],
        problem("W1100", "lost", "replacement"),
        "ReportProblem",
    ),
    "damaged thing": Job(
        "S039",
        [HELLO, ("the headset from W1101 arrived broken", "a replacement or your money back"), ("I want my money back", "go back to your Visa"), ("yes", "I have reported")],
        problem("W1101", "damaged", "refund"),
        "ReportProblem",
    ),
    "wrong thing": Job(
        "S040",
        [HELLO, ("I got the wrong jumper in W1096", "a replacement or your money back"), ("a replacement", "sent to you once more"), ("yes", "I have reported")],
        problem("W1096", "wrong", "replacement"),
        "ReportProblem",
    ),
    "missing thing": Job(
        "S034",
        [HELLO, ("the doormat is missing from W1106", "a replacement or your money back"), ("refund please", "go back to your direct debit"), ("yes", "I have reported")],
        problem("W1106", "missing", "refund"),
        "ReportProblem",
    ),
    "invoice": Job(
        "S019",
        [HELLO, ("can you mail me the invoice for W1109?", "The invoice for order W1109 is on its way")],
        lambda rows: rows.mails_to(rows.shopper("S019")["email"]) == ["Invoice for order W1109"],
    ),
    "warranty": Job(
        "S014",
        [HELLO, ("my kettle died after 8 months", "open a warranty claim for Moorland kettle"), ("yes", "The warranty claim for Moorland kettle")],
        lambda rows: rows.order("W1009")["claims"][0]["fault"] == "my kettle died after 8 months"
        and "Warranty claim for order W1009" in rows.query("rapport.db", "SELECT summary FROM tickets WHERE shopper_id = 'S014'")[0][0],
        "ClaimWarranty",
    ),
    "skip a delivery": Job(
        "S005",
        [HELLO, ("please skip my next dog food delivery", "leave out the delivery of Dog food"), ("yes", "is left out")],
        lambda rows: rows.subscription("A102")[0] - datetime.now(rows.subscription("A102")[0].tzinfo) > timedelta(days=40),
        "SkipDelivery",
    ),
    "end a subscription": Job(
        "S011",
        [HELLO, ("I want to cancel my coffee subscription", "end the subscription of Coffee beans"), ("yes", "has ended")],
        lambda rows: not rows.subscription("A103")[1],
        "CancelSubscription",
    ),
    "back in stock": Job(
        "S027",
        [HELLO, ("is the Mooring vegan hiking boot in stock in size 44?", "Shall I tell you when it is back?"), ("yes", "by mail to the address of your account")],
        lambda rows: sorted(rows.query("rapport.db", "SELECT item_id, way, account FROM notices WHERE shopper_id = 'S027'"))
        == [("LL-SHOE-003-OLI-44", "chat", ""), ("LL-SHOE-003-OLI-44", "mail", "S027")],
    ),
    "price": Job("S026", [HELLO, ("how much is the Moorland kettle?", "The price of Moorland kettle 1.7 l is €59.90.")]),
    "promotions": Job("S025", [HELLO, ("do you have any promotions?", "TRAIL15")]),
    "a product question with its source": Job(
        "S028", [HELLO, ("does the Moorland kettle get hot on the outside?", "About Moorland kettle 1.7 l the shop says: “")]
    ),
    "FAQ with its source": Job("S029", [HELLO, ("how much does shipping to Switzerland cost?", "policies/shipping.md")]),
    "complaint": Job("S031", [HELLO, ("I am very disappointed with your shop", "I am sorry")]),
    "praise": Job("S033", [HELLO, ("great service, thank you so much!", "")]),
    "account and address book": Job(
        "S038",
        [
            HELLO,
            ("which address do you have for me in my account?", "Address:"),
            ("please update my default address", "What is the new address?"),
            ("Lindenstrasse 8, 10969 Berlin", "the default address of your account"),
            ("yes", "is now the default address of your account"),
        ],
        lambda rows: rows.shopper("S038")["address"]["street"] == "Lindenstrasse 8",
        "ChangeAccountAddress",
    ),
    "gift card": Job("S010", [HELLO, ("how much is left on my gift card?", "€31.50 left")]),
    "a person": Job(
        "S037",
        [HELLO, ("I want to talk to a human", "I hand you over to a person")],
        lambda rows: rows.query("rapport.db", "SELECT status FROM tickets WHERE shopper_id = 'S037'") == [("waiting",)],
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def rows(system: System) -> Rows:
    return Rows(system)


def signed_in(system: System, account: str) -> Shopper:
    """A shopper with the shop's signature."""
    claims = {"sub": account, "aud": "rapport", "exp": int(time.time()) + 600}
    identity = jwt.encode(claims, IDENTITY_SECRET, algorithm="HS256")
    opened = httpx.post(f"{system.url}/api/v1/sessions", json={"identity": identity}, trust_env=False)
    return Shopper(system.url, token=opened.json()["token"])


@pytest.mark.parametrize("name", JOBS)
def test_a_job_from_the_greeting_to_the_row(system: System, rows: Rows, name: str) -> None:
    job = JOBS[name]
    before = rows.changes()
    shopper = signed_in(system, job.account)
    try:
        for said, expected in job.turns:
            turn = shopper.until_end(shopper.send(said), limit_s=60)
            answer = "\n".join(texts(turn))
            assert answer, said
            assert expected in answer, f"{said} -> {answer}"
            made = len(rows.changes()) - len(before)
            assert not made or (said, expected) == job.turns[-1], f"a change before the last word: {said}"
        assert [kind for kind, _ in rows.changes()[len(before) :]] == ([job.change] if job.change else [])
        assert job.holds(rows)
        if job.change:  # a second yes makes nothing twice
            shopper.until_end(shopper.send("yes"), limit_s=60)
            assert len(rows.changes()) == len(before) + 1
    finally:
        shopper.close()


def test_no_two_jobs_share_a_shopper() -> None:
    accounts = [job.account for job in JOBS.values()]
    assert len(set(accounts)) == len(accounts)
