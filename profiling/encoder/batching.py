"""Batches for a GPU: texts of similar length together, and requests that come at the same time as one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Answer = TypeVar("Answer")
Text = TypeVar("Text")


def by_length(lengths: Sequence[int], *, tokens: int) -> Iterator[list[int]]:
    """Positions in batches, the longest first, so that a batch padded to its longest text has at most `tokens`
    tokens; a text longer than that is alone.
    """
    batch: list[int] = []
    for position in sorted(range(len(lengths)), key=lambda position: -lengths[position]):
        if batch and lengths[batch[0]] * (len(batch) + 1) > tokens:
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch


@dataclass
class _Request(Generic[Text, Answer]):
    texts: Sequence[Text]
    done: threading.Event = field(default_factory=threading.Event)
    answers: Sequence[Answer] = ()
    error: BaseException | None = None


class MicroBatcher(Generic[Text, Answer]):
    """Joins the requests of several threads into one call of a model that is faster on many texts than on one.

    Nobody waits on purpose: the first request runs at once, and what arrives while it runs goes together next.
    """

    def __init__(self, run: Callable[[Sequence[Text]], Sequence[Answer]]) -> None:
        self._run = run
        self._waiting: list[_Request[Text, Answer]] = []
        self._lock = threading.Lock()
        self._busy = threading.Lock()

    def __call__(self, texts: Sequence[Text]) -> Sequence[Answer]:
        """The model's answers for these texts, in order; raises what the model raises."""
        request: _Request[Text, Answer] = _Request(texts)
        with self._lock:
            self._waiting.append(request)
        with self._busy:
            if not request.done.is_set():
                self._serve()
        if request.error is not None:
            raise request.error
        return request.answers

    def _serve(self) -> None:
        with self._lock:
            requests, self._waiting = self._waiting, []
        try:
            answers = list(self._run([text for request in requests for text in request.texts]))
        except BaseException as error:  # noqa: BLE001  everybody who waits has to hear of it
            for request in requests:
                request.error = error
        else:
            start = 0
            for request in requests:
                request.answers = answers[start : start + len(request.texts)]
                start += len(request.texts)
        finally:
            for request in requests:
                request.done.set()
