"""Random disconnects, reloads and restarts of the gateway: every message arrives once and is answered once."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace

import pytest
from playwright.sync_api import BrowserContext, Error, Route, expect

from bot.settings import Settings
from tests.bot.fake_rasa import FakeRasa
from tests.bot.servers import listening_socket, running_gateway
from tests.e2e.chat_page import ChatPage

NewContext = Callable[..., BrowserContext]

PATIENCE_MS = 240_000
"""Several losses in a row make the widget wait up to half a minute before each further try."""
SESSION_STEPS = 100
"""After so many messages the conversation starts over: the history shows the latest 500 events."""


class Gateway:
    """A gateway at one address that can be stopped and started again."""

    def __init__(self, settings: Settings) -> None:
        sock, self.url = listening_socket()
        sock.close()
        self._settings = settings
        self._running = ExitStack()
        self.start()

    def start(self) -> None:
        self._running.enter_context(running_gateway(self._settings, port=int(self.url.rpartition(":")[2])))

    def stop(self) -> None:
        self._running.close()


@pytest.fixture
def unsteady(settings: Settings) -> Iterator[Gateway]:
    gateway = Gateway(replace(settings, first_line_timeout_s=20.0, turn_timeout_s=30.0))  # a busy machine is no failure
    yield gateway
    gateway.stop()


@pytest.mark.timeout(4 * 3600)
@pytest.mark.parametrize("steps", [12, pytest.param(1_000, marks=pytest.mark.slow)])
def test_nothing_is_lost_or_doubled(
    rasa: FakeRasa, unsteady: Gateway, new_context: NewContext, problems: list[str], steps: int
) -> None:
    chance = random.Random(7)
    chat = ChatPage(new_context().new_page(), unsteady.url).visit("/faq").open()
    said: list[str] = []
    for step in range(steps):
        said.append(f"message {step}")
        chance.choice(DISTURBANCES)(chat, unsteady, said[-1])
        if (step + 1) % SESSION_STEPS == 0 or step + 1 == steps:
            check(chat, said)
            assert sorted(rasa.texts) == sorted(said)
            chat.menu("Start over")
            rasa.received.clear()
            said.clear()
    problems.clear()


def check(chat: ChatPage, said: list[str]) -> None:
    """What is on the screen now, and after a reload."""
    for again in (False, True):
        if again:
            chat.visit("/faq")
        expect(chat.host.locator(".pending")).to_have_count(0, timeout=PATIENCE_MS)
        expect(chat.host.locator(".typing")).to_be_hidden(timeout=PATIENCE_MS)
        expect(chat.shopper).to_have_text(said, timeout=PATIENCE_MS)
        answers = [f"You said: {text}" for text in said]
        expect(chat.host.locator(".bot .text").filter(has_text="You said")).to_have_text(answers, timeout=PATIENCE_MS)


def offline(chat: ChatPage, gateway: Gateway, text: str) -> None:
    """The connection goes, and comes back after the message was written."""
    chat.page.context.set_offline(True)
    chat.say(text, wait=False)
    chat.page.wait_for_timeout(50)
    chat.page.context.set_offline(False)


def dropped(chat: ChatPage, gateway: Gateway, text: str) -> None:
    """The gateway gets the message, but the browser does not learn so."""

    def lose(route: Route) -> None:
        with suppress(Error):  # the gateway may be gone before it gets it, which is a disturbance too
            route.fetch()
        route.abort()

    chat.page.route("**/api/v1/messages", lose, times=1)
    chat.say(text, wait=False)
    chat.page.wait_for_timeout(50)


def reload(chat: ChatPage, gateway: Gateway, text: str) -> None:
    """The page is left at once."""
    chat.say(text, wait=False)
    chat.visit("/faq")
    expect(chat.panel).to_be_visible()


def restart(chat: ChatPage, gateway: Gateway, text: str) -> None:
    """The gateway stops, and is back after the message was written."""
    gateway.stop()
    chat.say(text, wait=False)
    gateway.start()


def restart_after(chat: ChatPage, gateway: Gateway, text: str) -> None:
    """The gateway stops right after the message was written."""
    chat.say(text, wait=False)
    gateway.stop()
    gateway.start()


def closed(chat: ChatPage, gateway: Gateway, text: str) -> None:
    """The panel is closed and opened again."""
    chat.say(text, wait=False)
    chat.button("Close chat").click()
    chat.launcher.click()
    expect(chat.panel).to_be_visible()


DISTURBANCES = (offline, dropped, reload, restart, restart_after, closed)
