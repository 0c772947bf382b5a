"""Fine-tunes BERT to tell what a shopper has to do with each thing that they name, with Hugging Face's Trainer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from profiling.encoder.onnx_export import quiet
from profiling.encoder.weights import locate_weights
from profiling.entities.spans import Span
from profiling.entities.tagger.words import UNTAGGED
from profiling.errors import InputError
from profiling.evaluate.entities import LabelledText
from profiling.relations.classifier.adapter import untrained
from profiling.relations.classifier.pieces import load_tokenizer, pieces_of
from profiling.relations.classifier.relations import RELATIONS
from profiling.training.compose import load_wares
from profiling.training.finetuning import Schedule, check_precision
from profiling.training.token_networks import fit

_JOINED = 5
"""One message of two for so many utterances."""
_EVALUATIONS = 4
"""How often a run looks at the validation texts, the last time after its last step."""
_ARTICLE = re.compile(r"^(?:an?|the|some|two) ", re.IGNORECASE)
_MARK = re.compile(r"\[(?P<words>[^\[\]]+)\]\((?P<relation>\w+)(?::(?P<kind>\w+))?\)")


@dataclass(frozen=True)
class Recipe(Schedule):
    """How to train. `layers` of the encoder are kept, from below; in `copies` copies of an utterance, all but the
    first, other wares stand in the place of those that it names.
    """

    layers: int = 6
    copies: int = 3
    relations: tuple[str, ...] = RELATIONS


@dataclass(frozen=True)
class Utterance:
    """A text, its spans with relations as labels, and what kind of thing each of them names, where that is known."""

    labelled: LabelledText
    kinds: Mapping[Span, str]


def read_utterances() -> list[Utterance]:
    """The utterances that we wrote and labelled by hand: "i hate [wool](dislikes:material)"."""
    file = Path(__file__).parent / "relations.txt"
    return [read_line(line) for line in file.read_text(encoding="utf-8").splitlines() if line]


def read_line(line: str) -> Utterance:
    """An utterance with its marks; one without a kind may be learnt from too."""
    text, kinds, end = "", {}, 0
    for mark in _MARK.finditer(line):
        text += line[end : mark.start()]
        kinds[Span(len(text), len(text) + len(mark["words"]), mark["relation"])] = mark["kind"] or ""
        text += mark["words"]
        end = mark.end()
    return Utterance(LabelledText(text + line[end:], frozenset(kinds)), kinds)


def with_other_wares(utterance: Utterance, wares: Mapping[str, Sequence[str]], random: Random) -> LabelledText:
    """The utterance about other things of the same kinds, so that the words around them are learnt."""
    text, spans, end = "", set(), 0
    whole = utterance.labelled.text
    for span in sorted(utterance.kinds):
        text += whole[end : span.start]
        words = whole[span.start : span.end]
        names = wares.get(utterance.kinds[span], ())
        if names and random.random() < 0.5:
            name = _ARTICLE.sub("", random.choice(names))
            words = name.lower() if words.islower() else name
        spans.add(Span(len(text), len(text) + len(words), span.label))
        text += words
        end = span.end
    return LabelledText(text + whole[end:], frozenset(spans))


def train(
    recipe: Recipe, training: Sequence[Utterance], validation: Sequence[LabelledText], out: Path
) -> dict[str, float]:
    """Trains, or goes on from the last checkpoint in `out`; the best network's adapter ends up in `out`/adapter.

    Returns:
        The figures on the validation texts.

    Raises:
        InputError: fp16 without a GPU, nothing to learn from, a relation that is none of ours, or AdaLoRA that should
            go on.
    """
    check_precision(recipe)
    texts = _texts(training, recipe)
    _check(texts, validation)
    weights = locate_weights(recipe.base)
    with quiet():
        network = untrained(weights, recipe.layers)
    tokenizer = load_tokenizer(weights / "tokenizer.json")
    return fit(
        network,
        recipe,
        out,
        training=[_row(text, tokenizer) for text in texts],
        validation=[_row(text, tokenizer) for text in validation],
        figures=_figures,
        best_by="right",
        evaluations=_EVALUATIONS,
    )


def _texts(training: Sequence[Utterance], recipe: Recipe) -> list[LabelledText]:
    wares = load_wares()
    random = Random(recipe.seed)  # noqa: S311  nothing here is secret
    others = [
        with_other_wares(utterance, wares, random)
        for _ in range(recipe.copies - 1)
        for utterance in training
        if any(utterance.kinds.values())
    ]
    alone = [*(utterance.labelled for utterance in training), *others]
    joined = [_joined(random.choice(alone), random.choice(alone), random) for _ in range(len(alone) // _JOINED)]
    return [*alone, *joined]


def _joined(first: LabelledText, second: LabelledText, random: Random) -> LabelledText:
    """Two utterances as one message: what one says of its things holds whatever the other says."""
    ends = first.text.rstrip()[-1:] in ".!?"
    text = first.text.rstrip() + (" " if ends else random.choice((". ", ", ", ". ", "; ", " - ", "! ", " and ")))
    moved = {span._replace(start=span.start + len(text), end=span.end + len(text)) for span in second.spans}
    return LabelledText(text + second.text, frozenset(first.spans | moved))


def _check(training: Sequence[LabelledText], validation: Sequence[LabelledText]) -> None:
    if not training or not any(text.spans for text in validation):
        raise InputError("too few labelled texts: some are needed to learn from and some to stop by")
    unknown = {span.label for text in (*training, *validation) for span in text.spans} - set(RELATIONS)
    if unknown:
        raise InputError(f"no relation of ours: {', '.join(sorted(unknown))}; there are {', '.join(RELATIONS)}")


def _row(text: LabelledText, tokenizer: Tokenizer) -> dict[str, Any]:
    """Each piece of a span learns the span's relation."""
    pieces = pieces_of(tokenizer, text.text)
    labels = [UNTAGGED] * len(pieces.ids)
    for span in sorted(text.spans):
        for at in pieces.within(span.start, span.end):
            labels[at] = RELATIONS.index(span.label)
    return {"input_ids": pieces.ids, "attention_mask": [1] * len(pieces.ids), "labels": labels}


def _figures(prediction: Any) -> dict[str, float]:
    """The share of word pieces whose relation is right, and of those that are none of the shopper's."""
    labels, given = prediction.label_ids, prediction.predictions.argmax(axis=-1)
    known, none = labels != UNTAGGED, labels == RELATIONS.index("none")
    return {
        "right": float(np.mean(given[known] == labels[known])),
        "none_right": float(np.mean(given[none] == labels[none])) if none.any() else 0.0,
    }
