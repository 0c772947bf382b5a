"""The trained part: an adapter with its heads, and the encoder that it belongs to."""

from __future__ import annotations

from pathlib import Path

from profiling.encoder import adapter as trained
from profiling.encoder.weights import locate_weights
from profiling.sentiment.network import SentimentNetwork, from_encoder

RECIPE = "sentiment-int8-per-channel-3"
CALIBRATION = "calibration.json"
_TASK = "sentiment"


def locate_base(adapter: Path, source: str) -> Path:
    """The folder with the encoder's weights, once it is certain that the adapter was trained on them.

    Raises:
        ArtefactError: something is missing, or the adapter belongs to another encoder.
    """
    trained.check_complete(adapter, others=(CALIBRATION,), task=_TASK)
    weights = locate_weights(source)
    trained.check_encoder(adapter, trained.read_recipe(adapter, task=_TASK)["base_sha256"], weights)
    return weights


def base_of(adapter: Path) -> str:
    """The package or folder with the encoder that the adapter was trained on, whatever the search now uses.

    Raises:
        ArtefactError: the adapter does not say.
    """
    return str(trained.read_recipe(adapter, task=_TASK)["base"])


def load_merged(weights: Path, adapter: Path) -> SentimentNetwork:
    """The network in single precision, see `encoder.adapter.load_merged`."""
    return trained.load_merged(SentimentNetwork, adapter, lambda: from_encoder(weights))


def fingerprint_of(weights: Path, adapter: Path) -> str:
    """Hash of encoder, adapter, calibration and the way they are exported."""
    return trained.fingerprint_of(RECIPE, weights, [*trained.files_of(adapter), adapter / CALIBRATION])
