"""What an action is called with, and what it answers: the tracker in, events out, nothing else of Rasa's in between."""

from __future__ import annotations

import asyncio
import logging
from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.context import Context
from actions.manner import in_force, personalised
from actions.sentences import say
from profiling.errors import StoreError
from profiling.profile.profile import tell
from profiling.profile.retention import UNREMEMBERED
from profiling.types import Fact

logger = logging.getLogger(__name__)

Event = dict[str, Any]
PART_DOWN = (
    "Sorry, I could not look that up just now. Nothing of what you wrote is lost. "
    "Please try again in a moment, or write to {contact}."
)


@dataclass(frozen=True)
class Wish:
    """A second wish in a message (bot/components/intent_reader.py): its words, and the message's other words."""

    intent: str
    probability: float
    text: str
    rest: str


@dataclass(frozen=True)
class Call:
    """One utterance as Rasa understood it, the slots of the conversation, and those that a form just filled.

    `utterance` is empty for a pressed button. `item_ref` is what the shopper points at: "1", "2", ... or "last",
    "this". `identity` is the shopper as the gateway knows them; `shopper_id` is one of this conversation alone
    while nothing is to be remembered, or of another person on the same device (`apart`). `owner` is the gateway's
    shopper, whoever is there. `signed_as` is the shop's own id of a shopper who came with the shop's signature.
    `transcript` holds (author, text) of the latest exchanges.
    """

    message_id: str
    shopper_id: str
    sender_id: str
    channel: str
    utterance: str
    intent: str
    probability: float
    entities: Mapping[str, Sequence[str]]
    item_on_screen: str | None
    slots: Mapping[str, Any]
    candidates: Mapping[str, Any] = field(default_factory=dict)
    signed_as: str = ""
    transcript: Sequence[tuple[str, str]] = ()
    identity: str = ""
    owner: str = ""
    second: Wish | None = None

    @property
    def language(self) -> str:
        """The language to answer in: one that replies exist in."""
        return str(self.slots.get("reply_language") or "en")

    def say(self, sentence: str, /, **values: object) -> str:
        """One of our English sentences in the shopper's language, its places filled (actions/sentences.yml)."""
        return say(sentence, self.language, **values)

    def tell(self, facts: Iterable[Fact]) -> str:
        """Facts in plain sentences to the shopper."""
        return " ".join(tell(fact, self.language) for fact in facts)

    @property
    def memory_off(self) -> bool:
        """Whether nothing of this conversation is to be remembered."""
        return bool(self.slots.get("memory"))

    @property
    def memory_off_at(self) -> datetime | None:
        """Since when that is so; None where it is not known."""
        try:
            return datetime.fromisoformat(str(self.slots.get("memory")))
        except ValueError:
            return None

    @property
    def apart(self) -> str:
        """The guest that another person on the same device is in this conversation; "" while there is none."""
        return str(self.slots.get("apart") or "")

    def kept_apart(self, guest_id: str) -> Call:
        """The call as another person's: with notes of their own, and without the account's rights."""
        slots = {**self.slots, "apart": guest_id}
        return replace(self, shopper_id=guest_id, identity=guest_id, signed_as="", slots=slots)

    def of_owner(self) -> Call:
        """The call as that of the shopper whom the gateway names."""
        if not self.apart:
            return self
        call = replace(self, shopper_id=self.owner, identity=self.owner, slots={**self.slots, "apart": None})
        return call.of_whom()

    def of_whom(self) -> Call:
        """The call with the shopper whose notes it belongs to."""
        call = self.kept_apart(self.apart) if self.apart else self  # first: nothing remembered is no proof of who it is
        return call.unremembered() if call.memory_off else call

    def remembered(self) -> Call:
        """The call as one that is to be remembered again."""
        return replace(self, shopper_id=self.identity, slots={**self.slots, "memory": None})

    def unremembered(self) -> Call:
        """The call with a shopper of this conversation alone in place of the one that is remembered."""
        return replace(self, shopper_id=f"{UNREMEMBERED}{self.sender_id}")

    @property
    def item_ref(self) -> str | None:
        """The first ordinal that the shopper used, or None."""
        return next(iter(self.entities.get("item_ref", ())), None)

    @classmethod
    def from_tracker(cls, tracker: Tracker, *, reveal: Callable[[str], str] = str) -> Call:
        """Reads a tracker. Without our gateway's metadata (in `rasa shell`) Rasa's own ids serve.

        Args:
            reveal: opens the personal data that the gateway has sealed.
        """
        message = tracker.latest_message or {}
        metadata = message.get("metadata") or {}
        text = reveal(message.get("text") or "")
        entities: dict[str, list[str]] = {}
        for entity in message.get("entities") or ():
            entities.setdefault(str(entity["entity"]), []).append(reveal(str(entity.get("value", ""))))
        intent = message.get("intent") or {}
        identity = str(metadata.get("shopper_id") or f"rasa:{tracker.sender_id}")
        call = cls(
            message_id=str(metadata.get("message_id") or message.get("message_id") or ""),
            shopper_id=identity,
            sender_id=str(tracker.sender_id),
            channel=str(metadata.get("channel") or "rasa"),
            utterance="" if text.startswith("/") else text,
            intent=str(intent.get("name") or ""),
            probability=float(intent.get("confidence") or 0.0),
            entities=entities,
            item_on_screen=metadata.get("item_id"),
            slots=_revealed(tracker.slots, reveal),
            candidates=_revealed(tracker.slots_to_validate(), reveal),
            identity=identity,
            owner=identity,
            signed_as=str(metadata.get("shopper_id") or "") if metadata.get("signed_in") is True else "",
            transcript=_transcript(tracker, reveal),
            second=_second(message.get("second_wish"), reveal),
        )
        return call.of_whom()


def _second(found: Mapping[str, Any] | None, reveal: Callable[[str], str]) -> Wish | None:
    if not found:
        return None
    text, rest = reveal(str(found["text"])), reveal(str(found["rest"]))
    return Wish(str(found["intent"]), float(found["probability"]), text, rest)


def _revealed(values: Mapping[str, Any], reveal: Callable[[str], str]) -> dict[str, Any]:
    return {name: reveal(value) if isinstance(value, str) else value for name, value in values.items()}


def _transcript(tracker: Tracker, reveal: Callable[[str], str]) -> list[tuple[str, str]]:
    authors = {"user": "shopper", "bot": "bot"}
    return [
        (authors[event["event"]], reveal(str(event["text"])))
        for event in tracker.events
        if event.get("event") in authors and event.get("text")
    ]


@dataclass(frozen=True)
class QuickReply:
    """A button: what it shows, and what Rasa gets when it is pressed."""

    title: str
    payload: str


@dataclass(frozen=True)
class Reply:
    """What an action answers. `rich` obeys data/schemas/reply.json; the text says the essential by itself.

    `brief` is the text for shoppers who want it short, where that is another one.
    """

    text: str = ""
    quick_replies: Sequence[QuickReply] = ()
    rich: Mapping[str, Any] = field(default_factory=dict)
    events: Sequence[Event] = ()
    brief: str = ""

    def send(self, dispatcher: CollectingDispatcher) -> None:
        """Utters the text with its buttons, then the rich part."""
        if self.text:
            buttons = [{"title": reply.title, "payload": reply.payload} for reply in self.quick_replies]
            dispatcher.utter_message(text=self.text, buttons=buttons)
        if self.rich:
            dispatcher.utter_message(json_message=dict(self.rich))


def _first_wish_alone(action: ShopAction, call: Call) -> Reply:
    return action.answer(call)


class ShopAction(Action):
    """An action of ours: `answer` is plain and synchronous, and a failure in it becomes an honest sentence.

    `answering` adds what else the message asks for (actions/second_wish.py).
    """

    action_name: str

    def __init__(self, context: Context) -> None:
        self.context = context
        self.engine = context.engine
        self.answering: Callable[[ShopAction, Call], Reply] = _first_wish_alone

    def name(self) -> str:
        """The name in domain.yml."""
        return self.action_name

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[Event]:
        """Answers without blocking the server's loop."""
        del domain
        call = Call.from_tracker(tracker, reveal=self.engine.vault.open)
        try:
            reply = await asyncio.to_thread(self.reply, call)
        except Exception:  # the turn's outermost function: whatever broke, the shopper gets an answer
            logger.exception("%s failed for message %s", self.action_name, call.message_id)
            reply = self.apology(call)
        reply.send(dispatcher)
        return [self._sealed(event) for event in reply.events]

    def _sealed(self, event: Event) -> Event:
        """What Rasa stores in a slot holds no personal data in clear."""
        value = event.get("value")
        if event["event"] != "slot" or not isinstance(value, str):
            return event
        return {**event, "value": self.engine.vault.seal(value)}

    def reply(self, call: Call) -> Reply:
        """The answer as it is said to this shopper; what was left out for their sake is kept with the turn."""
        reply, left_out = personalised(self.answering(self, call), call)
        if left_out:
            with suppress(StoreError):  # a full disk: what is said matters more than the note of it
                traits = in_force(self.engine.manner(call.shopper_id), call)
                self.engine.note_manner(call.message_id, [*traits, *left_out])
        return reply

    @abstractmethod
    def answer(self, call: Call) -> Reply:
        """The reply to a call; may block."""

    def apology(self, call: Call) -> Reply:
        """What is said when `answer` failed."""
        return Reply(call.say(PART_DOWN, contact=self.context.info.email))
