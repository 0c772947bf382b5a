"""Replies as the terminal shows them: text, items and comparisons as tables, orders and facts as lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

STOCK = {
    "in_stock": "in stock",
    "out_of_stock": "out of stock",
    "preorder": "can be ordered ahead",
    "backorder": "on its way to us",
}


def render(reply: Mapping[str, Any], *, first_item: int, first_choice: int) -> list[RenderableType]:
    """A reply in pieces, from top to bottom; numbering of items and quick replies starts where the caller says."""
    parts: list[RenderableType] = []
    if reply["text"]:
        parts.append(Text.assemble(("Bot", "bold green"), " › ", bold(reply["text"])))
    if reply.get("items"):
        parts.append(_indented(_items(reply["items"], first_item)))
    if reply.get("comparison"):
        parts.append(_indented(_comparison(reply["comparison"])))
    if reply.get("order"):
        parts.append(_indented(_order(reply["order"])))
    if reply.get("facts"):
        parts.append(_indented(_facts(reply["facts"])))
    if reply.get("form"):
        labels = ", ".join(field["label"] for field in reply["form"]["fields"])
        parts.append(_indented(Text(f"✎ {labels}", style="cyan")))
    if reply["quick_replies"]:
        titles = [f"[{first_choice + n}] {choice['title']}" for n, choice in enumerate(reply["quick_replies"])]
        parts.append(_indented(Text("   ".join(titles), style="cyan")))
    return parts


def side_lines(end: Mapping[str, Any]) -> list[Text]:
    """What was understood of a turn, in which mood and time, and what was learned from it, a line a fact; then how the
    reply followed the shopper, and why.
    """
    understood = [
        f"{end['intent']} {end['probability']:.2f}" if end["intent"] else "",
        end.get("mood") or "",
        end["language"] or "",
        f"{end['ms']} ms",
        "degraded" if end["degraded"] else "",
    ]
    followed = [f"~ {trait}" for trait in end.get("manner", [])]
    learned = [f"+ {fact['text']} “{fact['quote']}”" for fact in end["facts"]]
    return [Text(f"      {line}") for line in (" · ".join(part for part in understood if part), *learned, *followed)]


def bold(text: str) -> Text:
    """Text in which **words** are bold."""
    return Text.assemble(*((part, "bold" if n % 2 else "") for n, part in enumerate(text.split("**"))))


def _indented(part: RenderableType) -> Padding:
    return Padding(part, (0, 0, 0, 6))


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(Text(column), justify="right" if column in ("#", "Price") else "left")
    return table


def _items(items: list[Mapping[str, Any]], first: int) -> Table:
    table = _table("#", "Item", "Price", "Stock", "Why")
    for number, item in enumerate(items, first):
        price = item.get("price", {}).get("text", "")
        cells = (
            str(number),
            item["title"],
            price,
            item.get("stock_text") or STOCK[item["availability"]],
            item["reason"],
        )
        table.add_row(*(Text(cell) for cell in cells))
    return table


def _comparison(comparison: Mapping[str, Any]) -> Table:
    table = _table("", *comparison.get("titles", comparison["item_ids"]))
    for row in comparison["rows"]:
        table.add_row(Text(row["label"]), *(Text(value) for value in row["values"]))
    return table


def _order(order: Mapping[str, Any]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    rows = [
        ("Order", order["order_number"]),
        ("Status", order["status_text"]),
        ("Expected", order.get("expected", "")),
        ("Parcel", " ".join(part for part in (order.get("carrier", ""), order.get("tracking_number", "")) if part)),
        *(("", f"{line['quantity']} × {line['title']}") for line in order["lines"]),
        ("Total", order.get("total", {}).get("text", "")),
    ]
    for label, value in rows:
        if value:
            table.add_row(Text(label, style="dim"), Text(value))
    return table


def _facts(facts: list[Mapping[str, Any]]) -> Table:
    table = _table("What I know", "Because you said")
    for fact in facts:
        table.add_row(Text(fact["text"]), Text(f"“{fact['quote']}”" if fact["quote"] else ""))
    return table
