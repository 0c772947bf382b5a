"""From the lines of Rasa's stream to the replies that a shopper sees."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from jsonschema import Draft202012Validator

from bot.errors import RasaUnavailable
from bot.settings import ROOT

MAX_QUICK_REPLIES = 12
HOLD_S = 0.05
"""How long a text waits for its rich part before it is shown alone. Rasa queues both at once; after a text
without one it is the end of Rasa's turn that would be waited for.
"""

_log = logging.getLogger("rapport.replies")


@dataclass
class Reply:
    """A bubble: text, quick replies with what each sends, and the rich part as in data/schemas/reply.json."""

    text: str = ""
    titles: list[str] = field(default_factory=list)
    payloads: list[str] = field(default_factory=list)
    rich: dict[str, Any] = field(default_factory=dict)
    erase: bool | Literal["conversation"] = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.text or self.titles or self.rich)

    @property
    def body(self) -> dict[str, Any]:
        """What the transcript keeps and the shopper sees."""
        return {"text": self.text, "quick_replies": [{"title": title} for title in self.titles], **self.rich}

    def takes(self, later: Reply) -> bool:
        """Whether `later` is the rich part of this text, so that both are one bubble."""
        return bool(self.text) and not self.rich and not later.text and not later.titles

    def join(self, later: Reply) -> None:
        """Adds the rich part."""
        self.rich = later.rich
        self.erase = self.erase or later.erase


def read_reply(line: Mapping[str, Any]) -> Reply:
    """One line of Rasa's stream. What is malformed in it is left out and logged, without its content."""
    reply = Reply(text=_text(line.get("text")))
    buttons = line.get("buttons")
    for button in buttons[:MAX_QUICK_REPLIES] if isinstance(buttons, list) else []:
        title, payload = (
            (_text(button.get(key)) for key in ("title", "payload")) if isinstance(button, dict) else ("", "")
        )
        if title:
            reply.titles.append(title)
            reply.payloads.append(payload or title)
    custom = line.get("custom")
    if custom is not None:
        reply.rich = _checked(custom)
        reply.erase = reply.rich.pop("erase", False)
    return reply


async def joined(lines: AsyncIterator[dict[str, Any]]) -> AsyncGenerator[Reply, None]:
    """The replies of a stream, each text joined with the rich part that follows it; empty ones are left out.

    Raises:
        RasaUnavailable: as the stream does, after the last reply that came.
    """
    held = Reply()
    upcoming: asyncio.Future[dict[str, Any]] | None = None
    try:
        while True:
            upcoming = upcoming or asyncio.ensure_future(anext(lines))
            await asyncio.wait({upcoming}, timeout=None if held.is_empty else HOLD_S)
            if upcoming.done():
                line, upcoming = upcoming, None
                reply = read_reply(line.result())
                if held.takes(reply):
                    held.join(reply)
                    reply = Reply()
            else:
                reply = Reply()
            if not held.is_empty or held.erase:
                yield held
            held = reply
    except (StopAsyncIteration, RasaUnavailable) as end:
        if not held.is_empty or held.erase:
            yield held
        if isinstance(end, RasaUnavailable):
            raise
    finally:
        if upcoming is not None:
            upcoming.cancel()
            await asyncio.wait({upcoming})


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _checked(custom: object) -> dict[str, Any]:
    error = next(_validator().iter_errors(custom), None)
    if error is not None or not isinstance(custom, dict):
        path = error.json_path if error else "$"
        _log.error("a custom payload does not fit reply.json at %s: left out", path)
        return {}
    return dict(custom)


@lru_cache(maxsize=1)
def _validator() -> Draft202012Validator:
    schema = json.loads((ROOT / "data" / "schemas" / "reply.json").read_text(encoding="utf-8"))
    return Draft202012Validator(schema)
