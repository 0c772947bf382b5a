"""When the utterance was not understood: perhaps it was a wish, perhaps a question; else it is said so."""

from __future__ import annotations

import re
from dataclasses import replace

from rasa_sdk.events import SlotSet

from actions.call import Call, QuickReply, Reply, ShopAction
from actions.companions import companions_reply
from actions.faq import PERSON, faq_reply
from actions.pointing import table
from actions.profile import ActionNotePreference, deny_told
from actions.recommend import slate_reply

PATIENCE = 2
_WORDS = r"(?!(?:i|it|that|this|you|your|my|we|he|she|they)\b)[\w'’-]+(?: [\w'’-]+){0,2}?"
_FIRST = rf"(?:with|w/|ideally|preferably|must be|should be|has to be)\s+(?P<after>{_WORDS})"
_LAST = rf"(?P<before>{_WORDS}),?\s+(?:(?:would|wd|wud) be (?:\w+ )?\w+|ideally|preferably|if poss\w*)"
_PROPERTY = re.compile(
    rf"\W*(?:{_FIRST}|{_LAST})(?:\s+(?:pls|plz|please|tbh|though|tho))*\W*$",
    re.IGNORECASE,
)
"""A property that is wished for in a few words: "zip off would be ace"."""
STARTERS = [
    QuickReply("Find something", "/recommend"),
    QuickReply("Where is my order?", "/order_status"),
    QuickReply("What do you know about me?", "/ask_profile"),
]


class ActionFallback(ShopAction):
    """The last resort, in a stated order: a wish, the FAQ, an honest "I did not get that", a person."""

    action_name = "action_fallback"

    def answer(self, call: Call) -> Reply:
        """The first of these that applies; "what goes with it?" is asked of the shop in whatever words."""
        beside = companions_reply(self.engine, call)
        if beside:
            return _understood(beside)
        facts = self.engine.facts.of_message(call.message_id)
        if any(fact.subject.startswith("need:") for fact in facts) or self._says_it_again(call):
            return _understood(slate_reply(self.engine, self._as_a_wish(call)))
        reply = faq_reply(self.context, call.utterance) or self._untold(call)
        if reply:
            return _understood(reply)
        noted = [fact for fact in facts if fact.valid_to is None]
        if noted:
            return _understood(ActionNotePreference(self.context).answer(call))
        times = int(call.slots.get("misunderstood") or 0) + 1
        if times >= PATIENCE:
            text = "I still do not get it, sorry. A person will: {email}. Or try one of these."
            offers = [PERSON, *STARTERS]
        elif call.language == "en":
            text, offers = "Sorry, I did not get that. Could you say it in other words?", STARTERS
        else:  # other words would not help
            text, offers = "Sorry, I did not get that: I read English best. Try one of these.", [*STARTERS, PERSON]
        said = call.say(text, email=self.context.info.email)
        return Reply(said, offers, events=[SlotSet("misunderstood", float(times))])

    def _untold(self, call: Call) -> Reply | None:
        """What fits otherwise, where a property is wished for that nothing of it is said to have."""
        asked = _PROPERTY.match(call.utterance)
        words = (asked["after"] or asked["before"]) if asked else None
        if words is None or not table(self.engine, call) or not self.engine.profile(call.shopper_id).objects("wants"):
            return None
        reply = slate_reply(self.engine, self._as_a_wish(call))
        return replace(reply, text=f"Nothing that fits is said to be or to have “{words}”.\n{reply.text}")

    def _as_a_wish(self, call: Call) -> Call:
        """The call as one that asks for items, where a thing is asked for or items are on the table, and nothing is
        complained of: "she hates grey" and "my feet are freezing. slippers?" sound cross to a model of moods.
        """
        if self.engine.profile(call.shopper_id).complaint_at is not None:
            return call
        names = any(fact.predicate == "wants" for fact in self.engine.facts.of_message(call.message_id))
        return replace(call, intent="refine") if names or table(self.engine, call) else call

    def _says_it_again(self, call: Call) -> bool:
        """Whether the utterance names the thing that is looked for anyway, so that nothing new was learned from it."""
        wanted = self.engine.profile(call.shopper_id).objects("wants")
        mentions = self.engine.catalogue.view.extractor.mentions(call.utterance, by_form=True)
        return any(mention.kind == "product_type" and mention.label in wanted for mention in mentions)


class ActionOutOfScope(ShopAction):
    """Beyond the shop; unless the utterance names something to buy and the classifier was not sure."""

    action_name = "action_out_of_scope"

    def answer(self, call: Call) -> Reply:
        """Recommends if there was a wish in it."""
        facts = self.engine.facts.of_message(call.message_id)
        if any(fact.subject.startswith("need:") for fact in facts):
            return slate_reply(self.engine, call)
        return Reply(
            call.say(
                "That is beyond what I can do here. I can find things in the shop, look up an order, or answer "
                "questions about shipping and returns."
            ),
            [*STARTERS[:2], PERSON],
        )


class ActionAcknowledge(ShopAction):
    """A yes or a no to nothing in particular: the rest of the utterance may be a wish ("no, the blue one")."""

    action_name = "action_acknowledge"

    def answer(self, call: Call) -> Reply:
        """Recommends if there was a wish in it; "that's wrong" is about what was just told of the shopper."""
        facts = self.engine.facts.of_message(call.message_id)
        if any(fact.subject.startswith("need:") for fact in facts):
            return slate_reply(self.engine, call)
        return deny_told(self.engine, call) or Reply(call.say("All right. What else can I do for you?"), STARTERS)


def _understood(reply: Reply) -> Reply:
    return replace(reply, events=[*reply.events, SlotSet("misunderstood", 0.0)])
