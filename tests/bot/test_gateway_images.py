"""Pictures: what is taken, what is refused, who sees them, and when they are gone."""

from __future__ import annotations

import io
from collections.abc import Callable

import httpx
import pytest
from PIL import Image

from bot.settings import Settings
from tests.bot.fake_rasa import FakeRasa, say, show
from tests.bot.shopper import Shopper, error


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **more)
    return out.getvalue()


def upload(shopper: Shopper, raw: bytes, media_type: str = "image/jpeg") -> httpx.Response:
    return shopper.http.post("/api/v1/images", content=raw, headers=shopper.headers | {"Content-Type": media_type})


def fetch(shopper: Shopper, image_id: str) -> httpx.Response:
    return shopper.http.get(f"/api/v1/images/{image_id}", headers=shopper.headers)


@pytest.mark.parametrize(("kind", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def test_a_picture_travels_with_a_message(
    rasa: FakeRasa, shopper: Shopper, visit: Callable[..., Shopper], kind: str, media_type: str
) -> None:
    image_id = upload(shopper, picture(kind), media_type).json()["image_id"]
    answer = fetch(shopper, image_id)
    assert answer.headers["content-type"] == "image/jpeg"
    assert Image.open(io.BytesIO(answer.content)).size == (60, 40)
    events = shopper.ask("it came broken", image_id=image_id)
    assert (events[0]["text"], events[0]["image_id"]) == ("it came broken", image_id)
    sent = rasa.received[0]
    assert (sent["message"], sent["metadata"]["image_id"]) == ("it came broken", image_id)
    stranger = visit(str(shopper.http.base_url))
    assert error(fetch(stranger, image_id)) == (404, "unknown_image")
    body = {"message_id": "mine-instead", "text": "look", "image_id": image_id}
    assert error(stranger.post("messages", body)) == (404, "unknown_image")


def test_a_picture_needs_no_words(rasa: FakeRasa, shopper: Shopper) -> None:
    image_id = upload(shopper, picture()).json()["image_id"]
    body = {"message_id": "only-a-picture", "image_id": image_id}
    assert shopper.post("messages", body).status_code == 202
    assert shopper.until_end("only-a-picture")[0]["text"] == ""
    assert rasa.texts == ["I send you a picture."]


def test_a_picture_is_drawn_anew(shopper: Shopper) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "camera of Anna Keller"
    raw = picture(size=(2400, 1200), exif=exif) + b"<script>alert(1)</script>"
    content = fetch(shopper, upload(shopper, raw).json()["image_id"]).content
    assert Image.open(io.BytesIO(content)).size == (800, 1600)
    assert b"Anna" not in content
    assert b"script" not in content
    assert not Image.open(io.BytesIO(content)).getexif()


@pytest.mark.parametrize(
    ("raw", "media_type", "expected"),
    [
        (picture(), "image/svg+xml", (415, "bad_image_type")),
        (picture(), "text/html", (415, "bad_image_type")),
        (picture("GIF"), "image/gif", (415, "bad_image_type")),
        (picture("PNG"), "image/jpeg", (422, "bad_image")),
        (b"", "image/png", (422, "bad_image")),
        (b"<svg onload=alert(1)>", "image/png", (422, "bad_image")),
        (picture()[:200], "image/jpeg", (422, "bad_image")),
        (picture("PNG", (8000, 6000)), "image/png", (422, "too_many_pixels")),
        (b"\xff\xd8" + bytes(50_000_000), "image/jpeg", (413, "too_large")),
    ],
    ids=["svg", "html", "gif", "mislabelled", "empty", "markup", "cut off", "48 megapixels", "50 MB"],
)
def test_what_is_no_picture_is_refused(
    settings: Settings, shopper: Shopper, raw: bytes, media_type: str, expected: tuple[int, str]
) -> None:
    try:
        assert error(upload(shopper, raw, media_type)) == expected
    except httpx.WriteError:  # the server has hung up before everything was sent
        assert expected[0] == 413
    assert not list(settings.images_dir.glob("*"))


def test_there_is_an_end_to_pictures(shopper: Shopper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.gateway.images.MAX_IMAGES", 1)
    assert upload(shopper, picture()).status_code == 201
    assert error(upload(shopper, picture())) == (429, "too_many_images")


def test_forget_me_deletes_pictures(rasa: FakeRasa, settings: Settings, shopper: Shopper) -> None:
    image_id = upload(shopper, picture()).json()["image_id"]
    assert len(list(settings.images_dir.iterdir())) == 1
    rasa.script = lambda _: [say("Gone."), show(erase=True)]
    shopper.ask("forget me")
    assert list(settings.images_dir.iterdir()) == []
    assert error(fetch(shopper, image_id)) == (404, "unknown_image")
