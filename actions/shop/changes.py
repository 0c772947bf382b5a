"""What can be changed at a shop. A change is data: it is shown, confirmed, and then applied once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from actions.shop.types import Address


@dataclass(frozen=True, slots=True)
class Swap:
    """`quantity` pieces of an order's line become another variant of the same product."""

    line_id: str
    item_id: str
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class Pieces:
    """So many pieces of an order's line."""

    line_id: str
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """Calls an open order off and pays it back."""

    order_number: str
    reason: str


@dataclass(frozen=True, slots=True)
class ChangeItems:
    """Other variants in an open order. What they cost more or less goes over the payment method."""

    order_number: str
    swaps: Sequence[Swap]
    payment_method_id: str


@dataclass(frozen=True, slots=True)
class ChangeAddress:
    """Another address for an open order."""

    order_number: str
    address: Address


@dataclass(frozen=True, slots=True)
class ChangePayment:
    """Another payment method for an open order; the first one is paid back."""

    order_number: str
    payment_method_id: str


@dataclass(frozen=True, slots=True)
class ChangeShipping:
    """Another way of delivery for an open order; `fee_cents` more (or less) than what was paid for it."""

    order_number: str
    method: str
    fee_cents: int


@dataclass(frozen=True, slots=True)
class ReturnItems:
    """Pieces of a delivered order come back; the money, less the label's price, goes to `payment_method_id`."""

    order_number: str
    pieces: Sequence[Pieces]
    payment_method_id: str
    reason: str = ""
    label_cents: int = 0


@dataclass(frozen=True, slots=True)
class ReturnArrived:
    """What was to come back is there: the money leaves. Said by the people at the shop, never in the chat."""

    order_number: str


@dataclass(frozen=True, slots=True)
class ExchangeItems:
    """Pieces of a delivered order come back, and other variants of the same products are sent."""

    order_number: str
    swaps: Sequence[Swap]
    payment_method_id: str


@dataclass(frozen=True, slots=True)
class ReportProblem:
    """A parcel is late, lost, damaged, wrong or incomplete. `remedy`: "replacement", "refund" or "enquiry"."""

    order_number: str
    kind: str
    pieces: Sequence[Pieces]
    remedy: str


@dataclass(frozen=True, slots=True)
class ClaimWarranty:
    """Pieces of a delivered order have failed; `fault` is what the shopper said of it. A person decides."""

    order_number: str
    pieces: Sequence[Pieces]
    fault: str


@dataclass(frozen=True, slots=True)
class ChangeAccountAddress:
    """Another default address in the shopper's address book."""

    shopper_id: str
    address: Address


@dataclass(frozen=True, slots=True)
class SkipDelivery:
    """The next delivery of a subscription is left out."""

    subscription_id: str


@dataclass(frozen=True, slots=True)
class CancelSubscription:
    """Nothing more comes."""

    subscription_id: str


Change = (
    CancelOrder
    | ChangeItems
    | ChangeAddress
    | ChangePayment
    | ChangeShipping
    | ReturnItems
    | ReturnArrived
    | ExchangeItems
    | ReportProblem
    | ClaimWarranty
    | ChangeAccountAddress
    | SkipDelivery
    | CancelSubscription
)
