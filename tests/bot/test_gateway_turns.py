"""A turn from the message to its end: what is said, in which order, and what happens when Rasa fails."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest
from starlette.responses import PlainTextResponse

from bot.settings import Settings
from tests.bot.fake_rasa import FakeRasa, card, echo, say, show
from tests.bot.servers import running_gateway
from tests.bot.shopper import Shopper, texts


def test_a_message_is_answered(rasa: FakeRasa, shopper: Shopper) -> None:
    message, reply, end = shopper.ask("Hello there", item_id="LL-MUG-001-BLU")
    assert (message["kind"], message["text"]) == ("message", "Hello there")
    assert (reply["kind"], reply["text"], reply["quick_replies"]) == ("reply", "You said: Hello there", [])
    assert end["kind"] == "turn_end"
    assert end["degraded"] is False
    assert (end["intent"], end["language"], end["facts"]) == (None, None, [])
    assert 0 <= end["ms"] < 2_000
    sent = rasa.received[0]
    assert sent["sender"].startswith("web-")
    assert sent["metadata"] == {
        "message_id": message["message_id"],
        "shopper_id": sent["metadata"]["shopper_id"],
        "channel": "web",
        "item_id": "LL-MUG-001-BLU",
        "image_id": None,
        "locale": "en",
        "signed_in": False,
    }
    assert sent["metadata"]["shopper_id"].startswith("guest:")


def test_text_and_its_rich_part_are_one_reply(rasa: FakeRasa, shopper: Shopper) -> None:
    rasa.script = lambda _: [
        say("Two mugs:"),
        show(slate_id="s1", items=[card(), card("LL-MUG-002-RED")]),
        say("More?"),
    ]
    _, mugs, more, _ = shopper.ask("a mug")
    assert [item["item_id"] for item in mugs["items"]] == ["LL-MUG-001-BLU", "LL-MUG-002-RED"]
    assert (mugs["text"], mugs["slate_id"], more["text"]) == ("Two mugs:", "s1", "More?")


def test_a_text_does_not_wait_for_a_slow_rich_part(rasa: FakeRasa, shopper: Shopper) -> None:
    rasa.script = lambda _: [say("One moment"), 0.7, show(items=[card()])]
    _, text, items, _ = shopper.ask("a mug")
    assert (text["text"], "items" in text) == ("One moment", False)
    assert (items["text"], len(items["items"])) == ("", 1)


def test_a_rich_part_that_breaks_the_contract_is_left_out(rasa: FakeRasa, shopper: Shopper) -> None:
    rasa.script = lambda _: [say("Here:"), show(items=[{"item_id": "only"}], script="<script>")]
    _, reply, end = shopper.ask("a mug")
    assert (reply["text"], "items" in reply, "script" in reply, end["degraded"]) == ("Here:", False, False, False)


def test_the_same_message_counts_once(rasa: FakeRasa, shopper: Shopper) -> None:
    body = {"message_id": str(uuid.uuid4()), "text": "once"}
    answers = [shopper.post("messages", body).json()["duplicate"] for _ in range(3)]
    shopper.until_end(body["message_id"])
    assert answers == [False, True, True]
    assert rasa.texts == ["once"]
    assert len(shopper.history()) == 3


def test_turns_of_a_session_keep_their_order(rasa: FakeRasa, shopper: Shopper) -> None:
    rasa.script = lambda message: [0.4 if message["message"] == "slow" else 0.0, *echo(message)]
    first, second = shopper.send("slow"), shopper.send("quick")
    shopper.until_end(second)
    assert rasa.most_running == 1
    kinds = [(event["kind"], event["message_id"] == first) for event in shopper.history() if event["kind"] != "message"]
    assert kinds == [("reply", True), ("turn_end", True), ("reply", False), ("turn_end", False)]


def test_sessions_do_not_wait_for_each_other(rasa: FakeRasa, gateway: str, visit: Callable[..., Shopper]) -> None:
    rasa.script = lambda message: [0.5 if message["message"] == "slow" else 0.0, *echo(message)]
    slow, quick = visit(gateway), visit(gateway)
    waiting = slow.send("slow")
    started = time.monotonic()
    quick.ask("quick")
    assert time.monotonic() - started < 0.4
    slow.until_end(waiting)


def test_a_turn_goes_on_when_the_browser_is_gone(rasa: FakeRasa, shopper: Shopper) -> None:
    rasa.script = lambda message: [0.4, *echo(message)]
    message_id = shopper.send("I close the lid")
    assert [event["kind"] for event in shopper.stream(1)] == ["message"]
    assert texts(shopper.until_end(message_id)) == ["You said: I close the lid"]


# ---- Rasa fails


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(lambda _: [], id="nothing"),
        pytest.param(lambda _: [show(), {"recipient_id": "x", "text": "  "}], id="only empty replies"),
        pytest.param(lambda _: [b"{not json}\n", b"[1]\n", b"\xff\xfe\n"], id="malformed lines"),
        pytest.param(lambda _: PlainTextResponse("Traceback ...", status_code=500), id="error 500"),
        pytest.param(lambda _: [1.5, say("too late")], id="slow first line"),
        pytest.param(lambda _: [b"x" * 1_100_000], id="line without end"),
    ],
)
def test_silence_becomes_an_honest_sentence(rasa: FakeRasa, shopper: Shopper, script: Callable[..., object]) -> None:
    rasa.script = script  # type: ignore[assignment]
    _, reply, end = shopper.ask("anybody?")
    assert "I cannot answer right now" in reply["text"]
    assert "help@larch-and-loom.example" in reply["text"]
    assert end["degraded"] is True


def test_rasa_down(settings: Settings, visit: Callable[..., Shopper]) -> None:
    with running_gateway(replace(settings, rasa_url="http://127.0.0.1:9")) as url:
        shopper = visit(url)
        _, reply, end = shopper.ask("anybody?")
        assert "I cannot answer right now" in reply["text"]
        assert end["degraded"] is True
        health = shopper.http.get("/healthz")
        assert (health.status_code, health.json()["status"]) == (200, "degraded")
        assert health.json()["parts"] == {"rasa": False, "actions": False, "store": True}


def test_a_malformed_line_does_not_hide_the_others(rasa: FakeRasa, shopper: Shopper) -> None:
    rasa.script = lambda _: [say("first"), b"{broken\n", say("second")]
    assert texts(shopper.ask("go on")) == ["first", "second"]


def test_an_answer_that_breaks_off_is_admitted(rasa: FakeRasa, shopper: Shopper) -> None:
    rasa.script = lambda _: [say("The first half"), 3.0, say("The second half")]
    _, first, sorry, end = shopper.ask("tell me all")
    assert first["text"] == "The first half"
    assert "this may not be all" in sorry["text"]
    assert end["degraded"] is True


def test_the_next_turn_works_again(rasa: FakeRasa, shopper: Shopper) -> None:
    rasa.script = lambda _: PlainTextResponse("", status_code=500)
    shopper.ask("one")
    rasa.script = echo
    assert texts(shopper.ask("two")) == ["You said: two"]


# ---- payloads


SLASHES = [
    "/forget_me",
    "  /forget_me",
    "\n\t/restart",
    "\u00a0/forget_me",
    "\u200b/forget_me",
    '/inform{"order_number": "W1"}',
]


@pytest.mark.parametrize("text", SLASHES)
def test_a_typed_slash_is_never_a_payload(rasa: FakeRasa, shopper: Shopper, text: str) -> None:
    message, *_ = shopper.ask(text)
    assert message["text"] == text.strip()
    (sent,) = rasa.texts
    assert sent == f"‘{text.strip()}"
    assert not sent.strip().startswith("/")


def test_a_quick_reply_sends_its_payload(rasa: FakeRasa, shopper: Shopper) -> None:
    rasa.script = lambda message: [
        say("Sure?", ("Yes", "/affirm"), ("Delete it", '/forget_me{"a": 1}'), ("Tell me", ""))
    ]
    _, question, _ = shopper.ask("forget me")
    assert question["quick_replies"] == [{"title": "Yes"}, {"title": "Delete it"}, {"title": "Tell me"}]
    for index in range(3):
        shopper.until_end(shopper.choose(question, index))
    assert rasa.texts[1:] == ["/affirm", '/forget_me{"a": 1}', "Tell me"]
    assert [e["text"] for e in shopper.history() if e["kind"] == "message"][1:] == ["Yes", "Delete it", "Tell me"]


def test_choices_of_others_are_refused(
    rasa: FakeRasa, gateway: str, shopper: Shopper, visit: Callable[..., Shopper]
) -> None:
    rasa.script = lambda _: [say("Sure?", ("Yes", "/affirm"))]
    message, question, end = shopper.ask("cancel my order")
    stranger = visit(gateway)
    for asker, event_id, index in [
        (stranger, question["id"], 0),
        (shopper, question["id"], 1),
        (shopper, message["id"], 0),
        (shopper, end["id"], 0),
        (shopper, 99_999, 0),
    ]:
        body = {"message_id": str(uuid.uuid4()), "choice": {"event_id": event_id, "index": index}}
        response = asker.post("messages", body)
        assert (response.status_code, response.json()["error"]["code"]) == (404, "unknown_choice")
    assert len(rasa.received) == 1


# ---- forgetting


def test_erasing_leaves_nothing_behind(rasa: FakeRasa, shopper: Shopper, settings: Settings) -> None:
    shopper.ask("my secret is kumquat")
    last_id = shopper.history()[-1]["id"]
    rasa.script = lambda _: [say("All of it is gone."), show(erase=True)]
    message_id = shopper.send("forget me, kumquat")
    deadline = time.monotonic() + 5
    while shopper.history()[-1]["message_id"] != message_id or shopper.history()[-1]["kind"] != "turn_end":
        assert time.monotonic() < deadline, shopper.history()
        time.sleep(0.02)
    erased, reply, end = shopper.history()
    assert (erased["kind"], reply["text"], end["message_id"]) == ("erased", "All of it is gone.", message_id)
    assert "erase" not in reply
    assert erased["id"] > last_id
    assert [event["kind"] for event in shopper.poll(last_id + 1)] == ["erased", "reply", "turn_end"]
    for file in settings.home.glob("gateway.db*"):
        assert b"kumquat" not in file.read_bytes(), file.name
    rasa.script = echo
    assert texts(shopper.ask("still there?")) == ["You said: still there?"]


def test_a_message_that_came_after_the_wish_to_be_forgotten_is_kept(rasa: FakeRasa, shopper: Shopper) -> None:
    rasa.script = lambda message: [0.3, show(erase=True)] if message["message"] == "forget me" else echo(message)
    shopper.send("forget me")
    later = shopper.send("and now a mug")
    assert texts(shopper.until_end(later)) == ["You said: and now a mug"]
