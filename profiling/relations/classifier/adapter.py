"""The trained part of the relation classifier: an adapter with its head, and the encoder that it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from profiling.encoder import adapter
from profiling.entities.tagger.network import TagNetwork, from_encoder
from profiling.errors import ArtefactError
from profiling.relations.classifier.relations import RELATIONS

RECIPE = "relations-int8-per-channel-1"
_TASK = "relations"


@dataclass(frozen=True)
class Trained:
    """An adapter's folder, the encoder's, and how many of the encoder's layers are kept."""

    folder: Path
    weights: Path
    layers: int

    @property
    def fingerprint(self) -> str:
        """Hash of encoder, adapter, recipe and the way they are exported."""
        return adapter.fingerprint_of(
            RECIPE, self.weights, [self.folder / adapter.RECIPE, *adapter.files_of(self.folder)]
        )


def read_trained(folder: Path) -> Trained:
    """What `python -m profiling train relations` has left in a folder.

    Raises:
        ArtefactError: something is missing, it tells other relations apart, or its encoder is another than it was
            trained on.
    """
    recipe, weights = adapter.read_trained(folder, task=_TASK)
    try:
        trained, relations = Trained(folder, weights, int(recipe["layers"])), tuple(recipe["relations"])
    except (ValueError, KeyError, TypeError) as error:
        raise ArtefactError(f"{folder / adapter.RECIPE} is not of a relation model ({error!r})") from error
    if relations != RELATIONS:
        raise ArtefactError(f"{folder / adapter.RECIPE} tells other relations apart than we do; train it anew")
    return trained


def base_of(folder: Path) -> str:
    """The package or folder with the encoder that an adapter was trained on.

    Raises:
        ArtefactError: the adapter does not say.
    """
    return str(adapter.read_recipe(folder, task=_TASK)["base"])


def untrained(weights: Path, layers: int) -> TagNetwork:
    """The network over an encoder's lower layers; its head knows nothing yet."""
    return from_encoder(weights, layers=layers, tags=len(RELATIONS))


def load_merged(trained: Trained) -> TagNetwork:
    """The network in single precision, see `encoder.adapter.load_merged`."""
    return adapter.load_merged(TagNetwork, trained.folder, lambda: untrained(trained.weights, trained.layers))
