"""What Rasa 3.6 wastes or hides, mended from outside. Each patch has a test that says when it is no longer needed.

Nothing happens on import; `apply` is called by our launchers (serve.py, train.py). Rasa works without it, only slower
and, when the action server is down, silent.
"""

from __future__ import annotations

import functools
import logging
from asyncio import Queue
from collections.abc import Awaitable, Callable
from graphlib import TopologicalSorter
from typing import Any

import jsonschema
import rasa.core.actions.action
import rasa.core.actions.forms
import rasa.core.processor
from rasa.core.actions.action import ActionExtractSlots, ActionSessionStart, RemoteAction
from rasa.core.channels.rest import RestInput
from rasa.engine.graph import GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.events import Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot.components import action_call

logger = logging.getLogger(__name__)
MARK = "_rapport_patch"


def apply() -> None:
    """Applies every patch once; a second call changes nothing."""
    for patch in (
        cache_validator,
        cache_event_types,
        bound_action_calls,
        end_failed_streams,
        skip_debug_copies,
        run_graph_directly,
        carry_over_present_values,
    ):
        patch()


def cache_validator() -> None:
    """Builds the validator of the action server's answers once.

    RemoteAction._validate_action_result checks the schema itself and builds a validator for each answer: 55 % of the
    processor time of a turn that calls an action.
    """

    @functools.cache
    def validator() -> Any:
        schema = RemoteAction.action_response_format_spec()
        return jsonschema.validators.validator_for(schema)(schema)

    def validate(self: RemoteAction, result: dict[str, Any]) -> bool:
        validator().validate(result)
        return True

    _replace(RemoteAction, "_validate_action_result", validate)


def cache_event_types() -> None:
    """Remembers which class an event's name stands for.

    Event.resolve_by_type walks the tree of all event classes for each stored event: 13 % of a turn, growing with the
    conversation.
    """
    original = Event.resolve_by_type
    _replace(Event, "resolve_by_type", staticmethod(functools.lru_cache(maxsize=256)(original)))


def bound_action_calls() -> None:
    """Gives calls of the action server a limit in time and size, and the shopper a sentence when one fails.

    Rasa waits five minutes, sends the whole conversation and the whole domain with each call, logs the request when it
    fails, and then says nothing.
    """
    _replace(RemoteAction, "run", action_call.run)
    _replace(ActionExtractSlots, "_run_custom_action", action_call.run_custom_action)


def end_failed_streams() -> None:
    """Ends the REST channel's stream when a turn fails.

    RestInput.on_message_wrapper forgets its end mark when the turn raises: whoever asked waits for ever.
    """
    original = RestInput.on_message_wrapper

    async def on_message(
        on_new_message: Callable[..., Awaitable[Any]], text: str, queue: Queue[Any], sender_id: str, *rest: Any
    ) -> None:
        try:
            await original(on_new_message, text, queue, sender_id, *rest)
        except Exception:
            logger.exception("The turn of sender %s failed", sender_id)
            await queue.put("DONE")

    _replace(RestInput, "on_message_wrapper", staticmethod(on_message))


def skip_debug_copies() -> None:
    """Hands out the object itself where Rasa deep-copies it only to log it at debug level."""
    for module in (rasa.core.processor, rasa.core.actions.forms):
        _replace(module, "copy", _NoCopy)


def run_graph_directly() -> None:
    """Runs the few nodes of a trained graph one after the other.

    DaskGraphRunner.run builds a task graph and has dask order it anew, several times in each turn; dask's synchronous
    scheduler then does the same as this loop. It took a sixth of a turn.
    """

    def run(
        self: DaskGraphRunner, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
    ) -> dict[str, Any]:
        wanted = targets or self._graph_schema.target_names
        orders = self.__dict__.setdefault("_rapport_orders", {})
        key = tuple(wanted)
        if key not in orders:
            orders[key] = _execution_order(self._graph_schema.minimal_graph_schema(list(wanted)))
        outputs = {name: (name, value) for name, value in (inputs or {}).items()}
        for name in orders[key]:
            needs = self._graph_schema.nodes[name].needs.values()
            outputs[name] = self._instantiated_nodes[name](*(outputs.get(need, need) for need in needs))
        return dict(outputs[name] for name in wanted)

    _replace(DaskGraphRunner, "run", run)


def carry_over_present_values() -> None:
    """Takes the slots' present values into a new session.

    ActionSessionStart repeats every SlotSet of the old session instead. That grows with the session, and brings back
    what an AllSlotsReset (a shopper's "forget me") had emptied.
    """

    def present_values(tracker: DialogueStateTracker) -> list[SlotSet]:
        slots = tracker.slots.items()
        return [SlotSet(name, slot.value) for name, slot in slots if slot.value != slot.initial_value]

    _replace(ActionSessionStart, "_slot_set_events_from_tracker", staticmethod(present_values))


def _execution_order(schema: GraphSchema) -> list[str]:
    sorter = TopologicalSorter({name: set(node.needs.values()) for name, node in schema.nodes.items()})
    return [name for name in sorter.static_order() if name in schema.nodes]


class _NoCopy:
    """Stands in for the module `copy` where all copies are log arguments."""

    @staticmethod
    def deepcopy(value: Any) -> Any:
        """`value`."""
        return value


def _replace(owner: Any, name: str, new: Any) -> None:
    """Puts `new` in the place of `owner.name`, unless that has been done."""
    done = owner.__dict__.get(MARK, frozenset())
    if name in done:
        return
    original = getattr(owner, name)
    function = new.__func__ if isinstance(new, staticmethod) else new
    if not isinstance(new, type):
        function.__wrapped__ = original
    setattr(owner, name, new)
    setattr(owner, MARK, done | {name})
