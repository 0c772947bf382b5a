"""The count model of this shop, kept on disk, and what it foretells for a shopper: one signal of their slates."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from scipy import sparse

from profiling.errors import ArtefactError
from profiling.learn.attributes import AttributeFollowing, AttributeTable
from profiling.learn.behaviour import BehaviourModel, Counts
from profiling.learn.choice import ChoiceModel
from profiling.learn.pairs import PairTable
from profiling.learn.regression import ItemRegression
from profiling.store.rankers import CountModelStore

logger = logging.getLogger(__name__)
FORETOLD = 100
"""Items that are foretold; the rest has 0."""


@dataclass(frozen=True)
class Foretelling:
    """A fitted model whose item i is `item_ids[i]`."""

    model: BehaviourModel
    item_ids: Sequence[str]

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        return {item_id: number for number, item_id in enumerate(self.item_ids)}

    def after(self, item_ids: Sequence[str]) -> dict[str, float]:
        """What comes next, as shares of the likeliest, in (0, 1]; nothing where no item of the history is known.

        Args:
            item_ids: what the shopper took, the latest first.
        """
        known = [self._numbers[item_id] for item_id in item_ids if item_id in self._numbers]
        if not known:
            return {}
        items = np.array(known[::-1], dtype=np.int64)
        found, scores = self.model.recommend(items, np.arange(len(items))[::-1].astype(np.int64), FORETOLD)
        shares = np.exp(scores - scores.max(initial=-np.inf)) if len(scores) else scores
        return {self.item_ids[item]: float(share) for item, share in zip(found, shares, strict=True)}

    def save(self, path: Path) -> None:
        """Writes the model; a reader sees the old one or the new one."""
        counts, choice = self.model.counts, self.model.choice
        pairs, table, following = counts.pairs, counts.attributes, counts.following
        arrays: dict[str, Any] = {
            "item_ids": np.array(self.item_ids, dtype=np.str_),
            "popularity": counts.popularity,
            **{f"pairs_{name}": getattr(pairs, name) for name in ("indptr", "others", "values", "counts")},
            **{f"choice_{name}": getattr(choice, name) for name in ("means", "scales", "weights")},
            **_parts("regression", counts.regression.weights),
            **(_parts("attributes", table.matrix) if table else {}),
            **(_parts("following", following.following) if following else {}),
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}.npz")
        np.savez(temporary, **arrays)
        temporary.replace(path)

    @classmethod
    def load(cls, path: Path) -> Foretelling:
        """Reads a saved model.

        Raises:
            ArtefactError: there is none, or it is damaged; `python -m profiling learn` fits it anew.
        """
        try:
            with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
            pairs = PairTable(*(arrays[f"pairs_{name}"] for name in ("indptr", "others", "values", "counts")))
            choice = ChoiceModel(*(arrays[f"choice_{name}"] for name in ("means", "scales", "weights")))
            regression = ItemRegression(_read_matrix(arrays, "regression"))
            table, following = _matrix(arrays, "attributes"), _matrix(arrays, "following")
            counts = Counts(
                pairs,
                regression,
                None if table is None else AttributeTable(table),
                None if following is None else AttributeFollowing(following),
                arrays["popularity"],
            )
            return cls(BehaviourModel(counts, choice), arrays["item_ids"].tolist())
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise ArtefactError(
                f"no usable count model at {path} ({error}); fit it with `python -m profiling learn`"
            ) from error


def version_file(folder: Path, version: int) -> Path:
    """Where a version of the count model lies."""
    return folder / f"{version:04}.npz"


class LiveForetelling:
    """The version that is live, read when another one has become it; it foretells nothing while there is none."""

    def __init__(self, versions: CountModelStore, folder: Path) -> None:
        self._versions = versions
        self._folder = folder
        self._version = 0
        self._model: Foretelling | None = None

    def after(self, item_ids: Sequence[str]) -> dict[str, float]:
        """What comes next, see `Foretelling.after`."""
        live = self._versions.live()
        version = live.version if live else 0
        if version != self._version:
            self._model, self._version = self._read(version), version
        return self._model.after(item_ids) if self._model else {}

    def _read(self, version: int) -> Foretelling | None:
        try:
            return Foretelling.load(version_file(self._folder, version)) if version else None
        except ArtefactError as error:
            logger.warning("%s; the live counts rank alone", error)
            return None


def _parts(name: str, matrix: sparse.csr_array) -> dict[str, Any]:
    parts = {"data": matrix.data, "indices": matrix.indices, "indptr": matrix.indptr, "shape": np.array(matrix.shape)}
    return {f"{name}_{part}": value for part, value in parts.items()}


def _matrix(arrays: Mapping[str, Any], name: str) -> sparse.csr_array | None:
    return _read_matrix(arrays, name) if f"{name}_data" in arrays else None


def _read_matrix(arrays: Mapping[str, Any], name: str) -> sparse.csr_array:
    data, indices, indptr, shape = (arrays[f"{name}_{part}"] for part in ("data", "indices", "indptr", "shape"))
    return sparse.csr_array((data, indices, indptr), shape=tuple(shape))
