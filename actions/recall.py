"""What the shopper said, liked, bought or was shown before."""

from __future__ import annotations

from datetime import UTC, datetime

from rasa_sdk.events import SlotSet

from actions.call import Call, Event, Reply, ShopAction
from actions.cards import card
from actions.profile import SHOW
from profiling import Item
from profiling.profile.recollect import Question, read_question, what_was_said
from profiling.store.history import Met, items_met

MOST_ITEMS = 3
_REASONS = {"bought": "Bought", "liked": "Chosen or liked", "shown": "Shown"}
_WORDS = {"bought": "bought", "liked": "liked or chose", "shown": "were shown"}


class ActionRecall(ShopAction):
    """A question about the past."""

    action_name = "action_recall"

    def answer(self, call: Call) -> Reply:
        """The shopper's own words with their dates, or the items that they met; or that there is no note of any."""
        events: list[Event] = [SlotSet("pending", None)]
        asked = read_question(call.utterance, at=datetime.now(UTC))
        if asked is None:
            return Reply(call.say("I do not know what you mean."), [SHOW], events=events)
        return self._items(call, asked, events) if asked.about == "items" else self._words(call, asked, events)

    def _words(self, call: Call, asked: Question, events: list[Event]) -> Reply:
        turns = what_was_said(self.engine.memory, self.engine.encoder, call.shopper_id, call.utterance, asked)
        if not turns:
            return Reply(f"I find nothing that you said about that{_during(asked)}.", [SHOW], events=events)
        lines = [f"- {_day(datetime.fromisoformat(turn['at']))}: “{turn['utterance']}”" for turn in turns]
        return Reply("\n".join(["You said:", *lines]), [SHOW], events=events)

    def _items(self, call: Call, asked: Question, events: list[Event]) -> Reply:
        root = self.engine.memory.shoppers.root(call.shopper_id)
        met = items_met(self.engine.store, root, since=asked.since, until=asked.until)
        mentions = [
            mention
            for mention in self.engine.catalogue.view.extractor.mentions(call.utterance)
            if mention.kind in {"product_type", "brand", "colour", "material", "feature"}
        ]
        fitting = [each for each in met if self.engine.catalogue.view.has(each.item_id, mentions)]
        found = [each for each in fitting if each.how == asked.how][:MOST_ITEMS]
        if found:
            return self._told(found, _WORDS[asked.how], asked, events)
        shown = [each for each in fitting if each.how == "shown"][:MOST_ITEMS]
        kind = next((f"any {mention.label}" for mention in mentions if mention.kind == "product_type"), "anything")
        nothing = f"I have no note that you {_WORDS[asked.how]} {kind}{_during(asked)}."
        if not shown:
            return Reply(nothing, [SHOW], events=events)
        told = self._told(shown, _WORDS["shown"], asked, events)
        return Reply(f"{nothing} {told.text}", told.quick_replies, told.rich, events)

    def _told(self, met: list[Met], did: str, asked: Question, events: list[Event]) -> Reply:
        by_id: dict[str, Item] = {
            item.item_id: item for item in self.engine.catalogue.items.get([each.item_id for each in met])
        }
        lines = [f"- {by_id[each.item_id].title}, {_day(each.at)}" for each in met if each.item_id in by_id]
        cards = [
            card(by_id[each.item_id], reason=f"{_REASONS[each.how]} on {_day(each.at)}")
            for each in met
            if each.item_id in by_id
        ]
        return Reply("\n".join([f"You {did}{_during(asked)}:", *lines]), (), {"items": cards}, events)


def _during(asked: Question) -> str:
    return f" {asked.when}" if asked.when else ""


def _day(at: datetime) -> str:
    return f"{at.day} {at:%B %Y}"
