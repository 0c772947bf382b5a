"""Who a shopper is, as the shop's own server vouches for it: a short-lived JWT, or an HMAC of their id."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jwt

from bot.errors import ApiError, SettingsError
from bot.settings import Settings

MAX_LIFETIME_S = 3_600
LEEWAY_S = 30
SIGNED_IN_S = 12 * 3_600
"""How long a session belongs to the account without a new token; the page signs it in again with each visit."""

MIN_SECRET = 32
HMAC_PREFIX = "hmac:"

_SUBJECT = re.compile(r"[A-Za-z0-9_.@+-]{1,100}")
"""No colon: a guest's id has one, so that no token can name a guest."""


class IdentityCheck:
    """Checks identities against the keys that the shop has given us; without a key every identity is refused.

    Raises:
        SettingsError: a secret is too short to be one, or the public key cannot be read.
    """

    def __init__(self, settings: Settings) -> None:
        self._audience = settings.identity_audience
        self._hmac_secret = _secret("RAPPORT_IDENTITY_HMAC_SECRET", settings.identity_hmac_secret)
        self._keys: dict[str, Any] = {}
        if secret := _secret("RAPPORT_IDENTITY_SECRET", settings.identity_secret):
            self._keys["HS256"] = secret
        if settings.identity_public_key:
            self._keys["EdDSA"] = _public_key(settings.identity_public_key)

    def shopper(self, identity: str) -> str:
        """The shopper_id that the identity proves.

        Raises:
            ApiError: it proves nothing: forged, expired, another shop's, too long-lived, or malformed.
        """
        try:
            subject = self._of_hmac(identity) if identity.startswith(HMAC_PREFIX) else self._of_token(identity)
        except (jwt.PyJWTError, ValueError):
            subject = ""
        if not _SUBJECT.fullmatch(subject):
            raise ApiError(401, "bad_identity", "The shop's sign-in does not hold here. Please sign in again.")
        return subject

    def _of_token(self, token: str) -> str:
        algorithm = str(jwt.get_unverified_header(token).get("alg"))
        key = self._keys.get(algorithm)
        if key is None:
            raise ValueError(algorithm)
        claims: Mapping[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=self._audience,
            leeway=LEEWAY_S,
            options={"require": ["sub", "exp", "aud"]},
        )
        if claims["exp"] > time.time() + MAX_LIFETIME_S + LEEWAY_S:
            raise ValueError("exp")
        return str(claims["sub"])

    def _of_hmac(self, identity: str) -> str:
        digest, _, subject = identity.removeprefix(HMAC_PREFIX).partition(":")
        if not self._hmac_secret or not hmac.compare_digest(digest.encode(), _digest(self._hmac_secret, subject)):
            raise ValueError("hmac")
        return subject


def sign(settings: Settings, subject: str, *, lifetime_s: int = 600) -> str:
    """A token as the shop's server would make it, for the terminal, the demo and tests.

    Raises:
        SettingsError: RAPPORT_IDENTITY_SECRET is not set.
    """
    secret = _secret("RAPPORT_IDENTITY_SECRET", settings.identity_secret)
    if not secret:
        raise SettingsError("RAPPORT_IDENTITY_SECRET is not set, so nobody can be signed in")
    now = int(time.time())
    claims = {"sub": subject, "aud": settings.identity_audience, "iat": now, "exp": now + lifetime_s}
    return jwt.encode(claims, secret, algorithm="HS256")


def _digest(secret: str, subject: str) -> bytes:
    return hmac.new(secret.encode(), subject.encode(), hashlib.sha256).hexdigest().encode()


def _secret(name: str, value: str) -> str:
    if value and len(value.encode()) < MIN_SECRET:
        raise SettingsError(f"{name} must have {MIN_SECRET} bytes or more")
    return value


def _public_key(path: Path) -> Any:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise SettingsError(f"RAPPORT_IDENTITY_PUBLIC_KEY: {path}: {type(error).__name__}") from error
    if not isinstance(key, Ed25519PublicKey):
        raise SettingsError(f"RAPPORT_IDENTITY_PUBLIC_KEY: {path} holds no Ed25519 key")
    return key
