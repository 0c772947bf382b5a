"""Files of labelled utterances: CSV and TSV with a heading, JSON in the forms of HINT3 and CLINC150, Rasa's YAML."""

from __future__ import annotations

import csv
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from bot.components.trust import OUT_OF_SCOPE
from bot.errors import InputError

Pair = tuple[str, str]
TEXT_NAMES = ("text", "sentence", "utterance", "query", "question")
LABEL_NAMES = ("label", "intent", "category")
_ENTITY = re.compile(r"\[([^\]]+)\](?:\{[^}]*\}|\([^)]*\))")
OUT_OF_SCOPE_NAMES = frozenset({"oos", "ood", "no_nodes_detected", OUT_OF_SCOPE})


def read_labelled(path: Path, *, part: str) -> list[Pair]:
    """Text and label of each row; whatever name out of scope has in the file, here it is OUT_OF_SCOPE.

    Args:
        path: the file.
        part: "train" or "test"; which lists of a JSON file in CLINC150's form are meant.

    Raises:
        InputError: the file is missing, has another form, or holds no utterance.
    """
    try:
        if path.suffix == ".json":
            pairs = _from_json(json.loads(path.read_text(encoding="utf-8")), part)
        elif path.suffix in (".yml", ".yaml"):
            pairs = _from_rasa(yaml.safe_load(path.read_text(encoding="utf-8")))
        else:
            pairs = _from_table(path)
        rows = [(str(text).strip(), _label(label)) for text, label in pairs if str(text).strip()]
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        raise InputError(f"{path}: not a file of labelled utterances ({error})") from error
    if not rows:
        raise InputError(f"{path}: no utterance in it")
    return rows


def sample(pairs: Sequence[Pair], *, shots: int, seed: int) -> list[Pair]:
    """At most `shots` rows of each label, in the order of the file."""
    by_label: dict[str, list[int]] = defaultdict(list)
    for place, (_, label) in enumerate(pairs):
        by_label[label].append(place)
    rng = random.Random(seed)  # noqa: S311  # not for secrets
    kept = [place for _, places in sorted(by_label.items()) for place in rng.sample(places, min(shots, len(places)))]
    return [pairs[place] for place in sorted(kept)]


def _label(name: Any) -> str:
    label = str(name).strip()
    if not label:
        raise ValueError("a row without a label")
    return OUT_OF_SCOPE if label.lower() in OUT_OF_SCOPE_NAMES else label


def _from_table(path: Path) -> Iterable[Pair]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        heading = file.readline()
        delimiter = "\t" if "\t" in heading else ";" if ";" in heading and "," not in heading else ","
        file.seek(0)
        rows = csv.DictReader(file, delimiter=delimiter)
        names = {name.strip().lower(): name for name in rows.fieldnames or () if name}
        text, label = _column(names, TEXT_NAMES), _column(names, LABEL_NAMES)
        return [(row[text] or "", row[label] or "") for row in rows]


def _column(names: dict[str, str], wanted: Sequence[str]) -> str:
    found = next((names[name] for name in wanted if name in names), None)
    if found is None:
        raise ValueError(f"no column {' or '.join(wanted)}")
    return found


def _from_json(data: Any, part: str) -> Iterable[Pair]:
    """CLINC150's object of lists of pairs, a list of pairs, or a list of objects."""
    if not isinstance(data, dict):
        return [_pair(row) for row in data]
    parts = ("test", "val") if part == "test" else ("train",)
    named = next((name for name in parts if name in data), None)
    lists = [data[name] for name in (named, f"oos_{named}") if name in data] if named else list(data.values())
    return [_pair(row) for rows in lists for row in rows]


def _pair(row: Any) -> Pair:
    if isinstance(row, dict):
        names = {str(name).lower(): str(name) for name in row}
        return row[_column(names, TEXT_NAMES)], row[_column(names, LABEL_NAMES)]
    text, label = row
    return text, label


def _from_rasa(data: Any) -> Iterable[Pair]:
    for entry in data["nlu"]:
        if "intent" in entry:
            for line in entry["examples"].splitlines():
                if line.strip():
                    yield _ENTITY.sub(r"\1", line.strip().removeprefix("- ")), entry["intent"]
