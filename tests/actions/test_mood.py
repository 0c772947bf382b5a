from __future__ import annotations

import pytest

from profiling import Mood
from profiling.engine import Engine
from profiling.sentiment.onnx_model import OnnxSentiment
from profiling.settings import Settings
from tests.actions.conftest import Desk


@pytest.mark.parametrize(
    ("mood", "slot"), [(Mood("negative", 0.9), "negative"), (Mood("negative", 0.5), None), (None, None)]
)
def test_the_slot_has_the_mood_where_it_is_clear(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, mood: Mood | None, slot: str | None
) -> None:
    monkeypatch.setattr("profiling.engine.read_mood", lambda *_, **__: mood)
    desk.slots["mood"] = "positive"
    desk.says("where is my order", "order_status", "action_desk")
    assert desk.slots["mood"] == slot


def test_an_angry_shopper_is_noticed(desk: Desk, engine: Engine) -> None:
    engine.sentiment = OnnxSentiment(Settings.from_environment().sentiment_dir)
    desk.says("this is the third time my parcel is late, I am fed up", "order_status", "action_desk")
    assert desk.slots["mood"] == "negative"
