"""Conversations encrypted at rest: Rasa's environment has no SQLCipher, so each row is sealed by itself."""

from __future__ import annotations

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

SALT_BYTES = 16
NONCE_BYTES = 12
_MARK = "sealed:"


class WrongPassphrase(Exception):
    """A row is sealed, and with another passphrase than this one, or there is none."""


class ConversationSeal:
    """Seals texts with AES-256-GCM under a key made of a passphrase (scrypt); each belongs to its sender.

    Args:
        passphrase: "" means that nothing is sealed.
        salt: of this file; no secret.
    """

    def __init__(self, passphrase: str, salt: bytes) -> None:
        self._cipher: AESGCM | None = None
        if passphrase:
            key = Scrypt(salt=salt, length=32, n=2**14, r=8, p=1).derive(passphrase.encode())
            self._cipher = AESGCM(key)

    def seal(self, sender_id: str, text: str) -> str:
        """The text as it is stored."""
        if self._cipher is None:
            return text
        nonce = os.urandom(NONCE_BYTES)
        return _MARK + base64.b64encode(nonce + self._cipher.encrypt(nonce, text.encode(), sender_id.encode())).decode()

    def open(self, sender_id: str, stored: str) -> str:
        """The text in clear; one that was stored before there was a passphrase stays as it is.

        Raises:
            WrongPassphrase: it cannot be opened.
        """
        if not stored.startswith(_MARK):
            return stored
        raw = base64.b64decode(stored.removeprefix(_MARK))
        try:
            if self._cipher is None:
                raise WrongPassphrase("a conversation is sealed: RAPPORT_DATABASE_KEY is missing")
            return self._cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], sender_id.encode()).decode()
        except InvalidTag:
            raise WrongPassphrase("a conversation is sealed with another RAPPORT_DATABASE_KEY") from None
