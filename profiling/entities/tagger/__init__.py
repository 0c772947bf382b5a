"""The token classifier: BERT that says of each word whether it begins or goes on naming something, and what."""

from profiling.entities.tagger.tagger import Tagged, Tagger

__all__ = ["Tagged", "Tagger"]
