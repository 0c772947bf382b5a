"""The mood of an utterance, from the model to the turn that is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from profiling import Mood, Turn
from profiling.engine import Engine
from profiling.sentiment.onnx_model import OnnxSentiment
from profiling.settings import Settings

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def engine(settings: Settings) -> Engine:
    return Engine(settings, encoder=None, sentiment=OnnxSentiment(Settings.from_environment().sentiment_dir))


def turn(utterance: str, message_id: str = "m1") -> Turn:
    return Turn(message_id, "s1", utterance, AT)


@pytest.mark.parametrize(
    ("utterance", "label"),
    [
        ("This is the third time my parcel is late, I am fed up with you.", "negative"),
        ("Thank you so much, that is perfect!", "positive"),
        ("Do you have this jacket in size 42?", "neutral"),
    ],
)
def test_it_is_read_and_stored_with_the_turn(engine: Engine, utterance: str, label: str) -> None:
    mood = engine.observe(turn(utterance)).mood
    assert mood is not None
    assert mood.label == label
    stored = engine.memory.log.turn("m1")
    assert stored is not None
    assert Mood(stored["mood"], stored["mood_probability"]) == mood


def test_a_message_that_comes_again_has_the_same_mood(engine: Engine) -> None:
    first = engine.observe(turn("I hate this"))
    again = engine.observe(replace(turn("I love this")))
    assert again.repeated
    assert again.mood == first.mood


def test_a_language_that_the_model_does_not_read_has_no_mood(engine: Engine) -> None:
    assert engine.observe(turn("Das ist leider überhaupt nicht das, was ich bestellt habe")).mood is None


def test_without_a_model_there_is_no_mood(settings: Settings) -> None:
    assert Engine(settings, encoder=None).observe(turn("I hate this")).mood is None


@pytest.mark.parametrize(
    "utterance", ["", "x", "😡😡😡", "a" * 100_000, "\x00\x07", "so angry \ud83d today", "ok 好的 да"]
)
def test_no_utterance_stops_a_turn(engine: Engine, utterance: str) -> None:
    engine.observe(turn(utterance))
