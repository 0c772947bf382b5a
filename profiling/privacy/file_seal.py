"""Files encrypted at rest, each by itself: pictures, mails. Databases are encrypted as a whole (store/connection)."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from profiling.errors import StoreError
from profiling.privacy.vault import made_once

SALT_FILE = "sealing.salt"
SALT_BYTES = 16
NONCE_BYTES = 12
_MARK = b"rapport-sealed-1\n"


class FileSeal:
    """Seals with AES-256-GCM under a key made of a passphrase (scrypt); each content belongs to its name.

    Args:
        passphrase: "" means that nothing is sealed.
        home: holds the salt, which is no secret and must be kept with the files.
    """

    def __init__(self, passphrase: str, home: Path) -> None:
        self._cipher: AESGCM | None = None
        if passphrase:
            salt = made_once(home / SALT_FILE, SALT_BYTES)
            self._cipher = AESGCM(Scrypt(salt=salt, length=32, n=2**14, r=8, p=1).derive(passphrase.encode()))

    def seal(self, name: str, content: bytes) -> bytes:
        """The content as it is stored."""
        if self._cipher is None:
            return content
        nonce = os.urandom(NONCE_BYTES)
        return _MARK + nonce + self._cipher.encrypt(nonce, content, name.encode())

    def open(self, name: str, stored: bytes) -> bytes:
        """The content in clear; one that was stored before there was a passphrase stays as it is.

        Raises:
            StoreError: it cannot be opened.
        """
        if not stored.startswith(_MARK):
            return stored
        sealed = stored.removeprefix(_MARK)
        try:
            if self._cipher is None:
                raise StoreError(f"{name} is sealed: RAPPORT_DATABASE_KEY is missing")
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], name.encode())
        except InvalidTag:
            raise StoreError(f"{name} is sealed with another RAPPORT_DATABASE_KEY, or damaged") from None
