"""The widget as it is served: what the panel needs in one file, minified.

The sources are plain ES modules that also work as they are. Their top-level names are unique, so that joining them is
safe; so are the names of private members.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.gateway.minify import minify

FOLDER = Path(__file__).parents[1] / "widget"
FILES = {
    "shop-chat.js": ("dom.js", "shop-chat.js"),
    "panel.js": ("words.js", "look.js", "cards.js", "form.js", "line.js", "profile.js", "panel.js"),
}
"""Served name -> the modules that are joined in it."""

_IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./([\w.-]+)";\n', re.MULTILINE)
_STYLES = re.compile(r"(?<=sheet\(`)[^`]*")
_CSS_SPACE = re.compile(r"\s*([{};,>]|:(?=\s)|(?<=[\w:)]) \+ (?=[\w*.]))\s*")
_HOMES = {"dom.js": "shop-chat.js"}
"""Modules that are imported from the file in which they are served."""

LANGUAGES = ("en", "de", "zh", "ar")


async def script(request: Request) -> Response:
    """One file of the widget."""
    name = request.path_params["name"]
    if name not in FILES:
        raise HTTPException(404)
    return Response(served(name), media_type="text/javascript")


async def texts(request: Request) -> Response:
    """The chat's words in one language."""
    language = request.path_params["language"]
    if language not in LANGUAGES:
        raise HTTPException(404)
    return Response(served_words(language), media_type="application/json")


ROUTES = [Route("/widget/{name}", script), Route("/widget/words/{language}.json", texts)]


@lru_cache(maxsize=8)
def served(name: str) -> bytes:
    """The file of that name, as a browser gets it."""
    sources = [(FOLDER / part).read_text(encoding="utf-8") for part in FILES[name]]
    text = minify("\n".join(_joined(sources, FILES[name])))
    return _STYLES.sub(lambda found: _small(found.group()), text).encode()


@lru_cache(maxsize=8)
def served_words(language: str) -> bytes:
    """The words of a language, without white space between them."""
    words = json.loads((FOLDER / "words" / f"{language}.json").read_text(encoding="utf-8"))
    return json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()


def _joined(sources: list[str], parts: tuple[str, ...]) -> list[str]:
    """The sources without exports, except those that other files import, and with each outside name imported once."""
    outside: dict[str, set[str]] = {}
    for source in sources:
        for names, module in _IMPORT.findall(source):
            if module not in parts:
                outside.setdefault(_HOMES.get(module, module), set()).update(names.strip("{} ").split(", "))
    bodies = [
        body if part in _HOMES or part == parts[-1] else re.sub(r"^export ", "", body, flags=re.MULTILINE)
        for part, body in zip(parts, (_IMPORT.sub("", source) for source in sources), strict=True)
    ]
    imports = [f'import {{ {", ".join(sorted(names))} }} from "./{module}";' for module, names in outside.items()]
    return [*imports, *bodies]


def _small(css: str) -> str:
    return _CSS_SPACE.sub(r"\1", css.replace("\n", "")).replace(";}", "}")
