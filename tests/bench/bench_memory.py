"""Reading a profile and adding a fact among a million facts, and paths over a million triples.

python -m tests.bench.bench_memory [--facts N] [--shoppers N] [--triples N]; beside the reading of a profile, the same
facts read without the cache.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from profiling.graph.graph import Graph
from profiling.profile.memory import Memory
from profiling.profile.replay import replay
from profiling.store import Store
from profiling.store.log import Entry
from profiling.types import Assertion, Turn
from profiling.vocabulary import load_vocabulary
from tests.bench.record import percentiles, write_result
from tests.profiling.histories import tell

START = datetime(2026, 1, 1, tzinfo=UTC)
VOCABULARY = load_vocabulary(None)
BRANDS = 5_000


def fill_facts(memory: Memory, *, facts: int, shoppers: int) -> None:
    """Each shopper says as many things as there are facts a shopper, ten a message."""
    per_shopper = facts // shoppers
    for shopper in range(shoppers):
        shopper_id = f"s{shopper}"
        entries = [entry_of(shopper_id, number, count=10) for number in range(per_shopper // 10)]
        book = replay(entries, shopper_id=shopper_id, types=VOCABULARY.product_types)
        with memory.store.writing():
            for entry in entries:
                words = " ".join(each.label for each in entry.assertions)
                turn = Turn(entry.entry_id, shopper_id, words, entry.at)
                memory.log.add_turn(turn, entry, shopper_id=shopper_id, language="en", need="")
            memory.facts.put(book.facts.values())
            memory.log.set_support((fact_id, assertion) for assertion, fact_id in book.support.items())


def entry_of(shopper_id: str, number: int, *, count: int) -> Entry:
    message_id, at = f"{shopper_id}-{number}", START + timedelta(minutes=number)
    assertions, position = [], 0
    for place in range(count):
        label = f"b{(number * count + place * 7 + len(shopper_id) * 31) % BRANDS}x{number * count + place}"
        span = (position, position + len(label))
        position += len(label) + 1
        assertions.append(
            Assertion(
                f"{message_id}-{place}", message_id, "likes", f"brand:{label}", label, True, 0.9, *span, label, "bench"
            )
        )
    return Entry(message_id, "turn", shopper_id, at, at, "state_preference", assertions=tuple(assertions))


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


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--facts", type=int, default=1_000_000)
    parser.add_argument("--shoppers", type=int, default=10_000)
    parser.add_argument("--triples", type=int, default=1_000_000)
    options = parser.parse_args()
    chance = random.Random(2)
    with tempfile.TemporaryDirectory() as folder:
        memory = Memory(Store(Path(folder) / "bench.db"), VOCABULARY.product_types)
        fill_facts(memory, facts=options.facts, shoppers=options.shoppers)
        at = START + timedelta(days=1)
        some = [chance.randrange(options.shoppers) for _ in range(2_000)]
        results: dict[str, object] = {
            "facts": options.facts,
            "shoppers": options.shoppers,
            "read_first": timed_ms(lambda number: memory.profile(f"s{number}", at=at), some),
            "read_again": timed_ms(lambda number: memory.profile(f"s{number}", at=at), some),
            "add": timed_ms(
                lambda number: tell(
                    memory,
                    f"add-{number}",
                    ("likes", f"brand:new{number}"),
                    shopper_id=f"s{some[number]}",
                    at=at + timedelta(seconds=number),
                ),
                range(2_000),
            ),
        }
        graph = Graph(memory.store, VOCABULARY)
        items = fill_triples(graph, triples=options.triples)
        for number in range(500):
            said = [("likes", f"brand:{chance.randrange(BRANDS)}") for _ in range(5)] + [
                ("likes", f"colour:{chance.randrange(100)}")
            ]
            tell(memory, f"walk-{number}", *said, shopper_id=f"walker{number}", at=at)
        found: list[int] = []
        results["paths"] = {
            "triples": graph.triples.count(),
            **timed_ms(
                lambda number: found.append(
                    len(graph.best_paths(f"shopper:walker{number}", f"item:{chance.randrange(items)}"))
                ),
                range(500),
            ),
        }
        results["paths"]["with_a_path"] = sum(map(bool, found)) / len(found)  # type: ignore[index]
    path = write_result("bench_memory", data="made up", licence="ours", n=options.facts, metrics=results)
    print(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
