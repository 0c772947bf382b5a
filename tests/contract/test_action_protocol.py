"""Rasa 3.6 and rasa-sdk speak the same protocol: recorded calls of the one against the other's server.

`rasa_action_call.json` is what plain Rasa 3.6.21 sent, `rapport_action_call.json` what it sends under
bot.components.patches: the recent events, and a digest in place of the domain. The way back is tested in Rasa's
environment, tests/components/test_action_answers.py.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk import events as sdk_events
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from rasa_sdk.interfaces import ActionMissingDomainException
from rasa_sdk.types import DomainDict

from actions.call import Call

FOLDER = Path(__file__).parent
ANSWER = FOLDER / "rasa_sdk_answer.json"


class Witness(Action):
    """Keeps what it was called with; answers with every kind of event and response that we use."""

    def name(self) -> str:
        return "validate_return_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        self.call, self.tracker, self.domain = Call.from_tracker(tracker), tracker, domain
        dispatcher.utter_message(text="Here.", buttons=[{"title": "More", "payload": "/show_more"}])
        dispatcher.utter_message(json_message={"items": [{"item_id": "LL-1"}], "slate_id": "s"})
        dispatcher.utter_message(response="utter_greet")
        return [
            sdk_events.SlotSet("order_number", "W1042"),
            sdk_events.SlotSet("reason", None),
            sdk_events.AllSlotsReset(),
            sdk_events.FollowupAction("utter_greet"),
            sdk_events.ActiveLoop(None),
            sdk_events.ConversationPaused(),
            sdk_events.ConversationResumed(),
            sdk_events.UserUtteranceReverted(),
            sdk_events.ActionExecutionRejected("validate_return_form"),
            sdk_events.Restarted(),
        ]


def recorded(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FOLDER / f"{name}_action_call.json").read_text(encoding="utf-8"))
    return content


@pytest.fixture
def witness() -> Witness:
    return Witness()


@pytest.fixture
def executor(witness: Witness) -> ActionExecutor:
    made = ActionExecutor()
    made.register_action(witness)
    return made


def check_what_arrived(witness: Witness) -> None:
    call = witness.call
    assert (call.utterance, call.intent) == ("it is W1042", "inform")
    assert (call.message_id, call.shopper_id, call.sender_id) == ("0d3e-3", "guest:7c1a", "web-5f2c")
    assert call.channel == "web"
    assert call.entities == {"order_number": ["W1042"]}
    assert call.slots["requested_slot"] == "order_number"
    assert witness.tracker.active_loop["name"] == "return_form"
    assert [event["text"] for event in witness.tracker.events if event["event"] == "user"][-2:] == [
        "i want to return this",
        "it is W1042",
    ]


async def test_a_call_of_plain_rasa(executor: ActionExecutor, witness: Witness) -> None:
    await executor.run(recorded("rasa"))
    check_what_arrived(witness)
    assert "return_form" in witness.domain["forms"]


async def test_a_call_of_rasa_as_we_run_it(executor: ActionExecutor, witness: Witness) -> None:
    call = recorded("rapport")
    assert "domain" not in call
    with pytest.raises(ActionMissingDomainException):
        await executor.run(call)
    await executor.run({**call, "domain": recorded("rasa")["domain"]})
    await executor.run(call)
    check_what_arrived(witness)
    assert "return_form" in witness.domain["forms"]


async def test_the_recorded_answer_is_what_rasa_sdk_answers_today(executor: ActionExecutor) -> None:
    result = await executor.run(recorded("rasa"))
    assert result is not None
    assert result.model_dump() == json.loads(ANSWER.read_text(encoding="utf-8"))
