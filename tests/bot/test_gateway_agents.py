"""The people at the shop: they sign in, take a conversation over, answer in the shopper's chat, and hand it back."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest
from PIL import Image

from bot.settings import Settings
from profiling.store import Store
from profiling.store.tickets import Ticket, TicketMessage, TicketStore
from tests.bot.fake_rasa import FakeRasa
from tests.bot.servers import running_gateway
from tests.bot.shopper import Shopper

TOKEN = "a token for the people at the shop"
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, inbox_token=TOKEN)


@pytest.fixture
def agent(gateway: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=gateway, trust_env=False, follow_redirects=True) as client:
        answer = client.post("/inbox/login", data={"name": "Mina Roth", "token": TOKEN})
        assert "You are Mina Roth" in answer.text
        yield client


@pytest.fixture
def waiting(rasa: FakeRasa, settings: Settings, shopper: Shopper) -> str:
    """A shopper who has asked for a person; the id of the ticket."""
    shopper.ask("where is my <b>parcel</b>?")
    metadata, sender = rasa.received[0]["metadata"], rasa.received[0]["sender"]
    store = Store(settings.engine_path)
    ticket = Ticket(
        "ticket-1",
        metadata["shopper_id"],
        sender,
        "web",
        "negative",
        "Parcel <i>missing</i>",
        {"tried": ["Looked up W1042."], "facts": ["Your shoe size is 42."], "orders": ["W1042"], "account": ""},
        NOW,
        NOW,
    )
    TicketStore(store).open(ticket, [TicketMessage("m1", "shopper", "where is my <b>parcel</b>?", NOW)])
    store.close()
    return "ticket-1"


def act(agent: httpx.Client, ticket_id: str, do: str, **fields: str) -> httpx.Response:
    page = agent.get(f"/inbox/{ticket_id}").text
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)
    return agent.post(f"/inbox/{ticket_id}", data={"csrf": csrf[1] if csrf else "", "do": do, **fields})


def said(shopper: Shopper) -> list[tuple[str, str]]:
    return [(event.get("agent", ""), event["text"]) for event in shopper.history() if event["kind"] == "reply"]


def test_a_person_takes_over_answers_and_hands_back(
    rasa: FakeRasa, agent: httpx.Client, shopper: Shopper, waiting: str
) -> None:
    assert "Parcel &lt;i&gt;missing&lt;/i&gt;" in agent.get("/inbox").text
    page = agent.get(f"/inbox/{waiting}").text
    for expected in ("where is my &lt;b&gt;parcel&lt;/b&gt;?", "negative", "Looked up W1042.", "Your shoe size is 42."):
        assert expected in page
    shopper.ask("still there?")
    assert rasa.texts[-1] == "still there?"  # until somebody takes it, the bot answers
    assert "with Mina Roth" in act(agent, waiting, "take").text
    end = shopper.ask("it should have come on Monday")[-1]
    assert (rasa.texts[-1], end["degraded"]) == ("still there?", False)
    assert "it should have come on Monday" in agent.get(f"/inbox/{waiting}").text
    act(agent, waiting, "answer", text="I have asked the carrier.\r\nIt comes <tomorrow>.")
    assert said(shopper)[-2:] == [
        ("", "Mina Roth from our team is here now and reads what you write."),
        ("Mina Roth", "I have asked the carrier.\nIt comes <tomorrow>."),
    ]
    assert "Nobody waits." in act(agent, waiting, "close").text
    assert said(shopper)[-1][1].startswith("Mina Roth has handed you back to me, the bot.")
    shopper.ask("thank you")
    assert rasa.texts[-1] == "thank you"


def test_a_waiting_shopper_sees_the_answer_at_once(agent: httpx.Client, shopper: Shopper, waiting: str) -> None:
    last = shopper.history()[-1]["id"]
    act(agent, waiting, "take")
    (event,) = shopper.stream(1, after=last)
    assert event["message_id"] is None
    assert "Mina Roth" in event["text"]


def test_the_pictures_of_the_shopper_are_shown_to_agents_only(
    agent: httpx.Client, gateway: str, shopper: Shopper, waiting: str, visit: Callable[..., Shopper]
) -> None:
    out = io.BytesIO()
    Image.new("RGB", (4, 3), "red").save(out, "PNG")
    headers = {"Content-Type": "image/png"}
    ids = [
        one.http.post("/api/v1/images", content=out.getvalue(), headers=one.headers | headers).json()["image_id"]
        for one in (shopper, visit(gateway))
    ]
    address = f"/inbox/{waiting}/pictures/{ids[0]}"
    assert f'<img src="{address}"' in agent.get(f"/inbox/{waiting}").text
    assert agent.get(address).headers["content-type"] == "image/jpeg"
    assert agent.get(f"/inbox/{waiting}/pictures/{ids[1]}").status_code == 404, "somebody else's"
    assert agent.get(f"/inbox/no-such-ticket/pictures/{ids[0]}").status_code == 404
    assert httpx.get(f"{gateway}{address}", trust_env=False).headers["location"] == "/inbox/login"


def test_two_people_do_not_take_the_same(agent: httpx.Client, gateway: str, waiting: str) -> None:
    with httpx.Client(base_url=gateway, trust_env=False, follow_redirects=True) as other:
        other.post("/inbox/login", data={"name": "Jo", "token": TOKEN})
        page = other.get(f"/inbox/{waiting}").text
        csrf = re.findall(r'name="csrf" value="([^"]+)"', page)[0]
        act(agent, waiting, "take")
        late = other.post(f"/inbox/{waiting}", data={"csrf": csrf, "do": "take"})
    assert late.status_code == 409
    assert "Somebody else was quicker." in late.text


@pytest.mark.parametrize("do", ["answer", "close", "take"])
def test_a_form_of_another_site_does_nothing(agent: httpx.Client, waiting: str, shopper: Shopper, do: str) -> None:
    for csrf in ("", "guessed"):
        assert agent.post(f"/inbox/{waiting}", data={"csrf": csrf, "do": do, "text": "x"}).status_code == 403
    assert len(said(shopper)) == 1


def test_bad_answers_are_said_so(agent: httpx.Client, waiting: str) -> None:
    assert act(agent, waiting, "answer", text="too early").status_code == 409
    act(agent, waiting, "take")
    assert "Please write something." in act(agent, waiting, "answer", text=" \n").text
    assert "too long" in act(agent, waiting, "answer", text="x" * 2_001).text
    assert act(agent, waiting, "dance").status_code == 400
    assert agent.get("/inbox/no-such-ticket").status_code == 404


@pytest.mark.parametrize("cookie", ["", "x", "a.b.c.d", f"a.{2**40}.4d.0", "a.nan.4d."])
def test_without_signing_in_there_is_nothing_to_see(gateway: str, waiting: str, cookie: str) -> None:
    with httpx.Client(base_url=gateway, trust_env=False, cookies={"inbox": cookie} if cookie else {}) as nobody:
        for path in ("/inbox", f"/inbox/{waiting}"):
            assert nobody.get(path).headers["location"] == "/inbox/login"
        answer = nobody.post(f"/inbox/{waiting}", data={"do": "close", "csrf": ""})
        assert answer.headers["location"] == "/inbox/login"


def test_the_token_is_asked_for(gateway: str) -> None:
    for fields in ({"name": "Jo", "token": "guessed"}, {"name": "", "token": TOKEN}, {}):
        answer = httpx.post(f"{gateway}/inbox/login", data=fields, trust_env=False)
        assert (answer.status_code, answer.cookies.get("inbox")) == (403, None)
    answer = httpx.post(f"{gateway}/inbox/login", data={"name": "Jo", "token": TOKEN}, trust_env=False)
    flags = answer.headers["set-cookie"].lower()
    assert "httponly" in flags
    assert "samesite=strict" in flags


def test_guessing_tokens_is_slowed_down(settings: Settings) -> None:
    with running_gateway(replace(settings, messages_per_minute=6)) as url:
        wrong = {"name": "Jo", "token": "guessed"}
        codes = [httpx.post(f"{url}/inbox/login", data=wrong, trust_env=False).status_code for _ in range(8)]
    assert codes[0] == 403
    assert codes[-1] == 429


def test_without_a_token_there_is_no_inbox(settings: Settings, visit: Callable[..., Shopper]) -> None:
    with running_gateway(replace(settings, inbox_token="")) as url:
        for path in ("/inbox", "/inbox/login", "/inbox/x"):
            assert httpx.get(f"{url}{path}", trust_env=False).status_code == 404
        assert visit(url).ask("hello")[-1]["kind"] == "turn_end"
