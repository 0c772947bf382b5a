"""What can go wrong in the engine.

ProfilingError
├── InputError            data from outside is unusable; the message names the file and the line
│   ├── CatalogueError    a feed as a whole cannot be read (single bad rows are reported, not raised)
│   └── VocabularyError   a vocabulary file has the wrong form
├── NotFoundError         no such item, shopper or fact
├── IdentityError         two identities cannot be merged or split like that, or a code is no good
├── StoreError            the database is damaged, or newer than this program
└── ArtefactError         a model or an index is missing or damaged; the message names the command that builds it
"""

from __future__ import annotations


class ProfilingError(Exception):
    """Base of all errors that the engine raises on purpose."""


class InputError(ProfilingError):
    """Data from outside is unusable."""


class CatalogueError(InputError):
    """A feed as a whole cannot be read."""


class VocabularyError(InputError):
    """A vocabulary file has the wrong form."""


class NotFoundError(ProfilingError):
    """No such item, shopper or fact."""


class IdentityError(ProfilingError):
    """Two identities cannot be merged or split like that, or a code is no good."""


class StoreError(ProfilingError):
    """The database is damaged, or newer than this program."""


class ArtefactError(ProfilingError):
    """A model or an index is missing or damaged."""
