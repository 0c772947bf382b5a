"""A shop page with the chat in its corner, as a shopper handles it."""

from __future__ import annotations

import json
from typing import Self

from playwright.sync_api import Locator, Page, expect

from bot.gateway.widget import FOLDER


def texts(language: str) -> dict[str, str]:
    """What the chat says in a language."""
    found: dict[str, str] = json.loads((FOLDER / "words" / f"{language}.json").read_text(encoding="utf-8"))
    return found


class ChatPage:
    """Locators and gestures; what is not waited for here is waited for by `expect`."""

    def __init__(self, page: Page, url: str, *, language: str = "en") -> None:
        self.page = page
        self.url = url
        self.host = page.locator("shop-chat")
        self.launcher = self.host.locator(".launcher")
        self.panel = self.host.locator("dialog")
        self.log = self.host.get_by_role("log")
        self.status = self.host.get_by_role("status")
        self.input = self.host.get_by_label(texts(language)["input"])
        self.bot = self.host.locator(".bot")
        self.shopper = self.host.locator(".shopper .text")
        self.chips = self.host.locator(".chips button")
        self.cards = self.host.locator(".card")

    def visit(self, path: str) -> Self:
        self.page.goto(f"{self.url}{path}")
        return self

    def open(self) -> Self:
        self.launcher.click()
        expect(self.panel).to_be_visible()
        self.panel.evaluate("async (panel) => Promise.all(panel.getAnimations().map((moving) => moving.finished))")
        return self

    def say(self, text: str, *, wait: bool = True) -> Self:
        """Types and sends; waits for the end of the turn unless told otherwise."""
        self.input.fill(text)
        self.input.press("Enter")
        return self.settle() if wait else self

    def settle(self) -> Self:
        """Waits until nothing is pending."""
        expect(self.host.locator(".pending")).to_have_count(0)
        expect(self.host.locator(".typing")).to_be_hidden()
        return self

    def button(self, name: str) -> Locator:
        return self.host.get_by_role("button", name=name, exact=True)

    def menu(self, entry: str) -> Self:
        self.host.locator("summary").click()
        self.button(entry).click()
        return self

    def storage(self) -> dict[str, str]:
        """All that the page has stored in the browser."""
        found: dict[str, str] = self.page.evaluate("({...localStorage, ...sessionStorage})")
        return found
