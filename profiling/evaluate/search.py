"""NDCG of a search over graded judgements."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from profiling.errors import InputError

Judgements = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class SearchEvaluator:
    """Scores a ranking function on judged queries.

    Gains are 2^grade - 1, discounts 1 / log2(rank + 1) (Burges et al. 2005); unjudged items count as grade 0. Queries
    without any positive grade have no ideal ranking; they are counted and left out of the mean.
    """

    judgements: Judgements
    k: int = 10
    primary_metric = "ndcg@10"

    def __call__(self, search: Callable[[str], Sequence[str]]) -> dict[str, float]:
        """Figures of a function that maps a query to item ids, the best first."""
        scores = {
            query: ndcg(search(query), grades, self.k)
            for query, grades in self.judgements.items()
            if any(grades.values())
        }
        values = np.array(list(scores.values()))
        low, high = bootstrap_interval(values)
        return {
            f"ndcg@{self.k}": float(values.mean()) if len(values) else 0.0,
            f"ndcg@{self.k}_low": low,
            f"ndcg@{self.k}_high": high,
            "queries": float(len(values)),
            "queries_without_relevant_items": float(len(self.judgements) - len(values)),
        }


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], k: int) -> float:
    """Normalised discounted cumulative gain of the first k items, in [0, 1]; 0 without any positive grade."""
    ideal = _dcg(sorted(grades.values(), reverse=True)[:k])
    return _dcg([grades.get(item_id, 0) for item_id in ranking[:k]]) / ideal if ideal else 0.0


def _dcg(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1.0) / math.log2(rank + 2) for rank, grade in enumerate(grades))


def bootstrap_interval(
    values: np.ndarray[tuple[int, ...], np.dtype[np.float64]], *, rounds: int = 2_000
) -> tuple[float, float]:
    """95 % interval of the mean, by resampling with a fixed seed."""
    if not len(values):
        return 0.0, 0.0
    draws = np.random.default_rng(20_26).choice(values, size=(rounds, len(values))).mean(axis=1)
    low, high = np.percentile(draws, [2.5, 97.5])
    return float(low), float(high)


def read_judgements(path: Path) -> Judgements:
    """Reads a CSV with the columns query, docid, rating.

    Raises:
        InputError: a column is missing, or a rating is no whole number; the message names the line.
    """
    judgements: dict[str, dict[str, int]] = {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if missing := {"query", "docid", "rating"} - set(reader.fieldnames or ()):
                raise InputError(f"{path}: no column {', '.join(sorted(missing))}")
            for row in reader:
                try:
                    judgements.setdefault(row["query"], {})[row["docid"]] = int(row["rating"])
                except (TypeError, ValueError) as error:
                    raise InputError(
                        f"{path}, line {reader.line_num}: rating {row['rating']!r} is no whole number"
                    ) from error
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    return judgements
