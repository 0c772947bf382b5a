"""What an utterance says about a search that goes on: bounds moved, wishes taken back, places, whom it is for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from profiling.engine import Engine
from profiling.profile.needs import OWN_SEARCH, is_wishing
from profiling.profile.observe import only_wishes, read_utterance
from profiling.relations.budgets import is_budget
from profiling.relations.ordinals import compared_places, pointed_places
from profiling.relations.releases import find_releases
from profiling.relations.whom import own_search, tells_of
from profiling.types import Mention, Turn
from tests.profiling.talking import START, Shopper

LATER = START + timedelta(hours=1)


def wishes(engine: Engine) -> set[str]:
    """What the open search consists of, but for its free words."""
    return {fact.predicate for fact in engine.profile("s1", at=LATER).about_need} - {"about"}


@pytest.mark.parametrize(
    ("utterance", "places"),
    [
        ("the first but in blue", ["1"]),
        ("same as number two, only in rust", ["2"]),
        ("the third one and the last one", ["3", "last"]),
        ("not the first, the second", ["2"]),
        ("the first time i ordered", []),
        ("my second parcel", []),
        ("a gift for her first birthday", []),
    ],
)
def test_places_that_are_pointed_at(utterance: str, places: list[str]) -> None:
    assert pointed_places(utterance) == places


@pytest.mark.parametrize(
    ("utterance", "places"),
    [
        ("put 1 and 2 next to each other", ["1", "2"]),
        ("1 vs 3", ["1", "3"]),
        ("line up the first two", ["1", "2"]),
        ("what sets number 1 apart from number 3?", ["1", "3"]),
        ("show the first and the third side by side", ["1", "3"]),
        ("i need 1 or 2 mugs", []),
        ("between 2 and 3 kg", []),
        ("the first and the second arrived broken", []),
    ],
)
def test_places_that_are_compared(utterance: str, places: list[str]) -> None:
    assert compared_places(utterance) == places


@pytest.mark.parametrize(
    ("utterance", "wishes"),
    [
        ("drop the size", {"in_size"}),
        ("forget about the price limit", {"budget_max", "budget_min", "cheaper_than", "dearer_than"}),
        ("brand is not important after all", {"by_brand"}),
        ("any colour is fine", {"in_colour"}),
        ("it doesn't have to be leather", {"material:leather"}),
        ("no need to be black", {"colour:black"}),
        ("leather is not a must", {"material:leather"}),
        ("forget my size", set()),
        ("forget red", set()),
        ("no leather", set()),
        ("leave out the red ones", set()),
    ],
)
def test_wishes_that_are_taken_back(engine: Engine, utterance: str, wishes: set[str]) -> None:
    mentions = engine.catalogue.view.extractor.mentions(utterance, by_form=True)
    assert {release.wish for release in find_releases(utterance, mentions)} == wishes


@pytest.mark.parametrize(
    ("utterance", "alone"),
    [
        ("what if i pay up to 120", True),
        ("not more than 40 quid", True),
        ("could go to 130 at a push", True),
        ("140 is the absolute ceiling", True),
        ("free delivery over 50?", False),
        ("a red one under 40", False),
        ("can i pay later", False),
    ],
)
def test_whether_nothing_but_a_bound_of_the_price_is_named(engine: Engine, utterance: str, alone: bool) -> None:
    assert is_budget(utterance, engine.catalogue.view.extractor.mentions(utterance, by_form=True)) is alone


@pytest.mark.parametrize(
    ("utterance", "names_thing", "own"),
    [
        ("now a rain jacket for me please", True, "thing"),
        ("i also need a jumper", True, "thing"),
        ("i need headphones too", True, "thing"),
        ("something for myself", False, "thing"),
        ("no, it is for me", False, "whom"),
        ("pick one for me", False, None),
        ("something for me and my sister", False, None),
        ("in blue please", False, None),
    ],
)
def test_when_a_shopper_comes_to_something_of_their_own(utterance: str, names_thing: bool, own: str | None) -> None:
    assert own_search(utterance, names_thing=names_thing) == own


@pytest.mark.parametrize("utterance", ["now i'd like a jumper", "Now I’d like a jumper"])
def test_a_thing_of_ones_own_after_a_gift_is_a_wish(utterance: str) -> None:
    start = utterance.index("jumper")
    thing = Mention("product_type", "product_type:sweater", "sweater", "jumper", start, start + 6)
    turn = Turn("m", "s1", utterance, START, intent="state_preference")
    assert is_wishing(turn, [thing], people=["son"])
    assert not is_wishing(turn, [thing])


def test_what_is_told_of_the_one_who_gets_it() -> None:
    assert tells_of("she hates grey", ["aunt"])
    assert tells_of("my aunt hates grey", ["aunt"])
    assert not tells_of("i hate grey", ["aunt"])
    assert not tells_of("she hates grey", [])


def test_what_is_said_of_a_gift_stays_with_the_gift(engine: Engine) -> None:
    shopper = Shopper(engine)
    shopper.says("i need a present for my sister, nothing red")
    assert "excludes" in wishes(engine)
    shopper.says("now a wireless mouse for me please")
    assert wishes(engine) == {"wants", "has_feature"}


def test_whom_a_search_is_for_is_put_right(engine: Engine) -> None:
    shopper = Shopper(engine)
    shopper.says("a jumper for my dad")
    shopper.says("no sorry, for me", "correct")
    assert "gift_for" not in wishes(engine)
    assert "wants" in wishes(engine)


def test_a_taste_of_the_one_who_gets_it_is_none_of_the_shoppers(engine: Engine) -> None:
    shopper = Shopper(engine)
    shopper.says("a jumper for my aunt")
    shopper.says("she hates grey", "state_preference")
    assert "excludes" in wishes(engine)
    assert engine.profile("s1", at=LATER).about_shopper == []


@pytest.mark.parametrize("utterance", ["presnt 4 my dad, a jumper", "dads bday is coming up, he needs a jumper"])
def test_a_gift_in_chat_spelling(engine: Engine, utterance: str) -> None:
    Shopper(engine).says(utterance)
    assert engine.profile("s1", at=LATER).recipients == ["dad"]


def test_what_one_message_asks_for_and_refuses_can_be_told(engine: Engine) -> None:
    observed = Shopper(engine).says("a mouse in black and not black")
    assert engine.memory.contradictions(observed.message_id) == ["black"]
    assert wishes(engine) == {"wants"}
    assert engine.memory.contradictions(Shopper(engine, "s2").says("a mouse, not black").message_id) == []


def test_the_log_knows_that_another_search_began(engine: Engine) -> None:
    shopper = Shopper(engine)
    shopper.says("headphones for my husband, not black")
    shopper.says("i need headphones too")
    released = [entry.released for entry in engine.memory.log.entries("s1")]
    assert released == [(), (OWN_SEARCH,)]
    before = engine.memory.digest("s1")
    engine.memory.rebuild("s1")
    assert engine.memory.digest("s1") == before


@pytest.mark.parametrize(
    "utterance",
    [
        "my husband's trainers are falling apart. what have you got?",
        "i lost my trainers on holiday, need new ones",
        "jumper, blue. no wait, trainers",
        "ugh my trainers died again. whats a good pair",
        "i asked for trainers, not boots",
        "show me ur trainers",
    ],
)
def test_the_thing_that_is_meant(engine: Engine, utterance: str) -> None:
    Shopper(engine).says(utterance)
    assert engine.profile("s1", at=LATER).objects("wants") == ["trainer"]


@pytest.mark.parametrize("utterance", ["present 4 my bro in law, hes into fishing", "and one for my bro in law"])
def test_who_gets_it_is_a_wish_whatever_was_understood(engine: Engine, utterance: str) -> None:
    Shopper(engine).says(utterance, "nlu_fallback")
    assert engine.profile("s1", at=LATER).recipients == ["bro in law"]


@pytest.mark.parametrize(
    ("utterance", "intent", "wanted"),
    [
        ("i hate shopping. just give me a jumper", "state_preference", ["jumper"]),
        ("why so expensive? i just want a mouse", "why_this", ["mouse"]),
        ("now the keyboard", "choose_item", ["keyboard"]),
        ("i'll take the keyboard", "choose_item", []),
        ("i hate jumpers", "state_preference", []),
        ("i want to match my jumper", "state_preference", []),
    ],
)
def test_a_thing_that_is_asked_for_beside_something_else(
    engine: Engine, utterance: str, intent: str, wanted: list[str]
) -> None:
    Shopper(engine).says(utterance, intent)
    assert engine.profile("s1", at=LATER).objects("wants") == wanted


def test_another_colour_that_is_fine_too_widens_the_search(engine: Engine) -> None:
    shopper = Shopper(engine)
    shopper.says("a mouse in black")
    assert "m-big" not in shopper.sees(k=10)
    shopper.says("grey is fine too", "refine")
    seen = shopper.sees(k=10)
    assert {"m-big", "m-mini"} <= set(seen)
    assert "m-free" not in seen


@pytest.mark.parametrize(
    ("utterance", "alone"), [("no wool", True), ("not a red one tho", True), ("no wool, you useless idiots", False)]
)
def test_a_refused_property_is_no_bad_mood(engine: Engine, utterance: str, alone: bool) -> None:
    extractor = engine.catalogue.view.extractor
    turn = Turn("m1", "s1", utterance, START, intent="nlu_fallback")
    mentions = extractor.mentions(utterance, by_form=True)
    reading = read_utterance(turn, language="en", mentions=mentions, known_words=extractor.known_words)
    assert only_wishes(reading, extractor.known_words) is alone


@pytest.mark.parametrize(
    ("utterance", "refused"),
    [
        ("i said i dont want wool and u show me wool. a jumper", ["wool"]),
        ("a jumper in green but no wool i itch", ["wool"]),
    ],
)
def test_what_is_refused_stays_refused(engine: Engine, utterance: str, refused: list[str]) -> None:
    observed = Shopper(engine).says(utterance)
    assert engine.profile("s1", at=LATER).objects("excludes") == refused
    assert engine.memory.contradictions(observed.message_id) == []


def test_an_age_is_no_price(engine: Engine) -> None:
    Shopper(engine).says("kids jumper, age 5ish")
    assert not {"budget_max", "budget_min"} & wishes(engine)


@pytest.mark.parametrize(
    ("refused", "accepted", "intent"),
    [
        ("a kettle, no plastic", "plastic's fine actually", "refine"),
        ("a kettle, no plastic", "i don't mind plastic after all", "refine"),
        ("a kettle, no plastic", "plastic ok", "nlu_fallback"),
        ("a backpack, dont want roll top", "roll top is fine actually, sorry", "refine"),
        ("a backpack, no roll top", "actually roll top is fine", "nlu_fallback"),
        ("a scarf, not itchy", "itchy is fine", "refine"),
        ("a pan, no coating", "the coating is alright", "refine"),
    ],
)
def test_what_is_fine_after_all_is_no_longer_refused(
    shopper: Shopper, refused: str, accepted: str, intent: str
) -> None:
    shopper.says(refused)
    assert shopper.engine.profile("s1", at=START).objects("excludes")
    shopper.says(accepted, intent)
    profile = shopper.engine.profile("s1", at=START)
    assert not profile.objects("excludes")
    assert not profile.objects("about")
    assert not profile.objects("of_material")


@pytest.mark.parametrize(
    ("said", "intent"), [("is plastic ok for hot water?", "ask_product"), ("no plastic is fine", "refine")]
)
def test_a_question_takes_no_refusal_back(shopper: Shopper, said: str, intent: str) -> None:
    shopper.says("a kettle, no plastic")
    shopper.says(said, intent)
    assert shopper.engine.profile("s1", at=START).objects("excludes") == ["plastic"]
