"""schema.org nodes of the types Product and ProductGroup, read as items.

Specification: https://schema.org/Product, https://schema.org/ProductGroup, https://schema.org/Offer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from profiling.catalogue.fields import drop_roots, option_kind, split_category
from profiling.catalogue.importers.schema_offer import best_offer
from profiling.catalogue.importers.schema_values import as_list, nodes_of, quantity, text_of, types_of
from profiling.catalogue.measures import length_mm, weight_g
from profiling.catalogue.rows import RawItem

Node = dict[str, Any]

_PRODUCTS = frozenset(
    {"Product", "ProductGroup", "IndividualProduct", "ProductModel", "SomeProducts", "Vehicle", "Book"}
)
_CONTAINERS = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item", "breadcrumb")
_MAX_DEPTH = 12
_IDS = ("productID", "gtin13", "gtin", "gtin14", "gtin12", "gtin8", "mpn")
_INHERITED = (
    "name",
    "brand",
    "description",
    "category",
    "image",
    "color",
    "size",
    "material",
    "additionalProperty",
    "url",
)
_LABELS = {
    "gtin13": "GTIN",
    "gtin": "GTIN",
    "mpn": "MPN",
    "model": "Model",
    "pattern": "Pattern",
    "award": "Award",
    "countryOfOrigin": "Country of origin",
    "audience": "For",
    "itemCondition": "Condition",
}


def find_products(blocks: Iterable[tuple[int, Node]]) -> list[tuple[int, Node]]:
    """The products of a page, each with its line.

    Nodes that share an @id are one node, and a reference stands for the node that it names.
    """
    found: dict[str, tuple[int, Node]] = {}
    for line, top in blocks:
        for node in _walk(top, 0):
            key = text_of(node.get("@id")) or f"unnamed {len(found)}"
            first_line, known = found.get(key, (line, {}))
            found[key] = (first_line, {**node, **known})
    by_id = {key: node for key, (_, node) in found.items()}
    products = [(line, _resolved(node, by_id)) for line, node in found.values() if _PRODUCTS & types_of(node)]
    variants = {id_ for _, node in products for id_ in _variant_ids(node)}
    return [(line, node) for line, node in products if node.get("@id") not in variants]


def breadcrumbs(nodes: Iterable[Node]) -> tuple[str, ...]:
    """The names of the first BreadcrumbList, without the shop's root and the page itself."""
    for top in nodes:
        for node in _walk(top, 0, types=frozenset({"BreadcrumbList"})):
            steps = [step for step in as_list(node.get("itemListElement")) if isinstance(step, dict)]
            names = [text_of(step.get("name")) or text_of(step.get("item")) for step in steps]
            return drop_roots(names[:-1])
    return ()


def raw_items(node: Node, *, line: int, source: str, crumbs: Sequence[str]) -> Iterator[RawItem]:
    """The variants of a group, or the product itself."""
    variants = [variant for variant in nodes_of(node.get("hasVariant")) if not _is_reference(variant)]
    if not variants and "ProductGroup" in types_of(node) and "offers" not in node:
        return  # the variants stand on pages of their own
    for product in variants or [node]:
        group = node if variants else next(iter(nodes_of(product.get("isVariantOf"))), {})
        raw = _raw_item(product, group)
        category = raw.category or tuple(crumbs)
        yield replace(raw, line=line, source=source, category=category, product_type=category[-1] if category else "")


def _is_reference(node: Node) -> bool:
    return set(node) <= {"@id", "@type", "url"}


def _walk(node: Any, depth: int, types: frozenset[str] = _PRODUCTS | {"Offer", "AggregateOffer"}) -> Iterator[Node]:
    """Nodes of certain types in the containers of a page, but not what a product only refers to, as a related one."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(node, list):
        for part in node:
            yield from _walk(part, depth + 1, types)
    elif isinstance(node, dict):
        if types & types_of(node):
            yield node
        else:
            for name in _CONTAINERS:
                yield from _walk(node.get(name), depth + 1, types)


def _resolved(node: Node, by_id: Mapping[str, Node]) -> Node:
    """References such as {"@id": "#offer"} in the places where products refer to nodes of the same page."""
    resolved = dict(node)
    for name in ("hasVariant", "offers", "isVariantOf"):
        if name in node:
            resolved[name] = [_referred(value, by_id) for value in as_list(node[name])]
    return resolved


def _referred(value: Any, by_id: Mapping[str, Node]) -> Any:
    is_reference = isinstance(value, dict) and isinstance(value.get("@id"), str)
    return {**by_id.get(value["@id"], {}), **value} if is_reference else value


def _variant_ids(node: Node) -> Iterator[str]:
    for variant in nodes_of(node.get("hasVariant")):
        if isinstance(variant.get("@id"), str) and variant is not node:
            yield variant["@id"]


def _raw_item(own: Node, group: Node) -> RawItem:
    product = {**{name: group[name] for name in _INHERITED if name in group}, **own}
    offer = best_offer(product.get("offers"))
    properties = _properties(product)
    kinds = {
        option_kind(name): properties.pop(name) for name in list(properties) if " " not in name and option_kind(name)
    }
    return RawItem(
        line=0,
        item_id=_item_id(own, offer.sku),
        title=text_of(product.get("name")) or text_of(product.get("title")),
        group_id=text_of(group.get("productGroupID")) or _item_id(group, ""),
        description=text_of(product.get("description")),
        brand=text_of(product.get("brand")) or text_of(product.get("manufacturer")),
        category=_category(product),
        price=offer.price,
        list_price=offer.list_price,
        currency=offer.currency,
        colours=_joined(product.get("color")) or kinds.get("colour", ""),
        size=text_of(product.get("size")) or kinds.get("size", ""),
        materials=_joined(product.get("material")) or kinds.get("material", ""),
        availability=offer.availability,
        stock=offer.stock,
        url=text_of(own.get("url")) or offer.url or text_of(product.get("url")) or _address(own),
        image_url=_image(product.get("image")),
        attributes={label: text_of(product.get(name)) for name, label in _LABELS.items() if name in product}
        | properties
        | ({"Available from": offer.available_from} if offer.available_from else {}),
        measures={
            "width_mm": length_mm(*quantity(product.get("width"))),
            "height_mm": length_mm(*quantity(product.get("height"))),
            "depth_mm": length_mm(*quantity(product.get("depth"))),
            "weight_g": weight_g(*quantity(product.get("weight"))),
        },
    )


def _item_id(product: Node, offer_sku: str) -> str:
    """The shop's own number, a trade number, or the address that stands for the product."""
    numbers = (text_of(product.get("sku")), offer_sku, *(text_of(product.get(name)) for name in _IDS))
    return next((text for text in (*numbers, _address(product), text_of(product.get("url"))) if text), "")


def _address(product: Node) -> str:
    """The @id where it is a full address: "#product" would be the same on every page."""
    identifier = text_of(product.get("@id"))
    return identifier if identifier.startswith("http") else ""


def _joined(value: Any) -> str:
    return ", ".join(text for text in map(text_of, as_list(value)) if text)


def _category(product: Node) -> tuple[str, ...]:
    values = as_list(product.get("category"))
    paths = [split_category(text_of(value)) for value in values]
    return max(paths, key=len, default=())


def _image(value: Any) -> str:
    for image in as_list(value):
        address = text_of(image.get("url") or image.get("contentUrl")) if isinstance(image, dict) else text_of(image)
        if address:
            return address
    return ""


def _properties(product: Node) -> dict[str, str]:
    """Name -> value with its unit, from additionalProperty."""
    properties: dict[str, str] = {}
    for entry in nodes_of(product.get("additionalProperty")):
        name, value = text_of(entry.get("name")), _joined(entry.get("value"))
        unit = text_of(entry.get("unitText"))
        if name and value:
            properties.setdefault(
                name.removeprefix("pa_"), f"{value} {unit}".strip()
            )  # WooCommerce's mark of an attribute
    return properties
