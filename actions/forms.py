"""Questions that a channel may show as a small form, beside the text that asks the same (data/schemas/reply.json)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

FIELDS: Mapping[str, Mapping[str, str]] = {
    "order": {"label": "Order number", "autocomplete": "off"},
    "email": {"label": "E-mail address", "type": "email", "autocomplete": "email"},
    "name": {"label": "Full name", "autocomplete": "name"},
    "postcode": {"label": "Postcode", "autocomplete": "postal-code"},
    "code": {
        "label": "Code (six digits)",
        "inputmode": "numeric",
        "autocomplete": "one-time-code",
        "pattern": r"\d{3}[ \-]?\d{3}",
    },
    "street": {"label": "Street and number", "autocomplete": "street-address"},
    "city": {"label": "Postcode and city"},
}
_ASKED = {"code": ("code",), "address": ("street", "city")}


def form_for(question: str, missing: Sequence[str] = ()) -> dict[str, Any]:
    """{"form": ...} for what the desk has asked (Case.question); {} where words alone ask it better.

    Args:
        missing: what is asked for as proof of identity.
    """
    names = missing if question == "identity" else _ASKED.get(question, ())
    if not names:
        return {}
    return {"form": {"fields": [dict(FIELDS[name]) for name in names], "submit": "Send"}}
