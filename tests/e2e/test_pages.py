"""The shop's pages and the chat on every kind of screen: accessible, readable, within their bounds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from bot.gateway.headers import PAGE_POLICY
from tests.bot.fake_rasa import FakeRasa, card, say, show
from tests.e2e.chat_page import ChatPage

NewContext = Callable[..., BrowserContext]

PAGES = {
    "home": "/",
    "department": "/shop/shoes",
    "item": "/item/LL-MUG-001-BLU",
    "item with sizes": "/item/LL-SHOE-012-BLK-42",
    "sold out": "/item/LL-JUMP-003-M",
    "search": "/search?q=mug",
    "nothing found": "/search?q=unicorn",
    "faq": "/faq",
    "policy": "/policies/shipping",
    "empty cart": "/cart",
    "missing": "/no/such/page",
}
PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
BLUE_MUG = {"url": "/item/LL-MUG-001-BLU", "image_url": "/pictures/mug/blue.svg"}


def everything(_: dict[str, Any]) -> list[Any]:
    """One reply with all that a reply may hold."""
    fact = {"fact_id": "f", "text": "You like blue.", "quote": "blue is nice", "at": "2026-01-01T00:00:00+00:00"}
    total = {"cents": 4200, "currency": "EUR", "text": "€42.00"}
    order = {
        "order_number": "W1042",
        "status": "shipped",
        "status_text": "On its way to you",
        "expected": "Friday 27 November",
        "carrier": "Tern Parcel",
        "tracking_number": "TP123456789DE",
        "total": total,
        "lines": [{"title": "Stoneware mug", "quantity": 2}],
    }
    rows = [{"label": "Weight", "values": ["300 g", "310 g"]}, {"label": "Dishwasher-proof", "values": ["yes", "no"]}]
    items = [
        card(list_price=total, brand="Tidewater", colours=["blue"], **BLUE_MUG),
        card("LL-MUG-001-RED", title="A mug with a title that is longer than others", stock_text="Only 2 left"),
        card("LL-JUMP-003-M", title="Wool jumper", availability="out_of_stock"),
    ]
    titles = [item["title"] for item in items[:2]]
    comparison = {"item_ids": ["LL-MUG-001-BLU", "LL-MUG-001-RED"], "titles": titles, "rows": rows}
    text = "Here is **all** of it:\n- one\n- two\nSee https://example.org/a."
    return [
        say(text, ("Cheaper", "/a"), ("In another colour", "/b")),
        show(items=items, facts=[fact], order=order, comparison=comparison),
    ]


def violations(page: Page) -> list[str]:
    """What axe finds, one line each."""
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['html'][:120]} in {node['target']}" for rule in found for node in rule["nodes"]]


@pytest.fixture
def quiet(problems: list[str]) -> Any:
    """Forgets that a missing page was missing, and what the accessibility checker itself provokes."""
    yield
    problems[:] = [problem for problem in problems if "404" not in problem]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible(
    *, gateway: str, demo_catalogue: None, new_context: NewContext, screenshots: Path, quiet: None, scheme: str
) -> None:
    page = new_context(color_scheme=scheme, bypass_csp=True).new_page()
    found = {}
    for name, path in PAGES.items():
        ChatPage(page, gateway).visit(path)
        page.screenshot(path=screenshots / f"page-{name.replace(' ', '-')}-{scheme}.png", full_page=True)
        found[name] = violations(page)
    page.get_by_role("link", name="Cart").click()
    assert found == {name: [] for name in PAGES}


def test_a_full_cart(gateway: str, demo_catalogue: None, new_context: NewContext, screenshots: Path) -> None:
    page = new_context(bypass_csp=True).new_page()
    chat = ChatPage(page, gateway)
    for path in ("/item/LL-MUG-001-BLU", "/item/LL-MUG-001-BLU", "/item/LL-SHOE-012-GRN-42"):
        chat.visit(path)
        page.get_by_role("button", name="Add to cart").click()
        expect(page.locator("[data-toast]")).to_contain_text("is in your cart")
    page.get_by_role("link", name="Cart").click()
    expect(page.locator("[data-cart-count]")).to_have_text("3")
    expect(page.locator("[data-cart-total]")).to_have_text("€130.90")
    page.screenshot(path=screenshots / "page-cart.png")
    assert violations(page) == []
    page.get_by_role("button", name="One Stoneware mug less").click()
    expect(page.locator("[data-cart-total]")).to_have_text("€112.90")
    page.get_by_role("button", name="One Stoneware mug less").click()
    page.get_by_role("button", name="One Trail runner less").click()
    expect(page.locator("[data-cart-empty]")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_the_chat_is_accessible(
    *,
    rasa: FakeRasa,
    gateway: str,
    demo_catalogue: None,
    new_context: NewContext,
    screenshots: Path,
    quiet: None,
    scheme: str,
    screen: str,
) -> None:
    rasa.script = everything
    page = new_context(color_scheme=scheme, bypass_csp=True, **(PHONE if screen == "phone" else {})).new_page()
    chat = ChatPage(page, gateway).visit("/item/LL-MUG-001-BLU").open()
    page.screenshot(path=screenshots / f"chat-start-{screen}-{scheme}.png")
    assert violations(page) == []
    chat.say("everything")
    expect(chat.chips).to_have_count(2)
    page.wait_for_timeout(500)
    page.screenshot(path=screenshots / f"chat-cards-{screen}-{scheme}.png")
    assert violations(page) == []
    chat.host.locator("summary").click()
    chat.log.evaluate("(log) => log.scrollTo({ top: log.scrollHeight, behavior: 'instant' })")
    page.screenshot(path=screenshots / f"chat-end-{screen}-{scheme}.png")
    assert violations(page) == []


def test_dark_is_dark(gateway: str, demo_catalogue: None, new_context: NewContext) -> None:
    brightness = {}
    for scheme in ("light", "dark"):
        chat = ChatPage(new_context(color_scheme=scheme).new_page(), gateway).visit("/").open()
        for name, place in (("page", chat.page.locator("body")), ("panel", chat.panel)):
            colour = place.evaluate("(node) => getComputedStyle(node).backgroundColor.match(/[\\d.]+/g).map(Number)")
            brightness[scheme, name] = sum(colour[:3]) / 3
    assert min(brightness["light", "page"], brightness["light", "panel"]) > 240
    assert max(brightness["dark", "page"], brightness["dark", "panel"]) < 40


def test_on_a_phone_the_chat_fills_the_screen(
    rasa: FakeRasa, gateway: str, demo_catalogue: None, new_context: NewContext, quiet: None
) -> None:
    rasa.script = everything
    page = new_context(**PHONE).new_page()
    chat = ChatPage(page, gateway)
    for path in PAGES.values():
        chat.visit(path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 320, path
    chat.visit("/").open().say("everything")
    box = chat.panel.bounding_box()
    assert box
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 320, 640)
    assert chat.panel.evaluate("(panel) => panel.matches(':modal')")
    assert chat.log.evaluate("(log) => log.scrollWidth <= log.clientWidth")
    page.locator("#q").evaluate("(field) => field.focus()")
    assert page.evaluate("document.activeElement.id") != "q", "what lies behind a modal chat cannot be reached"
    page.keyboard.press("Escape")
    expect(chat.launcher).to_be_focused()


def test_targets_are_large_enough_for_a_finger(
    rasa: FakeRasa, gateway: str, demo_catalogue: None, new_context: NewContext, quiet: None
) -> None:
    rasa.script = everything
    chat = ChatPage(new_context(**PHONE).new_page(), gateway).visit("/")
    launcher = chat.launcher.bounding_box()
    assert launcher
    assert min(launcher["width"], launcher["height"]) >= 44
    chat.open().say("everything")
    chat.host.locator("summary").click()
    small = chat.panel.evaluate(
        """(panel) => [...panel.querySelectorAll("button, summary, textarea")]
          .filter((node) => node.checkVisibility())
          .map((node) => [node, node.getBoundingClientRect()])
          .filter(([, { width, height }]) => width < 44 || height < 44)
          .map(([node]) => node.outerHTML)"""
    )
    assert small == []


def test_the_window_may_change_its_size(gateway: str, demo_catalogue: None, page: Page) -> None:
    chat = ChatPage(page, gateway).visit("/").open().say("keep this")
    chat.input.fill("half a thought")
    page.set_viewport_size({"width": 400, "height": 700})
    page.wait_for_function(
        "() => document.querySelector('shop-chat').shadowRoot.querySelector('dialog').matches(':modal')"
    )
    expect(chat.input).to_have_value("half a thought")
    expect(chat.input).to_be_focused()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.wait_for_function(
        "() => !document.querySelector('shop-chat').shadowRoot.querySelector('dialog').matches(':modal')"
    )
    expect(chat.shopper).to_have_text("keep this")
    expect(chat.panel).to_be_visible()


RIGHT_TO_LEFT = """<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>متجر</title></head>
<body><h1>متجر</h1><script type="module" src="/widget/shop-chat.js"></script><shop-chat></shop-chat></body></html>"""


def test_a_page_from_right_to_left(rasa: FakeRasa, gateway: str, page: Page, screenshots: Path, quiet: None) -> None:
    rasa.script = everything
    headers = {"Content-Security-Policy": PAGE_POLICY, "Content-Type": "text/html; charset=utf-8"}
    page.route("**/rtl", lambda route: route.fulfill(body=RIGHT_TO_LEFT, headers=headers))
    chat = ChatPage(page, gateway, language="ar").visit("/rtl")
    launcher = chat.launcher.bounding_box()
    assert launcher
    assert launcher["x"] < 100
    chat.open().say("أريد كوبًا أزرق")
    page.screenshot(path=screenshots / "chat-rtl.png")
    assert chat.shopper.evaluate("(node) => getComputedStyle(node).direction") == "rtl"
    assert chat.bot.last.locator(".text").evaluate("(node) => getComputedStyle(node).direction") == "ltr"
    shopper, bot = chat.shopper.bounding_box(), chat.bot.last.locator(".text").bounding_box()
    assert shopper
    assert bot
    assert shopper["x"] < bot["x"], "the shopper speaks from the left here"
    strip = chat.host.locator(".cards")
    chat.cards.first.hover()
    chat.host.locator(".arrow").last.click()
    page.wait_for_timeout(600)
    assert strip.evaluate("(list) => list.scrollLeft") < -100


def test_no_motion_for_those_who_want_none(rasa: FakeRasa, gateway: str, new_context: NewContext) -> None:
    rasa.script = lambda _: [0.5, say("done")]
    chat = ChatPage(new_context(reduced_motion="reduce").new_page(), gateway).visit("/faq").open()
    chat.say("hello", wait=False)
    expect(chat.host.locator(".typing")).to_be_visible()
    assert chat.host.evaluate("(host) => host.shadowRoot.getAnimations().length") == 0
    assert chat.page.evaluate("document.getAnimations().length") == 0
    chat.settle()


STRICT = """<!doctype html><html lang="de-DE"><head><title>x</title><link rel="stylesheet" href="/odd.css"></head><body>
<script type="module" src="/widget/shop-chat.js"></script><shop-chat item="SKU-1" label="Fragen?"></shop-chat>
</body></html>"""
STRICT_HEADERS = {
    "Content-Type": "text/html",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'",
}
ODD_STYLES = """html { font-size: 8px }
* { text-align: center !important; letter-spacing: 3px }
button { display: none !important }"""


def test_a_strict_page_of_another_shop(gateway: str, page: Page) -> None:
    """Two lines of HTML are enough, under the strictest policy, in a page with odd styles of its own."""
    page.route("**/strict", lambda route: route.fulfill(body=STRICT, headers=STRICT_HEADERS))
    page.route("**/odd.css", lambda route: route.fulfill(body=ODD_STYLES, content_type="text/css"))
    chat = ChatPage(page, gateway, language="de").visit("/strict")
    expect(chat.launcher).to_have_text("Fragen?")
    chat.open().say("hello")
    assert chat.bot.last.evaluate("(node) => getComputedStyle(node).fontSize") == "16px"
    assert chat.bot.last.evaluate("(node) => getComputedStyle(node).textAlign") in ("start", "left")
