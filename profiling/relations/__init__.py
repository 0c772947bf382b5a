"""Relations: from an utterance and its mentions to candidate facts."""

from profiling.relations.extractor import EXTRACTOR_VERSION, Candidate, extract_candidates

__all__ = ["EXTRACTOR_VERSION", "Candidate", "extract_candidates"]
