"""Masking: personal data gives way to a word in brackets, for good."""

from __future__ import annotations

import re
from collections.abc import Callable

from profiling.privacy.personal import PersonalSpan, find_personal

PLACEHOLDERS = {
    "email": "[e-mail]",
    "iban": "[IBAN]",
    "identity_number": "[identity number]",
    "card": "[card number]",
    "phone": "[phone number]",
    "address": "[address]",
    "name": "[name]",
}
_SEALED = re.compile(rf"\[(?P<kind>{'|'.join(PLACEHOLDERS)}):[a-z2-7]+\]")


def mask(text: str) -> str:
    """The text with a placeholder where personal data stood, sealed or not. Masking twice changes nothing more."""
    text = _SEALED.sub(lambda match: PLACEHOLDERS[match["kind"]], text)
    return substitute(text, lambda span, _: PLACEHOLDERS[span.kind])


def substitute(text: str, replacement: Callable[[PersonalSpan, str], str]) -> str:
    """The text with each piece of personal data replaced by `replacement(span, piece)`."""
    parts: list[str] = []
    position = 0
    for span in find_personal(text):
        parts += [text[position : span.start], replacement(span, text[span.start : span.end])]
        position = span.end
    return "".join([*parts, text[position:]])
