"""Whether a webhook comes from the shop: WooCommerce and Shopify sign the body in the same way."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping

SIGNATURE_HEADERS = {"woocommerce": "x-wc-webhook-signature", "shopify": "x-shopify-hmac-sha256"}


def is_genuine(system: str, headers: Mapping[str, str], body: bytes, *, secret: str) -> bool:
    """Whether `body` was signed with `secret`: base64 of its HMAC with SHA-256.

    Args:
        system: a key of SIGNATURE_HEADERS.
        headers: of the request; their case does not matter.
        body: the bytes as they came, before anything parses them.
        secret: of the webhook (WooCommerce) or of the app (Shopify); an empty one proves nothing.
    """
    signature = {name.casefold(): value for name, value in headers.items()}.get(SIGNATURE_HEADERS[system], "")
    expected = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
    return bool(secret) and hmac.compare_digest(expected, signature.strip().encode())
