"""Reading a profile and adding a fact among a million facts, and paths over a million triples.

python -m tests.bench.bench_memory [--facts N] [--shoppers N] [--triples N]; a profile is read first from the disk, then
again from the memory. The times on the clock are for a quiet machine; beside them, those of the processor.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from pathlib import Path

from profiling.graph.graph import Graph
from profiling.profile.memory import Memory
from profiling.store import Store
from profiling.vocabulary import load_vocabulary
from tests.bench.fill import BRANDS, PER_MESSAGE, START, fill_facts, fill_shoppers
from tests.bench.record import percentiles, write_result
from tests.profiling.histories import tell

VOCABULARY = load_vocabulary(None)
WALKERS = 500


def timed_ms(work: Callable[[int], object], numbers: Iterable[int]) -> dict[str, float]:
    """Percentiles of the time on the clock, and p99 of the time that the processor worked on it."""
    wall, processor = [], []
    for number in numbers:
        started, began = time.perf_counter(), time.thread_time()
        work(number)
        wall.append((time.perf_counter() - started) * 1000)
        processor.append((time.thread_time() - began) * 1000)
    cpu = percentiles(processor)
    return percentiles(wall) | {f"processor_{name}": cpu[name] for name in ("p50_ms", "p95_ms", "p99_ms")}


def fill_triples(graph: Graph, *, triples: int) -> int:
    """Items with a brand of 5,000, a kind, two colours of 50, a category, a price band; six triples an item."""
    chance = random.Random(1)
    kinds = sorted(VOCABULARY.product_types.parents)
    items = triples // 6

    def all_triples() -> Iterable[tuple[str, str, str, str]]:
        for number in range(items):
            item = f"item:{number}"
            yield item, "has_brand", f"brand:{chance.randrange(BRANDS)}", "bench"
            yield item, "has_type", f"product_type:{chance.choice(kinds)}", "bench"
            yield item, "has_colour", f"colour:{chance.randrange(50)}", "bench"
            yield item, "has_colour", f"colour:{50 + chance.randrange(50)}", "bench"
            yield item, "in_category", f"category:{chance.randrange(200)}", "bench"
            yield item, "in_price_band", f"price_band:{chance.randrange(8)}", "bench"
        for node, parent in VOCABULARY.product_types.parents.items():
            if parent:
                yield f"product_type:{node}", "narrower_than", f"product_type:{parent}", "vocabulary"

    graph.triples.sync(all_triples(), version=1, at=START)
    return items


def measure_store(memory: Memory, *, facts: int, shoppers: int) -> dict[str, object]:
    """Reading profiles and adding facts, in shoppers drawn at random."""
    fill_facts(memory, facts=facts, shoppers=shoppers)
    at = START + timedelta(days=1)
    some = random.Random(2).sample(range(shoppers), min(2_000, shoppers))
    read = [timed_ms(lambda number: memory.profile(f"s{number}", at=at), some) for _ in range(2)]
    added = timed_ms(
        lambda number: tell(
            memory,
            f"add-{number}",
            ("likes", f"brand:new{number}"),
            shopper_id=f"s{some[number % len(some)]}",
            at=at + timedelta(seconds=number),
        ),
        range(2_000),
    )
    return {"facts": facts, "shoppers": shoppers, "read_first": read[0], "read_again": read[1], "add": added}


def measure_big_shopper(memory: Memory, *, facts: int) -> dict[str, object]:
    """One shopper with very many facts: the first reading, one that nothing has changed since, one after each turn; and
    what takes back a fact, the last change, a turn, and what a turn takes that arrives late.
    """
    shopper_id = f"big{facts}"
    fill_shoppers(memory, [shopper_id], messages=facts // PER_MESSAGE)
    at = START + timedelta(days=30)
    first = timed_ms(lambda _: memory.profile(shopper_id, at=at), range(1))
    warm = timed_ms(lambda _: memory.profile(shopper_id, at=at), range(1_000))

    added, read = [], []
    for number in range(50):
        now = at + timedelta(seconds=number)
        liked = ("likes", f"brand:new{number}")
        added.append(once_ms(partial(tell, memory, f"{shopper_id}-{number}-new", liked, shopper_id=shopper_id, at=now)))
        read.append(once_ms(partial(memory.profile, shopper_id, at=now)))
    changed = {
        "retract": partial(memory.retract, shopper_id, [f"{shopper_id}-5-3"], at=now, by="bench-retract"),
        "undo": partial(memory.undo, shopper_id, at=now, by="bench-undo"),
        "undo_a_turn": partial(memory.undo, shopper_id, at=now, by="bench-undo-turn"),
        "late_turn": partial(
            tell, memory, f"{shopper_id}-late", liked, shopper_id=shopper_id, at=at - timedelta(days=1)
        ),
    }
    return {"facts": facts, "read_first_ms": first["p50_ms"], "warm": warm,
            "add": percentiles(added), "read_after_a_turn": percentiles(read),
            "changes_ms": {name: round(once_ms(change), 1) for name, change in changed.items()}}  # fmt: skip


def measure_paths(graph: Graph, memory: Memory, *, triples: int) -> dict[str, object]:
    """The best paths between 500 shoppers of six tastes and an item each, both drawn at random."""
    chance, at = random.Random(3), START + timedelta(days=1)
    items = fill_triples(graph, triples=triples)
    for number in range(WALKERS):
        said = [("likes", f"brand:{chance.randrange(BRANDS)}") for _ in range(5)]
        said.append(("likes", f"colour:{chance.randrange(100)}"))
        tell(memory, f"walk-{number}", *said, shopper_id=f"walker{number}", at=at)
    found: list[int] = []
    goals = [f"item:{chance.randrange(items)}" for _ in range(WALKERS)]

    def search(number: int) -> None:
        found.append(len(graph.best_paths(f"shopper:walker{number}", goals[number])))

    first, again = timed_ms(search, range(WALKERS)), timed_ms(search, range(WALKERS))
    return {
        "triples": graph.triples.count(),
        **first,
        "again": again,
        "with_a_path": sum(map(bool, found)) / len(found),
    }


def once_ms(work: Callable[[], object]) -> float:
    """The time on the clock."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--facts", type=int, default=1_000_000)
    parser.add_argument("--shoppers", type=int, default=10_000)
    parser.add_argument("--triples", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        memory = Memory(Store(Path(folder) / "bench.db"), VOCABULARY.product_types)
        results = measure_store(memory, facts=options.facts, shoppers=options.shoppers)
        results["big_shoppers"] = [measure_big_shopper(memory, facts=facts) for facts in (10_000, 100_000)]
        results["paths"] = measure_paths(Graph(memory.store, VOCABULARY), memory, triples=options.triples)
    path = write_result("bench_memory", data="made up", licence="ours", n=options.facts, metrics=results)
    print(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
