"""How Rasa calls the action server: bounded in time and size, and honest to the shopper when it fails."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
from collections import OrderedDict
from contextvars import ContextVar
from itertools import islice
from typing import Any, cast
from weakref import WeakKeyDictionary

import aiohttp
from rasa import version
from rasa.core.actions.action import (
    ActionExecutionRejection,
    ActionExtractSlots,
    RemoteAction,
    create_bot_utterance,
)
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, UserUttered, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

logger = logging.getLogger(__name__)

SLOT_LIMIT_S = 2.0
"""For an action that only fills slots, and for every further action of a turn in which one has failed."""
DOWN_RESPONSE = "utter_part_down"
DOWN_TEXT = (
    "Sorry, a part of me is not answering just now, so I could not do that. "
    "Please try again in a moment, or ask for a person."
)
SENT_TURNS = 2
SENT_EVENTS = 60
REMEMBERED_FAILURES = 1_000
NEEDS_DOMAIN = 449  # rasa-sdk's answer to a digest that it does not know

_fills_slots: ContextVar[bool] = ContextVar("fills_slots", default=False)
_sessions: WeakKeyDictionary[asyncio.AbstractEventLoop, aiohttp.ClientSession] = WeakKeyDictionary()
_failed: OrderedDict[str, str] = OrderedDict()  # sender_id -> message_id of the last turn with a failure


class ActionServerFailure(RasaException):
    """The action server gave no usable answer. Its text says why, in our words only."""


async def run(
    self: RemoteAction,
    output_channel: OutputChannel,
    nlg: NaturalLanguageGenerator,
    tracker: DialogueStateTracker,
    domain: Domain,
) -> list[Event]:
    """Stands in for RemoteAction.run.

    Returns:
        The action's messages and events; when it failed, one honest sentence a turn.

    Raises:
        ActionExecutionRejection: the action itself refused (forms rely on it).
        ActionServerFailure: only while slots are filled; Rasa logs it and the turn goes on.
    """
    silent, message_id = _fills_slots.get(), _message_id(tracker)
    failed_before = _failed.get(tracker.sender_id) == message_id
    limit_s = SLOT_LIMIT_S if silent or failed_before else time_limit_s()
    try:
        answer = await _ask(self, tracker, domain, limit_s)
        return await _understand(self, answer, output_channel, nlg, tracker)
    except ActionServerFailure as failure:
        logger.warning(
            "Action %s failed for sender %s, message %s: %s", self.name(), tracker.sender_id, message_id, failure
        )
        if silent:
            raise
    _failed[tracker.sender_id] = message_id
    _failed.move_to_end(tracker.sender_id)
    if len(_failed) > REMEMBERED_FAILURES:
        _failed.popitem(last=False)
    return [] if failed_before else [await _apology(output_channel, nlg, tracker, domain)]


async def run_custom_action(  # noqa: PLR0917  the signature is Rasa's
    self: ActionExtractSlots,
    custom_action: str,
    output_channel: OutputChannel,
    nlg: NaturalLanguageGenerator,
    tracker: DialogueStateTracker,
    domain: Domain,
) -> list[Event]:
    """Stands in for ActionExtractSlots._run_custom_action: Rasa's own, told that a failure is no one's business."""
    token = _fills_slots.set(True)
    try:
        original = ActionExtractSlots._run_custom_action.__wrapped__  # type: ignore[attr-defined]
        return cast(list[Event], await original(self, custom_action, output_channel, nlg, tracker, domain))
    finally:
        _fills_slots.reset(token)


def time_limit_s() -> float:
    """RAPPORT_ACTION_TIMEOUT_S, or 8 seconds."""
    return float(os.environ.get("RAPPORT_ACTION_TIMEOUT_S", "8"))


def request_body(action: str, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
    """What the action server gets: the tracker's state, its recent events, and a digest in place of the domain."""
    state = tracker.current_state()
    state["events"] = [event.as_dict() for event in recent_events(tracker)]
    return {
        "next_action": action,
        "sender_id": tracker.sender_id,
        "tracker": state,
        "version": version.__version__,
        "domain_digest": _digest(domain),
    }


def recent_events(tracker: DialogueStateTracker) -> list[Event]:
    """The events since the shopper's last utterance but one, at most 60, oldest first."""
    events: list[Event] = []
    turns = 0
    for event in islice(reversed(tracker.events), SENT_EVENTS):
        events.append(event)
        turns += isinstance(event, UserUttered)
        if turns == SENT_TURNS:
            break
    return events[::-1]


async def _ask(action: RemoteAction, tracker: DialogueStateTracker, domain: Domain, limit_s: float) -> Any:
    endpoint = action.action_endpoint
    if not endpoint:
        raise ActionServerFailure("no action_endpoint is configured in endpoints.yml")
    body = request_body(action.name(), tracker, domain)
    try:
        async with asyncio.timeout(limit_s):
            try:
                return await _post(endpoint, body)
            except ClientResponseError as error:
                if error.status != NEEDS_DOMAIN:
                    raise
                return await _post(endpoint, {**body, "domain": domain.as_dict()})
    except ClientResponseError as error:
        if error.status == 400 and (rejection := _rejection(error)):
            raise rejection from None
        raise ActionServerFailure(f"it answered with status {error.status}") from None
    except TimeoutError:
        raise ActionServerFailure(f"no answer within {limit_s:g} s") from None
    except (aiohttp.ClientError, OSError) as error:
        raise ActionServerFailure(f"cannot be reached ({type(error).__name__})") from None
    except ValueError:
        raise ActionServerFailure("its answer is not JSON") from None


async def _post(endpoint: EndpointConfig, body: dict[str, Any]) -> Any:
    """As EndpointConfig.request, which opens a new connection for each call."""
    if endpoint.basic_auth or endpoint.cafile:
        return await endpoint.request(json=body, method="post")
    loop = asyncio.get_running_loop()
    if loop not in _sessions:
        _sessions[loop] = aiohttp.ClientSession()
    request = _sessions[loop].post(
        endpoint.url, json=body, headers=endpoint.headers, params=endpoint.combine_parameters()
    )
    async with request as response:
        if response.status >= 400:
            raise ClientResponseError(response.status, response.reason or "", await response.text())
        return await response.json(content_type=None)


async def close() -> None:
    """Closes the connections of the running event loop."""
    session = _sessions.pop(asyncio.get_running_loop(), None)
    if session:
        await session.close()


async def _understand(
    action: RemoteAction,
    answer: Any,
    output_channel: OutputChannel,
    nlg: NaturalLanguageGenerator,
    tracker: DialogueStateTracker,
) -> list[Event]:
    try:
        action._validate_action_result(answer)
        said = await action._utter_responses(answer.get("responses") or [], output_channel, nlg, tracker)
        return [*said, *deserialise_events(answer.get("events") or [])]
    except Exception as error:  # noqa: BLE001  whatever the answer breaks, its text must not reach the log
        raise ActionServerFailure(f"its answer makes no sense ({type(error).__name__})") from None


async def _apology(
    output_channel: OutputChannel, nlg: NaturalLanguageGenerator, tracker: DialogueStateTracker, domain: Domain
) -> Event:
    draft: dict[str, Any] | None = None
    if DOWN_RESPONSE in domain.responses:
        draft = await nlg.generate(DOWN_RESPONSE, tracker, output_channel.name())
    return create_bot_utterance({**(draft or {"text": DOWN_TEXT}), "utter_action": DOWN_RESPONSE})


def _rejection(error: ClientResponseError) -> ActionExecutionRejection | None:
    try:
        return ActionExecutionRejection(json.loads(error.text)["action_name"])
    except (ValueError, KeyError, TypeError):
        return None


def _message_id(tracker: DialogueStateTracker) -> str:
    message = tracker.latest_message
    if message is None:
        return ""
    return str((message.metadata or {}).get("message_id") or message.message_id or message.timestamp)


def _digest(domain: Domain) -> str:
    known = getattr(domain, "_rapport_digest", None)
    if known is None:
        content = json.dumps(domain.as_dict(), sort_keys=True, default=str)
        known = hashlib.sha256(content.encode()).hexdigest()[:16]
        domain._rapport_digest = known  # type: ignore[attr-defined]
    return str(known)
