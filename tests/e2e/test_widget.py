"""The widget in a real browser: what a shopper sees, and what must never happen."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bot.settings import Settings
from profiling.store import Store
from profiling.store.slates import SlateStore
from tests.bot.fake_rasa import FakeRasa, card, echo, say, show
from tests.e2e.chat_page import ChatPage

NewContext = Callable[..., BrowserContext]

LIST_PRICE = {"cents": 2400, "currency": "EUR", "text": "€24.00"}
MUGS = [
    card(list_price=LIST_PRICE, brand="Tidewater", url="/item/LL-MUG-001-BLU", image_url="/pictures/mug/blue.svg"),
    card("LL-MUG-001-RED", title="Red mug", stock_text="Only 2 left", url="/item/LL-MUG-001-RED"),
    card("LL-JUMP-003-M", title="Wool jumper", availability="out_of_stock"),
]


def test_a_conversation(rasa: FakeRasa, chat: ChatPage) -> None:
    rasa.script = lambda message: [0.6, *echo(message)]
    chat.open()
    expect(chat.input).to_be_focused()
    expect(chat.bot).to_contain_text("I am the shop's bot")
    chat.say("A mug, please", wait=False)
    expect(chat.shopper).to_have_text("A mug, please")
    expect(chat.host.locator(".typing")).to_be_visible()
    expect(chat.status).to_have_text("The assistant is writing")
    expect(chat.bot.last).to_contain_text("You said: A mug, please")
    expect(chat.host.locator(".typing")).to_be_hidden()
    expect(chat.status).to_have_text("")
    expect(chat.input).to_be_focused()
    expect(chat.input).to_have_value("")


def test_starting_points_fit_the_page(rasa: FakeRasa, chat: ChatPage) -> None:
    expect(chat.open().chips).to_have_text(["Help me find something", "Where is my order?", "How do returns work?"])
    chat.visit("/item/LL-MUG-001-BLU")
    expect(chat.chips.first).to_have_text("Is this in stock?")
    chat.chips.first.click()
    expect(chat.shopper).to_have_text("Is this in stock?")
    chat.settle()
    expect(chat.chips).to_have_count(0)
    assert rasa.received[0]["metadata"]["item_id"] == "LL-MUG-001-BLU"


def with_slate(settings: Settings, steps: Sequence[Any]) -> Callable[[dict[str, Any]], Sequence[Any]]:
    """Logs the slate s1 for whoever asks, as the engine does, and then answers."""

    def script(message: dict[str, Any]) -> Sequence[Any]:
        store = Store(settings.engine_path)
        metadata = message["metadata"]
        slates = SlateStore(store)
        slates.add(
            "s1",
            [],
            shopper_id=metadata["shopper_id"],
            message_id=metadata["message_id"],
            need="",
            at=datetime.now(UTC),
            request={},
        )
        store.close()
        return steps

    return script


def recorded(settings: Settings, page: Page, count: int) -> set[tuple[str, str, str]]:
    """The interactions in the store, once there are `count`."""
    rows: list[tuple[str, str, str]] = []
    for _ in range(100):
        conn = sqlite3.connect(settings.engine_path)
        rows = conn.execute("SELECT kind, item_id, slate_id FROM interactions").fetchall()
        conn.close()
        if len(rows) >= count:
            break
        page.wait_for_timeout(50)
    return set(rows)


def test_item_cards(rasa: FakeRasa, chat: ChatPage, settings: Settings) -> None:
    rasa.script = with_slate(settings, [say("Mugs:"), show(slate_id="s1", items=MUGS)])
    chat.open().say("a mug")
    expect(chat.cards).to_have_count(3)
    first = chat.cards.first
    expect(first.locator("strong")).to_have_text("€18.00")
    expect(first.locator("s")).to_have_text("was €24.00")
    expect(first).to_contain_text("blue, as you like it")
    expect(first).to_contain_text("In stock")
    expect(chat.cards.nth(1)).to_contain_text("Only 2 left")
    expect(chat.cards.nth(2).get_by_role("button", name="Add to cart")).to_be_disabled()
    picture = first.locator("img")
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("(img) => img.naturalWidth") > 0

    chat.page.evaluate("addEventListener('chat:add-to-cart', (event) => (window.asked = event.detail))")
    first.locator(".add").click()
    expect(first.locator(".add")).to_have_text("In your cart")
    assert chat.page.evaluate("asked.item_id") == "LL-MUG-001-BLU"
    expect(chat.page.locator("[data-cart-count]")).to_have_text("1")
    expect(chat.page.locator("[data-toast]")).to_have_text("Stoneware mug is in your cart.")
    first.get_by_role("link").click()
    chat.page.wait_for_url("**/item/LL-MUG-001-BLU")
    assert recorded(settings, chat.page, 2) == {
        ("add_to_cart", "LL-MUG-001-BLU", "s1"),
        ("click", "LL-MUG-001-BLU", "s1"),
    }
    expect(chat.panel).to_be_visible()
    expect(chat.cards).to_have_count(3)


def test_the_shop_may_refuse_an_item(rasa: FakeRasa, chat: ChatPage, settings: Settings) -> None:
    rasa.script = lambda _: [say("Mug:"), show(items=MUGS[:1])]
    chat.page.evaluate(
        "document.querySelector('shop-chat').addEventListener('chat:add-to-cart', (e) => e.preventDefault())"
    )
    chat.open().say("a mug")
    chat.cards.locator(".add").click()
    expect(chat.cards.locator(".add")).to_have_text("Add to cart")
    assert recorded(settings, chat.page, 1) == set()


def test_the_carousel_scrolls(rasa: FakeRasa, chat: ChatPage) -> None:
    rasa.script = lambda _: [say("Mugs:"), show(items=MUGS)]
    chat.open().say("a mug")
    strip = chat.host.locator(".cards")
    chat.cards.first.hover()
    chat.host.locator(".arrow").last.click()
    chat.page.wait_for_function(
        "() => document.querySelector('shop-chat').shadowRoot.querySelector('.cards').scrollLeft > 100"
    )
    assert strip.evaluate("(list) => list.scrollWidth > list.clientWidth")


def test_quick_replies(rasa: FakeRasa, chat: ChatPage) -> None:
    rasa.script = lambda message: (
        [say("Which size?", ("42", '/inform{"size": "42"}'), ("43", "/other"))]
        if message["message"] == "shoes"
        else echo(message)
    )
    chat.open().say("shoes")
    expect(chat.chips).to_have_text(["42", "43"])
    chat.chips.first.click()
    expect(chat.shopper.last).to_have_text("42")
    expect(chat.chips).to_have_count(0)
    chat.settle()
    assert rasa.texts == ["shoes", '/inform{"size": "42"}']
    expect(chat.input).to_be_focused()


def test_everything_else_that_a_reply_may_hold(rasa: FakeRasa, chat: ChatPage) -> None:
    fact = {"fact_id": "f", "text": "You like blue.", "quote": "blue is nice", "at": "2026-01-01T00:00:00+00:00"}
    lines = [{"title": "Mug", "quantity": 2}]
    order = {
        "order_number": "W1042",
        "status": "shipped",
        "status_text": "On its way",
        "expected": "Friday",
        "lines": lines,
    }
    ids = ["LL-MUG-001-BLU", "LL-MUG-001-RED"]
    rows = [{"label": "Weight", "values": ["300 g", "310 g"]}]
    comparison = {"item_ids": ids, "titles": ["Stoneware mug", "Red mug"], "rows": rows}
    rasa.script = lambda _: [say("All:"), show(items=MUGS[:2], facts=[fact], order=order, comparison=comparison)]
    chat.open().say("all of it")
    reply = chat.bot.last
    for text in ("W1042", "On its way", "Friday", "2 × Mug", "You like blue.", "You said: “blue is nice”"):
        expect(reply).to_contain_text(text)
    expect(reply.get_by_role("columnheader", name="Red mug")).to_be_visible()
    expect(reply.get_by_role("rowheader", name="Weight")).to_be_visible()


def test_text_has_bold_words_lists_and_links(rasa: FakeRasa, chat: ChatPage) -> None:
    rasa.script = lambda _: [
        say(
            "Here **it is**, see https://example.org/a?b=c.\n- one\n- [the FAQ](/faq)\n"
            "and [no](javascript:alert(1)) [far](//example.org)"
        )
    ]
    text = chat.open().say("format").bot.last.locator(".text")
    expect(text.locator("strong")).to_have_text("it is")
    expect(text.locator("li")).to_have_text(["one", "the FAQ"])
    links = text.get_by_role("link")
    assert [link.get_attribute("href") for link in links.all()] == [
        "https://example.org/a?b=c",
        f"{chat.url}/faq",
        "http://example.org/",
    ]
    assert [link.get_attribute("target") for link in links.all()] == ["_blank", None, "_blank"]


def test_reload_keeps_the_conversation(rasa: FakeRasa, chat: ChatPage) -> None:
    rasa.script = lambda message: [say(f"About {message['message']}", ("More", "/show_more")), show(items=MUGS[:1])]
    chat.open().say("one").say("two")
    before = chat.log.inner_text()
    chat.visit("/faq")
    expect(chat.panel).to_be_visible()
    expect(chat.bot).to_have_count(3)
    expect(chat.page.locator("body")).to_be_focused()
    chat.settle()
    assert chat.log.inner_text() == before
    chat.chips.click()
    chat.settle()
    assert rasa.texts == ["one", "two", "/show_more"]
    chat.button("Close chat").click()
    chat.visit("/")
    expect(chat.launcher).to_be_visible()
    expect(chat.panel).to_have_count(0)


HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"


def test_hostile_content_stays_text(rasa: FakeRasa, chat: ChatPage) -> None:
    evil = card(
        title=HOSTILE,
        brand=HOSTILE,
        reason=HOSTILE,
        stock_text=HOSTILE,
        url="javascript:alert(3)",
        image_url="javascript:alert(4)",
    )
    sneaky = card(
        "B", title="sneaky", url=" java\nscript:alert(5)", image_url="data:text/html,<script>alert(6)</script>"
    )
    rasa.script = lambda _: [say(HOSTILE, (HOSTILE, "/x")), show(items=[evil, sneaky])]
    chat.open().say(HOSTILE)
    expect(chat.shopper).to_have_text(HOSTILE)
    expect(chat.bot.last.locator(".text")).to_have_text(HOSTILE)
    expect(chat.chips).to_have_text(HOSTILE)
    expect(chat.cards.first.locator(".title")).to_have_text(HOSTILE)
    expect(chat.cards.get_by_role("link")).to_have_count(0)
    expect(chat.cards.locator("img")).to_have_count(0)
    assert chat.host.evaluate("(host) => host.shadowRoot.querySelectorAll('script, [onerror]').length") == 0


def test_keyboard_only(rasa: FakeRasa, chat: ChatPage) -> None:
    rasa.script = lambda _: [say("Which?", ("This", "/a"), ("That", "/b"))]
    keyboard = chat.page.keyboard
    chat.launcher.focus()
    keyboard.press("Enter")
    expect(chat.input).to_be_focused()
    keyboard.type("shoes")
    keyboard.press("Enter")
    expect(chat.chips).to_have_count(2)
    expect(chat.button("Bad answer")).to_be_visible()
    keyboard.press("Shift+Tab")
    expect(chat.chips.last).to_be_focused()
    keyboard.press("Shift+Tab")
    keyboard.press("Space")
    expect(chat.shopper.last).to_have_text("This")
    expect(chat.input).to_be_focused()
    chat.settle()
    chat.host.locator("summary").focus()
    keyboard.press("Enter")
    expect(chat.button("Start over")).to_be_visible()
    keyboard.press("Escape")
    expect(chat.button("Start over")).to_be_hidden()
    expect(chat.host.locator("summary")).to_be_focused()
    keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()
    expect(chat.launcher).to_be_focused()
    keyboard.press("Enter")
    expect(chat.input).to_be_focused()
    keyboard.type("first")
    keyboard.press("Shift+Enter")
    keyboard.type("second")
    keyboard.press("Enter")
    expect(chat.shopper.last).to_have_text("first\nsecond")
    chat.settle()


def test_nothing_is_stored_or_sent_before_the_first_message(rasa: FakeRasa, chat: ChatPage) -> None:
    calls: list[str] = []
    chat.page.on("request", lambda request: calls.append(request.url))
    chat.visit("/")
    expect(chat.launcher).to_be_visible()
    assert chat.storage() == {}
    assert chat.page.context.cookies() == []
    assert not any("/api/" in url or "panel.js" in url for url in calls)
    chat.open()
    assert list(chat.storage()) == ["shop-chat open"]
    assert not any("/api/" in url for url in calls)
    chat.say("hello")
    assert any("token" in key for key in chat.storage())
    assert chat.page.context.cookies() == []


def test_without_storage_the_chat_works_until_the_page_is_left(gateway: str, new_context: NewContext) -> None:
    context = new_context()
    context.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        " Object.defineProperty(window, name, { get() { throw new Error('forbidden'); } });"
    )
    chat = ChatPage(context.new_page(), gateway).visit("/faq").open().say("one").say("two")
    expect(chat.bot).to_have_count(3)
    chat.visit("/faq").open()
    expect(chat.bot).to_have_count(1)


# ---- menu, thumbs, host page


def test_thumbs(rasa: FakeRasa, chat: ChatPage, settings: Settings) -> None:
    rasa.script = with_slate(settings, [say("A mug:"), show(slate_id="s1", items=MUGS[:1])])
    chat.open().say("a mug")
    chat.button("Good answer").click()
    expect(chat.button("Good answer")).to_have_attribute("aria-pressed", "true")
    expect(chat.status).to_have_text("Thank you.")
    chat.button("Bad answer").click()
    expect(chat.button("Good answer")).to_have_attribute("aria-pressed", "false")
    expected = {("thumb_up", "LL-MUG-001-BLU", "s1"), ("thumb_down", "LL-MUG-001-BLU", "s1")}
    assert recorded(settings, chat.page, 2) == expected


def test_start_over(rasa: FakeRasa, chat: ChatPage) -> None:
    chat.open().say("one").menu("Start over")
    expect(chat.shopper).to_have_count(0)
    expect(chat.chips).to_have_count(3)
    chat.say("two")
    expect(chat.shopper).to_have_text(["two"])
    assert rasa.received[0]["sender"] != rasa.received[1]["sender"]


def test_delete_my_data(rasa: FakeRasa, chat: ChatPage) -> None:
    chat.open().say("my secret")
    rasa.script = lambda _: [say("All of it is gone."), show(erase=True)]
    chat.menu("Delete my data")
    expect(chat.log).to_contain_text("Your conversation has been deleted.")
    expect(chat.log).to_contain_text("All of it is gone.")
    expect(chat.log).not_to_contain_text("my secret")
    assert rasa.texts[-1] == "/forget_me"
    chat.settle()


def test_what_was_noted_is_told(rasa: FakeRasa, chat: ChatPage, settings: Settings) -> None:
    from tests.bot.test_gateway_engine import note_turn

    def script(message: dict[str, Any]) -> Sequence[Any]:
        note_turn(settings, message["metadata"]["message_id"], message["metadata"]["shopper_id"])
        return [say("All right.")]

    rasa.script = script
    chat.open().say("my size is 42")
    expect(chat.host.locator(".note")).to_have_text("Noted: Your shoe size is 42.")


def test_an_answer_after_closing_is_announced(rasa: FakeRasa, chat: ChatPage) -> None:
    rasa.script = lambda message: [0.8, *echo(message)]
    chat.open().say("slow", wait=False)
    expect(chat.host.locator(".typing")).to_be_visible()
    chat.page.keyboard.press("Escape")
    expect(chat.launcher).to_have_text("Chat (1)")
    chat.open()
    expect(chat.bot.last).to_contain_text("You said: slow")
    chat.page.keyboard.press("Escape")
    expect(chat.launcher).to_have_text("Chat")


def test_methods_and_events(rasa: FakeRasa, chat: ChatPage) -> None:
    chat.page.evaluate(
        """() => {
          window.heard = [];
          for (const name of ["open", "close", "message"])
            document.addEventListener(`chat:${name}`, ({ type, detail }) => {
              heard.push([type, detail?.role, detail?.text]);
            });
        }"""
    )
    chat.host.evaluate("async (host) => { host.context({ item_id: 'LL-MUG-001-BLU' }); await host.send('hello'); }")
    expect(chat.bot.last).to_contain_text("You said: hello")
    chat.settle()
    chat.host.evaluate("(host) => host.close()")
    expect(chat.panel).to_be_hidden()
    assert chat.page.evaluate("heard") == [
        ["chat:open", None, None],
        ["chat:message", "shopper", "hello"],
        ["chat:message", "bot", "You said: hello"],
        ["chat:close", None, None],
    ]
    assert rasa.received[0]["metadata"]["item_id"] == "LL-MUG-001-BLU"


@pytest.mark.parametrize("broken", ["panel.js"])
def test_a_failed_load_is_tried_again(chat: ChatPage, problems: list[str], broken: str) -> None:
    chat.page.route(f"**/{broken}", lambda route: route.abort())
    chat.launcher.click()
    chat.page.wait_for_timeout(300)
    expect(chat.launcher).to_be_visible()
    problems.clear()
