from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiling.encoder.batching import MicroBatcher, by_length
from profiling.encoder.cache import ContentCache


@given(st.lists(st.integers(1, 500), max_size=60), st.integers(1, 1000))
def test_every_position_is_in_one_batch_and_no_batch_is_too_large(lengths: list[int], tokens: int) -> None:
    batches = list(by_length(lengths, tokens=tokens))
    assert sorted(position for batch in batches for position in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or max(lengths[position] for position in batch) * len(batch) <= tokens


class _SlowModel:
    """Doubles numbers; the first call waits until it is let go."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.started, self.go_on = threading.Event(), threading.Event()

    def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.calls.append(list(numbers))
        if len(self.calls) == 1:
            self.started.set()
            assert self.go_on.wait(10)
        if -1 in numbers:
            raise ValueError("no such number")
        return [2 * number for number in numbers]


def _ask_together(model: _SlowModel, requests: Sequence[list[int]]) -> dict[int, object]:
    batcher: MicroBatcher[int, int] = MicroBatcher(model)
    answers: dict[int, object] = {}

    def ask(position: int) -> None:
        try:
            answers[position] = list(batcher(requests[position]))
        except ValueError as error:
            answers[position] = error

    threads = [threading.Thread(target=ask, args=[position]) for position in range(len(requests))]
    threads[0].start()
    assert model.started.wait(10)
    for thread in threads[1:]:
        thread.start()
    while len(batcher._waiting) < len(requests) - 1:
        pass
    model.go_on.set()
    for thread in threads:
        thread.join(10)
    return answers


def test_requests_that_wait_go_together() -> None:
    model = _SlowModel()
    answers = _ask_together(model, [[1], [2, 3], [4], [5]])
    assert answers == {0: [2], 1: [4, 6], 2: [8], 3: [10]}
    assert [len(call) for call in model.calls] == [1, 4]


def test_an_error_reaches_everybody_in_the_batch_and_nobody_else() -> None:
    answers = _ask_together(_SlowModel(), [[1], [-1], [4]])
    assert answers[0] == [2]
    assert isinstance(answers[1], ValueError)
    assert isinstance(answers[2], ValueError)


class TestContentCache:
    def test_only_what_is_new_is_computed_and_once(self) -> None:
        cache: ContentCache[str] = ContentCache()
        asked: list[list[int]] = []

        def compute(positions: list[int]) -> list[str]:
            asked.append(positions)
            return [f"answer {position}" for position in positions]

        assert cache.through(["a", "b", "a"], compute) == ["answer 0", "answer 1", "answer 0"]
        assert cache.through(["c", "b"], compute) == ["answer 0", "answer 1"]
        assert asked == [[0, 1], [0]]

    def test_it_is_bounded_and_forgets_the_oldest(self) -> None:
        cache: ContentCache[int] = ContentCache(size=2)
        for text in ("a", "b", "a", "c"):
            cache.through([text], lambda positions: [1 for _ in positions])
        assert len(cache) == 2
        with pytest.raises(ZeroDivisionError):
            cache.through(["b"], lambda positions: [1 // 0])
        assert cache.through(["a"], lambda positions: [2]) == [1]
