"""What a shopper wants otherwise than was shown: it is shown anew, and nothing is changed before a yes to that."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from actions.context import Context
from actions.desk.address_parts import mended
from actions.desk.things import all_meant
from actions.shop.types import Address
from tests.actions.talk import Talk, talk_of

__all__ = ["talk_of"]  # a fixture
TalkOf = Callable[..., Talk]


def changed(context: Context) -> int:
    with sqlite3.connect(context.engine.settings.home / "shop.db") as conn:
        return int(conn.execute("SELECT count(*) FROM changes").fetchone()[0])


def as_if(status: str, number: str, context: Context) -> None:
    with sqlite3.connect(context.engine.settings.home / "shop.db") as conn:
        conn.execute(
            "UPDATE orders SET status = ?, record = json_set(record, '$.status', ?) WHERE order_number = ?",
            [status, status, number],
        )


@pytest.mark.parametrize(
    "words",
    [
        "actually make it cobalt instead",
        "no, cobalt please",
        "yes, but in cobalt",
        "not coral, cobalt please",
        "no, the blue one",
    ],
)
def test_another_variant_at_the_confirmation(talk_of: TalkOf, context: Context, words: str) -> None:
    talk = talk_of("S023")
    assert "for Coral, M" in talk.say("change the Pacer sports T-shirt in W1148 to coral in M", "change_order")
    assert "for Cobalt, M" in talk.say(words)
    assert not changed(context)
    talk.say("yes", "affirm")
    assert talk.order("W1148").lines[1].options == {"colour": "Cobalt", "size": "M"}


def test_another_of_the_listed_variants(talk_of: TalkOf) -> None:
    talk = talk_of("S023")
    talk.say("I want to change the Pacer sports T-shirt in W1148", "change_order")
    assert "for Cobalt, M" in talk.say("the third one", "choose_item")
    assert "for Cobalt, S" in talk.say("no, the second", "correct")


def test_a_variant_that_there_is_not_leaves_the_question_open(talk_of: TalkOf, context: Context) -> None:
    talk = talk_of("S023")
    listed = talk.say("I want to change the Pacer sports T-shirt in W1148", "change_order")
    assert talk.say("no, the green one", "correct") == f"I do not find that one.\n\n{listed}"
    assert "for Cobalt, M" in talk.say("cobalt in M")
    assert "I do not find that one." in talk.say("no, the green one", "correct")
    assert not changed(context)


def test_one_piece_of_two(talk_of: TalkOf) -> None:
    talk = talk_of("S015")
    assert "2 × Ground Floor T-shirt" in talk.say(
        "I want to return the Ground Floor T-shirts from W1105", "return_item"
    )
    shown = talk.say("no, just one of them", "correct")
    assert "the return of Ground Floor T-shirt from order W1105; €19.00" in shown


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("the first one", "backpack from"),
        ("the bottle", "return of Little Spring bottle"),
        ("both", "backpack, Little"),
    ],
)
def test_one_of_two_things_is_asked_for(talk_of: TalkOf, context: Context, answer: str, shown: str) -> None:
    talk = talk_of("S012")
    talk.say("I want to return the Little Explorer 8 backpack and the Little Spring bottle from W1099", "return_item")
    assert talk.say("no, just one of them", "correct").startswith("Which of them?\n1. Little Explorer 8 backpack")
    assert shown in talk.say(answer)
    assert not changed(context)


def test_none_of_them_after_all(talk_of: TalkOf, context: Context) -> None:
    talk = talk_of("S012")
    talk.say("I want to return the Little Explorer 8 backpack and the Little Spring bottle from W1099", "return_item")
    talk.say("no, just one of them", "correct")
    assert "I leave that as it is" in talk.say("no, never mind", "deny")
    assert not changed(context)


@pytest.mark.parametrize(
    "words", ["wait no, W1042", "sorry, I meant W1042", "no, not W1150 but W1042", "the other one"]
)
def test_another_order_at_the_confirmation(talk_of: TalkOf, context: Context, words: str) -> None:
    as_if("paid", "W1042", context)
    talk = talk_of("S001")
    assert "cancel order W1150" in talk.say("cancel W1150", "cancel_order")
    shown = talk.say(words, "correct")
    assert "All right, not order W1150." in shown
    assert "cancel order W1042 (" in shown
    assert not changed(context)
    talk.say("yes", "affirm")
    assert (talk.order("W1150").status, talk.order("W1042").status) == ("paid", "cancelled")


def test_the_second_one_of_the_orders_that_were_listed(talk_of: TalkOf, context: Context) -> None:
    as_if("paid", "W1042", context)
    talk = talk_of("S001")
    assert "1. W1150" in talk.say("I want to cancel an order", "cancel_order")
    assert "cancel order W1150" in talk.say("the first one", "choose_item")
    assert "cancel order W1042" in talk.say("no, the second one", "choose_item")
    assert "cancel order W1150" in talk.say("hm no, the one with the tote", "correct")


def test_another_order_with_which_it_cannot_be_done(talk_of: TalkOf) -> None:
    talk = talk_of("S001")
    talk.say("cancel W1150", "cancel_order")
    assert "Order W1042 is on its way" in talk.say("wait no, W1042", "correct")
    talk = talk_of("S021")
    talk.say("cancel W1143", "cancel_order")
    shown = talk.say("the second one", "choose_item")
    assert "Order W1143 is the only one of yours with which that can be done." in shown
    assert "Shall I?" in shown


def test_another_thing_in_place_of_the_one_that_was_shown(talk_of: TalkOf) -> None:
    talk = talk_of("S012")
    talk.say("I want to return the Little Explorer 8 backpack from W1099", "return_item")
    assert "return of Puddler wellington for children from" in talk.say("no, the wellington", "correct")
    assert "Puddler wellington for children, Little Explorer 8 backpack" in talk.say("no, also the backpack", "correct")


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("no, number 14 not 12", "Lindenstrasse 14, 10969 Berlin"),
        ("the postcode is wrong, it is 10999", "Lindenstrasse 12, 10999 Berlin"),
        ("no, the street is Lindenallee 12", "Lindenallee 12, 10969 Berlin"),
        ("yes but Hamburg, not Berlin", "Lindenstrasse 12, 10969 Hamburg"),
        ("no, 77 Birch Street, Seattle, WA 98101", "77 Birch Street, 98101 Seattle, WA"),
        ("no, send it to my home address", "Tannenrain 40, 79111 Freiburg"),
    ],
)
def test_a_part_of_the_address(talk_of: TalkOf, context: Context, words: str, place: str) -> None:
    talk = talk_of("S025")
    as_if("paid", "W1142", context)
    talk.say("change the address of W1142 to Lindenstrasse 12, 10969 Berlin", "change_address")
    asked = talk.say(words, "correct")
    assert f"send order W1142 to {place}" in asked or "goes to Tannenrain 40, 79111 Freiburg" in asked
    assert not changed(context)


def test_parts_of_an_address() -> None:
    address = Address("Ada", "12 Mill Lane", "LS1 4AB", "Leeds", "GB")
    assert mended(address, "the house number is 14a") == Address("Ada", "14a Mill Lane", "LS1 4AB", "Leeds", "GB")
    assert mended(address, "not Leeds but York") == Address("Ada", "12 Mill Lane", "LS1 4AB", "York", "GB")
    assert mended(address, "the number is wrong") is None
    assert mended(address, "not the kettle") is None


@pytest.mark.parametrize(
    "words",
    [
        "yes, but only if it is for free",
        "yes please, but not before Monday",
        "go ahead, but wait until Friday",
        "that's right, but I want it in cash",
        "yes that's correct but only one of them",
        "yes, unless it costs something",
        "sounds good as long as it costs nothing",
        "yes. But not yet.",
        "ok, what happens then?",
        "ok, I am not sure",
    ],
)
def test_a_yes_with_a_condition_is_no_yes(talk_of: TalkOf, context: Context, words: str) -> None:
    talk = talk_of("S001")
    talk.say("cancel W1150", "cancel_order")
    reply = talk.say(words, "affirm")
    assert "Tell me what should be different, or say no." in reply
    assert "Shall I?" in reply
    assert not changed(context)


def test_a_question_beside_a_yes_is_answered_first(talk_of: TalkOf, context: Context) -> None:
    talk = talk_of("S001")
    talk.say("cancel W1150", "cancel_order")
    reply = talk.say("yes, but what is the total of W1150?", "affirm")
    assert "came to" in reply
    assert "Shall I?" in reply
    assert not changed(context)


@pytest.mark.parametrize(
    "words", ["yes, W1042", "yes, the other one", "yes, without the helmet", "sure, the second one"]
)
def test_a_yes_to_what_was_not_shown_is_no_yes(talk_of: TalkOf, context: Context, words: str) -> None:
    talk = talk_of("S001")
    assert "Shall I?" in talk.say("cancel W1150", "cancel_order")
    assert "Shall I?" in talk.say(words, "affirm")
    assert not changed(context)


@pytest.mark.parametrize("words", ["sure, why not", "yes please, if possible", "yes. I don't need it any more"])
def test_a_plain_yes_in_more_words(talk_of: TalkOf, context: Context, words: str) -> None:
    talk = talk_of("S001")
    talk.say("cancel W1150", "cancel_order")
    talk.say(words, "affirm")
    assert changed(context)


@pytest.mark.parametrize(
    "words", ["okay, forget it", "ok, don't", "fine, whatever, leave it", "right, never mind", "yes, hold on"]
)
def test_a_yes_that_is_taken_back(talk_of: TalkOf, context: Context, words: str) -> None:
    talk = talk_of("S001")
    talk.say("cancel W1150", "cancel_order")
    assert "leave that as it is" in talk.say(words, "affirm")
    assert not changed(context)


@pytest.mark.parametrize("words", ["ok wait", "hmm no", "actually no, keep it", "sorry, no", "please don't"])
def test_a_no_after_a_moment_of_doubt(talk_of: TalkOf, context: Context, words: str) -> None:
    talk = talk_of("S001")
    talk.say("cancel W1150", "cancel_order")
    talk.say(words, "affirm")
    assert not changed(context)


def test_no_problem_is_no_no(talk_of: TalkOf) -> None:
    talk = talk_of("S001")
    talk.say("cancel W1150", "cancel_order")
    talk.say("no problem, go ahead", "affirm")
    assert talk.order("W1150").status == "cancelled"


def test_what_else_stays_the_same_is_not_changed(talk_of: TalkOf) -> None:
    shown = talk_of("S036").say("change the Pastry apron in W1147 to Oatmeal, everything else the same", "change_order")
    assert "change in order W1147: Pastry apron (Denim blue) for Oatmeal at" in shown
    assert "chef's knife" not in shown
    assert not all_meant("a red one, keep everything else as it is")
    assert all_meant("keep the lamp and return everything else")


@pytest.mark.parametrize(
    "words",
    [
        "I want my order to be delivered to 77 Birch Street, Seattle, WA 98101",
        "can W1144 be delivered to 77 Birch Street, Seattle, 98101",
    ],
)
def test_an_address_in_the_wish_itself(talk_of: TalkOf, words: str) -> None:
    talk = talk_of("S004")
    assert "send order W1144 to 77 Birch Street, 98101 Seattle, WA, USA, instead of" in talk.say(words)


def test_the_postcode_of_an_address_is_no_order_number(talk_of: TalkOf, context: Context) -> None:
    as_if("paid", "W1090", context)
    talk = talk_of("S004")
    asked = talk.say("please change the address of my order", "change_address")
    assert "Which order is it about?" in asked
    assert talk.say("77 Birch Street, Seattle, WA 98101") == asked
    assert "send order W1090 to 77 Birch Street, 98101 Seattle" in talk.say("the second one", "choose_item")


def test_a_default_address_is_not_the_default_address(talk_of: TalkOf) -> None:
    talk = talk_of("S002")
    assert "What is the new address?" in talk.say("I want my default address to be the Seattle address", "account")
    assert "make Lindenstrasse 12, 10969 Berlin" in talk.say("Lindenstrasse 12, 10969 Berlin")


@pytest.mark.parametrize("words", ["i want my money back", "cancel it", "cancel the order", "send me a new one"])
def test_a_late_parcel_is_not_paid_back_before_it_counts_as_lost(talk_of: TalkOf, context: Context, words: str) -> None:
    talk = talk_of("S013")
    assert "report Late Shift jeans, Lido penny loafer of order W1110 as late" in talk.say("W1110 is late")
    told = talk.say(words, "stop" if words == "cancel it" else "return_item")
    assert "Order W1110 is still on its way. It is expected on" in told
    assert "nothing has moved for 7 working days" in told
    assert "as late; we ask the carrier where it is" in told
    assert not changed(context)


def test_a_parcel_without_news_for_long_is_lost(talk_of: TalkOf, context: Context) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=15)
    with sqlite3.connect(context.engine.settings.home / "shop.db") as conn:
        conn.execute(
            "UPDATE orders SET record = json_set(record, '$.history', json(?)) WHERE order_number = 'W1110'",
            [json.dumps([{"status": "in_transit", "at": long_ago.isoformat(), "note": "Sorted in Verona."}])],
        )
    talk = talk_of("S013")
    assert "of order W1110 as lost; €248.00 go back to" in talk.say("W1110 is late and i want my money back")
    assert not changed(context)


def test_money_back_for_the_late_parcel_that_was_asked_about(talk_of: TalkOf, context: Context) -> None:
    talk = talk_of("S013")
    talk.say("where is my order W1110", "order_status")
    assert "as late; we ask the carrier where it is" in talk.say("i want my money back", "return_item")
    assert not changed(context)


@pytest.mark.parametrize(
    ("account", "words"),
    [
        ("S040", "where is my briefcase order"),
        ("S040", "I want to return the briefcase from W1121"),
        ("S040", "cancel W1121"),
    ],
)
def test_what_is_said_of_an_order_whose_money_comes_back(talk_of: TalkOf, account: str, words: str) -> None:
    told = talk_of(account).say(words, "order_status")
    assert "Order W1121: €398.90 to visa, not sent yet, under way since" in told
    assert "within 5 working days" in told
