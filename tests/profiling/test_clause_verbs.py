from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiling.relations.acts import read_acts
from profiling.relations.clauses import fold
from profiling.relations.verbs import asks, has_verb, tells, words_of
from profiling.relations.words import MASK

THING = MASK * 6


@pytest.mark.parametrize(
    "clause",
    [
        f"{THING} warps in the rain",
        f"the {THING} on this table keeps slipping",
        f"{THING} ruined my floor",
        f"our {THING}s bend when it is hot",
        "nobody answers the phone",
        f"{THING} aren't what they were",
        f"these {THING} smell of glue",
        f"the {THING} stopped after a week",
        f"{THING} snapped on day two",
    ],
)
def test_a_statement_has_a_verb(clause: str) -> None:
    assert has_verb(words_of(clause))


@pytest.mark.parametrize(
    "clause",
    [
        f"{THING} covers in {THING}",
        f"washed {THING} shirt",
        f"{THING} that fits a small hand",
        f"a {THING} for someone who sleeps badly",
        f"{THING} or {THING} please",
        "",
    ],
)
def test_a_wish_in_keywords_has_none(clause: str) -> None:
    assert not has_verb(words_of(clause))


@pytest.mark.parametrize("clause", [f"do green {THING}s fade", "is the strap long enough", "has anyone tried these"])
def test_a_verb_before_its_subject_asks(clause: str) -> None:
    assert asks(words_of(clause))


@pytest.mark.parametrize("clause", ["would like one in teal", "is for my aunt", "do not show it", f"can be {THING}"])
def test_a_verb_without_a_subject_does_not_ask(clause: str) -> None:
    assert not asks(words_of(clause))


@pytest.mark.parametrize("clause", ["had one like it", "sending it back", "love the colour", "opened the box today"])
def test_what_was_or_is_done_is_told(clause: str) -> None:
    assert tells(words_of(clause))


@pytest.mark.parametrize(
    ("utterance", "acts"),
    [
        ("i'd take the oak one if it was smaller", ["supposed", "supposed"]),
        ("i'd like the oak one if you have it", ["wish", "statement"]),
        ("the label says silk", ["others"]),
        ("a tip for storing silk? any advice on moths?", ["question", "question"]),
        ("her hands swell, an 8 now", ["others", "others"]),
    ],
)
def test_acts_of_clauses(utterance: str, acts: list[str]) -> None:
    folded = fold(utterance)
    assert list(read_acts(folded, folded).acts) == acts


@given(st.text(max_size=200))
def test_any_text_has_one_act_a_clause(utterance: str) -> None:
    folded = fold(utterance)
    reading = read_acts(folded, folded)
    assert len(reading.acts) == len(reading.clauses)


@pytest.mark.parametrize(
    "utterance", [f"do u hav a {THING}", f"do you hav {THING}", f"hav u got any {THING}", f"can i hav a {THING}"]
)
def test_who_asks_for_a_thing_in_a_hurry_still_asks_for_it(utterance: str) -> None:
    folded = fold(utterance)
    assert list(read_acts(folded, folded).acts) == ["wish"]
