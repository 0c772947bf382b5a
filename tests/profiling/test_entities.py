from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiling.entities import EntityExtractor
from profiling.entities.prices import find_prices
from profiling.entities.sizes import find_sizes
from profiling.relations import extract_candidates
from profiling.settings import Settings
from profiling.text.words import WordList
from profiling.vocabulary import load_vocabulary

BRANDS = ("Logitech", "Philips", "HP", "Kestrel Row", "Brother", "Vans", "Hob & Hearth", "Adidas")


@pytest.fixture(scope="module")
def extractor() -> EntityExtractor:
    words = WordList.from_tokenizer(Settings.from_environment().encoder_dir / "tokenizer.json")
    assert len(words.known) > 10_000
    return EntityExtractor(
        load_vocabulary(), brands=BRANDS, nodes=["tablet security enclosure"], words=words, currency="EUR"
    )


@pytest.mark.parametrize(
    ("utterance", "expected"),
    [
        ("under 30", ["price_max:3000"]),
        ("a mouse below €30", ["price_max:3000"]),
        ("max. 49,90 euro", ["price_max:4990"]),
        ("up to 1.299,00 €", ["price_max:129900"]),
        ("under thirty bucks", ["price_max:3000"]),
        ("less than a hundred", ["price_max:10000"]),
        ("50 or less", ["price_max:5000"]),
        ("20 max pls", ["price_max:2000"]),
        ("my budget is 80", ["price_max:8000"]),
        ("no more than $25", ["price_max:2500"]),
        ("cheaper than 40", ["price_max:4000"]),
        ("between 20 and 40 euros", ["price_max:4000", "price_min:2000"]),
        ("20-40€", ["price_max:4000", "price_min:2000"]),
        ("over 100", ["price_min:10000"]),
        ("at least 50 euros", ["price_min:5000"]),
        ("around 50 euros", ["price_max:6000", "price_min:4000"]),
        ("under 30 cm", []),
        ("less than 2 kg", []),
        ("under 3 years", []),
        ("size 42", []),
        ("under -5", []),
        ("i am 30", []),
        ("20-40 people", []),
        ("order 1042", []),
        ("the first 3", []),
        ("within 3 days", []),
        ("what's the difference between 1 and 2", []),
        ("something between 1 and 2 euros", ["price_max:200", "price_min:100"]),
    ],
)
def test_prices(utterance: str, expected: list[str]) -> None:
    assert sorted(mention.value for mention in find_prices(utterance, currency="EUR")) == expected


@pytest.mark.parametrize("word", ["a ", "one ", "hundred and "])
def test_a_long_row_of_number_words_is_read_fast(word: str) -> None:
    started = time.process_time()
    find_prices(word * (2_000 // len(word)) + "!", currency="EUR")
    assert time.process_time() - started < 1.0


@pytest.mark.parametrize(
    ("utterance", "expected"),
    [
        ("in size 42", ["size:42"]),
        ("my shoe size is 42", ["size:42"]),
        ("us 9", ["size:us 9"]),
        ("EU 42.5 please", ["size:42.5"]),
        ("do you have it in xl", ["size:xl"]),
        ("i wear a medium", ["size:m"]),
        ("size small", ["size:s"]),
        ("XXL tshirt", ["size:xxl"]),
        ("in m", ["size:m"]),
        ("i need 3 days", []),
        ("a small gift", []),
        ("42 pieces", []),
        ("i'm 42", []),
        ("i need 2 of them", []),
        ("running shoes 42", ["size:42"]),
        ("boots 45.5 please", ["size:45.5"]),
        ("shoes 40 euros", []),
        ("shoes under 40", []),
    ],
)
def test_sizes(utterance: str, expected: list[str]) -> None:
    assert [mention.value for mention in find_sizes(utterance)] == expected


@pytest.mark.parametrize(
    ("utterance", "expected"),
    [
        ("I need a wireless mouse", ["feature:wireless", "product_type:mouse"]),
        ("red trainers from adidas", ["colour:red", "product_type:trainer", "brand:Adidas"]),
        ("something from addidas or logitec", ["brand:Adidas", "brand:Logitech"]),
        ("philips headphnes", ["brand:Philips", "product_type:headphones"]),
        ("my brother wants a hat", ["recipient:my brother", "product_type:hat"]),
        ("brother?", ["brand:Brother"]),
        ("a 24 inch monitor", ["screen:610", "product_type:monitor"]),
        ('laptop with 15.6"', ["product_type:laptop", "screen:396"]),
        ("a 15 inch laptop bag", ["size:15 inch", "product_type:laptop bag"]),
        ("a wireles mouse", ["feature:wireless", "product_type:mouse"]),
        ("a printer from brother", ["product_type:printer", "brand:Brother"]),
        ("a light jacket", ["product_type:jacket"]),
        ("light blue jumper", ["colour:blue", "product_type:jumper"]),
        ("a vase made of glass", ["product_type:vase", "material:glass"]),
        ("wine glass", ["product_type:glass"]),
        ("hob & hearth kettle", ["brand:Hob & Hearth", "product_type:kettle"]),
        ("i want to watch tv", ["product_type:television"]),
        ("noise canceling over-ear headphones", ["feature:noise-cancelling", "product_type:over-ear headphones"]),
        ("vegan leather bag", ["material:vegan leather", "product_type:bag"]),
        ("tablet security enclosure", ["product_type:tablet security enclosure"]),
        ("a kestrel vase", ["brand:Kestrel Row", "product_type:vase"]),
        ("my shoe size", []),
        ("where is my parcel", []),
        ("🎉🎉", []),
        ("", []),
    ],
)
def test_mentions(extractor: EntityExtractor, utterance: str, expected: list[str]) -> None:
    assert [mention.value for mention in extractor.mentions(utterance)] == expected


def test_a_corrected_spelling_has_a_lower_score(extractor: EntityExtractor) -> None:
    exact, corrected = extractor.mentions("logitech logitec")
    assert exact.score == 1.0
    assert 0.7 < corrected.score < 1.0
    assert (corrected.text, corrected.label) == ("logitec", "Logitech")


def test_without_a_word_list_nothing_is_corrected() -> None:
    bare = EntityExtractor(load_vocabulary(), brands=BRANDS, nodes=[], words=WordList(), currency="EUR")
    assert bare.mentions("logitec") == []


@pytest.mark.parametrize(
    ("utterance", "expected"),
    [
        ("where is order 48213?", ["order_number:48213"]),
        ("W1042 and #771-204 please", ["order_number:w1042", "order_number:#771-204"]),
        ("i paid 1.299,00 € on 4 november", ["price:129900", "date:4 november"]),
        ("it may come next friday", ["date:next friday"]),
        ("for my 6 year old", ["recipient:my 6 year old"]),
        ("my sister loves it", []),
        ("mens jeans 32/34", ["recipient:mens", "product_type:jeans", "size:32 34"]),
        ("a 27 inch monitor", ["screen:686", "product_type:monitor"]),
        ("under a tenner", ["price_max:1000"]),
        ("over 100 is too much", ["price_max:10000"]),
        ("dark green jumper", ["colour:green", "product_type:jumper"]),
        ("a toaster, cream", ["product_type:toaster", "colour:beige"]),
        ("camera for travel", ["product_type:camera", "use:travel"]),
        ("hob and hearth kettle", ["brand:Hob & Hearth", "product_type:kettle"]),
        ("what can i get", []),
        ("i waited two weeks", []),
    ],
)
def test_mentions_with_a_form_of_their_own(extractor: EntityExtractor, utterance: str, expected: list[str]) -> None:
    assert [mention.value for mention in extractor.mentions(utterance)] == expected


def test_mentions_of_a_cleaned_text_are_places_in_the_raw_one(extractor: EntityExtractor) -> None:
    utterance = "pls <b>bllllack</b> snikers, mxa 5 w/o lether 🎉"
    found = {mention.text: mention.value for mention in extractor.mentions(utterance)}
    assert found == {"bllllack": "colour:black", "snikers": "product_type:trainer", "lether": "material:leather"}
    assert all(utterance[m.start : m.end] == m.text for m in extractor.mentions(utterance))


def test_a_shop_adds_labels_of_its_own(tmp_path: Path) -> None:
    own = tmp_path / "words.yml"
    own.write_text("labels:\n  roast:\n    dark roast: {also: [french roast]}\n", encoding="utf-8")
    extractor = EntityExtractor(load_vocabulary(own), brands=(), nodes=[], words=WordList(), currency="EUR")
    assert [mention.value for mention in extractor.mentions("french roast, 1 kg")] == ["roast:dark roast", "size:1 kg"]


@pytest.mark.parametrize(
    "utterance",
    ["", "a", "🎉" * 50, "\x00\x07 red\x00", "красные туфли red", "x" * 100_000, "under 30 not red " * 6_000],
)
def test_bad_input_is_read_quickly_and_never_fails(extractor: EntityExtractor, utterance: str) -> None:
    started = time.process_time()
    mentions = extractor.mentions(utterance)
    candidates = extract_candidates(utterance, mentions, wishing=True)
    assert time.process_time() - started < 2
    assert all(0 <= candidate.start < candidate.end <= len(utterance) for candidate in candidates)


def test_a_missing_word_list_is_empty(tmp_path: Path) -> None:
    assert WordList.from_tokenizer(tmp_path / "none.json") == WordList()


@given(st.text(max_size=300))
def test_a_mention_is_a_span_of_the_utterance(extractor: EntityExtractor, utterance: str) -> None:
    for mention in extractor.mentions(utterance):
        assert utterance[mention.start : mention.end] == mention.text != ""
