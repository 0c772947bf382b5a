"""The shop behind the chat: its facts, and the client for its orders."""

from actions.shop.client import Order, OrderLine, ShopClient
from actions.shop.info import ShopInfo

__all__ = ["Order", "OrderLine", "ShopClient", "ShopInfo"]
