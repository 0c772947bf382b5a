"""What a change asks for, against an order as it stands: the same for every shop system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from actions.shop.changes import ChangeItems, ClaimWarranty, ExchangeItems, Pieces, ReportProblem, Swap
from actions.shop.client import ChangeRefused
from actions.shop.types import Order, OrderLine, Variant


def there_is(record: Mapping[str, Any] | None, order_number: str) -> Mapping[str, Any]:
    """The order's record. Raises ChangeRefused where there is none."""
    if record is None:
        raise ChangeRefused(f"There is no order {order_number}.")
    return record


def line_with(order: Order, piece: Pieces | Swap) -> OrderLine:
    """The order's line that a piece or swap is about.

    Raises:
        ChangeRefused: the order does not have that many of it.
    """
    line = next((line for line in order.lines if line.line_id == piece.line_id), None)
    if line is None or not 1 <= piece.quantity <= line.quantity:
        raise ChangeRefused(f"Order {order.order_number} does not have that many of it.")
    return line


def price_of(order: Order, pieces: Sequence[Pieces]) -> int:
    """What pieces of an order cost, in cents. Raises ChangeRefused as `line_with` does."""
    return sum(piece.quantity * line_with(order, piece).unit_price_cents for piece in pieces)


def new_variant(line: OrderLine, swap: Swap, variants: Sequence[Variant]) -> Variant:
    """The variant that a line becomes.

    Args:
        line: the line that is swapped.
        swap: what it becomes.
        variants: those of the line's product.

    Raises:
        ChangeRefused: it is none of the same product, or is sold out.
    """
    found = next((variant for variant in variants if variant.item_id == swap.item_id), None)
    if found is None or not found.available or found.item_id == line.item_id:
        raise ChangeRefused("That variant is sold out by now, or is no other variant of the same product.")
    return found


def refuse_held(order: Order, swaps: Sequence[Swap]) -> None:
    """Refuses a variant that the order holds already: nobody could tell it from the one that the change brings.

    Raises:
        ChangeRefused: there is one.
    """
    if {line.item_id for line in order.lines} & {swap.item_id for swap in swaps}:
        raise ChangeRefused(f"Order {order.order_number} has that variant already, so a person has to see to it.")


def problem_note(change: ReportProblem, order: Order) -> str:
    """A reported problem as a note on the order; the same for the same report only."""
    things = ", ".join(f"{piece.quantity} × {line_with(order, piece).title}" for piece in change.pieces)
    return f"Reported in the chat: {change.kind}: {things}. Wanted: {change.remedy}."


def claim_note(change: ClaimWarranty, order: Order) -> tuple[str, str]:
    """(head, whole) of a warranty claim as a note on the order; the head is the same for the same things."""
    things = ", ".join(
        f"{piece.quantity} × {line_with(order, piece).title} ({piece.line_id})" for piece in change.pieces
    )
    head = f"Warranty claim from the chat for {things}:"
    return head, f"{head} {change.fault}"


def swap_note(change: ChangeItems | ExchangeItems) -> str:
    """Swaps as a note on the order."""
    return "Asked for in the chat: " + ", ".join(f"{swap.line_id} -> {swap.item_id}" for swap in change.swaps)
