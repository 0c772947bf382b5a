"""The Telegram channel against a local server that speaks the Bot API."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from PIL import Image

from bot.settings import Settings
from bot.telegram.chats import masked
from bot.telegram.render import formatted, messages
from bot.telegram.words import COMMANDS, LANGUAGES, words
from tests.bot.fake_rasa import FakeRasa, card, say, show
from tests.bot.fake_telegram import NAME, TOKEN, FakeTelegram, TelegramShopper
from tests.bot.servers import running_app, running_gateway
from tests.bot.shopper import Shopper
from tests.bot.test_gateway_engine import note_turn


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


# ---- conversation


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


# ---- what replies look like


def photo(item_id: str, **more: Any) -> dict[str, Any]:
    return card(item_id, image_url=f"https://shop.example/{item_id}.jpg", url=f"https://shop.example/{item_id}", **more)


def test_several_cards_are_an_album_and_numbers(rasa: FakeRasa, telegram: FakeTelegram, deliver: Line) -> None:
    rasa.script = lambda _: [say("Three:"), show(slate_id="s", items=[photo("AAA"), photo("BBB"), photo("CCC")])]
    anna = TelegramShopper()
    deliver(anna.message("a mug"))
    head, album, choice = telegram.wait(3)
    assert head["text"] == "Three:"
    assert [part["media"] for part in album["media"]] == [
        f"https://shop.example/{n}.jpg" for n in ("AAA", "BBB", "CCC")
    ]
    assert "Stoneware mug" in album["media"][0]["caption"]
    assert buttons(choice) == ["1", "2", "3", "👍", "👎"]
    rasa.script = lambda _: [say("That one.")]
    deliver(anna.press(choice, "2"))
    telegram.wait(4)
    assert rasa.texts[-1] == "the second one"


def test_one_card_is_a_photo_with_buttons(rasa: FakeRasa, telegram: FakeTelegram, deliver: Line) -> None:
    rasa.script = lambda _: [say("This one:"), show(items=[photo("AAA", title="<b>Mug</b> & more")])]
    deliver(TelegramShopper().message("a mug"))
    telegram.wait(2)
    (sent,) = telegram.sent("sendPhoto")
    assert sent["photo"] == "https://shop.example/AAA.jpg"
    assert "&lt;b&gt;Mug&lt;/b&gt; &amp; more" in sent["caption"]
    assert buttons(sent) == ["Open in the shop", "👍", "👎"]


def test_a_picture_that_telegram_cannot_fetch_is_left_out(
    rasa: FakeRasa, telegram: FakeTelegram, deliver: Line
) -> None:
    telegram.refuse = lambda method, _: (400, "failed to get HTTP URL content", {}) if method == "sendPhoto" else None
    rasa.script = lambda _: [say("This one:"), show(items=[photo("AAA")])]
    deliver(TelegramShopper().message("a mug"))
    assert "Stoneware mug" in telegram.wait(2)[1]["text"]


def test_too_fast_for_telegram_is_sent_again(telegram: FakeTelegram, deliver: Line) -> None:
    refused: list[str] = []

    def refuse(method: str, sent: dict[str, Any]) -> tuple[int, str, dict[str, Any]] | None:
        if method == "sendMessage" and not refused:
            refused.append(sent["text"])
            return 429, "Too Many Requests", {"retry_after": 1}
        return None

    telegram.refuse = refuse
    deliver(TelegramShopper().message("hello"))
    assert [sent["text"] for sent in telegram.wait(1)] == refused == ["You said: hello"]


def test_out_of_reach_is_sent_later(telegram: FakeTelegram, deliver: Line) -> None:
    failures: list[str] = []

    def refuse(method: str, sent: dict[str, Any]) -> tuple[int, str, dict[str, Any]] | None:
        if method == "sendMessage" and len(failures) < 2:
            failures.append(sent["text"])
            return 502, "Bad Gateway", {}
        return None

    telegram.refuse = refuse
    deliver(TelegramShopper().message("hello"))
    assert [sent["text"] for sent in telegram.wait(1)] == ["You said: hello"]
    assert len(failures) == 2


def reply(**more: Any) -> dict[str, Any]:
    return {"id": 7, "kind": "reply", "message_id": "m", "text": "", "quick_replies": [], **more}


@pytest.mark.parametrize("length", [4_000, 4_096, 9_000])
def test_a_long_text_is_cut(length: int) -> None:
    sent = messages(reply(text="word & word\n" * (length // 12), quick_replies=[{"title": "More"}]), words("en"))
    assert all(len(part.text) <= 4_096 for part in sent)
    assert [bool(part.rows) for part in sent] == [False] * (len(sent) - 1) + [True]
    assert "".join(part.text for part in sent).count("word") == length // 12 * 2


def test_only_web_links_are_links() -> None:
    assert formatted('[a](https://x.example/?a=1&b="2") [b](javascript:alert(1))') == (
        '<a href="https://x.example/?a=1&amp;b=&quot;2&quot;">a</a> [b](javascript:alert(1))'
    )
    evil = reply(items=[card(url="javascript:alert(1)", image_url="javascript:alert(2)")])
    assert "javascript" not in str(messages(evil, words("en")))


def test_a_form_is_asked_in_words() -> None:
    fields = [{"label": "Order number"}, {"label": "E-mail <address>", "type": "email"}]
    event = {"id": 1, "kind": "reply", "message_id": "m", "text": "Which order?", "quick_replies": []}
    (asked,) = messages({**event, "form": {"fields": fields, "submit": "Send"}}, words("en"))
    assert asked.text == "Which order?\n\n✎ Order number\n✎ E-mail &lt;address&gt;"


def test_order_comparison_and_facts_are_told() -> None:
    order = {
        "order_number": "W1",
        "status": "x",
        "status_text": "On its way",
        "lines": [{"title": "Mug", "quantity": 2}],
    }
    fact = {"fact_id": "f1", "text": "You like blue.", "quote": "blue", "at": "2026-01-01T00:00:00Z"}
    table = {"item_ids": ["A", "B"], "rows": [{"label": "Weight", "values": ["1 g", "2 g"]}]}
    (sent,) = messages(reply(text="All:", order=order, facts=[fact], comparison=table), words("en"))
    for part in ("W1", "On its way", "2 × Mug", "You like blue.", "“blue”", "Weight", "1 g | 2 g"):
        assert part in sent.text
    assert sent.rows == [[("Wrong: You like blue.", {"fact": "f1"})]]


# ---- commands, buttons


def test_every_language_has_every_text(telegram: FakeTelegram, deliver: Line) -> None:
    assert all(set(words(language)) == set(words("en")) for language in LANGUAGES)
    menus = telegram.wait(len(LANGUAGES), "setMyCommands")
    assert [len(menu["commands"]) for menu in menus] == [len(COMMANDS)] * len(LANGUAGES)
    assert [menu.get("language_code", "") for menu in menus] == ["", "de", "zh", "ar"]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("/orders", "/order_status"),
        ("/profile", "/ask_profile"),
        (f"/human@{NAME}", "/handoff"),
        ("/help x", "/help"),
        ("/forget", "/forget_me"),
    ],
)
def test_commands_of_the_dialogue(
    rasa: FakeRasa, telegram: FakeTelegram, deliver: Line, command: str, expected: str
) -> None:
    deliver(TelegramShopper().message(command))
    telegram.wait(1)
    assert rasa.texts == [expected]


def test_start_and_language(telegram: FakeTelegram, deliver: Line) -> None:
    anna = TelegramShopper(language="de-AT")
    deliver(anna.message("/start"))
    assert telegram.wait(1)[0]["text"].startswith("Hallo! Ich bin der Bot von")
    deliver(anna.message("/language"))
    deliver(anna.press(telegram.wait(2)[1], "العربية"))
    telegram.wait(3)
    deliver(anna.message("/start"))
    assert telegram.wait(4)[3]["text"].startswith("مرحبًا")


def test_privacy_gives_a_copy_and_forgets(rasa: FakeRasa, telegram: FakeTelegram, deliver: Line) -> None:
    anna = TelegramShopper()
    deliver(anna.message("I like blue"))
    telegram.wait(1)
    deliver(anna.message("/privacy"))
    told = telegram.wait(2)[1]
    assert "90 days" in told["text"]
    deliver(anna.press(told, "Send me a copy"))
    (document,) = telegram.wait(1, "sendDocument")
    file = next(value for value in document.values() if isinstance(value, bytes))
    assert json.loads(file)["conversations"][0]["events"][0]["text"] == "I like blue"
    rasa.script = lambda _: [say("Gone."), show(erase=True)]
    deliver(anna.press(told, "Delete everything"))
    texts = [sent.get("text") for sent in telegram.wait(5)]
    assert texts[-2:] == ["The conversation so far has been deleted on our side.", "Gone."]


def test_a_copy_that_was_asked_for_is_a_document(rasa: FakeRasa, telegram: FakeTelegram, deliver: Line) -> None:
    rasa.script = lambda _: [say("Here it is:"), show(download={"name": "my-data.json"})]
    deliver(TelegramShopper().message("send me my data"))
    (document,) = telegram.wait(1, "sendDocument")
    file = next(value for value in document.values() if isinstance(value, bytes))
    (conversation,) = json.loads(file)["conversations"]
    assert conversation["channel"] == "telegram"
    assert [event.get("text") for event in conversation["events"]][:2] == ["send me my data", "Here it is:"]
    assert [sent["text"] for sent in telegram.sent("sendMessage")] == ["Here it is:"]


def test_a_fact_is_taken_back(rasa: FakeRasa, settings: Settings, telegram: FakeTelegram, deliver: Line) -> None:
    def script(sent: dict[str, Any]) -> list[Any]:
        metadata = sent["metadata"]
        note_turn(settings, metadata["message_id"], metadata["shopper_id"])
        fact = {"fact_id": f"fact of {metadata['message_id']}", "text": "Your shoe size is 42.", "quote": "42"}
        return [say("I know:"), show(facts=[{**fact, "at": "2026-01-01T00:00:00Z"}])]

    rasa.script = script
    anna = TelegramShopper()
    deliver(anna.message("my size is 42"))
    told = telegram.wait(1)[0]
    assert deliver(anna.press(told, "Wrong: Your shoe size is 42.")) == 200
    assert telegram.sent("answerCallbackQuery")[0]["text"] == "Noted, that no longer counts."


def test_a_button_of_another_chat_does_nothing(rasa: FakeRasa, telegram: FakeTelegram, deliver: Line) -> None:
    rasa.script = lambda _: [say("Delete?", ("Yes", "/affirm"))]
    anna, eve = TelegramShopper(42), TelegramShopper(43)
    deliver(eve.message("hello"))
    deliver(anna.message("forget me"))
    question = next(sent for sent in telegram.wait(2) if sent["chat_id"] == "42")
    key = question["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    for data in (key, "guessed", "/affirm", "x" * 64, ""):
        assert deliver(eve.pressed(data)) == 200
    assert [sent["text"] for sent in telegram.sent("answerCallbackQuery")] == [words("en")["gone"]] * 5
    assert "/affirm" not in rasa.texts


def test_pictures_are_taken(rasa: FakeRasa, telegram: FakeTelegram, deliver: Line, settings: Settings) -> None:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, "JPEG")
    telegram.file = out.getvalue()
    anna = TelegramShopper()
    sizes = [{"file_id": "f", "file_unique_id": "u", "width": 60, "height": 40, "file_size": 900}]
    deliver(anna.message(photo=sizes, caption="it came broken"))
    telegram.wait(1)
    sent = rasa.received[0]
    assert (sent["message"], bool(sent["metadata"]["image_id"])) == ("it came broken", True)
    assert len(list(settings.images_dir.iterdir())) == 1
    telegram.file = b"<svg>"
    deliver(anna.message(photo=sizes))
    assert "not a picture" in telegram.wait(2)[1]["text"]
    deliver(anna.message(photo=[{**sizes[0], "file_size": 50_000_000}]))
    assert "too large" in telegram.wait(3)[2]["text"]
    deliver(anna.message(location={"latitude": 51.3, "longitude": 12.4}))
    assert len(telegram.wait(4)) == 4


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
