"""FAISS over item embeddings: exact and approximate search at 10 thousand, 100 thousand and 1 million items, on one core.

    python -m tests.bench.bench_index [--sizes 10000,100000,1000000]

The vectors are embeddings of 20,000 made-up item texts (product type, feature, colour, brand), multiplied by adding noise of
0.35 of their length: a catalogue with many near neighbours, as real ones are. Queries are embedded requests in other words.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np

from profiling.catalogue.snapshot import Mask
from profiling.encoder import OnnxEncoder
from profiling.encoder.encoder import Vectors
from profiling.index import CurrentIndex, ItemIndex, VectorIndex
from profiling.index.approximate import GRAPH_UP_TO, Kind, kind_for
from profiling.index.current import NOWHERE
from profiling.settings import Settings
from profiling.vocabulary import load_vocabulary
from tests.bench.record import percentiles, write_result

TEXTS = 20_000
QUERIES = 200
NOISE = 0.35
ALLOWED = 0.2


def make_texts(count: int, rng: np.random.Generator) -> list[str]:
    vocabulary = load_vocabulary()
    types, features, colours = (
        list(t.parents) for t in (vocabulary.product_types, vocabulary.features, vocabulary.colours)
    )
    brands = [
        f"{a}{b}" for a in ("Nor", "Tar", "Bel", "Kes", "Mur", "Fen") for b in ("vik", "holt", "row", "ling", "mark")
    ]
    return [
        f"{rng.choice(brands)} {rng.integers(10, 9999)} {rng.choice(features)} {rng.choice(types)} {rng.choice(colours)}"
        for _ in range(count)
    ]


def make_vectors(base: Vectors, count: int, rng: np.random.Generator) -> Vectors:
    vectors = np.empty((count, base.shape[1]), dtype=np.float32)
    for start in range(0, count, 50_000):
        end = min(start + 50_000, count)
        noise = rng.normal(size=(end - start, base.shape[1])).astype(np.float32)
        noise *= NOISE / np.linalg.norm(noise, axis=1, keepdims=True)
        chunk = base[np.arange(start, end) % len(base)] + noise
        vectors[start:end] = chunk / np.linalg.norm(chunk, axis=1, keepdims=True)
    return vectors


def measure(
    index: VectorIndex, queries: Vectors, truth: Sequence[set[int]] | None, *, allowed: Mask | None = None
) -> tuple[dict[str, object], list[set[int]]]:
    """Recall against the truth, or 1 without one; the time of one query on one core, by the clock and on the processor."""
    faiss.omp_set_num_threads(1)
    found, times_ms, cpu_ms = [], [], []
    for query in queries:
        started, used = time.perf_counter(), time.thread_time()
        positions, _ = index.search(query, 10, allowed=allowed)
        times_ms.append((time.perf_counter() - started) * 1000)
        cpu_ms.append((time.thread_time() - used) * 1000)
        found.append(set(positions.tolist()))
    recalls = np.array([len(own & true) / 10 for own, true in zip(found, truth or found, strict=True)])
    half = 1.96 * recalls.std() / np.sqrt(len(recalls))
    interval = [round(float(recalls.mean() - half), 4), round(float(min(1.0, recalls.mean() + half)), 4)]
    recall = {"recall@10": round(float(recalls.mean()), 4), "recall@10_interval": interval}
    return {**recall, **percentiles(times_ms), "cpu_p50_ms": round(float(np.median(cpu_ms)), 3)}, found


def saved(index: ItemIndex, folder: Path) -> tuple[ItemIndex, dict[str, object]]:
    """The index as a shop has it, mapped from its files; how large they are and how long loading takes."""
    index.save(folder)
    started = time.perf_counter()
    loaded = ItemIndex.load(folder)
    load_s = round(time.perf_counter() - started, 2)
    sizes = {file.name.partition("-")[0]: file.stat().st_size for file in folder.glob("*.faiss")}
    return loaded, {"load_s": load_s, "bytes": sizes}


def measure_changed(
    index: ItemIndex, vectors: Vectors, queries: Vectors, rng: np.random.Generator
) -> dict[str, object]:
    """The saved index after a day: a hundredth of the items is gone, a hundredth has another text, as many are new."""
    few = len(vectors) // 100
    rows = np.sort(rng.permutation(len(vectors))[few:])
    rows[rng.permutation(len(rows))[:few]] = NOWHERE
    rows = np.concatenate([rows, np.full(few, NOWHERE)])
    now = vectors[rows]
    now[rows == NOWHERE] = make_vectors(vectors[: 2 * few], 2 * few, rng)
    started = time.perf_counter()
    current = CurrentIndex.of(index, rows, now[rows == NOWHERE])
    ready_s = round(time.perf_counter() - started, 3)
    exact = ItemIndex.build(now, encoder="bench", kind="flat")
    figures, truth = measure(exact, queries, None)
    return {**measure(current, queries, truth)[0], "ready_s": ready_s, "exact_p50_ms": figures["p50_ms"]}


def measure_size(base: Vectors, queries: Vectors, size: int, rng: np.random.Generator) -> dict[str, object]:
    """All kinds that are worth a thought at this size, with and without a wish that a fifth of the items satisfies."""
    vectors = make_vectors(base, size, rng)
    allowed = rng.random(size) < ALLOWED
    truths: list[list[set[int]] | None] = [None, None]
    metrics: dict[str, object] = {"chosen": kind_for(size)}
    kinds: Sequence[Kind] = ("flat", "ivf_pq") if size > GRAPH_UP_TO else ("flat", "hnsw", "ivf_pq")
    for kind in kinds:
        started = time.perf_counter()
        built = ItemIndex.build(vectors, encoder="bench", kind=kind)
        build_s = round(time.perf_counter() - started, 1)
        with tempfile.TemporaryDirectory() as folder:
            index, files = saved(built, Path(folder))
            del built
            figures, found = measure(index, queries, truths[0])
            among, found_among = measure(index, queries, truths[1], allowed=allowed)
            changed = {} if kind == "flat" else {"changed": measure_changed(index, vectors, queries, rng)}
        truths = [truths[0] or found, truths[1] or found_among]
        metrics[kind] = {**figures, "build_s": build_s, **files, "fifth_allowed": among, **changed}
        print(f"{size:>9,} {kind:6} {metrics[kind]}", flush=True)
    return metrics


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,100000,1000000")
    arguments = parser.parse_args()
    rng = np.random.default_rng(2026)
    encoder = OnnxEncoder(Settings.from_environment().encoder_dir)
    print(f"embedding {TEXTS} texts", flush=True)
    base = encoder.encode(make_texts(TEXTS, rng))
    queries = encoder.encode([f"looking for a {text.split(' ', 2)[2]}" for text in make_texts(QUERIES, rng)])
    metrics = {f"items_{size}": measure_size(base, queries, int(size), rng) for size in arguments.sizes.split(",")}
    path = write_result(
        "bench_index", data="made-up item texts, embedded, with noise", licence="own", n=QUERIES, metrics=metrics
    )
    print(path)


if __name__ == "__main__":
    main()
