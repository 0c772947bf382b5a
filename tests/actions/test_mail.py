from __future__ import annotations

import email
import socket
from collections.abc import Iterator
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from actions.desk.mail import FolderMailer, MailNotSent, SmtpMailer, open_mailer


class Inbox:
    """Keeps what arrives."""

    def __init__(self) -> None:
        self.envelopes: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        del server, session
        self.envelopes.append(envelope)
        return "250 OK"


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    handler = Inbox()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


def test_a_code_travels_over_smtp(inbox: tuple[Inbox, int], tmp_path: Path) -> None:
    handler, port = inbox
    variables = {"RAPPORT_SMTP_URL": f"smtp://127.0.0.1:{port}", "RAPPORT_MAIL_FROM": "shop@example.org"}
    mailer = open_mailer(variables, home=tmp_path, sender="other@example.org")
    mailer.send("anna@example.org", "Your code: 123456", "Grüße, 123456")
    (envelope,) = handler.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("shop@example.org", ["anna@example.org"])
    message = email.message_from_bytes(envelope.content, policy=default)
    assert message["Subject"] == "Your code: 123456"
    assert message.get_content().strip() == "Grüße, 123456"


def test_a_server_that_is_not_there_is_an_error_of_our_own() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(MailNotSent):
        SmtpMailer(f"smtp://127.0.0.1:{port}", "a@example.org").send("b@example.org", "s", "t")


def test_a_refused_address_is_not_told(inbox: tuple[Inbox, int], monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        return f"550 <{address}> unknown"

    handler, port = inbox
    monkeypatch.setattr(handler, "handle_RCPT", refuse, raising=False)
    with pytest.raises(MailNotSent) as refused:
        SmtpMailer(f"smtp://127.0.0.1:{port}", "a@example.org").send("b@example.org", "s", "t")
    assert "550" in str(refused.value)
    assert "b@example.org" not in str(refused.value)


def test_nothing_can_be_slipped_into_the_head(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="linefeed"):
        FolderMailer(tmp_path, "a@example.org").send("b@example.org\nBcc: c@example.org", "s", "t")


def test_without_a_server_mails_lie_in_a_folder(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    open_mailer({}, home=tmp_path, sender="a@example.org").send("b@example.org", "s", "t")
    (path,) = (tmp_path / "outbox").glob("*.eml")
    assert "To: b@example.org" in path.read_text(encoding="utf-8")
    assert str(path) in caplog.text
