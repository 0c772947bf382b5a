"""The catalogue as the engine works with it:

one snapshot with its search, extractor and index, renewed when it has changed.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from profiling.catalogue.snapshot import Snapshot, take_snapshot
from profiling.catalogue.vectors import build_index, open_index
from profiling.encoder import Encoder
from profiling.entities import EntityExtractor
from profiling.entities.tagger import Tagger
from profiling.index import ItemIndex, VectorIndex
from profiling.index.files import Stamp
from profiling.index.files import stamp as index_stamp
from profiling.recommend.recommender import Recommender
from profiling.recommend.scoring import Scorer
from profiling.recommend.wishes import WishReader
from profiling.search import HybridSearch
from profiling.search.lexical import LexicalSearch
from profiling.settings import Settings
from profiling.store.database import Store
from profiling.store.items import ItemStore
from profiling.text.words import WordList
from profiling.types import Mention
from profiling.vocabulary import Vocabulary

logger = logging.getLogger(__name__)

RENEWAL_WAIT_S = 0.5
"""How long a turn waits for a changed catalogue. A small one is there by then; 20,000 items take some seconds."""
RARE_WORD = 5_000
"""A word that stands in fewer than one of so many titles may be a misspelling in the feed."""


@dataclass(frozen=True)
class View:
    """Everything that depends on one version of the catalogue."""

    snapshot: Snapshot
    lexical: LexicalSearch
    search: HybridSearch
    extractor: EntityExtractor
    recommender: Recommender
    index: VectorIndex | None
    index_stamp: Stamp

    def has(self, item_id: str, mentions: Sequence[Mention]) -> bool:
        """Whether an item has every colour, size and material that is mentioned."""
        position = self.snapshot.position_of(item_id)
        return position is not None and all(
            self.recommender.scorer.wishes.mask(mention.value)[position] for mention in mentions
        )


class LiveCatalogue:
    """Gives the current view.

    After a change, or when another index has been written, it is renewed beside the turns, which go on with the old
    view unless the new one is there at once.
    """

    def __init__(
        self,
        store: Store,
        vocabulary: Vocabulary,
        settings: Settings,
        *,
        encoder: Encoder | None,
        tagger: Tagger | None = None,
    ) -> None:
        self._store = store
        self._vocabulary = vocabulary
        self._settings = settings
        self._encoder = encoder
        self._tagger = tagger
        self._words = WordList.from_tokenizer(settings.encoder_dir / "tokenizer.json")
        self.items = ItemStore(store, vocabulary)
        self._renewing = threading.Lock()
        self._renewal: threading.Thread | None = None
        self._view: View | None = None

    @property
    def view(self) -> View:
        """The view of the current version of the catalogue."""
        view = self._view
        if view is None:
            return self.rebuild()
        if self._outdated(view):
            if not self._renewing.locked():
                renewal = threading.Thread(target=self._renew, name="catalogue", daemon=True)
                renewal.start()  # before another turn can see it: a thread can be started once, and joined only then
                self._renewal = renewal
            if self._renewal is not None:
                self._renewal.join(RENEWAL_WAIT_S)
        return self._view or view

    def write_index(self) -> ItemIndex | None:
        """Writes an index of the kind that suits the catalogue's size; every process that sells goes over to it.

        None where there is nothing to index.
        """
        if self._encoder is None:
            return None
        index = build_index(self.items, take_snapshot(self.items, self._vocabulary), self._encoder, self._settings)
        if index is not None:
            index.save(self._settings.index_dir)
        return index

    def _outdated(self, view: View) -> bool:
        """Whether there is another version of the catalogue, or another index has been written since."""
        changed = self.items.version != view.snapshot.version
        return changed or index_stamp(self._settings.index_dir) != view.index_stamp

    def _renew(self) -> None:
        try:
            self.rebuild()
        except Exception:  # the old view still answers, and the next turn tries again
            logger.exception("the catalogue has changed and could not be read anew")

    def rebuild(self) -> View:
        """Builds the view anew, whatever the version says."""
        with self._renewing:
            view = self._view = self._build()
        return view

    def _build(self) -> View:
        snapshot = take_snapshot(self.items, self._vocabulary)
        stamp = index_stamp(self._settings.index_dir)
        index = open_index(self.items, snapshot, self._encoder, self._settings)
        lexical = LexicalSearch(self._store)
        search = HybridSearch(snapshot, lexical, encoder=self._encoder, index=index)
        extractor = EntityExtractor(
            self._vocabulary,
            brands=snapshot.brands.values,
            nodes=snapshot.nodes.values,
            words=self._words.with_known(
                frozenset(word for word, count in snapshot.title_terms.items() if count >= len(snapshot) / RARE_WORD)
            ),
            currency=self._settings.currency,
            tagger=self._tagger,
        )
        wishes = WishReader(snapshot, lexical, self._vocabulary)
        recommender = Recommender(Scorer(snapshot, search, wishes, self._vocabulary), self.items)
        return View(snapshot, lexical, search, extractor, recommender, index, stamp)
