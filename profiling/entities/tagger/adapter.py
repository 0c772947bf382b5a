"""The trained part of the token classifier: an adapter with its head, and the encoder that it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from profiling.encoder import adapter
from profiling.entities.tagger.network import TagNetwork, from_encoder
from profiling.errors import ArtefactError

RECIPE = "tagger-int8-per-channel-1"
_TASK = "entities"


@dataclass(frozen=True)
class Trained:
    """An adapter's folder, the encoder's, and what the network needs to be put together."""

    folder: Path
    weights: Path
    labels: tuple[str, ...]
    layers: int

    @property
    def fingerprint(self) -> str:
        """Hash of encoder, adapter, recipe and the way they are exported."""
        return adapter.fingerprint_of(
            RECIPE, self.weights, [self.folder / adapter.RECIPE, *adapter.files_of(self.folder)]
        )


def read_trained(folder: Path) -> Trained:
    """What `python -m profiling train entities` has left in a folder.

    Raises:
        ArtefactError: something is missing, or its encoder is another than it was trained on.
    """
    recipe, weights = adapter.read_trained(folder, task=_TASK)
    try:
        return Trained(folder, weights, tuple(recipe["labels"]), int(recipe["layers"]))
    except (ValueError, KeyError, TypeError) as error:
        raise ArtefactError(f"{folder / adapter.RECIPE} is not of an entity model ({error!r})") from error


def base_of(folder: Path) -> str:
    """The package or folder with the encoder that an adapter was trained on.

    Raises:
        ArtefactError: the adapter does not say.
    """
    return str(adapter.read_recipe(folder, task=_TASK)["base"])


def load_merged(trained: Trained) -> TagNetwork:
    """The network in single precision, see `encoder.adapter.load_merged`."""
    return adapter.load_merged(
        TagNetwork,
        trained.folder,
        lambda: from_encoder(trained.weights, layers=trained.layers, tags=1 + 2 * len(trained.labels)),
    )
