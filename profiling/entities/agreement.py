"""Whether the token classifier reads a name otherwise than patterns and gazetteer did."""

from __future__ import annotations

import numpy as np

from profiling.entities.spans import Span
from profiling.entities.tagger import Tagged

HARDLY = 0.04
"""A name whose words have this label less likely is none."""
SURELY = 0.9
"""A name is longer than what was found where the next word is as likely a part of it: "bed" in "bed guard"."""


def is_misread(tagged: Tagged, span: Span) -> bool:
    """Whether a span's words hardly name what its label says, or it is only the beginning of a product's name.

    What the classifier has not read, or has no label for, is not misread.
    """
    at = [row for row, (start, end) in enumerate(tagged.places) if start < span.end and span.start < end]
    columns = [column for column, tag in enumerate(tagged.tags) if tag[2:] == span.label]
    if not at or not columns:
        return False
    if float(np.exp(tagged.scores[np.ix_(at, columns)]).sum(axis=1).mean()) < HARDLY:
        return True
    return span.label == "product_type" and _goes_on(tagged, at[-1])


def _goes_on(tagged: Tagged, last: int) -> bool:
    following = last + 1
    if following == len(tagged.places) or "I-product_type" not in tagged.tags:
        return False
    gap = tagged.places[following][0] - tagged.places[last][1]
    return gap <= 1 and float(np.exp(tagged.scores[following, tagged.tags.index("I-product_type")])) > SURELY
