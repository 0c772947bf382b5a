"""What replies look like in Telegram."""

from __future__ import annotations

from typing import Any

import pytest

from bot.telegram.render import formatted, messages
from bot.telegram.words import words
from tests.bot.fake_rasa import FakeRasa, card, say, show
from tests.bot.fake_telegram import FakeTelegram, TelegramShopper
from tests.bot.telegram_line import Line, buttons, deliver, settings, telegram

__all__ = ["deliver", "settings", "telegram"]  # fixtures


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
