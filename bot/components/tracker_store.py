"""Rasa tracker store whose rows stay small: the last turns, and a summary of all that came before."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    ConversationPaused,
    Event,
    ReminderScheduled,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.components.conversation_file import ConversationFile, default_path

KEPT_TURNS = 8
MOST_TURNS = 16
MOST_EVENTS = 600


class CompactTrackerStore(TrackerStore):
    """Keeps each sender's present session in one row of SQLite; loading it takes the same time after any number.

    A session keeps 8 to 16 turns as they were, and that is how far `action_back` reaches. Whatever the earlier ones
    left behind (slots, an active form, a pause, pending reminders) stands before them as ordinary Rasa events, so that
    a replay gives the same state.

    Config (endpoints.yml, under tracker_store): `db`, the file; default `rasa.db` under RAPPORT_HOME.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        db: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self._file = ConversationFile(Path(db) if db else default_path())

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Writes the sender's row; a tracker without events leaves it as it is."""
        await self.stream_events(tracker)
        events = compact(present_session(list(tracker.events)), tracker)
        if events:
            content = json.dumps([event.as_dict() for event in events], separators=(",", ":"))
            await asyncio.to_thread(self._file.save, tracker.sender_id, content)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The present session, or None for an unknown sender."""
        content = await asyncio.to_thread(self._file.load, sender_id)
        if content is None:
            return None
        return DialogueStateTracker.from_dict(
            sender_id, json.loads(content), self.domain.slots, max_event_history=self.max_event_history
        )

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """The same as `retrieve`: earlier sessions are not kept."""
        return await self.retrieve(conversation_id)

    async def exists(self, conversation_id: str) -> bool:
        """Whether the sender has a row."""
        return await asyncio.to_thread(self._file.contains, conversation_id)

    async def keys(self) -> Iterable[str]:
        """All senders."""
        return await asyncio.to_thread(self._file.sender_ids)

    async def erase(self, sender_id: str) -> bool:
        """See ConversationFile.erase."""
        return await asyncio.to_thread(self._file.erase, sender_id)


def present_session(events: list[Event]) -> list[Event]:
    """The events from the latest start of a session on, or all of them."""
    for position in range(len(events) - 1, -1, -1):
        event = events[position]
        if isinstance(event, ActionExecuted) and event.action_name == ACTION_SESSION_START_NAME:
            return events[position:]
    return events


def compact(events: list[Event], tracker: DialogueStateTracker) -> list[Event]:
    """Events with the same outcome, bounded in number.

    Args:
        events: of one session, oldest first.
        tracker: whose slots and sender are used; its own events are not looked at.

    Returns:
        `events` as long as there are at most 16 turns and 600 events, else a summary and the last 8 turns.
    """
    if len(events) <= MOST_EVENTS and _turns(events) <= MOST_TURNS:
        return events
    start = [event for event in events[:2] if _starts_session(event)]
    body = events[len(start) :]
    if any(isinstance(event, UserUtteranceReverted | ActionReverted) for event in body):
        body = _replayed(body, tracker).applied_events()  # what is undone may lie before any cut
    cut = _cut(body)
    return [*start, *_summary(body[:cut], tracker), *body[cut:]]


def _turns(events: Sequence[Event]) -> int:
    return sum(isinstance(event, UserUttered) for event in events)


def _starts_session(event: Event) -> bool:
    starts = isinstance(event, ActionExecuted) and event.action_name == ACTION_SESSION_START_NAME
    return starts or isinstance(event, SessionStarted)


def _replayed(events: Sequence[Event], tracker: DialogueStateTracker) -> DialogueStateTracker:
    return DialogueStateTracker.from_events(tracker.sender_id, list(events), tracker.slots.values())


def _cut(events: Sequence[Event]) -> int:
    """Where the kept turns begin: at an `action_listen`, so that undoing one of them never reaches the summary."""
    turns, cut = 0, 0
    for position in range(len(events) - 1, -1, -1):
        event = events[position]
        turns += isinstance(event, UserUttered)
        if isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME:
            if cut and len(events) - position > MOST_EVENTS // 2:
                break
            cut = position
            if turns == KEPT_TURNS:
                break
    return cut


def _summary(earlier: Sequence[Event], tracker: DialogueStateTracker) -> list[Event]:
    """Events that bring a fresh tracker to the state in which `earlier` leave one."""
    if not earlier:
        return []
    then = _replayed(earlier, tracker)
    before_form, form = _form(earlier, then)
    at_form = _replayed(before_form, tracker)
    reminders = [event for event in earlier if isinstance(event, ReminderScheduled) and _is_pending(event)]
    pause = [ConversationPaused(earlier[-1].timestamp)] if then.is_paused() else []
    empty = _replayed((), tracker)
    return [*_changes(empty, at_form, before_form), *form, *_changes(at_form, then, earlier), *reminders, *pause]


def _form(earlier: Sequence[Event], then: DialogueStateTracker) -> tuple[Sequence[Event], list[Event]]:
    """What came before the form that is active in `then`, and its start: what triggered it, and that it ran.

    The slots of that time stand before it, so that a shopper who goes back to before the form finds them.
    """
    name = then.active_loop_name
    start = next((place for place in reversed(range(len(earlier))) if _activates(earlier[place], name)), None)
    if name is None or start is None:
        return earlier, []
    before = list(earlier[:start])
    trigger: list[Event] = []
    while before and not trigger:
        event = before.pop()
        if isinstance(event, UserUttered):
            trigger = [ActionExecuted(ACTION_LISTEN_NAME, timestamp=event.timestamp), event]
    at = earlier[start].timestamp
    rejected = [ActionExecutionRejected(name, timestamp=at)] if then.is_active_loop_rejected else []
    return before, [*trigger, ActionExecuted(name, timestamp=at), earlier[start], *rejected]


def _changes(before: DialogueStateTracker, after: DialogueStateTracker, events: Sequence[Event]) -> list[Event]:
    at = events[-1].timestamp if events else None
    return [
        SlotSet(name, slot.value, timestamp=at)
        for name, slot in after.slots.items()
        if slot.value != before.slots[name].value
    ]


def _activates(event: Event, loop: str | None) -> bool:
    return isinstance(event, ActiveLoop) and event.name == loop


def _is_pending(reminder: ReminderScheduled) -> bool:
    due = reminder.trigger_date_time
    return (due if due.tzinfo else due.replace(tzinfo=UTC)) > datetime.now(UTC) - timedelta(hours=1)
