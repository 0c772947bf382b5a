"""Evaluations that need a catalogue of their own, apart from the shop's."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from profiling.catalogue.importing import import_feed
from profiling.cli.progress import counter, steps
from profiling.encoder.build import build_encoder
from profiling.engine import Engine
from profiling.errors import CatalogueError
from profiling.evaluate.search import SearchEvaluator, read_judgements
from profiling.search import HybridSearch
from profiling.search.lexical import LexicalSearch
from profiling.settings import Settings


def run_search_evaluation(settings: Settings, catalogue: Path, judgements: Path, feed_format: str) -> dict[str, object]:
    """Figures of our search and of its two halves on judged queries, over the whole catalogue.

    The catalogue is imported and embedded once into a folder of its own under RAPPORT_HOME; a second run with the
    same files and the same program starts at once.
    """
    evaluator = SearchEvaluator(read_judgements(judgements))
    engine = _engine_for(settings, catalogue, feed_format)
    view = engine.catalogue.view
    ours = _ranker(view.search, view.snapshot.item_ids)
    lexical = _ranker(
        HybridSearch(view.snapshot, LexicalSearch(engine.store), encoder=None, index=None),
        view.snapshot.item_ids,
    )
    times_ms: list[float] = []

    def timed(query: str) -> Sequence[str]:
        started = time.perf_counter()
        ranking = ours(query)
        times_ms.append((time.perf_counter() - started) * 1000)
        return ranking

    figures: dict[str, object] = {name: round(value, 4) for name, value in evaluator(timed).items()}
    return figures | {
        "items": len(view.snapshot),
        "full_text_ndcg@10": round(evaluator(lexical)["ndcg@10"], 4),
        "plain_bm25_ndcg@10": round(evaluator(_plain_bm25(engine))["ndcg@10"], 4),
        "p50_ms": round(float(np.median(times_ms)), 2),
    }


def _ranker(search: HybridSearch, item_ids: Sequence[str]) -> Callable[[str], Sequence[str]]:
    return lambda query: [item_ids[position] for position in search.search(query, 10).positions]


def _plain_bm25(engine: Engine) -> Callable[[str], Sequence[str]]:
    """The baseline: SQLite's BM25 on titles and descriptions as they are, any word, nothing else."""
    conn = engine.store.db.conn
    conn.execute("CREATE VIRTUAL TABLE temp.plain USING fts5 (item_id UNINDEXED, text, tokenize = 'unicode61')")
    conn.execute("INSERT INTO temp.plain SELECT item_id, title || ' ' || description FROM items")

    def search(query: str) -> list[str]:
        words = " OR ".join(f'"{word}"' for word in query.replace('"', " ").split())
        rows = conn.execute(
            "SELECT item_id FROM temp.plain WHERE plain MATCH ? ORDER BY bm25(plain), rowid LIMIT 10", [words]
        )
        return [row[0] for row in rows]

    return search


def _engine_for(settings: Settings, catalogue: Path, feed_format: str) -> Engine:
    if not catalogue.exists():
        raise CatalogueError(f"{catalogue}: no such file or folder")
    home = settings.home / "evaluate" / _content_key(catalogue)
    own = replace(settings, home=home, models=settings.encoder_dir.parent)
    with steps() as status:
        status("building the sentence encoder")
        build_encoder(own.encoder_source, own.encoder_dir)
    engine = Engine.open(own)
    if not engine.catalogue.items.version:
        with counter("reading", unit="rows") as advance:
            import_feed(
                engine.store,
                catalogue,
                vocabulary=engine.vocabulary,
                feed_format=feed_format,
                on_entry=lambda: advance(1),
            )
    with counter("embedding", unit="items") as advance:
        engine.embed(on_batch=advance)
    engine.catalogue.rebuild()
    return engine


def _content_key(path: Path) -> str:
    """Hash of the catalogue's files and of the code that turns them into rows."""
    digest = hashlib.sha256()
    package = Path(__file__).parent.parent
    code = [
        file for part in ("catalogue", "store", "text", "vocabulary") for file in sorted((package / part).rglob("*.*"))
    ]
    for file in [*code, *(sorted(path.rglob("*")) if path.is_dir() else [path])]:
        if file.is_file() and file.suffix != ".pyc":
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
