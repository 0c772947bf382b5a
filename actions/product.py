"""Questions about an item: in stock, price, properties; and promotions."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from datetime import UTC, datetime

from rasa_sdk.events import SlotSet

from actions.call import Call, QuickReply, Reply, ShopAction
from actions.cards import card, price_text, shown_cards, stock_text
from actions.colours import asks_for_colours, other_colours
from actions.companions import companions_reply
from actions.faq import faq_reply
from actions.notices import OFFER, TELL_ME, expected, offered
from actions.pointing import focus, named, table
from actions.recommend import slate_reply
from profiling import Item, Mention
from profiling.money import format_price

SIMILAR = QuickReply("Something like it", "/show_more")
MAX_PROMOTIONS = 3


class ItemQuestion(ShopAction):
    """Base:

    finds the item that the question is about. A question that names another kind of thing is a request for it.
    """

    def answer(self, call: Call) -> Reply:
        """What goes with it, where that is asked; about the item, if there is one; a recommendation, if the question
        was one; else asks which item is meant.
        """
        beside = companions_reply(self.engine, call)
        if beside:
            return beside
        mentions = self.engine.catalogue.view.extractor.mentions(call.utterance)
        if call.item_ref is None and (item := named(self.engine, call)):
            return self._about(item, mentions, call)
        wished = any(fact.predicate == "wants" for fact in self.engine.facts.of_message(call.message_id))
        if wished and call.item_ref is None:
            return slate_reply(self.engine, call)
        item = focus(self.engine, call)
        if item is None or self._is_another(item, mentions, call):
            return Reply("Which item do you mean? Tell me what it is called, or what you are looking for.")
        return self._about(item, mentions, call)

    def _is_another(self, item: Item, mentions: list[Mention], call: Call) -> bool:
        """Whether a kind of thing is named that the item is not, which nobody has chosen or looks at."""
        things = [mention for mention in mentions if mention.kind == "product_type"]
        if not things or call.item_ref or call.item_on_screen or call.slots.get("focus_item"):
            return False
        return not any(self.engine.catalogue.view.has(item.item_id, [thing]) for thing in things)

    def _about(self, item: Item, mentions: list[Mention], call: Call) -> Reply:
        reply = self.about(item, mentions, call)
        return replace(reply, events=[*reply.events, SlotSet("focus_item", item.item_id)])

    @abstractmethod
    def about(self, item: Item, mentions: list[Mention], call: Call) -> Reply:
        """The answer about one item."""


class ActionAnswerAvailability(ItemQuestion):
    """In stock? In this colour, in that size?"""

    action_name = "action_answer_availability"

    def answer(self, call: Call) -> Reply:
        """The other colours, where those are asked for and none is named; else about the item."""
        named = any(m.kind == "colour" for m in self.engine.catalogue.view.extractor.mentions(call.utterance))
        if asks_for_colours(call.utterance) and not named and table(self.engine, call):
            return other_colours(self.engine, call)
        return super().answer(call)

    def about(self, item: Item, mentions: list[Mention], call: Call) -> Reply:
        """Looks at the item, or at its variants where a colour or size is asked for."""
        asked = [mention for mention in mentions if mention.kind in {"colour", "size"}]
        if not asked:
            if item.availability == "out_of_stock":
                return _sold_out(f"Sorry, no. {item.title} is sold out.", item, call)
            return Reply(f"Yes. {_stock_sentence(item)}", () if item.availability == "in_stock" else [SIMILAR])
        wanted = " ".join(
            f"in {mention.label}" if mention.kind == "colour" else f"in size {mention.label}" for mention in asked
        )
        fitting = self.engine.variants_like(item, asked)
        available = [variant for variant in fitting if variant.availability != "out_of_stock"]
        if available:
            best = available[0]
            return Reply(
                f"Yes, {best.title} comes {wanted}: {stock_text(best)}, {price_text(best) or 'price on request'}.",
                (),
                {"items": [card(best, reason=f"Comes {wanted}")]},
            )
        if fitting:
            sold_out = _sold_out(f"{item.title} exists {wanted}, but is sold out.", fitting[0], call)
            return replace(sold_out, events=[*sold_out.events, SlotSet("focus_item", fitting[0].item_id)])
        return Reply(f"No, {item.title} does not come {wanted}.", [SIMILAR])


class ActionAnswerPrice(ItemQuestion):
    """What does it cost?"""

    action_name = "action_answer_price"

    def about(self, item: Item, mentions: list[Mention], call: Call) -> Reply:
        """The price, and the former one where it is reduced."""
        del mentions, call
        if item.price_cents is None:
            return Reply(f"The shop gives no price for {item.title}. Please ask at {self.context.info.email}.")
        before = ""
        if item.list_price_cents and item.list_price_cents > item.price_cents:
            before = f" It was {format_price(item.list_price_cents, item.currency)} before."
        return Reply(f"The price of {item.title} is {price_text(item)}.{before}")


class ActionAnswerProduct(ItemQuestion):
    """Does it have ...? Is it ...?"""

    action_name = "action_answer_product"

    def _is_another(self, item: Item, mentions: list[Mention], call: Call) -> bool:
        """No: what is named may be a part of it ("does the hood fit over a helmet?")."""
        del item, mentions, call
        return False

    def about(self, item: Item, mentions: list[Mention], call: Call) -> Reply:
        """What the shop's own text and a review say, quoted; or that they say nothing."""
        passage = self.engine.passage(item, call.utterance)
        review = _review(self.engine.review_passage(item, call.utterance))
        asked = [mention.label for mention in mentions if mention.kind in {"feature", "material", "colour", "brand"}]
        if passage:
            return Reply(f"About {item.title} the shop says: “{passage}”{f' And a review: {review}' if review else ''}")
        if review:
            return Reply(f"The description of {item.title} does not say, but a review does: {review}")
        if asked:
            return Reply(
                f"The description of {item.title} does not say that it is {' or '.join(asked)}, so I would not "
                f"count on it."
            )
        return Reply(f"The description of {item.title} does not say. A person can find out: {self.context.info.email}.")


class ActionAnswerPromotions(ShopAction):
    """What is reduced at the moment."""

    action_name = "action_answer_promotions"

    def answer(self, call: Call) -> Reply:
        """Reduced items of the kind that is looked for, and the shop's own words on promotions."""
        reduced = self.engine.reduced(call.shopper_id, k=MAX_PROMOTIONS)
        said = faq_reply(self.context, call.utterance, topics=("promotions",))
        if not reduced:
            return said or Reply("Nothing is reduced at the moment, as far as the catalogue says.")
        lines = "\n".join(
            f"- {item.title}: {price_text(item)} instead of {format_price(item.list_price_cents or 0, item.currency)}"
            for item in reduced
        )
        text = f"{said.text}\n{lines}" if said else f"Reduced at the moment:\n{lines}"
        return Reply(
            text, (), shown_cards(self.engine, call, [(item, "Reduced") for item in reduced], occasion="reduced")
        )


def _review(found: tuple[str, float | None] | None) -> str:
    """A review's sentence, quoted, with its stars."""
    if found is None:
        return ""
    text, rating = found
    return f"“{text}”{f' ({rating:g} of 5 stars)' if rating is not None else ''}"


def _sold_out(text: str, item: Item, call: Call) -> Reply:
    """What is sold out: when it comes, if the shop says, and the offer to tell the shopper."""
    day = expected(item, today=datetime.now(UTC).date())
    comes = f" It is expected on {day.day} {day:%B %Y}." if day else ""
    events = offered(call)
    offer, answers = (f" {OFFER}", [TELL_ME, SIMILAR]) if events else ("", [SIMILAR])
    return Reply(f"{text}{comes}{offer}", answers, events=events)


def _stock_sentence(item: Item) -> str:
    if item.availability == "in_stock" and item.stock_count is None:
        return f"{item.title} is in stock; the shop does not say how many."
    return f"{item.title}: {stock_text(item)}."
