"""Reading what callers send: size, encoding, form. Whatever is wrong becomes an ApiError with a plain sentence."""

from __future__ import annotations

import asyncio
import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from starlette.requests import ClientDisconnect, Request

from bot.errors import ApiError
from bot.gateway.engine_store import Interaction
from bot.gateway.limits import MAX_BODY_BYTES
from profiling.store.shoppers import Consent

MAX_TEXT = 2_000
MAX_IDENTITY = 4_000
MAX_CODE = 100
BODY_TIMEOUT_S = 10.0
CHANNELS = ("web", "terminal")
KINDS = ("view", "click", "add_to_cart", "thumb_up", "thumb_down")
"""What a shopper's device may report; a purchase is reported by the shop."""

COMMANDS = {
    "recommend": "/recommend",
    "show_more": "/show_more",
    "why_this": "/why_this",
    "ask_availability": "/ask_availability",
    "ask_returns": "/ask_returns",
    "order_status": "/order_status",
    "ask_profile": "/ask_profile",
    "forget_me": "/forget_me",
    "handoff": "/handoff",
    "similar": "something similar",
    "cheaper": "cheaper",
    "another_brand": "not that brand",
}
"""The chat's own buttons, in whatever language they are labelled -> what Rasa gets."""

_ORDINAL = re.compile(r"[1-9]|10")
_ID = re.compile(r"[A-Za-z0-9._:-]{8,80}")
_KEY = re.compile(r"[^\x00-\x1f\x7f]{1,200}")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
_UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp")


@dataclass(frozen=True, slots=True)
class Choice:
    """A pressed quick reply: the event that offered it, and its place there from 0."""

    event_id: int
    index: int


@dataclass(frozen=True, slots=True)
class Command:
    """A button of the chat itself: what it says, the command, the item it means ("1" is the first that was shown)."""

    title: str
    name: str
    item_ref: str | None

    @property
    def utterance(self) -> str:
        """What Rasa gets."""
        said = COMMANDS[self.name]
        return f'{said}{{"item_ref": "{self.item_ref}"}}' if self.item_ref and said.startswith("/") else said


@dataclass(frozen=True, slots=True)
class Message:
    """A message as the shopper's device sent it: a text, a choice, a command, or a picture that may lack words ("")."""

    message_id: str
    said: str | Choice | Command
    item_id: str | None
    image_id: str | None = None


async def read_object(request: Request) -> dict[str, Any]:
    """The JSON object in the request's body; {} for an empty one."""
    raw = await read_bytes(request, limit=MAX_BODY_BYTES)
    if not raw:
        return {}
    try:
        value = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise ApiError(400, "bad_encoding", "The body must be UTF-8.") from None
    except (ValueError, RecursionError):
        raise ApiError(400, "bad_json", "The body must be JSON.") from None
    if not isinstance(value, dict):
        raise ApiError(400, "bad_json", "The body must be a JSON object.")
    return value


def read_message(body: dict[str, Any]) -> Message:
    """Checks a message; its text is cleaned."""
    message_id = _id(body, "message_id")
    image_id = _optional(body, "image_id")
    if image_id and "text" not in body and "choice" not in body:
        return Message(message_id, "", _optional(body, "item_id"), image_id)
    if ("text" in body) == ("choice" in body):
        raise ApiError(422, "text_or_choice", "Send either text or choice.")
    said = _choice(body["choice"]) if "choice" in body else _said(body)
    return Message(message_id, said, _optional(body, "item_id"), image_id)


def read_interaction(body: dict[str, Any]) -> Interaction:
    """Checks an interaction."""
    kind = body.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise ApiError(422, "unknown_kind", f"kind must be one of {', '.join(KINDS)}.")
    message_id = _id(body, "message_id") if body.get("message_id") is not None else None
    interaction = Interaction(
        _id(body, "interaction_id"), kind, _optional(body, "item_id"), _optional(body, "slate_id"), message_id
    )
    if not (interaction.item_id or interaction.slate_id or interaction.message_id):
        raise ApiError(422, "no_subject", "Say what it is about: item_id, slate_id or message_id.")
    return interaction


def read_identity(body: dict[str, Any]) -> tuple[str, bool | None]:
    """The identity, and whether the account takes over what the guest said; None: not decided."""
    identity, merge = body.get("identity"), body.get("merge")
    if not isinstance(identity, str) or not 0 < len(identity) <= MAX_IDENTITY:
        raise ApiError(422, "bad_identity_form", "identity must be the token that the shop has signed.")
    if merge is not None and not isinstance(merge, bool):
        raise ApiError(422, "bad_merge", "merge must be true or false.")
    return identity, merge


def read_opening(body: dict[str, Any]) -> tuple[str, str]:
    """Channel and locale of a new session."""
    channel, locale = body.get("channel", "web"), body.get("locale", "en")
    if channel not in CHANNELS:
        raise ApiError(422, "unknown_channel", f"channel must be one of {', '.join(CHANNELS)}.")
    if not isinstance(locale, str) or not _LOCALE.fullmatch(locale):
        raise ApiError(422, "unknown_locale", "locale must be a language tag such as en or de-AT.")
    return channel, locale


def read_value(body: dict[str, Any]) -> str:
    """What a fact is to say instead."""
    value = clean(body["value"]) if isinstance(body.get("value"), str) else ""
    if not any(unicodedata.category(char) not in _UNSEEN for char in value):
        raise ApiError(422, "bad_value", "value must say what is right.")
    return value


def read_code(body: dict[str, Any]) -> str:
    """The code that shows who a guest is."""
    code = body.get("code")
    if not isinstance(code, str) or not 0 < len(code.strip()) <= MAX_CODE:
        raise ApiError(422, "bad_code", "code must be the code that you were shown.")
    return code.strip()


def read_consent(body: dict[str, Any]) -> Consent:
    """Whether the shopper may be remembered."""
    match body.get("consent"):
        case "given":
            return "given"
        case "refused":
            return "refused"
    raise ApiError(422, "bad_consent", "consent must be given or refused.")


def clean(text: str) -> str:
    """The text without control characters (newline and tab stay) and without what UTF-8 cannot carry."""
    text = text.replace("\r\n", "\n").encode("utf-8", errors="replace").decode("utf-8")
    return "".join(char for char in text if char in "\n\t" or unicodedata.category(char) != "Cc").strip()


def as_utterance(text: str) -> str:
    """What Rasa gets for a typed text.

    Rasa takes a leading "/" for an intent that a button sent: a quotation mark before it makes it plain text.
    """
    visible = next((char for char in text if unicodedata.category(char) not in _UNSEEN), "")
    return f"‘{text}" if visible == "/" else text


async def read_bytes(request: Request, *, limit: int) -> bytes:
    """The request's body.

    Raises:
        ApiError: it has more than `limit` bytes, comes too slowly, or breaks off.
    """
    announced = request.headers.get("content-length", "0")
    chunks, size, due = list[bytes](), 0, int(announced) if announced.isdigit() else 0
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            async for chunk in request.stream():
                chunks.append(chunk)
                size += len(chunk)
                if max(size, due) > limit:
                    raise ApiError(413, "too_large", f"The body may have {limit // 1000} kB at most.")
    except TimeoutError:
        raise ApiError(408, "too_slow", "The body took too long to arrive.") from None
    except ClientDisconnect:
        raise ApiError(400, "bad_json", "The body is not complete.") from None
    return b"".join(chunks)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ApiError(422, "bad_text", "text must be a string.")
    text = clean(value)
    if not any(unicodedata.category(char) not in _UNSEEN for char in text):
        raise ApiError(422, "empty_text", "Please write something.")
    if len(text) > MAX_TEXT:
        raise ApiError(422, "too_long", f"That is too long for me: {MAX_TEXT:,} characters are the limit.")
    return text


def _said(body: dict[str, Any]) -> str | Command:
    text, name, item_ref = _text(body["text"]), body.get("command"), body.get("item_ref")
    if name is None:
        return text
    if not isinstance(name, str) or name not in COMMANDS:
        raise ApiError(422, "unknown_command", f"command must be one of {', '.join(COMMANDS)}.")
    if item_ref is not None and not (isinstance(item_ref, str) and _ORDINAL.fullmatch(item_ref)):
        raise ApiError(422, "bad_item_ref", "item_ref must be the place of an item, such as 1.")
    return Command(text, name, item_ref)


def _choice(value: object) -> Choice:
    if isinstance(value, dict):
        event_id, index = value.get("event_id"), value.get("index")
        if type(event_id) is int and type(index) is int and 0 <= event_id < 2**63 and 0 <= index < 100:
            return Choice(event_id, index)
    raise ApiError(422, "bad_choice", "choice must have event_id and index, both whole numbers.")


def _id(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise ApiError(422, f"bad_{name}", f"{name} must be a UUID.")
    return value


def _optional(body: dict[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not _KEY.fullmatch(value) or clean(value) != value:
        raise ApiError(422, f"bad_{name}", f"{name} must be a string of 1 to 200 characters.")
    return value
