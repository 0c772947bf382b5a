"""A proof of identity that runs out in the middle of something."""

from __future__ import annotations

from actions.context import Context
from actions.desk.case import Case
from actions.shop import OutcomeUnknown, Receipt
from actions.shop.changes import Change
from tests.actions.talk import shopper_of
from tests.actions.test_desk import Blind, talk_with


def test_a_proof_that_runs_out_after_a_break_does_not_make_another_change_of_it(context: Context) -> None:
    account, number = shopper_of("paid", context)
    keys: list[str] = []

    class Noting(Blind):
        def apply(self, change: Change, *, key: str) -> Receipt:
            keys.append(key)
            return super().apply(change, key=key)

    shop = Noting(context.engine.settings.home / "shop.db", made=False, error=OutcomeUnknown)
    talk = talk_with(shop, context, account)
    talk.say(f"cancel {number}", "cancel_order")
    assert "cannot see yet" in talk.say("yes", "affirm")
    case = Case.from_slot(talk.desk.slots["case"])
    case.known_to = "2026-01-01T12:00:00+00:00"
    talk.desk.slots["case"] = case.to_slot()
    talk.desk.signed_as = account
    assert number in talk.say("yes", "affirm")  # proved anew, and shown again
    assert "is cancelled. €" in talk.say("yes", "affirm")
    assert len(keys) == 2
    assert len(set(keys)) == 1
