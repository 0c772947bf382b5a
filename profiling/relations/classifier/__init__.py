"""The relation classifier: BERT that says what the shopper has to do with each thing that an utterance names."""

from profiling.relations.classifier.classifier import RelationClassifier
from profiling.relations.classifier.relations import RELATIONS, relation_of

__all__ = ["RELATIONS", "RelationClassifier", "relation_of"]
