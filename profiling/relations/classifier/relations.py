"""What a shopper may have to do with a thing that they name."""

from __future__ import annotations

NONE, WISH = "none", "wish"
RELATIONS: tuple[str, ...] = (
    NONE, WISH, "for_use", "gift_for", "budget", "excludes", "likes", "dislikes", "avoids", "is_allergic_to",
    "prefers_brand", "owns", "bought", "returned", "size_is", "shoe_size_is",
)  # fmt: skip
"""In the order of the network's outputs. "none": it is asked about, somebody else's, supposed, past, quoted. "wish":
looked for, or a property of that; which one follows from the kind of thing that is named.
"""
_COARSE = {
    **dict.fromkeys(("wants", "has_feature", "in_colour", "of_material", "in_size", "by_brand", "has_screen"), WISH),
    **dict.fromkeys(("budget_max", "budget_min", "spends_at_most"), "budget"),
}


def relation_of(predicate: str) -> str | None:
    """The relation that a fact with this predicate speaks of; None for one that is not told apart."""
    relation = _COARSE.get(predicate, predicate)
    return relation if relation in RELATIONS else None
