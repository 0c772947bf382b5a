from __future__ import annotations

import pytest

from profiling.entities import EntityExtractor
from profiling.relations import extract_candidates
from profiling.settings import Settings
from profiling.text.words import WordList
from profiling.vocabulary import load_vocabulary


@pytest.fixture(scope="module")
def extractor() -> EntityExtractor:
    words = WordList.from_tokenizer(Settings.from_environment().encoder_dir / "tokenizer.json")
    return EntityExtractor(load_vocabulary(), brands=("Logitech", "HP", "Trust"), nodes=[], words=words, currency="EUR")


def facts(extractor: EntityExtractor, utterance: str, *, wishing: bool) -> list[tuple[str, str]]:
    candidates = extract_candidates(utterance, extractor.mentions(utterance), wishing=wishing)
    for candidate in candidates:
        assert 0 <= candidate.start < candidate.end <= len(utterance)
    return [(candidate.predicate, candidate.object.partition(":")[2]) for candidate in candidates]


@pytest.mark.parametrize(
    ("utterance", "expected"),
    [
        (
            "I need a wireless mouse under 30, not from Logitech",
            [("has_feature", "wireless"), ("wants", "mouse"), ("budget_max", "3000"), ("excludes", "Logitech")],
        ),
        ("not from Logitech, HP or Trust", [("excludes", "Logitech"), ("excludes", "HP"), ("excludes", "Trust")]),
        ("black, not red", [("in_colour", "black"), ("excludes", "red")]),
        ("not red but black", [("excludes", "red"), ("in_colour", "black")]),
        ("anything but HP", [("excludes", "HP")]),
        ("a jumper without wool", [("wants", "jumper"), ("excludes", "wool")]),
        ("a wool-free jumper", [("excludes", "wool"), ("wants", "jumper")]),
        ("no leather and no wool", [("excludes", "leather"), ("excludes", "wool")]),
        ("I don't want a mouse from Logitech", [("wants", "mouse"), ("excludes", "Logitech")]),
        ("I can't find a red mouse", [("in_colour", "red"), ("wants", "mouse")]),
        ("don't you have a red one?", [("in_colour", "red")]),
        ("not from HP under 30", [("excludes", "HP"), ("budget_max", "3000")]),
        ("in size 42", [("in_size", "42")]),
        ("a red scarf for my sister", [("in_colour", "red"), ("wants", "scarf"), ("gift_for", "sister")]),
        ("my sister loves pink", []),
        ("cheaper", [("cheaper_than", "")]),
        ("something smaller and in black", [("in_colour", "black"), ("smaller_than", "")]),
        ("not that brand", [("not_brand", "")]),
        ("too expensive", [("cheaper_than", "")]),
        ("not too expensive", []),
        ("more like the second one", [("similar_to", "")]),
        ("cheaper than 40", [("budget_max", "4000")]),
        ("i'd like a blue jacket", [("in_colour", "blue"), ("wants", "jacket")]),
        ("i would prefer cotton", [("of_material", "cotton")]),
        ("i like the red one", [("in_colour", "red")]),
        ("not pink actually blue", [("excludes", "pink"), ("in_colour", "blue")]),
        ("my wife wants them in grey", [("gift_for", "wife"), ("in_colour", "grey")]),
        ("a coffee maker with a grinder", [("wants", "coffee maker"), ("has_feature", "grinder")]),
        ("cheeper", [("cheaper_than", "")]),
        ("a biger one", [("larger_than", "")]),
        ("have u got slippers", [("wants", "slipper")]),
        ("a mouse without cable", [("wants", "mouse"), ("has_feature", "wireless")]),
        ("wool is fine", [("accepts", "wool")]),
        ("bigger screen", [("larger_than", "")]),
        ("a bigger monitor", [("wants", "monitor"), ("larger_than", "")]),
        ("which one is the cheapest", []),
        ("the cheapest please", [("cheaper_than", "")]),
        ("hello there", []),
        ("it's for my sister, she loves pink", [("gift_for", "sister"), ("in_colour", "pink")]),
        ("large. no wait, medium please", [("in_size", "m")]),
        ("rather makita than bosch", [("by_brand", "Makita"), ("excludes", "Bosch")]),
        ("shoes for a wedding, 50 euros at most", [("wants", "shoe"), ("for_use", "wedding"), ("budget_max", "5000")]),
        ("i need boots. are they waterproof?", [("wants", "boot")]),
        ("is leather better?", []),
        ('"a red mouse" is what he said', []),
        ("thinking about a printer someday", []),
        ("is there a difference between the mouse and the red mat", []),
        ("do red jackets run small", []),
        ("too red", [("excludes", "red")]),
        ("i'd rather not have leather", [("excludes", "leather")]),
        ("the sleeves of the red jacket", []),
        ("a mouse, my baby sleeps badly", [("wants", "mouse")]),
    ],
)
def test_wishes(extractor: EntityExtractor, utterance: str, expected: list[tuple[str, str]]) -> None:
    assert facts(extractor, utterance, wishing=True) == expected


@pytest.mark.parametrize(
    ("utterance", "expected"),
    [
        ("i hate wool", [("dislikes", "wool")]),
        ("i really love dark green", [("likes", "green")]),
        ("I don't like leather", [("dislikes", "leather")]),
        ("i never wear polyester", [("dislikes", "polyester")]),
        ("my favourite colour is blue", [("likes", "blue")]),
        ("i am allergic to latex", [("is_allergic_to", "rubber")]),
        ("my shoe size is 42", [("shoe_size_is", "42")]),
        ("i wear a medium", [("size_is", "m")]),
        ("i hate wool and my shoe size is 42", [("dislikes", "wool"), ("shoe_size_is", "42")]),
        ("my budget is 50 euros", [("spends_at_most", "5000")]),
        ("my sister loves pink", []),
        ("she hates wool", []),
        ("people say leather is bad", []),
        ("do you like red?", []),
        ("if i liked red i would say so", []),
        ("i used to love wool", []),
        ("is it waterproof?", []),
        ("in size 42", []),
        ("i like it", []),
        ("where is my order for the red jacket", []),
        ("i'd like a red jacket", []),
        ("i hate razer", [("dislikes", "Razer")]),
        ("i dont hate plastic", []),
        ("i love and hate wool", []),
        ("i don't believe i hate wool", []),
        ("i'd wear fur if it was fake", []),
        ("i like shirts with a collar", []),
        ("my brother likes logitech", []),
    ],
)
def test_lasting_statements(extractor: EntityExtractor, utterance: str, expected: list[tuple[str, str]]) -> None:
    assert facts(extractor, utterance, wishing=False) == expected


def test_a_hedge_lowers_the_confidence(extractor: EntityExtractor) -> None:
    def confidence(utterance: str) -> float:
        return extract_candidates(utterance, extractor.mentions(utterance), wishing=True)[0].confidence

    assert confidence("maybe in red") < confidence("in red")
