"""The Telegram channel against a local server that speaks the Bot API."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from bot.settings import Settings
from bot.telegram.chats import masked
from tests.bot.fake_rasa import FakeRasa, say
from tests.bot.fake_telegram import NAME, FakeTelegram, TelegramShopper
from tests.bot.servers import running_gateway
from tests.bot.shopper import Shopper
from tests.bot.telegram_line import Line, deliver, settings, telegram

__all__ = ["deliver", "settings", "telegram"]  # fixtures


def test_a_conversation(rasa: FakeRasa, telegram: FakeTelegram, deliver: Line) -> None:
    rasa.script = lambda message: [0.3, say(f"You said: **{message['message']}** <3", ("More", "/show_more"))]
    anna = TelegramShopper()
    assert deliver(anna.message("a mug, please")) == 200
    (answer,) = telegram.wait(1)
    assert (answer["chat_id"], answer["text"], answer["parse_mode"]) == (
        "42",
        "You said: <b>a mug, please</b> &lt;3",
        "HTML",
    )
    assert telegram.sent("sendChatAction")[0]["action"] == "typing"
    assert rasa.received[0]["metadata"]["channel"] == "telegram"
    assert rasa.received[0]["metadata"]["shopper_id"].startswith("guest:")
    assert deliver(anna.press(answer, "More")) == 200
    telegram.wait(2)
    assert rasa.texts == ["a mug, please", "/show_more"]
    assert len(telegram.sent("answerCallbackQuery")) == 1
    assert "reply_markup" not in telegram.sent("editMessageReplyMarkup")[0]  # it cannot be pressed twice


def test_a_typed_intent_is_text(rasa: FakeRasa, telegram: FakeTelegram, deliver: Line) -> None:
    deliver(TelegramShopper().message('/inform{"a": "b"}'))
    telegram.wait(1)
    assert rasa.texts == ['‘/inform{"a": "b"}']


def test_an_update_counts_once_and_late_ones_count(rasa: FakeRasa, telegram: FakeTelegram, deliver: Line) -> None:
    anna = TelegramShopper()
    first, second, third = (anna.message(text) for text in ("one", "two", "three"))
    again = {**first, "update_id": first["update_id"] + 500}  # the same message in a new update
    edited = anna.update(edited_message={**second["message"], "text": "two, edited"})
    for update in (second, first, second, again, first, edited, third, third):
        assert deliver(update) == 200
    assert [sent["text"] for sent in telegram.wait(3)] == ["You said: two", "You said: one", "You said: three"]
    time.sleep(0.3)
    assert len(telegram.sent()) == 3
    assert rasa.texts == ["two", "one", "three"]


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 1},
        {"update_id": 2, "message": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}}},
        {"update_id": 3, "channel_post": {"message_id": 1, "date": 1, "chat": {"id": -5, "type": "channel"}}},
        {"update_id": 4, "my_chat_member": {}},
        {"update_id": 5, "poll": {"id": "1"}},
        {},
        {"update_id": "six"},
        {"message": 7},
    ],
)
def test_an_update_that_says_nothing_is_taken(deliver: Line, rasa: FakeRasa, update: dict[str, Any]) -> None:
    assert deliver(update) == 200
    assert rasa.received == []


def test_only_telegram_may_deliver(deliver: Line, gateway: str, rasa: FakeRasa) -> None:
    update = TelegramShopper().message("hello")
    assert deliver(update, secret="") == 403
    assert deliver(update, secret="guessed") == 403
    assert httpx.post(f"{gateway}/telegram", json=update, trust_env=False).status_code == 403
    assert rasa.received == []


def test_groups_are_ignored(telegram: FakeTelegram, deliver: Line, rasa: FakeRasa) -> None:
    for kind in ("group", "supergroup", "channel"):
        assert deliver(TelegramShopper(-7).message("hello everybody", kind=kind)) == 200
    time.sleep(0.3)
    assert rasa.received == []
    assert telegram.sent() == []


# ---- one shopper, several channels


def test_a_chat_joins_the_shopper_of_the_website(
    rasa: FakeRasa, telegram: FakeTelegram, deliver: Line, gateway: str, visit: Callable[..., Shopper]
) -> None:
    web = visit(gateway)
    web.ask("on the website")
    link = web.http.post("/api/v1/links", headers=web.headers).json()["url"]
    assert link.startswith(f"https://t.me/{NAME}?start=")
    token = link.rpartition("=")[2]
    assert len(token) == 22
    anna = TelegramShopper()
    deliver(anna.message(f"/start {token}"))
    question = telegram.wait(1)[0]
    assert "your chat on the shop's website" in question["text"]
    deliver(anna.press(question, "Yes"))
    assert telegram.wait(2)[1]["text"] == "Connected. We go on where we were."
    deliver(anna.message("in Telegram"))
    telegram.wait(3)
    first, second = rasa.received
    assert first["sender"] == second["sender"]
    assert first["metadata"]["shopper_id"] == second["metadata"]["shopper_id"]
    assert second["metadata"]["channel"] == "telegram"
    deliver(TelegramShopper(43).message(f"/start {token}"))
    assert "used up" in telegram.wait(4)[3]["text"]


def test_an_account_is_named_without_telling_it() -> None:
    assert masked("anna@example.org") == "a***@example.org"
    assert masked("S001") == "S***"


def test_without_a_bot_there_are_no_links(settings: Settings, visit: Callable[..., Shopper]) -> None:
    with running_gateway(replace(settings, telegram_token="")) as url:
        shopper = visit(url)
        assert shopper.http.post("/api/v1/links", headers=shopper.headers).status_code == 404
        assert httpx.post(f"{url}/telegram", json={}, trust_env=False).status_code == 404


# ---- long polling, restart, Telegram away


def test_long_polling(rasa: FakeRasa, settings: Settings, telegram: FakeTelegram) -> None:
    anna = TelegramShopper()
    telegram.updates = [anna.message("one"), anna.message("two")]
    with running_gateway(replace(settings, telegram_webhook="")):
        texts = [sent["text"] for sent in telegram.wait(2)]
    assert texts == ["You said: one", "You said: two"]
    assert len(telegram.sent("deleteWebhook")) == 1
    with running_gateway(replace(settings, telegram_webhook="")):  # asks for the same updates again
        time.sleep(0.5)
    assert rasa.texts == ["one", "two"]
    assert len(telegram.sent()) == 2


def test_the_gateway_starts_without_telegram(settings: Settings, visit: Callable[..., Shopper]) -> None:
    with running_gateway(replace(settings, telegram_api="http://127.0.0.1:9")) as url:
        shopper = visit(url)
        assert shopper.ask("hello")[-1]["kind"] == "turn_end"
        assert shopper.http.post("/api/v1/links", headers=shopper.headers).status_code == 503


def test_an_answer_that_was_not_sent_is_sent_after_a_restart(
    rasa: FakeRasa, settings: Settings, telegram: FakeTelegram
) -> None:
    telegram.refuse = lambda method, _: (502, "Bad Gateway", {}) if method == "sendMessage" else None
    anna = TelegramShopper()
    with running_gateway(settings) as url:
        secret = telegram.wait(1, "setWebhook")[0]["secret_token"]
        Line(url, secret)(anna.message("hello"))
        time.sleep(0.5)
    telegram.refuse = lambda _method, _sent: None
    with running_gateway(settings):
        assert [sent["text"] for sent in telegram.wait(1)] == ["You said: hello"]
    assert rasa.texts == ["hello"]
