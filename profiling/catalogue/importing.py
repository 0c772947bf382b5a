"""Bringing a feed into the store: all of it in one transaction, each bad row reported, each item once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from profiling.catalogue.facets import facets_of
from profiling.catalogue.feed import Entry, ReadOptions, Rejection
from profiling.catalogue.importers import READERS, detect_format
from profiling.errors import CatalogueError
from profiling.store.database import Store
from profiling.store.items import Changes, ItemStore
from profiling.vocabulary import Vocabulary


@dataclass(frozen=True)
class ImportReport:
    """What an import did. `rejections` are the rows that were skipped, in the order of the file."""

    feed: str
    format: str
    changes: Changes
    left_feed: int
    rejections: list[Rejection] = field(default_factory=list)


def import_feed(
    store: Store,
    path: Path,
    *,
    vocabulary: Vocabulary,
    feed: str = "",
    feed_format: str = "auto",
    options: ReadOptions | None = None,
    on_entry: Callable[[], None] = lambda: None,
) -> ImportReport:
    """Reads a feed into the store.

    A second import of the same feed updates; an item that is no longer in it goes off sale. A file in which no row
    can be read changes nothing.

    Args:
        path: file, or folder for formats that come in several files.
        feed: name under which the items are kept; the path's stem if empty. Items of other feeds are not touched.
        feed_format: one of READERS, or "auto".
        on_entry: called after each row, for a progress bar.

    Raises:
        CatalogueError: the file is missing, of no known format, or has no readable row.
    """
    if not path.exists():
        raise CatalogueError(f"{path}: no such file or folder")
    feed_format = detect_format(path) if feed_format == "auto" else feed_format
    if feed_format not in READERS:
        raise CatalogueError(f"unknown format {feed_format!r}; known are {', '.join(sorted(READERS))}")
    feed = feed or path.stem
    entries = READERS[feed_format](path, options or ReadOptions())
    with store.writing():
        report = _import_entries(
            store, _counted(entries, on_entry), feed=feed, feed_format=feed_format, vocabulary=vocabulary
        )
        if report.changes == Changes():
            first = (
                f"; first: line {report.rejections[0].line}: {report.rejections[0].reason}" if report.rejections else ""
            )
            raise CatalogueError(f"{path}: no readable row ({len(report.rejections)} rejected{first})")
        _record(store, report, source=str(path))
    return report


def _import_entries(
    store: Store, entries: Iterator[Entry], *, feed: str, feed_format: str, vocabulary: Vocabulary
) -> ImportReport:
    items = ItemStore(store, vocabulary)
    changes, kept, rejections = Changes(), set[str](), list[Rejection]()
    for entry in entries:
        if isinstance(entry, Rejection):
            rejections.append(entry)
            kept.add(entry.item_id)  # a row that broke today does not take a good item off sale
        else:
            changes += items.upsert(entry, feed=feed, facets=facets_of(entry, vocabulary))
            kept.add(entry.item_id)
    left = items.leave_feed(feed, kept) if kept - {""} else 0
    if changes.added or changes.changed or left:
        items.bump_version()
    return ImportReport(feed, feed_format, changes, left, rejections)


def _counted(entries: Iterator[Entry], on_entry: Callable[[], None]) -> Iterator[Entry]:
    for entry in entries:
        yield entry
        on_entry()


def _record(store: Store, report: ImportReport, *, source: str) -> None:
    row = {
        "feed": report.feed,
        "source": source,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        **asdict(report.changes),
        "left_feed": report.left_feed,
        "rejected": len(report.rejections),
    }
    store.insert("imports", row)
