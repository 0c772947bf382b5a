"""Privacy: personal data is recognised and masked before anything is stored, and kept no longer than declared."""

from profiling.privacy.masking import mask
from profiling.privacy.personal import PersonalSpan, find_personal
from profiling.privacy.vault import Vault

__all__ = ["PersonalSpan", "Vault", "find_personal", "mask"]
