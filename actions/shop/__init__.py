"""The shop behind the chat: its facts, and the client for its orders."""

from actions.shop.client import ChangeRefused, OutcomeUnknown, Receipt, ShopClient, ShopUnavailable
from actions.shop.info import ShopInfo
from actions.shop.types import Account, Address, Order, OrderLine, PaymentMethod, Subscription, Variant

__all__ = [
    "Account",
    "Address",
    "ChangeRefused",
    "Order",
    "OrderLine",
    "OutcomeUnknown",
    "PaymentMethod",
    "Receipt",
    "ShopClient",
    "ShopInfo",
    "ShopUnavailable",
    "Subscription",
    "Variant",
]
