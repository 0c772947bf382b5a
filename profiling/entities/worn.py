"""Things whose sizes are bare numbers or words: what is worn, and what lies on a bed."""

from __future__ import annotations

import re

from profiling.types import Mention

_WORN_WORDS = re.compile(
    r"\b(?:shoes?|boots?|sandals?|heels?|wellies|trainers?|sneakers?|loafers?|slippers?|dress(?:es)?|jeans|"
    r"trousers|pants|shorts|skirts?|shirts?|jackets?|coats?|suits?|tuxedo|gown|"
    r"blazers?|hoodies?|jumpers?|sweaters?|costumes?|tracksuits?|salopettes|leggings|bras?|swimsuits?|bikinis?|"
    r"wetsuits?|pyjamas|gloves|helmets?|hats?|rings?|socks|tights|joggers|chinos|"
    r"rompers?|babygrows?|sleepsuits?|dungarees|overalls?|skates|blades|fins|cleats|waistcoat|robe|bathrobe|"
    r"leotards?|kimono|uniform|vest|gilet|parka|raincoat)$",
    re.IGNORECASE,
)
_BEDDING = re.compile(
    r"\b(?:bed|beds|mattress|mattresses|duvet|duvets|blanket|blankets|sheets?|bedding|topper|quilt|frame|linen|"
    r"set|cover|covers|headboard|throw|comforter|protector|pillowcases?)$",
    re.IGNORECASE,
)


def worn_by_name(words: str) -> bool:
    """Whether a thing is clothes or shoes by its last word, whatever the vocabulary knows of it."""
    return _WORN_WORDS.search(words) is not None


def is_bedding(mention: Mention) -> bool:
    """Whether it names a thing that comes as single, double or king."""
    return _BEDDING.search(mention.text) is not None
