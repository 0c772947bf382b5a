"""The labels of entities, and the other names that labelled files give them."""

from __future__ import annotations

import re

LABELS = (
    "brand",
    "product_type",
    "model",
    "colour",
    "size",
    "material",
    "price",
    "feature",
    "use",
    "recipient",
    "order_number",
    "date",
)
_ALIASES = {
    "product_type": "product producttype category item_type type kind item object",
    "model": "model_name product_model model_number series product_line",
    "colour": "color col shade",
    "size": "dimension measure measurement",
    "material": "fabric mat",
    "price": "budget price_or_budget price_budget price_range amount money cost budget_max price_max",
    "feature": "attribute property characteristic features",
    "use": "occasion use_or_occasion use_occasion usage purpose activity event",
    "recipient": "person for_whom audience gift_recipient beneficiary gift_for",
    "order_number": "order order_id order_no ordernumber orderid order_nr order_num",
    "date": "time day delivery_date datetime",
    "brand": "brand_name manufacturer make vendor org company",
}
_CANONICAL = {alias: label for label, aliases in _ALIASES.items() for alias in aliases.split()}


def canonical_label(name: str) -> str:
    """Our name of a label: "Product Type", "COLOR" and "price/budget" become product_type, colour and price.

    A name that is nobody's alias comes back in our spelling, since a shop may have labels of its own.
    """
    plain = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip()).lower()).strip("_")
    plain = re.sub(r"^[bi]_(?=\w)", "", plain)
    return plain if plain in LABELS else _CANONICAL.get(plain, plain)
