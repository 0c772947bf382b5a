"""The desk's questions as small forms, answered as a channel answers them: the values with commas between them."""

from __future__ import annotations

from actions.call import Reply
from actions.context import Context
from tests.actions.conftest import Desk
from tests.actions.talk import Talk, codes_sent, shopper_of


def labels(reply: Reply) -> list[str]:
    return [field["label"] for field in reply.rich.get("form", {}).get("fields", ())]


def say(desk: Desk, utterance: str, intent: str = "inform") -> Reply:
    return desk.says(utterance, intent, "action_desk")


def test_proof_of_identity_is_asked_for_in_forms(desk: Desk, context: Context) -> None:
    order = context.orders.orders("S001")[0]
    account = context.orders.account("S001")
    assert account is not None
    assert labels(say(desk, "where is my order", "order_status")) == ["Order number", "E-mail address"]
    asked = say(desk, f"{order.order_number}, {account.email}")
    assert labels(asked) == ["Code (six digits)"]
    (field,) = asked.rich["form"]["fields"]
    assert (field["autocomplete"], field["inputmode"]) == ("one-time-code", "numeric")
    (code,) = codes_sent(context)
    told = say(desk, code)
    assert told.rich["order"]["order_number"] == order.order_number
    assert labels(told) == []


def test_what_is_known_is_not_asked_for_again(desk: Desk, context: Context) -> None:
    order = context.orders.orders("S001")[0]
    assert labels(say(desk, f"where is my order {order.order_number}", "order_status")) == ["E-mail address"]


def test_the_form_stays_while_something_else_is_answered(desk: Desk) -> None:
    say(desk, "where is my order", "order_status")
    assert labels(say(desk, "how much is shipping?", "ask_shipping")) == ["Order number", "E-mail address"]


def test_an_address_is_asked_for_in_a_form(desk: Desk, context: Context) -> None:
    account, number = shopper_of("paid", context)
    Talk(desk, account)
    asked = say(desk, f"please change the address of order {number}", "change_address")
    assert labels(asked) == ["Street and number", "Postcode and city"]
    assert "Lindenstrasse 8" in say(desk, "Lindenstrasse 8, 10969 Berlin").text
