"""Making JavaScript smaller: without comments and white space, and with short names for what is ours.

A name gets a short one only if the file declares it and never uses it as a property, a key or a method: then all its
places mean variables, and renaming all of them alike changes nothing. What is in doubt keeps its name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from string import ascii_lowercase

from rjsmin import jsmin  # type: ignore[import-untyped]

KEYWORDS = frozenset(
    "as async await break case catch class const continue default delete do else export extends false finally for "
    "from function get if import in instanceof let new null of return set static super switch this throw true try "
    "typeof undefined var void while yield".split()
)
_VALUES = frozenset("this super true false null undefined".split())
_BEFORE_METHOD = frozenset({"{", "}", ";", "*", "async", "get", "set", "static"})
_NO_PARAMETERS = frozenset("if for while switch".split())
_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<name>[A-Za-z_$][\w$]*)|(?P<private>\#\w+)|(?P<number>\d[\w.]*)"
    r"|(?P<string>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')|(?P<sign>=>|\?\.|\.\.\.|.)",
    re.DOTALL,
)
_REGEX = re.compile(r"/(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/\w*")
_TEMPLATE = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*(?P<end>`|\$\{)", re.DOTALL)
_PRIVATE = re.compile(r"\bthis\.#(\w+)")


def minify(source: str) -> str:
    """The module, smaller. Its imports and exports keep their names."""
    text = str(jsmin(source))
    privates = {f"#{name}" for name in _PRIVATE.findall(text)}
    tokens = _without_idle(list(_tokens(text)))
    table = _short_names(tokens) | dict(
        zip(sorted(privates), (f"#{name}" for name in short_names(set())), strict=False)
    )
    table["const"] = "let"  # nothing is assigned to it, or the source would not run
    return "".join(
        table.get(token.text, token.text) if token.kind in {"name", "private"} else token.text for token in tokens
    )


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of source. Of a template there are its texts, and the tokens of the expressions between them."""

    kind: str
    text: str

    @property
    def is_word(self) -> bool:
        """Whether it is a name or a keyword."""
        return self.kind in {"name", "private"}


NOTHING = Token("sign", "")


def _tokens(source: str) -> Iterator[Token]:
    """All of the source, in order."""
    at, depth, before = 0, list[str](), NOTHING
    while at < len(source):
        if source[at] == "`" or (source[at] == "}" and depth[-1:] == ["${"]):
            found = _TEMPLATE.match(source, at + 1)
            kind = "template"
            if source[at] == "}":
                depth.pop()
        elif source[at] == "/" and _value_expected(before):
            found, kind = _REGEX.match(source, at), "regex"
        else:
            found = _TOKEN.match(source, at)
            kind = found.lastgroup or "" if found else ""
        if found is None:
            raise ValueError(f"cannot be read: {source[at : at + 40]!r}")
        token = Token(kind, source[at : found.end()])
        yield token
        if kind == "template" and found["end"] == "${":
            depth.append("${")
        elif token.text in "{}" and kind == "sign":
            depth = [*depth, "{"] if token.text == "{" else depth[:-1]
        before = token if kind != "space" else before
        at = found.end()


def _without_idle(tokens: list[Token]) -> list[Token]:
    """Without semicolons and commas that stand before a closing bracket; an empty statement of a loop stays."""
    kept, heads, head = [NOTHING], list[Token](), NOTHING
    for token, after in zip(tokens, [*tokens[1:], NOTHING], strict=True):
        before = kept[-1]
        if token.text == "(":
            heads.append(before)
        elif token.text == ")":
            head = heads.pop()
        is_empty = before.text == ")" and head.text in _NO_PARAMETERS
        ends = token.text == ";" and after.text == "}" and not is_empty
        if not (ends or (token.text == "," and _closes(after) and before.text not in {",", "["})):
            kept.append(token)
    return kept


def _value_expected(before: Token) -> bool:
    """Whether a slash after this token begins a regular expression."""
    if before.kind == "name":
        return before.text in KEYWORDS - _VALUES
    return before.kind == "sign" and before.text not in {")", "]", "}"}


def _short_names(tokens: list[Token]) -> dict[str, str]:
    """A short name for each of ours that can have one, the shortest for the most frequent."""
    declared, fixed = _uses([token for token in tokens if token.kind != "space"])
    counts = Counter(token.text for token in tokens if token.kind == "name")
    ours = [name for name, _ in counts.most_common() if name in declared - fixed and len(name) > 1]
    return dict(zip(ours, short_names(set(counts) | KEYWORDS), strict=False))


def _uses(tokens: list[Token]) -> tuple[set[str], set[str]]:
    """(names that are declared, names that mean more than a variable somewhere)."""
    declared, fixed, open_at = set[str](), set[str](), list[int]()
    parameters = _parameter_lists(tokens)
    outside = False
    for at, token in enumerate(tokens):
        before, after = (tokens[at - 1] if at else NOTHING), (tokens[at + 1] if at + 1 < len(tokens) else NOTHING)
        if _opens(token):
            open_at.append(at)
        elif _closes(token):
            open_at.pop()
        if _reopens(token):
            open_at.append(at)
        outside = token.text in {"import", "export"} or (outside and token.text not in {";", "=", "("})
        if token.kind != "name" or token.text in KEYWORDS:
            continue
        inside = tokens[open_at[-1]].text if open_at else ""
        listed = before.text in {"(", "[", ",", "..."} and after.text in {")", "]", ",", "=", "=>"}
        if before.text in {"const", "let", "function", "class"} or after.text == "=>":
            declared.add(token.text)
        if listed and any(start in parameters for start in open_at) and inside in {"(", "["}:
            declared.add(token.text)
        is_key = inside == "{" and (after.text == ":" or (before.text in "{," and after.text in {",", "}", "="}))
        is_method = inside == "{" and after.text == "(" and tokens[open_at[-1] - 1].kind == "name"
        if (
            outside
            or before.text in {".", "?."}
            or is_key
            or (is_method and before.text in {"{", "}", ";", "*", "async", "get", "set", "static"})
        ):
            fixed.add(token.text)
    return declared, fixed


def _parameter_lists(tokens: list[Token]) -> set[int]:
    """Where a parenthesis or a pattern opens in which names are declared."""
    found, open_at = set[int](), list[int]()
    for at, token in enumerate(tokens):
        if _opens(token):
            open_at.append(at)
            if token.text == "[" and tokens[at - 1].text in {"const", "let"}:
                found.add(at)
        elif _closes(token):
            start = open_at.pop()
            after = tokens[at + 1].text if at + 1 < len(tokens) else ""
            if token.text == ")" and (after == "=>" or (after == "{" and tokens[start - 1].text not in _NO_PARAMETERS)):
                found.add(start)
        if _reopens(token):
            open_at.append(at)
    return found


def _opens(token: Token) -> bool:
    return token.text in {"(", "[", "{"} or (
        token.kind == "template" and token.text[0] == "`" and token.text[-1] == "{"
    )


def _closes(token: Token) -> bool:
    return token.text in {")", "]", "}"} or (token.kind == "template" and token.text[0] == "}")


def _reopens(token: Token) -> bool:
    """A template's text between two expressions."""
    return token.kind == "template" and token.text[0] == "}" and token.text.endswith("${")


def short_names(taken: set[str]) -> Iterator[str]:
    """a, b, ..., aa, ab, ... without those that are taken."""
    for length in (1, 2):
        for letters in product(ascii_lowercase, repeat=length):
            if (name := "".join(letters)) not in taken:
                yield name
