"""Why an installation failed, in one sentence instead of pip's pages."""

from __future__ import annotations

import re

from bot.setup.errors import StepFailed

_REASONS = (
    (r"No space left on device|\[Errno 28\]|Disk quota exceeded", "there is no space left on the disk."),
    (
        r"do not match the hashes|DO NOT MATCH THE HASHES",
        "a package is not the one that the lock file names, so it was not installed.",
    ),
    (
        r"NewConnectionError|NameResolutionError|Temporary failure in name resolution|Network is unreachable"
        r"|ConnectTimeoutError|ReadTimeoutError|Connection refused|ProxyError|Could not fetch URL|Read timed out",
        "the package index cannot be reached; setting up needs the network, running does not.",
    ),
    (r"Permission denied|Read-only file system|\[Errno 13\]|\[Errno 30\]", "a file cannot be written here."),
    (
        r"No matching distribution found for (?P<what>\S+)",
        "the package index of this machine does not have {what}.",
    ),
)


def explain(error: StepFailed, title: str) -> StepFailed:
    """The same error with a sentence that says what to do about it, where one is known."""
    for pattern, sentence in _REASONS:
        if match := re.search(pattern, error.output):
            return StepFailed(f"{title}: {sentence.format(**match.groupdict())}", log=error.log, tail=error.tail)
    return StepFailed(f"{title}: {error}", log=error.log, tail=error.tail)
