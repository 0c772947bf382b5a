"""A recorded answer of rasa-sdk is one that Rasa accepts (the other half is tests/contract)."""

from __future__ import annotations

import json

from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import deserialise_events

from bot.components import patches
from tests.components.conftest import ROOT


def test_rasa_accepts_every_event_and_response() -> None:
    patches.apply()
    answer = json.loads((ROOT / "tests" / "contract" / "rasa_sdk_answer.json").read_text(encoding="utf-8"))
    assert RemoteAction("validate_return_form", None)._validate_action_result(answer)
    events = deserialise_events(answer["events"])
    assert [event.type_name for event in events] == [event["event"] for event in answer["events"]]
    assert len(events) == 10
    assert answer["responses"][1]["custom"]["slate_id"] == "s"
