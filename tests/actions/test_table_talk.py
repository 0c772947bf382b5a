"""The talk about what is on the table, whatever intent was read in it."""

from __future__ import annotations

import re

import pytest

from actions.call import Reply
from profiling.types import Item
from tests.actions.conftest import Desk
from tests.known_catalogue import ITEMS, load_items


def shown(reply: Reply) -> list[str]:
    return [item["item_id"] for item in reply.rich.get("items", ())]


@pytest.fixture
def mice(desk: Desk) -> list[str]:
    """Wireless mice on the table."""
    return shown(desk.says("a wireless mouse under 30", "recommend", "action_recommend"))


def test_items_named_by_number_are_put_side_by_side(desk: Desk, mice: list[str]) -> None:
    reply = desk.says("put 1 and 3 next to each other", "nlu_fallback", "action_fallback")
    titles = [item.title for item in desk.context.engine.catalogue.items.get([mice[0], mice[2]])]
    assert reply.text.startswith(" against ".join(titles))


def test_an_item_in_another_colour(desk: Desk) -> None:
    first = shown(desk.says("a pebble wireless mouse in black", "recommend", "action_recommend"))
    assert first[0] == "m-pebble"
    assert shown(desk.says("the first but in red", "refine", "action_recommend")) == ["m-pebble-red"]
    assert "does not come in orange" in desk.says("the first but in orange", "choose_item", "action_choose_item").text


def test_a_variant_is_chosen_and_named(desk: Desk) -> None:
    desk.says("a pebble wireless mouse in black", "recommend", "action_recommend")
    reply = desk.says("i take the first, but in red", "choose_item", "action_choose_item", entities={"item_ref": ["1"]})
    assert reply.text.startswith("In red: Pebble wireless mouse")
    assert shown(reply)[0] == "m-pebble-red"


@pytest.mark.usefixtures("mice")
@pytest.mark.parametrize(
    ("intent", "action"),
    [("nlu_fallback", "action_fallback"), ("ask_payment", "action_answer_faq"), ("thumbs_down", "action_thumb_down")],
)
def test_a_new_bound_of_the_price_searches_again(desk: Desk, intent: str, action: str) -> None:
    assert shown(desk.says("what if i pay up to 120", intent, action))
    assert desk.context.engine.profile("s1").objects("budget_max") == ["12000"]


def test_a_wish_that_is_dropped_searches_again(desk: Desk) -> None:
    assert not shown(desk.says("a yellow rain jacket in size L", "recommend", "action_recommend"))
    reply = desk.says("drop the size", "nlu_fallback", "action_fallback")
    assert shown(reply) == ["r-1"]


def test_what_is_forgotten_of_the_notes_is_no_matter_of_the_search(desk: Desk) -> None:
    desk.says("my size is M", "state_preference", "action_note_preference")
    desk.says("a rain jacket in size L", "recommend", "action_recommend")
    assert desk.says("forget my size", "forget_fact", "action_forget_fact").text.startswith("Forgotten:")


@pytest.mark.usefixtures("mice")
def test_a_question_about_the_shop_stays_one(desk: Desk) -> None:
    reply = desk.says("do you ship all sizes?", "ask_shipping", "action_answer_faq")
    assert not shown(reply)


def test_what_is_both_asked_for_and_refused_is_said_so(desk: Desk) -> None:
    reply = desk.says("a wireless mouse in black and not black", "recommend", "action_recommend")
    assert reply.text.startswith("You said both “black” and “not black”")
    assert shown(reply)


def test_cross_words_about_the_items_shown_are_no_complaint(desk: Desk, mice: list[str]) -> None:
    desk.slots["selling"] = "paused"
    assert shown(desk.says("not black", "nlu_fallback", "action_fallback")) != mice


@pytest.mark.usefixtures("mice")
@pytest.mark.parametrize("kind", ["availability", "price"])
def test_a_thing_that_there_is_not_is_no_question_about_what_was_shown(desk: Desk, kind: str) -> None:
    reply = desk.says("is the Ghostly kettle there, and for how much?", f"ask_{kind}", f"action_answer_{kind}")
    assert "mouse" not in reply.text


def test_a_place_is_no_name(desk: Desk) -> None:
    kettles = [
        Item(f"k-{word}", f"{word.title()} Rain kettle", product_type="kettle", price_cents=2000, currency="EUR")
        for word in ("first", "second")
    ]
    load_items(desk.context.engine, [*ITEMS, *kettles])
    desk.says("a desk lamp", "recommend", "action_recommend")
    alone = desk.says("compare the first and the second", "compare", "action_compare").text
    assert alone.startswith("There is only Arc desk lamp on the table")
    named = desk.says("compare the first rain kettle and the second rain kettle", "compare", "action_compare").text
    assert named.startswith("First Rain kettle against Second Rain kettle")


def test_kinds_of_things_are_compared_by_their_names(desk: Desk) -> None:
    reply = desk.says("compare the kettle and the desk lamp", "compare", "action_compare")
    assert reply.text.startswith("Heron gooseneck kettle against Arc desk lamp")


def test_one_thing_alone_is_compared_with_nothing(desk: Desk) -> None:
    desk.says("a kettle", "recommend", "action_recommend")
    assert "only Heron gooseneck kettle" in desk.says("compare 1 and 2", "compare", "action_compare").text
    assert "only Heron" in desk.says("put the top 2 side by side", "nlu_fallback", "action_fallback").text


@pytest.mark.usefixtures("mice")
def test_the_best_of_those_compared_is_named(desk: Desk) -> None:
    reply = desk.says("which one is the lightest?", "compare", "action_compare")
    assert reply.text.startswith("The lightest of these is Mini travel mouse, wireless, 50 g.")


@pytest.mark.usefixtures("mice")
def test_an_item_is_pointed_at_by_its_colour(desk: Desk) -> None:
    reply = desk.says("i take the grey one", "choose_item", "action_choose_item")
    assert shown(reply)[0] == "m-big"


@pytest.mark.usefixtures("mice")
def test_another_kind_of_thing_is_no_choice(desk: Desk) -> None:
    assert shown(desk.says("now the kettle", "choose_item", "action_choose_item")) == ["k-kettle"]


def test_a_thing_asked_for_in_a_bad_mood_is_shown(desk: Desk) -> None:
    desk.slots["selling"] = "paused"
    assert shown(desk.says("my tea is always cold. a kettle?", "nlu_fallback", "action_fallback")) == ["k-kettle"]


def test_where_nothing_is_cheaper_the_cheapest_shown_is_named(desk: Desk) -> None:
    desk.says("a kettle", "recommend", "action_recommend")
    reply = desk.says("the cheapest one", "refine", "action_recommend")
    assert reply.text.startswith("Nothing that fits is cheaper. This is the cheapest:\n1. Heron gooseneck kettle")
    assert shown(reply) == ["k-kettle"]
    assert not desk.context.engine.profile("s1").objects("cheaper_than")
    assert shown(desk.says("show me it again", "recommend", "action_recommend")) == ["k-kettle"]


def test_of_one_thing_alone_the_price_is_told(desk: Desk) -> None:
    desk.says("a kettle", "recommend", "action_recommend")
    assert re.search(
        r"only Heron .* It is €[\d.]+\.$", desk.says("which is the cheapest?", "compare", "action_compare").text
    )


def test_the_cheapest_of_those_shown_is_named(desk: Desk) -> None:
    reply = desk.says("the cheapest wireless mouse under 30", "recommend", "action_recommend")
    cheapest = min(reply.rich["items"], key=lambda card: card["price"]["cents"])
    assert reply.text.startswith(f"The cheapest of these is {cheapest['title']}, {cheapest['price']['text']}.")


@pytest.mark.parametrize("said", ["the mini or the pebble", "is the pebble better than the mini?", "mini vs peble"])
@pytest.mark.parametrize(("intent", "action"), [("compare", "action_compare"), ("nlu_fallback", "action_fallback")])
def test_items_are_compared_by_their_names(desk: Desk, said: str, intent: str, action: str) -> None:
    desk.says("a wireless mouse under 30", "recommend", "action_recommend")
    reply = desk.says(said, intent, action)
    assert set(reply.text.split("\n")[0].split(" against ")) == {"Mini travel mouse, wireless", "Pebble wireless mouse"}


def test_items_that_were_not_shown_are_compared_by_their_names(desk: Desk) -> None:
    reply = desk.says("is the squall better than the pebble", "compare", "action_compare")
    assert reply.text.startswith("Squall rain jacket against Pebble wireless mouse")


def test_a_thing_or_another_is_no_comparison(desk: Desk, mice: list[str]) -> None:
    assert shown(desk.says("a kettle or a desk lamp", "recommend", "action_recommend")) != mice


def test_two_places_and_an_or_are_a_comparison(desk: Desk, mice: list[str]) -> None:
    reply = desk.says("the first one or the third?", "nlu_fallback", "action_fallback")
    titles = [item.title for item in desk.context.engine.catalogue.items.get([mice[0], mice[2]])]
    assert reply.text.startswith(" against ".join(titles))


@pytest.mark.parametrize(
    ("said", "intent", "action"),
    [
        ("in another colour", "refine", "action_recommend"),
        ("the first one in a diffrent color", "nlu_fallback", "action_fallback"),
        ("what other colours does it come in?", "ask_availability", "action_answer_availability"),
    ],
)
def test_other_colours_are_offered_where_none_is_named(desk: Desk, said: str, intent: str, action: str) -> None:
    assert shown(desk.says("a black pebble wireless mouse", "recommend", "action_recommend"))[0] == "m-pebble"
    desk.slots["focus_item"] = "m-pebble"
    reply = desk.says(said, intent, action)
    assert reply.text.startswith("Pebble wireless mouse in black also comes in red.")
    assert shown(reply) == ["m-pebble-red"]


def test_the_colours_of_each_that_was_shown_are_told(desk: Desk) -> None:
    desk.says("a wireless mouse under 30", "recommend", "action_recommend")
    reply = desk.says("in another colour", "refine", "action_recommend")
    assert "Mini travel mouse, wireless comes in black alone." in reply.text
    assert "also comes in" in reply.text


def test_any_colour_is_no_question_for_others(desk: Desk) -> None:
    desk.says("a black wireless mouse", "recommend", "action_recommend")
    assert "also comes" not in desk.says("any colour is fine", "refine", "action_recommend").text
