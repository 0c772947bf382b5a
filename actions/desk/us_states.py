"""The states of the United States: their names, and the one that a ZIP code lies in, by its first three digits."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping

NAMES: Mapping[str, str] = {
    "AL": "alabama", "AK": "alaska", "AZ": "arizona", "AR": "arkansas", "CA": "california", "CO": "colorado",
    "CT": "connecticut", "DE": "delaware", "DC": "washington dc", "FL": "florida", "GA": "georgia", "HI": "hawaii",
    "ID": "idaho", "IL": "illinois", "IN": "indiana", "IA": "iowa", "KS": "kansas", "KY": "kentucky",
    "LA": "louisiana", "ME": "maine", "MD": "maryland", "MA": "massachusetts", "MI": "michigan", "MN": "minnesota",
    "MS": "mississippi", "MO": "missouri", "MT": "montana", "NE": "nebraska", "NV": "nevada", "NH": "new hampshire",
    "NJ": "new jersey", "NM": "new mexico", "NY": "new york", "NC": "north carolina", "ND": "north dakota",
    "OH": "ohio", "OK": "oklahoma", "OR": "oregon", "PA": "pennsylvania", "PR": "puerto rico", "RI": "rhode island",
    "SC": "south carolina", "SD": "south dakota", "TN": "tennessee", "TX": "texas", "UT": "utah", "VT": "vermont",
    "VA": "virginia", "WA": "washington", "WV": "west virginia", "WI": "wisconsin", "WY": "wyoming",
}  # fmt: skip
"""Two letters -> name, in small letters."""
_FIRST = (
    (5, "NY"), (6, "PR"), (10, "MA"), (28, "RI"), (30, "NH"), (39, "ME"), (50, "VT"), (60, "CT"), (70, "NJ"),
    (100, "NY"), (150, "PA"), (197, "DE"), (200, "DC"), (206, "MD"), (220, "VA"), (247, "WV"), (270, "NC"),
    (290, "SC"), (300, "GA"), (320, "FL"), (350, "AL"), (370, "TN"), (386, "MS"), (398, "GA"), (400, "KY"),
    (430, "OH"), (460, "IN"), (480, "MI"), (500, "IA"), (530, "WI"), (550, "MN"), (570, "SD"), (580, "ND"),
    (590, "MT"), (600, "IL"), (630, "MO"), (660, "KS"), (680, "NE"), (700, "LA"), (716, "AR"), (730, "OK"),
    (750, "TX"), (800, "CO"), (820, "WY"), (832, "ID"), (840, "UT"), (850, "AZ"), (870, "NM"), (885, "TX"),
    (889, "NV"), (900, "CA"), (967, "HI"), (970, "OR"), (980, "WA"), (995, "AK"),
)  # fmt: skip
"""(first prefix, state), in ascending order; each reaches to the next one's."""


def state_of(zip_code: str) -> str:
    """The state's two letters; "" for what is no ZIP code."""
    if len(zip_code) != 5 or not zip_code.isdigit():
        return ""
    place = bisect_right(_FIRST, (int(zip_code[:3]), "ZZ")) - 1
    return _FIRST[place][1] if place >= 0 else ""
