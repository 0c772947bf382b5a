"""Sealing: personal data that a dialogue still needs (the e-mail of an order) travels and rests as ciphertext."""

from __future__ import annotations

import base64
import os
import re
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from profiling.errors import StoreError
from profiling.privacy.masking import substitute
from profiling.privacy.personal import PersonalSpan

KEY_BYTES = 32
_DOMAIN = "@sealed.invalid"
_SEALED = re.compile(r"\b(?P<email>[a-z2-7]{24,})@sealed\.invalid\b|\[[a-z_]+:(?P<other>[a-z2-7]{24,})\]")


class Vault:
    """Seals personal data with a key of this installation, and opens it again in memory.

    A sealed e-mail looks like an e-mail address, so that forms and patterns take it as one; other kinds become
    "[phone:...]". The same data always gives the same code (AES-SIV), so sealed values can be compared. Without the
    key file what was sealed cannot be read by anybody.

    Raises:
        StoreError: the key file is damaged.
    """

    def __init__(self, key_file: Path) -> None:
        key = made_once(key_file, KEY_BYTES)
        if len(key) != KEY_BYTES:
            raise StoreError(f"{key_file}: not a key of {KEY_BYTES} bytes")
        self._cipher = AESSIV(key)

    def seal(self, text: str) -> str:
        """The text with personal data sealed; what is sealed already stays as it is."""
        parts, position = [], 0
        for sealed in _SEALED.finditer(text):
            parts += [substitute(text[position : sealed.start()], self._seal), sealed[0]]
            position = sealed.end()
        return "".join([*parts, substitute(text[position:], self._seal)])

    def open(self, text: str) -> str:
        """The text with what was sealed here in clear. Keep the result in memory only."""
        return _SEALED.sub(self._open, text)

    def _seal(self, span: PersonalSpan, piece: str) -> str:
        code = base64.b32encode(self._cipher.encrypt(piece.encode(), None)).decode().rstrip("=").lower()
        return code + _DOMAIN if span.kind == "email" else f"[{span.kind}:{code}]"

    def _open(self, match: re.Match[str]) -> str:
        code = (match["email"] or match["other"]).upper()
        try:
            sealed = base64.b32decode(code + "=" * (-len(code) % 8))
            return self._cipher.decrypt(sealed, None).decode()
        except (ValueError, InvalidTag):
            return match[0]


def made_once(path: Path, count: int) -> bytes:
    """What a file holds; random bytes, made by the first process that asks, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    if not path.exists():
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(os.urandom(count))
        with suppress(FileExistsError):
            os.link(draft, path)  # all or nothing, and never over the key of another process
        draft.unlink()
    return path.read_bytes()
