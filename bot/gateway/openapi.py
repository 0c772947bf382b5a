"""The API's document: openapi.yml, with the rich part of a reply taken from data/schemas/reply.json."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.settings import ROOT


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The document; treat it as read-only."""
    made: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("openapi.yml").read_text(encoding="utf-8"))
    reply = json.loads((ROOT / "data" / "schemas" / "reply.json").read_text(encoding="utf-8"))
    schemas = made["components"]["schemas"]
    for name, schema in reply["$defs"].items():
        schemas[name] = _moved(schema)
    for name, schema in reply["properties"].items():
        if name != "erase":  # the gateway's own business
            schemas["reply_event"]["properties"][name] = _moved(schema)
    return made


def _moved(schema: Any) -> Any:
    """The schema with its references pointing at the document's components."""
    if isinstance(schema, dict):
        return {
            key: value.replace("#/$defs/", "#/components/schemas/") if key == "$ref" else _moved(value)
            for key, value in schema.items()
        }
    return [_moved(part) for part in schema] if isinstance(schema, list) else schema
