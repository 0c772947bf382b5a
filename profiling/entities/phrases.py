"""Properties and purposes by their form: "20000 mah", "mould resistant", "with tummy control", "for calligraphy"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from profiling.text.tokens import terms
from profiling.types import Mention
from profiling.vocabulary.people import KIN
from profiling.vocabulary.taxonomy import load_names

_SPEC = re.compile(
    r"(?<![\w.,€$£-])\d+(?:[.,]\d+)?\s?-?(?:(?:gb|tb)\s+(?:ram|ssd|of ram|memory|storage)|mah|k?hz|ghz|watts?|w|"
    r"volts?|v|denier|dpi|mp|megapixels?|fps|lumens?|rpm|bar|"
    r"tog|gsm|thread count|ply|(?:hour|hr) battery(?: life)?|h battery|speed|spf)(?![\w/])|(?<![\w-])spf\s?\d+|"
    r"(?<![\w-])ipx?\d{1,2}(?!\w)|(?<![\w-])(?:8k|1440p|720p|2160p|\d{3}hz)(?!\w)|(?<!\w)dab\+",
    re.IGNORECASE,
)
_SUFFIXED = re.compile(
    r"(?<![\w-])(?!(?:is|are|not|no|and|or|be|it|for|the|a|an|really|very|fully|so|too|if|that|them|this|tax|duty|"
    r"feel|for|risk|worry|get|got|buy|be|i|go|almost|completely|gift|delivery|shipping|toll)\b)"
    r"(?P<what>[a-z]{2,})[- ](?:free|proof|resistant|repellent|friendly|compatible|approved|certified|lined|"
    r"padded|backed|operated|powered|activated|controlled|"
    r"rise|length|toe|toed|heeled|sleeved|waisted|necked|soled|sided|handled|wash|washed|coated|scented|flavoured|"
    r"filled|blocking|control|absorbing|reducing|wicking|friendly|ready|tested|grade|shell|impact|"
    r"stainless|adjustable)(?![\w-])",
    re.IGNORECASE,
)
_LEADS = (
    r"(?:(?:really|very|nice and|extra|super|quite|preferably|ideally|maybe|and|or|but|must be|should be|"
    r"has to be|needs to be|something|anything|sth|smth|smthing)\s+)*"
)
_ALONE_AFTER = re.compile(rf"(?:^|[,;(]|\b(?:something|anything|be))\s*{_LEADS}$", re.IGNORECASE)
_ALONE_BEFORE = re.compile(
    r"\s*(?:$|[,.;!?)]|(?:and|or|but|please|pls|for|with|under|max|that|if|sub|up to|around|about|below)\b)",
    re.IGNORECASE,
)
_ATTRIBUTIVE = re.compile(
    r"(?:extra |super )?(?:vintage|retro|plain|warm|thick|soft|comfy|comfortable|elegant|stylish|wide|"
    r"narrow|loose|sturdy|firm|"
    r"simple|minimalist|modern|rustic|formal|casual|long|cosy|cozy|funny|durable|robust|unisex|oversized|fitted|flat)",
    re.IGNORECASE,
)
"""Qualities that are asked for right before a thing too: "a vintage lamp"."""
_ARTICLE = re.compile(
    r"(?:^|\b(?:an?|some|any|need|want|for|show me|looking for|got|have|sell|and|or|new)|"
    r",)\s*(?:(?:really|very|nice|good)\s+)*$",
    re.IGNORECASE,
)
REACH = 60
"""Characters before a phrase that are looked at."""
_WITH = re.compile(
    r"\bwith\s+(?:(?:an?|the|some|its own|integrated|really|very|lots of|enough|more)\s+)*(?:(?:good|nice|great|"
    r"decent|proper|strong|big|bigger|large|small|long|fast|excellent|"
    r"solid)\s+)*(?P<what>[a-z][a-z'-]+(?:[ -][a-z][a-z'-]+){0,2})",
    re.IGNORECASE,
)
_THAT_HAS = re.compile(
    r"\b(?:that|which)\s+(?:has|have|does|do|supports?|comes? with)\s+(?:(?:an?|the|good|"
    r"some)\s+)*(?P<what>[a-z][a-z'-]+(?:[ -][a-z][a-z'-]+)?)(?=\W*$|\s*[,.!?]|\s+(?:and|for|under|in)\b)",
    re.IGNORECASE,
)
_NO_COMPANY = re.compile(
    r"\b(?:work|works|working|help|deal|wrong|go|goes|went|match|matches|compatible|happy|luck|problem|problems|"
    r"issue|issues|pay|paid|done|fed up|experiences?|start|play|plays|paired|pair|"
    r"stick|along|started|agree|ok|okay|fine|bother|bothered|disappointed|satisfied|replace|replaced|obsessed|"
    r"familiar|order|ordered|connect|sync|used?|comes?)\s+$",
    re.IGNORECASE,
)
_STOP = frozenset(
    "and or for under up to in on at no not but max that which who please pls from of by than if so because is "
    "are was were be my our your his her their this these those it "
    "me us you him them someone something anything everything everyone a an the i we he she they only about "
    "around less more most all any some both each other "
    "can could will would should must may might do does did have has had size colour color price budget where "
    "when how what why then also too very really just please "
    "thanks thank thx cheap cheaper instead inside outside without within over below above between".split()
)
_NO_PROPERTY = frozenset(
    "regard regards respect order delivery shipping code discount card paypal klarna cash it receipt invoice "
    "kids children friends family people someone mac windows android linux ios "
    "alexa jeans dress suit care love time everything nothing".split()
)
_KINSHIP = re.compile(rf"(?:{KIN})$")
_FOR = re.compile(
    r"\bfor\s+(?:the\s+)?(?P<what>(?!an?\s|my\s|our\s|his\s|her\s|their\s|your\s)(?:[a-z][a-z-]*ing(?:\s+[a-z]+){0,2}?|"
    r"[a-z][a-z-]+(?:\s[a-z][a-z-]+){0,2}?))(?=\W*$|\s*[,.!?;]|\s+(?:and|or|in|under|max|that|which|please|pls|with|"
    r"size|next|this|on|but|so|up|around|about|from|by|if|at|between|below|sub|for)\b)",
    re.IGNORECASE,
)
_NO_USE = frozenset(
    "free sale sure example now me you it this that them us him her less real cheap years weeks days months "
    "hours ages good ever fun ideas anything something everything everyone anyone someone "
    "one both all these those which what who whom whatever nothing help information info advice money pickup "
    "collection delivery returns return refund exchange today tomorrow yesterday tonight "
    "christmas easter once again instance long short while later sake once order orders myself himself herself "
    "themselves yourself ourselves waiting asking being having getting nothing size "
    "men women kids children babies toddlers teens adults people parents others friends family presents gift "
    "gifts present price prices prize euros bucks pounds quid dollars time first second last next same".split()
)


def find_specifications(text: str) -> Iterator[Mention]:
    """Numbers with a unit that is no size: "20000 mah", "60 denier", "16gb ram"."""
    for match in _SPEC.finditer(text):
        yield _mention("feature", text, *match.span())


def find_properties(text: str) -> Iterator[Mention]:
    """Words that end in what they are proof against, free from or made for: "peat free", "mould resistant"."""
    for match in _SUFFIXED.finditer(text):
        yield _mention("feature", text, *match.span())


def find_qualities(text: str, mentions: Sequence[Mention]) -> Iterator[Mention]:
    """Adjectives that are a property where they stand alone: "shoes, brown, wide", "something fruity"."""
    things = [mention for mention in mentions if mention.kind in {"product_type", "model"}]
    for match in _qualities().finditer(text):
        before = _ALONE_AFTER.search(_before(text, match)) or _stands_behind(text, match.start(), mentions)
        after = _ALONE_BEFORE.match(text, match.end()) or any(
            not text[match.end() : m.start].strip() for m in mentions if m.start > match.end()
        )
        attributive = (
            _ATTRIBUTIVE.fullmatch(match[0])
            and _ARTICLE.search(_before(text, match))
            and _leads(text, match.end(), things)
        )
        if attributive:
            yield _mention("feature", text, *match.span())
            continue
        sought = things or re.search(r"\b(?:(?:some|any)thing|be)\s+\w*\s*$", _before(text, match), re.IGNORECASE)
        if before and after and sought:
            yield _mention("feature", text, *match.span())


def _before(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - REACH) : match.start()]


def _leads(text: str, place: int, things: Sequence[Mention]) -> bool:
    """Whether a thing, with a colour or another word before it at most, begins at this place."""
    return any(re.fullmatch(r" (?:[a-z]+ )?", text[place : thing.start]) for thing in things if thing.start > place)


def _stands_behind(text: str, place: int, mentions: Sequence[Mention]) -> bool:
    """Whether a thing or a property of it ends right before this place."""
    kinds = {"product_type", "colour", "size", "material", "feature", "brand"}
    behind = [m for m in mentions if m.kind in kinds and m.end < place and not text[m.end : place].strip()]
    return any(not re.search(r"\d\s?(?:cm|mm|m|inch|\")$", m.text) for m in behind)  # "60 cm wide" is a size


@lru_cache(maxsize=1)
def _qualities() -> re.Pattern[str]:
    longest_first = sorted(load_names("qualities"), key=len, reverse=True)
    return re.compile(
        rf"(?<![\w-])(?:(?:extra|super)[ -])?(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])", re.IGNORECASE
    )


def find_companions(text: str, mentions: Sequence[Mention]) -> Iterator[Mention]:
    """What a thing comes with: "with tummy control", "that does duplex". Only beside a thing that has been named.

    Those that meet a mention of another thing take its place: a monitor "with camera" is no camera.
    """
    things = [mention for mention in mentions if mention.kind == "product_type"]
    for pattern in (_WITH, _THAT_HAS):
        for match in pattern.finditer(text):
            start, end = _trimmed(text, *match.span("what"), mentions)
            beside = any(thing.end <= match.start() for thing in things)
            if start < end and beside and not _NO_COMPANY.search(_before(text, match)):
                yield _mention("feature", text, start, end)


def find_purposes(text: str, mentions: Sequence[Mention]) -> Iterator[Mention]:
    """What a thing is for, where no mention says so."""
    if not any(mention.kind in {"product_type", "feature", "model"} for mention in mentions):
        return
    for match in _FOR.finditer(text):
        words = match["what"].lower().split()
        met = [m for m in mentions if match.start("what") < m.end and m.start < match.end("what")]
        start, end = match.span("what")
        free = all(m.kind == "use" and start <= m.start and m.end <= end and m.end - m.start < end - start for m in met)
        if (
            free
            and not _NO_USE.intersection((words[0], words[-1]))
            and not _KINSHIP.fullmatch(words[-1])
            and words[0] not in _STOP
        ):
            yield _mention("use", text, *match.span("what"))


def _trimmed(text: str, start: int, end: int, mentions: Sequence[Mention]) -> tuple[int, int]:
    """The stretch up to the first word that belongs to something else; empty where nothing of it is a property."""
    last = start
    for word in re.finditer(r"[\w'-]+", text[start:end]):
        first, stop = start + word.start(), start + word.end()
        plain = word[0].lower()
        meets = [m for m in mentions if m.start < stop and first < m.end]
        if plain in _STOP or any(m.kind not in {"product_type", "feature"} for m in meets):
            break
        last = max([stop, *(m.end for m in meets)])
    opening = text[start:last].split(" ", maxsplit=1)[0].lower()
    whole_mention = any(m.kind == "feature" and m.start <= start and last <= m.end for m in mentions)
    if last == start or whole_mention or opening in _NO_PROPERTY or _KINSHIP.fullmatch(opening):
        return start, start
    return start, last


def _mention(kind: str, text: str, start: int, end: int) -> Mention:
    words = text[start:end]
    return Mention(kind, f"words:{' '.join(terms(words))}", words, words, start, end, 0.9)
