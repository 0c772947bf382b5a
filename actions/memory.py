"""What is remembered, and whether: why a fact is believed, undo, a copy of all data, memory off and on, consent."""

from __future__ import annotations

from datetime import UTC, datetime

from rasa_sdk.events import SlotSet

from actions.call import Call, QuickReply, Reply, ShopAction
from actions.cards import fact_line
from actions.profile import FORGET_ALL, SHOW, named_facts
from profiling.profile.profile import tell
from profiling.profile.telling import explain, export

RESUME = QuickReply("Remember again", "/resume_memory")
MOST_EXPLAINED = 3


class ActionWhyFact(ShopAction):
    """Why do you think so?"""

    action_name = "action_why_fact"

    def answer(self, call: Call) -> Reply:
        """The shopper's own words behind the facts that they name, or behind the latest ones."""
        profile = self.engine.profile(call.shopper_id)
        if not profile.facts:
            return Reply("I have no notes about you at all.")
        named = named_facts(self.engine, call, profile)
        about = bool(named) or bool(self.engine.catalogue.view.extractor.mentions(call.utterance))
        if about and not named:
            return Reply("I have no note that says so.", [SHOW])
        facts = named or list(profile.facts)[-MOST_EXPLAINED:]
        text = "\n".join(explain(self.engine.memory, fact) for fact in facts[:MOST_EXPLAINED])
        wrong = [QuickReply("That is wrong", f'/forget_fact{{"fact_id": "{facts[0].fact_id}"}}')] if named else []
        return Reply(text, [*wrong, SHOW], {"facts": [fact_line(fact) for fact in facts[:MOST_EXPLAINED]]})


class ActionUndo(ShopAction):
    """The last change of the profile is taken back."""

    action_name = "action_undo"

    def answer(self, call: Call) -> Reply:
        """Says what is gone and what holds again."""
        undone = self.engine.memory.undo(call.shopper_id, at=datetime.now(UTC), by=call.message_id)
        if undone is None:
            return Reply("There is nothing that I could undo.")
        removed = "Taken back: " + " ".join(tell(fact) for fact in undone.removed) if undone.removed else ""
        restored = "Noted again: " + " ".join(tell(fact) for fact in undone.restored) if undone.restored else ""
        text = "\n".join(part for part in (removed, restored) if part)
        return Reply(text or "Undone; it had changed nothing that still counts.", [SHOW])


class ActionExportData(ShopAction):
    """Send me my data."""

    action_name = "action_export_data"

    def answer(self, call: Call) -> Reply:
        """How much is stored; the channel hands the file over."""
        copy = export(self.engine.memory, call.shopper_id)
        counts = [
            f"{len(copy[name])} {noun if len(copy[name]) != 1 else noun.removesuffix('s')}"
            for name, noun in (("turns", "messages"), ("facts", "notes"), ("slates", "recommendations"))
        ]
        return Reply(
            f"Here is all that I have stored about you: {', '.join(counts)}. You can have it deleted any time.",
            [SHOW, FORGET_ALL],
            {"download": {"name": "my-data.json"}},
        )


class ActionPauseMemory(ShopAction):
    """This conversation is not to be remembered."""

    action_name = "action_pause_memory"

    def answer(self, call: Call) -> Reply:
        """Deletes what the conversation has taught so far, and notes nothing from here on."""
        if call.memory_off:
            return Reply("I already keep nothing of this conversation.", [RESUME])
        before = len(self.engine.profile(call.shopper_id).facts)
        self.engine.memory.forget_conversation(call.shopper_id, call.sender_id)
        left = len(self.engine.profile(call.shopper_id).facts)
        gone = f" I have deleted the {_things(before - left)} noted in it." if before > left else ""
        kept = f" What I knew before stays ({_things(left)})." if left else ""
        return Reply(
            f"All right, I keep nothing of this conversation.{gone}{kept}",
            [RESUME, FORGET_ALL],
            events=[SlotSet("memory", "off")],
        )


class ActionResumeMemory(ShopAction):
    """The shopper may be remembered again."""

    action_name = "action_resume_memory"

    def answer(self, call: Call) -> Reply:
        """Drops what the pause has held, and notes things again."""
        if call.memory_off:
            self.engine.memory.forget(call.shopper_id)
        self.engine.memory.consent(call.identity, "given", at=datetime.now(UTC))
        return Reply("Thank you. From now on I note what you tell me about your tastes again.", [SHOW],
                     events=[SlotSet("memory", None)])  # fmt: skip


class ActionAcceptMemory(ShopAction):
    """Yes, remember me."""

    action_name = "action_accept_memory"

    def answer(self, call: Call) -> Reply:
        """Notes the consent."""
        self.engine.memory.consent(call.identity, "given", at=datetime.now(UTC))
        return Reply("Thank you, I will. “What do you know about me?” shows it any time.",
                     [SHOW], events=[SlotSet("pending", None)])  # fmt: skip


class ActionDeclineMemory(ShopAction):
    """No, do not remember me."""

    action_name = "action_decline_memory"

    def answer(self, call: Call) -> Reply:
        """Deletes what was noted; only the wish not to be remembered is kept."""
        self.engine.memory.forget(call.identity)
        self.engine.memory.consent(call.identity, "refused", at=datetime.now(UTC))
        return Reply(
            "All right, I have deleted it and remember nothing about you. You will not be asked again.",
            [RESUME],
            events=[SlotSet("pending", None), SlotSet("memory", "off")],
        )


def _things(count: int) -> str:
    return "one thing" if count == 1 else f"{count} things"
