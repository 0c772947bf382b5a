from __future__ import annotations

import pytest

from bot.shop_webhooks import is_genuine

BODY = b'{"id":501,"status":"cancelled"}'
SIGNED = "9Tv9xjTAm/BSGO17FsH7nV1wcn3rPIQaZSUBrJNbp2k="


@pytest.mark.parametrize(
    ("system", "header"), [("woocommerce", "X-WC-Webhook-Signature"), ("shopify", "X-Shopify-Hmac-SHA256")]
)
def test_a_signed_body_is_genuine(system: str, header: str) -> None:
    assert is_genuine(system, {header: SIGNED}, BODY, secret="hush")


@pytest.mark.parametrize(
    ("headers", "body", "secret"),
    [
        ({"X-WC-Webhook-Signature": SIGNED}, BODY + b" ", "hush"),
        ({"X-WC-Webhook-Signature": SIGNED}, BODY, "other"),
        ({"X-WC-Webhook-Signature": "é"}, BODY, "hush"),
        ({"X-Shopify-Hmac-SHA256": SIGNED}, BODY, "hush"),
        ({}, BODY, "hush"),
        ({"X-WC-Webhook-Signature": ""}, b"", ""),
    ],
)
def test_anything_else_is_not(headers: dict[str, str], body: bytes, secret: str) -> None:
    assert not is_genuine("woocommerce", headers, body, secret=secret)


def test_an_empty_secret_proves_nothing_even_if_it_fits() -> None:
    signed_with_nothing = "rrCGPPJlP7K/OpxL3v9I5obvu7NaH/4ImSL2S8OdfvM="
    assert not is_genuine("woocommerce", {"X-WC-Webhook-Signature": signed_with_nothing}, BODY, secret="")
