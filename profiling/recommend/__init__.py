"""Recommendation: hard wishes first, then the order, then a reason for each item."""

from profiling.recommend.recommender import Recommender

__all__ = ["Recommender"]
