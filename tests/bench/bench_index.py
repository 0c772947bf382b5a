"""FAISS over item embeddings: exact and approximate search at 10 thousand, 100 thousand and 1 million items.

    python -m tests.bench.bench_index [--sizes 10000,100000,1000000]

The vectors are embeddings of 20,000 made-up item texts (product type, feature, colour, brand), multiplied by adding noise of
0.35 of their length: a catalogue with many near neighbours, as real ones are. Queries are embedded requests in other words.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence

import numpy as np

from profiling.encoder import OnnxEncoder
from profiling.encoder.encoder import Vectors
from profiling.index import ItemIndex
from profiling.settings import Settings
from profiling.vocabulary import load_vocabulary
from tests.bench.record import percentiles, write_result

TEXTS = 20_000
QUERIES = 200
NOISE = 0.35


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
    index: ItemIndex, queries: Vectors, truth: Sequence[set[int]] | None, build_s: float
) -> tuple[dict, list[set[int]]]:  # type: ignore[type-arg]
    import faiss

    faiss.omp_set_num_threads(1)
    found, times_ms = [], []
    for query in queries:
        started = time.perf_counter()
        positions, _ = index.search(query, 10)
        times_ms.append((time.perf_counter() - started) * 1000)
        found.append(set(positions.tolist()))
    recalls = np.array([len(own & true) / 10 for own, true in zip(found, truth or found, strict=True)])
    half = 1.96 * recalls.std() / np.sqrt(len(recalls))
    figures = {
        "recall@10": round(float(recalls.mean()), 4),
        "recall@10_interval": [
            round(float(recalls.mean() - half), 4),
            round(float(min(1.0, recalls.mean() + half)), 4),
        ],
        **percentiles(times_ms),
        "build_s": round(build_s, 1),
        "bytes": int(faiss.serialize_index(index.faiss_index).nbytes) if len(index) <= 200_000 else _size(index),
    }
    return figures, found


def _size(index: ItemIndex) -> int:
    """Bytes of a large index without a second copy of it in memory: vectors, and links where there are any."""
    vectors = len(index) * index.faiss_index.d * 4
    if index.kind == "flat":
        return vectors
    links = index.faiss_index.hnsw.neighbors.size() * 4 + index.faiss_index.hnsw.offsets.size() * 8
    return int(vectors + links + len(index) * 4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--build-threads", type=int, default=2)
    arguments = parser.parse_args()
    rng = np.random.default_rng(2026)
    encoder = OnnxEncoder(Settings.from_environment().encoder_dir)
    print(f"embedding {TEXTS} texts", flush=True)
    base = encoder.encode(make_texts(TEXTS, rng))
    queries = encoder.encode([f"looking for a {text.split(' ', 2)[2]}" for text in make_texts(QUERIES, rng)])
    metrics: dict[str, object] = {}
    for size in map(int, arguments.sizes.split(",")):
        vectors = make_vectors(base, size, rng)
        truth: list[set[int]] | None = None
        for kind in ("flat", "hnsw"):
            started = time.perf_counter()
            index = ItemIndex.build(vectors, key="bench", kind=kind, threads=arguments.build_threads)  # type: ignore[arg-type]
            figures, found = measure(index, queries, truth, time.perf_counter() - started)
            truth = truth or found
            metrics[f"{kind}_{size}"] = figures
            print(f"{size:>9,} {kind:5} {figures}", flush=True)
            del index
    path = write_result(
        "bench_index", data="made-up item texts, embedded, with noise", licence="own", n=QUERIES, metrics=metrics
    )
    print(path)


if __name__ == "__main__":
    main()
