"""What a shopper wishes, and what is shown for it, on the known catalogue."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from profiling.engine import Engine
from profiling.profile.observe import Reading
from profiling.profile.profile import Profile
from profiling.profile.short_answers import with_properties
from profiling.relations import Candidate
from profiling.types import Item, Turn
from tests.known_catalogue import ITEMS, load_items
from tests.profiling.talking import START, Shopper


def test_the_main_conversation(shopper: Shopper) -> None:
    shopper.says("I need a wireless mouse under 30, not from Logitech")
    assert {item_id.removesuffix("-red") for item_id in shopper.sees()} == {"m-pebble", "m-mini", "m-big"}
    shopper.says("something smaller", "refine")
    assert shopper.sees(more=True) == ["m-mini"]
    shopper.says("is the first one in stock?", "ask_availability", item_id="m-mini")
    shopper.says("and in black?", "refine")
    assert shopper.sees() == ["m-mini"]
    assert shopper.knows() == [
        "It should be: wireless.",
        "You are looking for: mouse.",
        "It may cost at most €30.00.",
        "Not from Logitech.",
        "Smaller than Pebble wireless mouse.",
        "In black.",
    ]


def test_a_card_says_why(engine: Engine, shopper: Shopper) -> None:
    shopper.says("a black wireless mouse under 20")
    slate = engine.recommend("s1", at=START)
    assert {reason.text for reason in slate.impressions[0].reasons} == {"wireless", "in black", "within your €20.00"}
    facts = {fact.fact_id for fact in engine.profile("s1", at=START).facts}
    assert all(set(reason.fact_ids) <= facts for shown in slate.impressions for reason in shown.reasons)


def test_what_is_sold_out_or_has_no_price_is_not_offered_under_a_budget(shopper: Shopper) -> None:
    shopper.says("wireless mouse under 30")
    assert not {"m-gone", "m-free", "m-dear"} & set(shopper.sees(k=10))
    shopper.says("price does not matter", "refine")
    assert {"m-free", "m-dear"} <= set(shopper.sees(k=10))


def test_one_variant_of_a_product_is_shown(shopper: Shopper) -> None:
    shopper.says("a pebble mouse")
    assert len({"m-pebble", "m-pebble-red"} & set(shopper.sees(k=10))) == 1


def test_a_mouse_is_no_mouse_pad(shopper: Shopper) -> None:
    shopper.says("a mouse")
    assert "pad-1" not in shopper.sees(k=20)
    shopper.says("mouse pad")
    assert shopper.sees(k=20) == ["pad-1"]


def test_narrower_kinds_are_included(shopper: Shopper) -> None:
    shopper.says("shoes")
    assert set(shopper.sees(k=9)) == {"s-42", "b-42"}
    shopper.says("any jackets?")
    assert set(shopper.sees(k=9)) == {"r-1", "r-2", "f-1"}


def test_a_new_thing_starts_anew_and_the_old_wishes_do_not_carry_over(shopper: Shopper) -> None:
    shopper.says("a black mouse under 20")
    shopper.says("and a rain jacket in yellow")
    assert shopper.sees() == ["r-1"]


def test_a_later_colour_replaces_an_earlier_one_and_a_higher_budget_the_lower(shopper: Shopper) -> None:
    shopper.says("a black rain jacket under 50")
    assert shopper.sees() == []
    shopper.says("in yellow then", "refine")
    shopper.says("ok, up to 150", "refine")
    assert shopper.sees() == ["r-1"]


def test_nothing_found_names_the_narrow_wish(engine: Engine, shopper: Shopper) -> None:
    shopper.says("a yellow rain jacket under 50")
    slate = engine.recommend("s1", at=START)
    assert slate.impressions == ()
    assert dict(slate.relaxations) == {"at most €50.00": 1}


def test_a_refused_material_also_rules_out_what_only_contains_it(shopper: Shopper) -> None:
    shopper.says("i hate wool", "state_preference")
    shopper.says("a jumper")
    assert shopper.sees() == ["j-cotton-m"]


def test_a_lasting_taste_moves_an_item_up_and_says_so(engine: Engine, shopper: Shopper) -> None:
    shopper.says("wireless mouse")
    before = shopper.sees(k=6)
    shopper.says("I love Logitech", "state_preference")
    slate = engine.recommend("s1", at=START, k=6)
    after = [shown.item.item_id for shown in slate.impressions]
    assert after.index("m-logi") < before.index("m-logi")
    assert "you like Logitech" in {reason.text for reason in slate.impressions[after.index("m-logi")].reasons}


@pytest.mark.parametrize(
    ("utterance", "known"),
    [
        ("something to keep coffee hot", ["You mentioned: keep coffee hot."]),
        ("somthing cheep, plz", ["You mentioned: cheep."]),
        ("hey im anna. looking for a jumper", ["You are looking for: jumper."]),
        ("hes after a glide pro", ["You mentioned: glide pro."]),
        ("not vanilla", ["Not vanilla."]),
        ("a mouse, not glide", ["You are looking for: mouse.", "Not glide."]),
        ("minnow 185", ["You mentioned: 185.", "From Minnow."]),
        ("zebra, tiger", ["You mentioned: zebra.", "You mentioned: tiger."]),
        ("my mum, 10 inch", ["In size 10 inch.", "You mentioned: mum."]),
        ("any brand is fine", []),
        ("a mouse, not from Logitech, benq", ["You are looking for: mouse.", "Not from Logitech.", "Not from BenQ."]),
    ],
)
def test_free_words_are_noted_as_they_are_meant(shopper: Shopper, utterance: str, known: list[str]) -> None:
    shopper.says(utterance)
    assert sorted(shopper.knows()) == sorted(known)


def test_a_word_that_is_not_wanted_rules_items_out(shopper: Shopper) -> None:
    shopper.says("a wireless mouse, not glide")
    assert "m-dear" not in shopper.sees(k=20)
    shopper.says("glide is fine after all", "refine")
    assert "m-dear" in shopper.sees(k=20)


def test_the_shops_own_word_for_a_thing_is_searched(settings, encoder) -> None:  # type: ignore[no-untyped-def]
    engine = Engine(settings, encoder=encoder)
    names = ("Heron Notebook 1400", "Teal Notebook 1500", "Wren Notebook 1600")
    laptops = [Item(f"n-{name[:4]}", name, product_type="laptop", price_cents=50_000, currency="EUR") for name in names]
    odd = Item("odd", "Laptop", product_type="laptop", price_cents=2_000, currency="EUR")
    load_items(engine, [odd, *laptops])
    engine.embed()
    shopper = Shopper(engine)
    shopper.says("a laptop")
    assert "odd" not in shopper.sees()


def test_a_screen_is_as_large_as_was_said(settings, encoder) -> None:  # type: ignore[no-untyped-def]
    engine = Engine(settings, encoder=encoder)
    screens = {"s-22": 558.8, "s-238": 604.5, "s-27": 685.8}
    load_items(
        engine,
        [
            Item(
                key,
                f"{key} monitor",
                product_type="monitor",
                price_cents=9_000,
                currency="EUR",
                measures={"screen_mm": mm},
            )
            for key, mm in screens.items()
        ],
    )
    shopper = Shopper(engine)
    shopper.says("a 24 inch monitor")
    assert shopper.sees() == ["s-238"]
    assert "With a 24-inch screen." in shopper.knows()
    shopper.says("bigger", "refine")
    assert shopper.sees() == ["s-27"]


def test_a_refusal_is_taken_back(shopper: Shopper) -> None:
    shopper.says("a jumper, no wool")
    assert "j-wool" not in shopper.sees(k=20)
    shopper.says("ok wool is fine", "refine")
    assert {"j-wool", "j-cotton-m"} <= set(shopper.sees(k=20))
    assert shopper.knows() == ["You are looking for: jumper.", "You do not mind: wool."]


def test_one_thing_or_another(shopper: Shopper) -> None:
    shopper.says("a kettle or a mouse pad")
    assert set(shopper.sees(k=20)) == {"k-kettle", "pad-1"}


def test_free_words_alone_keep_to_what_they_are_about(engine: Engine, shopper: Shopper) -> None:
    shopper.says("something to boil water in")
    slate = engine.recommend("s1", at=START)
    assert slate.impressions[0].item.item_id == "k-kettle"
    assert slate.fitting_count < len(ITEMS) / 2
    shopper.says("cheaper", "refine")
    assert "pad-1" not in shopper.sees(k=20), "a mouse pad is cheaper, but boils no water"


def test_when_no_single_wish_helps_the_thing_itself_is_offered(engine: Engine, shopper: Shopper) -> None:
    shopper.says("a yellow rain jacket from Minnow under 5")
    slate = engine.recommend("s1", at=START)
    assert slate.impressions == ()
    assert slate.relaxations == (("in yellow, from Minnow, at most €5.00", 2),)


def test_the_own_shoe_size_counts_for_shoes_only(shopper: Shopper) -> None:
    shopper.says("my shoe size is 43", "state_preference")
    shopper.says("trainers")
    assert shopper.sees() == ["s-43"]
    shopper.says("a jumper")
    assert shopper.sees() != []


def test_a_size_of_another_system_is_the_same_size(shopper: Shopper) -> None:
    shopper.says("trainers in uk 8")
    assert shopper.sees() == ["s-42"]


def test_show_more_leaves_out_what_was_shown_until_nothing_is_left(engine: Engine, shopper: Shopper) -> None:
    shopper.says("wireless mouse under 30")
    first, second = shopper.sees(), shopper.sees(more=True)
    assert len(first) == 3
    assert not set(first) & set(second)
    assert engine.recommend("s1", occasion="more", at=START + timedelta(hours=3)).repeated


def test_critiques_without_anything_on_the_table_teach_nothing(shopper: Shopper) -> None:
    assert shopper.says("cheaper", "refine").facts == ()


@pytest.mark.parametrize("utterance", ["something smaller", "somthing smallr"])
def test_what_cannot_be_compared_is_known_however_it_is_spelt(engine: Engine, shopper: Shopper, utterance: str) -> None:
    shopper.says("a jumper")
    shopper.sees()
    shopper.says(utterance, "refine")
    assert engine.uncompared("s1", utterance)
    assert not engine.uncompared("s1", "something cheaper")


def test_not_that_brand_excludes_the_brand_of_the_item_pointed_at(shopper: Shopper) -> None:
    shopper.says("wireless mouse")
    shopper.sees()
    facts = shopper.says("not that brand", "refine", item_id="m-big").facts
    assert [(fact.predicate, fact.object) for fact in facts] == [("excludes", "brand:Boulderworks")]


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([
    "a wireless mouse", "under 30", "in black", "in red", "not from Logitech", "i hate wool", "i love wool", "a jumper", "cheaper",
    "any colour", "my shoe size is 42", "my shoe size is 43", "from Minnow", "without leather", "rain jacket",
]), max_size=8))  # fmt: skip
def test_one_value_at_a_time_where_there_can_be_only_one(engine: Engine, utterances: list[str]) -> None:
    engine.memory.forget("h")
    for number, utterance in enumerate(utterances):
        engine.observe(
            Turn(
                f"h{number}-{hash(tuple(utterances))}",
                "h",
                utterance,
                START + timedelta(minutes=number),
                intent="refine",
            )
        )
        profile = engine.profile("h", at=START + timedelta(minutes=number))
        for single in ("wants", "budget_max", "shoe_size_is", "cheaper_than"):
            by_subject = [fact.subject for fact in profile.facts if fact.predicate == single]
            assert len(by_subject) == len(set(by_subject))
        assert not set(profile.objects("likes")) & set(profile.objects("dislikes"))
        for shown in engine.recommend("h", at=profile.at).impressions:
            assert_satisfies(shown.item, profile)


def assert_satisfies(item: Item, profile: Profile) -> None:
    """Every wish, tested on the item itself and not by the code that chose it."""
    assert item.availability != "out_of_stock"
    colours = {"black": "black", "red": "red"}
    for limit in profile.objects("budget_max"):
        assert item.price_cents is not None
        assert item.price_cents <= int(limit)
    assert item.brand not in profile.objects("excludes", kind="brand")
    assert all(item.brand == brand for brand in profile.objects("by_brand"))
    assert all(colours[colour] in item.colours for colour in profile.objects("in_colour"))
    if profile.objects("wants"):
        assert profile.objects("wants")[0] in item.product_type
    if "wool" in profile.objects("dislikes"):
        assert "merino wool" not in item.materials


@pytest.mark.parametrize(
    ("utterance", "first"),
    [
        ("a rain jacket", {"r-1", "r-2"}),
        ("a rain jacket for my husband", {"r-1", "r-2"}),
        ("a rain jacket for my 4 year old", {"r-child"}),
    ],
)
def test_a_grown_up_is_shown_nothing_made_for_children(engine: Engine, utterance: str, first: set[str]) -> None:
    childs = Item("r-child", "Splash rain jacket for children", product_type="rain jacket", price_cents=2900)
    poncho = Item(
        "r-poncho", "Gale rain jacket", product_type="rain jacket", price_cents=2900, attributes={"Age group": "kids"}
    )
    load_items(engine, [*ITEMS, childs, poncho])
    shopper = Shopper(engine)
    shopper.says(utterance)
    seen = shopper.sees(k=5)
    assert seen[0] in first
    assert (not {"r-child", "r-poncho"} & set(seen)) == (len(first) == 2)


def test_what_is_only_for_children_is_shown_to_anybody(engine: Engine) -> None:
    load_items(engine, [*ITEMS, Item("w-child", "Puddle wellington for children", product_type="wellington")])
    shopper = Shopper(engine)
    shopper.says("wellingtons")
    assert shopper.sees() == ["w-child"]


def test_where_only_a_childs_thing_is_left_a_grown_up_is_told_so(engine: Engine) -> None:
    childs = Item(
        "r-child", "Splash rain jacket for children", product_type="rain jacket", price_cents=2900, currency="EUR"
    )
    load_items(engine, [*ITEMS, childs])
    shopper = Shopper(engine)
    shopper.says("a rain jacket under 50")
    assert shopper.sees() == []


def test_a_kind_that_the_shop_does_not_have_is_found_by_its_head(engine: Engine, shopper: Shopper) -> None:
    shopper.says("winter jumpers")
    assert set(shopper.sees()) == {"j-wool", "j-cotton-m"}


@pytest.mark.parametrize("said", ["taped seams would be ace", "with taped seams"])
def test_a_short_answer_tells_of_the_thing_that_is_looked_for(shopper: Shopper, said: str) -> None:
    shopper.says("a rain jacket")
    shopper.says(said, "nlu_fallback")
    assert shopper.engine.profile("s1", at=START).objects("about") == ["taped seam"]


@pytest.mark.parametrize("said", ["a flying carpet", "do you have taped seams?", "i sewed taped seams"])
def test_what_tells_nothing_of_it_is_no_answer(shopper: Shopper, said: str) -> None:
    shopper.says("a rain jacket")
    shopper.says(said, "nlu_fallback")
    assert not shopper.engine.profile("s1", at=START).objects("about")


def test_without_a_search_a_short_answer_is_none(shopper: Shopper) -> None:
    shopper.says("taped seams", "nlu_fallback")
    assert not shopper.engine.profile("s1", at=START).about_need


def test_a_property_that_looks_like_a_thing_is_none(shopper: Shopper) -> None:
    shopper.says("a rain jacket")
    told = Candidate("wants", "words:taped seam", "taped seams", 0, 11, 0.9, lasting=False)
    reading = Reading(Turn("m", "s1", "taped seams", START, intent="recommend"), "en", [told], wishing=True)
    is_told = shopper.engine.catalogue.view.recommender.is_told(shopper.engine.profile("s1", at=START))
    assert [each.predicate for each in with_properties(reading, is_told).candidates] == ["about"]
    assert [each.predicate for each in with_properties(reading, lambda words: False).candidates] == ["wants"]


def test_a_bound_of_a_measure_is_a_wish(shopper: Shopper) -> None:
    shopper.says("a wireless mouse")
    shopper.says("max 5cm wide", "refine")
    assert shopper.sees(k=5) == ["m-mini"]
    assert not shopper.engine.profile("s1", at=START).objects("about")
    shopper.says("at least 1 kg", "refine")
    assert shopper.sees() == []
    assert "It is at most 5 cm wide." in shopper.knows()
