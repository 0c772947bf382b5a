"""The widget as it is served: what the panel needs in one file, without comments and indentation.

The sources are plain ES modules that also work as they are. Their top-level names are unique, so that joining them is
safe.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FOLDER = Path(__file__).parents[1] / "widget"
FILES = {
    "shop-chat.js": ("shop-chat.js",),
    "dom.js": ("dom.js",),
    "panel.js": ("words.js", "look.js", "cards.js", "line.js", "panel.js"),
}
"""Served name -> the modules that are joined in it."""

_IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./([\w.-]+)";\n', re.MULTILINE)
_LINE_COMMENT = re.compile(r"^\s*//.*\n|[ \t]+// [^\n\"'`]*$", re.MULTILINE)
_BLOCK_COMMENT = re.compile(r"/\*\*.*?\*/[ \t]*", re.DOTALL)
_STYLES = re.compile(r"(?<=sheet\(`)[^`]*")
_CSS_SPACE = re.compile(r"\s*([{};,]|:(?=\s))\s*")
_INDENT = re.compile(r"^\s+", re.MULTILINE)


async def script(request: Request) -> Response:
    """One file of the widget."""
    name = request.path_params["name"]
    if name not in FILES:
        raise HTTPException(404)
    return Response(served(name), media_type="text/javascript")


ROUTES = [Route("/widget/{name}", script)]


@lru_cache(maxsize=8)
def served(name: str) -> bytes:
    """The file of that name, as a browser gets it."""
    sources = [(FOLDER / part).read_text(encoding="utf-8") for part in FILES[name]]
    if len(sources) > 1:
        sources = _joined(sources, FILES[name])
    text = _LINE_COMMENT.sub("", _BLOCK_COMMENT.sub("", "\n".join(sources)))
    return _STYLES.sub(lambda found: _CSS_SPACE.sub(r"\1", found.group()), _INDENT.sub("", text)).encode()


def _joined(sources: list[str], parts: tuple[str, ...]) -> list[str]:
    """The sources without exports, except those of the last one, and with each outside name imported once."""
    outside: dict[str, set[str]] = {}
    for source in sources:
        for names, module in _IMPORT.findall(source):
            if module not in parts:
                outside.setdefault(module, set()).update(names.strip("{} ").split(", "))
    bodies = [_IMPORT.sub("", source) for source in sources]
    bodies = [re.sub(r"^export ", "", body, flags=re.MULTILINE) for body in bodies[:-1]] + bodies[-1:]
    imports = [f'import {{ {", ".join(sorted(names))} }} from "./{module}";' for module, names in outside.items()]
    return [*imports, *bodies]
