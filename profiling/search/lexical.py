"""Full text: BM25 over the terms of the items, and how much of the request an item's title covers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from profiling.store.database import Store
from profiling.text.tokens import terms

STOP_WORDS = frozenset(
    "a about all also am an and any are as at be been buy by can could do does dont for from get give got had has "
    "have hello help hey hi how i id if im in is it its just let like ll look looking me my need needs new nice "
    "no not of on one or our please pls recommend search see show so some something than thank that the their "
    "them then there these they thing this those to too u ur us very want was we what when where which who will "
    "with would year years old you your".split()
)
"""Left out of full-text queries only; encoders and gazetteers see every word."""
_COLUMNS = ("title", "kind", "brand", "description", "attributes")


def content_terms(text: str) -> list[str]:
    """The terms of a request that can be looked up, in order, each once."""
    return list(dict.fromkeys(term for term in terms(text) if len(term) > 1 and term not in STOP_WORDS))


class LexicalSearch:
    """BM25 over SQLite's FTS5."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def bm25(
        self, words: Sequence[str], k: int, *, among: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The k best rowids for any of the words with their BM25 scores (higher is better), the best first.

        Args:
            among: only these rowids, of which there should be few.
        """
        if not words:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float64)
        rows = self._store.db.conn.execute(
            "SELECT rowid, -bm25(item_text) FROM item_text WHERE item_text MATCH ? "  # noqa: S608  # rowids are numbers
            f"{'' if among is None else f'AND rowid IN ({chr(44).join(map(str, among.tolist()))}) '}"
            "ORDER BY bm25(item_text), rowid LIMIT ?",
            [" OR ".join(map(_phrase, words)), k],
        ).fetchall()
        return np.array([row[0] for row in rows], dtype=np.int64), np.array([row[1] for row in rows], dtype=np.float64)

    def matching(self, wordings: Iterable[str], *, columns: Sequence[str] = _COLUMNS) -> NDArray[np.int64]:
        """Rowids of the items in whose text one of the wordings stands, word for word, in ascending order."""
        phrases = " OR ".join(filter(None, (_phrase(" ".join(terms(wording))) for wording in wordings)))
        if not phrases:
            return np.empty(0, dtype=np.int64)
        rows = self._store.db.conn.execute(
            "SELECT rowid FROM item_text WHERE item_text MATCH ? ORDER BY rowid",
            [f"{{{' '.join(columns)}}} : ({phrases})"],
        )
        return np.fromiter((row[0] for row in rows), dtype=np.int64)


def _phrase(words: str) -> str:
    return f'"{words}"' if words else ""
