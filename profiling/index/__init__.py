"""The index of item embeddings: FAISS, exact while the catalogue is small, approximate above."""

from profiling.index.current import CurrentIndex, VectorIndex
from profiling.index.item_index import ItemIndex

__all__ = ["CurrentIndex", "ItemIndex", "VectorIndex"]
