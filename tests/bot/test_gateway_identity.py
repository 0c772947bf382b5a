"""Who a shopper is: tokens of the shop, and what a stolen, expired or foreign one opens (nothing)."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.errors import ApiError, SettingsError
from bot.gateway.identity import IdentityCheck, sign
from bot.settings import Settings
from profiling.profile.memory import Memory
from profiling.store import Store
from profiling.vocabulary import load_vocabulary
from tests.bot.fake_rasa import FakeRasa, say
from tests.bot.servers import running_gateway
from tests.bot.shopper import Shopper, error
from tests.bot.test_gateway_engine import note_turn

SECRET = "a secret of the shop, long enough"
HMAC_SECRET = "another one for the simpler option"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, identity_secret=SECRET, identity_hmac_secret=HMAC_SECRET)


def token(secret: str = SECRET, *, algorithm: str = "HS256", **claims: Any) -> str:
    now = int(time.time())
    whole = {"sub": "S001", "aud": "rapport", "exp": now + 300, **claims}
    return jwt.encode({name: value for name, value in whole.items() if value is not None}, secret, algorithm=algorithm)


def hmac_identity(subject: str, secret: str = HMAC_SECRET) -> str:
    return f"hmac:{hmac.new(secret.encode(), subject.encode(), hashlib.sha256).hexdigest()}:{subject}"


def test_a_signed_token_proves_the_shopper(settings: Settings) -> None:
    check = IdentityCheck(settings)
    assert check.shopper(token()) == "S001"
    assert check.shopper(sign(settings, "S002")) == "S002"
    assert check.shopper(hmac_identity("anna@example.org")) == "anna@example.org"


def test_an_ed25519_key_of_the_shop_does_too(settings: Settings, tmp_path: Path) -> None:
    private = Ed25519PrivateKey.generate()
    pem = tmp_path / "shop.pem"
    pem.write_bytes(
        private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    signed = jwt.encode({"sub": "S001", "aud": "rapport", "exp": int(time.time()) + 60}, private, algorithm="EdDSA")
    check = IdentityCheck(replace(settings, identity_secret="", identity_public_key=pem))
    assert check.shopper(signed) == "S001"
    with pytest.raises(ApiError):
        check.shopper(token())
    with pytest.raises(ApiError):  # the public key is no shared secret
        check.shopper(jwt.encode({"sub": "S001"}, "x" * 40, algorithm="HS256"))


@pytest.mark.parametrize(
    "identity",
    [
        token(exp=int(time.time()) - 60),
        token(exp=int(time.time()) + 86_400),
        token(exp=None),
        token(aud="another shop"),
        token(aud=None),
        token(sub=None),
        token(sub=""),
        token(sub="guest:abc"),
        token(sub="x" * 101),
        token("the secret of some other shop, as long"),
        token(algorithm="HS512", secret="x" * 64),
        token(algorithm="none", secret=""),
        token() + "x",
        token().rsplit(".", 1)[0] + ".",
        "a.b.c",
        "hmac:",
        "hmac::S001",
        hmac_identity("S001", "the secret of some other shop, as long"),
        hmac_identity("S001").replace("S001", "S002"),
        "é",
        "\ud800",
    ],
)
def test_whatever_else_proves_nothing(settings: Settings, identity: str) -> None:
    with pytest.raises(ApiError) as caught:
        IdentityCheck(settings).shopper(identity)
    assert caught.value.status == 401


def test_without_keys_nobody_is_known(settings: Settings) -> None:
    check = IdentityCheck(replace(settings, identity_secret="", identity_hmac_secret=""))
    for identity in (token(), hmac_identity("S001"), "hmac:" + hmac.new(b"", b"S001", "sha256").hexdigest() + ":S001"):
        with pytest.raises(ApiError):
            check.shopper(identity)


def test_bad_keys_are_named(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="RAPPORT_IDENTITY_SECRET"):
        IdentityCheck(replace(settings, identity_secret="short"))
    with pytest.raises(SettingsError, match="RAPPORT_IDENTITY_PUBLIC_KEY"):
        IdentityCheck(replace(settings, identity_public_key=tmp_path / "missing.pem"))
    with pytest.raises(SettingsError, match="RAPPORT_IDENTITY_SECRET"):
        sign(replace(settings, identity_secret=""), "S001")
    assert SECRET not in repr(settings)


# ---- sessions of accounts


def open_as(url: str, identity: str) -> httpx.Response:
    return httpx.post(f"{url}/api/v1/sessions", json={"identity": identity}, trust_env=False)


def test_the_account_goes_on_where_it_was_on_another_device(gateway: str, visit: Callable[..., Shopper]) -> None:
    first, second = open_as(gateway, token()).json(), open_as(gateway, token()).json()
    assert first["session_id"] == second["session_id"]
    assert first["token"] != second["token"]
    visit(gateway, token=first["token"]).ask("from the phone")
    assert visit(gateway, token=second["token"]).history()[0]["text"] == "from the phone"
    assert open_as(gateway, token(sub="S002")).json()["session_id"] != first["session_id"]
    assert error(open_as(gateway, token(aud="another"))) == (401, "bad_identity")


def test_another_channel_goes_on_with_the_account_s_dialogue(
    rasa: FakeRasa, gateway: str, visit: Callable[..., Shopper]
) -> None:
    def opened(channel: str, sub: str = "S001") -> Shopper:
        body = {"identity": token(sub=sub), "channel": channel}
        return visit(
            gateway, token=httpx.post(f"{gateway}/api/v1/sessions", json=body, trust_env=False).json()["token"]
        )

    opened("web").ask("cancel my order")
    terminal = opened("terminal")
    terminal.ask("no")
    opened("terminal", sub="S002").ask("no")
    first, second, somebody_else = (message["sender"] for message in rasa.received)
    assert first == second != somebody_else
    assert [event["text"] for event in terminal.history() if event["kind"] == "message"] == ["no"]


def test_a_guest_signs_in_and_the_turns_are_the_account_s(rasa: FakeRasa, shopper: Shopper) -> None:
    shopper.ask("as a guest")
    assert shopper.post("identity", {"identity": token()}).json()["can_merge"] is False
    shopper.ask("as myself")
    before, after = (message["metadata"] for message in rasa.received)
    assert before["shopper_id"].startswith("guest:")
    assert (before["signed_in"], after["signed_in"], after["shopper_id"]) == (False, True, "S001")
    assert rasa.received[0]["sender"] == rasa.received[1]["sender"]
    assert [event["text"] for event in shopper.history() if event["kind"] == "message"] == ["as a guest", "as myself"]


def test_another_account_cannot_take_the_chat_over(shopper: Shopper) -> None:
    assert shopper.post("identity", {"identity": token()}).status_code == 200
    assert error(shopper.post("identity", {"identity": token(sub="S002")})) == (409, "other_account")


def test_a_sign_in_runs_out(shopper: Shopper, gateway: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.gateway.account.SIGNED_IN_S", -1)
    assert shopper.post("identity", {"identity": token()}).status_code == 200
    answer = shopper.http.get("/api/v1/history", headers=shopper.headers)
    assert error(answer) == (401, "unknown_token")


@pytest.mark.parametrize("merge", [True, False])
def test_the_guest_decides_what_the_account_takes_over(
    rasa: FakeRasa, settings: Settings, shopper: Shopper, merge: bool
) -> None:
    def script(sent: dict[str, Any]) -> list[Any]:
        note_turn(settings, sent["metadata"]["message_id"], sent["metadata"]["shopper_id"])
        return [say("Noted.")]

    rasa.script = script
    shopper.ask("my size is 42")
    assert shopper.post("identity", {"identity": token()}).json()["can_merge"] is True
    assert profile(shopper) == []
    answer = shopper.post("identity", {"identity": token(), "merge": merge})
    assert answer.json()["can_merge"] is False
    assert profile(shopper) == (["Your shoe size is 42."] if merge else [])
    assert shopper.post("identity", {"identity": token()}).json()["can_merge"] is False


def test_a_second_account_on_the_device_gets_nothing_of_the_guest_s(
    rasa: FakeRasa, settings: Settings, shopper: Shopper, gateway: str, visit: Callable[..., Shopper]
) -> None:
    def script(sent: dict[str, Any]) -> list[Any]:
        note_turn(settings, sent["metadata"]["message_id"], sent["metadata"]["shopper_id"])
        return [say("Noted.")]

    rasa.script = script
    shopper.ask("my size is 42")
    guest_id = rasa.received[0]["metadata"]["shopper_id"]
    assert shopper.post("identity", {"identity": token()}).json()["can_merge"] is True  # and nobody answers
    refused = shopper.post("identity", {"identity": token(sub="S002"), "merge": True})
    assert error(refused) == (409, "other_account")
    second = visit(gateway, token=open_as(gateway, token(sub="S002")).json()["token"])
    assert second.post("identity", {"identity": token(sub="S002"), "merge": True}).json()["can_merge"] is False
    assert profile(second) == []
    memory = Memory(Store(settings.engine_path), load_vocabulary(None).product_types)
    assert [len(memory.profile(whose).facts) for whose in (guest_id, "S001", "S002")] == [1, 0, 0]


def test_a_guest_who_is_part_of_one_account_cannot_join_another(
    rasa: FakeRasa, settings: Settings, shopper: Shopper
) -> None:
    def script(sent: dict[str, Any]) -> list[Any]:
        note_turn(settings, sent["metadata"]["message_id"], sent["metadata"]["shopper_id"])
        return [say("Noted.")]

    rasa.script = script
    shopper.ask("my size is 42")
    memory = Memory(Store(settings.engine_path), load_vocabulary(None).product_types)
    memory.merge(rasa.received[0]["metadata"]["shopper_id"], "S002", proof="owner")
    assert error(shopper.post("identity", {"identity": token(), "merge": True})) == (409, "other_account")


def profile(shopper: Shopper) -> list[str]:
    answer = shopper.http.get("/api/v1/profile", headers=shopper.headers)
    assert answer.status_code == 200, answer.text
    return [fact["text"] for fact in answer.json()["facts"]]


def test_a_broken_store_does_not_stop_a_guest(
    rasa: FakeRasa, settings: Settings, visit: Callable[..., Shopper]
) -> None:
    settings.home.mkdir(parents=True)
    settings.engine_path.write_bytes(b"no database" * 100)
    with running_gateway(settings) as url:
        shopper = visit(url)
        assert shopper.ask("hello")[-1]["kind"] == "turn_end"
        assert error(shopper.http.get("/api/v1/profile", headers=shopper.headers)) == (503, "store_unavailable")


# ---- the profile


def test_a_fact_is_seen_and_taken_back(
    rasa: FakeRasa, settings: Settings, gateway: str, shopper: Shopper, visit: Callable[..., Shopper]
) -> None:
    def script(sent: dict[str, Any]) -> list[Any]:
        note_turn(settings, sent["metadata"]["message_id"], sent["metadata"]["shopper_id"])
        return [say("Noted.")]

    rasa.script = script
    shopper.ask("my size is 42")
    stranger = visit(gateway)
    answer = shopper.http.get("/api/v1/profile", headers=shopper.headers).json()
    (fact,) = answer["facts"]
    assert (answer["signed_in"], fact["text"], fact["quote"]) == (False, "Your shoe size is 42.", "42")
    address = f"/api/v1/profile/facts/{fact['fact_id']}"
    assert error(stranger.http.delete(address, headers=stranger.headers)) == (404, "unknown_fact")
    assert profile(shopper) == ["Your shoe size is 42."]
    assert shopper.http.delete(address, headers=shopper.headers).status_code == 204
    assert profile(shopper) == []
    assert error(shopper.http.delete(address, headers=shopper.headers)) == (404, "unknown_fact")


@pytest.fixture
def known(rasa: FakeRasa, settings: Settings, shopper: Shopper) -> dict[str, str]:
    """The fact of a shopper who has said that their size is 42."""

    def script(sent: dict[str, Any]) -> list[Any]:
        note_turn(settings, sent["metadata"]["message_id"], sent["metadata"]["shopper_id"])
        return [say("Noted.")]

    rasa.script = script
    shopper.ask("my size is 42")
    (fact,) = shopper.http.get("/api/v1/profile", headers=shopper.headers).json()["facts"]
    return dict(fact)


def test_a_fact_is_corrected_and_that_is_undone(known: dict[str, str], shopper: Shopper) -> None:
    address = f"/api/v1/profile/facts/{known['fact_id']}"
    corrected = shopper.http.put(address, json={"value": " 43 "}, headers=shopper.headers)
    assert corrected.status_code == 200, corrected.text
    assert (corrected.json()["text"], corrected.json()["quote"]) == ("Your shoe size is 43.", "43")
    assert profile(shopper) == ["Your shoe size is 43."]
    assert error(shopper.http.put(address, json={"value": "44"}, headers=shopper.headers)) == (404, "unknown_fact")
    undone = shopper.post("profile/undo", {}).json()
    assert ([fact["text"] for fact in undone["removed"]], [fact["text"] for fact in undone["restored"]]) == (
        ["Your shoe size is 43."],
        ["Your shoe size is 42."],
    )
    assert [fact["text"] for fact in shopper.post("profile/undo", {}).json()["removed"]] == ["Your shoe size is 42."]
    assert shopper.post("profile/undo", {}).json() == {"removed": [], "restored": []}


@pytest.mark.parametrize("value", ["", "  ", "blue", "the usual", 43, None, "4" * 81])
def test_a_value_of_another_kind_changes_nothing(known: dict[str, str], shopper: Shopper, value: object) -> None:
    address = f"/api/v1/profile/facts/{known['fact_id']}"
    assert error(shopper.http.put(address, json={"value": value}, headers=shopper.headers)) == (422, "bad_value")
    assert profile(shopper) == ["Your shoe size is 42."]


def test_a_copy_of_everything_is_handed_over(known: dict[str, str], shopper: Shopper) -> None:
    answer = shopper.http.get("/api/v1/profile/export", headers=shopper.headers)
    assert answer.headers["content-disposition"] == 'attachment; filename="my-data.json"'
    copy = answer.json()
    assert [fact["text"] for fact in copy["facts"]] == ["Your shoe size is 42."]
    assert [turn["utterance"] for turn in copy["turns"]] == ["my size is 42"]
    ((conversation),) = copy["conversations"]
    assert conversation["channel"] == "web"
    assert [event["kind"] for event in conversation["events"]] == ["message", "reply", "turn_end"]


def test_a_no_deletes_what_is_known_and_is_kept(known: dict[str, str], shopper: Shopper) -> None:
    def consent() -> str:
        return str(shopper.http.get("/api/v1/profile", headers=shopper.headers).json()["consent"])

    assert consent() == "unasked"
    for answer, left in (("given", 1), ("refused", 0)):
        body = {"consent": answer}
        noted = shopper.http.put("/api/v1/profile/consent", json=body, headers=shopper.headers)
        assert (noted.json(), consent(), len(profile(shopper))) == (body, answer, left)
    odd = shopper.http.put("/api/v1/profile/consent", json={"consent": "perhaps"}, headers=shopper.headers)
    assert error(odd) == (422, "bad_consent")


def test_a_guest_is_taken_out_of_the_account_again(known: dict[str, str], shopper: Shopper) -> None:
    def can_split() -> bool:
        return bool(shopper.http.get("/api/v1/profile", headers=shopper.headers).json()["can_split"])

    assert error(shopper.post("profile/split", {})) == (409, "nothing_merged")
    shopper.post("identity", {"identity": token(), "merge": True})
    assert (profile(shopper), can_split()) == (["Your shoe size is 42."], True)
    assert shopper.post("profile/split", {}).status_code == 204
    assert (profile(shopper), can_split()) == ([], False)
    assert shopper.post("identity", {"identity": token()}).json()["can_merge"] is True


def test_to_forget_everything_means_the_undecided_guest_too(known: dict[str, str], shopper: Shopper) -> None:
    assert shopper.post("identity", {"identity": token()}).json()["can_merge"] is True
    shopper.http.delete("/api/v1/profile", headers=shopper.headers)
    assert shopper.post("identity", {"identity": token(), "merge": True}).json()["can_merge"] is False
    assert profile(shopper) == []


@pytest.mark.parametrize("caller", ["a stranger", "an expired session", "nobody"])
def test_a_profile_is_for_its_shopper_alone(
    known: dict[str, str], gateway: str, shopper: Shopper, visit: Callable[..., Shopper], caller: str
) -> None:
    """Nobody else reads or changes anything, whatever ids they know."""
    stranger = visit(gateway)
    headers = {} if caller == "nobody" else stranger.headers
    if caller == "an expired session":
        headers = {"Authorization": "Bearer " + "x" * 32}
    fact = f"facts/{known['fact_id']}"
    calls: list[tuple[str, str, object]] = [
        ("GET", "", None),
        ("GET", "export", None),
        ("PUT", fact, {"value": "43"}),
        ("DELETE", fact, None),
        ("POST", "undo", {}),
        ("POST", "split", {}),
        ("PUT", "consent", {"consent": "refused"}),
        ("DELETE", "", None),
    ]
    for method, path, body in calls:
        answer = stranger.http.request(method, f"/api/v1/profile/{path}".rstrip("/"), json=body, headers=headers)
        if caller != "a stranger":
            assert answer.status_code == 401, path
        assert "42" not in answer.text.replace(known["fact_id"], ""), path
    assert profile(shopper) == ["Your shoe size is 42."]
    assert shopper.http.get("/api/v1/profile", headers=shopper.headers).json()["consent"] == "unasked"
    assert shopper.history()[0]["text"] == "my size is 42"


def test_everything_is_forgotten_at_once(rasa: FakeRasa, settings: Settings, shopper: Shopper) -> None:
    def script(sent: dict[str, Any]) -> list[Any]:
        note_turn(settings, sent["metadata"]["message_id"], sent["metadata"]["shopper_id"])
        return [say("Noted.")]

    rasa.script = script
    shopper.ask("my size is 42")
    assert shopper.http.delete("/api/v1/profile", headers=shopper.headers).json() == {"facts_count": 1}
    assert profile(shopper) == []
    assert [event["kind"] for event in shopper.history()] == ["erased"]
    stored = b"".join(file.read_bytes() for file in settings.home.glob("*.db*"))
    assert b"my size is 42" not in stored
