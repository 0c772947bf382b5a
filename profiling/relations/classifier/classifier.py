"""What every relation classifier does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Probabilities = NDArray[np.float32]


class RelationClassifier(Protocol):
    """Says what the shopper has to do with the things that an utterance names."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same words may be judged otherwise."""

    def classify(self, text: str, spans: Sequence[tuple[int, int]]) -> Probabilities:
        """How likely each of RELATIONS is for each stretch [start, end); shape (spans, relations).

        A stretch of which nothing was read, behind the last word piece, has zeros.
        """
