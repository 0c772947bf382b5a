"""The index that belongs to a snapshot: the saved one where it fits, else one made on the spot."""

from __future__ import annotations

import logging

import numpy as np

from profiling.catalogue.snapshot import Snapshot
from profiling.encoder import Encoder
from profiling.encoder.encoder import Vectors
from profiling.errors import ArtefactError
from profiling.index import ItemIndex
from profiling.index.files import stamp
from profiling.index.item_index import index_key
from profiling.settings import Settings
from profiling.store.items import ItemStore

logger = logging.getLogger(__name__)


def open_index(items: ItemStore, snapshot: Snapshot, encoder: Encoder | None, settings: Settings) -> ItemIndex | None:
    """The saved index if it was built from this snapshot, else an exact one; None without an encoder or any vector:

    full text finds the items then. An exact index is there at once and slow for a large catalogue.
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
    key = index_key(encoder.fingerprint, [h if h in embedded else "" for h in snapshot.text_hashes])
    saved = _saved(settings)
    if saved is not None and saved.key == key:
        return saved
    try:
        vectors = _vectors(items, snapshot, encoder)
    except ValueError as error:
        logger.warning("the stored embeddings are damaged (%s); full text finds the items", error)
        return None
    return ItemIndex.build(vectors, key=key, kind="flat", threads=settings.threads, device=settings.device)


def build_index(items: ItemStore, snapshot: Snapshot, encoder: Encoder, settings: Settings) -> ItemIndex | None:
    """An index of the kind that suits the snapshot's size; None where nothing is embedded."""
    embedded = items.embedded(encoder.fingerprint)
    hashes = [text_hash if text_hash in embedded else "" for text_hash in snapshot.text_hashes]
    if not any(hashes):
        return None
    key = index_key(encoder.fingerprint, hashes)
    return ItemIndex.build(_vectors(items, snapshot, encoder), key=key, threads=settings.threads)


def _saved(settings: Settings) -> ItemIndex | None:
    if stamp(settings.index_dir) is None:
        return None
    try:
        return ItemIndex.load(settings.index_dir, device=settings.device)
    except ArtefactError as error:
        logger.warning("%s; an exact one is made in memory", error)
        return None


def _vectors(items: ItemStore, snapshot: Snapshot, encoder: Encoder) -> Vectors:
    """The vector of each item, zeros where there is none, shape (items, dimension)."""
    rows: dict[str, list[int]] = {}
    for position, text_hash in enumerate(snapshot.text_hashes):
        rows.setdefault(text_hash, []).append(position)
    vectors = np.zeros((len(snapshot), encoder.dimension), dtype=np.float32)
    for text_hash, vector in items.embeddings(encoder.fingerprint):
        vectors[rows.get(text_hash, [])] = vector
    return vectors
