"""Each patch: what it does, and whether Rasa still needs it. When a "still needs it" test fails, drop the patch."""

from __future__ import annotations

import asyncio
import inspect
import logging
from typing import Any

import dask
import jsonschema
import pytest
import rasa.core.actions.forms
import rasa.core.processor
import rasa.shared.utils.common
from rasa.core.actions.action import ActionExtractSlots, ActionSessionStart, RemoteAction
from rasa.core.channels.rest import RestInput
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.events import AllSlotsReset, Event, SlotSet, UserUttered
from rasa.shared.core.slots import TextSlot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.components import patches


@pytest.fixture(autouse=True)
def _patched() -> None:
    patches.apply()


def original(owner: Any, name: str) -> Any:
    return getattr(owner, name).__wrapped__


def test_a_second_call_changes_nothing() -> None:
    before = (RemoteAction.run, Event.resolve_by_type, DaskGraphRunner.run, rasa.core.processor.copy)
    patches.apply()
    assert before == (RemoteAction.run, Event.resolve_by_type, DaskGraphRunner.run, rasa.core.processor.copy)
    assert not hasattr(original(RemoteAction, "run"), "__wrapped__")


def test_importing_the_module_patches_nothing() -> None:
    assert "apply()" not in inspect.getsource(patches).replace("def apply()", "")


class TestValidator:
    def test_it_is_built_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        action = RemoteAction("action_x", None)
        good = {"events": [{"event": "slot", "name": "a", "value": 1}], "responses": [{"text": "hi"}]}
        assert action._validate_action_result(good)

        def refuse(*_: Any, **__: Any) -> None:
            raise AssertionError("the schema was checked again")

        validator = jsonschema.validators.validator_for(RemoteAction.action_response_format_spec())
        monkeypatch.setattr(validator, "check_schema", refuse)
        assert action._validate_action_result(good)

    @pytest.mark.parametrize("bad", [None, [], {"events": 3}, {"events": [{"event": 1}]}, {"responses": ["x"]}])
    def test_it_refuses_what_rasas_own_refuses(self, bad: Any) -> None:
        action = RemoteAction("action_x", None)
        with pytest.raises(jsonschema.ValidationError):
            action._validate_action_result(bad)
        with pytest.raises(jsonschema.ValidationError):
            original(RemoteAction, "_validate_action_result")(action, bad)

    def test_rasa_still_needs_it(self) -> None:
        source = inspect.getsource(original(RemoteAction, "_validate_action_result"))
        assert "validate(result, self.action_response_format_spec())" in source


class TestEventTypes:
    def test_the_tree_of_classes_is_walked_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        stored = {"event": "slot", "name": "a", "value": 1}
        assert isinstance(Event.from_parameters(stored), SlotSet)
        monkeypatch.setattr(rasa.shared.utils.common, "all_subclasses", None)
        assert isinstance(Event.from_parameters(stored), SlotSet)

    def test_unknown_names_still_raise(self) -> None:
        with pytest.raises(ValueError, match="Unknown event name"):
            Event.resolve_by_type("no_such_event")
        assert Event.resolve_by_type("no_such_event", UserUttered) is UserUttered

    def test_rasa_still_needs_it(self) -> None:
        assert "all_subclasses(Event)" in inspect.getsource(original(Event, "resolve_by_type"))


class TestActionCalls:
    def test_rasa_still_needs_it(self) -> None:
        source = inspect.getsource(original(RemoteAction, "run"))
        assert "timeout=DEFAULT_REQUEST_TIMEOUT" in source
        assert "EventVerbosity.ALL" in inspect.getsource(RemoteAction._action_call_format)
        assert rasa.core.constants.DEFAULT_REQUEST_TIMEOUT == 60 * 5
        assert "except (RasaException, ClientResponseError)" in inspect.getsource(
            original(ActionExtractSlots, "_run_custom_action")
        )


class TestStreams:
    async def test_a_failed_turn_ends_the_stream(self, caplog: pytest.LogCaptureFixture) -> None:
        async def fail(_: Any) -> None:
            raise RuntimeError("secret words")

        queue: asyncio.Queue[Any] = asyncio.Queue()
        await RestInput.on_message_wrapper(fail, "secret words", queue, "sender-1", "rest", None)
        assert queue.get_nowait() == "DONE"
        assert "sender-1" in caplog.text

    async def test_a_good_turn_ends_it_once(self) -> None:
        async def answer(message: Any) -> None:
            await message.output_channel.send_text_message("s", "hello")

        queue: asyncio.Queue[Any] = asyncio.Queue()
        await RestInput.on_message_wrapper(answer, "hi", queue, "s", "rest", {"message_id": "m"})
        assert queue.get_nowait()["text"] == "hello"
        assert queue.get_nowait() == "DONE"
        assert queue.empty()

    async def test_rasa_still_needs_it(self) -> None:
        async def fail(_: Any) -> None:
            raise RuntimeError

        queue: asyncio.Queue[Any] = asyncio.Queue()
        with pytest.raises(RuntimeError):
            await original(RestInput, "on_message_wrapper")(fail, "", queue, "s", "rest", None)
        assert queue.empty()


class TestDebugCopies:
    @pytest.mark.parametrize("module", [rasa.core.processor, rasa.core.actions.forms])
    def test_copies_serve_the_debug_log_only(self, module: Any) -> None:
        source = inspect.getsource(module)
        assert source.count("copy.") == source.count("copy.deepcopy(")
        for statement in source.split("structlogger.debug(")[1:]:
            logged = statement.split("\n        )", 1)[0]
            source = source.replace(logged, "")
        assert "copy.deepcopy(" not in source

    def test_the_object_itself_is_handed_out(self) -> None:
        thing = {"a": [1]}
        assert rasa.core.processor.copy.deepcopy(thing) is thing


class TestGraph:
    async def test_it_gives_what_dask_gives(self, make_agent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        agent = make_agent()
        monkeypatch.setattr(dask, "get", None)
        ours = await agent.parse_message("where is my order W1042")
        monkeypatch.undo()
        monkeypatch.setattr(DaskGraphRunner, "run", original(DaskGraphRunner, "run"))
        assert ours == await agent.parse_message("where is my order W1042")
        assert ours["intent"]["name"] == "order_status"
        assert ours["entities"][0]["value"] == "W1042"

    def test_rasa_still_needs_it(self) -> None:
        assert "dask.get(run_graph, run_targets)" in inspect.getsource(original(DaskGraphRunner, "run"))


class TestCarryOver:
    def test_a_new_session_gets_the_present_values(self) -> None:
        slots = [TextSlot("name", mappings=[]), TextSlot("size", mappings=[])]
        events = [SlotSet("name", "Ada"), SlotSet("size", "42"), SlotSet("name", "Grace"), AllSlotsReset()]
        forgotten = DialogueStateTracker.from_events("s", events, slots)
        assert ActionSessionStart._slot_set_events_from_tracker(forgotten) == []
        told_again = DialogueStateTracker.from_events("s", [*events, SlotSet("size", "43")], slots)
        assert ActionSessionStart._slot_set_events_from_tracker(told_again) == [SlotSet("size", "43")]

    def test_rasa_still_needs_it(self) -> None:
        forgotten = DialogueStateTracker.from_events(
            "s", [SlotSet("name", "Ada"), AllSlotsReset()], [TextSlot("name", mappings=[])]
        )
        theirs = original(ActionSessionStart, "_slot_set_events_from_tracker")(forgotten)
        assert theirs == [SlotSet("name", "Ada")]


def test_no_patch_logs_above_debug(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        patches.apply()
    assert not caplog.records
