"""What Icecat's generic attributes say: `attr_t_*` are texts, `attr_n_*` numbers, `attr_b_*` truth values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from profiling.catalogue.measures import INCH_MM, decimal_number

_ABBREVIATIONS = (
    "USB|UPS|DVI|HDMI|VGA|SATA|KVM|POS|LED|LCD|TV|DVD|SCSI|SAS|PC|MP3/MP4|DVD/Blu-Ray|AV|PCI|RFID|IP|GPS|UTP|DECT|FireWire"
    "|DisplayPort|Bluetooth|S-video|SIM|3D"
)
_TYPE = re.compile(rf"(?:portable )?(?:(?:{_ABBREVIATIONS}) )?(?:[a-z][a-z/&,\-]*(?:\s|$))+(?=$|[^a-z\s])")
_TYPE_END = re.compile(r"\s*(?:\b(?:with|for|from|and|to|in|indoor|outdoor|\w)\b.*)?[\s,]*$")
_NO_TYPE = frozenset({"", "not categorized", "other", "portable", "blank", "component", "black", "pc", "pcs"})

_COLOURS = (
    "product_colour", "colour_name", "cable_colour", "housing_colour", "case_colour", "front_bezel_colour",
    "frame_colour", "band_colour", "cover_colour", "lid_colour", "label_colour", "printing_colours", "writing_colours",
    "suitable_for_printing_colours", "bcp_bubble_graphic_colour", "filter_colour", "door_colour", "seat_colour",
)  # fmt: skip
_MATERIALS = (
    "material",
    "housing_material",
    "band_material",
    "cover_material",
    "jacket_material",
    "cable_jacket_material",
)

_SIDES = {"w": "width_mm", "d": "depth_mm", "l": "depth_mm", "h": "height_mm"}
_NUMBERS = {"width_mm": "width", "depth_mm": "depth", "height_mm": "height", "weight_g": "weight"}
_STAND = "__with_stand_"
_DIMENSIONS = re.compile(r"attr_t_(?:(.+?)_)?dimensions_*([whdl])_?x_?([whdl])_?x_?([whdl])_?(?:_with_stand)?")
_THREE = re.compile(r"\s*([\d.,]+)\s*[x×]\s*([\d.,]+)\s*[x×]\s*([\d.,]+)\s*(?:mm)?\s*")
_DIAGONALS = (
    ("attr_n_display_diagonal", INCH_MM),
    ("attr_n_display_diagonal__metric_", 10.0),
    ("attr_n_viewable_size_diagonal", 1.0),
)
_TITLE_DIAGONAL = re.compile(r"\d cm \((\d{1,3}(?:\.\d{1,2})?)\"\)|\b(\d{2}(?:\.\d{1,2})?)[- ]inch\b", re.IGNORECASE)
_NO_SCREEN = re.compile(
    r"\b(?:case|sleeve|bag|backpack|briefcase|folio|cover|spindle|enclosure|filters?|mount|stand|pad|protector"
    r"|projection screen|cable|adapter|lens|paper|film|media)\b",
    re.IGNORECASE,
)

_LOGISTICS = re.compile(
    r"package|packaging|packing|pallet|carton|master_|outer_|shipping|inner_case|harmonized|hs_code|tare_|gross_|net_weight|box_"
    r"|_uk_|_air_|_sea_|imperial|last_change|ark_id|launch_date|sap_|blister|oem_code|processing_die|stepping|tcase"
)
_NOTE = re.compile(r"__+([^_].*?)_(?=_|$)")
_EMPTY_NOTES = frozenset({"t t", "h h", "wxdxh", "w x d x h", "s"})
_SPELLED = {
    word.lower(): word
    for word in (
        "USB LED LCD HDMI DVI VGA AC DC CPU RAM HDD SSD LAN UPS TV 3D NFC GPS PCI SATA IP RoHS DVD AWG DPI MP3 EAN"
    ).split()
} | {"wi fi": "Wi-Fi"}
_UNITS = {
    **dict.fromkeys(("width", "depth", "height"), "mm"),
    "weight": "g",
    "display_diagonal": "inches",
    "cable_length": "m",
    "internal_memory": "GB",
}
_LIST_BREAK = re.compile(r",?\s*\\n|,(?=\S)")
"""Between the entries of a list: a comma, or a line break that was written as backslash and n."""
_PREFIX = re.compile(r"attr_[tnb]_")


def product_type_of(title: str, brand: str, name: str) -> str:
    """The category that Icecat writes in lower case behind brand and name: "Larchtec LT-2 mouse USB" is a mouse.

    "" where the title has none; the "pc" of "6 pc(s)" is none.
    """
    rest = _after_name(title, brand, name)
    match = _TYPE.match(rest)
    phrase = _TYPE_END.sub("", match.group()) if match and not rest[match.end() :].startswith("(s)") else ""
    return "" if phrase in _NO_TYPE else phrase


def _after_name(title: str, brand: str, name: str) -> str:
    name = name.removeprefix(brand).strip() or brand
    at = title.casefold().find(name.casefold()) if name else -1
    if at >= 0:
        return title[at + len(name) :].lstrip()
    has_brand = brand and title.casefold().startswith(brand.casefold())
    return title[len(brand) :].lstrip() if has_brand else ""


def colours_of(record: Mapping[str, Any]) -> str:
    """The colour of the thing itself, else of the part that one sees or prints with; never that of a light."""
    return _first_text(record, _COLOURS).replace(" on ", ",")


def materials_of(record: Mapping[str, Any]) -> str:
    """What the thing is made of, else its housing or jacket."""
    return _first_text(record, _MATERIALS)


def _first_text(record: Mapping[str, Any], names: tuple[str, ...]) -> str:
    values = (record.get(f"attr_t_{name}") for name in names)
    return next((value for value in values if isinstance(value, str) and value.strip()), "")


def measures_of(record: Mapping[str, Any], title: str, product_type: str) -> dict[str, float | None]:
    """Size and weight of the thing itself, not of its package or of a part, and the diagonal of its screen."""
    measures: dict[str, float | None] = dict(_dimensions(record, title))
    for measure, name in _NUMBERS.items():
        measures[measure] = _number(record, name) or measures.get(measure) or _number(record, name + _STAND)
    return measures | {"screen_mm": _screen_mm(record, title, product_type)}


def _number(record: Mapping[str, Any], name: str) -> float | None:
    value = record.get(f"attr_n_{name}")
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e9 else None


def _dimensions(record: Mapping[str, Any], title: str) -> Iterator[tuple[str, float | None]]:
    """From texts such as "98 x 60 x 34.5"; those of a named part, such as a mouse, only where the title names it."""
    for key, value in record.items():
        match = _DIMENSIONS.fullmatch(key[:200])
        if not match or not isinstance(value, str) or _LOGISTICS.search(key):
            continue
        part = (match[1] or "").replace("_", " ")
        numbers = _THREE.fullmatch(value[:60])
        if numbers and (part in {"", "product"} or re.search(rf"\b{re.escape(part)}\b", title, re.IGNORECASE)):
            yield from zip(
                (_SIDES[side] for side in match.groups()[1:]),
                map(decimal_number, numbers.groups()),
                strict=True,
            )
            return


def _screen_mm(record: Mapping[str, Any], title: str, product_type: str) -> float | None:
    """A bag for 15.6" notebooks has no screen, though its title and attributes name a diagonal."""
    if _NO_SCREEN.search(product_type or title):
        return None
    for name, factor in _DIAGONALS:
        value = _number(record, name.removeprefix("attr_n_"))
        if value:
            return value * factor
    match = _TITLE_DIAGONAL.search(title)
    return float(match[1] or match[2]) * INCH_MM if match else None


def readable_attributes(record: Mapping[str, Any]) -> dict[str, str]:
    """Readable name -> text: `attr_t_print_technology` is "Print technology". What only warehouses need is left out."""
    attributes: dict[str, str] = {}
    for key, value in record.items():
        if _is_for_shoppers(key):
            attributes.setdefault(_readable_name(key), _readable_value(key, value))
    return attributes


@lru_cache(maxsize=16_384)
def _is_for_shoppers(key: str) -> bool:
    return bool(_PREFIX.match(key)) and len(key) < 200 and not _LOGISTICS.search(key)


@lru_cache(maxsize=16_384)
def _readable_name(key: str) -> str:
    name = _NOTE.sub(_note, key[len("attr_t_") :])
    words = " ".join(name.replace("_", " ").split())
    for lower, spelled in _SPELLED.items():
        words = re.sub(rf"\b{lower}\b", spelled, words)
    return words[:1].upper() + words[1:]


def _note(match: re.Match[str]) -> str:
    note = match[1].replace("_", " ")
    return "" if note in _EMPTY_NOTES else f" ({note})"


def _readable_value(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        unit = _UNITS.get(key[len("attr_n_") :], "")
        return f"{value:.10g} {unit}".strip() if abs(value) < 1e15 else ""
    return _LIST_BREAK.sub(", ", value) if isinstance(value, str) else ""
