"""From logits to probabilities that mean what they say."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from profiling.errors import ArtefactError
from profiling.sentiment.model import LABELS, Sentiment

Logits = NDArray[np.float32]


@dataclass(frozen=True)
class Calibration:
    """Temperatures for whole texts and for aspects (Guo et al. 2017), for aspects also what is added to each logit;
    slope and offset for "recommends" (Platt 1999).

    Fitted on validation examples, kept beside the weights as calibration.json.
    """

    text_temperature: float = 1.0
    aspect_temperature: float = 1.0
    aspect_offsets: tuple[float, float, float] = (0.0, 0.0, 0.0)
    recommends_slope: float = 1.0
    recommends_offset: float = 0.0

    def judge(self, logits: Logits, aspects: Sequence[str]) -> list[Sentiment]:
        """Logits of shape (n, 4), as SentimentNetwork gives them."""
        of_aspect = np.array([bool(aspect) for aspect in aspects])[:, None]
        scaled = logits[:, : len(LABELS)] / np.where(of_aspect, self.aspect_temperature, self.text_temperature)
        probabilities = softmax(scaled + of_aspect * np.array(self.aspect_offsets))
        recommends = 1 / (1 + np.exp(-(self.recommends_slope * logits[:, len(LABELS)] + self.recommends_offset)))
        return [_sentiment(row, float(would)) for row, would in zip(probabilities, recommends, strict=True)]

    def save(self, file: Path) -> None:
        """Writes the numbers as JSON."""
        values = {name: np.round(value, 4).tolist() for name, value in asdict(self).items()}
        file.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, file: Path) -> Calibration:
        """Raises ArtefactError if the file is not there or not ours."""
        try:
            values = json.loads(file.read_text(encoding="utf-8"))
            return cls(**values | {"aspect_offsets": tuple(values.get("aspect_offsets", (0.0, 0.0, 0.0)))})
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise ArtefactError(f"{file}: no usable calibration ({error})") from error


def softmax(logits: NDArray[Any]) -> NDArray[Any]:
    """Over the last axis."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def _sentiment(row: NDArray[Any], recommends: float) -> Sentiment:
    negative, neutral, positive = (float(value) for value in row)
    best = int(row.argmax())
    return Sentiment(LABELS[best], float(row[best]), (negative, neutral, positive), recommends)
