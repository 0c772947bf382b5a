"""The gate: which of the rules' candidates are believed, and what they missed, by what BERT reads in the same words.

Two models are asked. The token classifier for entities says whether a word names what gazetteer and patterns take it
for, the relation classifier whether the shopper stands to it as the rules say.
"""

from __future__ import annotations

from collections.abc import Sequence

from profiling.entities import EntityExtractor
from profiling.relations.candidate import Candidate, of_mention, of_words
from profiling.relations.classifier import RELATIONS, RelationClassifier, relation_of
from profiling.relations.wishes import PREDICATES
from profiling.text.stretches import meets
from profiling.types import Mention

LANGUAGES = frozenset({"en"})
"""What the models were trained to read."""
DOUBTED = 0.02
"""A candidate whose relation is less likely is not believed."""
LIKELY = 0.7
"""What is refused in words that nothing else is known of is believed from here on."""
CLEAR = 0.85
"""A thing or a price that the rules made nothing of is wished for if that is as likely."""
_BY_NAME_ALONE = frozenset({"wants", "by_brand", "in_colour"})
"""What a name without more is taken for; a misread one is then asked for by nobody: "matte" is not Mattel."""
_ADDED = frozenset({"product_type", "colour", "material", "brand"})
_BUDGETS = {"price_max": "budget_max", "price_min": "budget_min"}


class Gate:
    """Lets candidates of one utterance through. Without `classifier` it asks the token classifier alone."""

    def __init__(self, extractor: EntityExtractor, classifier: RelationClassifier | None) -> None:
        self._extractor = extractor
        self._classifier = classifier

    def __call__(
        self, utterance: str, candidates: Sequence[Candidate], *, wishing: bool, told_of: bool = False
    ) -> list[Candidate]:
        """The candidates that are believed and, while the shopper is looking for something, what the rules missed of
        it; in their order, without an object last.

        Args:
            told_of: whether what is looked for is for somebody else, who may be spoken of: "she loves pink" is a wish
                then, and the relation classifier, which knows no other turn, is not asked about wishes.
        """
        mentions, misread = self._extractor.reread(utterance)
        believed = [c for c in candidates if c.predicate not in _BY_NAME_ALONE or (c.start, c.end) not in misread]
        if self._classifier is None:
            return believed
        compared = any(not candidate.object for candidate in believed)  # "a bigger screen" is no wish for a monitor
        named = [
            mention
            for mention in mentions
            if wishing and not compared
            if (mention.start, mention.end) not in misread and not meets(mention, believed)
        ]
        spans = [*((c.start, c.end) for c in believed), *((m.start, m.end) for m in named)]
        rows = self._classifier.classify(utterance, spans) if spans else ()
        likelihoods = [dict(zip(RELATIONS, map(float, row), strict=True)) for row in rows]
        kept = [
            candidate
            for candidate, likely in zip(believed, likelihoods, strict=False)
            if (told_of and not candidate.lasting) or not _is_doubted(candidate, likely)
        ]
        missed = [
            wish
            for mention, likely in zip(named, likelihoods[len(believed) :], strict=True)
            if (wish := self._missed(mention, likely)) is not None
        ]
        return sorted([*kept, *missed], key=lambda candidate: (not candidate.object, candidate.start))

    def refusals(self, utterance: str, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The candidates without those refusals, of words that no catalogue knows, that are not likely ones: who is
        "not a hat person" refuses no persons.
        """
        refused = [each for each in candidates if each.predicate == "excludes"]
        if self._classifier is None or not refused:
            return list(candidates)
        rows = self._classifier.classify(utterance, [(each.start, each.end) for each in refused])
        column = RELATIONS.index("excludes")
        unlikely = {each for each, row in zip(refused, rows, strict=True) if row.any() and row[column] < LIKELY}
        return [each for each in candidates if each not in unlikely]

    def _missed(self, mention: Mention, likely: dict[str, float]) -> Candidate | None:
        """The wish for what a mention names, if that is clear. A thing that no catalogue knows stays in its words; of
        what else is unknown nothing can be asked.
        """
        budget = _BUDGETS.get(mention.value.partition(":")[0])
        if budget and likely["budget"] >= CLEAR:
            return of_mention(budget, mention, likely["budget"])
        if mention.kind not in _ADDED or likely["wish"] < CLEAR:
            return None
        if self._extractor.gazetteer.link(mention.kind, mention.text) is not None:
            return of_mention(PREDICATES[mention.kind], mention, likely["wish"])
        thing = mention.kind == "product_type"
        return of_words("wants", mention.text, mention.start, likely["wish"]) if thing else None


def _is_doubted(candidate: Candidate, likely: dict[str, float]) -> bool:
    """Whether the classifier has read the words, and holds what is said of them for all but impossible."""
    relation = relation_of(candidate.predicate)
    return bool(candidate.object and relation and any(likely.values()) and likely[relation] < DOUBTED)
