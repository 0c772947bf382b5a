"""What the gateway keeps: sessions, transcript, inbox, and the writes that touch more than one of them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.components.conversation_file import ConversationFile
from bot.gateway.database import GatewayDatabase
from bot.gateway.images import Images
from bot.gateway.inbox import Claim, Inbox
from bot.gateway.replies import Reply
from bot.gateway.sessions import Session, Sessions
from bot.gateway.transcript import Transcript
from bot.telegram.chats import Chats
from profiling.privacy import Vault


class Records:
    """All of gateway.db. The methods are synchronous: call them in a thread.

    Raises:
        TranscriptError: as GatewayDatabase does.
    """

    def __init__(self, path: Path, *, images_dir: Path, lease_s: float = 10.0) -> None:
        self.database = GatewayDatabase(path)
        self.images = Images(self.database, images_dir)
        self.sessions = Sessions(self.database)
        self.transcript = Transcript(self.database)
        self._conversations = ConversationFile(path.with_name("rasa.db"))
        owner = secrets.token_hex(8)
        vault = Vault(path.with_name("privacy.key"))
        self.inbox = Inbox(self.database, self.transcript, vault, owner=owner, lease_s=lease_s)
        self.chats = Chats(self.database, self.sessions, owner=owner, lease_s=lease_s)

    def say(self, session: Session, claim: Claim, reply: Reply) -> list[str]:
        """Stores a reply; first erases the transcript if the reply says so. Returns the sessions that have new events.

        Raises:
            TurnLost: another process has taken the message over; nothing is stored.
        """
        with self.database.writing():
            self.inbox.hold(claim.message_id)
            everywhere = reply.erase is True
            touched = self._erased(session, everywhere=everywhere) if reply.erase else [session.session_id]
            if not reply.is_empty:
                self.transcript.append(
                    session.session_id, "reply", reply.body, message_id=claim.message_id, payloads=reply.payloads
                )
        if reply.erase:
            self.database.forget_deleted()
        return touched

    def erase(self, session: Session, *, everywhere: bool = True) -> list[str]:
        """Deletes what was said and sent in all of the shopper's sessions, or in this dialogue's; returns their ids."""
        with self.database.writing():
            touched = self._erased(session, everywhere=everywhere)
        self.database.forget_deleted()
        return touched

    def delete_older_than(self, days: int) -> int:
        """Deletes events and pictures older than `days`, and sessions without any; returns how many events."""
        limit = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="milliseconds")
        self.images.delete_older_than(limit)
        self.chats.tidy(limit)
        return self.transcript.delete_older_than(limit)

    def _erased(self, session: Session, *, everywhere: bool) -> list[str]:
        of_dialogue = self.sessions.of_dialogue
        touched = self.sessions.of_shopper(session) if everywhere else of_dialogue(session.sender_id)
        self.transcript.erase(touched)
        for session_id in touched:  # Rasa drops the conversation that goes on by itself
            if other := self.sessions.by_id(session_id):
                self._conversations.erase(other.sender_id)
        self.images.erase(touched)
        return touched

    def announce(self, sender_id: str, body: Mapping[str, Any]) -> list[str]:
        """Adds a reply that answers no message to every session of a dialogue; returns their ids."""
        with self.database.writing():
            ids = self.sessions.of_dialogue(sender_id)
            for session_id in ids:
                self.transcript.append(session_id, "reply", body)
        return ids

    def pictures(self, sender_id: str) -> list[str]:
        """The pictures that were sent in a dialogue, the oldest first."""
        return self.images.of_sessions(self.sessions.of_dialogue(sender_id))

    def end(self, claim: Claim, body: Mapping[str, Any]) -> None:
        """Stores the end of a turn and takes the message out of the inbox.

        Raises:
            TurnLost: another process has taken the message over; nothing is stored.
        """
        with self.database.writing():
            self.inbox.hold(claim.message_id)
            self.transcript.append(claim.session_id, "turn_end", body, message_id=claim.message_id)
            self.inbox.done(claim.message_id)
