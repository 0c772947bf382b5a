from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from actions.shop.demo_load import dated, load_demo_shop
from tests.actions.conftest import SHOP, Desk


def test_days_become_dates_from_the_day_of_loading(tmp_path: Path) -> None:
    now = datetime(2026, 5, 10, 12, tzinfo=UTC)
    record = {
        "placed_days_ago": 2,
        "expected_in_days": 1.5,
        "history": [{"days_ago": 1, "note": "x"}],
        "sent_days_ago": None,
    }
    assert dated(record, now) == {
        "placed_at": "2026-05-08T12:00:00+00:00",
        "expected_at": "2026-05-12T00:00:00+00:00",
        "history": [{"at": "2026-05-09T12:00:00+00:00", "note": "x"}],
        "sent_at": None,
    }
    assert load_demo_shop(SHOP, tmp_path / "shop.db", now=now) == 150


def test_faq_by_intent_and_honest_silence(desk: Desk) -> None:
    assert "4.90" in desk.says("what does delivery cost", "ask_shipping", "action_answer_faq").text
    for question in ("can i rent a tent for a weekend", "do you take bitcoin"):
        assert "no sure answer" in desk.says(question, "ask_store", "action_answer_faq").text
