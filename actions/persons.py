"""Two people on one device: they are asked, and kept apart until it is clear who is there."""

from __future__ import annotations

from datetime import UTC, datetime

from rasa_sdk.events import SlotSet

from actions.call import Call, Event, QuickReply, Reply, ShopAction
from actions.desk.case import Case
from actions.recommend import slate_reply
from profiling import Engine
from profiling.profile.needs import NEED_TTL
from profiling.profile.persons import apart_id, seems_another, seems_back

_BARE = frozenset("resume_memory affirm greet inform small_talk out_of_scope nlu_fallback".split())
"""What "it's me again" is taken for where nothing else is asked with it; the first of these would be a consent."""
WHAT_NOW = "What can I do for you?"
ANSWERS = [QuickReply("I am somebody else", "/affirm"), QuickReply("Still me", "/deny")]


def placed(engine: Engine, call: Call) -> tuple[Call, list[Event]]:
    """The call as that of the person who seems to be there, and what changes for the conversation.

    Somebody else gets notes of their own from this very message on, and has no access to the account. They end when
    the first person says to be back, or with the conversation.
    """
    owner = call.of_owner()
    name = engine.profile(owner.identity).name
    if call.apart and seems_back(call.utterance, name=name):
        welcome = [SlotSet("pending", "ask_person")] if call.intent in _BARE else []
        return owner, [*_back(call), *welcome]
    if call.apart and _is_over(engine, call):
        return owner, _back(call)
    if call.memory_off:
        return call, []
    asked = Case.from_slot(call.slots.get("case")).is_open  # an order's name may be another one
    if call.apart or not seems_another(call.utterance, name=None if asked or call.intent == "correct" else name):
        return call, []
    other = apart_id(owner.identity, call.utterance, message_id=call.message_id)
    if engine.memory.is_one(other, owner.identity) or not engine.profile(owner.shopper_id).facts:
        return call, []  # they have said before that it is them, or there is nothing to mix up
    return owner.kept_apart(other), [SlotSet("apart", other), _new_case(call), SlotSet("pending", "ask_person")]


def _back(call: Call) -> list[Event]:
    """The first person is there again; the account that the other one may have proved to be theirs is not theirs."""
    return [SlotSet("apart", None), _new_case(call)]


def _new_case(call: Call) -> Event:
    """Nothing of the case before stays but how many codes were sent: another name brings no more of them."""
    mails = Case.from_slot(call.slots.get("case")).mails
    event: Event = SlotSet("case", Case(mails=mails).to_slot() if mails else None)
    return event


def _is_over(engine: Engine, call: Call) -> bool:
    """Whether the other person has not written for long; no where nothing of theirs is noted, or all was forgotten."""
    if call.memory_off:
        return False
    last = engine.memory.log.last_turn(engine.memory.shoppers.root(call.apart))
    return last is not None and datetime.now(UTC) - datetime.fromisoformat(last["at"]) > NEED_TTL


class ActionAskPerson(ShopAction):
    """Is this somebody else?"""

    action_name = "action_ask_person"

    def answer(self, call: Call) -> Reply:
        """Asks, or welcomes the first person back; a wish is met all the same, without the first person's tastes."""
        name = self.engine.profile(call.owner).name
        if not call.apart:  # "it's me again"
            text = call.say("Welcome back, {name}." if name else "Welcome back.", name=name)
            return Reply(f"{text} {call.say(WHAT_NOW)}", events=[SlotSet("pending", "person")])
        question = call.say(
            "So that I do not mix two people up: are you somebody else than {name}? "
            "Until I know, I keep what you tell me apart.",
            name=name or call.say("the person before"),
        )
        events = [SlotSet("pending", "person")]
        if not self.engine.profile(call.shopper_id).about_need:
            return Reply(question, ANSWERS, events=events)
        slate = slate_reply(self.engine, call)
        return Reply(f"{slate.text}\n\n{question}", ANSWERS, slate.rich, [*slate.events, *events])


class ActionOtherPerson(ShopAction):
    """Yes, somebody else."""

    action_name = "action_other_person"

    def answer(self, call: Call) -> Reply:
        """The two stay apart."""
        if not call.apart:  # a yes to "Welcome back"
            return Reply(f"{call.say('Good.')} {call.say(WHAT_NOW)}", events=[SlotSet("pending", None)])
        name = self.engine.profile(call.shopper_id).name
        owner = self.engine.profile(call.owner).name
        met = call.say("Nice to meet you, {name}." if name else "Nice to meet you.", name=name)
        apart = call.say(
            "What you tell me here stays apart from what I know about {owner}; to see orders I need a proof of who you "
            "are. “It's me again” brings {owner} back.",
            owner=owner or call.say("the person before"),
        )
        text = f"{met} {apart} {call.say(WHAT_NOW)}"
        return Reply(text, events=[SlotSet("pending", None), SlotSet("focus_item", None)])


class ActionSamePerson(ShopAction):
    """No, still the same."""

    action_name = "action_same_person"

    def answer(self, call: Call) -> Reply:
        """What was kept apart joins the rest."""
        if call.apart:
            self.engine.memory.merge(call.apart, call.owner, proof="said_so")
        return Reply(
            f"{call.say('Good, then it all goes together.')} {call.say(WHAT_NOW)}",
            events=[SlotSet("pending", None), SlotSet("apart", None)],
        )
