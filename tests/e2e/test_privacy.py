"""What shoppers said about themselves, searched for in every file that the running system writes."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image

from bot.gateway_client import Event
from tests.bot.shopper import Shopper, texts
from tests.e2e.system import System, load_demo_shop, running_system

pytestmark = pytest.mark.system


def ask(shopper: Shopper, text: str) -> list[Event]:
    return shopper.until_end(shopper.send(text), limit_s=60)


def files_with(system: System, *words: str) -> list[str]:
    """Files under RAPPORT_HOME, write-ahead logs and process logs too, that hold one of the words in any case."""
    wanted = re.compile("|".join(map(re.escape, words)).encode(), re.IGNORECASE)
    return [
        f"{path.name}: {found[0]!r}"
        for path in sorted(system.settings.home.rglob("*"))
        if path.is_file() and "models" not in path.parts and (found := wanted.search(path.read_bytes()))
    ]


def test_personal_data_reaches_no_file(system: System) -> None:
    shopper = Shopper(system.url)
    ask(shopper, "hi, call me on +44 20 7946 0958 or write to wilhelmina.quimby@example.org")
    ask(shopper, "where is my order W1042")
    ask(shopper, "wilhelmina.quimby@example.org")
    ask(shopper, "my card is 4111 1111 1111 1111 and my iban DE89 3704 0044 0532 0130 00")
    shopper.close()
    assert files_with(system, "7946 0958", "79460958", "quimby", "4111 1111", "0044 0532") == []


@pytest.mark.timeout(900)  # a shop of its own is loaded and started
def test_with_a_passphrase_no_file_can_be_read(tmp_path: Path) -> None:
    pytest.importorskip("sqlcipher3")
    with running_system(tmp_path, RAPPORT_DATABASE_KEY="a passphrase") as system:
        load_demo_shop(system)
        system.start()
        shopper = Shopper(system.url)
        sent = io.BytesIO()
        Image.effect_noise((64, 64), 80).save(sent, "PNG")
        headers = {**shopper.headers, "content-type": "image/png"}
        image_id = shopper.http.post("/api/v1/images", content=sent.getvalue(), headers=headers).json()["image_id"]
        ask(shopper, "i hate wool, it reminds me of zanzibarian quokkas")
        shopper.until_end(shopper.send("a zanzibarian one", image_id=image_id), limit_s=60)
        ask(shopper, "where is my order W1042")
        ask(shopper, "anna@example.org")
        picture = shopper.http.get(f"/api/v1/images/{image_id}", headers=shopper.headers).content
        shopper.close()
        assert picture.startswith(b"\xff\xd8\xff")
        stored = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and "models" not in path.parts]
        for word in (b"zanzibarian", picture[:64], picture[-64:], b"anna@example", b"Keller", b"W1042"):
            assert not any(word in content for content in stored), word


def test_what_is_forgotten_is_in_no_file(system: System) -> None:
    shopper = Shopper(system.url)
    ask(shopper, "i hate wool, it reminds me of zanzibarian quokkas")
    ask(shopper, "a tent for two zanzibarian quokkas")
    assert files_with(system, "zanzibarian")
    assert "delete" in "\n".join(texts(ask(shopper, "delete everything you know about me")))
    assert "Done." in "\n".join(texts(ask(shopper, "yes")))
    again = "\n".join(texts(ask(shopper, "what do you know about me?")))
    shopper.close()
    assert again.startswith("Nothing yet")
    system.command("-m", "profiling", "backup", str(system.settings.home / "backup.db"))
    assert (system.settings.home / "backup.db").exists()
    assert files_with(system, "zanzibarian", "quokkas") == []
