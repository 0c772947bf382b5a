"""A shop system that fails: before a change, in the middle of it, after it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from actions.context import Context, make_desk
from actions.desk.mail import FolderMailer
from actions.desk.policy import Policy
from actions.shop import OutcomeUnknown, Receipt, ShopUnavailable
from actions.shop.changes import Change
from actions.shop.demo import DemoShop
from tests.actions.conftest import SHOP, Desk
from tests.actions.talk import Talk, shopper_of, talk_of

__all__ = ["talk_of"]  # a fixture


class Flaky(DemoShop):
    """A shop whose system fails while something is written: before it (`made` False) or after it."""

    def __init__(self, path: Path, *, made: bool, error: type[Exception]) -> None:
        super().__init__(path, currency="EUR")
        self.made, self.error, self.tries = made, error, 0

    def apply(self, change: Change, *, key: str) -> Receipt:
        self.tries += 1
        if self.tries == 1:
            if self.made:
                super().apply(change, key=key)
            raise self.error("the line went dead")
        return super().apply(change, key=key)


@pytest.mark.parametrize(
    ("made", "error", "told"),
    [
        (True, OutcomeUnknown, "is cancelled. €"),
        (False, OutcomeUnknown, "nothing was changed"),
        (False, ShopUnavailable, "Nothing was changed"),
    ],
)
def test_a_shop_that_breaks_off_in_the_middle(
    context: Context, *, made: bool, error: type[Exception], told: str
) -> None:
    shop = Flaky(context.engine.settings.home / "shop.db", made=made, error=error)
    mailer = FolderMailer(context.engine.settings.home / "outbox", "a@example.org")
    flaky = replace(
        context,
        orders=shop,
        desk=make_desk(context.engine, context.info, shop, Policy.read(SHOP / "policy.yml"), mailer),
    )
    account, number = shopper_of("paid", context)
    talk = Talk(Desk(flaky), account)
    talk.say(f"cancel {number}", "cancel_order")
    assert told in talk.say("yes", "affirm")
    if not made:
        assert talk.order(number).status == "paid"
        assert "is cancelled. €" in talk.say("yes", "affirm")
    assert talk.order(number).status == "cancelled"
    with sqlite3.connect(context.engine.settings.home / "shop.db") as conn:
        assert conn.execute("SELECT count(*) FROM changes").fetchone() == (1,)


class Blind(Flaky):
    """One that cannot even be asked after the break."""

    def receipt(self, key: str) -> Receipt | None:
        if self.tries == 1 and not self.asked:
            self.asked = True
            raise ShopUnavailable("still dead")
        return super().receipt(key)

    asked = False


class Half(Flaky):
    """One that stays half-way."""

    def receipt(self, key: str) -> Receipt | None:
        return None


class Dying(DemoShop):
    """One that makes a change and then is down."""

    def subscriptions(self, shopper_id: str) -> Any:
        raise ShopUnavailable(shopper_id)


def talk_with(shop: DemoShop, context: Context, account: str) -> Talk:
    mailer = FolderMailer(context.engine.settings.home / "outbox", "a@example.org")
    desk = make_desk(context.engine, context.info, shop, Policy.read(SHOP / "policy.yml"), mailer)
    return Talk(Desk(replace(context, orders=shop, desk=desk)), account)


@pytest.mark.parametrize(("made", "told"), [(True, "made when you said yes"), (False, "is cancelled. €")])
def test_nothing_is_claimed_while_it_is_not_known(context: Context, *, made: bool, told: str) -> None:
    account, number = shopper_of("paid", context)
    talk = talk_with(Blind(context.engine.settings.home / "shop.db", made=made, error=OutcomeUnknown), context, account)
    talk.say(f"cancel {number}", "cancel_order")
    unsure = talk.say("yes", "affirm")
    assert "cannot see yet" in unsure
    assert "nothing was changed" not in unsure
    assert told in talk.say("yes", "affirm")
    assert talk.order(number).status == "cancelled"


def test_a_change_that_stays_half_way_goes_to_a_person(context: Context) -> None:
    account, number = shopper_of("paid", context)
    talk = talk_with(Half(context.engine.settings.home / "shop.db", made=True, error=OutcomeUnknown), context, account)
    talk.say(f"cancel {number}", "cancel_order")
    told = talk.say("yes", "affirm")
    assert "half-way" in told
    assert "nothing was changed" not in told
    assert "hand you over to a person" in told


def test_what_was_done_is_told_though_the_shop_is_down_after_it(context: Context) -> None:
    account, number = shopper_of("paid", context)
    talk = talk_with(Dying(context.engine.settings.home / "shop.db", currency="EUR"), context, account)
    talk.say(f"cancel {number}", "cancel_order")
    told = talk.say("yes, and which subscriptions do I have?", "affirm")
    assert "is cancelled. €" in told
    assert "For the rest I cannot reach" in told
    assert "nothing was changed" not in told


def test_a_shop_that_is_down_is_said_so(talk_of: Callable[..., Talk], context: Context) -> None:
    talk = talk_of("S001")
    (context.engine.settings.home / "shop.db").unlink()
    assert "cannot reach" in talk.say("where is my order", "order_status")


def test_nonsense_from_the_shop_is_an_apology_and_no_change(desk: Desk, context: Context) -> None:
    class Odd(DemoShop):
        def orders(self, shopper_id: str) -> Any:
            raise ShopUnavailable(f"{shopper_id}: not JSON")

    shop = Odd(context.engine.settings.home / "shop.db", currency="EUR")
    mailer = FolderMailer(context.engine.settings.home / "outbox", "a@example.org")
    odd = replace(
        context,
        orders=shop,
        desk=make_desk(context.engine, context.info, shop, Policy.read(SHOP / "policy.yml"), mailer),
    )
    del desk
    assert "nothing was changed" in Talk(Desk(odd), "S001").say("cancel W1150", "cancel_order")
