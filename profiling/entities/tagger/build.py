"""Merges the adapter into the encoder, exports it as int8 ONNX, and refuses a bad result."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from profiling.encoder.cache import ContentCache
from profiling.encoder.model_folder import read_manifest, replacing, write_manifest
from profiling.entities.extractor import EntityExtractor
from profiling.entities.spans import Span
from profiling.entities.tagger.adapter import Trained, load_merged, read_trained
from profiling.entities.tagger.export import FILES, export_network
from profiling.entities.tagger.onnx_tagger import OnnxTagger
from profiling.entities.tagger.tagger import Tagged, Tagger, log_softmax, tags_of
from profiling.entities.tagger.words import load_tokenizer, words_of
from profiling.errors import ArtefactError
from profiling.evaluate.entities import LabelledText, SpanEvaluator, span_of
from profiling.text.words import WordList
from profiling.vocabulary import load_vocabulary

MAX_DROP = 0.005


def build_tagger(adapter: Path, directory: Path, *, check: Sequence[LabelledText]) -> dict[str, Any]:
    """Makes `directory` anew, or leaves it alone if it is up to date.

    Returns:
        The manifest: fingerprint, labels, and the span F1 on the check of the float and of the int8 network, each
        together with patterns and vocabulary.

    Raises:
        ArtefactError: the adapter is incomplete or belongs to another encoder, or int8 loses more than half a point.
    """
    trained = read_trained(adapter)
    manifest = read_manifest(directory, FILES)
    if manifest.get("fingerprint") == trained.fingerprint:
        return manifest
    with replacing(directory) as work:
        manifest = {"fingerprint": trained.fingerprint, "labels": list(trained.labels)}
        export_network(load_merged(trained), trained.weights, work)
        write_manifest(work, manifest)
        words = WordList.from_tokenizer(work / "tokenizer.json")
        manifest |= _compare(TorchTagger(trained), OnnxTagger(work), check, words)
        write_manifest(work, manifest)
    return manifest


class TorchTagger:
    """The float network, one text at a time: what the int8 one is compared with."""

    def __init__(self, trained: Trained) -> None:
        self._network: Any = load_merged(trained)
        self._tags = tuple(tags_of(trained.labels))
        self._tokenizer = load_tokenizer(trained.weights / "tokenizer.json")
        self._fingerprint = f"{trained.fingerprint}-float"
        self._cache: ContentCache[Tagged] = ContentCache()

    @property
    def fingerprint(self) -> str:
        """Hash of the weights and the adapter."""
        return self._fingerprint

    def tag(self, text: str) -> Tagged:
        """See Tagger."""
        return self._cache.through([text], lambda _: [self._run(text)])[0]

    def _run(self, text: str) -> Tagged:
        words = words_of(self._tokenizer, text)
        ids = torch.tensor([words.ids])
        with torch.inference_mode():
            logits = self._network(ids, torch.ones_like(ids)).logits[0].numpy()
        return Tagged(words.places, self._tags, log_softmax(logits[np.array(words.firsts, dtype=np.intp)]))


def _compare(before: Tagger, after: Tagger, check: Sequence[LabelledText], words: WordList) -> dict[str, float]:
    if not check:
        raise ArtefactError("no labelled utterance to compare the int8 entity model by")
    evaluator = SpanEvaluator(check)
    float_f1, f1 = (float(evaluator(partial(_spans, _extractor(model, words)))["f1"]) for model in (before, after))
    if float_f1 - f1 > MAX_DROP:
        raise ArtefactError(f"the int8 entity model is worse than the float one: F1 {f1:.4f} after {float_f1:.4f}")
    return {"float_f1": float_f1, "f1": f1}


def _extractor(model: Tagger, words: WordList) -> EntityExtractor:
    """As a shop without a catalogue reads: what is compared is what comes out in the end."""
    return EntityExtractor(load_vocabulary(), brands=(), nodes=(), words=words, currency="EUR", tagger=model)


def _spans(extractor: EntityExtractor, text: str) -> list[Span]:
    return [span_of(mention) for mention in extractor.mentions(text)]
