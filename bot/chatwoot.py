"""Chatwoot's public API as far as a handover needs it: contacts, conversations, messages, and its signed webhooks."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from bot.errors import ChatwootUnavailable

FRESH_S = 300.0
"""A webhook whose signed time is further away than this is a replay."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A shopper in Chatwoot; `source_id` is their address in our inbox."""

    contact_id: int
    source_id: str


class Chatwoot:
    """The application API of one account, for one inbox of the kind "API".

    Args:
        http: the client to use; its owner closes it.
        url: of the Chatwoot server.
        token: `api_access_token` of an agent or a bot of the account.
        account: number of the account.
        inbox: number of the inbox.

    Raises:
        ChatwootUnavailable: from every method, when Chatwoot does not do what was asked.
    """

    def __init__(self, http: httpx.AsyncClient, *, url: str, token: str, account: int, inbox: int) -> None:
        self._http = http
        self._base = f"{url}/api/v1/accounts/{account}"
        self._headers = {"api_access_token": token}
        self._inbox = inbox

    async def contact(self, identifier: str, *, name: str) -> Contact:
        """The contact with our identifier; made if there is none yet."""
        found = await self._call("GET", "/contacts/search", params={"q": identifier})
        known = next((one for one in found["payload"] if one.get("identifier") == identifier), None)
        if known is None:
            content = {"inbox_id": self._inbox, "name": name, "identifier": identifier}
            made = (await self._call("POST", "/contacts", json=content))["payload"]
            return Contact(made["contact"]["id"], made["contact_inbox"]["source_id"])
        for place in known.get("contact_inboxes") or ():
            if place["inbox"]["id"] == self._inbox:
                return Contact(known["id"], place["source_id"])
        place = await self._call("POST", f"/contacts/{known['id']}/contact_inboxes", json={"inbox_id": self._inbox})
        return Contact(known["id"], place["source_id"])

    async def conversation(self, contact: Contact, *, ticket_id: str) -> int:
        """The number of the ticket's conversation; opened if there is none yet."""
        found = await self._call("GET", f"/contacts/{contact.contact_id}/conversations")
        for one in found["payload"]:
            if (one.get("custom_attributes") or {}).get("ticket") == ticket_id:
                return int(one["id"])
        content = {
            "source_id": contact.source_id,
            "inbox_id": self._inbox,
            "contact_id": contact.contact_id,
            "status": "open",
            "custom_attributes": {"ticket": ticket_id},
        }
        return int((await self._call("POST", "/conversations", json=content))["id"])

    async def shopper_says(self, conversation: int, text: str) -> None:
        """Adds the shopper's words."""
        await self._post(conversation, {"content": text, "message_type": "incoming"})

    async def note(self, conversation: int, text: str) -> None:
        """Adds a note that only the people at the shop see."""
        await self._post(conversation, {"content": text, "message_type": "outgoing", "private": True})

    async def forget(self, conversation: int) -> bool:
        """Deletes the contact of a conversation, and with it all that was said.

        False if the token's owner may not: Chatwoot lets administrators do that only.
        """
        try:
            shown = await self._call("GET", f"/conversations/{conversation}")
            contact = int(shown["meta"]["sender"]["id"])
            answer = await self._http.delete(f"{self._base}/contacts/{contact}", headers=self._headers)
        except httpx.HTTPError as error:
            raise ChatwootUnavailable(f"DELETE contact: {error}") from error
        except (KeyError, TypeError, ValueError) as error:
            raise ChatwootUnavailable(f"conversation {conversation} names no contact: {error!r}") from error
        if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            return False
        if answer.is_error and answer.status_code != httpx.codes.NOT_FOUND:
            raise ChatwootUnavailable(f"DELETE contact: {answer.status_code}")
        return True

    async def resolve(self, conversation: int) -> None:
        """Closes a conversation."""
        await self._call("POST", f"/conversations/{conversation}/toggle_status", json={"status": "resolved"})

    async def _post(self, conversation: int, content: Mapping[str, Any]) -> None:
        await self._call("POST", f"/conversations/{conversation}/messages", json=content)

    async def _call(self, method: str, path: str, **content: Any) -> Any:
        try:
            response = await self._http.request(method, f"{self._base}{path}", headers=self._headers, **content)
            return response.raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise ChatwootUnavailable(f"{method} {path}: {error}") from error


@dataclass(frozen=True, slots=True)
class AgentSays:
    """An agent has written to the shopper. `message_id` is Chatwoot's."""

    conversation: int
    message_id: int
    agent: str
    text: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """The conversation was closed in Chatwoot."""

    conversation: int


def is_genuine(headers: Mapping[str, str], body: bytes, *, secret: str, now: float | None = None) -> bool:
    """Whether Chatwoot signed this webhook with `secret`, lately: "sha256=" + HMAC of "{timestamp}.{body}" in hex.

    Args:
        headers: of the request, with names in small letters.
        now: Unix time, for tests.
    """
    sent_at = headers.get("x-chatwoot-timestamp", "")
    if not secret or not (sent_at.isascii() and sent_at.isdigit()):
        return False
    digest = hmac.new(secret.encode(), f"{sent_at}.".encode() + body, hashlib.sha256).hexdigest()
    signature = headers.get("x-chatwoot-signature", "")
    is_fresh = abs((time.time() if now is None else now) - int(sent_at)) <= FRESH_S
    return is_fresh and hmac.compare_digest(f"sha256={digest}".encode(), signature.encode())


def read_event(content: Mapping[str, Any]) -> AgentSays | Resolved | None:
    """What a webhook tells; None if it does not concern the shopper: notes, their own words, other changes.

    Raises:
        ValueError: it is not what Chatwoot's documentation promises.
    """
    try:
        match content["event"]:
            case "conversation_status_changed" if content["status"] == "resolved":
                return Resolved(int(content["id"]))
            case "message_created" if content["message_type"] == "outgoing" and not content.get("private"):
                files = [str(one["data_url"]) for one in content.get("attachments") or ()]
                text = "\n".join(part for part in (content.get("content"), *files) if part)
                agent = str((content.get("sender") or {}).get("name") or "Somebody")
                return AgentSays(int(content["conversation"]["id"]), int(content["id"]), agent, text) if text else None
            case _:
                return None
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"a Chatwoot event that is none: {error!r}") from error
