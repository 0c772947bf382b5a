"""Recommending, refining, asking about items."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from profiling.store.offers import Delivery, Offer, OfferStore
from tests.actions.conftest import Desk


def shown(reply) -> list[str]:  # type: ignore[no-untyped-def]
    return [item["item_id"] for item in reply.rich.get("items", ())]


def test_a_slate_comes_with_cards_reasons_and_ways_on(desk: Desk) -> None:
    reply = desk.says("a wireless mouse under 30, not from Logitech", "recommend", "action_recommend")
    assert len(shown(reply)) == 3
    assert "m-logi" not in shown(reply)
    assert reply.rich["items"][0]["reason"].startswith("Wireless, within your €30.00")
    assert reply.text.count("\n") == 3
    assert [quick.title for quick in reply.quick_replies] == ["Why these?"]


def test_nothing_found_says_which_wish_is_the_narrow_one(desk: Desk) -> None:
    reply = desk.says("a yellow rain jacket under 50", "recommend", "action_recommend")
    assert shown(reply) == []
    assert reply.text.startswith("I find nothing that is all of this: rain jacket, in yellow, at most €50.00.")
    assert "without “at most €50.00” there is 1" in reply.text


def test_a_request_without_a_wish_asks_for_one(desk: Desk) -> None:
    assert "What are you looking for?" in desk.says("", "recommend", "action_recommend").text


def test_a_critique_compares_with_what_was_shown(desk: Desk) -> None:
    first = desk.says("wireless mouse under 30", "recommend", "action_recommend").rich["items"]
    second = desk.says("cheaper please", "refine", "action_recommend").rich["items"]
    assert max(item["price"]["cents"] for item in second) < max(item["price"]["cents"] for item in first)


def test_what_cannot_be_compared_is_said_so(desk: Desk) -> None:
    desk.says("a rain jacket", "recommend", "action_recommend")
    assert "no measures" in desk.says("a lighter one", "refine", "action_recommend").text
    desk.says("a wireless mouse", "recommend", "action_recommend")
    assert "no measures" not in desk.says("a lighter one", "refine", "action_recommend").text


def test_show_more_and_then_nothing_more(desk: Desk) -> None:
    desk.says("wireless mouse under 30", "recommend", "action_recommend")
    assert shown(desk.says("more", "show_more", "action_show_more"))
    assert "seen everything" in desk.says("more", "show_more", "action_show_more").text


def test_stock_of_the_item_pointed_at(desk: Desk) -> None:
    cards = shown(desk.says("a mini travel mouse", "recommend", "action_recommend"))
    reply = desk.says(
        "is the first one in stock?", "ask_availability", "action_answer_availability", entities={"item_ref": ["1"]}
    )
    assert cards[0] == "m-mini"
    assert reply.text == "Yes. Mini travel mouse, wireless: only 2 left."


def test_a_size_that_is_sold_out_and_a_colour_that_does_not_exist(desk: Desk) -> None:
    desk.says("harbour jumper in cotton", "recommend", "action_recommend")
    large = desk.says(
        "do you have it in L?", "ask_availability", "action_answer_availability", entities={"item_ref": ["1"]}
    )
    assert large.text == "Harbour jumper exists in size L, but is sold out. Shall I tell you when it is back?"
    pink = desk.says("does it come in pink?", "ask_availability", "action_answer_availability")
    assert pink.text.startswith("No, Harbour jumper does not come in pink")


def test_another_colour_is_asked_of_the_same_item_while_nothing_else_is_looked_for(desk: Desk) -> None:
    desk.slots["focus_item"] = "m-pebble"
    pink = desk.says("does it come in pink?", "ask_availability", "action_answer_availability")
    assert pink.text == "No, Pebble wireless mouse does not come in pink."
    red = desk.says("and in red?", "refine", "action_recommend")
    assert red.text.startswith("Yes, Pebble wireless mouse comes in red")
    desk.says("a wireless mouse under 30", "recommend", "action_recommend")
    assert "Mini" in desk.says("and in black?", "refine", "action_recommend").text


def test_a_question_for_another_kind_of_thing_is_a_request(desk: Desk) -> None:
    desk.says("a mouse", "recommend", "action_recommend")
    reply = desk.says("do you have any kettles?", "ask_availability", "action_answer_availability")
    assert shown(reply) == ["k-kettle"]


def test_a_question_about_nothing_asks_which_item(desk: Desk) -> None:
    assert desk.says("is it in stock", "ask_availability", "action_answer_availability").text.startswith("Which item")


def test_price_property_and_what_the_shop_does_not_say(desk: Desk) -> None:
    desk.says("a yellow rain jacket", "recommend", "action_recommend")
    price = desk.says("how much is it", "ask_price", "action_answer_price")
    assert price.text == "The price of Squall rain jacket is €119.00. It was €149.00 before."
    waterproof = desk.says("is it waterproof?", "ask_product", "action_answer_product")
    assert "“Waterproof and windproof, with taped seams.”" in waterproof.text
    vegan = desk.says("is it dishwasher safe?", "ask_product", "action_answer_product")
    assert "does not say" in vegan.text


def test_a_price_and_a_stock_that_the_shop_reports_are_known_in_the_next_turn(desk: Desk) -> None:
    desk.says("a yellow rain jacket", "recommend", "action_recommend")
    now = datetime.now(UTC)
    offers = OfferStore(desk.context.engine.store)
    offers.take(Delivery("d1", "jacket", now, [Offer(["r-1"], Decimal("99.00"), Decimal("149.00"))]), at=now)
    price = desk.says("how much is it", "ask_price", "action_answer_price")
    assert price.text == "The price of Squall rain jacket is €99.00. It was €149.00 before."
    gone = Delivery("d2", "stock", now, [Offer(["r-1"], stock_count=0, available=False)])
    offers.take(gone, at=now)
    stock = desk.says("is it in stock?", "ask_availability", "action_answer_availability")
    assert "sold out" in stock.text


def test_a_question_is_answered_from_a_review_with_its_stars(desk: Desk) -> None:
    desk.says("a yellow rain jacket", "recommend", "action_recommend")
    item = desk.context.engine.catalogue.items.get(["r-1"])[0]
    with desk.context.engine.store.writing():
        for number, (text, rating) in enumerate(
            [("Nice colour. The hood fits over a helmet. I wear it daily.", 4.0), ("Bad zip.", None)]
        ):
            review = {"review_id": f"r{number}", "source": "t", "product": item.group_id or item.item_id, "rating": rating, "text": text,
                      "language": "en", "sentiment": "neutral", "probability": 1.0, "model": "t", "content_hash": "t"}  # fmt: skip
            desk.context.engine.reviews.add(review, (), ())
    hood = desk.says("does the hood fit over a helmet?", "ask_product", "action_answer_product")
    assert "“The hood fits over a helmet.” (4 of 5 stars)" in hood.text
    dry = desk.says("is it waterproof?", "ask_product", "action_answer_product")
    assert "review" not in dry.text


def test_comparing_needs_two_and_shows_what_differs(desk: Desk) -> None:
    assert "first" in desk.says("compare them", "compare", "action_compare").text
    desk.says("rain jacket", "recommend", "action_recommend")
    reply = desk.says("compare the two", "compare", "action_compare")
    rows = {row["label"]: row["values"] for row in reply.rich["comparison"]["rows"]}
    assert set(rows["Colour"]) == {"yellow", "black"}
    assert "Brand" not in rows


def test_two_of_three_are_compared_and_the_cheapest_is_named(desk: Desk) -> None:
    cards = desk.says("wireless mouse under 30", "recommend", "action_recommend").rich["items"]
    assert len(desk.says("compare them", "compare", "action_compare").rich["comparison"]["item_ids"]) == 3
    two = desk.says("compare the first two", "compare", "action_compare")
    assert two.rich["comparison"]["item_ids"] == [card["item_id"] for card in cards[:2]]
    assert two.rich["comparison"]["titles"] == [card["title"] for card in cards[:2]]
    values = [tuple(value.lower() for value in row["values"]) for row in two.rich["comparison"]["rows"]]
    assert len(values) == len(set(values))
    cheapest = min(cards, key=lambda card: card["price"]["cents"])
    answer = desk.says("which one is the cheapest?", "compare", "action_compare")
    assert answer.text.startswith(f"The cheapest of these is {cheapest['title']}, {cheapest['price']['text']}.")


def test_a_thing_that_the_shop_has_not_is_said_so(desk: Desk) -> None:
    reply = desk.says("a smartphone", "recommend", "action_recommend")
    assert reply.text == "I find nothing for smartphone. The shop may not have it."


def test_what_seems_out_of_scope_may_be_a_wish(desk: Desk) -> None:
    assert "beyond what I can do" in desk.says("who won the match", "out_of_scope", "action_out_of_scope").text


def test_why_this_quotes_the_shopper(desk: Desk) -> None:
    desk.says("a black wireless mouse", "recommend", "action_recommend")
    reply = desk.says("why these?", "why_this", "action_why_this")
    assert [fact["quote"] for fact in reply.rich["facts"]] == ["black", "wireless"]
    assert "You said “black”." in reply.text


def test_choosing_by_ordinal(desk: Desk) -> None:
    cards = shown(desk.says("rain jacket", "recommend", "action_recommend"))
    reply = desk.says("the second one", "choose_item", "action_choose_item", entities={"item_ref": ["2"]})
    assert shown(reply) == [cards[1]]
    assert desk.slots["focus_item"] == cards[1]


def test_choosing_shows_what_others_take_with_it(desk: Desk) -> None:
    at = datetime.now(UTC) - timedelta(hours=1)
    for shopper in ("o1", "o2"):
        for minute, item_id in enumerate(("k-kettle", "l-desk")):
            desk.context.engine.slates.record(
                f"{shopper}{item_id}",
                "purchase",
                shopper_id=shopper,
                at=at + timedelta(minutes=minute),
                item_id=item_id,
            )
    desk.says("a kettle", "recommend", "action_recommend")
    reply = desk.says("the first one", "choose_item", "action_choose_item", entities={"item_ref": ["1"]})
    assert shown(reply) == ["k-kettle", "l-desk"]
    assert "This goes with it: Arc desk lamp." in reply.text
    [beside] = desk.context.engine.store.db.query("SELECT * FROM slates WHERE occasion = 'complement'")
    assert reply.rich["slate_id"] == beside["slate_id"]


def test_after_an_order_what_goes_with_it_is_named_but_not_while_something_is_wrong(desk: Desk) -> None:
    engine, at = desk.context.engine, datetime.now(UTC) - timedelta(hours=1)
    for shopper in ("o1", "o2", "s1"):
        engine.slates.record(f"{shopper}k", "purchase", shopper_id=shopper, at=at, item_id="k-kettle")
        if shopper != "s1":
            later = at + timedelta(minutes=1)
            engine.slates.record(f"{shopper}l", "purchase", shopper_id=shopper, at=later, item_id="l-desk")
    reply = desk.says("what do you recommend?", "recommend", "action_recommend")
    assert shown(reply) == ["l-desk"]
    assert f"others took it after {engine.item('k-kettle').title}" in reply.text
    assert [
        row["occasion"]
        for row in engine.store.db.query("SELECT occasion FROM slates WHERE slate_id = ?", [reply.rich["slate_id"]])
    ] == ["order"]
    picked = desk.says("i take the first", "choose_item", "action_choose_item", entities={"item_ref": ["1"]})
    assert shown(picked) == ["l-desk"]
    desk.says("my kettle arrived broken, this is awful", "complain", "action_complain")
    assert "items" not in desk.says("what do you recommend?", "recommend", "action_recommend").rich


def buys(desk: Desk, *item_ids: str, shoppers: tuple[str, ...] = ("o1", "o2", "o3")) -> None:
    at = datetime.now(UTC) - timedelta(hours=1)
    for shopper in shoppers:
        for minute, item_id in enumerate(item_ids):
            desk.context.engine.slates.record(
                f"{shopper}{item_id}",
                "purchase",
                shopper_id=shopper,
                at=at + timedelta(minutes=minute),
                item_id=item_id,
            )


@pytest.mark.parametrize(
    ("intent", "action"),
    [
        ("recommend", "action_recommend"),
        ("refine", "action_recommend"),
        ("ask_product", "action_answer_product"),
        ("nlu_fallback", "action_fallback"),
    ],
)
def test_what_goes_with_it_is_answered_however_it_was_understood(desk: Desk, intent: str, action: str) -> None:
    buys(desk, "k-kettle", "l-desk")
    desk.says("a kettle", "recommend", "action_recommend")
    reply = desk.says("what goes with it?", intent, action)
    assert shown(reply) == ["l-desk"]
    assert "others took it after" in reply.text
    assert shown(desk.says("a kettle please", "recommend", "action_recommend")) == ["k-kettle"]


def test_what_goes_with_an_order_and_what_is_said_where_nothing_does(desk: Desk) -> None:
    asked = ("anything that goes with my last order?", "nlu_fallback", "action_fallback")
    assert "no purchase of yours" in desk.says(*asked).text
    buys(desk, "k-kettle", shoppers=("s1",))
    assert "nothing in the shop that goes with what you have bought" in desk.says(*asked).text
    buys(desk, "k-kettle", "l-desk")
    reply = desk.says(*asked)
    assert shown(reply) == ["l-desk"]
    assert "What are you looking for?" not in reply.text
    desk.says("a desk lamp", "recommend", "action_recommend")
    assert "nothing is made for it" in desk.says("what goes with it", "recommend", "action_recommend").text


def test_one_variant_is_named_of_what_goes_with_it(desk: Desk) -> None:
    buys(desk, "k-kettle", "m-pebble", "m-pebble-red")
    desk.says("a kettle", "recommend", "action_recommend")
    assert len(shown(desk.says("what goes with it?", "recommend", "action_recommend"))) == 1


@pytest.mark.parametrize("intent", ["refine", "nlu_fallback", "deny"])
def test_a_refused_brand_counts_however_it_was_understood(desk: Desk, intent: str) -> None:
    first = desk.says("wireless mouse", "recommend", "action_recommend").rich["items"][0]
    action = {"nlu_fallback": "action_fallback", "deny": "action_acknowledge"}.get(intent, "action_recommend")
    reply = desk.says("no i dont want that brand", intent, action)
    assert shown(reply)
    assert first["brand"] not in {item.get("brand") for item in reply.rich["items"]}


def test_a_misspelt_critique_counts(desk: Desk) -> None:
    first = desk.says("wireless mouse under 30", "recommend", "action_recommend").rich["items"]
    second = desk.says("cheapr pls", "refine", "action_recommend").rich["items"]
    assert max(item["price"]["cents"] for item in second) < max(item["price"]["cents"] for item in first)


def test_promotions_are_the_really_reduced_items(desk: Desk) -> None:
    reply = desk.says("anything on sale?", "ask_promotions", "action_answer_promotions")
    assert shown(reply) == ["r-1"]
    assert "€119.00 instead of €149.00" in reply.text
    picked = desk.says("the first one", "choose_item", "action_choose_item", entities={"item_ref": ["1"]})
    assert shown(picked) == ["r-1"]


def test_a_thumb_is_logged_once_for_the_item(desk: Desk) -> None:
    desk.says("rain jacket", "recommend", "action_recommend")
    desk.says("not great", "thumbs_down", "action_thumb_down")
    rows = list(desk.context.engine.store.db.query("SELECT kind, weight, item_id FROM interactions"))
    assert len(rows) == 1
    assert (rows[0]["kind"], rows[0]["weight"]) == ("thumb_down", -0.8)


def test_what_was_not_understood_may_still_be_a_wish_or_a_question(desk: Desk) -> None:
    assert shown(desk.says("kettel 60 max", "nlu_fallback", "action_fallback")) == ["k-kettle"]
    assert "4.90" in desk.says("how much does shipping cost", "nlu_fallback", "action_fallback").text
    assert "other words" in desk.says("blorp fnord", "nlu_fallback", "action_fallback").text
    assert desk.context.info.email in desk.says("blorp fnord", "nlu_fallback", "action_fallback").text


def test_the_same_wish_in_words_that_were_not_understood(desk: Desk) -> None:
    cards = shown(desk.says("a mouse", "recommend", "action_recommend"))
    assert shown(desk.says("fine show me all mice", "nlu_fallback", "action_fallback")) == cards


def test_no_the_blue_one(desk: Desk) -> None:
    desk.says("a jacket", "recommend", "action_recommend")
    assert shown(desk.says("no, a blue one", "deny", "action_acknowledge")) == ["f-1"]
    assert "All right" in desk.says("no", "deny", "action_acknowledge").text


@pytest.mark.parametrize("said", ["zip off would be ace", "zip off ideally", "with zip off pls"])
def test_a_property_that_nothing_has_is_said_so(desk: Desk, said: str) -> None:
    kettle = shown(desk.says("a kettle", "recommend", "action_recommend"))
    reply = desk.says(said, "nlu_fallback", "action_fallback")
    assert reply.text.startswith("Nothing that fits is said to be or to have “zip off”.\n")
    assert shown(reply) == kettle


@pytest.mark.parametrize("said", ["blah blah", "zip off would be ace"])
def test_what_is_no_property_is_not_understood(desk: Desk, said: str) -> None:
    assert "did not get that" in desk.says(said, "nlu_fallback", "action_fallback").text
