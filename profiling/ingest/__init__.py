"""Bulk reading: whole files of reviews through the models into the store."""

from profiling.ingest.reviews import IngestReport, ingest_reviews

__all__ = ["IngestReport", "ingest_reviews"]
