"""Which wish counts in a message with several, and what becomes of badly typed words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.components.clauses import clauses
from bot.components.intent_model import IntentModel, IntentSettings
from bot.components.intent_reader import SURE, IntentReader, SecondWish, learn
from bot.components.spelling import Spelling
from bot.components.wishes import Customs

WORDS = {
    "greet": ("hello", "hi", "morning"),
    "track": ("track", "where", "order", "parcel"),
    "send_back": ("return", "refund", "shoes"),
    "ask_price": ("cost", "price", "much"),
}
AXES = {word: place for place, word in enumerate(word for words in WORDS.values() for word in words)}


class BagOfWords:
    """An encoder that sees which of its few words are there."""

    def vector(self, text: str) -> NDArray[np.float32]:
        vector = np.full(len(AXES) + 1, 0.01, dtype=np.float32)
        for word in text.lower().replace(",", " ").replace(".", " ").split():
            if word in AXES:
                vector[AXES[word]] += 1.0
        unit: NDArray[np.float32] = (vector / np.linalg.norm(vector)).astype(np.float32)
        return unit

    def knows(self, word: str) -> bool:
        return word == "quiche"


@pytest.fixture(scope="module")
def model() -> IntentModel:
    pairs = [
        (f"{one} {other}", label) for label, words in WORDS.items() for one in words for other in words if one != other
    ]
    texts, labels = [text for text, _ in pairs], [label for _, label in pairs]
    settings = IntentSettings(char_weight=0.0, word_weight=0.0)
    return learn(texts, labels, settings, encoder=BagOfWords(), customs=Customs())


def best(model: IntentModel, text: str, openings: Sequence[str] = ("greet",), errands: Sequence[str] = ()) -> str:
    return model.labels[
        int(IntentReader(model, BagOfWords(), Customs(openings, errands)).read(text).confidences.argmax())
    ]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("where is my order and can i return the shoes", ["where is my order", "can i return the shoes"]),
        ("red and blue shoes", ["red and blue shoes"]),
        ("track W1042, also how much is the lamp?", ["track W1042", "how much is the lamp?"]),
        ("I ordered two. Please cancel one", ["I ordered two.", "Please cancel one"]),
        ("hello, where is my parcel", ["hello, where is my parcel"]),
        ("it's 4.90 or 5,50", ["it's 4.90 or 5,50"]),
        ("one line\nanother line", ["one line", "another line"]),
        ("yes, red. where is my order, please", ["yes red.", "where is my order please"]),
        ("", [""]),
        (" ! ", [" ! "]),
    ],
)
def test_a_message_falls_into_the_clauses_that_may_hold_a_wish(text: str, parts: list[str]) -> None:
    assert clauses(text) == parts


def test_the_first_of_two_wishes_counts(model: IntentModel) -> None:
    assert best(model, "where is my parcel and can i return the shoes, i want the refund") == "track"
    assert best(model, "can i return the shoes and get the refund, also where is my parcel") == "send_back"


def test_a_greeting_before_a_wish_is_no_wish(model: IntentModel) -> None:
    assert best(model, "hello good morning. where is my order") == "track"
    assert best(model, "hello good morning. where is my order", openings=()) == "greet"


def test_an_errand_goes_before_a_question(model: IntentModel) -> None:
    text = "what is the price, how much. where is my order"
    assert best(model, text) == "ask_price"
    assert best(model, text, errands=("track",)) == "track"


def test_a_vague_beginning_leaves_the_message_whole(model: IntentModel) -> None:
    assert best(model, "it is blue and i have it. what is the price, how much") == "ask_price"


def test_one_wish_is_read_as_the_model_reads_it(model: IntentModel) -> None:
    text = "where is my order"
    expected = model.confidences([text], BagOfWords().vector(text)[None, :])[0]
    np.testing.assert_array_equal(IntentReader(model, BagOfWords()).read(text).confidences, expected)


def test_a_badly_typed_word_is_mended_by_the_examples(model: IntentModel) -> None:
    spelling = Spelling({"parcel": 3, "parcels": 1, "where": 9, "there": 2, "once": 1}, BagOfWords().knows)
    assert spelling.mend("Wher is my pracel, quiche?") == "where is my parcel, quiche?"
    assert spelling.mend("wwere is parcels onec") == "where is parcels onec"
    assert spelling.mend("theres onec quiches") == "theres onec quiches"
    untouched = 'parce@example.org wher.example W1042 pracel1 see www.wher.org/x "yes"'
    assert spelling.mend(untouched) == untouched
    assert best(model, "wher is my ordr") == "track"


def second(model: IntentModel, text: str) -> SecondWish | None:
    return IntentReader(model, BagOfWords(), Customs(("greet",))).read(text).second


def test_the_second_wish_is_told_with_its_words(model: IntentModel) -> None:
    wish = second(model, "where is my parcel order, also how much does it cost, what price")
    assert wish is not None
    assert wish.intent == "ask_price"
    assert wish.text == "how much does it cost"
    assert wish.rest.startswith("where is my parcel order")
    assert wish.probability >= SURE


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("where is my order, and the parcel, also how much does it cost", "where is my order, and the parcel"),
        ("how much does it cost, and where is my order", "where is my order"),
        (
            "where is my pracel, Kethe. how much does it cost? track my ordr!",
            "where is my pracel, Kethe. track my ordr!",
        ),
    ],
)
def test_the_rest_is_as_it_was_written(model: IntentModel, text: str, rest: str) -> None:
    reader = IntentReader(model, BagOfWords(), Customs(("greet",), ("track",)))
    wish = reader.read(text).second
    assert wish is not None
    assert wish.intent == "ask_price"
    assert wish.rest == rest


@pytest.mark.parametrize(
    "text",
    [
        "where is my order",
        "hello good morning. where is my order",
        "where is my order, track my parcel",
        "where is my order and it is blue",
    ],
)
def test_a_message_with_one_wish_has_no_second(model: IntentModel, text: str) -> None:
    assert second(model, text) is None
