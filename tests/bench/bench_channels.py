"""The chat as shoppers feel it: bytes to load, time to open, time to the first reply, and what an idle stream costs.

The browser is Debian's Chromium at a quarter of the processor's speed; the first reply is measured through the running
system, with ten shoppers at once.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
from playwright.sync_api import CDPSession, Page, sync_playwright

from bot.gateway.widget import FILES, LANGUAGES, served, served_words
from bot.settings import Settings
from tests.bench.record import percentiles, write_result
from tests.bot.fake_rasa import FakeRasa
from tests.bot.servers import ROOT, gateway_process, running_app
from tests.e2e.conftest import ARGUMENTS, CHROMIUM
from tests.e2e.system import load_demo_shop, running_system

OPENINGS = 60
SLOWDOWN = 4
TAP_MS = 80
"""A finger stays on a button for 60 to 100 ms; the click comes when it leaves."""
SHOPPERS = 10
TURNS = 20
STREAMS = 2_000
STREAMS_A_SESSION = 8
UTTERANCES = ("hello", "a blue mug", "something cheaper", "where is my order?", "how do returns work?", "thank you")

READY = """async () => {
  const host = document.querySelector("shop-chat");
  const launcher = host.shadowRoot.querySelector(".launcher");
  const began = await new Promise((pressed) =>
    launcher.addEventListener("click", () => pressed(performance.now()), { capture: true, once: true }));
  for (;;) {
    const focused = host.shadowRoot.activeElement;
    if (focused && focused.closest("dialog[open]") && (focused.tagName === "TEXTAREA" || focused.role === "log")) break;
    await new Promise((done) => setTimeout(done));
  }
  await new Promise((done) => requestAnimationFrame(done));
  return performance.now() - began;
}"""


def sizes() -> dict[str, int]:
    """Bytes after gzip -9, as rasa-webchat's 211 kB were counted."""
    files = {name: len(gzip.compress(served(name), 9)) for name in FILES}
    words = {language: len(gzip.compress(served_words(language), 9)) for language in LANGUAGES}
    return {
        "before_opening_bytes": files["shop-chat.js"],
        "all_bytes_english": sum(files.values()) + words["en"],
        "all_bytes_largest_language": sum(files.values()) + max(words.values()),
    }


def openings() -> dict[str, Any]:
    """From the click to the conversation having the focus, painted: the first opening of a fresh browser, and later ones."""
    first, later = [], []
    with fake_gateway() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for _ in range(OPENINGS):
            context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
            page = context.new_page()
            page.goto(f"{url}/faq")
            devtools = context.new_cdp_session(page)
            devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
            page.wait_for_timeout(200)
            for times in (first, later):
                page.evaluate(f"void (window.ready = ({READY})())")
                tap(page, devtools)
                times.append(page.evaluate("ready"))
                page.evaluate("document.querySelector('shop-chat').close()")
                page.wait_for_timeout(50)
            context.close()
        browser.close()
    return {
        "first": percentiles(first),
        "later": percentiles(later),
        "processor_slowdown": SLOWDOWN,
        "load_average": os.getloadavg()[0],
    }


def tap(page: Page, devtools: CDPSession) -> None:
    """A finger on the launcher for as long as fingers are."""
    box = page.locator("shop-chat .launcher").bounding_box()
    assert box is not None
    point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    devtools.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    page.wait_for_timeout(TAP_MS)
    devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@contextmanager
def fake_gateway() -> Iterator[str]:
    """A gateway process of its own over a Rasa that echoes."""
    with tempfile.TemporaryDirectory() as home, running_app(FakeRasa().app()) as rasa_url:
        settings = Settings(home=Path(home), rasa_url=rasa_url, shop_dir=ROOT / "data" / "shop")
        with gateway_process(settings) as (url, _):
            yield url


async def first_replies(url: str) -> list[float]:
    """Milliseconds from sending a message to its first streamed reply, of shoppers who all talk at once."""

    async def shopper(http: httpx.AsyncClient, number: int) -> list[float]:
        token = (await http.post("/api/v1/sessions")).json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        took, sent_at, waiting = [], 0.0, ""
        async with http.stream("GET", "/api/v1/events", headers=headers) as stream:
            lines = stream.aiter_lines()
            for turn in range(TURNS):
                waiting, sent_at, answered = str(uuid.uuid4()), time.perf_counter(), False
                text = UTTERANCES[(turn + number) % len(UTTERANCES)]
                await http.post("/api/v1/messages", json={"message_id": waiting, "text": text}, headers=headers)
                async for line in lines:
                    event = json.loads(line.removeprefix("data: ")) if line.startswith("data: ") else {}
                    if event.get("message_id") != waiting:
                        continue
                    if event["kind"] == "reply" and not answered:
                        took.append((time.perf_counter() - sent_at) * 1000)
                        answered = True
                    if event["kind"] == "turn_end":
                        break
                await asyncio.sleep(1.0)  # people read before they write again
        return took

    async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as http:
        return [ms for part in await asyncio.gather(*(shopper(http, n) for n in range(SHOPPERS))) for ms in part]


def replies() -> dict[str, Any]:
    """The first reply through Rasa and the action server, after a warm-up."""
    with tempfile.TemporaryDirectory() as home, running_system(Path(home)) as system:
        load_demo_shop(system)
        system.start()
        asyncio.run(first_replies(system.url))
        took = asyncio.run(first_replies(system.url))
    return {"shoppers_at_once": SHOPPERS, "load_average": os.getloadavg()[0], **percentiles(took)}


async def idle_streams(url: str, pid: int) -> dict[str, Any]:
    """What the gateway's memory grows by with STREAMS open streams, and how long a reply then takes."""
    process = psutil.Process(pid)
    host, port = url.removeprefix("http://").split(":")
    async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as http:
        before, open_streams = process.memory_info().rss, []
        for _ in range(STREAMS // STREAMS_A_SESSION):
            token = (await http.post("/api/v1/sessions")).json()["token"]
            for _ in range(STREAMS_A_SESSION):
                reader, writer = await asyncio.open_connection(host, int(port), limit=4096)
                writer.write(
                    f"GET /api/v1/events HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
                )
                assert b" 200 " in await reader.readline()
                open_streams.append((reader, writer))
        await asyncio.sleep(20)  # more than one sign of life for each
        grown = process.memory_info().rss - before
        took = []
        headers = {"Authorization": f"Bearer {token}"}
        for _ in range(20):
            began = time.perf_counter()
            await http.post(
                "/api/v1/messages", json={"message_id": str(uuid.uuid4()), "text": "hello"}, headers=headers
            )
            took.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(0.1)
        alive = sum(not reader.at_eof() for reader, _ in open_streams)
        for _, writer in open_streams:
            writer.close()
    return {
        "open": alive,
        "kb_each": round(grown / 1000 / STREAMS, 1),
        "accepting_a_message_ms": round(statistics.median(took), 1),
    }


def streams() -> dict[str, Any]:
    """Idle streams on a gateway process of its own."""
    with tempfile.TemporaryDirectory() as home, running_app(FakeRasa().app()) as rasa_url:
        settings = Settings(home=Path(home), rasa_url=rasa_url, shop_dir=ROOT / "data" / "shop")
        with gateway_process(settings) as (url, process):
            return asyncio.run(idle_streams(url, process.pid))


def main() -> None:
    """Measures, prints and writes results/bench_channels.json."""
    metrics = {
        "size": sizes(),
        "size_of_others": {"rasa-webchat_bytes": 211_000, "deep-chat_bytes": 111_000},
        "opening": openings(),
        "idle_streams": streams(),
        "first_reply": replies(),
    }
    print(json.dumps(metrics, indent=1))
    path = write_result("bench_channels", data="data/shop", licence="Apache-2.0", n=SHOPPERS * TURNS, metrics=metrics)
    print(f"written to {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
