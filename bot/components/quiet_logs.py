"""Logs of the Rasa process: few lines, ids only, nothing of what a shopper said."""

from __future__ import annotations

import logging
import os
import re
import sys
import traceback
import warnings
from typing import Any

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
HARMLESS_KEYS = frozenset({"event", "event_key", "level", "action_name", "sender_id", "len_extraction_events"})

NOISE = re.compile(
    r"pkg_resources is deprecated|Slot auto-fill has been removed|The utterance '\w+' is not used in any"
)
"""Said on each training: about libraries, about Rasa 2, and about responses that forms and our own code utter."""


def prepare_environment() -> None:
    """Must run before Rasa or TensorFlow is imported: both read these when they are."""
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    os.environ.setdefault("LOG_LEVEL", "WARNING")  # Rasa's progress bars go by it


def configure(*, level: int = logging.WARNING) -> None:
    """Sends log lines to standard error. Call it again after Rasa's own set-up, which turns things back on."""
    import structlog

    handler = logging.StreamHandler()
    handler.setFormatter(QuietFormatter(FORMAT))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in ("bot", "rasa"):
        logging.getLogger(name).setLevel(level)
    structlog.configure(
        processors=[harmless_keys, structlog.processors.KeyValueRenderer(key_order=["event"])],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )


class QuietFormatter(logging.Formatter):
    """Leaves the messages of exceptions out of tracebacks: they quote values, and a value may be an utterance."""

    def formatException(self, ei: Any) -> str:
        """Frames and the exception's type."""
        kind, _, trace = ei
        return "".join(traceback.format_tb(trace)) + f"{kind.__module__}.{kind.__qualname__}"


def harmless_keys(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
    """A structlog processor: Rasa puts texts, slots and whole trackers into its log events; ids and names stay."""
    return {key: value for key, value in event.items() if key in HARMLESS_KEYS}


def drop_warnings() -> None:
    """Rasa and sanic switch warnings back on, so filters do not last; some of Rasa's quote the message."""
    warnings.showwarning = lambda *args, **kwargs: None


def show_own_warnings() -> None:
    """Shows what Rasa has to say about the training data, on one line each; drops what libraries say."""

    def show(message: Warning | str, category: type[Warning], filename: str, *rest: Any, **named: Any) -> None:
        text = " ".join(str(message).split())
        if issubclass(category, UserWarning) and f"{os.sep}rasa{os.sep}" in filename and not NOISE.match(text):
            sys.stderr.write(f"Warning: {text}\n")

    warnings.showwarning = show
