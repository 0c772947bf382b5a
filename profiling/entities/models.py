"""Names of models and product lines: known ones ("iphone 13", "Air Max 90"), words with letters and digits
("WH-1000XM5"), and what follows a brand and is no word of the language ("Delonghi Magnifica").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from profiling.text.stretches import meets
from profiling.text.tokens import Token, tokenize
from profiling.text.words import WordList
from profiling.types import Mention
from profiling.vocabulary.taxonomy import load_lines

_MIXED = re.compile(
    r"(?<![\w.,#€$£/&-])(?=[a-z0-9-]*\d)(?=[a-z0-9-]*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*(?![\w/-])", re.IGNORECASE
)
_NO_MODEL = re.compile(
    r"\d+(?:st|nd|rd|th|[gtmk]b|ml|cl|l|[ckm]?m|k?g|oz|ft|in|inch|k?w|v|hz|k|s|ish|x|xs|x{0,4}l|[a-h]{1,2}|mah|"
    r"dpi|mp|fps|am|pm|h|hrs?|hours?|"
    r"mins?|yrs?|yo|p|d|er|lbs?|pcs?|pack|cups?|person|seater|piece|tier|way|ply|in1|for\d|x\d+\w*|years?|months?|"
    r"days?|weeks?|day|year|month|week|"
    r"euros?|eur|usd|gbp|bucks|min|inches|watts?|volts?|gsm|denier|speed|pairs?|set|rpm)|"
    r"\d+-(?:\d+|in-\d|(?:year|month|day|week|hour|minute|inch|person|seater|piece|pack|cup|tier|way|ply|drawer|"
    r"door|litre|liter|watt|volt|speed|slice|euro|pound|foot|ft|in|cm|mm|m|l|ml|gb|tb|kg|g)s?(?:-olds?)?)|"
    r"(?:spf|ipx?|usb|mp|dab|x|w|l|a|b|q|h|co|u|no|nr|gen|uk|us|eu|eur|gr|sz|size|age|win|windows|under|over|max|"
    r"for|covid)-?\d{1,2}|\w{1,2}|x\d+|\d+x|w\d{2}l\d{2}|(?:19|20)\d\ds|"
    r"[a-z]{4,}\d|(?=\w*[a-z]{7}).*",
    re.IGNORECASE,
)
_CHIP = re.compile(
    r"(?<!\w)(?:rtx|gtx|rx|ryzen [3579]|core i[3579])\s?\d{3,5}(?:\s?(?:ti|super|xt|x))?(?!\w)", re.IGNORECASE
)
_ACCESSORY = re.compile(
    r"\s+(?:case|cover|sleeve|charger|cable|screen protector|holder|stand|cartridge|strap|band|bracelet)s?\b",
    re.IGNORECASE,
)
"""An "iphone case" is one thing; the gazetteer knows it."""
_GRADE = (
    r"(?:\s+(?:pro|max|mini|plus|ultra|lite|oled|air|se|gts|gtx|ii|iii|iv|mk ?\d|gen ?\d|v\d|series \w|low|mid|"
    r"paperwhite|[a-z]{1,2}\d{1,4})(?!\w))*"
)
_SUFFIX = re.compile(
    rf"{_GRADE}(?:\s+(?!(?:3[5-9]|4[0-8])(?:[.,]5)?(?![\w.,]))\d{{1,4}}(?:(?!gb|tb|mb|[cm]m|ml|kg|hz|"
    rf"mp|ft|[glwvmk]\b)[a-z]{{1,2}}|[.]\d)?"
    r"(?![.,]\d|\w|\s*(?:€|\$|£|eur|euros?|bucks|quid|pounds|cm|mm|inch|gb|tb|ml|l\b|%|pcs|pieces|pack|/)|\s\d/))?"
    rf"{_GRADE}",
    re.IGNORECASE,
)
"""What belongs to a line: "pro max", and one number that is no shoe size."""
_NUMBER_AFTER = re.compile(
    r"\s+(?P<number>\d{3,5}[a-z]{0,2})(?![\w.,%-]|\s*(?:€|\$|£|eur|euros?|bucks|quid|pounds|cm|mm|ml|g|gb|tb|w|"
    r"pieces|pcs)\b)",
    re.IGNORECASE,
)
_NO_NAME = frozenset(
    "please with without from that this these those which their there about under over size sizes colour color "
    "black white price cheap something anything products product items stuff things brand brands ones other "
    "another mens womens ladies kids only never again same also still really always instead because looking "
    "available stock sale discount anymore nothing gift present voucher max min around between below above less "
    "more men women unisex for number nr no or and the are was has have doesnt dont isnt whats wanna gonna pls "
    "plz thx thanks tho imo btw lol omg smth prices quality".split()
)
SHORTEST_NAME = 3


def find_known_models(text: str) -> Iterator[Mention]:
    """Lines that stand for themselves, and words made of letters and digits, with the numbers that follow them."""
    for match in _known_pattern().finditer(text):
        if _ACCESSORY.match(text, match.end()):
            continue
        yield _model(text, match.start(), _with_suffix(text, match.end()))
    for match in _CHIP.finditer(text):
        yield _model(text, *match.span())
    for match in _MIXED.finditer(text):
        if not _NO_MODEL.fullmatch(match[0]):
            yield _model(text, match.start(), _with_suffix(text, match.end()))


def find_models_of_brands(text: str, mentions: Sequence[Mention], words: WordList) -> Iterator[Mention]:
    """What follows a brand: a line of it, an unknown word, a word with a capital letter, a number."""
    tokens = tokenize(text)
    for brand in mentions:
        if brand.kind == "brand":
            start, end = _name_after(text, brand, tokens, mentions, words)
            if start < end:
                yield _model(text, start, end)


def _name_after(
    text: str, brand: Mention, tokens: Sequence[Token], mentions: Sequence[Mention], words: WordList
) -> tuple[int, int]:
    following = [token for token in tokens if token.start >= brand.end]
    if not following or text[brand.end : following[0].start].strip():
        return 0, 0
    start = following[0].start
    line = _line_pattern(brand.value.partition(":")[2].lower())
    match = line.match(text, start) if line else None
    end = match.end() if match else start
    if match is None:
        for token in following[:2]:
            beside = not text[end : token.start].strip() and not _covered(token, mentions)
            if not beside or not (_is_name(token, text, words) or (end == start and _is_numbered(token, text))):
                break
            end = token.end
    if end > start:
        return start, _with_suffix(text, end)
    number = _NUMBER_AFTER.match(text, brand.end)
    return number.span("number") if number and not _covered(following[0], mentions) else (0, 0)


def _is_name(token: Token, text: str, words: WordList) -> bool:
    """Whether a word after a brand can only be a name."""
    if not token.text.isalpha() or len(token.text) < SHORTEST_NAME or token.term in _NO_NAME or not words.known:
        return False
    if token.term not in words.known and token.text.lower() not in words.known:
        return True
    return token.text[0].isupper() and not text.isupper() and token.term not in words.common


def _is_numbered(token: Token, text: str) -> bool:
    """Whether a number that is no shoe size makes a name of an ordinary word: "Flip 6"."""
    suffix = _SUFFIX.match(text, token.end)
    named = token.text.isalpha() and len(token.text) >= SHORTEST_NAME and token.term not in _NO_NAME
    return named and suffix is not None and re.fullmatch(r"\s+\d{1,3}", suffix[0]) is not None


def _with_suffix(text: str, end: int) -> int:
    suffix = _SUFFIX.match(text, end)
    return suffix.end() if suffix else end


def _covered(token: Token, mentions: Iterable[Mention]) -> bool:
    """A model that was recognised by its form may be the end of a longer name."""
    return meets(token, (mention for mention in mentions if mention.kind != "model"))


def names_a_line(brand: str, text: str, start: int) -> bool:
    """Whether a product line of the brand stands at this place of the text: then "vans" is the maker."""
    line = _line_pattern(brand.lower())
    return line is not None and line.match(text, start) is not None


def _model(text: str, start: int, end: int) -> Mention:
    words = text[start:end]
    return Mention("model", f"model:{' '.join(words.lower().split())}", words, words, start, end)


@lru_cache(maxsize=1)
def _known_pattern() -> re.Pattern[str]:
    return _alternatives(name for names in load_lines("known").values() for name in names)


@lru_cache(maxsize=256)
def _line_pattern(brand: str) -> re.Pattern[str] | None:
    lines: Mapping[str, Sequence[str]] = {
        maker.lower(): [*load_lines("known").get(maker, ()), *load_lines("under").get(maker, ())]
        for maker in {*load_lines("known"), *load_lines("under")}
    }
    return _alternatives(lines[brand]) if brand in lines else None


def _alternatives(names: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])", re.IGNORECASE)
