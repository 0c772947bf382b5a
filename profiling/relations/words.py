"""Pieces of patterns that several readings share: a subject, adverbs, refusals.

They are written for folded text (`clauses.fold`): lower case, straight quotes.
"""

from __future__ import annotations

MASK = "\u00ba"
"""Stands for every character of a thing that was recognised, so that patterns can count things as one word."""
FILLERS = (
    r"(?:(?:and|so|ok(?:ay)?|but|hi|hey+|hello|hiya|hya|heya|yo|well|oh|u[mh]+|ah|hm+|yeah|yes|yep|nah|sorry|actually|"
    r"also|then|now|thanks|thx|ty|tbh|honestly|seriously|basically|personally|btw|lol|haha|omg|ugh|pls|plz|please|"
    r"guys|guy|there|cool|great|alright|sure|wait|because|cos|cuz|coz|since|although|though|however|while|as|again|"
    r"wow|damn|to be (?:honest|fair)|in (?:general|my opinion)|by the way|as i said|fyi|ps)\b[\s,:.!]*)*"
)
START = rf"^\W*{FILLERS}"
"""The start of a clause, with the words that lead up to what is said."""

SPEAKER = r"(?:\b(?:i|we)(?:'(?:m|ve|re|ll|d))?|\bim|\bive|\bid)"
ADVERBS = (
    r"(?:(?:am|are|might|may|probably|do|have|been|really|absolutely|just|so|always|usually|totally|"
    r"also|still|actually|quite|mostly|"
    r"both|all|"
    r"generally|normally|typically|rather|kind of|kinda|sort of|truly|honestly|simply|personally|completely|very|"
    r"much|pretty|super|literally|definitely|secretly|currently|already|especially|ever|too|a bit|a little|only|"
    r"ever since|would|a|an|basically|obviously|sooo*|rly)\s+)*"
)
NOT_DO = r"(?:do(?:n'?t| not))"
NOT_CAN = r"(?:can(?:'?t| ?not))"
NOT_WILL = r"(?:wo(?:n'?t)|will (?:not|never)|would(?:n'?t| not| never))"
NEVER = (
    rf"(?:{NOT_DO}|{NOT_WILL}|never|am not|'m not|im not|are not|aren'?t|isn'?t|not|almost never|hardly ever|"
    r"rarely|no longer)"
)
