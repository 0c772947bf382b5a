"""Values of schema.org properties, which may be text, number, node, or a list of these."""

from __future__ import annotations

from typing import Any

_NAMES = ("name", "@value", "value", "codeValue", "url", "@id")


def as_list(value: Any) -> list[Any]:
    """The value as a list; None is the empty one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def nodes_of(value: Any) -> list[dict[str, Any]]:
    """The nodes among the values of a property."""
    return [entry for entry in as_list(value) if isinstance(entry, dict)]


def types_of(node: dict[str, Any]) -> set[str]:
    """The types of a node without the vocabulary's address: "https://schema.org/Product" -> Product."""
    names = (name for name in as_list(node.get("@type")) if isinstance(name, str))
    return {name.rsplit("/", 1)[-1].rsplit(":", 1)[-1] for name in names}


def text_of(value: Any) -> str:
    """The text of a value; of a node its name, else its value or address; of a list its first text."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or value is None:
        return "" if value is None else ("yes" if value else "no")
    if isinstance(value, int | float):
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    if isinstance(value, dict):
        candidates = [value.get(name) for name in _NAMES if not isinstance(value.get(name), dict | list)]
    else:
        candidates = [entry for entry in as_list(value) if not isinstance(entry, list)]
    return next((text for text in map(text_of, candidates) if text), "")


def quantity(value: Any) -> tuple[str, str]:
    """Number and unit of a QuantitativeValue, or a text such as "1.2 kg" with an empty unit."""
    node = next(iter(nodes_of(value)), None)
    if node is None:
        return text_of(value), ""
    return text_of(node.get("value")), text_of(node.get("unitCode")) or text_of(node.get("unitText"))
