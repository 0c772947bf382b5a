"""The profile is brought up to date in every turn, before anything is answered."""

from __future__ import annotations

from datetime import UTC, datetime

from rasa_sdk.events import SlotSet

from actions.call import Call, Event, Reply, ShopAction
from actions.desk.case import Case
from actions.manner import in_force, manner_events
from actions.memory import heed_consent
from actions.notices import wanted
from actions.persons import placed
from actions.pointing import pointed
from actions.service import claims, lapsed_offer
from profiling import Turn
from profiling.profile.needs import RECALL_INTENT
from profiling.profile.recollect import read_question

SURE = 0.6
"""Probability from which on a mood is worth an answer of its own."""


class ActionObserveTurn(ShopAction):
    """Runs after every shopper message, by the mapping of the slot `language`.

    Says nothing, and a failure in it is silent.
    """

    action_name = "action_observe_turn"

    def answer(self, call: Call) -> Reply:
        """Learns from the utterance; tells the dialogue its language and its mood."""
        if not call.message_id:
            return Reply()
        call, heeded = heed_consent(self.engine, call)
        call, moved = placed(self.engine, call)
        recalls = self._recalls(call)
        item = pointed(self.engine, call)
        observation = self.engine.observe(
            Turn(
                message_id=call.message_id,
                shopper_id=call.shopper_id,
                utterance=call.utterance,
                at=datetime.now(UTC),
                sender_id=call.sender_id,
                channel=call.channel,
                intent=RECALL_INTENT if recalls else call.intent,
                probability=call.probability,
                item_id=item.item_id if item else call.item_on_screen,
            )
        )
        mood = observation.mood.label if observation.mood and observation.mood.probability >= SURE else None
        events = [SlotSet("language", observation.language), SlotSet("mood", mood), *self._manner(call), *heeded]
        events += lapsed_offer(call)
        pending = call.slots.get("pending")
        if moved:
            return Reply(events=[*events, *moved])
        if recalls:
            events.append(SlotSet("pending", "recall"))
        elif self._is_about_notices(call):
            events.append(SlotSet("pending", "notice"))
        elif claims(call) and pending not in {"forget_me", "consent", "person"}:
            events.append(SlotSet("pending", "service"))  # the rule in data/rules/orders.yml: the desk hears this turn
        elif pending == "service" or (pending and call.intent not in {"affirm", "deny"}):
            events.append(SlotSet("pending", None))  # a yes that comes later must not answer an old question
        return Reply(events=events)

    def _recalls(self, call: Call) -> bool:
        """Whether it is a question about the past, and not one that the desk has asked for or knows better (orders)."""
        asked = read_question(call.utterance, at=datetime.now(UTC))
        if asked is None or Case.from_slot(call.slots.get("case")).is_open:
            return False
        return asked.how != "bought" or not claims(call)

    @staticmethod
    def _is_about_notices(call: Call) -> bool:
        """Whether the shopper wants to be told when something is back; not in the middle of the desk's questions."""
        return wanted(call.utterance) is not None and not Case.from_slot(call.slots.get("case")).is_open

    def _manner(self, call: Call) -> list[Event]:
        """What conditional responses look at; kept with the turn where it differs from how anybody is answered."""
        manner = self.engine.manner(call.shopper_id)
        if traits := in_force(manner, call):
            self.engine.note_manner(call.message_id, traits)
        return manner_events(manner, self.engine.profile(call.shopper_id).name, call.slots)

    def apology(self, call: Call) -> Reply:
        """Nothing: the answer to the shopper comes from the next action."""
        del call
        return Reply()
