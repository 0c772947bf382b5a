"""Commands and buttons in Telegram, and pictures that are sent there."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from PIL import Image

from bot.settings import Settings
from bot.telegram.words import COMMANDS, LANGUAGES, words
from tests.bot.fake_rasa import FakeRasa, say, show
from tests.bot.fake_telegram import NAME, FakeTelegram, TelegramShopper
from tests.bot.telegram_line import Line, deliver, settings, telegram
from tests.bot.test_gateway_engine import note_turn

__all__ = ["deliver", "settings", "telegram"]  # fixtures


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
