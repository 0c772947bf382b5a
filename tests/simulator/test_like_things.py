"""Things that are told from others of their kind, or are to be like one of them; on the small shop of another test."""

from __future__ import annotations

import pytest

from tests.simulator.test_said_otherwise import AWAY, HOME, Conversation, after, items, order

__all__ = ["after"]  # a fixture


@pytest.mark.parametrize(
    "said",
    [
        "I received two cameras. I want to return the one with the bigger zoom.",
        "I got two cameras. The one with more zoom has to go back.",
    ],
)
def test_one_of_two_by_comparison(after: Conversation, said: str) -> None:
    shop = after(said, "yes")
    assert order(shop, "#W1000004")["status"] == "return requested"
    assert order(shop, "#W1000003")["status"] == "delivered"


def test_the_new_one_is_told_before_the_old_one(after: Conversation) -> None:
    said = "I'd like a white lamp with USB in place of the silver lamp"
    assert items(after(said, "yes"), "#W1000001") == ["101", "103", "201"]


def test_a_value_of_another_thing(after: Conversation) -> None:
    said = "There are two lamps in my open order. I want to change the silver one to the same color as the black one."
    assert items(after(said, "yes"), "#W1000001") == ["101", "101", "201"]


def test_the_cheapest_with_something_else_is_no_better_than_what_there_is(after: Conversation) -> None:
    said = "I want to change the silver lamp to the cheapest one with a battery"
    assert items(after(said, "yes"), "#W1000001") == ["101", "104", "201"]


def test_the_rest_goes_back(after: Conversation) -> None:
    shop = after("From the order with the perfume I only want to keep the perfume, the rest goes back.", "yes")
    assert order(shop, "#W1000003")["return_items"] == ["301"]


@pytest.mark.parametrize(
    "said",
    [
        "The lamps and the sunglasses should go to my home in Austin rather than to Denver.",
        "I want everything that has not been shipped yet to be delivered to my address in Austin.",
    ],
)
def test_only_what_goes_elsewhere_gets_the_address(after: Conversation, said: str) -> None:
    shop = after(said, "yes")
    assert order(shop, "#W1000001")["address"] == HOME
    assert order(shop, "#W1000002")["address"] == HOME


def test_there_is_the_address_that_was_told_before(after: Conversation) -> None:
    said = "My new home is 1 Mill Lane, Denver, CO 80203. Please have that in my profile. The mug should be delivered there as well."
    shop = after(said, "yes", "yes")
    assert order(shop, "#W1000002")["address"] == AWAY
    assert shop.database.records["users"]["ada_byron_1"]["address"] == AWAY


def test_paid_one_way_and_sent_another(after: Conversation) -> None:
    said = "I would like to have the order with the sunglasses paid by gift card and sent to my home in Austin."
    shop = after(said, "yes", "yes")
    assert order(shop, "#W1000001")["address"] == HOME


def test_how_a_thing_needs_to_be(after: Conversation) -> None:
    assert items(after("My sunglasses have to be in a brown frame", "yes"), "#W1000001")[2] == "203"


def test_the_cheapest_thing_of_an_order_goes_back(after: Conversation) -> None:
    shop = after("I want to return the cheapest thing in the order with the perfume", "yes")
    assert order(shop, "#W1000003")["return_items"] == ["401"]


def test_what_is_not_wanted_any_more_is_cancelled_or_sent_back(after: Conversation) -> None:
    shop = after("I no longer want the mug that I ordered.", "yes", "yes")
    assert order(shop, "#W1000002")["status"] == "cancelled"
    shop = after("I no longer want the perfume.", "yes")
    assert order(shop, "#W1000003")["return_items"] == ["401"]
    assert order(shop, "#W1000001")["status"] == "pending"
