"""A bounded memory of what a model said about a text, by a hash of the text."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Answer = TypeVar("Answer")
SIZE = 4_096


class ContentCache(Generic[Answer]):
    """Thread-safe; forgets what was asked for longest ago. Answers must not be changed by who gets them."""

    def __init__(self, size: int = SIZE) -> None:
        self._size = size
        self._answers: OrderedDict[bytes, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._answers)

    def through(self, texts: Sequence[str], compute: Callable[[list[int]], Sequence[Answer]]) -> list[Answer]:
        """An answer for each text, in order; `compute` is asked once for the positions of those not known.

        The same text twice is computed once.
        """
        keys = [hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest() for text in texts]
        found: dict[bytes, Answer] = {}
        missing: dict[bytes, int] = {}
        with self._lock:
            for position, key in enumerate(keys):
                if key in self._answers:
                    self._answers.move_to_end(key)
                    found[key] = self._answers[key]
                elif key not in missing:
                    missing[key] = position
        if missing:
            fresh = dict(zip(missing, compute(list(missing.values())), strict=True))
            found |= fresh
            self._remember(fresh)
        return [found[key] for key in keys]

    def _remember(self, fresh: dict[bytes, Answer]) -> None:
        with self._lock:
            self._answers.update(fresh)
            while len(self._answers) > self._size:
                self._answers.popitem(last=False)
