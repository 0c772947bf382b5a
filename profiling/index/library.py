"""The door to FAISS: imported when first used, and without types, for its own stubs lag behind it."""

from __future__ import annotations

from typing import Any


def load_faiss() -> Any:
    """The module."""
    import faiss

    return faiss
