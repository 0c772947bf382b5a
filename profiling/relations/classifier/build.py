"""Merges the adapter into the encoder, exports it as int8 ONNX, and refuses a bad result."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from profiling.encoder.model_folder import read_manifest, replacing, write_manifest
from profiling.entities.tagger.export import FILES, export_network
from profiling.errors import ArtefactError
from profiling.evaluate.entities import LabelledText
from profiling.relations.classifier.adapter import Trained, load_merged, read_trained
from profiling.relations.classifier.classifier import Probabilities, RelationClassifier
from profiling.relations.classifier.onnx_classifier import OnnxClassifier
from profiling.relations.classifier.pieces import load_tokenizer, of_spans, pieces_of
from profiling.relations.classifier.relations import RELATIONS

MAX_DROP = 0.01


def build_classifier(adapter: Path, directory: Path, *, check: Sequence[LabelledText]) -> dict[str, Any]:
    """Makes `directory` anew, or leaves it alone if it is up to date.

    Args:
        check: utterances whose spans have relations as labels.

    Returns:
        The manifest: fingerprint, and on the check the share of right relations of the float and of the int8 network.

    Raises:
        ArtefactError: the adapter is incomplete or belongs to another encoder, or int8 loses more than a point.
    """
    trained = read_trained(adapter)
    manifest = read_manifest(directory, FILES)
    if manifest.get("fingerprint") == trained.fingerprint:
        return manifest
    with replacing(directory) as work:
        manifest = {"fingerprint": trained.fingerprint}
        export_network(load_merged(trained), trained.weights, work)
        write_manifest(work, manifest)
        manifest |= _compare(TorchClassifier(trained), OnnxClassifier(work), check)
        write_manifest(work, manifest)
    return manifest


class TorchClassifier:
    """The float network, one text at a time: what the int8 one is compared with."""

    def __init__(self, trained: Trained) -> None:
        self._network: Any = load_merged(trained)
        self._tokenizer = load_tokenizer(trained.weights / "tokenizer.json")
        self._fingerprint = f"{trained.fingerprint}-float"

    @property
    def fingerprint(self) -> str:
        """Hash of the weights and the adapter."""
        return self._fingerprint

    def classify(self, text: str, spans: Sequence[tuple[int, int]]) -> Probabilities:
        """See RelationClassifier."""
        pieces = pieces_of(self._tokenizer, text)
        ids = torch.tensor([pieces.ids])
        with torch.inference_mode():
            logits = self._network(ids, torch.ones_like(ids)).logits[0].numpy()
        return of_spans(pieces, logits, spans)


def _compare(before: RelationClassifier, after: RelationClassifier, check: Sequence[LabelledText]) -> dict[str, float]:
    if not any(text.spans for text in check):
        raise ArtefactError("no labelled utterance to compare the int8 relation model by")
    float_share, share = (_share_right(model, check) for model in (before, after))
    if float_share - share > MAX_DROP:
        raise ArtefactError(
            f"the int8 relation model is worse than the float one: {share:.4f} right after {float_share:.4f}"
        )
    return {"float_right": round(float_share, 4), "right": round(share, 4)}


def _share_right(model: RelationClassifier, check: Sequence[LabelledText]) -> float:
    right = count = 0
    for text in check:
        spans = sorted(text.spans)
        likeliest = model.classify(text.text, [(span.start, span.end) for span in spans]).argmax(axis=1)
        right += sum(RELATIONS[at] == span.label for at, span in zip(likeliest, spans, strict=True))
        count += len(spans)
    return right / count
