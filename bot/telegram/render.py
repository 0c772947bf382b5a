"""An event of the transcript as Telegram messages: texts in its HTML, photos, and buttons by what they do."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from bot.telegram.chats import Action
from bot.telegram.words import Words

MAX_TEXT = 4_096
MAX_CAPTION = 1_024
MAX_ALBUM = 10
ROW_CHARACTERS = 34
"""Buttons share a row while their titles fit a phone's width."""

Button = tuple[str, Action | str]
"""Title, and what it does; an address is opened."""

_INLINE = re.compile(r"\*\*(.+?)\*\*|\[([^\]]+)\]\((https?://[^)\s]+)\)")


@dataclass(frozen=True)
class Outgoing:
    """One message: a text, one to ten photos of which the first carries the text as its caption, or a document.

    `document` is the name under which the shopper gets a copy of their data.
    """

    text: str
    photos: Sequence[tuple[str, str]] = ()
    rows: Sequence[Sequence[Button]] = field(default_factory=tuple)
    document: str = ""


def messages(event: Mapping[str, Any], words: Words) -> list[Outgoing]:
    """What to send for an event, in order; nothing for the shopper's own words and the end of a turn."""
    if event["kind"] == "erased":
        return [Outgoing(words["erased"])]
    if event["kind"] != "reply":
        return []
    choices: list[Button] = [
        (choice["title"], {"choice": [event["id"], n]}) for n, choice in enumerate(event["quick_replies"])
    ]
    parts = [formatted(event["text"]), _comparison(event), _order(event), _facts(event), _form(event)]
    text = "\n\n".join(part for part in parts if part)
    wrong: list[list[Button]] = [
        [(f"{words['wrong']} {fact['text']}", {"fact": fact["fact_id"]})] for fact in event.get("facts", [])
    ]
    rows = [*_rows(choices), *wrong]
    document = [Outgoing("", document=event["download"]["name"])] if event.get("download") else []
    if event.get("items"):
        return [*_cards(event, words, text, rows), *document]
    return [*_texts(text, rows), *document]


def formatted(text: str) -> str:
    """Our **bold** and [title](address) as Telegram's HTML; everything else is escaped."""
    done, end = [], 0
    for found in _INLINE.finditer(text):
        done.append(html.escape(text[end : found.start()], quote=False))
        bold, title, address = found.groups()
        done.append(
            f"<b>{html.escape(bold, quote=False)}</b>"
            if bold
            else f'<a href="{html.escape(address)}">{html.escape(title, quote=False)}</a>'
        )
        end = found.end()
    return "".join([*done, html.escape(text[end:], quote=False)])


def _cards(event: Mapping[str, Any], words: Words, text: str, rows: Sequence[Sequence[Button]]) -> list[Outgoing]:
    items = event["items"]
    captions = [_card(number, item, numbered=len(items) > 1) for number, item in enumerate(items, 1)]
    photos = [(item.get("image_url", ""), caption) for item, caption in zip(items, captions, strict=True)]
    shown = [(address, caption) for address, caption in photos if _is_photo(address)]
    thumb = {"slate_id": event.get("slate_id"), "message_id": event["message_id"]}
    thumbs: list[Button] = [("👍", {"thumb": "thumb_up", **thumb}), ("👎", {"thumb": "thumb_down", **thumb})]
    links: list[Button] = [(words["view"], item["url"]) for item in items[:1] if _is_web(item.get("url", ""))]
    if len(items) == 1:
        body, below = captions[0], [*([links] if links else []), thumbs, *rows]
        head = _texts(text, ()) if text else []
        if shown and len(body) <= MAX_CAPTION:
            return [*head, Outgoing(body, shown, below)]
        return [*head, Outgoing(body, (), below)]
    numbers: list[Button] = [
        (str(number), {"text": f"{words['ordinal']} {number}", "say": _ordinal(number)})
        for number in range(1, len(items) + 1)
    ]
    below = [numbers, thumbs, *rows]
    if len(shown) > 1:
        return [*_texts(text, ()), Outgoing("", shown[:MAX_ALBUM]), Outgoing(words["which"], (), below)]
    listed = "\n\n".join(captions)
    return (
        [*_texts(text, ()), *_texts(listed, below)]
        if len(text) + len(listed) > MAX_TEXT - 2
        else [Outgoing("\n\n".join(part for part in (_head(text), listed) if part), (), below)]
    )


def _head(text: str) -> str:
    """A text without the numbered list that the cards repeat."""
    return "\n".join(line for line in text.split("\n") if not re.match(r"\d+\. ", line)).strip()


def _card(number: int, item: Mapping[str, Any], *, numbered: bool) -> str:
    title = html.escape(item["title"], quote=False)
    if _is_web(item.get("url", "")):
        title = f'<a href="{html.escape(item["url"])}">{title}</a>'
    price = item.get("price", {}).get("text", "")
    was = item.get("list_price", {}).get("text", "")
    about = (item.get("brand", ""), *item.get("colours", ()), item.get("size", ""))
    details = " · ".join(part for part in about if part)
    lines = [
        f"{number}. <b>{title}</b>" if numbered else f"<b>{title}</b>",
        html.escape(details, quote=False),
        (f"{html.escape(price)}" + (f" <s>{html.escape(was)}</s>" if was else "")) if price else "",
        html.escape(item.get("stock_text", ""), quote=False),
        f"<i>{html.escape(item['reason'], quote=False)}</i>",
    ]
    return "\n".join(line for line in lines if line)


def _comparison(event: Mapping[str, Any]) -> str:
    table = event.get("comparison")
    if not table:
        return ""
    rows = [f"<b>{html.escape(row['label'])}</b>: {html.escape(' | '.join(row['values']))}" for row in table["rows"]]
    return "\n".join(rows)


def _order(event: Mapping[str, Any]) -> str:
    order = event.get("order")
    if not order:
        return ""
    parcel = " ".join(part for part in (order.get("carrier", ""), order.get("tracking_number", "")) if part)
    lines = [
        f"📦 <b>{html.escape(order['order_number'])}</b>: {html.escape(order['status_text'])}",
        *(html.escape(f"{line['quantity']} × {line['title']}") for line in order["lines"]),
        *(html.escape(text) for text in (order.get("expected", ""), parcel, order.get("total", {}).get("text", ""))),
    ]
    return "\n".join(line for line in lines if line)


def _facts(event: Mapping[str, Any]) -> str:
    return "\n".join(
        f"• {html.escape(fact['text'], quote=False)}"
        + (f" <i>“{html.escape(fact['quote'], quote=False)}”</i>" if fact["quote"] else "")
        for fact in event.get("facts", [])
    )


def _form(event: Mapping[str, Any]) -> str:
    """What a form asks for, each on a line: in Telegram it is typed."""
    fields = event.get("form", {}).get("fields", ())
    return "\n".join(f"✎ {html.escape(field['label'], quote=False)}" for field in fields)


def _texts(text: str, rows: Sequence[Sequence[Button]]) -> list[Outgoing]:
    """A text in pieces that Telegram takes, cut at lines; the buttons hang on the last one."""
    pieces = [""]
    for line in text.split("\n"):
        for start in range(0, max(len(line), 1), MAX_TEXT - 100):
            part = line[start : start + MAX_TEXT - 100]
            if len(pieces[-1]) + len(part) + 1 > MAX_TEXT:
                pieces.append("")
            pieces[-1] += f"{part}\n"
    whole = [piece.strip() for piece in pieces if piece.strip()] or (["…"] if rows else [])
    return [Outgoing(piece, (), rows if n == len(whole) - 1 else ()) for n, piece in enumerate(whole)]


def _rows(buttons: Sequence[Button]) -> list[list[Button]]:
    rows: list[list[Button]] = []
    for button in buttons:
        if rows and sum(len(title) for title, _ in rows[-1]) + len(button[0]) <= ROW_CHARACTERS and len(rows[-1]) < 3:
            rows[-1].append(button)
        else:
            rows.append([button])
    return rows


def _ordinal(number: int) -> str:
    words = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
    return f"the {words[number - 1]} one"


def _is_web(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") and "." in parts.netloc


def _is_photo(address: str) -> bool:
    return _is_web(address) and not urlsplit(address).path.lower().endswith(".svg")
