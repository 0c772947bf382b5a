"""The shopper's own profile: see it, mend it, have it deleted."""

# ruff: noqa: E501 - sentences read best whole
from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby

from rasa_sdk.events import Restarted, SlotSet

from actions.call import Call, QuickReply, Reply, ShopAction
from actions.cards import fact_line
from actions.recommend import slate_reply
from profiling import Engine, Fact
from profiling.profile.needs import SHOPPER
from profiling.profile.profile import Profile

KEYWORDS = {
    "size": {"size_is", "shoe_size_is", "in_size"},
    "budget": {"budget_max", "budget_min", "spends_at_most", "cheaper_than"},
    "price": {"budget_max", "budget_min", "spends_at_most", "cheaper_than"},
    "colour": {"in_colour"},
    "color": {"in_colour"},
    "brand": {"by_brand"},
    "allerg": {"is_allergic_to"},
    "name": {"is_called"},
}
FORGET_ALL = QuickReply("Forget everything", "/forget_me")
SHOW = QuickReply("What do you know about me?", "/ask_profile")
UNDO = QuickReply("Undo", "/undo")
MAX_CHOICES = 8
MOST_TOLD = 100
"""Facts that one message lists."""
ASK_CONSENT = "Shall I remember this for your next visit? You can have it deleted any time."
_WRONG = re.compile(
    r"\W*(?:(?:no+|nope|nah|but|sorry|hey)\W+)*"
    r"(?:(?:(?:that|this|it)(?:['’]?s| is| was)?\W+)?(?:(?:all|just|simply|totally|completely) )?"
    r"(?:wrong|incorrect|false|untrue|not (?:true|right|correct|so))"
    r"|(?:that|this|it) (?:is|was)n['’]?t (?:true|right|correct|so))(?: about me)?\W*",
    re.IGNORECASE,
)
CONSENT_ANSWERS = [QuickReply("Yes, remember it", "/affirm"), QuickReply("No", "/deny")]


class ActionShowProfile(ShopAction):
    """What do you know about me?"""

    action_name = "action_show_profile"

    def answer(self, call: Call) -> Reply:
        """Every fact with the words that it came from, and nothing else."""
        profile = self.engine.profile(call.shopper_id)
        if not profile.facts:
            text = "Nothing yet. I only note what you tell me about your wishes and tastes, and you can have it deleted any time."
            return Reply(call.say(text))
        known, lines = profile.tell(call.language), list[str]()
        facts = known[:MOST_TOLD]
        for subject, told in groupby(facts, key=lambda pair: pair[0].subject):
            lines += [call.say(_heading(subject, profile)), *(f"- {text} (“{fact.quote}”)" for fact, text in told)]
        if len(known) > len(facts):
            lines.append(call.say("And {count} more; “send me my data” has them all.", count=len(known) - len(facts)))
        lines.append(call.say("Tell me what is wrong, or “forget everything”."))
        return Reply("\n".join(lines), [FORGET_ALL], {"facts": [fact_line(fact, call.language) for fact, _ in facts]})


class ActionNotePreference(ShopAction):
    """The shopper told something about themselves."""

    action_name = "action_note_preference"

    def answer(self, call: Call) -> Reply:
        """Repeats what was noted, so that it can be corrected at once."""
        facts = [fact for fact in self.engine.facts.of_message(call.message_id) if fact.valid_to is None]
        if not facts:
            text = "Thank you. I could not make a note of that; a plain sentence like “I do not like wool” works best."
            return Reply(call.say(text))
        if all(fact.subject != SHOPPER for fact in facts):
            return slate_reply(self.engine, call)
        sentence = "Noted for this conversation alone: {facts}" if call.memory_off else "Noted: {facts}"
        noted = call.say(sentence, facts=call.tell(facts))
        if not call.memory_off and self.engine.memory.consent_of(call.identity) == "unasked":
            self.engine.memory.consent(call.identity, "asked", at=datetime.now(UTC))
            return Reply(f"{noted} {call.say(ASK_CONSENT)}", CONSENT_ANSWERS, events=[SlotSet("pending", "consent")])
        looking = self.engine.profile(call.shopper_id).about_need
        show = [QuickReply("Show me what fits", "/recommend")] if looking else []
        return Reply(noted, [*show, SHOW])


class ActionForgetFact(ShopAction):
    """One thing is to be forgotten."""

    action_name = "action_forget_fact"

    def answer(self, call: Call) -> Reply:
        """Closes the facts that the utterance names; where it names none, offers them."""
        profile = self.engine.profile(call.shopper_id)
        if not profile.facts:
            return Reply(call.say("There is nothing that I know about you, so there is nothing to forget."))
        named = [fact.fact_id for fact in named_facts(self.engine, call, profile)]
        return _forget(self.engine, call, named) or _ask_which(call, profile.tell(call.language))


def deny_told(engine: Engine, call: Call) -> Reply | None:
    """ "That's wrong" to notes that were just told: forgets the only one, asks which of several; else None."""
    last = next((text for author, text in reversed(call.transcript) if author == "bot"), "")
    if not last or not _WRONG.fullmatch(call.utterance):
        return None
    told = [(fact, text) for fact, text in engine.profile(call.shopper_id).tell(call.language) if text in last]
    if len(told) == 1:
        return _forget(engine, call, [told[0][0].fact_id])
    return _ask_which(call, told) if told else None


def _forget(engine: Engine, call: Call, fact_ids: Sequence[str]) -> Reply | None:
    gone = engine.memory.retract(call.shopper_id, fact_ids, at=datetime.now(UTC), by=call.message_id)
    return Reply(call.say("Forgotten: {facts}", facts=call.tell(gone)), [UNDO]) if gone else None


def _ask_which(call: Call, told: Sequence[tuple[Fact, str]]) -> Reply:
    choices = [QuickReply(text, f'/forget_fact{{"fact_id": "{fact.fact_id}"}}') for fact, text in told]
    return Reply(call.say("Which of these is wrong?"), [*choices[:MAX_CHOICES], FORGET_ALL])


class ActionAskForget(ShopAction):
    """Everything is to be forgotten: asked once more, because it cannot be undone."""

    action_name = "action_ask_forget"

    def answer(self, call: Call) -> Reply:
        """Says what would go."""
        count = len(self.engine.profile(call.shopper_id).facts)
        several = (
            "Shall I delete this conversation and the {count} things that I know about you? This cannot be undone."
        )
        text = "Shall I delete this conversation and what I know about you? This cannot be undone."
        buttons = [QuickReply("Yes, delete everything", "/affirm"), QuickReply("No", "/deny")]
        return Reply(
            call.say(several if count > 1 else text, count=count), buttons, events=[SlotSet("pending", "forget_me")]
        )


class ActionForgetMe(ShopAction):
    """Everything is forgotten."""

    action_name = "action_forget_me"

    def answer(self, call: Call) -> Reply:
        """Deletes the profile, and has the gateway delete the transcript."""
        self.engine.memory.forget(call.shopper_id)
        self.engine.memory.forget(call.identity)
        text = call.say("Done. Everything that I knew about you is deleted.")
        if not call.apart:
            return Reply(text, (), {"erase": True}, [Restarted()])  # Rasa, too, drops what came before
        here = {"erase": "conversation"}  # the first person has not asked for it
        return Reply(text, (), here, [Restarted(), SlotSet("apart", call.apart)])


class ActionKeepProfile(ShopAction):
    """Nothing is forgotten after all."""

    action_name = "action_keep_profile"

    def answer(self, call: Call) -> Reply:
        """Drops the question."""
        return Reply(call.say("All right, nothing is deleted."), events=[SlotSet("pending", None)])


def _heading(subject: str, profile: Profile) -> str:
    if subject == SHOPPER:
        return "About you:"
    return "What you are looking for now:" if subject == profile.need else "What you were looking for before:"


def named_facts(engine: Engine, call: Call, profile: Profile) -> list[Fact]:
    """Facts that the utterance names: by id (a button), by their object, or by a word like "size"."""
    by_id = call.entities.get("fact_id", ())
    if by_id:
        return [fact for fact in profile.facts if fact.fact_id in by_id]
    values = {mention.value for mention in engine.catalogue.view.extractor.mentions(call.utterance, by_form=True)}
    lowered = call.utterance.lower()
    predicates = {predicate for word, group in KEYWORDS.items() if word in lowered for predicate in group}
    return [fact for fact in profile.facts if fact.object in values or fact.predicate in predicates]
