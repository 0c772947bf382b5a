"""The widget when the connection is not what it should be: nothing is lost, nothing is said twice."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Route, expect

from bot.settings import Settings
from tests.bot.fake_rasa import FakeRasa
from tests.bot.servers import running_gateway
from tests.e2e.chat_page import ChatPage

NewContext = Callable[..., BrowserContext]


def test_offline_messages_are_sent_later_and_once(rasa: FakeRasa, chat: ChatPage, problems: list[str]) -> None:
    chat.open().say("before")
    chat.page.context.set_offline(True)
    chat.say("one", wait=False).say("two", wait=False)
    expect(chat.host.locator(".pending")).to_have_count(2)
    expect(chat.status).to_have_text("You are offline. What you write is sent later.")
    chat.page.wait_for_timeout(1_500)
    chat.page.context.set_offline(False)
    chat.settle()
    expect(chat.bot).to_have_count(4)
    expect(chat.shopper).to_have_text(["before", "one", "two"])
    assert rasa.texts == ["before", "one", "two"]
    problems[:] = [problem for problem in problems if "ERR_INTERNET_DISCONNECTED" not in problem]


def test_an_unsent_message_outlives_a_reload(rasa: FakeRasa, chat: ChatPage, problems: list[str]) -> None:
    chat.open()
    chat.page.route("**/api/**", lambda route: route.abort())
    chat.say("do not lose me", wait=False)
    expect(chat.host.locator(".pending")).to_have_count(1)
    chat.page.unroute("**/api/**")
    chat.visit("/")
    chat.settle()
    expect(chat.shopper).to_have_text(["do not lose me"])
    expect(chat.bot.last).to_contain_text("You said: do not lose me")
    assert rasa.texts == ["do not lose me"]
    problems[:] = [problem for problem in problems if "ERR_FAILED" not in problem]


def test_an_answer_that_got_lost_on_its_way_is_not_doubled(rasa: FakeRasa, chat: ChatPage, problems: list[str]) -> None:
    """The gateway takes the message, but the browser never hears so and sends it again."""
    chat.open()
    lost = []

    def lose_first(route: Route) -> None:
        if not lost:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    chat.page.route("**/api/v1/messages", lose_first)
    chat.say("once")
    expect(chat.bot).to_have_count(2)
    expect(chat.shopper).to_have_text(["once"])
    assert lost[0].status == 202
    assert rasa.texts == ["once"]
    problems[:] = [problem for problem in problems if "ERR_FAILED" not in problem]


def test_where_streams_are_blocked_it_polls(chat: ChatPage, problems: list[str]) -> None:
    chat.page.route(re.compile("/api/v1/events$"), lambda route: route.abort())
    chat.open().say("hello", wait=False)
    expect(chat.bot.last).to_contain_text("You said: hello", timeout=15_000)
    chat.say("and again", wait=False)
    expect(chat.bot.last).to_contain_text("You said: and again", timeout=15_000)
    expect(chat.bot).to_have_count(3)
    problems[:] = [problem for problem in problems if "ERR_FAILED" not in problem]


def test_a_restart_of_the_gateway_is_bridged(
    rasa: FakeRasa, settings: Settings, new_context: NewContext, problems: list[str]
) -> None:
    with running_gateway(settings) as url:
        chat = ChatPage(new_context().new_page(), url).visit("/faq").open().say("before")
    chat.say("meanwhile", wait=False)
    expect(chat.host.locator(".pending")).to_have_count(1)
    expect(chat.status).to_have_class("state")
    with running_gateway(settings, port=int(url.rpartition(":")[2])):
        chat.settle()
        expect(chat.bot).to_have_count(3)
        expect(chat.bot.last).to_contain_text("You said: meanwhile")
        expect(chat.status).to_have_text("")
        chat.say("after")
    assert rasa.texts == ["before", "meanwhile", "after"]
    problems[:] = [problem for problem in problems if "net::ERR_" not in problem]


def test_a_session_that_is_gone_is_replaced(
    rasa: FakeRasa, chat: ChatPage, settings: Settings, problems: list[str]
) -> None:
    chat.open().say("one")
    conn = sqlite3.connect(settings.transcript_path)
    conn.executescript("DELETE FROM messages; DELETE FROM events; DELETE FROM sessions;")
    conn.close()
    chat.say("two")
    expect(chat.bot.last).to_contain_text("You said: two")
    assert rasa.received[0]["sender"] != rasa.received[1]["sender"]
    problems[:] = [problem for problem in problems if "401" not in problem]


def test_two_tabs_show_the_same_chat(chat: ChatPage) -> None:
    chat.open().say("from the first")
    other = ChatPage(chat.page.context.new_page(), chat.url).visit("/faq").open()
    expect(other.shopper).to_have_text(["from the first"])
    other.say("from the second")
    expect(chat.shopper).to_have_text(["from the first", "from the second"])
    expect(chat.bot.last).to_contain_text("You said: from the second")


def test_a_refused_message_is_marked(chat: ChatPage, problems: list[str]) -> None:
    chat.open()
    chat.host.evaluate("(host) => host.send('x'.repeat(3000))")
    expect(chat.host.locator(".failed")).to_have_count(1)
    expect(chat.log).to_contain_text("Not sent: That is too long for me")
    chat.say("shorter")
    expect(chat.bot.last).to_contain_text("You said: shorter")
    problems[:] = [problem for problem in problems if "422" not in problem]
