"""Fine-tunes BERT to tag entities, word by word, with Hugging Face's Trainer and peft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from profiling.encoder.onnx_export import quiet
from profiling.encoder.weights import locate_weights
from profiling.entities.spans import Span
from profiling.entities.tagger.decode import best_spans
from profiling.entities.tagger.network import from_encoder
from profiling.entities.tagger.tagger import Tagged, log_softmax, tag_words, tags_of
from profiling.entities.tagger.words import UNTAGGED, load_tokenizer, words_of
from profiling.errors import InputError
from profiling.evaluate.entities import LabelledText
from profiling.training.finetuning import Schedule, check_precision
from profiling.training.token_networks import fit

_EVALUATIONS = 6
"""How often a run looks at the validation texts, the last time after its last step."""


@dataclass(frozen=True)
class Recipe(Schedule):
    """How to train. `layers` of the encoder are kept, from below; `labels` are what there is to be told apart."""

    labels: tuple[str, ...] = ()
    layers: int = 6


def _row(text: LabelledText, tokenizer: Tokenizer, tags: Sequence[str]) -> dict[str, Any]:
    words = words_of(tokenizer, text.text)
    labels = [UNTAGGED] * len(words.ids)
    for first, tag in zip(words.firsts, tag_words(words.places, text.spans), strict=True):
        labels[first] = tags.index(tag)
    return {"input_ids": words.ids, "attention_mask": [1] * len(words.ids), "labels": labels}


def train(
    recipe: Recipe, training: Sequence[LabelledText], validation: Sequence[LabelledText], out: Path
) -> dict[str, float]:
    """Trains, or goes on from the last checkpoint in `out`; the best network's adapter ends up in `out`/adapter.

    Returns:
        The figures on the validation texts.

    Raises:
        InputError: fp16 without a GPU, nothing to learn from, or AdaLoRA that should go on.
    """
    check_precision(recipe)
    if not training or not validation or not recipe.labels:
        raise InputError("too few labelled texts: some are needed to learn from and some to stop by")
    weights = locate_weights(recipe.base)
    tags = tags_of(recipe.labels)
    with quiet():
        network = from_encoder(weights, layers=recipe.layers, tags=len(tags))
    tokenizer = load_tokenizer(weights / "tokenizer.json")
    return fit(
        network,
        recipe,
        out,
        training=[_row(text, tokenizer, tags) for text in training],
        validation=[_row(text, tokenizer, tags) for text in validation],
        figures=lambda prediction: _figures(prediction, tags),
        best_by="f1",
        evaluations=_EVALUATIONS,
    )


def _figures(prediction: Any, tags: Sequence[str]) -> dict[str, float]:
    """Precision, recall and F1 of exact spans, counted in words."""
    right = found = wanted = 0
    for logits, labels in zip(prediction.predictions, prediction.label_ids, strict=True):
        words = labels != UNTAGGED
        places = [(at, at + 1) for at in range(int(words.sum()))]
        spans = set(best_spans(Tagged(places, tags, log_softmax(logits[words].astype(np.float32)))))
        gold = set(_labelled(places, [tags[label] for label in labels[words]], tags))
        right, found, wanted = right + len(spans & gold), found + len(spans), wanted + len(gold)
    return {
        "precision": right / found if found else 0.0,
        "recall": right / wanted if wanted else 0.0,
        "f1": 2 * right / (found + wanted) if found + wanted else 0.0,
    }


def _labelled(places: Sequence[tuple[int, int]], given: Sequence[str], tags: Sequence[str]) -> list[Span]:
    """The spans that the tags of labelled words spell."""
    certain = np.full((len(given), len(tags)), -100.0, dtype=np.float32)
    for row, tag in enumerate(given):
        certain[row, tags.index(tag)] = 0.0
    return best_spans(Tagged(places, tags, certain))
