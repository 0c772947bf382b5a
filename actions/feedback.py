"""Thumbs up and down."""

from __future__ import annotations

from datetime import UTC, datetime

from actions.call import Call, QuickReply, Reply, ShopAction
from actions.pointing import focus
from actions.recommend import MORE


class ActionThumb(ShopAction):
    """Base: logs a thumb for the item that the talk is about."""

    kind: str
    thanks: str

    def answer(self, call: Call) -> Reply:
        """Logs it once, and thanks."""
        item = focus(self.engine, call)
        self.engine.slates.record(
            f"{call.message_id}:{self.kind}",
            self.kind,
            shopper_id=call.shopper_id,
            at=datetime.now(UTC),
            item_id=item.item_id if item else None,
            message_id=call.message_id,
        )
        return Reply(call.say(self.thanks), self.offers())

    def offers(self) -> list[QuickReply]:
        """What may come next."""
        return []


class ActionThumbUp(ActionThumb):
    """The shopper likes it."""

    action_name = "action_thumb_up"
    kind = "thumb_up"
    thanks = "Glad to hear it."


class ActionThumbDown(ActionThumb):
    """The shopper does not like it."""

    action_name = "action_thumb_down"
    kind = "thumb_down"
    thanks = "Good to know. What is wrong with it: price, colour, size, brand?"

    def offers(self) -> list[QuickReply]:
        """The usual ways out."""
        return [QuickReply("Cheaper", "cheaper"), QuickReply("Another brand", "not that brand"), MORE]
