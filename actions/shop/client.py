"""What every shop system can be asked. One file a system; the demo shop's is demo.py.

A new system: implement ShopClient in one file, and give tests/contract/shop_contract.py a shop of that kind to try.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from actions.shop.changes import Change
from actions.shop.types import Account, Order, Subscription, Variant


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a change did. `refund_cents` goes back to the shopper; negative: the shopper was charged.

    `by_hand`: the system has only noted it, and people at the shop have to do the rest.
    """

    key: str
    refund_cents: int = 0
    by_hand: bool = False


class ShopClient(Protocol):
    """The shop system. Reading raises ShopUnavailable when it cannot be reached; case in numbers does not matter.

    Whoever calls it has made sure that the shopper may see what is asked for.
    """

    @property
    def supports(self) -> frozenset[type[Change]]:
        """The changes that `apply` can make; the others are left to a person."""

    def order(self, order_number: str) -> Order | None:
        """The order with this number, or None."""

    def orders(self, shopper_id: str) -> Sequence[Order]:
        """A shopper's orders, the latest first."""

    def account(self, shopper_id: str) -> Account | None:
        """The shopper with this id, or None."""

    def accounts_by_email(self, email: str) -> Sequence[Account]:
        """Whoever has this e-mail address; at most one in most systems."""

    def accounts_by_name(self, name: str, postcode: str) -> Sequence[Account]:
        """Whoever has this name and this postcode."""

    def variants(self, product_id: str) -> Sequence[Variant]:
        """All variants of a product, sold out ones included; empty for an unknown product."""

    def products(self) -> Sequence[tuple[str, str]]:
        """(product_id, title) of everything that the shop sells."""

    def subscriptions(self, shopper_id: str) -> Sequence[Subscription]:
        """What comes to the shopper again and again; empty where the system knows no subscriptions."""

    def apply(self, change: Change, *, key: str) -> Receipt:
        """Makes a change. The same key twice makes it once, and gives the same receipt.

        Raises:
            ChangeRefused: the system will not have it; nothing was changed.
            OutcomeUnknown: the system broke off in the middle; ask `receipt` before anything else is tried.
            ShopUnavailable: it could not be reached, and nothing was changed.
        """

    def receipt(self, key: str) -> Receipt | None:
        """The receipt of a change that was made with this key; None: it was not made.

        Raises:
            OutcomeUnknown: it is being made.
        """


class ShopError(Exception):
    """ShopError
    ├── ShopUnavailable   the shop system does not answer; nothing was changed
    ├── OutcomeUnknown    it broke off while a change was made
    └── ChangeRefused     it understood and said no; the message is for the shopper
    """


class ShopUnavailable(ShopError):
    """The shop system does not answer."""


class OutcomeUnknown(ShopError):
    """The shop system broke off while a change was made: it may have been made or not."""


class ChangeRefused(ShopError):
    """The shop system will not make the change."""
