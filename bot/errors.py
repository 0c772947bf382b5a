"""What can go wrong between a shopper and the dialogue.

BotError
├── ApiError           the caller's request cannot be served; carries status, code and a plain sentence
├── InputError         a file does not hold what it should
├── GatewayUnreachable the terminal client cannot reach the gateway
├── RasaUnavailable    Rasa is down, too slow, or answers with an error
├── TurnLost           another gateway process has taken the turn over
├── ChatwootUnavailable Chatwoot is down, or does not do what was asked
├── TranscriptError    gateway.db is damaged, or newer than this program
└── SettingsError      a variable of the environment has an impossible value
"""

from __future__ import annotations


class BotError(Exception):
    """Base of all errors that the bot raises on purpose."""


class ApiError(BotError):
    """The caller's request cannot be served. `retry_after_s` is told to the caller in the Retry-After header."""

    def __init__(self, status: int, code: str, message: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after_s = retry_after_s


class InputError(BotError):
    """A file does not hold what it should."""


class GatewayUnreachable(BotError):
    """The terminal client cannot reach the gateway."""


class RasaUnavailable(BotError):
    """Rasa is down, too slow, or answers with an error."""


class TurnLost(BotError):
    """Another gateway process has taken the turn over."""


class TranscriptError(BotError):
    """gateway.db is damaged, or newer than this program."""


class SettingsError(BotError):
    """A variable of the environment has an impossible value."""


class ChatwootUnavailable(BotError):
    """Chatwoot is down, or does not do what was asked."""
