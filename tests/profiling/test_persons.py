"""Words that tell that somebody else is writing."""

from __future__ import annotations

import pytest

from profiling.profile.names import named
from profiling.profile.persons import apart_id, seems_another, seems_back


@pytest.mark.parametrize(
    "utterance",
    [
        "this is my wife now",
        "hi, i'm using my husband's laptop",
        "its his girlfriend here",
        "wife here, need running shoes",
        "I'm on my mum's phone",
        "i'm his wife",
        "someone else here",
        "my name is Tom",
        "i'm not the same person btw",
    ],
)
def test_somebody_else_is_noticed(utterance: str) -> None:
    assert seems_another(utterance, name="Anna")


@pytest.mark.parametrize(
    "utterance",
    [
        "this is for my wife",
        "my husband's laptop is broken",
        "i need a laptop for my husband",
        "a case for my wife's phone",
        "my wife now wants it in blue",
        "call me Tom",
        "my name is anna",
        "My name is Ana",
        "is this the same as the other one?",
        "my friend here in berlin has one",
        "is someone here?",
        "can someone else here help me",
        "i ordered it with my wife's account",
        "the picture does not load on my husband's phone",
        "you are not the same person as before",
    ],
)
def test_a_word_about_others_is_no_sign_of_them(utterance: str) -> None:
    assert not seems_another(utterance, name="Anna")


def test_without_a_known_name_a_name_is_no_other_one() -> None:
    assert not seems_another("my name is Tom", name=None)


@pytest.mark.parametrize(
    ("utterance", "back"),
    [("it's me again", True), ("this is Anna", True), ("Anna here", True), ("this is Tom", False), ("show me", False)],
)
def test_the_first_person_comes_back(utterance: str, back: bool) -> None:
    assert seems_back(utterance, name="Anna") is back


def test_the_same_name_on_the_same_device_is_the_same_guest() -> None:
    tom = apart_id("guest:1", "my name is Tom", message_id="m1")
    assert tom == apart_id("guest:1", "hello, my name is Tom", message_id="m2")
    assert tom.startswith("guest:")
    assert tom != apart_id("guest:2", "my name is Tom", message_id="m1")
    assert apart_id("guest:1", "wife here", message_id="m1") != apart_id("guest:1", "wife here", message_id="m2")


@pytest.mark.parametrize(
    ("utterance", "name"),
    [
        ("my name is anna, where is my order", "Anna"),
        ("Hi, I'm Anna. Do you have mugs?", "Anna"),
        ("good morning, this is Tom here", "Tom"),
        ("my name is wrong on the parcel", None),
        ("hi im sick of this", None),
        ("Hi, I'm Back", None),
        ("I'm Spanish", None),
    ],
)
def test_only_a_name_that_is_given_is_a_name(utterance: str, name: str | None) -> None:
    assert [said.label for said in named(utterance)] == ([name] if name else [])
