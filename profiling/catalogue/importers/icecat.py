"""Products of Open Icecat as JSON: one or several files, zipped or not, each a list of records."""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from profiling.catalogue.feed import Entry, ReadOptions, Rejection
from profiling.catalogue.importers.icecat_attributes import (
    colours_of,
    materials_of,
    measures_of,
    product_type_of,
    readable_attributes,
)
from profiling.catalogue.rows import MAX_TITLE, RawItem, RowCheck
from profiling.errors import CatalogueError

MAX_UNZIPPED = 500_000_000
"""Bytes of the largest file that is unpacked."""
MAX_RECORD = 5_000_000
"""Characters of the longest record."""

_CHUNK = 262_144
_SPACE_OR_COMMA = re.compile(r"[\s,]*")
_decoder = json.JSONDecoder()


def read_icecat(path: Path, options: ReadOptions) -> Iterator[Entry]:
    """One item per record; the files of a folder in the order of their names.

    `price` is in hundredths of the currency of the options. The line of a rejection is the position of the record.

    Raises:
        CatalogueError: there is no such file, or it is no list of JSON records, or it breaks off.
    """
    check = RowCheck(options)
    files = icecat_files(path)
    if not files:
        raise CatalogueError(f"{path}: no *.json or *.json.zip in this folder")
    for file in files:
        source = file.name if path.is_dir() else ""
        for position, record in enumerate(_records(file), start=1):
            entry = _entry(record, position, source, check)
            if entry is not None:
                yield entry


def icecat_files(path: Path) -> list[Path]:
    """The JSON files that a path stands for."""
    if not path.is_dir():
        return [path]
    return sorted(
        file for file in path.iterdir() if file.name.lower().endswith((".json", ".json.zip")) and file.is_file()
    )


def is_icecat(start: str) -> bool:
    """Whether a file that begins so is a list of Icecat's records."""
    is_list = start.lstrip("\ufeff \t\r\n").startswith("[")
    return is_list and '"supplier"' in start and ('"attr_' in start or '"short_description"' in start)


def _entry(record: Any, position: int, source: str, check: RowCheck) -> Entry | None:
    if not isinstance(record, dict):
        prefix = f"{source}: " if source else ""
        return Rejection(position, f"{prefix}the record is a {type(record).__name__}, not an object")
    return check.entry(_raw_item(record, position, source))


def _raw_item(record: dict[str, Any], position: int, source: str) -> RawItem:
    title, brand, name = _text(record.get("title")), _text(record.get("supplier")), _text(record.get("name"))
    product_type = product_type_of(title[:MAX_TITLE], brand, name)
    codes = record.get("ean")
    return RawItem(
        line=position,
        source=source,
        item_id=_text(record.get("id")),
        title=title,
        description=_text(record.get("short_description")).replace("\\n", " "),
        brand=brand,
        product_type=product_type,
        price=_price(record.get("price")),
        colours=colours_of(record),
        materials=materials_of(record),
        image_url=_text(record.get("img_500x500")) or _text(record.get("img_high")),
        attributes={
            "Model": name,
            "EAN": _text(codes[0]) if isinstance(codes, list) and codes else "",
            **readable_attributes(record),
        },
        measures=measures_of(record, title[:MAX_TITLE], product_type),
    )


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _price(value: Any) -> str | Decimal:
    """Cents as an amount; a text goes on as it is, to be rejected where it is none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value)).scaleb(-2) if abs(value) < 1e15 else Decimal("NaN")
    return "" if value is None else _text(value) or "?"


def _records(path: Path) -> Iterator[Any]:
    """The elements of the list in the file, one at a time."""
    try:
        if not zipfile.is_zipfile(path):
            with path.open("rb") as file:
                yield from _elements(file, path)
            return
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if _is_json(info.filename)]
            if not members:
                raise CatalogueError(f"{path}: no *.json in the archive")
            for member in members:
                if member.file_size > MAX_UNZIPPED:
                    raise CatalogueError(f"{path}: {member.filename} unpacks to more than {MAX_UNZIPPED:,} bytes")
                with archive.open(member) as file:
                    yield from _elements(file, path)
    except (OSError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise CatalogueError(f"{path}: {error}") from error


def _is_json(name: str) -> bool:
    return name.lower().endswith(".json") and not name.startswith("__MACOSX")


def _elements(file: IO[bytes], path: Path) -> Iterator[Any]:
    """Elements of a JSON list, read in pieces: only one element is held in memory."""
    with io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape") as reader:
        buffer = reader.read(_CHUNK).lstrip()
        if not buffer.startswith("["):
            raise CatalogueError(f"{path}: no list of records; the file must begin with [")
        at, count = 1, 0
        while True:
            at = _skip(buffer, at)
            if buffer[at : at + 1] == "]":
                return
            try:
                element, at = _decoder.raw_decode(buffer, at)
            except (ValueError, RecursionError) as error:
                piece = reader.read(_CHUNK)
                if not piece or len(buffer) - at > MAX_RECORD or isinstance(error, RecursionError):
                    raise CatalogueError(f"{path}: broken or cut off after record {count}") from error
                buffer, at = buffer[at:] + piece, 0
                continue
            count += 1
            yield element


def _skip(buffer: str, at: int) -> int:
    match = _SPACE_OR_COMMA.match(buffer, at)
    return match.end() if match else at
