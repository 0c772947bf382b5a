"""Lengths and weights in the one unit that items use, from numbers with all sorts of units."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import lru_cache

from profiling.catalogue.fields import plain_text
from profiling.text.tokens import terms

INCH_MM = 25.4
_MM: Mapping[str, float] = {
    **dict.fromkeys(("mm", "mmt", "millimeter", "millimetre", "millimeters", "millimetres"), 1.0),
    **dict.fromkeys(("cm", "cmt", "centimeter", "centimetre", "centimeters", "centimetres", "zentimeter"), 10.0),
    **dict.fromkeys(("m", "mtr", "meter", "metre", "meters", "metres"), 1000.0),
    **dict.fromkeys(("in", "inh", "inch", "inches", "zoll", '"', "″", "''"), INCH_MM),
    **dict.fromkeys(("ft", "fot", "foot", "feet"), 304.8),
}
_GRAMS: Mapping[str, float] = {
    **dict.fromkeys(("g", "gr", "grm", "gram", "grams", "gramm", "gramme", "grammes"), 1.0),
    **dict.fromkeys(("kg", "kgm", "kilo", "kilogram", "kilograms", "kilogramm"), 1000.0),
    **dict.fromkeys(("mg", "mgm", "milligram", "milligrams"), 0.001),
    **dict.fromkeys(("lb", "lbs", "lbr", "pound", "pounds"), 453.59237),
    **dict.fromkeys(("oz", "onz", "ounce", "ounces"), 28.349523125),
}
_QUANTITY = re.compile(r"\s*(\d[\d.,']*)\s*([^\W\d_]+|[\"″]|'')?\.?\s*")
_UNIT_IN_NAME = re.compile(r"(.+?)\s*[\s_(\[]\s*(mm|cm|m|in|inch|g|kg|lb|oz)\s*[)\]]?", re.IGNORECASE)
_SIDES = {
    **dict.fromkeys(("width", "breite", "largeur"), "width_mm"),
    **dict.fromkeys(("height", "hohe", "hauteur"), "height_mm"),
    **dict.fromkeys(("depth", "length", "tiefe", "lange", "profondeur"), "depth_mm"),
    **dict.fromkeys(("screen", "display", "bildschirm"), "screen_mm"),
}
_WEIGHTS = ("weight", "gewicht", "poids")


def length_mm(text: str, unit: str = "") -> float | None:
    """A length such as "12,5 cm" in millimetres. `unit` counts where the text has none; without either it is None."""
    return _quantity(text, unit, _MM)


def weight_g(text: str, unit: str = "") -> float | None:
    """A weight such as "0.5 kg" in grams. `unit` counts where the text has none; without either it is None."""
    return _quantity(text, unit, _GRAMS)


def _quantity(text: str, unit: str, units: Mapping[str, float]) -> float | None:
    match = _QUANTITY.fullmatch(text[:60])
    factor = units.get((match[2] or unit).strip().lower()) if match else None
    value = decimal_number(match[1]) if match else None
    return positive(value * factor) if factor and value else None


def decimal_number(text: str) -> float | None:
    """A number with a decimal point or comma; where both stand in it, the last one is decimal."""
    marks = [char for char in text if char in ".,"]
    if len(set(marks)) == 2 or len(marks) == 1:
        whole, _, fraction = text.rpartition(marks[-1])
        text = re.sub(r"[.,]", "", whole) + f".{fraction}"
    else:
        text = re.sub(r"[.,]", "", text)
    try:
        return float(text.replace("'", ""))
    except ValueError:
        return None


def positive(value: float | None) -> float | None:
    """The value rounded to a thousandth if it is a usable measure: finite and above zero."""
    if value is None or not math.isfinite(value) or not 0 < value < 1e9:
        return None
    return round(value, 3) or None


@lru_cache(maxsize=4096)
def split_unit(name: str) -> tuple[str, str]:
    """A column's name and the unit that stands at its end: "Gewicht (kg)", "weight_kg" -> the name, kg."""
    name = plain_text(name, 100)
    match = _UNIT_IN_NAME.fullmatch(name)
    return (match[1], match[2].lower()) if match else (name, "")


def named_measure(name: str, text: str) -> tuple[str, float] | None:
    """The measure that a property such as "Width mm" = "140" or "Weight" = "1.2 kg" states, or None."""
    base, unit = split_unit(name)
    words = terms(base)
    if len(words) != 1:
        return None
    measure = _SIDES.get(words[0], "weight_g" if words[0] in _WEIGHTS else "")
    value = weight_g(text, unit) if measure == "weight_g" else length_mm(text, unit)
    return (measure, value) if measure and value else None
