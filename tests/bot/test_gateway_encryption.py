"""The gateway's database and Rasa's conversations encrypted at rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.components.conversation_file import ConversationFile
from bot.components.conversation_seal import WrongPassphrase
from bot.errors import TranscriptError
from bot.gateway.database import GatewayDatabase
from bot.gateway.sessions import Sessions
from bot.gateway.transcript import Transcript


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    pytest.importorskip("sqlcipher3")
    monkeypatch.setenv("RAPPORT_DATABASE_KEY", "a passphrase")
    return tmp_path / "gateway.db"


def test_a_transcript_is_read_with_the_passphrase_only(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = GatewayDatabase(path)
    session, token = Sessions(database).open()
    Transcript(database).append(session.session_id, "message", {"text": "quokka"}, message_id="m1")
    database.close()
    assert not any(b"quokka" in file.read_bytes() for file in path.parent.iterdir())
    again = GatewayDatabase(path)
    known = Sessions(again).by_token(token)
    assert known is not None
    assert [event["text"] for event in Transcript(again).latest(known.session_id)] == ["quokka"]
    again.close()
    for passphrase in ("another one", ""):
        monkeypatch.setenv("RAPPORT_DATABASE_KEY", passphrase)
        with pytest.raises(TranscriptError, match="RAPPORT_DATABASE_KEY"):
            GatewayDatabase(path)


def test_with_a_passphrase_nothing_of_a_conversation_can_be_read_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rasa.db"
    plain = ConversationFile(path)
    plain.save("before", "[quokka one]")
    plain.close()
    monkeypatch.setenv("RAPPORT_DATABASE_KEY", "a passphrase")
    sealed = ConversationFile(path)
    assert sealed.load("before") == "[quokka one]"
    sealed.save("before", "[quokka two]")
    sealed.save("s", "[quokka three]")
    assert (sealed.load("before"), sealed.load("s")) == ("[quokka two]", "[quokka three]")
    sealed.erase("nobody")  # what was overwritten leaves the write-ahead log
    sealed.close()
    assert not any(b"quokka" in file.read_bytes() for file in tmp_path.iterdir())
    for passphrase in ("another one", ""):
        monkeypatch.setenv("RAPPORT_DATABASE_KEY", passphrase)
        other = ConversationFile(path)
        with pytest.raises(WrongPassphrase):
            other.load("s")
        other.close()
