"""The figures of understanding and answering: for the README of bot/evaluate."""

from __future__ import annotations

from collections.abc import Sequence

from tests.bench.figure import EVALUATE, Figure

_NLU = "python -m tests.bench.bench_nlu"
_KINDS = "{{{0}/by_kind/plain/0:.3f}} / {{{0}/by_kind/two_wishes/0:.3f}} / {{{0}/by_kind/misspelt/0:.3f}}"

FIGURES: Sequence[Figure] = (
    Figure(
        "our intents, 884 held-out lines: plain / two wishes / misspelt",
        "bench_nlu",
        _KINDS.format("encoder_linear"),
        f"plain DIET {_KINDS.format('plain_diet')}",
        _NLU,
    ),
    Figure(
        "entities on the same lines, F1",
        "bench_nlu",
        "{encoder_linear/entity_f1:.3f}",
        "plain DIET {plain_diet/entity_f1:.3f}",
        _NLU,
    ),
    Figure(
        "one message, p50; size of the model",
        "bench_nlu",
        "{encoder_linear/p50_ms:.1f} ms; {encoder_linear/model_bytes:,} B",
        "plain DIET {plain_diet/p50_ms:.1f} ms; {plain_diet/model_bytes:,} B",
        _NLU,
    ),
    Figure(
        'FAQ, 150 held-out questions: right answer first / "I do not know" where there is none',
        "bench_quality",
        "{faq/right_first:.2f} / {faq/says_unknown:.2f}",
        "word overlap {faq/word_overlap_right_first:.2f} / {faq/word_overlap_says_unknown:.2f}; aim .90 / .90",
        f"{EVALUATE} faq --part test",
    ),
)
