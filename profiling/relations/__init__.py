"""Relations: from an utterance and its mentions to candidate facts."""

from profiling.relations.candidate import Candidate
from profiling.relations.extractor import EXTRACTOR_VERSION, extract_candidates
from profiling.relations.requests import is_request

__all__ = ["EXTRACTOR_VERSION", "Candidate", "extract_candidates", "is_request"]
