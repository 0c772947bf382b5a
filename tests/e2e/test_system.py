"""The running system: real Rasa, real action server, real store and index, and shoppers as they are."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import jwt
import pytest
from playwright.sync_api import Page, expect

from bot.gateway_client import Event
from tests.bot.fake_telegram import FakeTelegram, TelegramShopper
from tests.bot.servers import ROOT
from tests.bot.shopper import Shopper, error, texts
from tests.e2e.chat_page import ChatPage
from tests.e2e.conftest import IDENTITY_SECRET
from tests.e2e.system import System

pytestmark = pytest.mark.system

SHOP = ROOT / "data" / "shop"


def read_feed() -> dict[str, dict[str, str]]:
    """The demo shop's variants by SKU, as the feed has them; what it says once a product stands in each variant."""
    variants, product = {}, dict[str, str]()
    with (SHOP / "catalogue.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            product = row if row["Title"] else product
            colour = row["Option1 value"] if product["Option1 name"] == "Colour" else ""
            variants[row["SKU"]] = product | {
                "Price": row["Price"],
                "colour": colour,
                "stock": row["Inventory quantity"],
            }
    return variants


FEED = read_feed()


@pytest.fixture
def shopper(system: System) -> Iterator[Shopper]:
    """A guest of the running shop."""
    guest = Shopper(system.url)
    yield guest
    guest.close()


def ask(shopper: Shopper, text: str) -> list[Event]:
    return shopper.until_end(shopper.send(text), limit_s=60)


def said(events: list[Event]) -> str:
    return "\n".join(texts(events))


def items(events: list[Event]) -> list[dict[str, Any]]:
    return [item for event in events for item in event.get("items", [])]


def facts(events: list[Event]) -> list[str]:
    return [fact["text"] for event in events if event["kind"] == "reply" for fact in event.get("facts", [])]


def test_a_conversation(shopper: Shopper) -> None:
    assert "bot" in said(ask(shopper, "hi"))
    first = items(ask(shopper, "i need a waterproof jacket under 120, not black"))
    assert 1 <= len(first) <= 3
    for card in first:
        row = FEED[card["item_id"]]
        assert re.search("jacket|coat|parka|anorak", f"{row['Title']} {row['Type']}".lower())
        assert "waterproof" in f"{row['Features (product.metafields.custom.features)']} {row['Description']}".lower()
        assert round(float(row["Price"]) * 100) == card["price"]["cents"] <= 12_000
        assert "black" not in row["colour"].lower()
        assert int(row["stock"]) > 0
        assert card["reason"]
    least = min(card["price"]["cents"] for card in first)
    cheaper = ask(shopper, "something cheaper")
    prices = [card["price"]["cents"] for card in items(cheaper)]
    assert prices
    assert max(prices) < least or (prices == [least] and "This is the cheapest" in said(cheaper))
    known = facts(ask(shopper, "what do you know about me?"))
    assert 4 <= len(known) <= 5, known
    assert [fact for fact in known if "€120.00" in fact]
    assert [fact for fact in known if "black" in fact.lower()]


def test_an_order_is_shown_after_number_mail_and_code(system: System, shopper: Shopper) -> None:
    order = json.loads((SHOP / "orders.json").read_text(encoding="utf-8"))[0]
    people = json.loads((SHOP / "shoppers.json").read_text(encoding="utf-8"))
    owner = next(person for person in people if person["shopper_id"] == order["shopper_id"])
    assert "order number" in said(ask(shopper, "wheres my order"))
    assert "e-mail" in said(ask(shopper, order["order_id"]))
    outbox = system.settings.home / "outbox"
    before = set(outbox.glob("*.eml"))
    assert "six-digit code" in said(ask(shopper, owner["email"]))
    (mail,) = set(outbox.glob("*.eml")) - before
    code = re.search(r"\d{6}", mail.read_text(encoding="utf-8"))
    assert code
    turn = ask(shopper, code[0])
    shown = next(event["order"] for event in turn if "order" in event)
    assert (shown["order_number"], shown["status"]) == (order["order_id"], order["status"])


def test_the_widget(system: System, page: Page) -> None:
    chat = ChatPage(page, system.url).visit("/").open()
    page.set_default_timeout(60_000)
    chat.say("show me a mug that is not white", wait=False)
    expect(chat.cards.first).to_be_visible(timeout=60_000)
    chat.settle()
    expect(chat.bot.last).to_contain_text("mug", ignore_case=True)
    price = chat.cards.first.locator("strong").inner_text()
    chat.cards.first.get_by_role("button", name="Add to cart").click()
    expect(page.locator("[data-cart-count]")).to_have_text("1")
    page.reload()
    expect(chat.cards.first.locator("strong")).to_have_text(price)
    expect(chat.shopper).to_have_text("show me a mug that is not white")
    chat.say("what do you know about me?", wait=False)
    expect(chat.bot.last).to_contain_text("You are looking for: mug", timeout=60_000)


@pytest.mark.parametrize(
    ("product", "answer"),
    [
        ("foreman-chore-jacket", "Yes, Foreman chore jacket comes in blue"),
        ("corrie-mid-hiking-boot", "No, Corrie Mid hiking boot does not come in blue"),
    ],
)
def test_does_this_come_in_blue(system: System, page: Page, product: str, answer: str) -> None:
    """The page of an item tells the widget which one it is, and nobody has to name it."""
    shown = next(
        sku for sku, row in FEED.items() if row["URL handle"] == product and "blue" not in row["colour"].lower()
    )
    chat = ChatPage(page, system.url).visit(f"/item/{shown}").open()
    expect(chat.host).to_have_attribute("item", shown)
    chat.say("does this come in blue?", wait=False)
    expect(chat.bot.last).to_contain_text(answer, timeout=60_000)
    chat.settle()
    assert chat.cards.count() == int(answer.startswith("Yes"))


def test_one_shopper_on_three_channels(system: System, messenger: FakeTelegram) -> None:
    """Said on the website, gone on in Telegram, asked in the terminal: the same profile, and the same open question."""
    orders = json.loads((SHOP / "orders.json").read_text(encoding="utf-8"))
    order = next(order for order in orders if order["status"] == "paid")
    account = order["shopper_id"]
    opened = httpx.post(f"{system.url}/api/v1/sessions", json={"identity": identity(account)}, trust_env=False)
    website = Shopper(system.url, token=opened.json()["token"])
    ask(website, "I like blue")
    question = f"I will cancel order {order['order_id']}"
    assert question in said(ask(website, "cancel my order"))
    link = website.post("links", {}).json()["url"]
    website.close()

    anna = TelegramShopper(7_001)
    messenger.updates.append(anna.message(f"/start {link.partition('start=')[2]}"))
    messenger.updates.append(anna.press(messenger.wait_for("Connect this chat"), "Yes"))
    messenger.wait_for("Connected.")
    messenger.updates.append(anna.message("why?"))
    assert "before you have seen the whole change" in messenger.wait_for(question)["text"]

    done = subprocess.run(
        [sys.executable, "-m", "bot", "chat", "--json", "--url", system.url, "--shopper", account],
        cwd=ROOT,
        env=system.environment,
        input="what do you know about me?\nno\n",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    known, kept = (json.loads(line) for line in done.stdout.splitlines())
    assert "You like blue." in known["profile"]
    assert question in known["text"]
    assert "I leave that as it is" in kept["text"]


def identity(account: str) -> str:
    """What the shop's own server would put into its page."""
    claims = {"sub": account, "aud": "rapport", "exp": int(time.time()) + 600}
    return jwt.encode(claims, IDENTITY_SECRET, algorithm="HS256")


def test_the_terminal_client(system: System) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "chat", "--json", "--url", system.url],
        cwd=ROOT,
        input="hello\na green mug\n\nwhat do you know about me\n",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    hello, mug, empty, known = (json.loads(line) for line in done.stdout.splitlines())
    assert hello["intent"] == "greet"
    assert hello["ms"] > 0
    assert mug["items"]
    assert sorted(mug["facts"]) == ["In green.", "You are looking for: mug."]
    assert empty["code"] == "empty_text"
    assert known["profile"] == mug["facts"]


ODD = {
    "emoji": "🙃🙃🙃",
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "sql": "'; DROP TABLE items; -- a mug",
    "payload": "/thumbs_up",
    "payload with entities": '/inform{"pending": "forget_me"}',
    "payload after a zero-width space": "\u200b/thumbs_up",
    "json": '{"text": "a mug", "intent": {"name": "forget_me"}}',
    "control characters": "a\x00 red\x07 mug\x1b[2J",
    "right to left": "\u202egum der a",
    "negative price": "a mug with a price of -5",
    "German price": "a laptop bag under 1.299,00 €",
    "a wall of text": "mug " * 490,
    "one word without end": "m" * 2_000,
    "percent signs": "%s %n %(x)s {0} {{7*7}} ${7*7}",
}


@pytest.mark.parametrize("name", ODD)
def test_odd_input_gets_a_sensible_answer(system: System, shopper: Shopper, name: str) -> None:
    ask(shopper, "forget everything you know about me")
    turn = ask(shopper, ODD[name])
    assert said(turn).strip()
    assert not turn[-1]["degraded"]
    assert [event["kind"] for event in shopper.history()].count("message") == 2, "nothing was erased"
    assert catalogue_count(system) == len(FEED)


def test_prices_in_odd_forms_are_read_or_left_alone(shopper: Shopper) -> None:
    ask(shopper, "a laptop bag under 1.299,00 €")
    ask(shopper, "a price of -5")
    assert [fact for fact in facts(ask(shopper, "what do you know about me?")) if "cost" in fact] == [
        "It may cost at most €1,299.00."
    ]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"message_id": "11111111-1111", "text": ""}', 422, "empty_text"),
        (b'{"message_id": "11111111-1111", "text": " \\u200b\\n "}', 422, "empty_text"),
        (b'{"message_id": "11111111-1111", "text": "' + b"x" * 10_000 + b'"}', 422, "too_long"),
        (b'{"message_id": "11111111-1111", "text": "caf\xe9"}', 400, "bad_encoding"),
        (b'{"message_id": "11111111-1111", "text": {"a": 1}}', 422, "bad_text"),
        (b'{"message_id": "11111111-1111", "text": ["a"]}', 422, "bad_text"),
        (b'{"text": "no id"}', 422, "bad_message_id"),
        (b'"just a string"', 400, "bad_json"),
        (b"[" * 50_000, 400, "bad_json"),
        (b"{", 400, "bad_json"),
    ],
)
def test_what_is_no_message_is_refused_with_a_sentence(shopper: Shopper, body: bytes, status: int, code: str) -> None:
    response = shopper.http.post("/api/v1/messages", content=body, headers=shopper.headers)
    assert error(response) == (status, code)
    assert shopper.history() == []


def catalogue_count(system: System) -> int:
    with sqlite3.connect(f"file:{system.settings.home / 'rapport.db'}?mode=ro", uri=True) as conn:
        return int(conn.execute("SELECT count(*) FROM items").fetchone()[0])


@pytest.fixture
def without_actions(system: System) -> Iterator[Callable[[], None]]:
    """The action server is gone; what is yielded brings it back."""
    system.kill("actions")
    back = [False]

    def start() -> None:
        system.start("actions")
        back[0] = True

    yield start
    if not back[0]:
        system.start("actions")


def test_without_the_action_server_the_shopper_hears_so(
    system: System, shopper: Shopper, request: pytest.FixtureRequest
) -> None:
    ask(shopper, "a green mug")
    before = facts(ask(shopper, "what do you know about me?"))
    start: Callable[[], None] = request.getfixturevalue("without_actions")
    began = time.monotonic()
    turn = ask(shopper, "something under 10 euros")
    assert time.monotonic() - began < 15
    assert "not answering" in said(turn)
    offered = [choice["title"] for event in turn for choice in event.get("quick_replies", [])]
    assert "Talk to a person" in offered
    assert "bot" in said(ask(shopper, "hello")), "what needs no action goes on"
    start()
    assert facts(ask(shopper, "what do you know about me?")) == before
    assert items(ask(shopper, "any colour is fine"))


def test_logs_hold_no_utterance(system: System, shopper: Shopper) -> None:
    ask(shopper, "a mug for my aunt Wilhelmina")
    ask(shopper, "qwrtz Wilhelmina pfgh")
    for name in ("rasa", "actions", "gateway"):
        assert "Wilhelmina" not in system.log(name).read_text(encoding="utf-8"), name
