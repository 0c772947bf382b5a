"""A real browser in front of the real gateway. Rasa is a fake, except where a test asks for the running `system`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.bot.conftest import demo_catalogue, gateway, rasa, rasa_url, settings
from tests.bot.fake_telegram import TOKEN, FakeTelegram
from tests.bot.servers import running_app
from tests.e2e.chat_page import ChatPage
from tests.e2e.system import NOT_BUILT, System, is_trained, load_demo_shop, running_system

__all__ = ["demo_catalogue", "gateway", "rasa", "rasa_url", "settings"]

IDENTITY_SECRET = "the running shop signs with this secret"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", ({ violatedDirective, sample }) => {
  violations.push(`${violatedDirective} ${sample}`);
});
"""


@pytest.fixture(scope="package")  # its event loop must be gone before other packages run theirs
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def messenger() -> FakeTelegram:
    """What the running system takes for Telegram."""
    return FakeTelegram()


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory, messenger: FakeTelegram) -> Iterator[System]:
    """The demo shop with everything running. One for all tests: each brings its own shopper, and mends what it breaks."""
    if not is_trained():
        pytest.fail(NOT_BUILT)
    with running_app(messenger.app()) as api:
        telegram = {"RAPPORT_TELEGRAM_TOKEN": TOKEN, "RAPPORT_TELEGRAM_API": api}
        yield from _running(tmp_path_factory.mktemp("system"), RAPPORT_IDENTITY_SECRET=IDENTITY_SECRET, **telegram)


def _running(home: Path, **variables: str) -> Iterator[System]:
    with running_system(home, **variables) as system:
        load_demo_shop(system)
        system.start()
        yield system


@pytest.fixture
def problems() -> list[str]:
    """What browser and page complained about; a test takes out what it provoked itself."""
    return []


@pytest.fixture
def new_context(browser: Browser, problems: list[str]) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts that note every complaint; after the test there must be none."""
    contexts: list[BrowserContext] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            problems.append(f"{message.type}: {message.text}")

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, "locale": "en-GB"} | options)
        context.set_default_timeout(8_000)
        context.add_init_script(WATCH)
        context.on("console", note)
        context.on("weberror", lambda error: problems.append(f"exception: {error.error}"))
        context.on("dialog", lambda dialog: (problems.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        for page in context.pages:
            problems.extend(f"policy: {text}" for text in page.evaluate("window.violations ?? []"))
        context.close()
    assert problems == []


@pytest.fixture
def screenshots(tmp_path: Path) -> Path:
    """Where pictures of the pages go: RAPPORT_SCREENSHOTS, or the test's own folder."""
    folder = Path(os.environ.get("RAPPORT_SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context().new_page()


@pytest.fixture
def chat(gateway: str, demo_catalogue: None, page: Page) -> ChatPage:
    """The front page, chat closed."""
    return ChatPage(page, gateway).visit("/")
