"""What a shopper does with the widget beyond talking: mend the profile, say why, send a picture, sign in, change language."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jwt
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import BrowserContext, expect

from bot.settings import Settings
from profiling.privacy import Vault
from profiling.store import Store
from profiling.store.tickets import Ticket, TicketStore
from tests.bot.fake_rasa import FakeRasa, card, say, show
from tests.bot.test_gateway_engine import note_turn
from tests.e2e.chat_page import ChatPage

NewContext = Callable[..., BrowserContext]
SECRET = "a secret of the shop, long enough"
TOKEN = "a token for the people at the shop"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, identity_secret=SECRET, inbox_token=TOKEN)


def learning(settings: Settings) -> Callable[[dict[str, Any]], Sequence[Any]]:
    def script(message: dict[str, Any]) -> Sequence[Any]:
        metadata = message["metadata"]
        if message["message"] == "my size is 42":
            note_turn(settings, metadata["message_id"], metadata["shopper_id"])
        fact = {"fact_id": f"fact of {metadata['message_id']}", "text": "Your shoe size is 42.", "quote": "42"}
        return [say("I know:"), show(facts=[{**fact, "at": "2026-01-01T00:00:00Z"}])]

    return script


def test_a_fact_in_the_talk_is_taken_back(rasa: FakeRasa, chat: ChatPage, settings: Settings) -> None:
    rasa.script = learning(settings)
    chat.open().say("my size is 42")
    chat.button("That's wrong: Your shoe size is 42.").click()
    expect(chat.bot.last.locator("s")).to_have_text("Your shoe size is 42.")
    expect(chat.status).to_have_text("Noted, that no longer counts.")
    chat.menu("What do you know about me?")
    expect(chat.host.locator("section")).to_contain_text("I know nothing about you yet.")


def test_the_profile_is_a_page_of_its_own(rasa: FakeRasa, chat: ChatPage, settings: Settings) -> None:
    rasa.script = learning(settings)
    chat.open().say("my size is 42").menu("What do you know about me?")
    view = chat.host.locator("section")
    expect(view).to_contain_text("Your shoe size is 42.")
    expect(view).to_contain_text("You said: “42”")
    expect(view).to_be_focused()
    expect(chat.log).to_be_hidden()
    chat.page.keyboard.press("Escape")
    expect(chat.log).to_be_visible()
    expect(chat.input).to_be_focused()
    chat.menu("What do you know about me?")
    view.get_by_role("button", name="That's wrong: Your shoe size is 42.").click()
    expect(view.locator("s")).to_have_text("Your shoe size is 42.")
    chat.say("hello")
    expect(view).to_be_hidden()


def test_a_fact_is_corrected_and_that_is_undone(
    rasa: FakeRasa, chat: ChatPage, settings: Settings, problems: list[str]
) -> None:
    rasa.script = learning(settings)
    chat.open().say("my size is 42").menu("What do you know about me?")
    view = chat.host.locator("section")
    view.get_by_role("button", name="Change: Your shoe size is 42.").click()
    value = view.get_by_label("What is right?")
    expect(value).to_be_focused()
    value.fill("the usual")
    value.press("Enter")
    expect(view.get_by_role("alert")).to_contain_text("I do not know that value.")
    problems[:] = [problem for problem in problems if "422" not in problem]
    value.fill("43")
    value.press("Enter")
    expect(view).to_contain_text("Your shoe size is 43.")
    expect(chat.status).to_have_text("Your shoe size is 43.")
    view.get_by_role("button", name="Undo the last change").click()
    expect(view).to_contain_text("Your shoe size is 42.")


def test_a_no_to_being_remembered_deletes_what_is_known(rasa: FakeRasa, chat: ChatPage, settings: Settings) -> None:
    rasa.script = learning(settings)
    chat.open().say("my size is 42").menu("What do you know about me?")
    view = chat.host.locator("section")
    view.get_by_role("button", name="Forget this, and do not remember me").click()
    expect(view).to_contain_text("I know nothing about you yet.")
    view.get_by_role("button", name="Remember me", exact=True).click()
    expect(view.get_by_role("button", name="Forget this, and do not remember me")).to_be_visible()


def test_a_copy_of_all_data_is_downloaded(rasa: FakeRasa, chat: ChatPage) -> None:
    rasa.script = lambda _: [say("Here it is:"), show(download={"name": "my-data.json"})]
    chat.open().say("send me my data")
    for view in (chat.log, chat.host.locator("section")):
        if view is not chat.log:
            chat.menu("What do you know about me?")
        with chat.page.expect_download() as waiting:
            view.get_by_role("button", name="Download my data").click()
        assert waiting.value.suggested_filename == "my-data.json"
        copy = json.loads(waiting.value.path().read_text(encoding="utf-8"))
        assert copy["conversations"][0]["events"][0]["text"] == "send me my data"


FORM = {
    "fields": [
        {"label": "Order number", "autocomplete": "off"},
        {"label": "E-mail address", "type": "email", "autocomplete": "email"},
        {"label": "Code", "inputmode": "numeric", "autocomplete": "one-time-code", "pattern": r"\d{3}[ \-]?\d{3}"},
    ],
    "submit": "Show my order",
}


def test_a_form_asks_and_its_values_are_the_answer(rasa: FakeRasa, chat: ChatPage, settings: Settings) -> None:
    rasa.script = lambda message: [say("Which order?"), show(form=FORM)] if message["message"] == "hi" else [say("OK")]
    chat.open().say("hi")
    form = chat.host.locator("form.box")
    number, mail, code = (form.get_by_label(field["label"]) for field in FORM["fields"])
    assert [box.get_attribute("autocomplete") for box in (number, mail, code)] == ["off", "email", "one-time-code"]
    assert (mail.get_attribute("type"), code.get_attribute("inputmode")) == ("email", "numeric")
    form.get_by_role("button", name="Show my order").click()
    expect(number).to_be_focused()
    expect(form.get_by_role("alert").first).not_to_be_empty()
    number.fill(" W1042 ")
    mail.fill("anna@")
    code.fill("123-456")
    code.press("Enter")
    expect(mail).to_be_focused()
    expect(mail).to_have_attribute("aria-invalid", "true")
    expect(number).to_have_attribute("aria-invalid", "false")
    assert rasa.texts == ["hi"]
    chat.page.reload()
    expect(form).to_be_visible()
    for box, value in ((number, "W1042"), (mail, "anna@example.org"), (code, "123 456")):
        box.fill(value)
    code.press("Enter")
    expect(chat.bot.last).to_have_text("Assistant:OK")
    sealed = Vault(settings.home / "privacy.key")
    assert [sealed.open(text) for text in rasa.texts] == ["hi", "W1042, anna@example.org, 123 456"]
    expect(form).to_have_count(0)


def test_why_this(rasa: FakeRasa, chat: ChatPage) -> None:
    rasa.script = lambda _: [say("Two:"), show(items=[card(), card("B", title="Red mug")])]
    chat.open().say("a mug")
    chat.button("Why “Red mug”?").click()
    chat.settle()
    expect(chat.shopper.last).to_have_text("Why “Red mug”?")
    assert rasa.texts[-1] == '/why_this{"item_ref": "2"}'


def test_a_thumb_down_asks_for_the_reason(rasa: FakeRasa, chat: ChatPage) -> None:
    rasa.script = lambda _: [say("A mug:"), show(items=[card()])]
    chat.open().say("a mug")
    chat.button("Bad answer").click()
    expect(chat.chips).to_have_text(["Too expensive", "Not this brand", "Not my taste", "The answer is wrong"])
    chat.chips.first.click()
    chat.settle()
    assert rasa.texts[-1] == "cheaper"


def test_a_person_is_one_press_away(rasa: FakeRasa, chat: ChatPage) -> None:
    chat.page.evaluate("addEventListener('chat:handoff', () => (window.asked = true))")
    chat.open().menu("Talk to a person").settle()
    assert rasa.texts == ["/handoff"]
    assert chat.page.evaluate("asked") is True


def test_a_picture_is_sent_and_is_there_after_a_reload(rasa: FakeRasa, chat: ChatPage, settings: Settings) -> None:
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "teal").save(out, "JPEG")
    chat.open().input.fill("it came broken")
    files = chat.host.locator("input[type=file]")
    files.set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()})
    expect(chat.host.get_by_role("img", name="Picture")).to_be_visible()
    expect(chat.shopper).to_have_text("it came broken")
    chat.settle()
    assert rasa.received[0]["metadata"]["image_id"]
    chat.visit("/faq")
    expect(chat.host.get_by_role("img", name="Picture")).to_have_js_property("width", 400)


def test_what_is_no_picture_is_said(chat: ChatPage, problems: list[str]) -> None:
    chat.open()
    chat.host.locator("input[type=file]").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": b"<script>alert(1)</script>"}
    )
    expect(chat.host.locator(".note")).to_have_text("Not sent: This file is not a picture that I can open.")
    problems[:] = [problem for problem in problems if "422" not in problem]


def test_a_person_answers_in_the_same_chat(
    rasa: FakeRasa, chat: ChatPage, settings: Settings, screenshots: Path
) -> None:
    chat.open().say("a person, please")
    metadata, sender, now = rasa.received[0]["metadata"], rasa.received[0]["sender"], datetime.now(UTC)
    store = Store(settings.engine_path)
    TicketStore(store).open(Ticket("t", metadata["shopper_id"], sender, "web", "", "Asked", {}, now, now))
    store.close()
    agent = chat.page.context.new_page()
    agent.goto(f"{chat.url}/inbox")
    agent.get_by_label("Your name").fill("Mina Roth")
    agent.get_by_label("Token").fill(TOKEN)
    agent.get_by_role("button", name="Sign in").click()
    agent.screenshot(path=screenshots / "inbox-queue.png")
    agent.get_by_role("link", name="Asked").click()
    agent.get_by_role("button", name="Take over").click()
    expect(chat.bot.last).to_contain_text("Mina Roth from our team is here now")
    chat.say("hello Mina")
    agent.get_by_role("link", name="Look for news").click()
    agent.reload()
    expect(agent.locator(".talk")).to_contain_text("hello Mina")
    agent.get_by_label("Your answer").fill("Hello! What can I do?")
    assert Axe().run(agent).violations_count == 0
    agent.screenshot(path=screenshots / "inbox-ticket.png", full_page=True)
    agent.get_by_role("button", name="Send").click()
    expect(chat.bot.last).to_contain_text("Mina Roth")
    expect(chat.bot.last).to_contain_text("Hello! What can I do?")
    agent.get_by_role("button", name="Hand back to the bot").click()
    expect(chat.bot.last).to_contain_text("the bot")
    assert rasa.texts == ["a person, please"]


# ---- identity


def token(subject: str = "S001", *, lifetime_s: int = 300) -> str:
    claims = {"sub": subject, "aud": "rapport", "exp": int(time.time()) + lifetime_s}
    return jwt.encode(claims, SECRET, algorithm="HS256")


def sign(chat: ChatPage, identity: str | None) -> None:
    """What the shop's page says on the next visits."""
    chat.page.context.unroute("**/faq")
    if identity:
        chat.page.context.route(
            "**/faq",
            lambda route: route.fulfill(
                response=(answer := route.fetch()),
                body=answer.text().replace("<shop-chat", f'<shop-chat identity="{identity}"'),
            ),
        )


def test_a_guest_signs_in_takes_the_profile_along_and_signs_out(
    rasa: FakeRasa, chat: ChatPage, settings: Settings
) -> None:
    rasa.script = learning(settings)
    chat.open().say("my size is 42")
    sign(chat, token())
    chat.visit("/faq")
    expect(chat.host.locator(".chips p")).to_have_text("Take what you said as a guest into your account?")
    chat.button("Yes").click()
    expect(chat.chips).to_have_count(0)
    chat.say("as myself")
    assert rasa.received[-1]["metadata"]["shopper_id"] == "S001"
    chat.menu("What do you know about me?")
    expect(chat.host.locator("section")).to_contain_text("Your shoe size is 42.")
    sign(chat, None)
    chat.visit("/faq")
    expect(chat.bot).to_have_count(1)
    chat.say("as a guest again")
    assert rasa.received[-1]["metadata"]["shopper_id"].startswith("guest:")
    expect(chat.shopper).to_have_text(["as a guest again"])


def test_the_account_s_conversation_is_on_every_device(rasa: FakeRasa, gateway: str, new_context: NewContext) -> None:
    phone, laptop = (ChatPage(new_context().new_page(), gateway) for _ in range(2))
    for chat in (phone, laptop):
        sign(chat, token())
        chat.visit("/faq").open()
    phone.say("from the phone")
    laptop.say("from the laptop")
    expect(laptop.shopper).to_have_text(["from the phone", "from the laptop"])
    expect(phone.shopper).to_have_text(["from the phone", "from the laptop"])


def test_an_expired_sign_in_is_a_guest_s(rasa: FakeRasa, chat: ChatPage, problems: list[str]) -> None:
    sign(chat, token(lifetime_s=-100))
    chat.visit("/faq").open().say("hello")
    assert rasa.received[0]["metadata"]["shopper_id"].startswith("guest:")
    problems[:] = [problem for problem in problems if "401" not in problem]


# ---- language


def test_the_element_s_language_wins(gateway: str, new_context: NewContext) -> None:
    chat = ChatPage(new_context().new_page(), gateway)
    chat.page.route(
        "**/faq",
        lambda route: route.fulfill(
            response=(answer := route.fetch()), body=answer.text().replace("<shop-chat", '<shop-chat lang="ar"')
        ),
    )
    chat.visit("/faq")
    expect(chat.launcher).to_have_text("محادثة")
    chat.launcher.click()
    expect(chat.bot).to_contain_text("مرحبًا")
    launcher_side = chat.host.evaluate("(host) => getComputedStyle(host).left")
    assert launcher_side == "20px"
