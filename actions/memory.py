"""What is remembered, and whether: why a fact is believed, undo, a copy of all data, memory off and on, consent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from rasa_sdk.events import SlotSet

from actions.call import Call, Event, QuickReply, Reply, ShopAction
from actions.cards import fact_line
from actions.profile import FORGET_ALL, SHOW, deny_told, named_facts
from profiling import Engine
from profiling.profile.telling import explain, export

RESUME = QuickReply("Remember again", "/resume_memory")
MOST_EXPLAINED = 3


def heed_consent(engine: Engine, call: Call) -> tuple[Call, list[Event]]:
    """The call as the shopper's consent wants it, which may have been refused or given outside of the talk since."""
    memory = engine.memory
    if not call.memory_off:
        refused = memory.consent_of(call.identity) == "refused"
        return (call.unremembered(), [_off()]) if refused else (call, [])
    given_at = memory.consented_at(call.identity)
    if given_at is None or call.memory_off_at is None or given_at <= call.memory_off_at:
        return call, []
    memory.forget(call.shopper_id)  # what the pause has held
    return call.remembered(), [SlotSet("memory", None)]


def _off() -> Event:
    event: Event = SlotSet("memory", datetime.now(UTC).isoformat())
    return event


class ActionWhyFact(ShopAction):
    """Why do you think so?"""

    action_name = "action_why_fact"

    def answer(self, call: Call) -> Reply:
        """The shopper's own words behind the facts that they name, or behind the latest ones."""
        profile = self.engine.profile(call.shopper_id)
        if not profile.facts:
            return Reply(call.say("I have no notes about you at all."))
        named = named_facts(self.engine, call, profile)
        about = bool(named) or bool(self.engine.catalogue.view.extractor.mentions(call.utterance, by_form=True))
        if about and not named:
            return Reply(call.say("I have no note that says so."), [SHOW])
        facts = named or list(profile.facts)[-MOST_EXPLAINED:]
        shown = facts[:MOST_EXPLAINED]
        text = "\n".join(explain(self.engine.memory, fact, call.language) for fact in shown)
        wrong = [QuickReply("That is wrong", f'/forget_fact{{"fact_id": "{facts[0].fact_id}"}}')] if named else []
        return Reply(text, [*wrong, SHOW], {"facts": [fact_line(fact, call.language) for fact in shown]})


class ActionUndo(ShopAction):
    """The last change of the profile is taken back."""

    action_name = "action_undo"

    def answer(self, call: Call) -> Reply:
        """Says what is gone and what holds again."""
        undone = self.engine.memory.undo(call.shopper_id, at=datetime.now(UTC), by=call.message_id)
        if undone is None:
            return Reply(call.say("There is nothing that I could undo."))
        told = [
            call.say("Taken back: {facts}", facts=call.tell(undone.removed)) if undone.removed else "",
            call.say("Noted again: {facts}", facts=call.tell(undone.restored)) if undone.restored else "",
        ]
        text = "\n".join(filter(None, told))
        return Reply(text or call.say("Undone; it had changed nothing that still counts."), [SHOW])


class ActionExportData(ShopAction):
    """Send me my data."""

    action_name = "action_export_data"

    def answer(self, call: Call) -> Reply:
        """How much is stored; the channel hands the file over."""
        copy = export(self.engine.memory, call.shopper_id)
        text = call.say(
            "Here is all that I have stored about you (messages: {turns}, notes: {facts}, recommendations: {slates}). "
            "You can have it deleted any time.",
            **{name: len(copy[name]) for name in ("turns", "facts", "slates")},
        )
        return Reply(
            text,
            [SHOW, FORGET_ALL],
            {"download": {"name": "my-data.json"}},
        )


class ActionPauseMemory(ShopAction):
    """This conversation is not to be remembered."""

    action_name = "action_pause_memory"

    def answer(self, call: Call) -> Reply:
        """Deletes what the conversation has taught so far, and notes nothing from here on."""
        if call.memory_off:
            return Reply(call.say("I already keep nothing of this conversation."), [RESUME])
        before = len(self.engine.profile(call.shopper_id).facts)
        self.engine.memory.forget_conversation(call.shopper_id, call.sender_id)
        left = len(self.engine.profile(call.shopper_id).facts)
        gone = call.say(" Deleted notes of it: {count}.", count=before - left) if before > left else ""
        kept = call.say(" What I knew before stays (notes: {count}).", count=left) if left else ""
        return Reply(
            call.say("All right, I keep nothing of this conversation.") + gone + kept,
            [RESUME, FORGET_ALL],
            events=[_off()],
        )


class ActionResumeMemory(ShopAction):
    """The shopper may be remembered again."""

    action_name = "action_resume_memory"

    def answer(self, call: Call) -> Reply:
        """Drops what the pause has held, and notes things again."""
        if call.memory_off:
            self.engine.memory.forget(call.shopper_id)
        self.engine.memory.consent(call.identity, "given", at=datetime.now(UTC))
        text = call.say("Thank you. From now on I note what you tell me about your tastes again.")
        return Reply(text, [SHOW], events=[SlotSet("memory", None)])


class ActionAcceptMemory(ShopAction):
    """Yes, remember me."""

    action_name = "action_accept_memory"

    def answer(self, call: Call) -> Reply:
        """Notes the consent."""
        self.engine.memory.consent(call.identity, "given", at=datetime.now(UTC))
        text = call.say("Thank you, I will. “What do you know about me?” shows it any time.")
        return Reply(text, [SHOW], events=[SlotSet("pending", None)])


class ActionDeclineMemory(ShopAction):
    """No, do not remember me."""

    action_name = "action_decline_memory"

    def answer(self, call: Call) -> Reply:
        """Deletes what was noted; only the wish not to be remembered is kept. "That's wrong" is no such wish."""
        if mended := deny_told(self.engine, call):
            return replace(mended, events=[SlotSet("pending", None)])
        self.engine.memory.forget(call.identity)
        self.engine.memory.consent(call.identity, "refused", at=datetime.now(UTC))
        return Reply(
            call.say("All right, I have deleted it and remember nothing about you. You will not be asked again."),
            [RESUME],
            events=[SlotSet("pending", None), _off()],
        )
