"""Every state of the widget in every language, light and dark: axe finds nothing, and a picture is kept to be looked at."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from bot.gateway.widget import LANGUAGES
from bot.settings import Settings
from tests.bot.fake_rasa import FakeRasa, card, say, show
from tests.bot.test_gateway_engine import note_turn
from tests.e2e.chat_page import ChatPage, texts
from tests.e2e.test_widget_shopper import FORM

NewContext = Callable[..., BrowserContext]

QUICK = ("en-light", "ar-dark")
"""The combinations that `make test` looks at; `make test-all` looks at all."""

FACT = {"fact_id": "f", "text": "You like blue.", "quote": "blue is nice", "at": "2026-01-01T00:00:00Z"}
ORDER = {
    "order_number": "W1042",
    "status": "in_transit",
    "status_text": "On its way",
    "expected": "Friday",
    "carrier": "DHL",
    "tracking_number": "JJD000390007",
    "total": {"cents": 5400, "currency": "EUR", "text": "€54.00"},
    "lines": [{"title": "Stoneware mug", "quantity": 2}, {"title": "Linen napkin", "quantity": 1}],
}
COMPARISON = {
    "item_ids": ["LL-MUG-001-BLU", "LL-MUG-001-RED"],
    "titles": ["Stoneware mug", "Red mug"],
    "rows": [{"label": "Price", "values": ["€18.00", "€16.00"]}, {"label": "Weight", "values": ["300 g", "310 g"]}],
}
ITEMS = [
    card(
        brand="Tidewater",
        url="/item/LL-MUG-001-BLU",
        image_url="/pictures/mug/blue.svg",
        list_price={"cents": 2400, "currency": "EUR", "text": "€24.00"},
    ),
    card("LL-MUG-001-RED", title="Red mug with a rather long name that wraps", image_url="/pictures/mug/red.svg"),
    card("LL-JUMP-003-M", title="Wool jumper", image_url="/pictures/jumper/grey.svg", availability="out_of_stock"),
]
ANSWERS: dict[str, Sequence[Any]] = {
    "cards": [say("Three of them fit:", ("Why these?", "/why"), ("Show me more", "/more")), show(items=ITEMS)],
    "compare": [say("Side by side:"), show(comparison=COMPARISON)],
    "order": [say("Your order **W1042** is on its way. See [shipping](/policies/shipping)."), show(order=ORDER)],
    "facts": [say("This is what I know:"), show(facts=[FACT])],
    "form": [say("For that I need:"), show(form=FORM)],
    "slow": [0.9, say("There.")],
}


def combinations() -> Iterator[Any]:
    for language in LANGUAGES:
        for scheme in ("light", "dark"):
            quick = f"{language}-{scheme}" in QUICK
            marks = () if quick else (pytest.mark.slow,)
            yield pytest.param(language, scheme, marks=marks, id=f"{language}-{scheme}")


class Look:
    """Takes a picture of a state and has axe look at it."""

    def __init__(self, page: Page, folder: Path, name: str) -> None:
        self._page = page
        self._folder = folder
        self._name = name
        self._axe = Axe()

    def at(self, state: str) -> None:
        self._page.screenshot(path=self._folder / f"{self._name}-{state}.png")
        found = self._axe.run(self._page)
        wrong = [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found.response["violations"]]
        assert wrong == [], state


def in_language(chat: ChatPage, language: str) -> None:
    """The page as a shop in that language would have it."""
    chat.page.route(
        "**/",
        lambda route: route.fulfill(
            response=(answer := route.fetch()),
            body=answer.text().replace(
                '<html lang="en">', f'<html lang="{language}"{" dir=rtl" * (language == "ar")}>'
            ),
        ),
    )


@pytest.mark.parametrize(("language", "scheme"), list(combinations()))
def test_every_state(
    *,
    rasa: FakeRasa,
    gateway: str,
    demo_catalogue: None,
    settings: Settings,
    new_context: NewContext,
    screenshots: Path,
    problems: list[str],
    language: str,
    scheme: str,
) -> None:
    def script(message: dict[str, Any]) -> Sequence[Any]:
        if message["message"] == "learn":
            note_turn(settings, message["metadata"]["message_id"], message["metadata"]["shopper_id"])
        return ANSWERS.get(message["message"], [say("All right.")])

    rasa.script = script
    words = texts(language)
    chat = ChatPage(new_context(color_scheme=scheme, reduced_motion="reduce").new_page(), gateway, language=language)
    look = Look(chat.page, screenshots, f"{language}-{scheme}")
    in_language(chat, language)
    chat.visit("/")
    look.at("1-launcher")
    chat.open()
    expect(chat.bot).to_contain_text(words["hello"])
    look.at("2-greeting")
    for state in ("cards", "compare", "order", "facts", "form"):
        chat.say(state)
        look.at(f"3-{state}")
    chat.host.locator("form.box button").click()
    look.at("3-form-errors")
    chat.say("facts")
    chat.button(words["thumb_down"]).last.click()
    expect(chat.chips.last).to_have_text(words["handoff"])
    look.at("4-reasons")
    chat.say("learn")
    look.at("5-noted")
    chat.host.locator("summary").click()
    look.at("6-menu")
    chat.button(words["profile"]).click()
    expect(chat.host.locator("section")).to_contain_text("42")
    look.at("7-profile")
    chat.host.locator("section").get_by_role("button", name=words["change"]).first.click()
    look.at("7-profile-change")
    chat.button(words["back"]).click()
    out = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(out, "PNG")
    chat.host.locator("input[type=file]").set_input_files(
        {"name": "broken.png", "mimeType": "image/png", "buffer": out.getvalue()}
    )
    expect(chat.host.locator("canvas")).to_be_visible()
    chat.settle()
    look.at("8-picture")
    chat.say("slow", wait=False)
    expect(chat.host.locator(".typing")).to_be_visible()
    look.at("9-typing")
    chat.settle()
    chat.page.context.set_offline(True)
    chat.say("later", wait=False)
    expect(chat.status).to_have_text(words["offline"])
    look.at("10-offline")
    chat.page.context.set_offline(False)
    chat.settle()
    problems[:] = [problem for problem in problems if "ERR_INTERNET_DISCONNECTED" not in problem]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("phone", {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}),
        ("small", {"viewport": {"width": 320, "height": 568}, "has_touch": True, "is_mobile": True}),
        ("zoom-400", {"viewport": {"width": 320, "height": 256}}),  # 1280 by 1024, four times as large
    ],
)
def test_small_screens(
    *,
    rasa: FakeRasa,
    gateway: str,
    demo_catalogue: None,
    new_context: NewContext,
    screenshots: Path,
    name: str,
    options: dict[str, Any],
) -> None:
    rasa.script = lambda message: ANSWERS.get(message["message"], [say("All right.")])
    chat = ChatPage(new_context(**options).new_page(), gateway).visit("/").open()
    look = Look(chat.page, screenshots, name)
    look.at("greeting")
    chat.say("cards")
    look.at("cards")
    box = chat.panel.bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, *options["viewport"].values())
    assert chat.panel.evaluate("(panel) => panel.scrollWidth <= panel.clientWidth")
    assert chat.log.evaluate("(log) => log.scrollWidth <= log.clientWidth")
    for locator in (chat.input, chat.button("Send")):
        spot = locator.bounding_box()
        assert spot is not None
        assert 0 <= spot["y"] <= options["viewport"]["height"] - spot["height"]
    assert chat.panel.evaluate("(panel) => panel.matches(':modal')")
    chat.page.keyboard.press("Escape")
    expect(chat.launcher).to_be_focused()


def test_every_language_has_every_text() -> None:
    english = texts("en")
    for language in LANGUAGES:
        found = texts(language)
        assert found.keys() == english.keys(), language
        assert all(found.values()), language
        assert ("{}" in found["whyItem"]) is True


def test_nothing_moves_where_motion_is_not_wanted(gateway: str, new_context: NewContext) -> None:
    chat = ChatPage(new_context(reduced_motion="reduce").new_page(), gateway).visit("/faq")
    chat.launcher.click()
    expect(chat.panel).to_be_visible()
    assert chat.panel.evaluate("(panel) => panel.getAnimations({ subtree: true }).length") == 0
