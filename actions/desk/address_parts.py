"""A part of an address that is corrected: "number 14, not 12", "the postcode is 10999"."""

from __future__ import annotations

import re
from dataclasses import replace

from actions.shop.types import Address

_FIELDS = {
    "street": "street", "road": "street", "city": "city", "town": "city", "name": "name",
    "postcode": "postcode", "postal code": "postcode", "zip": "postcode", "zip code": "postcode",
}  # fmt: skip
_PART = re.compile(
    rf"\b(?P<part>house number|number|{'|'.join(sorted(_FIELDS, key=len, reverse=True))})\b"
    r"(?: (?:is|should be|must be|has to be|to|wrong)\b|[,:]| it'?s\b| it is\b)*\s+"
    r"(?P<value>[^\s,;.][^,;.]*?)(?=\s+(?:not|instead|rather)\b|[,;.]|$)",
    re.IGNORECASE,
)
_ONE_OR_TWO = r"[\wÀ-ÿ-]+(?: [\wÀ-ÿ-]+)?"
_NOT_THIS = re.compile(
    rf"(?P<new>{_ONE_OR_TWO}),? (?:not|instead of|rather than) (?:the |in )?(?P<old>{_ONE_OR_TWO})", re.IGNORECASE
)
_BUT_THAT = re.compile(
    r"\bnot (?:the |in )?(?P<old>[\wÀ-ÿ-]+)(?:,| but|, but) (?:in )?(?P<new>[\wÀ-ÿ-]+)", re.IGNORECASE
)
_HOUSE_NUMBER = r"\d+\s?[a-zA-Z]?"


def mended(address: Address, text: str) -> Address | None:
    """The address with the part that the text corrects; None where it corrects none."""
    for pattern in (_NOT_THIS, _BUT_THAT):
        for match in pattern.finditer(text):
            if found := _exchanged(address, match["old"], match["new"]):
                return found
    part = _PART.search(text)
    return _with_part(address, part["part"].lower(), part["value"].strip()) if part else None


def _with_part(address: Address, part: str, value: str) -> Address | None:
    if part in {"number", "house number"}:
        if not re.fullmatch(_HOUSE_NUMBER, value):
            return None
        return replace(address, street=re.sub(rf"{_HOUSE_NUMBER}(?!\w)", value, address.street, count=1))
    name = _FIELDS[part]
    if name == "postcode" and not re.search(r"\d", value):
        return None
    return replace(address, **{name: value})


def _exchanged(address: Address, old: str, new: str) -> Address | None:
    """The address with the new words in place of the old ones; None where the old ones are no part of it."""
    for name in ("street", "postcode", "city", "street2"):
        value = getattr(address, name)
        for lost in (old, old.split(maxsplit=1)[0]):
            if found := re.search(rf"(?<!\w){re.escape(lost)}(?!\w)", value, re.IGNORECASE):
                fresh = new if " " in lost else new.rsplit(maxsplit=1)[-1]
                return replace(address, **{name: value[: found.start()] + fresh + value[found.end() :]})
    return None
