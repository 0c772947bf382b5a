"""The figures of recommendation, each with a baseline beside it: for the README of profiling/recommend."""

from __future__ import annotations

from collections.abc import Sequence

from tests.bench.figure import EVALUATE, Figure

_NEXT = f"{EVALUATE} recommend --data FILE --attributes FILE"
_ORDERS = f"{EVALUATE} recommend --data ORDERS --protocol"


def _next_item(what: str, name: str) -> Figure:
    return Figure(
        what,
        "bench_quality",
        f"{{{name}/hr@10:.4f}} / {{{name}/ndcg@10:.4f}}",
        f"count model {{{name}/baselines/count_model/hr@10:.4f}} / {{{name}/baselines/count_model/ndcg@10:.4f}}, "
        f"item-kNN {{{name}/baselines/item_knn/hr@10:.4f}} / {{{name}/baselines/item_knn/ndcg@10:.4f}}, "
        f"popularity {{{name}/baselines/popularity/hr@10:.4f}}",
        _NEXT,
    )


FIGURES: Sequence[Figure] = (
    _next_item("Amazon Beauty, last item of each shopper", "beauty"),
    _next_item("Amazon Toys, the same", "toys"),
    _next_item("Amazon Games with titles, the same", "games"),
    Figure(
        "Beauty, the tenth of items taken least often as new, HR@10 / NDCG@10",
        "bench_quality",
        "{cold/hr@10:.4f} / {cold/ndcg@10:.4f}",
        "text similarity {cold/baselines/text_similarity/hr@10:.4f}, popularity {cold/baselines/popularity/hr@10:.4f}",
        f"{_NEXT} --protocol cold",
    ),
    Figure(
        "UCI Online Retail, time split: first new item after the date",
        "bench_quality",
        "{time_split/hr@10:.4f} / {time_split/ndcg@10:.4f}",
        "item-kNN {time_split/baselines/item_knn/hr@10:.4f} / {time_split/baselines/item_knn/ndcg@10:.4f}, "
        "popular lately {time_split/baselines/popular_lately/hr@10:.4f}",
        f"{_ORDERS} time-split",
    ),
    Figure(
        "UCI Online Retail, next month's basket: any item",
        "bench_quality",
        "{next_basket/hr@10:.3f}",
        "buy again {next_basket/baselines/buy_again/hr@10:.3f}",
        f"{_ORDERS} next-basket",
    ),
    Figure(
        "the same, shoppers with five orders or more",
        "bench_quality",
        "{next_basket/regulars/hr@10:.3f}",
        "buy again {next_basket/regulars/baselines/buy_again/hr@10:.3f}",
        f"{_ORDERS} next-basket",
    ),
    Figure(
        "the same, an item that is new to its shopper",
        "bench_quality",
        "{next_basket/new/hr@10:.3f}",
        "popular lately {next_basket/new/baselines/popular_lately/hr@10:.3f}, "
        "item-kNN {next_basket/new/baselines/item_knn/hr@10:.3f}",
        f"{_ORDERS} next-basket",
    ),
    Figure(
        "one recommendation, 12,101 items (Beauty), p50 / p99; fit",
        "bench_quality",
        "{beauty/p50_ms:.1f} / {beauty/p99_ms:.1f} ms; {beauty/fit_cpu_s:.1f} s",
        "aim 3 / 10 ms; 10 s",
        _NEXT,
    ),
    Figure(
        "1 million items, recall@10 and p50 of one query on one core",
        "bench_index",
        "{items_1000000/ivf_pq/recall@10:.3f}, {items_1000000/ivf_pq/p50_ms:.1f} ms",
        "exact {items_1000000/flat/p50_ms:.0f} ms",
        "python -m tests.bench.bench_index",
    ),
    Figure(
        "regret over 10,000 slates of a simulated shop",
        "bench_learning",
        "{regret/ours/mean:.0f}",
        "without exploration {regret/greedy/mean:.0f}, Thompson sampling {regret/thompson/mean:.0f}, "
        "fixed popularity {regret/popular/mean:.0f}",
        "python -m tests.bench.bench_learning",
    ),
)
