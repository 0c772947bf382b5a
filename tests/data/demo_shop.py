"""The demo shop's files, as tests read them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

DATA = Path(__file__).parents[2] / "data"
SHOP = DATA / "shop"


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def read_yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def read_policy(name: str) -> str:
    """A policy page with line breaks turned into spaces, so that a sentence can be looked for."""
    return " ".join((SHOP / "policies" / f"{name}.md").read_text(encoding="utf-8").split())


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def validator(schema_name: str) -> Draft202012Validator:
    schemas = {path.name: read_json(path) for path in (DATA / "schemas").glob("shop_*.json")}
    registry: Registry[Any] = Registry().with_resources(
        (name, Resource.from_contents(schema)) for name, schema in schemas.items()
    )
    return Draft202012Validator(schemas[schema_name], registry=registry)


def euros(cents: int) -> str:
    """Money as the pages write it: 4.90 €, but 60 €."""
    return f"{cents // 100} €" if cents % 100 == 0 else f"{cents / 100:.2f} €"
