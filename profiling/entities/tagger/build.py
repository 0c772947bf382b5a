"""Merges the adapter into the encoder, exports it as int8 ONNX, and refuses a bad result."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from profiling.encoder.onnx_export import export_int8, quiet
from profiling.entities.extractor import EntityExtractor
from profiling.entities.spans import Span
from profiling.entities.tagger.adapter import Trained, load_merged, read_trained
from profiling.entities.tagger.network import LogitsOnly
from profiling.entities.tagger.onnx_tagger import OnnxTagger, log_softmax
from profiling.entities.tagger.tagger import Tagged, Tagger, tags_of
from profiling.entities.tagger.words import MAX_PIECES, load_tokenizer, words_of
from profiling.errors import ArtefactError
from profiling.evaluate.entities import LabelledText, SpanEvaluator, span_of
from profiling.text.words import WordList
from profiling.vocabulary import load_vocabulary

MAX_DROP = 0.005
_INT8 = ("MatMul", "Gemm")
_READY = ("model.onnx", "tokenizer.json")


def build_tagger(adapter: Path, directory: Path, *, check: Sequence[LabelledText]) -> dict[str, Any]:
    """Makes `directory` anew, or leaves it alone if it is up to date.

    Returns:
        The manifest: fingerprint, labels, and and the span F1 on the check with the float and with the int8 network,
        beside patterns and vocabulary.

    Raises:
        ArtefactError: the adapter is incomplete or belongs to another encoder, or int8 loses more than half a point.
    """
    trained = read_trained(adapter)
    manifest = _read_manifest(directory)
    if manifest.get("fingerprint") == trained.fingerprint:
        return manifest
    directory.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".entities-", dir=directory.parent))
    try:
        manifest = {"fingerprint": trained.fingerprint, "labels": list(trained.labels)}
        _export(trained, work)
        _write_manifest(work, manifest)
        manifest |= _compare(
            TorchTagger(trained), OnnxTagger(work), check, WordList.from_tokenizer(work / "tokenizer.json")
        )
        _write_manifest(work, manifest)
        shutil.rmtree(directory, ignore_errors=True)
        work.chmod(0o755)
        work.replace(directory)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return manifest


class TorchTagger:
    """The float network, one text at a time: what the int8 one is compared with."""

    def __init__(self, trained: Trained) -> None:
        self._network: Any = load_merged(trained)
        self._tags = tuple(tags_of(trained.labels))
        self._tokenizer = load_tokenizer(trained.weights / "tokenizer.json")
        self._fingerprint = f"{trained.fingerprint}-float"

    @property
    def fingerprint(self) -> str:
        """Hash of the weights and the adapter."""
        return self._fingerprint

    def tag(self, text: str) -> Tagged:
        """See Tagger."""
        words = words_of(self._tokenizer, text)
        ids = torch.tensor([words.ids])
        with torch.inference_mode():
            logits = self._network(ids, torch.ones_like(ids)).logits[0].numpy()
        return Tagged(words.places, self._tags, log_softmax(logits[np.array(words.firsts, dtype=np.intp)]))


def _export(trained: Trained, work: Path) -> None:
    network = load_merged(trained)
    network.set_attn_implementation("eager")
    ids = torch.tensor([[101, 102, 103, 104], [101, 105, 106, 0]])
    example = {"input_ids": ids, "attention_mask": torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]])}
    with quiet():
        export_int8(LogitsOnly(network), example, work / "model.onnx", max_tokens=MAX_PIECES, operations=_INT8)
    shutil.copyfile(trained.weights / "tokenizer.json", work / "tokenizer.json")


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


def _read_manifest(directory: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if all((directory / name).is_file() for name in _READY) else {}


def _write_manifest(directory: Path, manifest: dict[str, Any]) -> None:
    (directory / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
