"""The demo shop's pages, their headers, and the widget's files."""

from __future__ import annotations

import gzip
import re
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import httpx
import pytest

from bot.gateway.widget import FILES, FOLDER, LANGUAGES, served, served_words
from bot.settings import Settings
from tests.bot.servers import running_gateway

EMBED = '<script type="module" src="/widget/shop-chat.js"></script><shop-chat{}></shop-chat>'
REVIEWS = """review_id,handle,sku,rating,title,text,days_ago,verified
R0001,stoneware-mug,,5,Warm,"Keeps the <b>tea</b> warm, ""really"".",3.5,true
R0002,stoneware-mug,LL-MUG-001-BLU,2,,Chipped on day one.,40,false
R0003,trail-runner,,4,,Firm.,1,true
"""


@pytest.fixture
def shop(settings: Settings, demo_catalogue: None, tmp_path: Path) -> Iterator[httpx.Client]:
    """The demo shop with three reviews."""
    folder = tmp_path / "shop"
    shutil.copytree(settings.shop_dir, folder, ignore=shutil.ignore_patterns("reviews.csv"))
    (folder / "reviews.csv").write_text(REVIEWS, encoding="utf-8")
    with (
        running_gateway(replace(settings, shop_dir=folder)) as url,
        httpx.Client(base_url=url, trust_env=False) as client,
    ):
        yield client


def page(shop: httpx.Client, path: str, status: int = 200) -> str:
    response = shop.get(path)
    assert response.status_code == status, path
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return response.text


def words(html: str) -> str:
    """What a reader sees, spaces evened out."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_the_front_page(shop: httpx.Client) -> None:
    html = page(shop, "/")
    assert EMBED.format("") in html
    for expected in ("Larch & Loom", "Kitchen", "Shoes", "Clothing", "Lamps", "Stoneware mug", "€18.00", "€24.00"):
        assert expected in words(html), expected


def test_a_department_and_a_kind_in_it(shop: httpx.Client) -> None:
    assert "Trail runner" in words(page(shop, "/shop/shoes"))
    assert "from €89.90" in words(page(shop, "/shop/shoes"))
    assert "Trail runner" in words(page(shop, "/shop/shoes?type=running-shoes"))
    page(shop, "/shop/spaceships", 404)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("mug", "Stoneware mug"),
        ("MUGS", "Stoneware mug"),
        ("tidewater stone", "Stoneware mug"),
        ("elodie", "Élodie's wool jumper"),
        ("ÉLODIE’S JUMPER", "Élodie's wool jumper"),
        ("green shoe", "Trail runner"),
        ("<script>alert(1)</script>", "0 products"),
        ("unicorn", "0 products"),
        ("", "0 products"),
        ("x" * 5000, "0 products"),
    ],
)
def test_search(shop: httpx.Client, query: str, found: str) -> None:
    html = shop.get("/search", params={"q": query}).text
    assert found in words(html)
    assert "<script>alert" not in html


def test_an_item_with_its_variants(shop: httpx.Client) -> None:
    html = page(shop, "/item/LL-SHOE-012-BLK-42")
    assert EMBED.format(' item="LL-SHOE-012-BLK-42"') in html
    assert re.search(r'href="/item/LL-SHOE-012-BLK-42" aria-current="true"', html)
    assert re.search(r'href="/item/LL-SHOE-012-BLK-43" class="out"', html)
    assert 'href="/item/LL-SHOE-012-GRN-42"' in html
    assert "Size: 42" in words(html)
    assert "In stock" in words(html)
    assert "Only 2 left" in words(page(shop, "/item/LL-MUG-001-RED"))
    sold_out = page(shop, "/item/LL-JUMP-003-M")
    assert "Out of stock" in words(sold_out)
    assert re.search(r"<button[^>]* disabled>Add to cart", sold_out)
    page(shop, "/item/LL-NOTHING", 404)


def test_a_size_that_a_colour_does_not_come_in(shop: httpx.Client) -> None:
    html = page(shop, "/item/LL-SHOE-012-GRN-42")
    assert '<span class="gone">43</span>' in html
    assert 'href="/item/LL-SHOE-012-BLK-42"' in html


def test_a_product_by_its_handle(shop: httpx.Client) -> None:
    assert 'item="LL-MUG-001-BLU"' in page(shop, "/products/stoneware-mug")
    assert 'item="LL-MUG-001-RED"' in page(shop, "/products/stoneware-mug?sku=LL-MUG-001-RED")
    assert 'item="LL-MUG-001-BLU"' in page(shop, "/products/stoneware-mug?sku=nonsense")
    page(shop, "/products/nothing", 404)


def test_reviews(shop: httpx.Client) -> None:
    html = page(shop, "/item/LL-MUG-001-BLU")
    assert 'aria-label="3.5 out of 5 stars"' in html
    assert "2 reviews" in words(html)
    assert "Keeps the &lt;b&gt;tea&lt;/b&gt; warm" in html
    assert html.index("Keeps the") < html.index("Chipped on day one")
    assert '<h3 dir="auto">Warm</h3>' in html
    assert words(html).count("bought here") == 1
    assert "Nobody has written" in words(page(shop, "/item/LL-JUMP-003-M"))


def test_a_hostile_catalogue_stays_text(shop: httpx.Client, settings: Settings) -> None:
    evil = "<img src=x onerror=alert(1)> lamp"
    with sqlite3.connect(settings.engine_path) as conn:
        conn.execute(
            "UPDATE items SET title = ?, brand = ?, description = ?, size = ? WHERE item_id = 'LL-LAMP-666'", [evil] * 4
        )
        conn.execute("UPDATE catalogue_version SET version = version + 1")
    conn.close()
    html = page(shop, "/item/LL-LAMP-666") + page(shop, "/") + page(shop, "/shop/lamps")
    assert "<img src=x" not in html
    assert "<script>alert" not in html
    assert "&lt;img src=x onerror=alert(1)&gt; lamp" in html


def test_questions_and_policies(shop: httpx.Client) -> None:
    assert "How much does shipping cost?" in words(page(shop, "/faq"))
    html = page(shop, "/policies/shipping")
    assert "<table>" in html
    assert "Other EU countries" in words(html)
    page(shop, "/policies/nothing", 404)
    page(shop, "/policies/..%2fshop.yml", 404)


def test_the_cart_asks_for_what_things_cost_now(shop: httpx.Client) -> None:
    page(shop, "/cart")
    lines = shop.get("/cart/items", params={"ids": "LL-SHOE-012-BLK-43,nothing,LL-MUG-001-BLU,LL-MUG-001-BLU"}).json()
    assert [line["item_id"] for line in lines] == ["LL-SHOE-012-BLK-43", "LL-MUG-001-BLU"]
    assert lines[0] == {
        "item_id": "LL-SHOE-012-BLK-43",
        "title": "Trail runner",
        "details": "black, size 43",
        "price_cents": 8990,
        "currency": "EUR",
        "image_url": "/pictures/running-shoe/black.svg",
        "url": "/item/LL-SHOE-012-BLK-43",
        "available": False,
    }
    assert shop.get("/cart/items").json() == []


def test_a_change_of_the_catalogue_is_seen(shop: httpx.Client, settings: Settings) -> None:
    assert "€18.00" in page(shop, "/item/LL-MUG-001-BLU")
    with sqlite3.connect(settings.engine_path) as conn:
        conn.execute("UPDATE items SET price_cents = 1650 WHERE item_id = 'LL-MUG-001-BLU'")
        conn.execute("UPDATE catalogue_version SET version = version + 1")
    conn.close()
    assert "€16.50" in page(shop, "/item/LL-MUG-001-BLU")


def test_pictures(shop: httpx.Client) -> None:
    picture = shop.get("/pictures/mug/blue.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.headers["cache-control"] == "public, max-age=86400"
    assert picture.headers["content-security-policy"] == "default-src 'none'"
    assert picture.text.startswith("<svg")
    for path in ("/pictures/nothing/blue.svg", "/pictures/mug/nothing.svg", "/pictures/..%2f..%2fmug/blue.svg"):
        assert shop.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/", "/item/LL-MUG-001-BLU", "/no/such/page", "/healthz", "/widget/shop-chat.js", "/api/v1/history"]
)
def test_every_answer_has_its_headers(shop: httpx.Client, path: str) -> None:
    headers = shop.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy
    for part in (
        "default-src 'none'",
        "frame-ancestors 'none'",
        "script-src 'self'",
        "require-trusted-types-for 'script'",
    ):
        assert part in policy


@pytest.mark.parametrize("path", ["/", "/item/LL-SHOE-012-BLK-42", "/faq", "/policies/shipping", "/cart", "/missing"])
def test_pages_have_no_inline_code(shop: httpx.Client, path: str) -> None:
    html = shop.get(path).text
    assert re.findall(r"<script(?![^>]* src=)", html) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=\"", html) == []


def test_without_the_shop_s_files_the_pages_still_stand(settings: Settings, tmp_path: Path) -> None:
    bare = replace(settings, shop_dir=tmp_path / "nothing")
    with running_gateway(bare) as url, httpx.Client(base_url=url, trust_env=False) as client:
        assert [client.get(path).status_code for path in ("/", "/faq", "/cart", "/search?q=a")] == [200] * 4
        assert client.get("/pictures/mug/blue.svg").status_code == 404


# ---- the widget's files


def gzipped(content: bytes) -> int:
    return len(gzip.compress(content, 9))


def test_the_launcher_is_small() -> None:
    assert gzipped(served("shop-chat.js")) <= 4_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_widget_is_small(language: str) -> None:
    assert sum(gzipped(served(name)) for name in FILES) + gzipped(served_words(language)) <= 12_000


def test_the_words_are_served_in_the_languages_that_there_are(shop: httpx.Client) -> None:
    for language in LANGUAGES:
        response = shop.get(f"/widget/words/{language}.json")
        assert response.headers["content-type"] == "application/json"
        assert response.content == served_words(language)
    assert shop.get("/widget/words/fr.json").status_code == 404
    assert shop.get("/widget/words/..%2f..%2fsettings.json").status_code == 404


def test_every_module_is_served() -> None:
    modules = {path.name for path in FOLDER.glob("*.js")}
    assert modules == {part for parts in FILES.values() for part in parts}


def test_served_files_have_no_comments_and_no_markup(shop: httpx.Client) -> None:
    for name in FILES:
        response = shop.get(f"/widget/{name}")
        assert response.headers["content-type"].startswith("text/javascript")
        assert response.content == served(name)
        assert not re.search(r"^\s*(//|/\*|\*)", response.text, re.MULTILINE)
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|\bstyle=", response.text)
        assert set(re.findall(r'from "\./([\w.-]+)"|import\("\./([\w.-]+)"\)', response.text)) <= {
            ("shop-chat.js", ""),
            ("", "panel.js"),
        }
    assert shop.get("/widget/types.d.ts").status_code == 404
    assert shop.get("/widget/..%2fsettings.py").status_code == 404


@pytest.mark.parametrize("served_name", FILES)
def test_joined_modules_do_not_share_a_name(served_name: str) -> None:
    names = [
        name
        for part in FILES[served_name]
        for name in re.findall(
            r"^(?:export )?(?:const|let|class|function\*?) (\w+)", (FOLDER / part).read_text(), re.MULTILINE
        )
    ]
    assert len(names) == len(set(names))
