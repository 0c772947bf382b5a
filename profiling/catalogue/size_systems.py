"""The same size in other systems: who asks for "UK 8" is shown shoes in 42 and dresses in 36 or S.

Shoes after ISO/TS 19407, rounded to the sizes that are made; makers differ by half a size. Women's clothes after the
usual tables of European shops. Letters have no fixed number in men's clothes, so they are compared as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_UK_SHOES = {
    2: "35", 2.5: "35.5 35", 3: "36 35.5", 3.5: "36.5 36", 4: "37", 4.5: "37.5", 5: "38", 5.5: "38.5 39", 6: "39 39.5",
    6.5: "40", 7: "41 40.5", 7.5: "41.5 41", 8: "42", 8.5: "42.5", 9: "43", 9.5: "44 43.5", 10: "44.5 45", 10.5: "45",
    11: "46 45.5", 11.5: "46.5", 12: "47", 13: "48",
}  # fmt: skip
"""UK size -> EU sizes, the nearest first."""
_US_ABOVE_UK = (1, 2)
"""How much a US size of men and of women is above the UK size of the same foot."""
_UK_CLOTHES = {
    6: "34 xs us 2", 8: "36 s us 4", 10: "38 s m us 6", 12: "40 m us 8", 14: "42 l us 10", 16: "44 l xl us 12",
    18: "46 xl us 14", 20: "48 xxl us 16",
}  # fmt: skip
_SYSTEM = re.compile(r"(?P<system>uk|us) (?P<number>\d{1,2}(?:[.,]5)?)|(?P<eu>\d{2}(?:[.,]5)?)")


def size_equivalents(key: str) -> Mapping[str, frozenset[str]]:
    """Keys of the same size as `key` ("uk 8", "42"), by what is worn: "shoe", "clothing".

    A US shoe size may be a man's or a woman's; both are given. A number without a system is European. Empty for what is
    no such size.
    """
    match = _SYSTEM.fullmatch(key)
    if match is None:
        return {}
    if match["eu"]:
        return {"shoe": frozenset(_shoes_of_eu(match["eu"])), "clothing": frozenset(_clothes_of_eu(match["eu"]))}
    number = float(match["number"].replace(",", "."))
    bare = match["number"]
    shoes = {eu for uk in _uk_shoes(match["system"], number) for eu in _UK_SHOES.get(uk, "").split()}
    return {
        "shoe": frozenset({*shoes, bare} if shoes else ()),
        "clothing": frozenset(_clothes(match["system"], number, bare)),
    }


def _uk_shoes(system: str, number: float) -> list[float]:
    return [number] if system == "uk" else [number - above for above in _US_ABOVE_UK]


def _shoes_of_eu(eu: str) -> Iterator[str]:
    for uk, sizes in _UK_SHOES.items():
        if sizes.split()[0] == eu:
            yield f"uk {uk:g}"
            yield from (f"us {uk + above:g}" for above in _US_ABOVE_UK)


def _clothes_of_eu(eu: str) -> Iterator[str]:
    for uk, same in _UK_CLOTHES.items():
        if same.split()[0] == eu:
            yield f"uk {uk}"
            yield same[same.index("us ") :]


def _clothes(system: str, number: float, bare: str) -> Iterator[str]:
    for uk, same in _UK_CLOTHES.items():
        us = same[same.index("us ") :]
        if (system == "uk" and uk == number) or us == f"{system} {number:g}":
            yield from same[: same.index("us ")].split()
            yield from {f"uk {uk}", us, bare}
