"""The invoice of an order, by mail to the address of the account."""

from __future__ import annotations

from collections.abc import Callable

from actions.desk.wishes import Wish
from actions.desk.words import money
from actions.desk.world import World
from actions.shop.types import Order


def send_invoice(wish: Wish, world: World, *, mail: Callable[[str, str, str], None]) -> str:
    """Sends it and says so; `mail` takes address, subject and text, and may raise MailNotSent."""
    order = next(iter(world.orders_meant(wish.text, wish.orders)), None)
    if order is None:
        return "For which order would you like the invoice?"
    title = f"Invoice for order {order.order_number}"
    mail(world.account.email, title, f"{title}\n\n{_positions(order)}\n\nTotal: {money(order.total_cents, order)}")
    return f"The invoice for order {order.order_number} is on its way to your e-mail address."


def _positions(order: Order) -> str:
    return "\n".join(
        f"{line.quantity} × {line.title}: {money(line.quantity * line.unit_price_cents, order)}" for line in order.lines
    )
