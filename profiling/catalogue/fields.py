"""What the cells of a feed mean: text without markup, colours, categories, stock words and links."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal
from urllib.parse import quote, urljoin, urlsplit

from lxml import etree

from profiling.text.tokens import terms
from profiling.types import Availability

OptionKind = Literal["colour", "size", "material"]

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]+")
_INVISIBLE = re.compile(r"[\xad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
_BLOCKS = frozenset(
    "address article aside blockquote br dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main "
    "nav ol p pre section table td th tr ul".split()
)
_HIDDEN = frozenset({"script", "style", "noscript", "template", "iframe", "head", "title", "svg", "object"})

_COLOUR_BREAK = re.compile(r"[,;/|+&\n]|\s(?:and|und|et|och|og)\s")
_NO_VALUE = frozenset(
    {"", "-", "n/a", "na", "none", "null", "default", "default title", "not specified", "keine", "unknown"}
)
_SHARE = re.compile(r"\d+(?:[.,]\d+)?\s*%|\([^()]*\)")
_CRUMB_BREAK = re.compile(r"\s*[>»›|]\s*")
_ROOTS = frozenset(
    {"", "home", "start", "startseite", "accueil", "inicio", "shop", "all", "all products", "uncategorized"}
)

_AVAILABILITY: dict[Availability | Literal["discontinued"], str] = {
    "in_stock": """in stock|instock|available|available now|limited availability|in store only|online only|made to order
        |low stock|yes|true|1|y|ja|auf lager|lieferbar|sofort lieferbar|verfügbar|sofort verfügbar|vorrätig|en stock
        |disponible|disponibile|op voorraad|i lager|på lager""",
    "out_of_stock": """out of stock|outofstock|sold out|unavailable|not available|not in stock|reserved|no|false|0|n
        |nein|ausverkauft|nicht auf lager|nicht lieferbar|nicht verfügbar|nicht vorrätig|vergriffen|épuisé
        |rupture de stock|agotado|esaurito|uitverkocht|slutsåld|udsolgt""",
    "preorder": "preorder|pre order|presale|pre sale|vorbestellbar|vorbestellung|précommande|coming soon",
    "backorder": """backorder|back order|backordered|on backorder|onbackorder|available for order|nachbestellt
        |auf bestellung""",
    "discontinued": "discontinued|eingestellt|auslaufartikel|not for sale",
}
_STOCK_WORDS = {word.strip(): kind for kind, words in _AVAILABILITY.items() for word in words.split("|")}
_SCHEMA_ORG = re.compile(r"^(?:https?://(?:www\.)?schema\.org/|schema:)", re.IGNORECASE)
_DELIVERY_TIME = re.compile(
    r"\d+\s*(?:-|–|bis|to)?\s*\d*\s*(?:werktage?n?|tage?n?|(?:working |business )?days?|h|hours?|stunden)\b"
)

_OPTION_WORDS: dict[OptionKind, str] = {
    "colour": "color colour farbe couleur colore kleur farg farve farge kolor cor vari barva szin culoare renk",
    "size": "size grosse taille talla taglia maat storlek storrelse rozmiar tamanho koko velikost meret schuhgrosse "
    "konfektionsgrosse kleidergrosse beden",
    "material": "material fabric materiau matiere materiale materiaal stoff tejido tissu tessuto obermaterial tyg stof "
    "materiaali",
}
_OPTIONS: dict[str, OptionKind] = {word: kind for kind, words in _OPTION_WORDS.items() for word in words.split()}

MAX_URL = 2000


def plain_text(text: str, limit: int) -> str:
    """One line without control, bidi and invisible characters, cut to `limit` characters."""
    if text.isascii() and text.isprintable():
        return " ".join(text[: limit * 4].split())[:limit].rstrip()
    visible = _CONTROL.sub(" ", _INVISIBLE.sub("", text[: limit * 4]))
    return " ".join(unicodedata.normalize("NFC", visible).split())[:limit].rstrip()


def html_to_text(markup: str, limit: int, joint: str = ". ") -> str:
    """Text of an HTML fragment on one line; scripts and styles are left out, entities decoded.

    Args:
        joint: stands where one block or line ends and the next begins; a blank in its place after punctuation and
            before a small letter.
    """
    text = _CONTROL.sub(" ", markup[: limit * 10])
    for _ in range(2):  # many shops escape their markup twice
        text = html.unescape(_strip_tags(text, joint) if _TAG.search(text) else text)
        if not _TAG.search(text):
            break
    return plain_text(text, limit)


def _strip_tags(markup: str, joint: str) -> str:
    parser = etree.HTMLParser(
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        no_network=True,
        huge_tree=True,  # allows deeper nesting; the text is short
    )
    try:
        root = etree.fromstring(markup.encode("utf-8"), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:  # nothing but comments or white space
        return ""
    lines = (" ".join(line.split()) for line in "".join(_pieces(root)).split("\n"))
    return _join((line for line in lines if line), joint)


def _pieces(root: etree._Element) -> Iterator[str]:
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        edge = "\n" if element.tag in _BLOCKS else ""
        if event == "end":
            yield edge + (element.tail or "")
        elif element.tag in _HIDDEN:
            walk.skip_subtree()
        else:
            yield edge + (element.text or "")


def _join(lines: Iterable[str], joint: str) -> str:
    text = ""
    for line in lines:
        goes_on = not text or text[-1] in ".!?:;,…" or line[0].islower()
        text += (" " if goes_on else joint) + line
    return text


def has_value(text: str) -> bool:
    """False for an empty cell and for the words that exports write into one: "N/A", "none", "-"."""
    return plain_text(text, 100).lower() not in _NO_VALUE


def split_values(text: str) -> tuple[str, ...]:
    """Colours or materials of a cell, lower case, each once.

    "Black/Silver" gives black, silver; "80% Wool, 20% Nylon" gives wool, nylon.
    """
    whole = " ".join(_SHARE.sub(" ", plain_text(text, 400).lower()).split())
    if whole in _NO_VALUE:
        return ()
    parts = (part.strip(" .:-#*") for part in _COLOUR_BREAK.split(whole))
    return tuple(dict.fromkeys(part for part in parts if 1 < len(part) <= 40 and part not in _NO_VALUE))[:12]


def split_category(text: str) -> tuple[str, ...]:
    """The path of a category, the widest first, without the shop's root: "Home > Shoes > Boots" -> Shoes, Boots."""
    line = plain_text(html.unescape(text), 500)
    crumbs = _CRUMB_BREAK.split(line) if _CRUMB_BREAK.search(line) else line.split(" / ")
    return drop_roots(crumbs)


def drop_roots(crumbs: Iterable[str]) -> tuple[str, ...]:
    """Category names without "Home", "All products" and the like at the front."""
    names = [plain_text(crumb, 100) for crumb in crumbs]
    while names and names[0].lower() in _ROOTS:
        names.pop(0)
    return tuple(name for name in names if name)[:10]


def stock_word(text: str) -> Availability | Literal["discontinued"] | None:
    """What a word or schema.org address says about availability, None if not known. A delivery time is in stock."""
    word = _SCHEMA_ORG.sub("", plain_text(text, 100))
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|[\s_-]+", " ", word).strip(" .!/").lower()
    return _STOCK_WORDS.get(spaced) or ("in_stock" if _DELIVERY_TIME.search(word.lower()) else None)


def whole_number(text: str) -> int | None:
    """A count such as "12", "12.0", "1,200" or "> 10"; negative counts are 0. None for anything else."""
    match = re.fullmatch(r"\s*[<>~]?\s*(-?)(\d{1,3}(?:[.,']\d{3})+|\d{1,9})(?:[.,]0*)?\s*\+?\s*", text[:40])
    if not match:
        return None
    return 0 if match[1] else int(re.sub(r"\D", "", match[2]))


def safe_url(url: str, base: str = "") -> str:
    """A link that may be shown: http, https, or a path of this site. All else, javascript: included, becomes ""."""
    text = _INVISIBLE.sub("", _CONTROL.sub("", html.unescape(url[: MAX_URL + 1]))).strip()
    try:
        if text.startswith("//"):
            text = f"https:{text}"
        elif base and not urlsplit(text).scheme and text:
            text = urljoin(base, text)
        parts = urlsplit(text)
    except ValueError:
        return ""
    is_path = text.startswith("/") and not text.startswith(("//", "/\\"))
    is_web = parts.scheme in {"http", "https"} and bool(parts.hostname) and "\\" not in parts.netloc
    if len(text) > MAX_URL or not (is_path or is_web):
        return ""
    return re.sub(r"[\s\"'<>`\\{}^|]", lambda match: quote(match.group()), text)


@lru_cache(maxsize=4096)
def option_kind(name: str) -> OptionKind | None:
    """Whether an option or property is a colour, size or material; "Farbe" and "couleur" are colours too."""
    words = terms(name[:100])
    if not words or len(words) > 4:
        return None
    return _OPTIONS.get(words[-1]) or (_OPTIONS.get(words[0]) if words[-1] == "pattern" else None)
