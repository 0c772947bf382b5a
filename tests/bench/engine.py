"""The figures of reading and remembering: for the README of profiling/."""

from __future__ import annotations

from collections.abc import Sequence

from tests.bench.figure import EVALUATE, Figure

_MEMORY = "python -m tests.bench.bench_memory"
_MODELS = "python -m tests.bench.bench_models"

ASPECTS = Figure(
    "what is felt about one aspect of a mixed sentence (MAMS validation), accuracy",
    "bench_quality",
    "{aspects_mams/accuracy:.3f}",
    "VADER {aspects_mams/vader_accuracy:.3f}, majority {aspects_mams/majority_accuracy:.3f}; aim .80",
    f"{EVALUATE} aspects --data FILE",
)
READ = Figure(
    "reading a profile among 1 million facts of 10,000 shoppers, p99",
    "bench_memory",
    "{read_first/p99_ms:.1f} ms",
    "adding a fact {add/p99_ms:.1f} ms; aims 2 and 5 ms",
    _MEMORY,
)

FIGURES: Sequence[Figure] = (
    Figure(
        "would the writer recommend it? (1,693 clothing reviews kept back), macro-F1",
        "bench_quality",
        "{clothing/macro_f1:.3f}",
        "TF-IDF + linear {clothing/tfidf_linear_macro_f1:.3f}, VADER {clothing/vader_macro_f1:.3f}; aim .90",
        f"{EVALUATE} sentiment --data FILE --split test --label 'Recommended IND'",
    ),
    ASPECTS,
    Figure(
        "the same in laptop reviews (SemEval-14, never learnt from)",
        "bench_quality",
        "{aspects_laptops/accuracy:.3f}",
        "VADER {aspects_laptops/vader_accuracy:.3f}; aim .76",
        f"{EVALUATE} aspects --data FILE",
    ),
    Figure(
        "entities in 300 held-out utterances, exact spans, F1",
        "bench_quality",
        "{entities/f1:.3f}",
        "gazetteer alone {entities/baselines/gazetteer_alone/f1:.3f}; aim .90",
        f"{EVALUATE} entities --data data/labelled/entities.jsonl --part test",
    ),
    Figure(
        "one utterance through all models, one thread, CPU time at the median",
        "bench_models",
        "{utterance_cpu_p50_ms/int8:.1f} ms",
        "torch float {utterance_cpu_p50_ms/torch_float:.1f} ms; aims 10 ms and a fifth of torch",
        _MODELS,
    ),
    Figure(
        "reviews a second, 2 threads",
        "bench_models",
        "{reviews_per_s/int8:.0f}",
        "torch float {reviews_per_s/torch_float:.0f}; aim 5 times",
        _MODELS,
    ),
    READ,
    Figure(
        "paths from a shopper to an item in a graph of 1 million triples, p95",
        "bench_memory",
        "{paths/p95_ms:.1f} ms",
        "aim 10 ms",
        _MEMORY,
    ),
)
