"""Where things are and on which ports the processes listen. The variables are the ones that the processes read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bot.setup.errors import SettingsError

ROOT = Path(__file__).resolve().parents[2]
HERE = ("127.0.0.1", "localhost")

_DROPPED = frozenset(
    "PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONDONTWRITEBYTECODE PYTHONWARNINGS VIRTUAL_ENV "
    "PIP_USER PIP_TARGET PIP_PREFIX PIP_REQUIRE_VIRTUALENV PIP_CONSTRAINT PIP_REQUIREMENT".split()
)
_FIXED = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "RASA_TELEMETRY_ENABLED": "false",
    "TOKENIZERS_PARALLELISM": "false",
    "OMP_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONUNBUFFERED": "1",
    "PYTHONNOUSERSITE": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_INPUT": "1",
}


@dataclass(frozen=True)
class Settings:
    """One installation: its folders (all absolute) and its three ports."""

    root: Path
    home: Path
    shop: Path
    host: str = "127.0.0.1"
    port: int = 8000
    rasa_port: int = 5005
    actions_port: int = 5055

    @property
    def logs(self) -> Path:
        """One file a process and one a step of the set-up."""
        return self.home / "logs"

    @property
    def python(self) -> Path:
        """The interpreter of the engine, the action server and the gateway."""
        return self.root / ".venv" / "bin" / "python"

    @property
    def rasa_python(self) -> Path:
        """The interpreter of Rasa."""
        return self.root / ".venv-rasa" / "bin" / "python"

    @property
    def rasa_url(self) -> str:
        """Where the gateway finds Rasa."""
        return f"http://127.0.0.1:{self.rasa_port}"

    @property
    def actions_url(self) -> str:
        """Where Rasa finds the action server."""
        return f"http://127.0.0.1:{self.actions_port}"

    @property
    def url(self) -> str:
        """What to type into a browser on this machine."""
        everywhere = self.host in ("", "0.0.0.0", "::")  # noqa: S104
        host = "127.0.0.1" if everywhere else f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def environment(self, base: Mapping[str, str] | None = None) -> dict[str, str]:
        """The variables for every process that is started: settled, offline, one thread a model."""
        kept = {name: value for name, value in (base or os.environ).items() if name not in _DROPPED}
        return (
            kept
            | _FIXED
            | {
                "RAPPORT_HOME": str(self.home),
                "RAPPORT_SHOP": str(self.shop),
                "RAPPORT_HOST": self.host,
                "RAPPORT_PORT": str(self.port),
                "RAPPORT_RASA_URL": self.rasa_url,
                "RAPPORT_ACTIONS_URL": self.actions_url,
            }
        )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None, *, root: Path = ROOT) -> Settings:
        """Reads RAPPORT_HOME, _SHOP, _HOST, _PORT, _RASA_URL and _ACTIONS_URL; relative paths start at `root`.

        Raises:
            SettingsError: a port is none, two ports are the same, or an address is not on this machine.
        """
        values = os.environ if environment is None else environment
        settings = cls(
            root=root,
            home=root / (values.get("RAPPORT_HOME") or ".rapport"),
            shop=root / (values.get("RAPPORT_SHOP") or "data/shop"),
            host=values.get("RAPPORT_HOST") or "127.0.0.1",
            port=_port("RAPPORT_PORT", values.get("RAPPORT_PORT") or "8000"),
            rasa_port=_local_port(values, "RAPPORT_RASA_URL", 5005),
            actions_port=_local_port(values, "RAPPORT_ACTIONS_URL", 5055),
        )
        if len({settings.port, settings.rasa_port, settings.actions_port}) < 3:
            raise SettingsError("RAPPORT_PORT, RAPPORT_RASA_URL and RAPPORT_ACTIONS_URL need three different ports.")
        return settings


def _port(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65_536:
        raise SettingsError(f"{name} is {text!r}; it must be a port number from 1 to 65535.")
    return int(text)


def _local_port(values: Mapping[str, str], name: str, default: int) -> int:
    text = values.get(name) or f"http://127.0.0.1:{default}"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        port, parts = None, urlsplit("")
    if parts.scheme != "http" or parts.hostname not in HERE or not port or parts.path.strip("/"):
        raise SettingsError(
            f"{name} is {text!r}; the processes are started on this machine, so it must look like"
            f" http://127.0.0.1:{default}."
        )
    return port
