"""What a shopper asks for in words other than the plain verbs, and what is not asked for at all."""

from __future__ import annotations

import pytest

from actions.desk.acts import act_of
from actions.desk.wishes import read_wishes


@pytest.mark.parametrize(
    ("said", "act"),
    [
        ("the lamp has to go back", "return"),
        ("of that order everything goes back", "return"),
        ("can you take the boots back?", "return"),
        ("I would like a black bike in place of the red bike", "swap"),
        ("the watch I bought should have a white dial", "swap"),
        ("the kettle I ordered is too small, I want the 2 liter one", "swap"),
        ("I want my watch in gold", "swap"),
        ("I do not need the order with the speaker any more", "cancel"),
        ("I'd like to have the order with the camera paid by credit card", "payment"),
        ("put the order on my credit card", "payment"),
        ("the lamp and the mug should go to my home in Denver", "address"),
        ("the boots I ordered need to be waterproof", "swap"),
        ("I want to trade the red scarf for a green one", "swap"),
        ("I'd like a refund for the shoes", "return"),
        ("please hand the kettle back for me", "return"),
        ("make the shirt a size L", "swap"),
        ("turn the blue mug into a red one", "swap"),
        ("can I have the lamp in white instead of black", "swap"),
        ("I want a larger bag than the one I ordered", "swap"),
        ("I picked the wrong color for the backpack", "swap"),
        ("please drop the order with the grill", "cancel"),
        ("stop order W1010 before it ships", "cancel"),
        ("my order should come to 1 Main Street, Austin, TX 78701", "address"),
        ("send the lamp to my house in Chicago", "address"),
        ("switch the order to my credit card", "payment"),
        ("use PayPal for the order with the lamp", "payment"),
        ("I would like to have both mugs refunded", "return"),
        ("I no longer want the lamp", "cancel"),
        ("I don't need the camera any more", "cancel"),
        ("what did my mug cost?", "total"),
        ("I want to know what my mug cost", "total"),
        ("please have that in my profile", "account_address"),
    ],
)
def test_a_wish_without_its_plain_verb(said: str, act: str) -> None:
    assert act_of(said) == act


@pytest.mark.parametrize(
    "said",
    [
        "I want to go back",
        "the money goes back to my card",
        "the lamp should have been delivered",
        "I want my order in two days",
        "the difference should be settled through PayPal",
        "it should have a USB port",
        "my account needs to be deleted",
        "the parcel has to be here by Friday",
        "do you have the same jacket in blue",
        "when do I get my money back",
        "have you refunded me yet",
        "until when do you take it back",
        "the order was paid by PayPal",
    ],
)
def test_what_is_no_wish_of_that_kind(said: str) -> None:
    assert act_of(said) not in {"return", "swap", "payment"}


def test_two_things_done_to_one_order_are_two_wishes() -> None:
    said = "I would like to have the order with the camera paid by credit card and sent to my home in Denver"
    wishes = read_wishes(said)
    assert [wish.act for wish in wishes] == ["payment", "address"]
    assert all("order with the camera" in wish.text for wish in wishes)


@pytest.mark.parametrize(
    "said",
    ["The mug arrived broken, I'd like a refund for the mug", "The mug arrived broken. I'd like a refund for it."],
)
def test_money_for_a_broken_thing_is_a_problem_and_no_return(said: str) -> None:
    assert [wish.act for wish in read_wishes(said)] == ["problem"]
