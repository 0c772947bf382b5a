"""Things for a pet are things of their own: "a rain coat for my dog" is a dog coat, where the vocabulary has one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from profiling.text.tokens import terms
from profiling.types import Mention

_FOR_PET = re.compile(
    r"\s+for\s+(?:(?:my|our|an?|the|his|her|their)\s+)?(?:(?:small|little|tiny|big|large|old|young|new)\s+)?"
    r"(?P<pet>dog|pup|puppy|doggo|cat|kitten|kitty)s?\b",
    re.IGNORECASE,
)
_PETS = {"pup": "dog", "puppy": "dog", "doggo": "dog", "kitten": "cat", "kitty": "cat"}


def for_pets(mentions: Sequence[Mention], utterance: str, types: Mapping[tuple[str, ...], str]) -> list[Mention]:
    """The mentions, with things said to be for a pet as the pet's.

    Args:
        types: kinds of things by the terms of their names.
    """
    return [_for_pet(mention, utterance, types) or mention for mention in mentions]


def _for_pet(mention: Mention, utterance: str, types: Mapping[tuple[str, ...], str]) -> Mention | None:
    match = _FOR_PET.match(utterance, mention.end) if mention.kind == "product_type" else None
    if match is None:
        return None
    animal = match["pet"].lower()
    head = terms(mention.text)[-1:]
    value = next((types[key] for pet in (_PETS.get(animal, animal), "pet") if (key := (pet, *head)) in types), None)
    return replace(mention, value=f"product_type:{value}", label=value) if value else None
