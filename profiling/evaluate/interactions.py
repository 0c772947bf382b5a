"""Reading files of who took what: sequences, RecBole's `.inter` with a target, and an order log with dates."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from profiling.errors import InputError
from profiling.evaluate.lines import utf8_lines
from profiling.learn.histories import Histories
from profiling.text.tokens import terms

ORDER_COLUMNS = {"InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "CustomerID"}
EPOCH = datetime(1970, 1, 1)
MOST_GAPS = 10
"""Numbers an item that occurs, up to which the others are taken for items that nobody took: arrays grow with them."""
_PRODUCT = re.compile(r"\d")


@dataclass(frozen=True)
class Interactions:
    """Histories, and the item ids and texts that a file gives: item i is `item_ids[i]`."""

    histories: Histories
    item_ids: Sequence[str]
    texts: Mapping[str, str]


def read_interactions(path: Path) -> Interactions:
    """Reads a file, gzipped or not; its first line tells the form.

    A line of numbers is a shopper and their items in the order of time. An order log (UCI Online Retail's columns)
    counts what named shoppers bought: no returns, no charges such as postage.

    Raises:
        InputError: the file cannot be read or has another form.
    """
    with_header = _lines(path)
    first = next(with_header, "")
    lines = [first, *with_header]
    if first.startswith("user_id"):
        return _numbered([_inter(path, number, line) for number, line in enumerate(lines[1:], 2)])
    if set(first.strip().split(",")) >= ORDER_COLUMNS:
        return _orders(csv.DictReader(lines))
    return _numbered([_sequence(path, number, line) for number, line in enumerate(lines, 1) if line.strip()])


def read_attributes(path: Path) -> dict[str, list[str]]:
    """Reads a JSON object of lists, or a TSV of item id and title, whose words then are the attributes.

    Raises:
        InputError: neither of the two.
    """
    lines = list(_lines(path))
    if lines and lines[0].startswith("{"):
        try:
            return {item: [str(value) for value in values] for item, values in json.loads("\n".join(lines)).items()}
        except (ValueError, TypeError, AttributeError) as error:
            raise InputError(f"{path}: expected an object of lists ({error})") from error
    titles = dict(line.rstrip("\n").split("\t", 1) for line in lines[1:] if "\t" in line)
    if not titles:
        raise InputError(f"{path}: neither a JSON object of lists nor lines of item and title")
    return words_of(titles)


def words_of(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """The words of each text."""
    return {item: list(terms(text)) for item, text in texts.items()}


def _lines(path: Path) -> Iterator[str]:
    try:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8", errors="surrogateescape") as file:
            yield from utf8_lines(file, path)
    except (OSError, EOFError) as error:
        raise InputError(f"{path}: {error}") from error


def _sequence(path: Path, number: int, line: str) -> list[int]:
    try:
        return [int(word) for word in line.split()[1:]]
    except ValueError as error:
        raise InputError(f"{path}, line {number}: expected a shopper and items as numbers") from error


def _inter(path: Path, number: int, line: str) -> list[int]:
    try:
        _, history, target = line.rstrip("\n").split("\t")
        return [int(word) for word in (*history.split(), target)]
    except ValueError as error:
        raise InputError(f"{path}, line {number}: expected shopper, history and item") from error


def _numbered(sequences: Sequence[Sequence[int]]) -> Interactions:
    """Items keep their numbers; where these lie far apart, or below 0, only those that occur are counted."""
    occurring = sorted({item for sequence in sequences for item in sequence})
    close = not occurring or (occurring[0] >= 0 and occurring[-1] < MOST_GAPS * len(occurring))
    ids = np.arange(occurring[-1] + 1 if occurring else 0) if close else np.array(occurring)
    arrays = [np.searchsorted(ids, np.array(sequence, dtype=np.int64)).astype(np.int64) for sequence in sequences]
    return Interactions(
        Histories.from_sequences(arrays, item_count=len(ids)), [str(number) for number in ids.tolist()], {}
    )


def _orders(rows: Iterable[Mapping[str, str]]) -> Interactions:
    """Lines of orders: an order is a step, what is in it was taken together."""
    bought: set[tuple[str, datetime, str, str]] = set()
    texts: dict[str, str] = {}
    for row in rows:
        if row["CustomerID"] and float(row["Quantity"]) > 0 and _PRODUCT.match(row["StockCode"]):
            at = datetime.fromisoformat(row["InvoiceDate"])
            bought.add((row["CustomerID"], at, row["InvoiceNo"], row["StockCode"]))
            texts.setdefault(row["StockCode"], row.get("Description", ""))
    ordered = sorted(bought)
    item_ids = sorted(texts)
    numbers = {item_id: number for number, item_id in enumerate(item_ids)}
    shoppers = np.array(_codes([row[0] for row in ordered]), dtype=np.int64)
    baskets = np.array(_codes([f"{row[0]} {row[2]}" for row in ordered]), dtype=np.int64)
    starts = np.searchsorted(shoppers, np.arange(shoppers.max(initial=-1) + 2)).astype(np.int64)
    items = np.array([numbers[row[3]] for row in ordered], dtype=np.int64)
    steps = baskets - baskets[starts[:-1]][shoppers] if len(baskets) else baskets
    days: NDArray[np.float64] = np.array([(row[1] - EPOCH).total_seconds() / 86_400 for row in ordered])
    return Interactions(Histories(items, steps, starts, len(item_ids), days), item_ids, texts)


def _codes(values: Sequence[str]) -> list[int]:
    """Numbers in the order in which the values first come."""
    codes: dict[str, int] = {}
    return [codes.setdefault(value, len(codes)) for value in values]
