"""Questions that the shop's FAQ answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from actions.call import Call, QuickReply, Reply, ShopAction
from actions.context import Context
from profiling.text.sentences import split_sentences

TOPICS: Mapping[str, Sequence[str]] = {
    "ask_shipping": ("shipping", "orders"),
    "ask_payment": ("payment",),
    "ask_returns": ("returns",),
    "ask_warranty": ("warranty", "returns"),
    "ask_store": ("store", "account", "privacy", "products"),
    "ask_promotions": ("promotions",),
}
"""Where the answer to an intent may come from, when nothing in all of the FAQ is near enough."""
BRIEF = 160
"""Characters of an answer for those who want it short."""
PERSON = QuickReply("Talk to a person", "/handoff")


def faq_reply(context: Context, question: str, *, topics: Sequence[str] = ()) -> Reply | None:
    """The shop's answer with its page, or None where it has none."""
    found = context.faq.answer(question, topics=topics) if question else None
    if found is None:
        return None
    entry, _ = found
    source = f" (More: {entry.source})" if entry.source.endswith(".md") else ""
    return Reply(f"{entry.answer}{source}", brief=first_sentences(entry.answer))


def first_sentences(text: str, *, most: int = BRIEF) -> str:
    """The beginning of a text, in whole sentences: as many as fit, one at least."""
    ends = [end for _, end in split_sentences(text)]
    return text[: max((end for end in ends if end <= most), default=ends[0] if ends else None)]


class ActionAnswerFaq(ShopAction):
    """Answers from the FAQ, or says that it does not know."""

    action_name = "action_answer_faq"

    def answer(self, call: Call) -> Reply:
        """The nearest entry within the intent's topics, else within all."""
        topics = TOPICS.get(call.intent, ())
        reply = faq_reply(self.context, call.utterance, topics=topics) or faq_reply(self.context, call.utterance)
        if reply:
            return reply
        info = self.context.info
        text = call.say("I have no sure answer to that. {shop} answers at {email}.", shop=info.name, email=info.email)
        return Reply(text, [PERSON])
