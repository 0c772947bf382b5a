"""Vectors of the items' texts, and the index that belongs to a snapshot: the saved one, with what has changed since,
else one made on the spot.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection

import numpy as np

from profiling.catalogue.snapshot import Snapshot
from profiling.encoder import Encoder
from profiling.encoder.encoder import Vectors
from profiling.errors import ArtefactError
from profiling.index import CurrentIndex, ItemIndex, VectorIndex
from profiling.index.current import NOWHERE, Ints, rows_of
from profiling.index.files import stamp
from profiling.index.item_index import Texts, texts_of
from profiling.settings import Settings
from profiling.store.items import ItemStore

logger = logging.getLogger(__name__)
EMBED_BATCH = 256


def embed_texts(items: ItemStore, encoder: Encoder, *, on_batch: Callable[[int], None]) -> int:
    """Embeds the texts that have no vector yet; returns how many. Each batch is kept once it is done."""
    todo = list(items.texts_without_embedding(encoder.fingerprint))
    for start in range(0, len(todo), EMBED_BATCH):
        batch = todo[start : start + EMBED_BATCH]
        vectors = encoder.encode([text for _, text in batch])
        items.add_embeddings(encoder.fingerprint, [key for key, _ in batch], vectors)
        on_batch(len(batch))
    return len(todo)


def open_index(items: ItemStore, snapshot: Snapshot, encoder: Encoder | None, settings: Settings) -> VectorIndex | None:
    """The saved index with the changes since; an exact one where none of this encoder is saved.

    None without an encoder or any vector: full text finds the items then. An exact index of all items is slow for a
    large catalogue.
    """
    if encoder is None:
        return None
    embedded = items.embedded(encoder.fingerprint)
    missing = sum(text_hash not in embedded for text_hash in snapshot.text_hashes)
    if missing:
        logger.warning(
            "%d items have no embedding; full text finds them until `python -m profiling index` has run", missing
        )
    if missing == len(snapshot):
        return None
    texts = _texts(snapshot, embedded)
    saved = _saved(settings)
    try:
        if saved is not None and (saved.encoder, saved.dimension) == (encoder.fingerprint, encoder.dimension):
            return _brought_up_to_date(saved, texts, items, snapshot, encoder)
        vectors = _vectors(items, snapshot, np.arange(len(snapshot)), encoder)
    except ValueError as error:
        logger.warning("the stored embeddings are damaged (%s); full text finds the items", error)
        return None
    return ItemIndex.build(
        vectors,
        encoder=encoder.fingerprint,
        texts=texts,
        kind="flat",
        threads=settings.threads,
        device=settings.device,
    )


def build_index(items: ItemStore, snapshot: Snapshot, encoder: Encoder, settings: Settings) -> ItemIndex | None:
    """An index of the kind that suits the snapshot's size; None where nothing is embedded."""
    texts = _texts(snapshot, items.embedded(encoder.fingerprint))
    if not any(texts):
        return None
    vectors = _vectors(items, snapshot, np.arange(len(snapshot)), encoder)
    return ItemIndex.build(vectors, encoder=encoder.fingerprint, texts=texts, threads=settings.threads)


def _brought_up_to_date(
    saved: ItemIndex, texts: Texts, items: ItemStore, snapshot: Snapshot, encoder: Encoder
) -> VectorIndex:
    """The saved index itself where nothing has changed."""
    if np.array_equal(texts, saved.texts):
        return saved
    rows = rows_of(texts, saved.texts)
    return CurrentIndex.of(saved, rows, _vectors(items, snapshot, np.flatnonzero(rows == NOWHERE), encoder))


def _texts(snapshot: Snapshot, embedded: Collection[str]) -> Texts:
    return texts_of([text_hash if text_hash in embedded else "" for text_hash in snapshot.text_hashes])


def _saved(settings: Settings) -> ItemIndex | None:
    if stamp(settings.index_dir) is None:
        return None
    try:
        return ItemIndex.load(settings.index_dir, device=settings.device)
    except ArtefactError as error:
        logger.warning("%s; an exact one is made in memory", error)
        return None


def _vectors(items: ItemStore, snapshot: Snapshot, positions: Ints, encoder: Encoder) -> Vectors:
    """The vector of the item at each position, zeros where there is none, shape (positions, dimension)."""
    rows: dict[str, list[int]] = {}
    for row, position in enumerate(positions):
        rows.setdefault(snapshot.text_hashes[position], []).append(row)
    vectors = np.zeros((len(positions), encoder.dimension), dtype=np.float32)
    for text_hash, vector in items.embeddings(encoder.fingerprint, list(rows)):
        vectors[rows[text_hash]] = vector
    return vectors
