"""Which variant of a product the shopper's words mean: "the blue one", "a bigger one", "the cheapest", "prefer A over B"."""

# ruff: noqa: E501 - patterns, sentences and ladders of cases read best as they are
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from actions.shop.types import Variant
from profiling.vocabulary import load_vocabulary

_SIZES = {
    "xxs": ["extra extra small"], "xs": ["extra small"], "s": ["small"], "m": ["medium"], "l": ["large"],
    "xl": ["extra large"], "xxl": ["extra extra large"],
}  # fmt: skip
_SCALE = {
    "xxs": -1, "xs": 0, "s": 1, "m": 2, "l": 3, "xl": 4, "xxl": 5, "xxxl": 6,
    "extra small": 0, "small": 1, "low": 1, "medium": 2, "large": 3, "high": 3, "extra large": 4,
    "beginner": 1, "intermediate": 2, "advanced": 3, "expert": 4,
    "single": 1, "double": 2, "full": 2, "queen": 3, "king": 4,
    "travel": 1, "basic": 1, "regular": 2, "professional": 3,
}  # fmt: skip
_UNITS = {"tb": 1000.0, "kg": 1000.0, "l": 1000.0, "liter": 1000.0, "liters": 1000.0, "litre": 1000.0, "k": 540.0}
_WITHOUT = ("no", "without", "without any", "not", "non", "un", "don't need", "don't need any", "do not need any", "no need for",
            "don't have to be", "do not have to be", "doesn't have to be", "does not have to be", "don't need to be", "do not need to be",
            "doesn't need to be", "does not need to be")  # fmt: skip
_NOTHING = {"none", "no", "not resistant", "without", "non waterproof"}
_MORE = (
    r"bigger|larger|longer|brighter|higher|taller|heavier|stronger|wider|more|greater|maximum|largest|highest|biggest"
)
_LESS = r"smaller|shorter|lower|less|dimmer|lighter|fewer|slimmer|smallest|lowest|shortest|minimum"
_MOST = r"max(?:imum|imized|imised)?|largest|highest|biggest|longest|brightest|greatest"
_LEAST = r"min(?:imum)?|smallest|lowest|shortest|fewest|lightest"
_HINTS: Mapping[str, Sequence[str]] = {
    "bright": ("brightness",), "dimm": ("brightness",),
    "big": ("size", "capacity", "volume", "pieces"), "larg": ("size", "capacity", "volume", "pieces"),
    "small": ("size", "capacity", "volume", "pieces"),
    "long": ("length", "battery"), "short": ("length", "height"), "tall": ("height",), "heav": ("weight",),
    "light": ("weight",),
}  # fmt: skip
_CHEAPEST = re.compile(
    r"\b(cheapest|least expensive|lowest[- ]priced?|lowest price|(?:most|maximum) money back|saves? (?:\w+ )?most)"
)
_DEAREST = re.compile(r"\b(most expensive|priciest|highest[- ]priced?|dearest)\b")
_NOT_DEARER = re.compile(r"\b(same (?:price )?or (?:lower|cheaper|less)|(?:lower|less|cheaper) or (?:the )?same|not more expensive|previous(?:ly)? purchas?ce?d price|same price|cheaper than what|cheaper than i|only (?:if|when) (?:it|they) (?:is|are) (?:cheaper|less))\b")  # fmt: skip
_BELOW = re.compile(r"\b(?:less than|under|below|cheaper than|up to|at most)\s*[$€£]?\s*(\d+(?:[.,]\d+)?)(?!\d|\s*(?:ml|l|kg|gb|tb|inch|ft|pieces|mp|x)\b)")  # fmt: skip
_INSTEAD = re.compile(r"\b(?:instead of|rather than|not the|as opposed to|in place of)\s+(?:an?\s+|the\s+)?[^,;.()]*?(?=\band\b|\bbut\b|[,;.()]|$)")  # fmt: skip
_FREE = re.compile(r"(?:do(?:n't| not) care|does(?:n't| not) matter|don't mind|no matter|regardless)[^.;]*")
_LOOSE = re.compile(r"\b(?:can have different|other (?:features|specs|options)[^.;]* not important|only care about|any (?:other )?options?|allow the)\b[^.;]*")  # fmt: skip
_SAME_ITEM = re.compile(r"\b(?:for|with|to) (?:the )?(?:exact )?same (?:item|product|thing)\b|\bthe (?:exact )?same (?:item|product)\b(?! but)")  # fmt: skip
_PREFERENCE = re.compile(r"(?:prefer\w*|preference)\s*:?\s*([^.;()]+)")


def plain(text: str) -> str:
    """Lower case, hyphens and quotes gone, units and spellings made one."""
    text = text.lower().replace("’", "'").replace("grey", "gray").replace("colour", "color")
    text = re.sub(r"[\"“”{}\[\]:]|(?<!\w)'|'(?!\w)", " ", text)
    text = re.sub(r"(\d)\s*[- ]?\s*(?:foot|feet|ft)\b", r"\1 ft", text)
    text = re.sub(r"(\d)\s*[- ]?\s*(?:inches|inch|\")", r"\1 inch", text)
    text = re.sub(r"(\d)\s*[- ]?\s*(ml|gb|tb|mah|mp|kg|l)\b", r"\1\2", text)
    text = re.sub(r"(\d)\s*(?:litres?|liters?)\b", r"\1 liter", text)
    return re.sub(r"\s+", " ", text.replace("-", " ")).strip()


@dataclass(frozen=True)
class Wanted:
    """What the words ask of the variant. `values`: option -> acceptable values, the best first."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    preferred: Sequence[str] = ()
    more: Mapping[str, int] = field(default_factory=dict)
    slightly: bool = False
    by_number: Mapping[str, float] = field(default_factory=dict)
    extreme: Mapping[str, int] = field(default_factory=dict)
    price: int = 0
    not_dearer: bool = False
    below_cents: int | None = None
    free: frozenset[str] = frozenset()
    all_free: bool = False
    same_item: bool = False
    item_id: str = ""
    kept: frozenset[str] = frozenset()

    @property
    def says_something(self) -> bool:
        """Whether anything about the variant was said."""
        return bool(
            self.values or self.more or self.by_number or self.extreme or self.price or self.not_dearer
            or self.below_cents or self.same_item or self.preferred or self.item_id
        )  # fmt: skip


def read_wanted(text: str, variants: Sequence[Variant], *, title: str = "") -> Wanted:
    """Reads the words about a new variant against the options that the product really has."""
    said = plain(text)
    positive = _LOOSE.sub(" ", _FREE.sub(" ", _INSTEAD.sub(" ", said)))
    preference = " ".join(match[1] for match in _PREFERENCE.finditer(positive))
    preferred = [value for values in mentioned(preference, variants, title=title).values() for value in values]
    values = mentioned(_PREFERENCE.sub(" ", positive), variants, title=title)
    soft = [value for value in preferred if not any(value in given for given in values.values())]
    kept = frozenset(
        name for name in _names(variants) if re.search(rf"\bsame\b[^,;.]*\b{re.escape(plain(name))}\b", said)
    )
    free = {
        name for name in _names(variants) if re.search(rf"(?:care|matter|mind)[^.;]*\b{re.escape(plain(name))}\b", said)
    }
    free |= {name for name in _names(variants) if re.search(rf"\ballow the {re.escape(plain(name))}\b", said)}
    more, by_number, extreme = _comparatives(positive, variants, skip=set(values))
    below = _BELOW.search(said)
    return Wanted(
        values={name: given for name, given in values.items() if name not in more and name not in by_number},
        preferred=soft,
        more=more,
        slightly="slightly" in said,
        by_number=by_number,
        extreme=extreme,
        price=-1 if _CHEAPEST.search(said) else 1 if _DEAREST.search(said) else 0,
        not_dearer=bool(_NOT_DEARER.search(said)),
        below_cents=round(float(below[1].replace(",", ".")) * 100) if below else None,
        free=frozenset(free - kept),
        all_free=bool(_LOOSE.search(said)) and "allow the" not in said,
        same_item=bool(_SAME_ITEM.search(said)),
        item_id=next((variant.item_id for variant in variants if variant.item_id.lower() in said), ""),
        kept=kept,
    )


def mentioned(text: str, variants: Sequence[Variant], *, title: str = "") -> dict[str, list[str]]:
    """Option -> its values that the text names, in the order of the text."""
    found: dict[str, list[tuple[int, str]]] = {}
    taken: list[tuple[int, int]] = []
    candidates = []
    for name in _names(variants):
        values = sorted({variant.options[name] for variant in variants if name in variant.options})
        for value in values:
            for alias in _aliases(name, value, values, title):
                candidates += [(m.end() - m.start(), m.start(), m.end(), name, value) for m in re.finditer(rf"(?<![\w.]){re.escape(alias)}(?!\w)", text)]  # fmt: skip
    for _, start, end, name, value in sorted(candidates, key=lambda c: (-c[0], c[1])):
        if any(start < stop and begin < end for begin, stop in taken):
            continue
        taken.append((start, end))
        found.setdefault(name, []).append((start, value))
    return {name: list(dict.fromkeys(value for _, value in sorted(places))) for name, places in found.items()}


def magnitude(value: str) -> float | None:
    """Where a value stands on its scale: "750ml" is 750, "1TB" 1000, "medium" 1; None where it has no scale."""
    lowered = plain(value)
    number = re.search(r"(\d+(?:\.\d+)?)\s*(?:x\b)?\s*([a-z]*)", lowered)
    if number:
        return float(number[1]) * _UNITS.get(number[2], 1.0)
    return float(_SCALE[lowered]) if lowered in _SCALE else None


def _names(variants: Sequence[Variant]) -> list[str]:
    return list(dict.fromkeys(name for variant in variants for name in variant.options))


def _aliases(name: str, value: str, values: Sequence[str], title: str) -> set[str]:
    said, option = plain(value), plain(name)
    aliases = {said, f"{said} {option}", f"{option} {said}"}
    if said in _SIZES:
        aliases |= set(_SIZES[said])
    if said == "yes":
        aliases = {option, f"with {option}", option.replace("resistance", "resistant")}
    elif said in _NOTHING:
        words = option.split()
        aliases = {f"{no} {word}" for no in _WITHOUT for word in {option, words[0], words[-1], f"{words[-1]}s"}}
        aliases |= {said} if said not in {"no", "none", "yes"} else set()
        aliases |= {"not resistant", "not water resistant", "no water resistance"} if "resist" in option else set()
    elif re.fullmatch(r"\d+(\.\d+)?", said):
        aliases = {f"{option} {said}", f"{said} {option}", f"{option.split()[-1]} {said}", f"in {said}", f"a {said}"}
    else:
        others = {word for other in values if other != value for word in plain(other).split()}
        words = said.split()
        aliases |= {
            word
            for word in words
            if len(words) > 1 and len(word) > 1 and (word.isalpha() or re.fullmatch(r"\d+[a-z]+", word)) and word not in others
            and word not in plain(title).split() and word not in option.split() and word not in _COMMON
        }  # fmt: skip
        aliases |= {said.rstrip("s")} if len(said) > 4 else set()
        aliases |= _beside_its_noun(said, option)
        aliases |= _family(said, values) if "color" in option else set()
    return aliases


def _family(said: str, values: Sequence[str]) -> set[str]:
    """ "Blue" is the cobalt one, where nothing else that there is is a blue."""
    families = load_vocabulary().colours.lookup
    family = families.get(tuple(said.split()))
    alike = [value for value in values if families.get(tuple(plain(value).split())) == family]
    return {plain(family)} if family and len(alike) == 1 else set()


def _beside_its_noun(said: str, option: str) -> set[str]:
    """ "brown lenses" is the lens color, "a brown frame" the frame color."""
    noun, *rest = option.split()
    if not rest or noun in said.split():
        return set()
    return {f"{said} {noun}{ending}" for ending in ("", "s", "es")} | {f"{noun}s {said}", f"{noun} {said}"}


_COMMON = {"inch", "ft", "liter", "ml", "pieces", "hours", "on", "ear", "over", "in", "and", "the", "with", "low", "high", "full", "size", "not", "home", "brand", "kit"}  # fmt: skip


def _comparatives(
    text: str, variants: Sequence[Variant], *, skip: set[str]
) -> tuple[dict[str, int], dict[str, float], dict[str, int]]:
    more: dict[str, int] = {}
    by_number: dict[str, float] = {}
    extreme: dict[str, int] = {}
    scaled = [name for name in _names(variants) if name not in skip and _has_scale(name, variants)]
    for match in re.finditer(rf"\b(?:(\d+)\s+)?({_MORE}|{_LESS})\b(.{{0,40}})", text):
        number, word, rest = match[1], match[2], match[3]
        if re.match(r"\s*(expensive|price|money|than \$|or the same)", rest):
            continue
        name = _scale_for(word + " " + rest, scaled)
        if name is None:
            continue
        direction = -1 if re.fullmatch(_LESS, word) else 1
        if number:
            by_number[name] = direction * float(number)
        elif re.fullmatch(rf"{_MOST}|{_LEAST}", word):
            extreme[name] = direction
        else:
            more[name] = direction
    for match in re.finditer(
        rf"\b({_MOST}|{_LEAST})\b(.{{0,30}})|\b(.{{0,30}}?)\b(?:maximi[sz]ed|to be maximum)", text
    ):
        name = _scale_for(" ".join(part for part in match.groups() if part), scaled)
        if name and name not in by_number:
            extreme[name] = -1 if match[1] and re.fullmatch(_LEAST, match[1]) else 1
            more.pop(name, None)
    return more, by_number, extreme


def _has_scale(name: str, variants: Sequence[Variant]) -> bool:
    marks = {magnitude(variant.options[name]) for variant in variants if name in variant.options}
    return None not in marks and len(marks) > 1


def _scale_for(words: str, names: Sequence[str]) -> str | None:
    for name in names:
        if any(re.search(rf"\b{re.escape(part)}", words) for part in plain(name).split()):
            return name
    for stem, hints in _HINTS.items():
        if re.match(stem, words) or f" {stem}" in words:
            for hint in hints:
                for name in names:
                    if hint in plain(name):
                        return name
            return names[0] if len(names) == 1 else None
    return None
