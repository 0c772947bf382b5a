"""What shoppers say to the desk in words of many kinds, on a small shop of our own: who ends up with what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from actions.desk.case import Case
from actions.desk.identity import read_claim
from actions.desk.options import read_wanted
from actions.shop.types import Variant
from tests.simulator.tau2_shop import Tau2Shop
from tests.simulator.test_simulator import InProcess

HOME = {
    "address1": "9 New Road",
    "address2": "Suite 1",
    "city": "Austin",
    "country": "USA",
    "state": "TX",
    "zip": "78701",
}
AWAY = {"address1": "1 Mill Lane", "address2": "", "city": "Denver", "country": "USA", "state": "CO", "zip": "80203"}
PRODUCTS: dict[str, list[tuple[str, dict[str, str], float]]] = {
    "Desk Lamp": [
        ("101", {"color": "black", "power source": "USB"}, 30.0),
        ("102", {"color": "silver", "power source": "USB"}, 31.0),
        ("103", {"color": "white", "power source": "USB"}, 29.0),
        ("104", {"color": "white", "power source": "battery"}, 60.0),
    ],
    "Sunglasses": [
        ("201", {"frame color": "black", "lens color": "blue"}, 50.0),
        ("202", {"frame color": "black", "lens color": "brown"}, 52.0),
        ("203", {"frame color": "brown", "lens color": "blue"}, 51.0),
    ],
    "Camera": [("301", {"zoom": "3x"}, 200.0), ("302", {"zoom": "5x"}, 240.0)],
    "Perfume": [("401", {"size": "30ml"}, 40.0), ("402", {"size": "50ml"}, 44.0)],
    "Mug": [("501", {"color": "red"}, 10.0), ("502", {"color": "blue"}, 10.0)],
}
ORDERS: dict[str, tuple[str, dict[str, str], list[str]]] = {
    "#W1000001": ("pending", AWAY, ["101", "102", "201"]),
    "#W1000002": ("pending", HOME, ["501"]),
    "#W1000003": ("delivered", HOME, ["301", "401"]),
    "#W1000004": ("delivered", HOME, ["302", "502"]),
}
Conversation = Callable[..., Tau2Shop]


def _records() -> dict[str, Any]:
    products, items = {}, {}
    for number, (name, variants) in enumerate(PRODUCTS.items(), 1):
        rows = {
            item_id: {"item_id": item_id, "options": options, "available": True, "price": price}
            for item_id, options, price in variants
        }
        products[str(number)] = {"name": name, "product_id": str(number), "variants": rows}
        items |= {item_id: {"name": name, "product_id": str(number), **row} for item_id, row in rows.items()}
    orders = {}
    for order_id, (status, address, held) in ORDERS.items():
        lines = [{key: value for key, value in items[item_id].items() if key != "available"} for item_id in held]
        paid = {
            "transaction_type": "payment",
            "amount": sum(x["price"] for x in lines),
            "payment_method_id": "paypal_1",
        }
        orders[order_id] = {
            "order_id": order_id, "user_id": "ada_byron_1", "address": dict(address), "items": lines, "status": status,
            "fulfillments": [], "payment_history": [paid],
        }  # fmt: skip
    user = {
        "user_id": "ada_byron_1",
        "name": {"first_name": "Ada", "last_name": "Byron"},
        "address": dict(HOME),
        "email": "ada@example.com",
        "payment_methods": {
            "paypal_1": {"source": "paypal", "id": "paypal_1"},
            "gift_card_2": {"source": "gift_card", "id": "gift_card_2", "balance": 5.0},
        },
        "orders": list(ORDERS),
    }
    return {"products": products, "orders": orders, "users": {"ada_byron_1": user}}


@pytest.fixture
def after() -> Conversation:
    def held(*said: str) -> Tau2Shop:
        shop, bot = Tau2Shop(_records()), InProcess()
        bot.use(shop)
        replies = [bot.say("x", text, place) for place, text in enumerate(("my email is ada@example.com", *said))]
        assert shop.forbidden == [], replies
        return shop

    return held


def items(shop: Tau2Shop, number: str) -> list[str]:
    return [item["item_id"] for item in shop.database.records["orders"][number]["items"]]


def order(shop: Tau2Shop, number: str) -> dict[str, Any]:
    record: dict[str, Any] = shop.database.records["orders"][number]
    return record


@pytest.mark.parametrize(
    "said",
    [
        "There are two lamps in my order. Please change the silver one to a white one.",
        "I ordered two desk lamps. I want the silver one to be white.",
        "the silver lamp should be white instead, please",
        "In my pending order there are two lamps. I want to change the silver lamp to a white one.",
    ],
)
def test_one_of_several_is_pointed_at(after: Conversation, said: str) -> None:
    assert items(after(said, "yes"), "#W1000001") == ["101", "103", "201"]


def test_the_same_as_another_one_of_the_order(after: Conversation) -> None:
    said = "I have two lamps in my order. Change the silver lamp to exactly the same as the black one in that order."
    assert items(after(said, "yes"), "#W1000001") == ["101", "101", "201"]


def test_a_value_belongs_to_the_noun_beside_it(after: Conversation) -> None:
    shop = after("For the sunglasses I just ordered I want brown lenses instead of blue ones", "yes")
    assert items(shop, "#W1000001") == ["101", "102", "202"]


def test_them_are_the_things_that_were_asked_about(after: Conversation) -> None:
    said = "How much would I get back in total for the perfume and the camera with 3x zoom? Then I want to return both."
    shop = after(said, "yes")
    assert order(shop, "#W1000003")["status"] == "return requested"
    assert sorted(order(shop, "#W1000003")["return_items"]) == ["301", "401"]
    assert order(shop, "#W1000004")["status"] == "delivered"


def test_the_one_that_came_with_something(after: Conversation) -> None:
    said = "I got two cameras. I want to return the one that came together with the perfume, and keep the other one."
    shop = after(said, "yes")
    assert order(shop, "#W1000003")["return_items"] == ["301"]
    assert order(shop, "#W1000004")["status"] == "delivered"


def test_only_one_of_the_orders(after: Conversation) -> None:
    changed_mind = "I changed my mind, I only want to cancel the order with the mug"
    shop = after("cancel all my pending orders, I don't need them any more", changed_mind, "yes")
    assert order(shop, "#W1000001")["status"] == "pending"
    assert order(shop, "#W1000002")["status"] == "cancelled"


@pytest.mark.parametrize("holds", ["with the lamps", "that contains the sunglasses", "which includes the sunglasses"])
def test_an_order_told_by_a_thing_is_cancelled_as_a_whole(after: Conversation, holds: str) -> None:
    shop = after(f"cancel the order {holds}, I don't need it any more", "yes")
    assert order(shop, "#W1000001")["status"] == "cancelled"
    assert order(shop, "#W1000002")["status"] == "pending"


def test_what_is_kept_is_left_out_of_every_order(after: Conversation) -> None:
    said = (
        "return the perfume and the blue mug",
        "I decided to keep the mug and only want to return the perfume",
        "yes",
    )
    shop = after(*said)
    assert order(shop, "#W1000003")["return_items"] == ["401"]
    assert order(shop, "#W1000004")["status"] == "delivered"


def test_a_condition_is_no_wish(after: Conversation) -> None:
    said = (
        "cancel the sunglasses in the pending order, but only them: if this means cancelling the whole order, leave it"
    )
    assert order(after(said, "no"), "#W1000001")["status"] == "pending"


def test_the_order_by_its_price(after: Conversation) -> None:
    shop = after("cancel the pending order that costs more than $100, it was ordered by mistake", "yes")
    assert order(shop, "#W1000001")["status"] == "cancelled"
    assert order(shop, "#W1000002")["status"] == "pending"


def test_another_method_where_the_gift_card_does_not_reach(after: Conversation) -> None:
    said = "exchange the perfume for the 50ml one, I pay with my gift card"
    assert order(after(said, "yes"), "#W1000003")["exchange_payment_method_id"] == "gift_card_2"
    dear = "change the silver lamp to the white battery one, I pay with my gift card"
    assert items(after(dear, "yes"), "#W1000001") == ["101", "104", "201"]  # PayPal, as the order was paid


def test_how_it_is_paid_holds_for_all_wishes(after: Conversation) -> None:
    said = "exchange the perfume for 50ml. I also want to exchange the blue mug for a red one. Use my gift card for any difference."
    shop = after(said, "yes", "yes")
    assert order(shop, "#W1000003")["exchange_payment_method_id"] == "gift_card_2"
    assert order(shop, "#W1000004")["exchange_payment_method_id"] == "gift_card_2"


def test_the_address_of_another_order_and_back(after: Conversation) -> None:
    shop = after("send order W1000001 to the same address as order W1000002", "yes")
    assert order(shop, "#W1000001")["address"] == HOME
    shop = after(
        "change my default address to 5 Hill Street, Reno, 89501", "yes", "change my default address back", "yes"
    )
    assert shop.database.records["users"]["ada_byron_1"]["address"] == HOME


def test_the_account_and_all_orders_move(after: Conversation) -> None:
    said = "change my default address and all order addresses to 5 Hill Street, Reno, 89501"
    shop = after(said, "yes", "yes", "yes")
    fresh = {
        "address1": "5 Hill Street",
        "address2": "",
        "city": "Reno",
        "country": "USA",
        "state": "NV",
        "zip": "89501",
    }
    assert shop.database.records["users"]["ada_byron_1"]["address"] == fresh
    assert [order(shop, number)["address"] for number in ("#W1000001", "#W1000002")] == [fresh, fresh]


def test_a_limit_for_the_whole_order_is_heeded(after: Conversation) -> None:
    said = "switch all items of order W1000001 to their cheapest options and bring the total down to $20"
    assert items(after(said, "yes"), "#W1000001") == ["101", "102", "201"]


@pytest.mark.parametrize(
    ("said", "back"),
    [
        ("return everything in the order with the perfume", ["301", "401"]),
        ("I want to return everything in the order with the perfume, except the camera", ["401"]),
        ("please return the camera from the order that has the perfume", ["301"]),
    ],
)
def test_an_order_is_told_by_a_thing_in_it(after: Conversation, said: str, back: list[str]) -> None:
    shop = after(said, "yes")
    assert sorted(order(shop, "#W1000003")["return_items"]) == back
    assert order(shop, "#W1000004")["status"] == "delivered"


def test_other_variants_in_the_order_with_a_thing(after: Conversation) -> None:
    shop = after("switch all the items in the order with the sunglasses to their cheapest variants", "yes")
    assert items(shop, "#W1000001") == ["103", "103", "201"]
    assert items(shop, "#W1000002") == ["501"]


@pytest.mark.parametrize(
    "said",
    [
        "I want the silver lamp in my pending order to become a white one",
        "I would like the silver lamp in my open order in white, and everything else about the lamp the same",
    ],
)
def test_how_a_thing_of_an_order_is_to_be(after: Conversation, said: str) -> None:
    assert items(after(said, "yes"), "#W1000001") == ["101", "103", "201"]


def test_a_thing_for_an_order(after: Conversation) -> None:
    shop = after("For the order that has not been shipped yet, I want the sunglasses with brown lenses", "yes")
    assert items(shop, "#W1000001") == ["101", "102", "202"]


@pytest.mark.parametrize(
    "said",
    [
        "I need the status of my pending order with the sunglasses",
        "for my pending order I want a refund",
    ],
)
def test_what_is_asked_about_an_order_changes_nothing_in_it(after: Conversation, said: str) -> None:
    assert items(after(said, "yes"), "#W1000001") == ["101", "102", "201"]


def test_the_thing_beside_which_another_came_comes_back_too(after: Conversation) -> None:
    shop = after("I want to return the camera that came together with the perfume, and that perfume as well", "yes")
    assert order(shop, "#W1000003")["return_items"] == ["301", "401"]
    assert order(shop, "#W1000004")["status"] == "delivered"


def test_all_the_things_that_were_received_but_one(after: Conversation) -> None:
    shop = after("I'd like to return all the things I received apart from the mug", "yes", "yes")
    assert order(shop, "#W1000003")["return_items"] == ["301", "401"]
    assert order(shop, "#W1000004")["return_items"] == ["302"]


def test_the_address_in_a_wish_is_no_proof_and_not_lost(after: Conversation) -> None:
    shop = after("Please have the order with the sunglasses delivered to 5 Hill Street, Suite 3, Reno, NV 89501", "yes")
    assert order(shop, "#W1000001")["address"]["zip"] == "89501"
    claim = read_claim("please deliver my order to 5 Hill Street, Reno, NV 89501", Case())
    assert "postcode" not in claim
    assert read_claim("5 Hill Street, Reno, NV 89501", Case(question="identity"))["postcode"] == "89501"


def test_the_account_and_the_order_get_the_new_address(after: Conversation) -> None:
    moved = "I have moved to 5 Hill Street, Reno, NV 89501. My account and my pending order W1000001 should both have the new address."
    shop = after(moved, "yes", "yes")
    assert shop.database.records["users"]["ada_byron_1"]["address"]["zip"] == "89501"
    assert order(shop, "#W1000001")["address"]["zip"] == "89501"


def test_words_for_what_a_variant_has_or_lacks() -> None:
    options = ({"water resistance": "yes", "armrest": "fixed"}, {"water resistance": "no", "armrest": "none"})
    variants = [Variant(str(number), "1", "Chair", told, 100, available=True) for number, told in enumerate(options)]
    assert read_wanted("the cheapest that is water resistant", variants).values == {"water resistance": ["yes"]}
    assert read_wanted("one that is not water resistant", variants).values == {"water resistance": ["no"]}
    assert read_wanted("it does not have to be water resistant", variants).values == {"water resistance": ["no"]}
    assert read_wanted("without armrests", variants).values == {"armrest": ["none"]}


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ("return the camera and the perfume in W1000003", "yes, the perfume"),
        ("return the camera and the perfume in W1000003", "yes, leave out the camera"),
        ("return the camera and the perfume in W1000003", "yes for the camera, no for the perfume"),
        ("change the silver lamp in W1000001 to the white one with usb", "ok, the blue one"),
        ("send order W1000002 to 1 Mill Lane, Denver, CO 80203", "yes, to 2 Mill Lane"),
        ("send order W1000002 to 1 Mill Lane, Denver, CO 80203", "yes, to Austin"),
    ],
)
def test_a_yes_to_something_else_changes_nothing(after: Conversation, wish: str, words: str) -> None:
    assert after(wish, words).database.records == Tau2Shop(_records()).database.records
