"""Items in the store, their full text and their embeddings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import numpy as np

from profiling.catalogue.facets import Facets
from profiling.encoder.encoder import Vectors
from profiling.store.database import Store
from profiling.text.tokens import terms
from profiling.types import Item, Row
from profiling.vocabulary import Vocabulary

_COLUMNS = (
    "item_id, group_id, title, description, brand, product_type, category, price_cents, list_price_cents, currency, "
    "colours, size, materials, availability, stock_count, url, image_url, attributes, measures"
)
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Changes:
    """What an upsert did."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: Changes) -> Changes:
        return Changes(self.added + other.added, self.changed + other.changed, self.unchanged + other.unchanged)


class ItemStore:
    """Reads and writes items. Writes belong into a `store.writing()` block of the caller."""

    def __init__(self, store: Store, vocabulary: Vocabulary) -> None:
        self._store = store
        self._vocabulary = vocabulary

    def upsert(self, item: Item, *, feed: str, facets: Facets) -> Changes:
        """Adds the item, or brings it up to date; an unchanged one is not written."""
        row = _row(item, feed=feed, facets=facets)
        conn = self._store.db.conn
        known = conn.execute(
            "SELECT rowid, content_hash, in_feed FROM items WHERE item_id = ?", [item.item_id]
        ).fetchone()
        if known and known[1] == row["content_hash"] and known[2]:
            return Changes(unchanged=1)
        row["first_seen_at"] = row["changed_at"]
        names = list(row)
        changing = [name for name in names if name != "first_seen_at"]
        conn.execute(
            f"INSERT INTO items ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) "
            f"ON CONFLICT (item_id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in changing)}",
            list(row.values()),
        )
        rowid = conn.execute("SELECT rowid FROM items WHERE item_id = ?", [item.item_id]).fetchone()[0]
        conn.execute("DELETE FROM item_text WHERE rowid = ?", [rowid])
        conn.execute(
            "INSERT INTO item_text (rowid, title, kind, brand, description, attributes) VALUES (?, ?, ?, ?, ?, ?)",
            [rowid, *self._full_text(item, facets.node)],
        )
        return Changes(changed=1) if known else Changes(added=1)

    def leave_feed(self, feed: str, kept: set[str]) -> int:
        """Takes the feed's items that are not in `kept` off sale; returns how many."""
        conn = self._store.db.conn
        known = [row[0] for row in conn.execute("SELECT item_id FROM items WHERE feed = ? AND in_feed", [feed])]
        gone = [item_id for item_id in known if item_id not in kept]
        conn.executemany("UPDATE items SET in_feed = 0 WHERE item_id = ?", [[item_id] for item_id in gone])
        return len(gone)

    def bump_version(self) -> None:
        """Tells every reader that the catalogue has changed."""
        self._store.db.conn.execute("UPDATE catalogue_version SET version = version + 1")

    @property
    def version(self) -> int:
        """Rises with every import that changed something."""
        return int(self._store.db.conn.execute("SELECT version FROM catalogue_version").fetchone()[0])

    def get(self, item_ids: Sequence[str]) -> list[Item]:
        """The items in the order of `item_ids`; unknown ids are left out.

        Items that left their feed are out of stock.
        """
        found: dict[str, Item] = {}
        for start in range(0, len(item_ids), _BATCH):
            batch = list(item_ids[start : start + _BATCH])
            marks = ", ".join("?" * len(batch))
            rows = self._store.db.query(f"SELECT {_COLUMNS}, in_feed FROM items WHERE item_id IN ({marks})", batch)
            found |= {row["item_id"]: _item(row) for row in rows}
        return [found[item_id] for item_id in item_ids if item_id in found]

    def in_group(self, group_id: str) -> list[Item]:
        """The variants of a product, in the order of the feed."""
        rows = self._store.db.query(
            f"SELECT {_COLUMNS}, in_feed FROM items WHERE group_id = ? ORDER BY rowid", [group_id]
        )
        return [_item(row) for row in rows]

    def rows(self) -> Iterator[Row]:
        """All rows with rowid, in the order of rowid, for the snapshot."""
        return self._store.db.query(
            f"SELECT rowid, feed, {_COLUMNS}, in_feed, facets, text_hash, first_seen_at FROM items ORDER BY rowid"
        )

    def texts_without_embedding(self, encoder: str) -> Iterator[tuple[str, str]]:
        """(text_hash, text to embed) of items whose text has no vector of this encoder yet, each text once."""
        rows = self._store.db.query(
            f"SELECT {_COLUMNS}, in_feed, facets, text_hash FROM items WHERE text_hash NOT IN "
            "(SELECT text_hash FROM embeddings WHERE encoder = ?) GROUP BY text_hash",
            [encoder],
        )
        for row in rows:
            yield row["text_hash"], embedding_text(_item(row), json.loads(row["facets"])["node"])

    def add_embeddings(self, encoder: str, hashes: Sequence[str], vectors: Vectors) -> None:
        """Stores vectors of shape (len(hashes), dimension); one transaction."""
        with self._store.writing() as db:
            db.conn.executemany(
                "INSERT OR REPLACE INTO embeddings (text_hash, encoder, vector) VALUES (?, ?, ?)",
                [
                    (key, encoder, vector.astype(np.float32).tobytes())
                    for key, vector in zip(hashes, vectors, strict=True)
                ],
            )

    def embedded(self, encoder: str) -> set[str]:
        """Hashes of the items' texts that have a vector of this encoder."""
        rows = self._store.db.conn.execute(
            "SELECT text_hash FROM embeddings WHERE encoder = ? AND text_hash IN (SELECT text_hash FROM items)",
            [encoder],
        )
        return {row[0] for row in rows}

    def embeddings(self, encoder: str, hashes: Sequence[str]) -> Iterator[tuple[str, Vectors]]:
        """(text_hash, vector) of those of these texts that have one, one after the other."""
        for start in range(0, len(hashes), _BATCH):
            batch = hashes[start : start + _BATCH]
            rows = self._store.db.conn.execute(
                "SELECT text_hash, vector FROM embeddings WHERE encoder = ? "
                f"AND text_hash IN ({', '.join('?' * len(batch))})",
                [encoder, *batch],
            )
            for key, blob in rows:
                yield key, np.frombuffer(blob, dtype=np.float32)

    def _full_text(self, item: Item, node: str) -> list[str]:
        types = self._vocabulary.product_types
        kind = types.ancestors(node)
        fields: Iterable[str] = (
            f"{item.title} {' '.join(item.colours)} {item.size}",
            " ".join((*kind, *item.category)),
            item.brand,
            item.description,
            " ".join((*item.attributes.values(), *item.materials)),
        )
        return [" ".join(terms(field)) for field in fields]


def embedding_text(item: Item, node: str) -> str:
    """What is embedded: what the thing is called and is, and the first words about it."""
    parts = (item.title, node, item.brand if item.brand not in item.title else "", " ".join(item.colours))
    return f"{' '.join(part for part in parts if part)}. {item.description[:200]}".strip()


def _row(item: Item, *, feed: str, facets: Facets) -> dict[str, object]:
    content: dict[str, object] = {
        "item_id": item.item_id,
        "feed": feed,
        "group_id": item.group_id or item.item_id,
        "title": item.title,
        "description": item.description,
        "brand": item.brand,
        "product_type": item.product_type,
        "category": json.dumps(item.category, ensure_ascii=False),
        "price_cents": item.price_cents,
        "list_price_cents": item.list_price_cents,
        "currency": item.currency,
        "colours": json.dumps(item.colours, ensure_ascii=False),
        "size": item.size,
        "materials": json.dumps(item.materials, ensure_ascii=False),
        "availability": item.availability,
        "stock_count": item.stock_count,
        "url": item.url,
        "image_url": item.image_url,
        "attributes": json.dumps(dict(item.attributes), ensure_ascii=False),
        "measures": json.dumps(dict(item.measures)),
        "in_feed": 1,
        "facets": json.dumps(asdict(facets), ensure_ascii=False),
        "text_hash": hashlib.sha256(embedding_text(item, facets.node).encode()).hexdigest()[:32],
    }
    content["content_hash"] = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]
    content["changed_at"] = datetime.now(UTC).isoformat(timespec="seconds")
    return content


def _item(row: Row) -> Item:
    return Item(
        item_id=row["item_id"],
        title=row["title"],
        group_id=row["group_id"],
        description=row["description"],
        brand=row["brand"],
        product_type=row["product_type"],
        category=tuple(json.loads(row["category"])),
        price_cents=row["price_cents"],
        list_price_cents=row["list_price_cents"],
        currency=row["currency"],
        colours=tuple(json.loads(row["colours"])),
        size=row["size"],
        materials=tuple(json.loads(row["materials"])),
        availability=row["availability"] if row["in_feed"] else "out_of_stock",
        stock_count=row["stock_count"] if row["in_feed"] else 0,
        url=row["url"],
        image_url=row["image_url"],
        attributes=json.loads(row["attributes"]),
        measures=json.loads(row["measures"]),
    )
