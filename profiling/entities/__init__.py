"""Entities: which spans of an utterance name a product type, a brand, a colour, a size, a price ..."""

from profiling.entities.extractor import EntityExtractor

__all__ = ["EntityExtractor"]
