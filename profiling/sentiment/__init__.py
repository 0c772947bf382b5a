"""Sentiment: what a text feels, as a whole or about one aspect, with probabilities."""

from profiling.sentiment.model import LABELS, UNSURE, Label, Sentiment, SentimentModel

__all__ = ["LABELS", "UNSURE", "Label", "Sentiment", "SentimentModel"]
