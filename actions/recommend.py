"""Recommending, refining, showing more, comparing, choosing, and saying why."""

from __future__ import annotations

from dataclasses import replace

from rasa_sdk.events import SlotSet

from actions.call import Call, QuickReply, Reply, ShopAction
from actions.cards import (
    card,
    comparison,
    fact_line,
    line,
    reason_text,
    shown_cards,
    slate_cards,
    slate_lines,
)
from actions.companions import MAX_COMPLEMENTS, after_an_order, companions_reply
from actions.comparing import compared, first_of
from actions.extremes import nothing_beyond
from actions.faq import PERSON
from actions.manner import FIRST_THINGS_FIRST, may_offer
from actions.pointing import described, focus, nth, table
from profiling import Engine, Item, Slate
from profiling.profile.needs import SHOPPER
from profiling.profile.profile import tell

MORE = QuickReply("Show me more", "/show_more")
WHY = QuickReply("Why these?", "/why_this")
MAX_RELAXATIONS = 3
WHAT_FOR = "What are you looking for? A few words will do, for example “waterproof jacket under 120, not black”."
UNCOMPARED = "The shop gives no measures of these, so I cannot say which are smaller, larger or lighter."


def slate_reply(engine: Engine, call: Call, *, more: bool = False) -> Reply:
    """Recommends for the present need, and says in words what the cards show.

    While a complaint is open nothing is shown that was not asked for: a broken kettle is no wish for one.
    """
    if not may_offer(call):
        return Reply(call.say(FIRST_THINGS_FIRST), [PERSON])
    slate = engine.recommend(call.shopper_id, message_id=call.message_id, occasion="more" if more else "request")
    profile = engine.profile(call.shopper_id)
    if not profile.about_need:
        beside = after_an_order(engine, call)
        question = call.say(WHAT_FOR)
        return replace(beside, text=f"{beside.text}\n{question}") if beside else Reply(question)
    doubtful = _contradicted(engine, call)
    if not slate.impressions:
        return nothing_beyond(engine, call) or Reply(f"{doubtful}{_nothing(slate)}")
    quick = [WHY, MORE] if slate.fitting_count > len(slate.impressions) else [WHY]
    shown = [impression.item for impression in slate.impressions]
    best = "".join(f"{each}\n" for each in first_of(shown, call.utterance)) if len(shown) > 1 else ""
    text = f"{doubtful}{best}{_head(slate)}\n{slate_lines(slate)}"
    return Reply(text, quick, slate_cards(slate), [SlotSet("focus_item", None)])


def _contradicted(engine: Engine, call: Call) -> str:
    """What the message both asks for and refuses, said before the items; "" for nothing."""
    names = engine.memory.contradictions(call.message_id)
    if not names:
        return ""
    both = " and ".join(f"both “{name}” and “not {name}”" for name in names)
    return f"You said {both}, so I have gone by neither. Tell me which of the two you want.\n"


def _head(slate: Slate) -> str:
    shown, fitting = len(slate.impressions), slate.fitting_count
    if slate.repeated:
        return "You have seen everything that fits. The best again:"
    if shown == 1:
        return "One thing fits:"
    return f"{fitting} things fit, these best:" if fitting > shown else f"These {shown} fit:"


def _nothing(slate: Slate) -> str:
    """Says that nothing fits, and which wish is the narrow one."""
    if not slate.wishes:
        return "I find nothing that fits. The shop may not have it; could you say it in other words?"
    if len(slate.wishes) == 1:
        return f"I find nothing for {slate.wishes[0]}. The shop may not have it."
    text = f"I find nothing that is all of this: {', '.join(slate.wishes)}."
    relaxed = [
        f"without “{name}” there {'is' if count == 1 else 'are'} {count}"
        for name, count in slate.relaxations
        if name != slate.wishes[0]
    ]
    return f"{text} But {', '.join(relaxed[:MAX_RELAXATIONS])}." if relaxed else f"{text} The shop may not have it."


class ActionRecommend(ShopAction):
    """Recommends for everything that was said so far."""

    action_name = "action_recommend"

    def answer(self, call: Call) -> Reply:
        """What goes with a thing where that was asked, a slate, or what is in the way of one."""
        beside = companions_reply(self.engine, call)
        if beside:
            return beside
        said = [fact for fact in self.engine.facts.of_message(call.message_id) if fact.valid_to is None]
        if call.intent == "correct" and said and all(fact.subject == SHOPPER for fact in said):
            return Reply(f"Noted: {' '.join(map(tell, said))}", [QuickReply("Show me what fits", "/recommend")])
        if call.intent == "refine" and _is_about_an_item(self.engine, call):
            from actions.product import ActionAnswerAvailability  # it needs this module itself

            return ActionAnswerAvailability(self.context).answer(call)
        reply = slate_reply(self.engine, call)
        if reply.rich.get("items") and self.engine.uncompared(call.shopper_id, call.utterance):
            return replace(reply, text=f"{UNCOMPARED}\n{reply.text}")
        return reply


def _is_about_an_item(engine: Engine, call: Call) -> bool:
    """Whether "and in red?" asks about the item that the talk is about: nothing else is being looked for."""
    need = engine.profile(call.shopper_id).about_need
    of_item = bool(call.item_on_screen or call.slots.get("focus_item"))
    return of_item and bool(need) and all(fact.predicate in {"in_colour", "in_size"} for fact in need)


class ActionShowMore(ShopAction):
    """Other items for the same wishes."""

    action_name = "action_show_more"

    def answer(self, call: Call) -> Reply:
        """A slate of items that were not shown yet, while there are any."""
        return slate_reply(self.engine, call, more=True)


class ActionCompare(ShopAction):
    """Two items side by side."""

    action_name = "action_compare"

    def answer(self, call: Call) -> Reply:
        """The items side by side, after the answer to which of them comes first."""
        items = compared(self.engine, call)
        if len(items) == 1:
            alone = f"There is only {items[0].title} on the table, and nothing to compare it with."
            return Reply(" ".join([alone, *first_of(items, call.utterance)]), [MORE])
        if not items:
            return Reply("Tell me what you are looking for first; then I can put two of the results side by side.")
        rows = comparison(items)
        text = "\n".join(
            [
                *first_of(items, call.utterance),
                " against ".join(item.title for item in items),
                *(f"{row['label']}: {' | '.join(row['values'])}" for row in rows["rows"]),
            ]
        )
        return Reply(text, (), {"comparison": rows})


class ActionWhyThis(ShopAction):
    """Why an item was recommended: the wishes that it meets, with the shopper's words."""

    action_name = "action_why_this"

    def answer(self, call: Call) -> Reply:
        """The facts that carried the slate; each can be taken back."""
        profile = self.engine.profile(call.shopper_id)
        shown = table(self.engine, call)
        if not shown or not profile.about_need:
            return Reply("I have not recommended anything yet. Tell me what you are looking for.")
        item = nth(shown, call.item_ref or "1") or shown[0]
        explained = self.engine.explain(call.shopper_id, item)
        behind = {fact_id for reason in explained.reasons for fact_id in reason.fact_ids}
        facts = [fact for fact in profile.facts if fact.fact_id in behind]
        said = [f"- {tell(fact)} You said “{fact.quote}”." for fact in facts]
        text = "\n".join([f"{item.title}: {reason_text(explained)}.", *said])
        return Reply(text, (), {"facts": [fact_line(fact) for fact in facts]} if facts else {})


class ActionChooseItem(ShopAction):
    """The shopper picks one of the items shown."""

    action_name = "action_choose_item"

    def answer(self, call: Call) -> Reply:
        """The item's card; the basket is the shop's own."""
        item = described(self.engine, call) or focus(self.engine, call)
        if item is None:
            return Reply("Which one do you mean? Tell me what you are looking for, and I will show you some.")
        item, change, unmet = self._changed(item, call)
        if unmet:
            return unmet
        if item.availability == "out_of_stock":
            return Reply(f"{item.title} is sold out, I am sorry. Shall I look for something like it?", [MORE])
        paused = call.slots.get("selling") == "paused"
        others = [] if paused else self.engine.goes_with(item, k=MAX_COMPLEMENTS)
        also = f" This goes with it: {', '.join(other.item.title for other in others)}." if others else ""
        picked = card(item, reason="The one you picked")
        beside = shown_cards(self.engine, call, [(one.item, one.reason) for one in others], occasion="complement")
        return Reply(
            f"{change}{line(item)}. You can put it into your basket on its card.{also}",
            [QuickReply("Something like it", "/show_more")],
            {**beside, "items": [picked, *beside.get("items", [])]},
            [SlotSet("focus_item", item.item_id)],
        )

    def _changed(self, item: Item, call: Call) -> tuple[Item, str, Reply | None]:
        """The variant that was asked for ("the first, but in grey") with its difference in words.

        Where there is none to be had, the item and what there is to say.
        """
        if call.item_ref in {None, "this"}:
            return item, "", None
        mentions = self.engine.catalogue.view.extractor.mentions(call.utterance)
        asked = [mention for mention in mentions if mention.kind in {"colour", "size"}]
        variants = self.engine.variants_like(item, asked) if asked else [item]
        if item in variants:
            return item, "", None
        if variants and variants[0].availability != "out_of_stock":
            return variants[0], f"In {', '.join(mention.label for mention in asked)}: ", None
        from actions.product import ActionAnswerAvailability  # it needs this module itself

        return item, "", ActionAnswerAvailability(self.context).about(item, mentions, call)
