"""`python -m actions.desk.outbox`: the mails that were written and not sent, because no mail server is set."""

from __future__ import annotations

import sys
from pathlib import Path

from profiling import Settings
from profiling.errors import StoreError
from profiling.privacy.file_seal import FileSeal
from profiling.store.connection import database_key


def read_mails(folder: Path, seal: FileSeal) -> list[bytes]:
    """The mails of a folder, the oldest first.

    Raises:
        StoreError: one is sealed with another passphrase.
    """
    paths = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [seal.open(path.name, path.read_bytes()) for path in paths]


def main() -> None:
    """Exits with a sentence where a mail cannot be opened."""
    home = Settings.from_environment().home
    try:
        mails = read_mails(home / "outbox", FileSeal(database_key(), home))
    except StoreError as error:
        raise SystemExit(str(error)) from None
    for mail in mails:
        sys.stdout.write(f"{mail.decode(errors='replace')}\n")


if __name__ == "__main__":
    main()
