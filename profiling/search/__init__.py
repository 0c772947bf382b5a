"""Search: which items a few words mean, by full text and by embedding."""

from profiling.search.hybrid import Hits, HybridSearch

__all__ = ["Hits", "HybridSearch"]
