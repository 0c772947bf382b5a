"""The store: one SQLite file, its migrations, and a class for each kind of row."""

from profiling.store.database import Store

__all__ = ["Store"]
