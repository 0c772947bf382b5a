"""A gateway with a Telegram that is a local server, and what delivers updates to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from bot.settings import Settings
from tests.bot.fake_telegram import TOKEN, FakeTelegram
from tests.bot.servers import running_app


@pytest.fixture
def telegram() -> FakeTelegram:
    return FakeTelegram()


@pytest.fixture
def settings(settings: Settings, telegram: FakeTelegram) -> Iterator[Settings]:
    with running_app(telegram.app()) as api:
        yield replace(settings, telegram_token=TOKEN, telegram_api=api, telegram_webhook="https://chat.shop.example")


class Line:
    """Delivers updates to the gateway's webhook, as Telegram does."""

    def __init__(self, url: str, secret: str) -> None:
        self.url = url
        self.secret = secret

    def __call__(self, update: object, *, secret: str | None = None) -> int:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret if secret is None else secret}
        return httpx.post(f"{self.url}/telegram", json=update, headers=headers, trust_env=False, timeout=20).status_code


@pytest.fixture
def deliver(gateway: str, settings: Settings, telegram: FakeTelegram) -> Line:
    secret = telegram.wait(1, "setWebhook")[0]["secret_token"]
    return Line(gateway, secret)


def buttons(sent: dict[str, Any]) -> list[str]:
    return [button["text"] for row in sent["reply_markup"]["inline_keyboard"] for button in row]
