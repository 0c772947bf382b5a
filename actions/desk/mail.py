"""Outgoing mail: over SMTP, or into a folder while no server is configured."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from profiling.privacy.file_seal import FileSeal
from profiling.privacy.masking import mask

logger = logging.getLogger(__name__)
TIMEOUT_S = 10.0


class MailNotSent(Exception):
    """The mail could not be handed over."""


class Mailer(Protocol):
    """Sends plain text mail. Raises MailNotSent."""

    def send(self, to: str, subject: str, text: str) -> None:
        """Hands a mail over."""


@dataclass(frozen=True)
class SmtpMailer:
    """Sends through a server: smtp://user:password@host:587 (STARTTLS where offered) or smtps://."""

    url: str
    sender: str

    def send(self, to: str, subject: str, text: str) -> None:
        """See Mailer."""
        parts = urlsplit(self.url)
        connect = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
        try:
            with connect(parts.hostname or "localhost", parts.port or 0, timeout=TIMEOUT_S) as server:
                if parts.scheme == "smtp" and server.has_extn("starttls"):
                    server.starttls()
                if parts.username:
                    server.login(unquote(parts.username), unquote(parts.password or ""))
                server.send_message(_message(self.sender, to, subject, text))
        except (OSError, smtplib.SMTPException) as error:
            raise MailNotSent(mask(f"{parts.hostname}: {error}")) from error  # a refusal names the address


@dataclass(frozen=True)
class FolderMailer:
    """Writes mails into a folder, for a demo without a mail server, and logs where; outbox.py reads them."""

    folder: Path
    sender: str
    seal: FileSeal | None = None

    def send(self, to: str, subject: str, text: str) -> None:
        """See Mailer."""
        message = _message(self.sender, to, subject, text)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            path = self.folder / f"{str(message['Message-ID']).strip('<>').partition('@')[0]}.eml"
            content = bytes(message)
            path.write_bytes(self.seal.seal(path.name, content) if self.seal else content)
        except OSError as error:
            raise MailNotSent(f"{self.folder}: {error}") from error
        logger.warning("RAPPORT_SMTP_URL is not set: a mail was written to %s (python -m actions.desk.outbox)", path)


def open_mailer(environment: Mapping[str, str], *, home: Path, sender: str) -> Mailer:
    """The mailer that RAPPORT_SMTP_URL and RAPPORT_MAIL_FROM configure."""
    sender = environment.get("RAPPORT_MAIL_FROM") or sender
    url = environment.get("RAPPORT_SMTP_URL")
    if url:
        return SmtpMailer(url, sender)
    return FolderMailer(home / "outbox", sender, FileSeal(environment.get("RAPPORT_DATABASE_KEY", ""), home))


def _message(sender: str, to: str, subject: str, text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=sender.partition("@")[2] or None)
    message.set_content(text)
    return message
