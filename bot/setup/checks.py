"""What the machine must have before anything is installed or started. Each lack is one sentence with its remedy."""

from __future__ import annotations

import errno
import importlib.util
import platform
import shutil
import socket
import sys
import tempfile
from pathlib import Path

from bot.setup.errors import MachineError
from bot.setup.settings import Settings

GIGABYTE = 1_000_000_000
ENVIRONMENT_GB = {".venv": 3.0, ".venv-rasa": 4.5}
"""What installing takes for a while: the unpacked packages and their archives."""
CUDA_GB = 9.0


def describe(error: OSError, path: Path | None = None) -> MachineError:
    """The sentence for what the system refused."""
    where = path or error.filename
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return MachineError(f"There is no space left on the disk{f' of {where}' if where else ''}.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR) and where:
        return MachineError(f"{where} cannot be written to: {error.strerror}.")
    return MachineError(f"{error.strerror or error}{f': {where}' if where else ''}.")


def check_platform() -> None:
    """Rasa's and torch's packages are locked for one kind of machine."""
    if sys.platform != "linux" or platform.machine() not in ("x86_64", "AMD64"):
        raise MachineError(f"Rapport runs on Linux on x86-64; this is {sys.platform} on {platform.machine()}.")


def check_venv() -> None:
    """Debian and Ubuntu ship Python without the means to make environments."""
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise MachineError(
            "Python's venv module is missing; on Debian and Ubuntu `apt-get install python3.11-venv` installs it."
        )


def check_writable(folder: Path) -> None:
    """Makes the folder if it is not there, and a file in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"\0")
    except OSError as error:
        raise describe(error, folder) from error


def check_space(folder: Path, need_gb: float) -> None:
    """Whether the disk has room."""
    free_gb = shutil.disk_usage(folder).free / GIGABYTE
    if free_gb < need_gb:
        raise MachineError(
            f"The disk of {folder} has {free_gb:.1f} GB free; this needs about {need_gb:.1f} GB for a while."
        )


def check_ports(settings: Settings) -> None:
    """Whether the three ports are free."""
    _check_port(settings.host, settings.port, f"RAPPORT_PORT={settings.port + 10} make up")
    for name, port in (("RAPPORT_RASA_URL", settings.rasa_port), ("RAPPORT_ACTIONS_URL", settings.actions_port)):
        _check_port("127.0.0.1", port, f"{name}=http://127.0.0.1:{port + 10} make up")


def _check_port(host: str, port: int, remedy: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except PermissionError as error:
            raise MachineError(
                f"Port {port} is reserved for the administrator; choose another one: {remedy}"
            ) from error
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise MachineError(f"Port {port} is in use by another program; choose another one: {remedy}") from error
            raise MachineError(f"Nothing can listen on {host} here ({error.strerror}); set RAPPORT_HOST.") from error
