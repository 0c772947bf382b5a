"""A code by which a guest on one device becomes the shopper of another."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from bot.settings import Settings
from profiling.store import Store
from tests.bot.shopper import Shopper, error
from tests.bot.test_gateway_identity import known, profile, settings, token

__all__ = ["known", "settings"]


def test_a_guest_becomes_a_shopper_of_another_device_by_a_code(
    known: dict[str, str], shopper: Shopper, visit: Callable[..., Shopper], gateway: str, settings: Settings
) -> None:
    def code_of(device: Shopper) -> str:
        made = device.post("profile/codes", {})
        assert (made.status_code, made.json()["expires_in_s"]) == (201, 600)
        return str(made.json()["code"])

    def join(device: Shopper, code: object) -> httpx.Response:
        return device.post("profile/join", {"code": code})

    phone, thief, account = visit(gateway), visit(gateway), visit(gateway)
    account.post("identity", {"identity": token(sub="S002")})
    code = code_of(shopper)
    assert error(join(account, code)) == (409, "not_a_guest")
    assert error(join(shopper, code)) == (409, "bad_code")  # one's own: it stays unused
    assert error(join(thief, "invented")) == (409, "bad_code")
    for odd in ("", " ", None, 7, "x" * 200):
        assert error(join(thief, odd)) == (422, "bad_code")
    assert join(phone, f" {code} ").status_code == 204
    assert profile(phone) == profile(shopper) == ["Your shoe size is 42."]
    assert error(join(thief, code)) == (409, "bad_code")  # used
    late = code_of(shopper)
    store = Store(settings.engine_path)
    with store.writing():
        store.db.conn.execute("UPDATE link_codes SET expires_at = '2026-01-01T00:00:00+00:00' WHERE used_at IS NULL")
    store.close()
    assert error(join(thief, late)) == (409, "bad_code")
    assert profile(thief) == []
    assert phone.post("profile/split", {}).status_code == 204
    assert (profile(phone), profile(shopper)) == ([], ["Your shoe size is 42."])
